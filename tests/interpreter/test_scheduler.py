"""The scheduler's rules, each told by the order or the time of what happened."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import JOB, QUEUE, events, machine, nothing, over, parallel, play, seconds, task, types, wait


def order_of(execution: asl.Execution, type: str) -> list[str]:
    """The names of the states whose events of a type were recorded, in order."""
    return [str(event.details["name"]) for event in events(execution, type)]


# ------------------------------------------------------------------------------------------------------ ready fibers


def test_ready_fibers_run_first_in_first_out() -> None:
    execution = play(machine(P=parallel(*(machine(**{name: nothing()}) for name in "ABC"))))
    assert order_of(execution, "PassStateEntered") == ["A", "B", "C"]


def test_a_branch_runs_until_it_waits_before_the_next_one_starts() -> None:
    execution = play(machine(P=parallel(machine(A=nothing(Next="B"), B=wait(1)), machine(C=nothing()))))
    entered = [str(event.state) for event in execution.history if event.type.endswith("StateEntered")]
    assert entered == ["P", "A", "B", "C"]


def test_a_wait_of_no_time_does_not_give_way() -> None:
    execution = play(machine(P=parallel(machine(A=wait(0, Next="B"), B=nothing()), machine(C=nothing()))))
    assert order_of(execution, "PassStateEntered") == ["B", "C"]


# -------------------------------------------------------------------------------------------------------------- time


def test_ties_in_time_break_by_the_order_of_asking() -> None:
    branches = [machine(**{name: wait(7, Next=f"{name}2"), f"{name}2": nothing()}) for name in "ABCD"]
    assert order_of(play(machine(P=parallel(*branches))), "PassStateEntered") == ["A2", "B2", "C2", "D2"]


def test_a_tie_is_broken_by_who_asked_first_and_not_by_who_waits_longer() -> None:
    late = machine(A=wait(5, Next="B"), B=wait(5, Next="A2"), A2=nothing())
    execution = play(machine(P=parallel(late, machine(C=wait(10, Next="C2"), C2=nothing()))))
    assert order_of(execution, "PassStateEntered") == ["C2", "A2"]


def test_time_moves_exactly_to_the_next_instant() -> None:
    execution = play(machine(P=parallel(machine(A=wait(3)), machine(B=wait(5)), machine(C=wait(4)))))
    exits = [(event.state, (event.at - execution.history.started_at).total_seconds()) for event in events(execution, "WaitStateExited")]
    assert exits == [("A", 3), ("C", 4), ("B", 5)]


def test_time_stands_still_while_anything_is_ready() -> None:
    execution = play(machine(A=nothing(Next="B"), B=task(Next="C"), C=nothing()), tasks=lambda call: {})
    assert {event.at for event in execution.history} == {execution.history.started_at}


def test_thirty_minutes_of_waiting_cost_no_time_to_speak_of() -> None:
    begun = time.perf_counter()
    execution = play(machine(A=wait(1200, Next="B"), B=wait(600)))
    assert execution.elapsed == timedelta(minutes=30)
    assert time.perf_counter() - begun < 5


def test_branches_wait_side_by_side() -> None:
    assert seconds(play(machine(P=parallel(machine(A=wait(30)), machine(B=wait(20)))))) == 30


# ------------------------------------------------------------------------------------------------ timeouts of a Task


@pytest.mark.parametrize(("after", "status"), [(9, "SUCCEEDED"), (10, "SUCCEEDED"), (11, "FAILED")])
def test_an_outcome_due_exactly_at_the_timeout_beats_the_timeout(after: int, status: str) -> None:
    execution = play(machine(A=task(TimeoutSeconds=10)), tasks=lambda call: asl.Succeeded({}, timedelta(seconds=after)))
    assert execution.status == status
    assert seconds(execution) == min(after, 10)


def test_an_outcome_due_exactly_at_the_missed_heartbeat_beats_it() -> None:
    definition = machine(A=task(Resource=JOB, Arguments={"JobName": "j"}, HeartbeatSeconds=5, TimeoutSeconds=60, QueryLanguage="JSONata"))
    assert play(definition, tasks=lambda call: asl.Succeeded({}, timedelta(seconds=5))).status == "SUCCEEDED"


# ------------------------------------------------------------------------------------------------------------- forks


def started(execution: asl.Execution) -> list[tuple[int, float]]:
    """Index and second of each iteration's start."""
    return [(int(str(event.details["index"])), (event.at - execution.history.started_at).total_seconds()) for event in events(execution, "MapIterationStarted")]


