"""Nested workflows: machines that start machines."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, parallel, play, task, types, wait

CHILD = "arn:aws:states:us-east-1:123456789012:stateMachine:child"


def starting(pattern: str = "", **parameters: Any) -> dict[str, Any]:
    """A machine of one state that starts the child."""
    fields = {"StateMachineArn": CHILD, "Input": {"n": 1}, **parameters}
    return machine(Start=task(Resource=f"arn:aws:states:::states:startExecution{pattern}", Parameters=fields))


def started(child: dict[str, Any], pattern: str = "", tasks: Any = None, **parameters: Any) -> tuple[asl.Execution, asl.Machines]:
    machines = asl.Machines({CHILD: asl.load(child)}, tasks=tasks)
    return play(starting(pattern, **parameters), tasks=machines), machines


def test_request_response_gives_the_arn_and_does_not_wait() -> None:
    execution, machines = started(machine(W=wait(60)), Name="c1")
    assert execution.output == {"ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:child:c1", "StartDate": 1767225600000}
    assert execution.elapsed == timedelta(0)
    assert [child.status for child in machines.executions] == ["SUCCEEDED"]


def test_sync_waits_and_gives_output_and_input_as_text() -> None:
    execution, _ = started(machine(W=wait(60, Next="A"), A=nothing(Result={"ok": [1]})), ".sync", Name="c1")
    assert execution.elapsed == timedelta(seconds=60)
    assert execution.output == {
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:child:c1",
        "Input": '{"n":1}',
        "InputDetails": {"Included": True},
        "Name": "c1",
        "Output": '{"ok":[1]}',
        "OutputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": 1767225600000,
        "StateMachineArn": CHILD,
        "Status": "SUCCEEDED",
        "StopDate": 1767225660000,
    }


def test_sync_2_gives_output_and_input_as_json() -> None:
    execution, _ = started(machine(A=nothing()), ".sync:2")
    output: Any = execution.output
    assert (output["Input"], output["Output"]) == ({"n": 1}, {"n": 1})


def test_a_started_child_is_submitted_and_then_done() -> None:
    execution, machines = started(machine(A=nothing()), ".sync")
    assert types(execution)[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    (submitted,) = events(execution, "TaskSubmitted")
    assert submitted.details["output"]["ExecutionArn"] == machines.executions[0].arn


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_a_failed_child_fails_the_task_and_tells_all_about_it(pattern: str) -> None:
    execution, _ = started(machine(F={"Type": "Fail", "Error": "E", "Cause": "c"}), pattern)
    assert execution.error == "States.TaskFailed"
    text = str(execution.cause)
    told = json.loads(text)
    assert (told["Error"], told["Cause"], told["Status"], told["Input"]) == ("E", "c", "FAILED", '{"n":1}')
    assert list(told) == sorted(told)
    assert ", " not in text.replace(told["ExecutionArn"], "")


def test_a_child_that_timed_out_tells_so() -> None:
    execution, _ = started({**machine(W=wait(60)), "TimeoutSeconds": 5}, ".sync")
    told = json.loads(str(execution.cause))
    assert (told["Error"], "Cause" in told, execution.elapsed) == ("States.Timeout", False, timedelta(seconds=5))


def test_a_childs_failure_is_matched_as_a_task_failed() -> None:
    definition = starting(".sync")
    definition["States"]["Start"] |= {"Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}]}
    definition["States"]["B"] = nothing()
    machines = asl.Machines({"child": asl.load(machine(F={"Type": "Fail", "Error": "E"}))})
    assert play(definition, tasks=machines).path == ["Start", "B"]


def test_a_parent_that_times_out_does_not_wait_for_its_child() -> None:
    definition = starting(".sync")
    definition["States"]["Start"]["TimeoutSeconds"] = 5
    machines = asl.Machines({CHILD: asl.load(machine(W=wait(60)))})
    execution = play(definition, tasks=machines)
    assert (execution.error, execution.elapsed) == ("States.Timeout", timedelta(seconds=5))


def test_a_child_begins_when_it_is_started() -> None:
    machines = asl.Machines({CHILD: asl.load(machine(A=nothing(Parameters={"at.$": "$$.Execution.StartTime"})))})
    definition = starting(".sync:2")
    definition["StartAt"] = "W"
    definition["States"]["W"] = wait(60, Next="Start")
    output: Any = play(definition, tasks=machines).output
    assert output["Output"] == {"at": "2026-01-01T00:01:00Z"}


def test_a_machine_is_found_by_name_too() -> None:
    machines = asl.Machines({"child": asl.load(machine(A=nothing()))})
    assert play(starting(".sync"), tasks=machines).status == "SUCCEEDED"


def test_a_machine_that_is_not_registered_is_a_task_like_any_other() -> None:
    assert play(starting(".sync"), tasks=asl.Machines({}, tasks=lambda call: {"mocked": True})).output == {"mocked": True}
    with pytest.raises(asl.UnmockedTask, match="startExecution"):
        play(starting(".sync"), tasks=asl.Machines({}))


def test_the_childs_tasks_are_answered_by_the_same_tasks() -> None:
    execution, _ = started(machine(A=task()), ".sync:2", tasks=lambda call: {"from": call.state_name})
    output: Any = execution.output
    assert output["Output"] == {"from": "A"}


def test_an_input_that_is_text_must_be_json() -> None:
    execution, _ = started(machine(A=nothing()), ".sync:2", Input='{"n": [1]}')
    output: Any = execution.output
    assert output["Output"] == {"n": [1]}
    refused, machines = started(machine(A=nothing()), ".sync:2", Input="{")
    assert refused.error == "StepFunctions.InvalidExecutionInputException"
    assert machines.executions == []


@pytest.mark.parametrize("name", ["a b", "x" * 81])
def test_a_name_that_aws_would_not_take_fails_the_task(name: str) -> None:
    execution, machines = started(machine(A=nothing()), Name=name)
    assert (execution.error, execution.cause) == ("StepFunctions.InvalidNameException", f"Invalid Name: '{name}'")
    assert machines.executions == []


@pytest.mark.parametrize("text", ["[" * 100_000, "NaN", '"\\ud800"', "1e999"])
def test_a_text_that_is_no_json_value_is_refused_as_one(text: str) -> None:
    execution, _ = started(machine(A=nothing()), ".sync:2", Input=text)
    assert execution.error == "StepFunctions.InvalidExecutionInputException"


def test_machines_that_start_each_other_in_a_circle_are_stopped() -> None:
    """Not a failure of the machine: no Catch may hide it."""
    circle = starting(".sync")
    circle["States"]["Start"] |= {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]}
    circle["States"]["B"] = nothing()
    machines = asl.Machines({CHILD: asl.load(circle)})
    with pytest.raises(asl.LimitExceeded, match="circle"):
        play(circle, tasks=machines)


def test_children_repeat_with_the_parents_seed() -> None:
    draw = machine(A=nothing(Parameters={"id.$": "States.UUID()"}))
    first, second = (started(draw, ".sync:2")[0].output for _ in range(2))
    assert first == second


def test_a_child_that_waits_for_ever_stalls_and_says_where() -> None:
    ask = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": "b"})
    with pytest.raises(asl.ExecutionStalled, match='"A"'):
        started(machine(A=ask), ".sync", tasks=lambda call: asl.Unanswered())


# ------------------------------------------------------------------------------------------------------------ callbacks

WAITING: dict[str, Any] = {"Input": {"token.$": "$$.Task.Token"}}


def sending(api: str, **parameters: Any) -> dict[str, Any]:
    """A child that answers its caller's token after a minute, and then lives on for an hour."""
    send = task(Resource=f"arn:aws:states:::aws-sdk:sfn:{api}", Parameters={"TaskToken.$": "$.token", **parameters}, Next="After")
    return machine(Before=wait(60, Next="Send"), Send=send, After=wait(3600))


