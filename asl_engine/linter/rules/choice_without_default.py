"""A Choice that may match nothing

What
    A Choice without Default whose rules do not cover every value.

Why
    A value that no rule expects ends the execution with States.Runtime, which no Catcher sees. That is the day the service answers "CANCELLED".
    Source: recorded executions ("Failed to transition out of the state").

Example
    "Choices": [
      {"Variable": "$.status", "StringEquals": "DONE", "Next": "Ship"},
      {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Apologise"}
    ]

Instead
    Add a Default that says what is to happen: "Default": "UnexpectedStatus", a Fail with a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.exhaustive import is_exhaustive
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL320"
NAME = "choice-without-default"
SEVERITY = Severity.ADVICE
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Choice"):
        rules = state.value.get("Choices")
        if "Default" not in state.value and isinstance(rules, list) and not is_exhaustive(rules):
            message = f"{state.name} has no Default: a value that none of its {len(rules)} rules expects ends the execution, and no Catcher sees it"
            if len(rules) == 1:
                message = f"{state.name} has one rule and no Default: if it does not hold the execution ends, and no Catcher sees it"
            yield Advice(state.pointer, message, 'add "Default"', at_key=True)
