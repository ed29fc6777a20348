"""The work of a Task: what is asked, what is recorded, when it is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import ACTIVITY, JOB, LAMBDA, QUEUE, events, machine, nothing, over, parallel, play, seconds, task, types

CATCH_ALL = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]}


def asked(definition: dict[str, Any], input: Any = None) -> list[asl.TaskCall]:
    """All calls of a run in which every task succeeds."""
    calls: list[asl.TaskCall] = []

    def answer(call: asl.TaskCall) -> dict[str, Any]:
        calls.append(call)
        return {}

    play(definition, input, tasks=answer)
    return calls


def work_of(execution: asl.Execution) -> list[str]:
    """The events between a Task's entry and exit."""
    return types(execution)[2:-2]


# ------------------------------------------------------------------------------------------------------ what is asked


def test_a_call_tells_what_is_asked_where_and_when() -> None:
    (call,) = asked(machine(Pay=task(Parameters={"n": 1}, TimeoutSeconds=60, Credentials={"RoleArn": "arn:role"})))
    assert (str(call.resource), call.arguments, call.state_name, str(call.state_path), call.attempt) == (LAMBDA, {"n": 1}, "Pay", "Pay", 0)
    assert (call.timeout, call.heartbeat, call.credentials, call.token) == (timedelta(seconds=60), None, "arn:role", None)
    assert call.context["State"] == {"Name": "Pay", "EnteredTime": "2026-01-01T00:00:00Z", "RetryCount": 0}


def test_a_path_tells_the_branches_and_iterations_around() -> None:
    (call,) = asked(machine(Fan=over(machine(Both=parallel(machine(Pay=task()))))), [1])
    assert str(call.state_path) == "Fan[0]/Both[0]/Pay"


@pytest.mark.parametrize(("resource", "parameters", "has_token"), [(LAMBDA, {}, False), (QUEUE, {"QueueUrl": "q", "MessageBody": "b"}, True)])
def test_only_who_can_answer_later_gets_a_token(resource: str, parameters: dict[str, Any], has_token: bool) -> None:
    (call,) = asked(machine(A=task(Resource=resource, Parameters=parameters)))
    assert (call.token is not None) is has_token
    assert ("Task" in call.context) is has_token


def test_the_token_can_be_sent_along_and_is_another_for_each_attempt() -> None:
    tokens: list[str] = []

    def answer(call: asl.TaskCall) -> Any:
        tokens.append(call.arguments["MessageBody"]["token"])
        assert call.token == tokens[-1]
        return asl.Failed("E") if len(tokens) == 1 else {}

    body = {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}
    play(machine(A=task(Resource=QUEUE, Parameters=body, Retry=[{"ErrorEquals": ["E"]}])), tasks=answer)
    assert len(set(tokens)) == 2


def test_who_is_asked_may_write_to_its_arguments() -> None:
    def answer(call: asl.TaskCall) -> None:
        call.arguments["list"].append(1)

    execution = play(machine(A=task()), {"list": []}, tasks=answer)
    (scheduled,) = events(execution, "LambdaFunctionScheduled")
    assert scheduled.details["input"] == {"list": []}


def test_what_a_fake_goes_on_changing_does_not_change_history() -> None:
    shared = {"n": 0}

    def answer(call: asl.TaskCall) -> dict[str, int]:
        shared["n"] += 1
        return shared

    execution = play(machine(A=task(ResultPath="$.a", Next="B"), B=task(ResultPath="$.b")), tasks=answer)
    assert execution.output == {"a": {"n": 1}, "b": {"n": 2}}


def test_ecs_is_told_who_starts_the_task() -> None:
    (call,) = asked(machine(A=task(Resource="arn:aws:states:::ecs:runTask.sync", Parameters={"TaskDefinition": "t"})))
    assert call.arguments == {"TaskDefinition": "t", "StartedBy": "AWS Step Functions"}