def test_iterations_start_in_index_order_up_to_max_concurrency() -> None:
    execution = play(machine(M=over(machine(W=wait(10)), MaxConcurrency=2)), [1, 2, 3, 4, 5])
    assert started(execution) == [(0, 0), (1, 0), (2, 10), (3, 10), (4, 20)]


def test_the_iteration_that_takes_a_freed_place_is_the_next_in_order() -> None:
    machine_ = machine(M=over(machine(W={"Type": "Wait", "SecondsPath": "$", "End": True}), MaxConcurrency=2))
    assert started(play(machine_, [5, 20, 5, 5])) == [(0, 0), (1, 0), (2, 5), (3, 10)]


def test_an_inline_map_runs_forty_iterations_at_once() -> None:
    execution = play(machine(M=over(machine(W=wait(1)))), list(range(100)))
    assert [second for _, second in started(execution)] == [0] * 40 + [1] * 40 + [2] * 20


def test_results_stand_in_item_order_whoever_finished_first() -> None:
    execution = play(machine(M=over(machine(W={"Type": "Wait", "SecondsPath": "$", "End": True}))), [3, 1, 2])
    assert execution.output == [3, 1, 2]


def test_the_first_failing_branch_closes_its_siblings_in_index_order() -> None:
    failing = machine(F=wait(1, Next="G"), G={"Type": "Fail", "Error": "E"})
    execution = play(machine(P=parallel(machine(A=wait(9)), failing, machine(B=wait(9)), machine(C=wait(9)))))
    assert execution.error == "E"
    assert seconds(execution) == 1
    aborted = [event for event in execution.history if event.type.endswith("Aborted")]
    assert [(event.type, event.branch) for event in aborted] == [("WaitStateAborted", f"P[{index}]") for index in (0, 2, 3)]


def test_what_a_closed_sibling_waited_for_never_happens() -> None:
    """Its timers are void: time does not move to them."""
    failing = machine(F={"Type": "Fail", "Error": "E"})
    execution = play(machine(P=parallel(failing, machine(A=wait(1000)), Catch=[{"ErrorEquals": ["E"], "Next": "W"}]), W=wait(1)))
    assert seconds(execution) == 1


def test_forks_in_forks_are_closed_with_their_parents() -> None:
    inner = machine(M=over(machine(W=wait(1000)), ItemsPath="$"))
    failing = machine(F=wait(1, Next="G"), G={"Type": "Fail", "Error": "E"})
    execution = play(machine(P=parallel(inner, failing)), [1, 2])
    assert seconds(execution) == 1
    assert execution.error == "E"


def test_thousands_of_nested_iterations_need_no_stack() -> None:
    execution = play(machine(M=over(machine(N=over(machine(A=nothing()))))), [[1] * 50] * 60, limits=asl.Limits(events=None))
    assert execution.output == [[1] * 50] * 60


# ------------------------------------------------------------------------------------------------------------ stalls


def unanswered(**more: Any) -> dict[str, Any]:
    return task(Resource=QUEUE, Parameters={"QueueUrl": "q", "MessageBody": "b"}, **more)


def test_an_execution_that_nothing_can_wake_names_every_waiting_fiber() -> None:
    definition = machine(P=parallel(machine(Ask=unanswered()), machine(Tell=unanswered())))
    with pytest.raises(asl.ExecutionStalled) as stalled:
        play(definition, tasks=lambda call: asl.Unanswered())
    for name in ("P[0]/Ask", "P[1]/Tell", "sqs:sendMessage.waitForTaskToken", "TimeoutSeconds"):
        assert name in str(stalled.value)


def test_a_fiber_that_still_waits_for_time_is_no_stall() -> None:
    definition = machine(P=parallel(machine(Ask=unanswered()), machine(W=wait(5, Next="F"), F={"Type": "Fail", "Error": "E"})))
    assert play(definition, tasks=lambda call: asl.Unanswered()).error == "E"


def test_a_machine_with_a_time_limit_does_not_stall() -> None:
    execution = play({**machine(Ask=unanswered()), "TimeoutSeconds": 60}, tasks=lambda call: asl.Unanswered())
    assert execution.status == "TIMED_OUT"
    assert seconds(execution) == 60


def test_a_state_with_a_timeout_does_not_stall() -> None:
    assert play(machine(Ask=unanswered(TimeoutSeconds=60)), tasks=lambda call: asl.Unanswered()).error == "States.Timeout"


# ------------------------------------------------------------------------------------------------------ step by step


