"""Operands JSONata cannot take: what is said to fail fails, and what does not fail is let be."""

import pytest

import asl_engine as asl
from asl_engine.analysis.dataflow import dataflow_of
from asl_engine.analysis.dataflow.facts import Fault

DATA = {"s": "x", "n": 1, "b": True, "z": None, "o": {"a": 1}, "an": [1, 2], "as": ["a", "b"], "e": [], "one": ["q"], "on": [1]}
FUNCTIONS = {
    **dict.fromkeys(("abs", "floor", "sum", "max", "average", "uppercase", "trim", "length", "hash", "encodeUrl", "fromMillis"), ""),
    "power": ", 2",
    "formatNumber": ', "#"',
    "split": ', "a"',
    "contains": ', "a"',
    "substring": ", 0",
    "pad": ", 3",
    "formatBase": ", 16",
}
CALLS = [f"${name}($states.input.{member}{more})" for name, more in FUNCTIONS.items() for member in DATA]
SUMS = [f"$states.input.{left} {sign} $states.input.{right}" for sign in "+<" for left in DATA for right in DATA]
GUARDED = [
    "$states.input.n = 2 ? $states.input.s + 1 : 0",
    "$map($states.input.an, function($v) { $v + 1 })",
    "-$states.input.s",
    "$states.input.n ~> $uppercase()",
]


@pytest.mark.parametrize("expression", [*CALLS, *SUMS, *GUARDED])
def test_what_is_said_to_fail_fails(expression):
    definition = {
        "StartAt": "Make",
        "QueryLanguage": "JSONata",
        "States": {"Make": {"Type": "Pass", "Output": DATA, "Next": "Use"}, "Use": {"Type": "Succeed", "Output": f"{{% {expression} %}}"}},
    }
    said = [problem.detail for problem in dataflow_of(definition).problems if problem.fault is Fault.OPERAND]
    if said:
        execution = asl.run(asl.load(definition), {})
        assert (execution.status, execution.error) == ("FAILED", "States.QueryEvaluationError"), said


def said(expression, output):
    states = {"Make": {"Type": "Pass", "Output": output, "Next": "Use"}, "Use": {"Type": "Succeed", "Output": f"{{% {expression} %}}"}}
    found = dataflow_of({"StartAt": "Make", "QueryLanguage": "JSONata", "States": states}).problems
    return [problem.detail for problem in found if problem.fault is Fault.OPERAND]


@pytest.mark.parametrize(
    ("expression", "clause"),
    [
        ('$states.input.n + " items"', "`+` takes numbers, and its right side is a string"),
        ("$states.input.s * 2", "`*` takes numbers, and its left side, `$states.input.s`, is a string"),
        ("$states.input.s < 1", "`<` takes two numbers or two strings, and its sides are a string and a number"),
        ("$sum($states.input.as)", "`$sum` takes an array of numbers, and the first element of its argument, `$states.input.as`, is a string"),
        ("$uppercase($states.input.n)", "`$uppercase` takes a string, and its argument, `$states.input.n`, is a number"),
    ],
)
def test_the_clause_names_operator_and_side(expression, clause):
    assert said(expression, DATA) == [clause]


@pytest.mark.parametrize("expression", ["$states.input.s & 1", "$number($states.input.s) + 1", "$states.input.gone + 1", "$states.input.unknown + 1"])
def test_what_may_be_right_is_let_be(expression):
    assert said(expression, {"s": "1", "unknown": "{% $states.context.Execution.Input %}"}) == []
