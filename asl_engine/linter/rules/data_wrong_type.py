"""A value of a type that the field cannot take

What
    `ItemsPath` or `Items` on what is no array, `SecondsPath` on what is no number, `TimestampPath` on what is no text, `ErrorPath` and `CausePath`
    on what is no text, and the like.

Why
    The state fails when it gets there. Source: States Language, "Map State", "Wait State", "Fail State"; as recorded.

Example
    "List": {"Type": "Pass", "Result": {"items": [1, 2]}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$", …}

Instead
    Name the place that has such a value: `"ItemsPath": "$.items"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.analysis.dataflow.reasons import always_fails, can_be, spelled, with_article
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL512"
NAME = "wrong-type"
SEVERITY = Severity.ERROR
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for problem in facts.dataflow.problems:
        if problem.fault is Fault.KIND:
            read = problem.read
            what = spelled(read.place, read.text) if read is not None else problem.detail or "the value"
            shape = read.found if read is not None else problem.found
            verb = "must be" if problem.certain else "should always be"
            fails = f", so {always_fails(facts.dataflow.walk, problem.state, problem.pointer)}" if problem.certain else ""
            wanted = " or ".join(with_article(kind) for kind in sorted(problem.wanted))
            severity = Severity.ERROR if problem.certain else Severity.WARNING
            yield Advice(problem.pointer, f"{what} {verb} {wanted}, and it {can_be(shape)}{fails}", severity=severity)