@pytest.mark.parametrize("seconds", [10**21, 2**63])
def test_a_computed_timeout_beyond_the_largest_number_means_no_more_than_that(seconds: int) -> None:
    (call,) = asked(machine(A=task(TimeoutSecondsPath="$.n")), {"n": seconds})
    assert call.timeout == timedelta(seconds=99_999_999)


# ------------------------------------------------------------------------------------------------- what is recorded


KINDS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "a function": (LAMBDA, {}, ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]),
    "a service": ("arn:aws:states:::sns:publish", {"TopicArn": "t", "Message": "m"}, ["TaskScheduled", "TaskStarted", "TaskSucceeded"]),
    "a job": (JOB, {"JobName": "j"}, ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
    "a callback": (QUEUE, {"QueueUrl": "q", "MessageBody": "b"}, ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
    "an activity": (ACTIVITY, {}, ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]),
}


@pytest.mark.parametrize(("resource", "parameters", "expected"), KINDS.values(), ids=KINDS)
def test_each_kind_of_resource_leaves_its_own_events(resource: str, parameters: dict[str, Any], expected: list[str]) -> None:
    execution = play(machine(A=task(Resource=resource, Parameters=parameters)), tasks=lambda call: {})
    assert work_of(execution) == expected
    assert [event.previous for event in execution.history][2:] == list(range(2, len(execution.history)))


def test_a_scheduled_integration_tells_service_action_region_and_parameters() -> None:
    definition = machine(A=task(Resource=QUEUE, Parameters={"QueueUrl": "q", "MessageBody": "b"}, TimeoutSeconds=9, HeartbeatSeconds=3))
    (scheduled,) = events(play(definition, tasks=lambda call: {}), "TaskScheduled")
    assert scheduled.details == {
        "resourceType": "sqs",
        "resource": "sendMessage.waitForTaskToken",
        "region": "us-east-1",
        "parameters": {"QueueUrl": "q", "MessageBody": "b"},
        "timeoutInSeconds": 9,
        "heartbeatInSeconds": 3,
    }


def test_the_role_a_task_takes_is_told() -> None:
    execution = play(machine(A=task(Credentials={"RoleArn.$": "$.role"})), {"role": "arn:role"}, tasks=lambda call: {})
    (scheduled,) = events(execution, "LambdaFunctionScheduled")
    assert scheduled.details["taskCredentials"] == {"roleArn": "arn:role"}


def test_a_role_that_is_no_text_fails_the_state() -> None:
    execution = play(machine(A=task(Credentials={"RoleArn.$": "$.role"})), {"role": 1}, tasks=lambda call: {})
    assert execution.error == "States.Runtime"


def test_what_the_service_said_when_it_took_the_job_is_submitted() -> None:
    definition = machine(A=task(Resource=JOB, Parameters={"JobName": "j"}))
    execution = play(definition, tasks=lambda call: asl.Succeeded({"done": 1}, submitted={"JobRunId": "r"}))
    (submitted,) = events(execution, "TaskSubmitted")
    assert submitted.details["output"] == {"JobRunId": "r"}


def test_a_job_that_failed_at_once_was_never_submitted() -> None:
    execution = play(machine(A=task(Resource=JOB, Parameters={"JobName": "j"})), tasks=lambda call: asl.Failed("E", "c"))
    assert types(execution)[2:] == ["TaskScheduled", "TaskStarted", "TaskFailed", "ExecutionFailed"]
    assert execution.history[-2].details == {"resourceType": "glue", "resource": "startJobRun.sync", "error": "E", "cause": "c"}


def test_a_failure_without_error_and_cause_is_recorded_without_them() -> None:
    execution = play(machine(A=task()), tasks=lambda call: asl.Failed(None, None))
    assert execution.history[-1].details == {}
    assert execution.history[-2].details == {}


def test_a_timeout_has_no_cause() -> None:
    execution = play(machine(A=task(TimeoutSeconds=5)), tasks=lambda call: asl.Unanswered())
    assert types(execution)[-2:] == ["LambdaFunctionTimedOut", "ExecutionFailed"]
    assert (execution.error, execution.cause) == ("States.Timeout", None)


