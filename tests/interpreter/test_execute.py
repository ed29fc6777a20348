"""The step loop: how states follow each other, and how executions begin and end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, parallel, play, seconds, task, types, wait


def test_the_output_of_a_state_is_the_input_of_the_next() -> None:
    execution = play(machine(A=nothing(Result={"a": 1}, ResultPath="$.x", Next="B"), B=nothing(OutputPath="$.x")), {"in": 0})
    assert execution.output == {"a": 1}
    assert [event.details["input"] for event in events(execution, "PassStateEntered")] == [{"in": 0}, {"in": 0, "x": {"a": 1}}]


def test_the_first_state_entered_follows_nothing() -> None:
    """As recorded: its previousEventId is 0, not ExecutionStarted's id."""
    execution = play(machine(A=nothing(Next="B"), B=nothing()))
    assert [(event.id, event.previous) for event in execution.history] == [(1, 0), (2, 0), (3, 2), (4, 3), (5, 4), (6, 5)]


def test_a_fail_state_is_entered_and_never_left() -> None:
    execution = play(machine(F={"Type": "Fail", "Error": "E", "Cause": "c"}))
    assert types(execution) == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert (execution.status, execution.error, execution.cause, execution.output) == ("FAILED", "E", "c", None)


def test_a_bare_fail_state_fails_without_error_and_cause() -> None:
    execution = play(machine(F={"Type": "Fail"}))
    assert (execution.error, execution.cause) == (None, None)
    assert execution.history[-1].details == {}


def test_the_rule_that_was_taken_is_told() -> None:
    rules = [{"Variable": "$.n", "NumericEquals": n, "Next": "A"} for n in (1, 2)]
    definition = machine(C={"Type": "Choice", "Choices": rules, "Default": "B"}, A=nothing(), B=nothing())
    told = {n: events(play(definition, {"n": n}), "ChoiceStateExited")[0].told for n in (1, 2, 3)}
    assert told == {1: {"rule": "/States/C/Choices/0"}, 2: {"rule": "/States/C/Choices/1"}, 3: {"rule": "/States/C/Default"}}


def test_no_rule_and_no_default_is_a_runtime_failure() -> None:
    definition = machine(C={"Type": "Choice", "Choices": [{"Variable": "$.n", "IsNull": True, "Next": "A"}]}, A=nothing())
    execution = play(definition, {"n": 1})
    assert execution.error == "States.Runtime"
    assert execution.cause == (
        "An error occurred while executing the state 'C' (entered at the event id #2). "
        "Failed to transition out of the state. The state does not point to a next state."
    )


def test_a_missing_state_fails_when_it_is_entered() -> None:
    program = asl.load(machine(A=nothing(Next="Gone")), validate=False)
    execution = asl.run(program, {})
    assert (execution.error, execution.path) == ("States.Runtime", ["A"])


def test_a_missing_first_state_fails_the_execution() -> None:
    execution = asl.run(asl.load({"StartAt": "Gone", "States": {"A": nothing()}}, validate=False), {})
    assert (execution.error, types(execution)) == ("States.Runtime", ["ExecutionStarted", "ExecutionFailed"])


def test_a_cause_names_the_event_that_entered_the_state() -> None:
    execution = play(machine(A=nothing(Next="B"), B=nothing(InputPath="$.x")))
    assert str(execution.cause).startswith("An error occurred while executing the state 'B' (entered at the event id #4). ")


# ---------------------------------------------------------------------------------------------------------- variables


def test_variables_are_visible_from_the_next_state_on() -> None:
    swap = nothing(Assign={"x.$": "$y", "y.$": "$x"}, Next="C")
    execution = play(machine(A=nothing(Assign={"x": 1, "y": 2}, Next="B"), B=swap, C=nothing(Parameters={"x.$": "$x", "y.$": "$y"})))
    assert execution.output == {"x": 2, "y": 1}


def test_the_caller_may_set_variables() -> None:
    program = asl.load(machine(A=nothing(Parameters={"x.$": "$x"})), validate=False)
    assert asl.run(program, {}, variables={"x": 7}).output == {"x": 7}


def test_branches_see_outer_variables_and_keep_their_own() -> None:
    inner = machine(I=nothing(Assign={"y.$": "$x"}, Next="J"), J=nothing(Parameters={"y.$": "$y"}))
    after = {"Type": "Choice", "Choices": [{"Variable": "$y", "IsPresent": True, "Next": "Seen"}], "Default": "Gone"}
    definition = machine(A=nothing(Assign={"x": 1}, Next="P"), P=parallel(inner, Next="C"), C=after, Seen=nothing(), Gone=nothing())
    execution = play(definition)
    assert (execution.output, execution.path[-1]) == ([{"y": 1}], "Gone")


def test_what_was_assigned_is_told_on_exit() -> None:
    execution = play(machine(A=nothing(Assign={"x": [1]})))
    (exited,) = events(execution, "PassStateExited")
    assert exited.details["assignedVariables"] == {"x": [1]}


# --------------------------------------------------------------------------------------------------- limits of time


