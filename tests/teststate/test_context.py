"""The Context object a tested state sees."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.teststate.states import INVOKE, ROLE, gives, machine, nothing, output, over, refusal, task

WHOLE = {"Type": "Pass", "Parameters": {"context.$": "$$"}, "End": True}
SELECTED = task(ResultSelector={"context.$": "$$"})
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def context(definition: dict[str, Any] = WHOLE, **members: Any) -> dict[str, Any]:
    found: dict[str, Any] = output(definition, **members)["context"]
    return found


def test_an_express_execution_of_a_machine_without_a_name_is_made_up() -> None:
    made = context(input={"a": 1})
    execution, state_machine = made["Execution"], made["StateMachine"]
    assert re.fullmatch(UUID, state_machine["Name"])
    assert state_machine["Id"] == f"arn:aws:states:us-east-1:123456789012:stateMachine:{state_machine['Name']}"
    assert execution["Id"] == f"arn:aws:states:us-east-1:123456789012:express:{state_machine['Name']}:{execution['Name']}"
    assert (execution["Input"], execution["RoleArn"]) == ({"a": 1}, None)
    assert set(execution) == {"Id", "Input", "Name", "RoleArn", "StartTime"}


def test_the_roles_account_is_the_executions() -> None:
    execution = context(roleArn=ROLE)["Execution"]
    assert (execution["RoleArn"], execution["Id"].split(":")[4]) == (ROLE, "210987654321")


def test_the_state_is_called_state_name_whatever_its_name() -> None:
    assert context(machine(A=WHOLE), stateName="A")["State"] == {"Name": "StateName", "EnteredTime": "2026-01-01T00:00:00Z"}


def test_a_state_that_may_be_retried_has_a_retry_count() -> None:
    assert context(SELECTED, mock=gives({}))["State"]["RetryCount"] == 0


def test_a_state_inside_a_map_has_no_item() -> None:
    assert "Map" not in context(machine(M=over(WHOLE)), stateName="Each")


def test_a_callback_has_a_token() -> None:
    asks = task(Resource=INVOKE + ".waitForTaskToken", Parameters={"FunctionName": "f", "Payload.$": "$$.Task.Token"}, ResultSelector={"context.$": "$$"})
    assert re.fullmatch(UUID, context(asks, mock=gives(1))["Task"]["Token"])


def test_the_same_request_is_answered_the_same() -> None:
    assert context() == context()


@pytest.mark.parametrize("given", [{}, {"Execution": {}, "State": {}, "StateMachine": {}}, {"Execution": {"Input": [1]}, "State": {"RetryCount": 2}}])
def test_a_context_that_is_given_replaces_the_generated_one(given: dict[str, Any]) -> None:
    assert context(SELECTED, mock=gives({}), context=given) == given


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"pokemon": 1}, "Field 'pokemon' is not allowed"),
        ({"Map": {"Item": {}}}, "'Map' field is not supported when mocking a Context object"),
        ({"Execution": {"Id": 1}}, "Execution.Id must be a string"),
        ({"StateMachine": {"Name": None}}, "StateMachine.Name must be a string"),
        ({"State": {"RetryCount": "1"}}, "State.RetryCount must be an integer"),
        ({"State": []}, "State must be an object"),
        ({"State": {"Colour": "red"}}, "Field 'State.Colour' is not allowed"),
        (
            {"Task": {"Token": "t"}},
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
        ),
    ],
)
def test_a_context_the_state_could_not_have_is_refused(given: dict[str, Any], reason: str) -> None:
    assert refusal(task(), mock=gives({}), context=given) == f"ValidationException: Invalid Context object provided: {reason}"


@pytest.mark.parametrize("text", ["[]", "{", "1"])
def test_a_context_is_an_object(text: str) -> None:
    assert refusal(task(), mock=gives({}), context=text).startswith("ValidationException: Invalid Context object provided: ")


def test_a_callbacks_token_may_be_given() -> None:
    asks = task(Resource=INVOKE + ".waitForTaskToken", Parameters={"FunctionName": "f", "Payload.$": "$$.Task.Token"})
    assert output(asks, mock=gives("done"), context={"Task": {"Token": "t"}}) == "done"


def test_nothing_else_is_mocked_than_it_says() -> None:
    assert output(nothing(Parameters={"at.$": "$$.State.EnteredTime"})) == {"at": "2026-01-01T00:00:00Z"}
