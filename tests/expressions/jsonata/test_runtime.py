"""The bounds: whatever an expression does, it ends, and says so in AWS's words."""

from __future__ import annotations

import pytest

from asl_engine.expressions import Scope
from asl_engine.expressions.jsonata import compile_expression, evaluate_bare
from asl_engine.expressions.jsonata.runtime import BoundReached, number_text
from asl_engine.failures import Failure

RECURSION = "($f := function($n) {{ $n > 0 ? $f($n - 1) + 1 : 0 }}; $f({}))"
DOUBLING = "($p := function($s, $n) {{ $n = 0 ? $s : $p($s & $s, $n - 1) }}; $length($p('x', {})))"

DEEP = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"
LARGE = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
LONG = "Expression evaluation timeout: Check for infinite loop"


@pytest.mark.parametrize(
    "expression",
    [
        "+".join(["1"] * 100),
        "(" * 99 + "1" + ")" * 99,
        "[" * 99 + "1" + "]" * 99,
        "1" + " ~> $abs" * 99,
        RECURSION.format(31),
        "[1..873782] ~> $count()",
        "$count($range(1, 360145, 1))",
        DOUBLING.format(22),
        "$length($pad('', 262144, 'x'))",
    ],
)
def test_aws_still_takes(expression: str) -> None:
    """Measured with TestState, like the refusals one step further."""
    evaluate_bare(expression)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("+".join(["1"] * 101), DEEP),
        ("+".join(["1"] * 3000), DEEP),
        ("(" * 100 + "1" + ")" * 100, DEEP),
        ("[" * 100 + "1" + "]" * 100, DEEP),
        ("1" + " ~> $abs" * 100, DEEP),
        (RECURSION.format(32), DEEP),
        (RECURSION.format(100000), DEEP),
        ("[1..873783] ~> $count()", LARGE),
        ("$range(1, 360146, 1)", LARGE),
        (DOUBLING.format(23), LARGE),
        ("$pad('', 262145, 'x')", LARGE),
        ("$replace($pad('', 9999, 'a'), 'a', $pad('', 9999, 'b'))", LARGE),
        ("($p := function($a, $n) { $n = 0 ? $a : $p($append($a, $a), $n - 1) }; $p([1], 40))", LARGE),
    ],
)
def test_aws_refuses(expression: str, text: str) -> None:
    with pytest.raises(BoundReached) as caught:
        evaluate_bare(expression)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    "expression",
    [
        "($f := function($x){ $f($x + 1) }; $f(1))",
        "[1..900].([1..900].([1..900]))",
        "($a := [1..800000]; [1..100000].$sum($a))",
        "$match($pad('', 40, 'a') & '!', /^(a+)+$/)",
        "$contains($pad('', 200000, ' ') & 'x', /\\s+$/)",
        "$contains($pad('', 40, 'a') & 'b', /^(a|aa)+$/)",
    ],
)
def test_what_would_not_end_is_stopped(expression: str) -> None:
    with pytest.raises(BoundReached) as caught:
        evaluate_bare(expression)
    assert str(caught.value) == LONG


def test_a_bound_is_a_failure_the_machine_can_catch() -> None:
    with pytest.raises(Failure) as caught:
        compile_expression("{% $pad('', 262145, 'x') %}", "Output")(None, Scope())
    assert caught.value.error == "States.QueryEvaluationError"
    assert caught.value.cause == f"The JSONata expression '$pad('', 262145, 'x')' specified for the field 'Output' threw an error during evaluation: {LARGE}"


def test_a_cycle_made_by_a_transform_ends() -> None:
    with pytest.raises(BoundReached):
        evaluate_bare("$ ~> |a|{'self': $}|", {"a": {"b": 1}})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-2.5e-9, "-2.5e-9"),
        (5e-324, "5e-324"),
        (2.0**63, "9223372036854776000"),
    ],
)
def test_numbers_print_as_in_javascript(value: float, text: str) -> None:
    assert number_text(value) == text
