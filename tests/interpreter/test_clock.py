"""Clocks: time as a parameter, by itself and under a run."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

import asl_engine as asl
from tests.interpreter.definitions import machine, nothing, parallel, play, seconds, task, wait

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def test_a_virtual_clock_starts_with_the_year_2026() -> None:
    assert asl.VirtualClock().now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_virtual_clock_jumps_exactly_to_the_instant() -> None:
    clock = asl.VirtualClock(NOON)
    clock.wait_until(NOON + timedelta(microseconds=1))
    assert clock.now() == NOON + timedelta(microseconds=1)


def test_a_virtual_clock_never_runs_backwards() -> None:
    clock = asl.VirtualClock(NOON)
    clock.wait_until(NOON - timedelta(days=1))
    assert clock.now() == NOON


def test_a_virtual_clock_that_is_to_be_woken_does_not_wait() -> None:
    clock = asl.VirtualClock(NOON)
    clock.wait_until(None)
    assert clock.now() == NOON


def test_a_naive_start_is_taken_as_utc() -> None:
    assert asl.VirtualClock(datetime(2025, 6, 1, 12)).now() == NOON


def test_a_start_in_another_zone_is_the_same_instant() -> None:
    east = timezone(timedelta(hours=2))
    assert asl.VirtualClock(datetime(2025, 6, 1, 14, tzinfo=east)).now() == NOON
    execution = play(machine(A=nothing()), clock=asl.VirtualClock(datetime(2025, 6, 1, 14, tzinfo=east)))
    assert execution.history[0].at == NOON
    assert execution.history[0].at.utcoffset() == timedelta(0)


def test_a_run_begins_at_the_clocks_time() -> None:
    execution = play(machine(A=nothing(Parameters={"at.$": "$$.Execution.StartTime"})), clock=asl.VirtualClock(NOON))
    assert execution.output == {"at": "2025-06-01T12:00:00Z"}


def test_a_second_run_on_a_clock_begins_where_the_first_one_ended() -> None:
    clock = asl.VirtualClock(NOON)
    play(machine(A=wait(60)), clock=clock)
    assert play(machine(A=nothing()), clock=clock).history[0].at == NOON + timedelta(minutes=1)


def test_jsonata_sees_the_executions_clock() -> None:
    definition = {"QueryLanguage": "JSONata", **machine(W={"Type": "Wait", "Seconds": 90, "Next": "P"}, P=nothing(Output="{% $now() %}"))}
    assert play(definition, clock=asl.VirtualClock(NOON)).output == "2025-06-01T12:01:30.000Z"


# ------------------------------------------------------------------------------------------------ clocks that do wait


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf"), 1e300])
def test_a_clock_that_does_not_run_forward_is_refused(factor: float) -> None:
    with pytest.raises(asl.LimitExceeded, match="positive"):
        asl.ScaledClock(factor)


def test_a_scaled_clock_runs_so_many_times_faster() -> None:
    begun = time.monotonic()
    execution = play(machine(A=wait(60)), clock=asl.ScaledClock(600))
    assert execution.elapsed >= timedelta(seconds=60)
    assert 0.1 <= time.monotonic() - begun < 10


def test_a_scaled_clock_may_start_at_any_time() -> None:
    assert play(machine(A=nothing()), clock=asl.ScaledClock(1000, start=NOON)).history[0].at - NOON < timedelta(hours=1)


def test_sleeping_tasks_of_two_branches_run_side_by_side() -> None:
    """On a clock that waits, a task blocks its own branch and nobody else's."""
    meeting = threading.Barrier(2, timeout=30)

    def meet(call: asl.TaskCall) -> str:
        meeting.wait()  # deadlocks unless both are inside at once
        return call.state_name

    execution = play(machine(P=parallel(machine(A=task()), machine(B=task()))), tasks=meet, clock=asl.ScaledClock(100))
    assert execution.output == ["A", "B"]


def test_siblings_of_a_sleeping_task_go_on() -> None:
    released = threading.Event()

    def answer(call: asl.TaskCall) -> None:
        if call.state_name == "Slow":
            assert released.wait(30)
        else:
            released.set()

    beside = machine(W=wait(10, Next="Quick"), Quick=task())
    assert play(machine(P=parallel(machine(Slow=task()), beside)), tasks=answer, clock=asl.ScaledClock(1000)).status == "SUCCEEDED"


def test_a_task_that_blocks_longer_than_its_timeout_times_out_while_it_blocks() -> None:
    released = threading.Event()
    begun = time.monotonic()
    execution = play(machine(A=task(TimeoutSeconds=10)), tasks=lambda call: released.wait(60), clock=asl.ScaledClock(100))
    assert execution.error == "States.Timeout"
    assert time.monotonic() - begun < 30
    released.set()


def test_a_mistake_in_a_blocking_mock_is_raised_to_the_caller() -> None:
    def broken(call: asl.TaskCall) -> None:
        raise KeyError("price")

    with pytest.raises(asl.MockError, match="KeyError"):
        play(machine(A=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]), B=nothing()), tasks=broken, clock=asl.ScaledClock(100))


def test_a_failure_of_a_blocking_mock_is_caught() -> None:
    def failing(call: asl.TaskCall) -> None:
        raise asl.TaskFailure("E")

    execution = play(machine(A=task(Catch=[{"ErrorEquals": ["E"], "Next": "B"}]), B=nothing()), tasks=failing, clock=asl.ScaledClock(100))
    assert execution.path == ["A", "B"]


def test_an_outcome_with_a_duration_is_due_after_it_on_any_clock() -> None:
    execution = play(machine(A=task()), tasks=lambda call: asl.Succeeded({}, timedelta(seconds=30)), clock=asl.ScaledClock(600))
    assert seconds(execution) >= 30


def test_a_clock_that_waits_leaves_a_machines_time_limit_in_force() -> None:
    execution = play({**machine(A=wait(3600)), "TimeoutSeconds": 5}, clock=asl.ScaledClock(100))
    assert execution.status == "TIMED_OUT"
