"""Activities: a worker takes the task when it polls. Developer guide, "Activities"; API reference, GetActivityTask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import machine, play, task, types

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:approve"


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def polled(after: float | None, worker: str | None = None) -> asl.Polled:
    return asl.Polled(None if after is None else seconds(after), worker)


def playing(outcome: Any, **fields: Any) -> asl.Execution:
    return play(machine(A=task(Resource=ACTIVITY, **fields)), tasks=lambda call: outcome)


def test_the_task_starts_when_a_worker_takes_it() -> None:
    execution = playing(asl.Succeeded(1, after=seconds(50), polled=polled(30, "amy")))
    assert types(execution)[1:5] == ["TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    scheduled, started, done = list(execution.history)[2:5]
    assert (started.at - scheduled.at, done.at - scheduled.at) == (seconds(30), seconds(50))
    assert started.details == {"workerName": "amy"}


def test_the_timeout_is_counted_from_when_it_was_taken() -> None:
    assert playing(asl.Succeeded(1, after=seconds(39), polled=polled(30)), TimeoutSeconds=10).status == "SUCCEEDED"
    late = playing(asl.Succeeded(1, after=seconds(41), polled=polled(30)), TimeoutSeconds=10)
    assert (late.error, late.elapsed) == ("States.Timeout", seconds(40))


def test_the_heartbeat_is_counted_from_when_it_was_taken() -> None:
    silent = playing(asl.Unanswered(polled=polled(30)), HeartbeatSeconds=5)
    assert silent.elapsed == seconds(35)
    assert playing(asl.Unanswered(heartbeats=(seconds(34),), polled=polled(30)), HeartbeatSeconds=5).elapsed == seconds(39)


def test_what_is_due_before_a_worker_takes_it_comes_when_one_does() -> None:
    assert playing(asl.Succeeded(1, polled=polled(30))).elapsed == seconds(30)


def test_nobody_polls_and_no_timeout_of_the_state_ends_that() -> None:
    with pytest.raises(asl.ExecutionStalled, match='"A" waits for a worker to poll'):
        playing(asl.Unanswered(polled=polled(None)), TimeoutSeconds=10)
    definition = {**machine(A=task(Resource=ACTIVITY, TimeoutSeconds=10)), "TimeoutSeconds": 60}
    execution = play(definition, tasks=lambda call: asl.Unanswered(polled=polled(None)))
    assert (execution.status, "ActivityStarted" in types(execution)) == ("TIMED_OUT", False)


def test_a_worker_is_nothing_but_an_activity_has() -> None:
    with pytest.raises(asl.MockError, match="only an activity is polled by workers"):
        play(machine(A=task()), tasks=lambda call: asl.Succeeded(1, polled=polled(1)))


@pytest.mark.parametrize("wrong", ["30s", seconds(30), asl.Polled(seconds(-1)), asl.Polled(seconds(1), 7)])
def test_what_is_no_poll_is_the_mocks_mistake(wrong: Any) -> None:
    with pytest.raises(asl.MockError):
        playing(asl.Succeeded(1, polled=wrong))


def test_a_recorded_history_is_replayed_with_its_worker() -> None:
    from asl_engine.tasks.recorded import Recorded

    definition = machine(A=task(Resource=ACTIVITY, TimeoutSeconds=10, HeartbeatSeconds=5))
    outcome = asl.Succeeded(1, after=seconds(38), heartbeats=(seconds(34),), polled=polled(30, "amy"))
    first = play(definition, tasks=lambda call: outcome)
    assert play(definition, tasks=Recorded(first)).to_aws_events() == first.to_aws_events()


def test_an_activitys_history_is_replayed_where_a_placeholder_stands_for_it() -> None:
    from asl_engine.tasks.recorded import Recorded

    first = play(machine(A=task(Resource=ACTIVITY)), tasks=lambda call: asl.Succeeded(1, after=seconds(5), polled=polled(3)))
    assert play(machine(A=task(Resource="${Approve}")), tasks=Recorded(first)).output == 1
