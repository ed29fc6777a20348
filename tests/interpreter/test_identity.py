"""Who an execution is, and the Context object that says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import machine, nothing, play, task, wait

WHOLE = machine(A=nothing(Parameters={"all.$": "$$"}, OutputPath="$.all"))


def context(**options: Any) -> Any:
    return play(WHOLE, {"in": 1}, **options).output


def test_the_whole_context_object_of_a_state() -> None:
    assert context(name="e1") == {
        "Execution": {
            "Id": "arn:aws:states:us-east-1:123456789012:execution:StateMachine:e1",
            "Input": {"in": 1},
            "StartTime": "2026-01-01T00:00:00Z",
            "Name": "e1",
            "RoleArn": "arn:aws:iam::123456789012:role/StateMachineRole",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:StateMachine", "Name": "StateMachine"},
        "State": {"Name": "A", "EnteredTime": "2026-01-01T00:00:00Z"},
    }


def test_an_unnamed_execution_is_named_by_its_seed() -> None:
    names = [play(WHOLE, seed=seed).name for seed in (1, 1, 2)]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 36


def test_asking_for_the_name_does_not_change_what_is_drawn() -> None:
    draw = machine(A=nothing(Parameters={"id.$": "States.UUID()"}))
    look = machine(A=nothing(Parameters={"id.$": "States.UUID()", "name.$": "$$.Execution.Name"}))
    assert play(draw).output["id"] == play(look).output["id"]  # type: ignore[call-overload,index]


def test_a_callers_context_is_merged_member_by_member() -> None:
    found = context(context={"StateMachine": {"Name": "orders"}, "Execution": {"RoleArn": "arn:aws:iam::999999999999:role/r"}, "Extra": 1}, name="e1")
    assert found["StateMachine"] == {"Id": "arn:aws:states:us-east-1:999999999999:stateMachine:orders", "Name": "orders"}
    assert found["Execution"]["Id"] == "arn:aws:states:us-east-1:999999999999:execution:orders:e1"
    assert found["Extra"] == 1


def test_a_machines_arn_gives_its_name_region_and_account() -> None:
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"
    execution = play(WHOLE, context={"StateMachine": {"Id": arn}}, name="e1")
    assert execution.arn == "arn:aws:states:eu-west-1:111122223333:execution:orders:e1"
    assert execution.history.state_machine_arn == arn


def test_a_scheduled_task_stands_in_its_machines_region() -> None:
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"
    publish = task(Resource="arn:aws:states:::sns:publish", Parameters={"TopicArn": "t", "Message": "m"})
    execution = play(machine(A=publish), tasks=lambda call: {}, context={"StateMachine": {"Id": arn}})
    assert execution.history[2].details["region"] == "eu-west-1"


def test_an_express_execution_has_an_express_arn_and_is_never_redriven() -> None:
    execution = asl.run(asl.load(WHOLE, type="EXPRESS"), {}, name="e1")
    assert execution.arn.startswith("arn:aws:states:us-east-1:123456789012:express:StateMachine:e1:")
    assert "RedriveCount" not in execution.output["Execution"]  # type: ignore[call-overload,operator,index]


@pytest.mark.parametrize(("microseconds", "text"), [(0, "00Z"), (999, "00Z"), (1000, "00.001Z"), (345_678, "00.345Z"), (120_000, "00.120Z")])
def test_instants_have_three_decimals_or_none(microseconds: int, text: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert context(clock=asl.VirtualClock(start))["Execution"]["StartTime"] == f"2026-01-01T00:00:{text}"


def test_a_state_knows_when_it_was_entered() -> None:
    execution = play(machine(W=wait(90, Next="A"), A=nothing(Parameters={"at.$": "$$.State.EnteredTime"})))
    assert execution.output == {"at": "2026-01-01T00:01:30Z"}


def test_a_calls_context_is_that_of_its_own_state_whenever_it_is_read() -> None:
    calls: list[asl.TaskCall] = []
    play(machine(A=task(Next="B"), B=task()), tasks=calls.append)
    assert [call.context["State"]["Name"] for call in calls] == ["A", "B"]  # type: ignore[call-overload,index]
