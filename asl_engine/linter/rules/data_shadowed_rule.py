"""A Choice rule that earlier rules leave nothing to

What
    A rule that could hold by itself, but never does: every value for which it would hold is taken by a rule before it, or is not
    left once those before it have failed.

Why
    Rules are tried in order and the first that holds is taken, so its `Next` is dead. Source: States Language, "Choice State".

Example
    "Choices": [
      {"Not": {"Variable": "$.status", "StringEquals": "completed"}, "Next": "Wait"},
      {"Variable": "$.status", "StringEquals": "failed", "Next": "Fail"}
    ]

    "failed" is not "completed": the first rule takes it, and the machine waits for ever.

Instead
    Put the more specific rule first.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL511"
NAME = "shadowed-rule"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for problem in facts.dataflow.problems:
        if problem.fault is Fault.SHADOWED:
            why = "one of the rules before it always holds" if problem.detail else "the rules before it take every value for which it would"
            yield Advice(problem.pointer, f"This rule is never taken: {why}", "put the more specific rule first")
