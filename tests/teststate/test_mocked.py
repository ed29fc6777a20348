"""Which states take a mock, which need one, and what it may say."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import asl_engine as asl
from tests.teststate.states import FAILS, INVOKE, ROLE, ask, gives, machine, nothing, output, over, parallel, refusal, task

CHOICE = {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "B"}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:pack"
SCHEMA = "ValidationException: Mock result schema validation error: "


@pytest.mark.parametrize("definition", [nothing(), {"Type": "Succeed"}, {"Type": "Fail"}, CHOICE, {"Type": "Wait", "Seconds": 1, "End": True}])
def test_states_without_work_take_no_mock(definition: dict[str, Any]) -> None:
    assert refusal(definition, mock=gives({})) == f"ValidationException: State type '{definition['Type']}' is not supported when a mock is specified"


@pytest.mark.parametrize("definition", [over(), parallel(machine(A=nothing()))])
def test_containers_need_one(definition: dict[str, Any]) -> None:
    assert refusal(definition) == (
        "InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
    )


@pytest.mark.parametrize("resource", [ACTIVITY, INVOKE + ".waitForTaskToken", "arn:aws:states:::glue:startJobRun.sync"])
def test_tasks_that_are_answered_later_need_one(resource: str) -> None:
    definition = task(Resource=resource, Parameters={"FunctionName": "f", "Payload.$": "$$.Task.Token", "JobName": "j"} if "activity" not in resource else {})
    assert "when a mock is not specified" in refusal(definition, roleArn=ROLE)


def test_aws_calls_no_task_without_a_role() -> None:
    assert refusal(task()) == "ValidationException: RoleArn must be specified when testing a Task state"


def test_a_task_aws_would_call_is_not_called_here() -> None:
    told = refusal(task(), roleArn=ROLE)
    assert told.startswith(f"UnmockedTask: nothing answers {INVOKE}")
    assert 'add: mock={"result": "…"}' in told


def test_only_a_map_has_failed_iterations() -> None:
    told = refusal(task(), mock=gives({}), stateConfiguration={"mapIterationFailureCount": 0})
    assert told == "ValidationException: MapIterationFailureCount is only supported when testing a Map state."


@pytest.mark.parametrize("mode", ["STRICT", "PRESENT", "NONE"])
def test_a_result_is_json_text(mode: str) -> None:
    assert refusal(task(), mock={"result": "not json", "fieldValidationMode": mode}) == "ValidationException: Mocked result must be valid JSON"


def test_a_parallels_result_has_an_element_for_each_branch() -> None:
    both = parallel(machine(A=nothing()), machine(B=nothing()))
    assert output(both, mock=gives([1, {"b": 2}])) == [1, {"b": 2}]
    assert refusal(both, mock=gives({})) == "ValidationException: Mocked result must be an array."
    told = "ValidationException: Mocked result must contain the same number of items as number of Parallel branches."
    assert [refusal(both, mock=gives(result)) for result in ([1], [1, 2, 3])] == [told, told]


def test_a_maps_result_is_an_array() -> None:
    assert refusal(over(), mock=gives({})) == "ValidationException: Mocked result must be an array."


def test_a_map_that_writes_its_results_says_where() -> None:
    written = over(ResultWriter=WRITER)
    assert output(written, [1], mock=gives({"MapRunArn": "m"})) == {"MapRunArn": "m"}
    assert refusal(written, [1], mock=gives([1])) == "ValidationException: Mocked result must be a JSON object."


# ------------------------------------------------------------------------------------------------- fields of a result


@pytest.mark.parametrize("result", [None, 1, "text", [], True])
def test_an_apis_answer_is_an_object(result: Any) -> None:
    assert refusal(task(), mock=gives(result)) == "ValidationException: Mocked result must be a valid JSON object."


def test_a_wrong_field_is_told() -> None:
    assert refusal(task(), mock=gives({"StatusCode": "200"})) == SCHEMA + "Field 'StatusCode' must be a number"


def test_strict_is_how_a_result_is_checked_unless_another_mode_is_asked_for() -> None:
    starts = task(Resource="arn:aws:states:::states:startExecution", Parameters={"StateMachineArn": "a"})
    told = SCHEMA + "Required field 'ExecutionArn' is missing"
    assert [refusal(starts, mock=gives({})), refusal(starts, mock=gives({}, fieldValidationMode="STRICT"))] == [told, told]
    assert output(starts, mock=gives({}, fieldValidationMode="PRESENT")) == {}


def test_nothing_is_checked_with_none() -> None:
    assert output(task(), mock=gives(["anything"], fieldValidationMode="NONE")) == ["anything"]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:pay",
        ACTIVITY,
        "arn:aws:states:::http:invoke",
        "arn:aws:states:::apigateway:invoke",
        "arn:aws:states:::eks:call",
    ],
)
def test_what_no_model_describes_may_be_anything(resource: str) -> None:
    assert output(task(Resource=resource), mock=gives("anything")) == "anything"


def test_without_botocore_only_models_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from asl_engine.tasks import service_models

    for cached in (service_models._loader, service_models._folders, service_models._read):
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, "botocore.loaders", None)
    assert output(task(), mock=gives({}, fieldValidationMode="NONE")) == {}
    assert output(task(Resource=ACTIVITY), mock=gives({})) == {}
    assert ask(task(), mock=FAILS)["status"] == "FAILED"
    with pytest.raises(asl.AslError, match=r"pip install 'asl-engine\[aws\]'") as refused:
        ask(task(), mock=gives({}))
    assert refused.value.code == "MissingExtra"


# ----------------------------------------------------------------------------------------------- who caused the error


@pytest.mark.parametrize(("inner", "status"), [(task(), "CAUGHT_ERROR"), (nothing(), "FAILED")])
def test_a_containers_task_failed_is_that_of_a_task_inside(inner: dict[str, Any], status: str) -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "H"}]
    for container in (over(inner, Catch=catch), parallel(machine(Each=inner), Catch=catch), parallel(machine(M=over(inner)), Catch=catch)):
        assert ask(container, [1], mock=FAILS, stateConfiguration={"errorCausedByState": "Each"})["status"] == status


def test_an_error_matched_by_name_needs_no_state_that_caused_it() -> None:
    assert ask(over(Catch=[{"ErrorEquals": ["Card.Declined"], "Next": "H"}]), [1], mock=FAILS)["status"] == "CAUGHT_ERROR"


def test_the_state_that_caused_an_error_is_one_inside() -> None:
    assert refusal(over(), [1], mock=FAILS, stateConfiguration={"errorCausedByState": "Other"}) == "ValidationException: State not found in definition"
