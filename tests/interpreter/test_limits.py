"""AWS's quotas, which are behaviour, and our own limits, which are not."""

from __future__ import annotations

from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import distributed, events, machine, nothing, over, parallel, play, task, types

LOOP = machine(A=nothing(Next="B"), B={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "End"}], "Default": "A"}, End=nothing())
TOO_LARGE = "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."


# ------------------------------------------------------------------------------------------------------------ events


def test_event_25000_is_the_executions_failure() -> None:
    execution = play(LOOP)
    assert len(execution.history) == 25_000
    last = execution.history[-1]
    assert (last.id, last.type, last.previous) == (25_000, "ExecutionFailed", 24_999)
    assert (execution.error, execution.cause) == ("States.Runtime", "The execution reached the maximum number of history events (25000).")


@pytest.mark.parametrize("events", range(2, 12))
def test_whichever_event_does_not_fit_the_failure_takes_its_place(events: int) -> None:
    """The sixth would be ExecutionSucceeded."""
    definition = machine(A=nothing(Next="T"), T={"Type": "Succeed"})
    execution = play(definition, limits=asl.Limits(events=events))
    if events > 6:
        assert execution.status == "SUCCEEDED"
        return
    assert (len(execution.history), execution.error) == (events, "States.Runtime")
    assert execution.history[-1].type == "ExecutionFailed"
    assert execution.history[-1].previous in (events - 1, 0)


@pytest.mark.parametrize("events", range(4, 30))
def test_a_full_history_ends_an_execution_wherever_it_is(events: int) -> None:
    """In branches and iterations, and past Retry and Catch."""
    handlers = {"Retry": [{"ErrorEquals": ["States.ALL"]}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]}
    fan = parallel(machine(M=over(machine(T=task(Retry=handlers["Retry"])), Next="N"), N=nothing()), machine(B=nothing()), **handlers)
    execution = play(machine(P=fan, Z=nothing()), [1, 2], tasks=lambda call: {}, limits=asl.Limits(events=events))
    if execution.status == "SUCCEEDED":
        assert len(execution.history) < events
    else:
        assert (len(execution.history), execution.error, execution.path) == (events, "States.Runtime", ["P"])


def test_a_sibling_that_never_waits_is_stopped_too() -> None:
    again = machine(A=nothing(Next="B"), B={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "A"}], "Default": "A"})
    other = machine(C=nothing(Next="D"), D={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "C"}], "Default": "C"})
    program = asl.load(machine(P=parallel(again, other)), validate=False)
    execution = asl.run(program, {}, limits=asl.Limits(events=100))
    assert (len(execution.history), execution.error) == (100, "States.Runtime")


def test_the_events_quota_can_be_lifted() -> None:
    execution = play(machine(M=over(machine(A=nothing()))), [1] * 10_000, limits=asl.Limits(events=None))
    assert execution.status == "SUCCEEDED"
    assert len(execution.history) > 25_000


def test_an_express_execution_has_no_events_quota() -> None:
    program = asl.load(machine(M=over(machine(A=nothing()))), type="EXPRESS")
    assert asl.run(program, [1] * 10_000).status == "SUCCEEDED"


def test_our_own_limit_of_records_is_no_failure_of_the_machine() -> None:
    program = asl.load(LOOP, type="EXPRESS")
    with pytest.raises(asl.LimitExceeded, match="1000 events"):
        asl.run(program, {}, limits=asl.Limits(records=1000))


def test_child_executions_are_added_up() -> None:
    """Each keeps to its own quota; a Map Run that is begun again and again would else never end."""
    program = asl.load(machine(M=distributed(machine(A=nothing()), Next="M")), validate=False)
    with pytest.raises(asl.LimitExceeded, match="child executions"):
        asl.run(program, [1] * 10, limits=asl.Limits(records=300))


def test_an_execution_can_be_aborted_when_one_event_is_left() -> None:
    running = asl.start(asl.load(machine(A={"Type": "Wait", "Seconds": 9, "End": True})), {}, limits=asl.Limits(events=3))
    running.advance(until=running.execution.history.started_at)
    running.abort()
    assert types(running.execution) == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]


