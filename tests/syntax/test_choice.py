"""Choice rules: one combination or one comparison, Next outside only."""

from __future__ import annotations

import pytest

from asl_engine.analysis.check import check_definition
from asl_engine.source import source_from_value
from asl_engine.values import Json

ONLY_ONE = "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]"


def said(rule: dict[str, Json], **fields: Json) -> list[tuple[str, str]]:
    states: Json = {"S": {"Type": "Choice", "Choices": [{"Next": "E", **rule}], **fields}, "E": {"Type": "Succeed"}}
    return [(d.message, d.pointer.removeprefix("/States/S/Choices/0")) for d in check_definition(source_from_value({"StartAt": "S", "States": states}))]


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.a", "StringEquals": "x"},
        {"Variable": "$$.Execution.Name", "StringEqualsPath": "$.b"},
        {"Variable": "$.a", "NumericGreaterThan": 1.5, "Assign": {"x": 1}, "Comment": "c"},
        {"Variable": "$.a", "TimestampLessThan": "2016-03-14T01:59:00Z"},
        {"Not": {"And": [{"Variable": "$.a", "IsPresent": True}, {"Or": [{"Variable": "$.b", "IsNull": False}]}]}},
    ],
)
def test_well_formed_rules_are_accepted(rule: dict[str, Json]) -> None:
    assert said(rule) == []


@pytest.mark.parametrize(
    ("rule", "message", "place"),
    [
        ({}, ONLY_ONE, ""),
        ({"Variable": "$.a", "StringEquals": "x", "And": []}, ONLY_ONE, ""),
        ({"And": []}, "Value cannot be empty", "/And"),
        ({"Variable": "$.a"}, "A data test must have exactly one comparison operator", ""),
        ({"Variable": "$.a", "StringEquals": "x", "IsNull": True}, "A data test must have exactly one comparison operator", ""),
        ({"Variable": "$.a", "NumericEquals": "1"}, "Expected value of type Float", "/NumericEquals"),
        ({"Variable": "$.a", "IsPresent": "yes"}, "Expected value of type Boolean", "/IsPresent"),
        ({"Variable": "$.a", "TimestampEquals": "soon"}, "String does not match RFC3339 timestamp", "/TimestampEquals"),
        ({"Variable": "a", "IsNull": True}, "Value is not a valid JSONPath", "/Variable"),
        ({"Variable": "$.a", "StringEqual": "x"}, "Field 'StringEqual' is not supported", "/StringEqual"),
        ({"Not": {"Variable": "$.a", "IsNull": True, "Next": "E"}}, "Field 'Next' is not supported", "/Not/Next"),
    ],
)
def test_malformed_rules_are_refused(rule: dict[str, Json], message: str, place: str) -> None:
    assert (message, place) in said(rule)


def test_a_jsonata_rule_is_one_condition() -> None:
    assert said({"Condition": "{% $states.input.a > 1 %}", "Output": "{% 1 %}"}, QueryLanguage="JSONata") == []


def test_a_jsonata_condition_is_an_expression_or_a_boolean() -> None:
    assert said({"Condition": "true"}, QueryLanguage="JSONata") == [("Expected value of type Boolean", "/Condition")]


def test_a_jsonata_rule_has_no_variable() -> None:
    message = "The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the 'JSONPath' QueryLanguage"
    assert (message, "/Variable") in said({"Variable": "$.a"}, QueryLanguage="JSONata")


def test_rules_nested_without_end_are_refused() -> None:
    rule: dict[str, Json] = {"Variable": "$.a", "IsNull": True}
    for _ in range(100):
        rule = {"Not": rule}
    assert any("nested more than" in message for message, _ in said(rule))
