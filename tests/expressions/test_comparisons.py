import pytest

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.comparisons import OPERATORS, compile_rule
from asl_engine.failures import Failure
from asl_engine.values import Json


class WithContext(Scope):
    @property
    def context(self) -> dict[str, Json]:
        return {"State": {"Name": "Check"}}


SCOPE = WithContext(variables={"limit": 10})


def holds(rule: dict[str, Json], data: Json) -> bool:
    return compile_rule(rule)(data, SCOPE)


def compared(value: Json, operator: str, operand: Json) -> bool:
    return holds({"Variable": "$.v", operator: operand, "Next": "N"}, {"v": value})


def test_there_are_39_operators() -> None:
    assert len(OPERATORS) == 39
    assert (OPERATORS["NumericLessThan"], OPERATORS["StringEqualsPath"], OPERATORS["IsNull"]) == ("number", "path", "boolean")


@pytest.mark.parametrize(
    ("value", "operator", "operand", "expected"),
    [
        ("a", "StringEquals", "a", True),
        (" ", "StringEquals", "     ", False),
        ("A", "StringLessThan", "a", True),
        ("A", "StringGreaterThan", "A ", False),
        ("ab", "StringLessThanEquals", "ab", True),
        ("b", "StringGreaterThanEquals", "ab", True),
        ("\U0001f600", "StringLessThan", "\uffff", True),
        (0, "NumericEquals", 0.0, True),
        (1.1, "NumericEquals", 1, False),
        (1, "NumericLessThan", 2, True),
        (2, "NumericLessThanEquals", 2, True),
        (2.5, "NumericGreaterThan", 2, True),
        (2, "NumericGreaterThanEquals", 3, False),
        (True, "BooleanEquals", True, True),
        (False, "BooleanEquals", True, False),
        ("2016-03-14T01:59:00Z", "TimestampEquals", "2016-03-14T02:59:00+01:00", True),
        ("2016-03-14T01:59:00.1Z", "TimestampGreaterThan", "2016-03-14T01:59:00.09Z", True),
        ("2016-03-14T01:59:00Z", "TimestampLessThan", "2016-03-14T01:59:01Z", True),
        ("2016-03-14T01:59:00Z", "TimestampLessThanEquals", "2016-03-14T01:59:00Z", True),
        ("2016-03-14T01:59:00Z", "TimestampGreaterThanEquals", "2016-03-14T01:59:01Z", False),
    ],
)
def test_values_of_one_type_are_compared(value: Json, operator: str, operand: Json, expected: bool) -> None:
    assert compared(value, operator, operand) is expected
    assert holds({"Variable": "$.v", f"{operator}Path": "$.w"}, {"v": value, "w": operand}) is expected


@pytest.mark.parametrize(
    ("value", "operator", "operand"),
    [
        (True, "NumericEquals", 1),
        (False, "NumericEquals", 0),
        ("1", "NumericEquals", 1),
        (None, "NumericLessThan", 1),
        ([], "NumericGreaterThan", 0),
        (1, "StringEquals", "1"),
        (None, "StringGreaterThan", ""),
        (1, "BooleanEquals", True),
        ("true", "BooleanEquals", True),
        ("2016-03-14", "TimestampEquals", "2016-03-14T00:00:00Z"),
        (0, "TimestampLessThan", "2016-03-14T00:00:00Z"),
    ],
)
def test_a_value_of_another_type_is_false_and_never_an_error(value: Json, operator: str, operand: Json) -> None:
    assert compared(value, operator, operand) is False
    assert holds({"Variable": "$.w", f"{operator}Path": "$.v"}, {"v": value, "w": operand}) is False


@pytest.mark.parametrize(
    ("operator", "yes", "no"),
    [
        ("IsNull", [None], [0, "", False, []]),
        ("IsNumeric", [0, 1.5], [True, "1", None]),
        ("IsString", ["", "x"], [1, None, []]),
        ("IsBoolean", [True, False], [0, "true", None]),
        ("IsTimestamp", ["2012-10-09T19:00:55Z", "2012-10-09T19:00:55+01:00"], ["2012-10-09T19:00:55", "2023-02-24", 1, None]),
    ],
)
def test_a_type_test_may_be_negated_by_its_operand(operator: str, yes: list[Json], no: list[Json]) -> None:
    for value in yes:
        assert compared(value, operator, True) and not compared(value, operator, False)
    for value in no:
        assert not compared(value, operator, True) and compared(value, operator, False)


@pytest.mark.parametrize(
    ("path", "present"),
    [
        ("$.v", True),
        ("$.n", True),
        ("$.x", False),
        ("$.v.x", False),
        ("$.o.p", True),
        ("$.l[0]", True),
        ("$.l[1]", False),
        ("$.v[0]", False),
        ("$", True),
        ("$limit", True),
        ("$unset", False),
        ("$$.State.Name", True),
        ("$$.Task.Token", False),
    ],
)
def test_presence_is_about_the_path_and_not_the_value(path: str, present: bool) -> None:
    data: Json = {"v": 1, "n": None, "o": {"p": None}, "l": [0]}
    assert holds({"Variable": path, "IsPresent": True}, data) is present
    assert holds({"Variable": path, "IsPresent": False}, data) is not present


