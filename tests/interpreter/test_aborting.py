"""What is told of those who were still at work when a sibling failed. As recorded on AWS."""

from __future__ import annotations

from datetime import timedelta

import pytest

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, over, parallel, play, task, types, wait


def failing_at_nought(call: asl.TaskCall) -> asl.Outcome:
    """The task with argument 0 fails after a second; all others never answer."""
    return asl.Failed("E", after=timedelta(seconds=1)) if call.arguments == 0 else asl.Unanswered()


def test_a_failing_task_in_an_iteration_aborts_every_open_task_its_own_included() -> None:
    execution = play(machine(M=over(machine(A=task(TimeoutSeconds=99)))), [0, 1, 2], tasks=failing_at_nought)
    (culprit,) = events(execution, "LambdaFunctionFailed")
    told = [(event.type, event.details.get("index"), event.previous) for event in execution.history][culprit.id :]
    assert told == [
        ("MapIterationFailed", 0, culprit.id),
        ("TaskStateAborted", None, culprit.id),
        ("MapIterationAborted", 1, culprit.id),
        ("TaskStateAborted", None, culprit.id),
        ("MapIterationAborted", 2, culprit.id),
        ("TaskStateAborted", None, culprit.id),
        ("MapStateFailed", None, culprit.id),
        ("ExecutionFailed", None, len(execution.history) - 1),
    ]


def test_what_was_aborted_stands_in_its_own_branch() -> None:
    execution = play(machine(P=parallel(machine(W=wait(9)), machine(F=wait(1, Next="G"), G={"Type": "Fail", "Error": "E"}))))
    assert [(event.type, event.branch) for event in execution.history if "Aborted" in event.type] == [("WaitStateAborted", "P[0]")]


def test_an_open_container_is_aborted_after_what_is_open_inside() -> None:
    inner = machine(M=over(machine(W=wait(9)), ItemsPath="$"))
    execution = play(machine(P=parallel(inner, machine(F=wait(1, Next="G"), G={"Type": "Fail", "Error": "E"}))), [1, 2])
    assert [(event.type, event.branch) for event in execution.history if "Aborted" in event.type] == [
        ("WaitStateAborted", "P[0]/M[0]"),
        ("MapIterationAborted", "P[0]"),
        ("WaitStateAborted", "P[0]/M[1]"),
        ("MapIterationAborted", "P[0]"),
        ("MapStateAborted", "P[0]"),
    ]


def test_a_branch_that_had_finished_is_not_aborted() -> None:
    execution = play(machine(P=parallel(machine(A=nothing()), machine(F=wait(1, Next="G"), G={"Type": "Fail", "Error": "E"}))))
    assert not [event for event in execution.history if "Aborted" in event.type]


def test_an_iteration_that_had_not_begun_is_not_aborted() -> None:
    execution = play(machine(M=over(machine(A=task(TimeoutSeconds=9)), MaxConcurrency=2)), [0, 1, 2, 3], tasks=failing_at_nought)
    assert [event.details["index"] for event in events(execution, "MapIterationAborted")] == [1]


def test_a_runtime_failure_tells_of_nobody() -> None:
    execution = play(machine(P=parallel(machine(W=wait(9)), machine(A=nothing(InputPath="$.missing")))))
    assert types(execution)[-1] == "ExecutionFailed"
    assert not [event for event in execution.history if "Aborted" in event.type or event.type == "ParallelStateFailed"]


def test_an_aborted_waiter_for_a_token_is_not_listed_as_stalled() -> None:
    ask = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": "b"})
    fan = parallel(machine(Ask=ask), machine(F={"Type": "Fail", "Error": "E"}), Catch=[{"ErrorEquals": ["E"], "Next": "Tell"}])
    with pytest.raises(asl.ExecutionStalled, match='"Tell"') as stalled:
        play(machine(P=fan, Tell=ask), tasks=lambda call: asl.Unanswered())
    assert "Ask" not in str(stalled.value)