def test_an_execution_can_time_out_when_one_event_is_left() -> None:
    definition = {**machine(A={"Type": "Wait", "Seconds": 9, "End": True}), "TimeoutSeconds": 5}
    assert play(definition, limits=asl.Limits(events=3)).status == "TIMED_OUT"


# ----------------------------------------------------------------------------------------------------------- payload


@pytest.mark.parametrize(("characters", "fits"), [(262_142, True), (262_143, False)])
def test_an_output_may_have_262144_bytes_of_json(characters: int, fits: bool) -> None:
    execution = play(machine(A=nothing(Result="x" * characters)))
    assert execution.status == ("SUCCEEDED" if fits else "FAILED")


def test_an_output_that_is_too_large_fails_the_state_without_an_exit() -> None:
    execution = play(machine(A=nothing(Result="x" * 262_143)))
    assert (execution.error, execution.cause) == ("States.DataLimitExceeded", TOO_LARGE)
    assert types(execution) == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]


@pytest.mark.parametrize(("text", "bytes_each"), [("é", 2), ("€", 3), ("😀", 4), ("\x01", 6), ('"', 2), ("\\", 2)])
def test_bytes_of_utf_8_text_count(text: str, bytes_each: int) -> None:
    most = 262_142 // bytes_each
    assert play(machine(A=nothing(Result=text * most))).status == "SUCCEEDED"
    assert play(machine(A=nothing(Result=text * (most + 1)))).error == "States.DataLimitExceeded"


def test_parameters_that_are_too_large_fail_before_the_task_is_asked() -> None:
    definition = machine(A=task(Parameters={"a.$": "$.x", "b.$": "$.x"}))
    assert play(definition, {"x": "x" * 200_000}, tasks=lambda call: pytest.fail("asked")).error == "States.DataLimitExceeded"


def test_outputs_that_grow_bit_by_bit_are_measured() -> None:
    """Each state adds a hundred bytes or so to what it was given; none of them adds much."""
    add = nothing(Parameters={"text.$": "States.Format('{}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', $.text)"}, Next="Add")
    execution = asl.run(asl.load(machine(Add=add), validate=False), {"text": "y" * 100_000})
    assert execution.error == "States.DataLimitExceeded"
    assert [len(execution.history[-2].details["input"]["text"]) + 11 + grown <= 262_144 for grown in (0, 51)] == [True, False]  # type: ignore[call-overload,index,arg-type]


def test_the_payload_quota_can_be_lifted() -> None:
    assert play(machine(A=nothing(Result="x" * 300_000)), limits=asl.Limits(payload_bytes=None)).status == "SUCCEEDED"


def test_an_execution_that_aws_could_not_have_started_is_not_held_to_the_quota() -> None:
    assert play(machine(A=nothing()), "x" * 300_000).status == "SUCCEEDED"


# --------------------------------------------------------------------------------------------------------- variables


def test_one_assign_may_hold_262144_bytes_of_values() -> None:
    for characters, status in ((262_142, "SUCCEEDED"), (262_143, "FAILED")):
        execution = play(machine(A=nothing(Assign={"a": "x" * characters})))
        assert execution.status == status
    assert execution.error == "States.DataLimitExceeded"
    assert "assigned variables that exceed the limit by 1 bytes" in str(execution.cause)
    (failed,) = events(execution, "EvaluationFailed")
    assert failed.details["location"] == "Assign"


def growing(states: int, characters: int) -> dict[str, Any]:
    """Each state assigns another variable of so many characters."""
    names = [f"S{index}" for index in range(states)]
    following = [*names[1:], None]
    return machine(
        **{name: nothing(Assign={f"v{name}": "x" * characters}, **({"Next": after} if after else {})) for name, after in zip(names, following, strict=True)}
    )


def test_all_variables_together_may_hold_ten_mebibytes() -> None:
    assert play(growing(41, 250_000)).status == "SUCCEEDED"
    execution = play(growing(42, 250_000))
    assert execution.error == "States.DataLimitExceeded"
    assert f"exceed the total execution limit by {42 * 250_002 - 10_485_760} bytes" in str(execution.cause)
