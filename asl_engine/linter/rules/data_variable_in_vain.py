"""A variable that nobody reads

What
    A variable is assigned, and no path and no expression of the machine names it.

Why
    Variables are in no output, so its value is lost. It may be a spelling: the reader then names another one.
    Source: developer guide, "Passing data between states with variables".

Example
    "Ask": {"Type": "Task", …, "Assign": {"orderId.$": "$.id"}, "Next": "Ship"},
    "Ship": {"Type": "Task", …, "Parameters": {"order.$": "$orderID"}, "End": true}

Instead
    Name it as it is assigned, or do not assign it.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.uses import assigned_in_vain
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL507"
NAME = "variable-in-vain"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for name, pointer in assigned_in_vain(facts.value).items():
        yield Advice(pointer, f"Nobody reads ${name}: it is assigned, and no output has variables", at_key=True)
