"""Values with expressions in them."""

from __future__ import annotations

import pytest

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.jsonata.values import compile_value, is_constant
from asl_engine.failures import Failure
from asl_engine.values import Json


def test_expressions_are_evaluated_at_any_depth_and_keys_never() -> None:
    value: Json = {"b": ["{% $states.input %}", {"{% 1 %}": "{% 1 + 1 %}"}], "a": " {% 1 %} ", "n": None}
    result = compile_value(value, "Output")(7, Scope())
    assert result == {"b": [7, {"{% 1 %}": 2}], "a": " {% 1 %} ", "n": None}
    assert list(result) == ["b", "a", "n"]  # type: ignore[arg-type]


def test_what_holds_no_expression_is_the_definitions_own_value() -> None:
    constant: Json = {"x": [1, {"y": "z"}]}
    result = compile_value({"c": constant, "e": "{% 1 %}"}, "Output")(None, Scope())
    assert result["c"] is constant  # type: ignore[index, call-overload]
    assert is_constant(constant)
    assert not is_constant({"x": ["{% 1 %}"]})


@pytest.mark.parametrize(
    ("value", "location"),
    [
        ("{% $nope %}", "Output"),
        ({"a": {"b": "{% $nope %}"}}, "Output/a/b"),
        ({"arr": ["{% 1 %}", "{% $nope %}"]}, "Output/arr[1]"),
        ([["{% $nope %}"]], "Output[0][0]"),
    ],
)
def test_a_failure_names_the_place(value: Json, location: str) -> None:
    with pytest.raises(Failure) as caught:
        compile_value(value, "Output")(None, Scope())
    assert caught.value.location == location
    assert f"specified for the field '{location}' returned nothing" in str(caught.value.cause)


def test_a_wrong_expression_is_found_before_anything_runs() -> None:
    with pytest.raises(ExpressionError):
        compile_value({"a": ["{% 1 + %}"]}, "Output")