def test_a_child_answers_its_callers_token_when_it_sends_it() -> None:
    execution, machines = started(sending("sendTaskSuccess", Output='{"approved": true}'), ".waitForTaskToken", **WAITING)
    assert (execution.output, execution.elapsed) == ({"approved": True}, timedelta(seconds=60))
    assert [child.elapsed for child in machines.executions] == [timedelta(seconds=3660)]
    assert types(execution)[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_a_child_fails_its_callers_task_when_it_sends_that() -> None:
    execution, _ = started(sending("sendTaskFailure", Error="No", Cause="not today"), ".waitForTaskToken", **WAITING)
    assert (execution.error, execution.cause, execution.elapsed) == ("No", "not today", timedelta(seconds=60))


@pytest.mark.parametrize("child", [machine(A=nothing()), machine(F={"Type": "Fail", "Error": "E"})], ids=["succeeds", "fails"])
def test_how_a_child_ends_is_no_answer_to_a_token(child: dict[str, Any]) -> None:
    with pytest.raises(asl.ExecutionStalled, match=r"startExecution\.waitForTaskToken"):
        started(child, ".waitForTaskToken", **WAITING)
    definition = starting(".waitForTaskToken", **WAITING)
    definition["States"]["Start"]["TimeoutSeconds"] = 90
    execution = play(definition, tasks=asl.Machines({CHILD: asl.load(child)}))
    assert (execution.error, execution.elapsed) == ("States.Timeout", timedelta(seconds=90))


@pytest.mark.parametrize("output", ["{", {"no": "text"}], ids=["broken", "an object"])
def test_a_token_is_answered_with_a_json_text(output: Any) -> None:
    definition = starting(".waitForTaskToken", **WAITING)
    definition["States"]["Start"]["TimeoutSeconds"] = 90
    machines = asl.Machines({CHILD: asl.load(sending("sendTaskSuccess", Output=output))})
    assert play(definition, tasks=machines).error == "States.Timeout"
    assert [child.error for child in machines.executions] == ["Sfn.InvalidOutputException"]


def test_a_token_of_somebody_else_is_a_task_like_any_other() -> None:
    execution, _ = started(sending("sendTaskSuccess", Output="1"), ".sync:2", tasks=lambda call: {"mocked": True}, Input={"token": "theirs"})
    output: Any = execution.output
    assert output["Output"] == {"mocked": True}


def test_children_that_run_at_once_are_not_nested_in_each_other() -> None:
    """On a wall or scaled clock tasks run in threads."""
    together = threading.Barrier(45, timeout=20)
    branch = starting(".sync:2")
    machines = asl.Machines({CHILD: asl.load(machine(A=task()))}, tasks=lambda call: {"arrived": together.wait() >= 0})
    execution = play(
        machine(P=parallel(*[branch | {"States": {f"S{n}": branch["States"]["Start"]}, "StartAt": f"S{n}"} for n in range(45)])),
        tasks=machines,
        clock=asl.ScaledClock(60),
    )
    assert execution.status == "SUCCEEDED"


ASK = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": "b"})


def test_a_child_nobody_waits_for_may_never_end() -> None:
    execution, machines = started(machine(A=ASK), tasks=lambda call: asl.Unanswered())
    assert (execution.status, [child.status for child in machines.executions]) == ("SUCCEEDED", ["RUNNING"])
    (told,) = machines.stalled
    assert told.startswith(f'started in state "Start", the machine "{CHILD}" never ends: "A" waits for')


def test_a_child_that_never_ends_leaves_its_caller_to_its_timeout() -> None:
    parent = starting(".sync")
    parent["States"]["Start"]["TimeoutSeconds"] = 60
    execution = play(parent, tasks=asl.Machines({CHILD: asl.load(machine(A=ASK))}, tasks=lambda call: asl.Unanswered()))
    assert (execution.error, execution.elapsed) == ("States.Timeout", timedelta(seconds=60))


def test_what_is_asked_first_is_asked_in_children_too_and_only_once() -> None:
    asked: list[str] = []

    def first(call: asl.TaskCall) -> Any:
        asked.append(call.state_name)
        raise asl.NotMine("nothing here")

    machines = asl.Machines({CHILD: asl.load(machine(A=task()))}, first=first, tasks=lambda call: {})
    assert play(starting(".sync"), tasks=machines).status == "SUCCEEDED"
    assert asked == ["Start", "A"]


def test_the_executions_of_each_machine_are_kept_in_the_order_they_started() -> None:
    machines = asl.Machines({"outer": asl.load(starting(".sync", StateMachineArn="inner")), "inner": asl.load(machine(A=nothing()))})
    play(starting(".sync", StateMachineArn="outer"), tasks=machines)
    assert {name: len(runs) for name, runs in machines.started.items()} == {"outer": 1, "inner": 1}
