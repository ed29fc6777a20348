"""An operand that a JSONata operator cannot take

What
    Arithmetic with what is no number, an order between values of different types, or a function of JSONata with an argument of the wrong
    type, where the type is certain.

Why
    The expression fails with States.QueryEvaluationError whenever it is evaluated. JSONata converts nothing: "1" is no number, and texts
    are joined with `&`. Source: jsonata.js, errors T2001 to T2010, T0410, T0412.

Example
    "Output": {"total": "{% $states.input.count + ' items' %}"}

    behind a state that sets `count` to a number.

Instead
    Join texts with `&`, make numbers of texts with `$number`.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL514"
NAME = "wrong-operand"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for problem in facts.dataflow.problems:
        if problem.fault is Fault.OPERAND:
            yield Advice(problem.pointer, f"{problem.detail}: whenever it is evaluated, the state fails with States.QueryEvaluationError")