@pytest.mark.parametrize("operator", [name for name in OPERATORS if name != "IsPresent"])
def test_a_missing_variable_fails_under_every_other_operator(operator: str) -> None:
    operand: Json = {"string": "s", "number": 1, "boolean": True, "timestamp": "2016-03-14T00:00:00Z", "path": "$.v"}[OPERATORS[operator]]
    with pytest.raises(Failure) as caught:
        holds({"Variable": "$.foo", operator: operand}, {"v": 1})
    assert caught.value.error == "States.Runtime"
    assert caught.value.cause == "Invalid path '$.foo': The choice state's condition path references an invalid value."


def test_a_missing_operand_path_fails_too() -> None:
    with pytest.raises(Failure, match=r"Invalid path '\$\.w'"):
        holds({"Variable": "$.v", "NumericEqualsPath": "$.w"}, {"v": 1})


def test_operand_paths_read_variables_and_context() -> None:
    assert holds({"Variable": "$.v", "NumericLessThanPath": "$limit"}, {"v": 9})
    assert holds({"Variable": "$$.State.Name", "StringEqualsPath": "$.v"}, {"v": "Check"})


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("log-2024.txt", "log-*.txt", True),
        ("log-.txt", "log-*.txt", True),
        ("log.txt", "log-*.txt", False),
        ("anything\nat all", "*", True),
        ("", "*", True),
        ("abcabc", "*abc", True),
        ("aXbXc", "a*b*c", True),
        ("ac", "a*b*c", False),
        ("aba", "ab*ba", False),
        ("a*c", r"a\*c", True),
        ("abc", r"a\*c", False),
        ("a\\c", r"a\\c", True),
        ("a?c", "a?c", True),
        ("abc", "a?c", False),
        ("abc", "ABC", False),
        (5, "*", False),
        ("a" * 5000, "*a" * 500 + "b", False),
    ],
)
def test_string_matches_knows_one_wildcard(value: Json, pattern: str, expected: bool) -> None:
    assert compared(value, "StringMatches", pattern) is expected


@pytest.mark.parametrize("pattern", ["a\\", r"a\b"])
def test_an_open_escape_fails_when_it_is_used(pattern: str) -> None:
    with pytest.raises(Failure) as caught:
        compared("a", "StringMatches", pattern)
    assert caught.value.error == "States.Runtime"


def test_and_or_and_not_nest() -> None:
    rule: dict[str, Json] = {
        "And": [
            {"Or": [{"Variable": "$.a", "NumericEquals": 1}, {"Variable": "$.a", "NumericEquals": 2}]},
            {"Not": {"Variable": "$.b", "IsNull": True}},
        ],
        "Next": "N",
    }
    assert holds(rule, {"a": 2, "b": 0})
    assert not holds(rule, {"a": 2, "b": None})
    assert not holds(rule, {"a": 3, "b": 0})


def test_and_stops_at_the_first_false_and_or_at_the_first_true() -> None:
    missing: Json = {"Variable": "$.foo", "IsNull": True}
    assert not holds({"And": [{"Variable": "$.foo", "IsPresent": True}, missing]}, {})
    assert holds({"Or": [{"Variable": "$.foo", "IsPresent": False}, missing]}, {})


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"Variable": "$.v"},
        {"Variable": "$.v", "NumericEquals": 1, "StringEquals": "a"},
        {"Variable": "$.v", "NumericEquals": "1"},
        {"Variable": "$.v", "NumericEquals": True},
        {"Variable": "$.v", "StringEquals": 1},
        {"Variable": "$.v", "BooleanEquals": 0},
        {"Variable": "$.v", "IsNull": "true"},
        {"Variable": "$.v", "TimestampEquals": "yesterday"},
        {"Variable": "$.v", "NumericEqualsPath": 1},
        {"Variable": "v", "NumericEquals": 1},
        {"Variable": 1, "NumericEquals": 1},
        {"And": []},
        {"And": {"Variable": "$.v", "IsNull": True}},
        {"Not": []},
        {"Or": ["x"]},
        {"And": [{"Variable": "$.v", "IsNull": True}], "Variable": "$.v", "IsNull": True},
    ],
)
def test_what_cannot_be_compiled_is_refused(rule: dict[str, Json]) -> None:
    with pytest.raises(ExpressionError):
        compile_rule(rule)


def test_an_unresolved_placeholder_is_of_no_type() -> None:
    assert not compared(1, "NumericEquals", "${Limit}")
    assert not compared("2016-03-14T00:00:00Z", "TimestampLessThan", "${Deadline}")


def test_rules_nested_without_end_are_refused() -> None:
    rule: dict[str, Json] = {"Variable": "$.v", "IsNull": True}
    for _ in range(900):
        rule = {"Not": rule}
    with pytest.raises(ExpressionError):
        compile_rule(rule)