# ----------------------------------------------------------------------------------------------------------- results


@pytest.mark.parametrize(("resource", "parameters", "culprit"), [(LAMBDA, {}, LAMBDA), ("arn:aws:states:::lambda:invoke", {"FunctionName": "f"}, "lambda")])
def test_a_result_larger_than_the_quota_is_a_failure_that_all_catches(resource: str, parameters: dict[str, Any], culprit: str) -> None:
    definition = machine(A=task(Resource=resource, Parameters=parameters, **CATCH_ALL), Caught=nothing())
    execution = play(definition, tasks=lambda call: "x" * 262_143)
    cause = f"The state/task '{culprit}' returned a result with a size exceeding the maximum number of bytes service limit."
    assert execution.output == {"Error": "States.DataLimitExceeded", "Cause": cause}


def test_a_result_that_just_fits_is_a_result() -> None:
    assert play(machine(A=task()), tasks=lambda call: "x" * 262_142).status == "SUCCEEDED"


# --------------------------------------------------------------------------------------------------- two kinds of error


def test_an_ordinary_exception_in_a_mock_is_a_mistake_in_the_mock() -> None:
    def broken(call: asl.TaskCall) -> None:
        raise ValueError("oops")

    with pytest.raises(asl.MockError, match="oops") as error:
        play(machine(A=task(**CATCH_ALL), Caught=nothing()), tasks=broken)
    assert isinstance(error.value.__cause__, ValueError)


def test_a_task_failure_is_the_machines() -> None:
    def failing(call: asl.TaskCall) -> None:
        raise asl.TaskFailure("Card.Declined", "no funds")

    execution = play(machine(A=task(**CATCH_ALL), Caught=nothing()), tasks=failing)
    assert execution.output == {"Error": "Card.Declined", "Cause": "no funds"}


def test_a_task_nobody_answers_is_never_caught() -> None:
    with pytest.raises(asl.UnmockedTask, match=r'nothing answers .* in state "A"'):
        play(machine(A=task(**CATCH_ALL), Caught=nothing()))


@pytest.mark.parametrize("result", [float("nan"), {1, 2}, "\ud800", {"a": (1,)}, {1: 2}], ids=["nan", "set", "surrogate", "tuple", "key"])
def test_a_result_that_is_not_json_is_a_mistake_in_the_mock(result: Any) -> None:
    with pytest.raises(asl.MockError, match="not JSON"):
        play(machine(A=task(**CATCH_ALL), Caught=nothing()), tasks=lambda call: result)


# ----------------------------------------------------------------------------------------------------------- heartbeats


def beating(*at: int, answer: int | None = None) -> Any:
    beats = tuple(timedelta(seconds=second) for second in at)
    return lambda call: asl.Unanswered(beats) if answer is None else asl.Succeeded({}, timedelta(seconds=answer), heartbeats=beats)


CASES: list[tuple[Any, str, float]] = [
    (beating(), "FAILED", 10),
    (beating(answer=10), "SUCCEEDED", 10),
    (beating(answer=11), "FAILED", 10),
    (beating(9, answer=15), "SUCCEEDED", 15),
    (beating(10, answer=15), "SUCCEEDED", 15),
    (beating(11, answer=15), "FAILED", 10),
    (beating(20, 5, 12, answer=25), "SUCCEEDED", 25),
    (beating(5, 5, 5), "FAILED", 15),
    (beating(8, 16, 24), "FAILED", 30),
]


@pytest.mark.parametrize(("tasks", "status", "after"), CASES)
def test_a_heartbeat_is_missed_an_interval_after_the_last_sign_of_life(tasks: Any, status: str, after: float) -> None:
    definition = machine(A=task(Resource=JOB, Parameters={"JobName": "j"}, HeartbeatSeconds=10, TimeoutSeconds=30))
    execution = play(definition, tasks=tasks)
    assert (execution.status, seconds(execution)) == (status, after)