def test_a_machines_time_limit_ends_it_without_error_and_cause() -> None:
    execution = play({**machine(A=wait(100)), "TimeoutSeconds": 60})
    assert (execution.status, execution.error, execution.cause, execution.output) == ("TIMED_OUT", None, None, None)
    assert seconds(execution) == 60
    last = execution.history[-1]
    assert (last.type, last.previous, last.details) == ("ExecutionTimedOut", 0, {"error": "States.Timeout"})


def test_what_is_due_exactly_at_the_machines_time_limit_still_happens() -> None:
    assert play({**machine(A=wait(60)), "TimeoutSeconds": 60}).status == "SUCCEEDED"


def test_no_catcher_sees_the_machines_time_limit() -> None:
    fan = parallel(machine(A=wait(100)), Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}])
    assert play({**machine(P=fan, B=nothing()), "TimeoutSeconds": 60}).status == "TIMED_OUT"


def test_a_standard_execution_lasts_a_year_at_most() -> None:
    execution = play(machine(A=wait(99_999_999)))
    assert (execution.status, execution.elapsed) == ("TIMED_OUT", timedelta(days=365))


def test_an_express_execution_lasts_five_minutes_at_most() -> None:
    program = asl.load(machine(A=wait(1000)), type="EXPRESS")
    execution = asl.run(program, {})
    assert (execution.status, seconds(execution)) == ("TIMED_OUT", 300)


def test_the_year_ends_also_while_a_token_is_waited_for() -> None:
    ask = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": "b"})
    running = asl.start(asl.load(machine(A=ask)), {}, tasks=lambda call: asl.Unanswered())
    running.advance(until=running.execution.history.started_at + timedelta(days=400))
    assert (running.execution.status, running.execution.elapsed) == ("TIMED_OUT", timedelta(days=365))


# ------------------------------------------------------------------------------------------------------------- input


@pytest.mark.parametrize("input", [None, 1, "text", [], {}, True, 0.5])
def test_any_json_value_is_an_input(input: Any) -> None:
    assert asl.run(asl.load(machine(A=nothing())), input).output == input


def cyclic() -> Any:
    value: list[Any] = []
    value.append({"again": value})
    return value


def deep(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


NOT_JSON = {
    "not a number": float("nan"),
    "infinity inside": {"a": [float("inf")]},
    "a set": {1},
    "a set inside": {"a": {"b": {1}}},
    "bytes": b"x",
    "half a surrogate pair": "\ud800",
    "half a surrogate pair as a key": {"\udc00": 1},
    "a number as a key": {1: "a"},
    "a number as a key inside": [{"a": {2: 3}}],
    "a tuple": {"a": (1, 2)},
    "itself": cyclic(),
    "a hundred thousand levels": deep(100_000),
    "an object": object(),
}


@pytest.mark.parametrize("input", NOT_JSON.values(), ids=NOT_JSON)
def test_an_input_that_is_not_json_is_a_mistake_of_the_caller(input: Any) -> None:
    with pytest.raises(asl.InputError, match="the execution input: "):
        asl.run(asl.load(machine(A=nothing())), input)


def test_a_value_that_grows_deeper_than_python_can_go_is_our_limit() -> None:
    """Not a machine's failure, and not a RecursionError."""
    program = asl.load(machine(A=nothing(Parameters={"a.$": "$"}, Next="A")), validate=False)
    try:
        execution = asl.run(program, {})
        execution.history.to_json()
    except asl.LimitExceeded as limit:
        assert "nested too deeply" in str(limit)


# ------------------------------------------------------------------------------------------------------------- abort


def test_an_aborted_execution_says_so_once() -> None:
    running = asl.start(asl.load(machine(A=wait(100))), {})
    running.advance(until=running.execution.history.started_at + timedelta(seconds=7))
    running.abort("Stop", "enough")
    running.abort("Again")
    execution = running.execution
    assert (execution.status, execution.error, execution.cause, execution.output) == ("ABORTED", "Stop", "enough", None)
    assert types(execution) == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]
    assert (execution.history[-1].previous, seconds(execution)) == (0, 7)


def test_an_execution_may_be_aborted_without_error_and_cause() -> None:
    running = asl.start(asl.load(machine(A=wait(100))), {})
    running.abort()
    assert (running.execution.error, running.execution.history[-1].details) == (None, {})


def test_an_execution_that_ended_cannot_be_aborted() -> None:
    running = asl.start(asl.load(machine(A=nothing())), {})
    running.advance()
    running.abort("Stop")
    assert running.execution.status == "SUCCEEDED"


def test_an_aborted_execution_does_not_go_on() -> None:
    running = asl.start(asl.load(machine(A=wait(100))), {})
    running.abort()
    running.advance()
    assert running.execution.status == "ABORTED"


@pytest.mark.parametrize("method", ["abort", "advance"])
def test_a_task_can_neither_abort_nor_advance_its_own_execution(method: str) -> None:
    """It would be cut off in the middle of itself."""
    running: asl.Run = asl.start(asl.load(machine(A=task())), {}, tasks=lambda call: getattr(running, method)())
    with pytest.raises(asl.MockError, match="from inside one of its tasks"):
        running.advance()
