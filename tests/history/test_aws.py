"""Histories as GetExecutionHistory returns them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import ACTIVITY, JOB, LAMBDA, QUEUE, distributed, machine, nothing, over, parallel, play, task, wait

TRUNCATED = {"truncated": False}


def every_kind() -> dict[str, dict[str, Any]]:
    """The first event of each type that a number of executions leave, as AWS shapes it."""
    failing = {"Type": "Fail", "Error": "E", "Cause": "c"}
    all_caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]}
    send = {"Resource": QUEUE, "Parameters": {"QueueUrl": "q", "MessageBody": "b"}}
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "Z"}], "Default": "Z"}

    def outcome(found: asl.Outcome) -> Any:
        return lambda call: found

    runs: list[asl.Execution] = [
        play(machine(A=nothing(Assign={"v": {"n": 1}}, Next="W"), W=wait(1, Next="C"), C=choice, Z={"Type": "Succeed"}), {"a": "é"}),
        play(machine(F=failing)),
        play({**machine(W=wait(9)), "TimeoutSeconds": 1}),
        play({"QueryLanguage": "JSONata", **machine(A=nothing(Output="{% $error('x') %}"))}),
        play(machine(P=parallel(machine(A=nothing())))),
        play(machine(P=parallel(machine(W=wait(9)), machine(F=failing)))),
        play(machine(M=over(machine(A=nothing()))), [1]),
        play(machine(M=over(machine(W=wait(1, Next="F"), F=failing))), [1, 2]),
        play(machine(M=distributed(machine(A=nothing()))), [1]),
        play(machine(M=distributed(machine(F=failing))), [1]),
        play(machine(P=parallel(machine(Q=parallel(machine(W=wait(9)))), machine(M=over(machine(W2=wait(9)))), machine(F=failing))), [1]),
    ]
    for resource in ({"Resource": LAMBDA}, send, {"Resource": ACTIVITY}, {"Resource": JOB, "Parameters": {"JobName": "j"}}):
        for found in (asl.Succeeded({"ok": 1}), asl.Failed("E", "c"), asl.Unanswered()):
            state = task(**resource, TimeoutSeconds=9, Credentials={"RoleArn": "arn:role"}, **all_caught)
            runs.append(play(machine(T=state, Z=nothing()), tasks=outcome(found)))
    runs.append(play(machine(M=over(machine(T=task(TimeoutSeconds=1)))), [1, 2], tasks=outcome(asl.Unanswered())))
    stopped = asl.start(asl.load(machine(W=wait(9))), {})
    stopped.abort("Stop", "enough")
    runs.append(stopped.execution)
    found_events: dict[str, dict[str, Any]] = {}
    for execution in runs:
        for event in execution.to_aws_events():
            found_events.setdefault(event["type"], event)
    return found_events


EVENTS = every_kind()
IO = {"inputDetails": TRUNCATED}
OUT = {"outputDetails": TRUNCATED}
SQS = {"resourceType": "sqs", "resource": "sendMessage.waitForTaskToken"}
STATE_NAMES = {"Pass": "A", "Wait": "W", "Choice": "C", "Succeed": "Z", "Parallel": "P", "Map": "M", "Task": "T", "Fail": "F"}
NO_DETAILS = [
    "LambdaFunctionStarted",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "ParallelStateFailed",
    "MapStateSucceeded",
    "MapStateFailed",
    "MapRunSucceeded",
    "TaskStateAborted",
    "WaitStateAborted",
    "ParallelStateAborted",
    "MapStateAborted",
]
DETAILS: dict[str, dict[str, Any]] = {
    "ExecutionStarted": {"input": '{"a":"é"}', **IO, "roleArn": "arn:aws:iam::123456789012:role/StateMachineRole"},
    "ExecutionSucceeded": {"output": '{"a":"é"}', **OUT},
    "ExecutionFailed": {"error": "E", "cause": "c"},
    "ExecutionTimedOut": {"error": "States.Timeout"},
    "ExecutionAborted": {"error": "Stop", "cause": "enough"},
    "MapStateStarted": {"length": 1},
    "MapIterationStarted": {"name": "M", "index": 0},
    "MapIterationSucceeded": {"name": "M", "index": 0},
    "MapIterationFailed": {"name": "M", "index": 0},
    "MapIterationAborted": {"name": "M", "index": 1},
    "MapRunFailed": {"error": "States.ExceedToleratedFailureThreshold", "cause": "The specified tolerated failure threshold was exceeded"},
    "LambdaFunctionScheduled": {"resource": LAMBDA, "input": "{}", **IO, "timeoutInSeconds": 9, "taskCredentials": {"roleArn": "arn:role"}},
    "LambdaFunctionSucceeded": {"output": '{"ok":1}', **OUT},
    "LambdaFunctionFailed": {"error": "E", "cause": "c"},
    "LambdaFunctionTimedOut": {"error": "States.Timeout"},
    "ActivityScheduled": {"resource": ACTIVITY, "input": "{}", **IO, "timeoutInSeconds": 9},
    "ActivityStarted": {},
    "ActivitySucceeded": {"output": '{"ok":1}', **OUT},
    "ActivityFailed": {"error": "E", "cause": "c"},
    "ActivityTimedOut": {"error": "States.Timeout"},
    "TaskScheduled": {
        **SQS,
        "region": "us-east-1",
        "parameters": '{"QueueUrl":"q","MessageBody":"b"}',
        "timeoutInSeconds": 9,
        "taskCredentials": {"roleArn": "arn:role"},
    },
    "TaskStarted": SQS,
    "TaskSubmitted": {**SQS, "output": "{}", **OUT},
    "TaskSucceeded": {**SQS, "output": '{"ok":1}', **OUT},
    "TaskFailed": {**SQS, "error": "E", "cause": "c"},
    "TaskTimedOut": {**SQS, "error": "States.Timeout"},
}


def member_of(event: dict[str, Any]) -> set[str]:
    return set(event) - {"id", "previousEventId", "timestamp", "type"}


def test_every_event_has_an_id_a_predecessor_an_instant_and_a_type() -> None:
    for event in EVENTS.values():
        assert event.keys() >= {"id", "previousEventId", "timestamp", "type"}
        assert isinstance(event["timestamp"], datetime)
        assert event["timestamp"].tzinfo is UTC


@pytest.mark.parametrize("type", NO_DETAILS)
def test_some_events_have_no_details(type: str) -> None:
    assert member_of(EVENTS[type]) == set()


@pytest.mark.parametrize("type", DETAILS)
def test_details_stand_under_the_name_of_the_type(type: str) -> None:
    member = f"{type[0].lower()}{type[1:]}EventDetails"
    assert member_of(EVENTS[type]) == {member}
    assert EVENTS[type][member] == DETAILS[type]


@pytest.mark.parametrize("kind", STATE_NAMES)
def test_all_entries_share_one_name(kind: str) -> None:
    event = EVENTS[f"{kind}StateEntered"]
    assert member_of(event) == {"stateEnteredEventDetails"}
    details = event["stateEnteredEventDetails"]
    assert (details["name"], details["inputDetails"], details.keys()) == (STATE_NAMES[kind], TRUNCATED, {"name", "input", "inputDetails"})
    json.loads(details["input"])


@pytest.mark.parametrize("kind", [kind for kind in STATE_NAMES if kind not in ("Fail", "Pass")])
def test_all_exits_share_one_name(kind: str) -> None:
    event = EVENTS[f"{kind}StateExited"]
    assert member_of(event) == {"stateExitedEventDetails"}
    assert event["stateExitedEventDetails"].keys() == {"name", "output", "outputDetails"}


def test_assigned_variables_are_json_texts() -> None:
    details = EVENTS["PassStateExited"]["stateExitedEventDetails"]
    assert details["assignedVariables"] == {"v": '{"n":1}'}
    assert details["assignedVariablesDetails"] == TRUNCATED


def test_a_failed_evaluation_tells_state_and_location() -> None:
    details = EVENTS["EvaluationFailed"]["evaluationFailedEventDetails"]
    assert details.keys() == {"error", "cause", "location", "state"}
    assert (details["error"], details["location"], details["state"]) == ("States.QueryEvaluationError", "Output", "A")


def test_a_map_run_tells_its_arn() -> None:
    assert EVENTS["MapRunStarted"]["mapRunStartedEventDetails"]["mapRunArn"].startswith("arn:aws:states:us-east-1:123456789012:mapRun:")


def test_nothing_is_left_that_these_tests_do_not_know() -> None:
    known = {*NO_DETAILS, *DETAILS, "EvaluationFailed", "MapRunStarted"}
    assert {type for type in EVENTS if not type.endswith(("StateEntered", "StateExited"))} == known


def test_every_event_is_one_that_the_services_model_has() -> None:
    """Checked against botocore's model of the API: types, members and their shapes."""
    loaders = pytest.importorskip("botocore.loaders")
    shapes = loaders.Loader().load_service_model("stepfunctions", "service-2")["shapes"]
    members = shapes["HistoryEvent"]["members"]
    for type, event in EVENTS.items():
        assert type in shapes["HistoryEventType"]["enum"]
        for member in member_of(event):
            allowed = shapes[members[member]["shape"]]["members"]
            assert event[member].keys() <= allowed.keys(), (type, member)


def test_what_aws_does_not_tell_is_dropped() -> None:
    assert not [event for event in EVENTS.values() for member in member_of(event) if {"rule", "retrier", "catcher"} & event[member].keys()]


def test_a_value_too_deep_for_text_is_our_limit() -> None:
    program = asl.load(machine(A=nothing(Parameters={"a.$": "$"}, Next="A")), validate=False)
    with pytest.raises(asl.LimitExceeded, match="too deeply"):
        asl.run(program, {}).to_aws_events()
