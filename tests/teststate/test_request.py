"""Members of a request: what each may be, and how a wrong one is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import asl_engine as asl
from tests.teststate.states import FAILS, ask, gives, nothing, over, refusal, task

TEXTS = st.sampled_from(["", "{", "{}", "[]", "null", '{"a": 1}', "x", "arn:aws:iam::1:role/r", "DEBUG", "A"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | TEXTS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2)
)
MOCKS = VALUES | st.fixed_dictionaries({}, optional={"result": VALUES, "errorOutput": VALUES | st.just({"error": "E"}), "fieldValidationMode": VALUES})


def test_a_request_without_members_but_its_definition_is_complete() -> None:
    assert asl.test_state(definition=json.dumps(nothing())) == {"output": "{}", "status": "SUCCEEDED"}


def test_the_members_of_the_answer_come_as_aws_writes_them() -> None:
    assert list(ask(nothing(Next="B"))) == ["output", "inspectionData", "nextState", "status"]


@pytest.mark.parametrize("level", ["DEBUG", "TRACE"])
def test_inspection_data_come_with_debug_and_trace(level: str) -> None:
    assert "inspectionData" in ask(nothing(), inspectionLevel=level)


def test_an_object_is_taken_for_the_text_it_has() -> None:
    assert asl.test_state(definition=nothing(), input={"a": 1})["output"] == '{"a":1}'


@pytest.mark.parametrize("input", ["1", '"x"', "null", "[]", "false"])
def test_any_json_is_an_input(input: str) -> None:
    assert asl.test_state(definition=nothing(), input=input)["output"] == input


@pytest.mark.parametrize("input", ["{", "", "  ", "x"])
def test_an_input_that_is_no_json_is_refused(input: str) -> None:
    with pytest.raises(asl.AslError, match=r"^Invalid State Machine Execution Input: '") as refused:
        asl.test_state(definition=nothing(), input=input)
    assert refused.value.code == "InvalidExecutionInput"


def test_an_unknown_member_is_named_with_its_neighbour() -> None:
    assert refusal(statename="A") == "ValidationException: TestState has no member 'statename'; did you mean 'stateName'?"
    assert refusal(task(), mock={"results": "{}"}) == "ValidationException: mock has no member 'results'; did you mean 'result'?"


@pytest.mark.parametrize(
    ("member", "value", "rule"),
    [
        ("stateName", "", "Member must have length greater than or equal to 1"),
        ("stateName", "x" * 81, "Member must have length less than or equal to 80"),
        ("stateName", 1, "Member must be a string"),
        ("inspectionLevel", "ALL", "Member must satisfy enum value set: [INFO, DEBUG, TRACE]"),
        ("inspectionLevel", 1, "Member must satisfy enum value set: [INFO, DEBUG, TRACE]"),
        ("revealSecrets", "yes", "Member must be a boolean"),
        ("mock", "{}", "Member must be an object"),
        ("stateConfiguration", [], "Member must be an object"),
        ("input", "x" * 262_145, "Member must have length less than or equal to 262144"),
        ("roleArn", "arn:" + "x" * 253, "Member must have length less than or equal to 256"),
    ],
)
def test_a_member_out_of_bounds_is_told_with_the_bound(member: str, value: Any, rule: str) -> None:
    assert refusal(**{member: value}) == f"ValidationException: 1 validation error detected: Value at '{member}' failed to satisfy constraint: {rule}"


@pytest.mark.parametrize(
    ("count", "rule"), [(-1, "have value greater than or equal to 0"), (True, "be an integer"), ("1", "be an integer"), (1.0, "be an integer")]
)
@pytest.mark.parametrize("member", ["retrierRetryCount", "mapIterationFailureCount"])
def test_counts_are_natural_numbers(member: str, count: Any, rule: str) -> None:
    told = refusal(over(), mock=FAILS, stateConfiguration={member: count})
    assert told.endswith(f"Value at 'stateConfiguration.{member}' failed to satisfy constraint: Member must {rule}")


def test_a_definition_is_required() -> None:
    with pytest.raises(asl.AslError, match="'definition' failed to satisfy constraint: Member must not be null"):
        asl.test_state()


def test_a_role_has_an_arn() -> None:
    assert refusal(roleArn="tester") == "InvalidArn: Invalid Arn: 'Invalid ARN prefix: tester'"


@pytest.mark.parametrize("variables", ["[]", "1", "{"])
def test_variables_are_an_object(variables: str) -> None:
    assert refusal(variables=variables) == "ValidationException: Variables must be a valid JSON object."


# -------------------------------------------------------------------------------------------------- members together


@pytest.mark.parametrize(
    ("mock", "message"),
    [
        ({}, "One of the following fields is required for a test mock: [result, errorOutput]."),
        ({"fieldValidationMode": "NONE"}, "One of the following fields is required for a test mock: [result, errorOutput]."),
        ({"result": "{}", **FAILS}, "A test mock should have only one of the following fields: [result, errorOutput]."),
        ({"errorOutput": {}}, "An error was not specified in the mocked error output."),
        ({"errorOutput": {"cause": "c"}}, "An error was not specified in the mocked error output."),
    ],
)
def test_a_mock_has_a_result_or_an_error(mock: dict[str, Any], message: str) -> None:
    assert refusal(task(), mock=mock) == f"ValidationException: {message}"


def test_secrets_are_not_revealed_of_a_mock() -> None:
    assert refusal(task(), mock=gives({}), revealSecrets=True) == "ValidationException: TestState does not support RevealSecrets when a mock is specified."


def test_not_revealing_secrets_may_be_said() -> None:
    assert ask(task(), mock=gives({}), revealSecrets=False)["status"] == "SUCCEEDED"


def test_failed_iterations_are_counted_with_a_mock_only() -> None:
    told = refusal(over(), stateConfiguration={"mapIterationFailureCount": 0})
    assert told == "ValidationException: TestState does not support MapIterationFailureCount when a mock is not specified."


def test_a_context_is_given_with_a_mock_only() -> None:
    assert refusal(context="{}") == "ValidationException: TestState does not support Context when a mock is not specified."


@given(
    definition=st.sampled_from([nothing(), task(), over(), {"Type": "Succeed"}, {}, [], {"States": {"A": nothing()}}]) | VALUES,
    members=st.fixed_dictionaries(
        {},
        optional={
            "stateName": VALUES,
            "roleArn": VALUES,
            "input": VALUES,
            "inspectionLevel": VALUES,
            "revealSecrets": VALUES,
            "variables": VALUES,
            "mock": MOCKS,
            "context": VALUES,
            "stateConfiguration": VALUES,
        },
    ),
)
def test_every_request_is_answered_or_refused(definition: Any, members: dict[str, Any]) -> None:
    try:
        assert asl.test_state(definition=definition, **members)["status"] in ("SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR")
    except asl.AslError as refused:
        assert str(refused)


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    for members in ({"input": deep}, {"variables": deep}, {"definition": deep}):
        with pytest.raises(asl.AslError):
            asl.test_state(**{"definition": json.dumps(nothing()), **members})