class Asked:
    """Remembers tokens and answers nothing."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def perform(self, call: asl.TaskCall) -> asl.Outcome:
        assert call.token is not None
        self.tokens[call.state_name] = call.token
        return asl.Unanswered()


def begun(definition: dict[str, Any], tasks: Any) -> asl.Run:
    running = asl.start(asl.load(definition), {}, tasks=tasks)
    running.advance()
    return running


def test_a_delivered_token_wakes_its_task() -> None:
    asked = Asked()
    running = begun(machine(Ask=unanswered()), asked)
    assert running.execution.status == "RUNNING"
    running.deliver(asked.tokens["Ask"], asl.Succeeded({"yes": 1}))
    running.advance()
    assert running.execution.output == {"yes": 1}


def test_a_delivered_failure_can_be_caught() -> None:
    asked = Asked()
    running = begun(machine(Ask=unanswered(Catch=[{"ErrorEquals": ["No"], "Next": "Sorry"}]), Sorry=nothing()), asked)
    running.deliver(asked.tokens["Ask"], asl.Failed("No", "never"))
    running.advance()
    assert running.execution.output == {"Error": "No", "Cause": "never"}


def test_each_token_wakes_only_its_own_task() -> None:
    asked = Asked()
    running = begun(machine(P=parallel(machine(Ask=unanswered()), machine(Tell=unanswered()))), asked)
    running.deliver(asked.tokens["Tell"], asl.Succeeded(2))
    running.advance()
    assert running.execution.status == "RUNNING"
    running.deliver(asked.tokens["Ask"], asl.Succeeded(1))
    running.advance()
    assert running.execution.output == [1, 2]


@pytest.mark.parametrize("token", ["unknown", ""])
def test_a_token_nobody_waits_for_is_a_mistake_of_the_caller(token: str) -> None:
    running = begun(machine(Ask=unanswered()), Asked())
    with pytest.raises(asl.MockError, match="token"):
        running.deliver(token, asl.Succeeded({}))


def test_a_token_can_be_answered_once() -> None:
    asked = Asked()
    running = begun(machine(Ask=unanswered()), asked)
    running.deliver(asked.tokens["Ask"], asl.Succeeded({}))
    with pytest.raises(asl.MockError):
        running.deliver(asked.tokens["Ask"], asl.Succeeded({}))


def test_the_token_of_a_task_that_timed_out_is_no_longer_waited_for() -> None:
    asked = Asked()
    running = begun(machine(Ask=unanswered(TimeoutSeconds=5, Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "W"}]), W=unanswered()), asked)
    with pytest.raises(asl.MockError):
        running.deliver(asked.tokens["Ask"], asl.Succeeded({}))


def test_advancing_until_an_instant_stops_there() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    running = asl.start(asl.load(machine(A=wait(10, Next="B"), B=wait(10))), {})
    running.advance(until=start + timedelta(seconds=15))
    assert running.execution.path == ["A", "B"]
    assert running.execution.status == "RUNNING"
    running.advance()
    assert running.execution.elapsed == timedelta(seconds=20)


def test_advancing_until_an_instant_includes_what_is_due_at_it() -> None:
    running = asl.start(asl.load(machine(A=wait(10, Next="B"), B=nothing())), {})
    running.advance(until=datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC))
    assert running.execution.status == "SUCCEEDED"


def test_time_passes_while_a_task_waits_for_its_token() -> None:
    asked = Asked()
    running = begun(machine(Ask=unanswered()), asked)
    running.advance(until=datetime(2026, 1, 1, 1, tzinfo=UTC))
    running.deliver(asked.tokens["Ask"], asl.Succeeded({}))
    running.advance()
    assert running.execution.elapsed == timedelta(hours=1)


def test_advancing_to_the_past_changes_nothing() -> None:
    running = asl.start(asl.load(machine(A=wait(10))), {})
    running.advance(until=datetime(2020, 1, 1, tzinfo=UTC))
    assert (running.execution.status, running.execution.elapsed) == ("RUNNING", timedelta(0))


def test_a_naive_instant_is_taken_as_utc() -> None:
    running = asl.start(asl.load(machine(A=wait(10))), {})
    running.advance(until=datetime(2026, 1, 1, 0, 0, 10))
    assert running.execution.status == "SUCCEEDED"


def test_an_execution_that_is_started_has_not_begun_its_first_state() -> None:
    running = asl.start(asl.load(machine(A=nothing())), {})
    assert types(running.execution) == ["ExecutionStarted"]


def test_advancing_an_execution_that_ended_does_nothing() -> None:
    running = begun(machine(A=nothing()), None)
    before = running.execution.history.to_json()
    running.advance()
    assert running.execution.history.to_json() == before
