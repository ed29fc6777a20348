"""Expressions as fields hold them: delimiters, the scope, failures and their texts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asl_engine.chance import Chance
from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.jsonata import compile_expression, compile_typed, delimiter_error, evaluate_bare, is_expression, unwrap
from asl_engine.failures import Failure
from asl_engine.values import MISSING, Json


def value_of(expression: str, data: Json = None, scope: Scope | None = None) -> Json:
    return compile_expression(f"{{% {expression} %}}", "Output/r")(data, scope or Scope())


def cause_of(expression: str, data: Json = None) -> str:
    with pytest.raises(Failure) as caught:
        value_of(expression, data)
    assert caught.value.error == "States.QueryEvaluationError"
    assert caught.value.location == "Output/r"
    return str(caught.value.cause)


@pytest.mark.parametrize(("text", "is_one"), [("{% 1 %}", True), ("{%1%}", True), (" {% 1 %}", False), ("{% 1 %} ", False), ("{%", False), ("{%}", False)])
def test_an_expression_is_delimited_whole(text: str, is_one: bool) -> None:
    assert is_expression(text) is is_one


def test_the_expression_is_what_stands_between_the_delimiters_trimmed() -> None:
    assert unwrap("{%  $states.input \n%}") == "$states.input"


@pytest.mark.parametrize(("text", "missing"), [("{% 1", "%}"), ("10 %}", "{%")])
def test_a_single_delimiter_is_an_error(text: str, missing: str) -> None:
    assert missing in str(delimiter_error(text))


@pytest.mark.parametrize("text", ["plain", "{% 1 %}", " {% 1 %} ", "say {% 1 %} now", ""])
def test_balanced_or_absent_delimiters_are_none(text: str) -> None:
    assert delimiter_error(text) is None


def test_states_members_come_from_the_scope() -> None:
    scope = Scope(variables={"x": {"y": 3}}, result=[1], error={"Error": "E"}, chance=Chance(1))
    assert value_of("[$states.input, $states.result, $states.errorOutput.Error, $x.y]", 7, scope) == [7, 1, "E", 3]


def test_the_context_object_is_built_only_for_who_reads_it() -> None:
    class Watched(Scope):
        @property
        def context(self) -> dict[str, Json]:
            raise AssertionError("asked for")

    assert value_of("$states.input", 1, Watched()) == 1
    with pytest.raises(AssertionError):
        value_of("$states.context.Execution.Id", 1, Watched())


def test_a_null_variable_is_null_not_undefined() -> None:
    scope = Scope(variables={"v": None})
    assert value_of("$v", None, scope) is None
    assert value_of("$exists($v)", None, scope) is True


def test_undefined_is_a_failure_that_names_expression_and_field() -> None:
    assert cause_of("$nope") == "The JSONata expression '$nope' specified for the field 'Output/r' returned nothing (undefined)."


def test_a_function_is_no_result() -> None:
    assert cause_of("function($x){$x}").endswith("'Output/r' returned an unsupported result type.")


@pytest.mark.parametrize(
    ("expression", "tail"),
    [
        ('"s" + 1', 'T2001: The left side of the "+" operator must evaluate to a number'),
        ("1 + true", 'T2002: The right side of the "+" operator must evaluate to a number'),
        ('"a" < 1', 'T2009: The values "a" and 1 either side of operator "<" must be of the same data type'),
        ("$nope()", "T1006: Attempted to invoke a non-function"),
        ("$eval('1+1')", "T1006: Attempted to invoke a non-function"),
        ("$abs('x')", 'T0410: Argument 1 of function "abs" does not match function signature'),
        ("$sum(['a'])", 'T0412: Argument 1 of function "sum" must be an array of "numbers"'),
        ("$number('abc')", 'D3030: Unable to cast value to a number: "abc"'),
        ("$error('mine')", "D3137: mine"),
        ("$toMillis('foo')", 'D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given "foo"'),
        ("-'s'", 'D1002: Cannot negate a non-numeric value: "s"'),
    ],
)
def test_a_coded_error_is_told_in_jsonatas_own_words(expression: str, tail: str) -> None:
    assert cause_of(expression) == f"The JSONata expression '{expression}' specified for the field 'Output/r' threw an error during evaluation. {tail}"


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("{% a[1,2) %}", 'Expected "]", got ","', 4),
        ("{% 1 + %}", "Unexpected end of expression", 3),
        ("{% 'x %}", "String literal must be terminated by a matching quote", 0),
        ("{% $match('a', /b %}", "No terminating / in regular expression", 14),
        ('{% {"a":} %}', 'The symbol "}" cannot be used as a unary operator', 6),
        ("{% [1!2] %}", 'Unknown operator: "!"', 3),
        ("{% 1 /* x %}", "Comment has no closing tag", 2),
        ("{% $x ?? 1 %}", 'The symbol "?" cannot be used as a unary operator', 5),
        ("{% $x ?: 1 %}", 'The symbol ":" cannot be used as a unary operator', 5),
        ("{%%}", "Unexpected end of expression", 0),
    ],
)
def test_what_is_no_expression_is_found_when_it_is_compiled(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, "Output")
    assert caught.value.message == message
    assert caught.value.aws_code == "INVALID_JSONATA_EXPRESSION"
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("expression", "expected", "kind", "shown"),
    [
        ("1", "array", "number", "1"),
        ("null", "array", "null", "null"),
        ("{'foo': 'bar'}", "array", "object", '{"foo":"bar"}'),
        ("'s'", "array", "string", '"s"'),
        ("1.5", "integer", "number", "1.5"),
        ("true", "number", "boolean", "true"),
    ],
)
def test_a_field_refuses_another_type(expression: str, expected: str, kind: str, shown: str) -> None:
    with pytest.raises(Failure) as caught:
        compile_typed(f"{{% {expression} %}}", "Items", expected)(None, Scope())
    assert str(caught.value.cause).endswith(f"returned an unexpected result type. Expected '{expected}', but was '{kind}' for value: {shown}")


def test_a_field_takes_its_type() -> None:
    assert compile_typed("{% [1] %}", "Items", "array or object")(None, Scope()) == [1]
    assert compile_typed("{% 4 / 2 %}", "Seconds", "integer")(None, Scope()) == 2


def test_importing_leaves_the_recursion_limit_of_the_process_alone() -> None:
    code = "import sys; before = sys.getrecursionlimit(); import asl_engine.expressions.jsonata; assert sys.getrecursionlimit() == before"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plain_jsonata_tells_undefined_from_null() -> None:
    assert evaluate_bare("a", {"b": 1}) is MISSING
    assert evaluate_bare("a", {"a": None}) is None
    assert evaluate_bare("$x & $", "!", {"x": "hi"}) == "hi!"


def test_a_result_shares_the_data_it_hands_on() -> None:
    data: Json = {"a": {"b": [1, 2]}, "n": None}
    assert value_of("$states.input.a", data) is data["a"]  # type: ignore[index, call-overload]
    built = value_of("{'x': $states.input.a, 'y': 1}", data)
    assert built == {"x": {"b": [1, 2]}, "y": 1}
    assert built["x"] is data["a"]  # type: ignore[index, call-overload]


def test_a_transform_changes_a_copy() -> None:
    data: Json = {"items": [{"p": 1}, {"p": 2}]}
    assert value_of("$states.input ~> |items|{'q': p * 2}, 'p'|", data) == {"items": [{"q": 2}, {"q": 4}]}
    assert data == {"items": [{"p": 1}, {"p": 2}]}
