"""An intrinsic function with arguments it cannot take

What
    A call of an intrinsic function with a value of the wrong type, or of States.Format with another number of values than its template
    has places.

Why
    The state fails with States.Runtime, which nobody catches. Source: developer guide, "Intrinsic functions"; as recorded.

Example
    "next.$": "States.MathAdd($.counter, 1)"

    where `$.counter` was set to the text "0".

Instead
    Give it what it takes: keep counters as numbers, parse texts with States.StringToJson.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.analysis.dataflow.reasons import always_fails
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL513"
NAME = "wrong-arguments"
SEVERITY = Severity.ERROR
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for problem in facts.dataflow.problems:
        if problem.fault is Fault.ARGUMENTS:
            fails = f", so {always_fails(facts.dataflow.walk, problem.state, problem.pointer)}" if problem.certain else ""
            yield Advice(problem.pointer, f"{problem.detail}{fails}", severity=Severity.ERROR if problem.certain else Severity.WARNING)
