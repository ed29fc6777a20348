"""The work of a Parallel state. Spec, "Parallel State"; events as recorded."""

from __future__ import annotations

from typing import Any

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, parallel, play, task, types, wait

FAILING = {"Type": "Fail", "Error": "E", "Cause": "c"}


def test_every_branch_gets_the_same_payload_and_results_stand_in_branch_order() -> None:
    slow = machine(A=wait(9, Next="B"), B=nothing(Result="slow"))
    execution = play(machine(P=parallel(slow, machine(C=nothing()), Parameters={"n.$": "$.n"})), {"n": 1})
    assert execution.output == ["slow", {"n": 1}]


def test_what_one_branch_does_to_its_data_no_other_sees() -> None:
    first = machine(A=nothing(Result=1, ResultPath="$.list[0]"))
    assert play(machine(P=parallel(first, machine(B=nothing()))), {"list": [0]}).output == [{"list": [1]}, {"list": [0]}]


def test_success_follows_the_branch_that_finished_last_and_exit_does_too() -> None:
    """As recorded: ParallelStateExited does not follow ParallelStateSucceeded."""
    execution = play(machine(P=parallel(machine(A=wait(5)), machine(B=wait(1)))))
    (last,) = [event for event in events(execution, "WaitStateExited") if event.state == "A"]
    assert [(event.type, event.previous) for event in execution.history][-3:] == [
        ("ParallelStateSucceeded", last.id),
        ("ParallelStateExited", last.id),
        ("ExecutionSucceeded", last.id + 2),
    ]


def test_each_branch_begins_after_the_start_and_is_a_line_of_its_own() -> None:
    execution = play(machine(P=parallel(machine(A=nothing()), machine(B=nothing()))))
    assert [(event.type, event.previous, event.branch) for event in execution.history][2:7] == [
        ("ParallelStateStarted", 2, ""),
        ("PassStateEntered", 3, "P[0]"),
        ("PassStateExited", 4, "P[0]"),
        ("PassStateEntered", 3, "P[1]"),
        ("PassStateExited", 6, "P[1]"),
    ]


def test_a_failing_branch_fails_the_state_with_its_own_error() -> None:
    execution = play(machine(P=parallel(machine(A=FAILING), machine(B=nothing()))))
    assert (execution.error, execution.cause) == ("E", "c")
    (failed,) = events(execution, "FailStateEntered")
    assert [(event.type, event.previous) for event in execution.history][-2:] == [
        ("ParallelStateFailed", failed.id),
        ("ExecutionFailed", len(execution.history) - 1),
    ]


def test_a_caught_failure_leaves_the_state_after_its_failure() -> None:
    execution = play(machine(P=parallel(machine(A=FAILING), Catch=[{"ErrorEquals": ["E"], "Next": "B"}]), B=nothing()))
    failed, exited = events(execution, "ParallelStateFailed")[0], events(execution, "ParallelStateExited")[0]
    assert (exited.previous, exited.told) == (failed.id, {"catcher": "/States/P/Catch/0"})


def test_a_retry_starts_again_without_entering_again() -> None:
    execution = play(machine(P=parallel(machine(A=FAILING), Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 2}])))
    assert [(event.type, event.previous) for event in execution.history][1:] == [
        ("ParallelStateEntered", 0),
        ("ParallelStateStarted", 2),
        ("FailStateEntered", 3),
        ("ParallelStateStarted", 4),
        ("FailStateEntered", 5),
        ("ParallelStateStarted", 6),
        ("FailStateEntered", 7),
        ("ParallelStateFailed", 8),
        ("ExecutionFailed", 9),
    ]


def test_a_runtime_failure_in_a_branch_ends_the_execution_at_once() -> None:
    inner = machine(A=nothing(InputPath="$.missing"))
    fan = parallel(inner, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}], Retry=[{"ErrorEquals": ["States.ALL"]}])
    execution = play(machine(P=fan, B=nothing()))
    assert types(execution)[-2:] == ["PassStateEntered", "ExecutionFailed"]
    assert execution.error == "States.Runtime"


def test_a_result_that_cannot_be_placed_fails_after_the_success() -> None:
    execution = play(machine(P=parallel(machine(A=nothing()), ResultSelector={"x.$": "$.missing"})))
    assert [(event.type, event.previous) for event in execution.history][-2:] == [("ParallelStateSucceeded", 5), ("ExecutionFailed", 6)]


def test_retry_count_is_known_to_a_parallel() -> None:
    seen: list[Any] = []

    def answer(call: asl.TaskCall) -> Any:
        seen.append(call.arguments["count"])
        return asl.Failed("E") if len(seen) == 1 else {}

    play(machine(P=parallel(machine(A=task()), Parameters={"count.$": "$$.State.RetryCount"}, Retry=[{"ErrorEquals": ["E"]}])), tasks=answer)
    assert seen == [0, 1]
