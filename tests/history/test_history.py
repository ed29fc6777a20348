"""Histories: what they answer, and how they are saved and read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import asl_engine as asl
from asl_engine.history.history import HistoryError, instant, microseconds_of
from tests.interpreter.definitions import machine, nothing, over, parallel, play, task, wait


def eventful() -> asl.Execution:
    """Branches, iterations, a retry, a catch, a rule, variables: whatever an event may tell."""
    calls: list[str] = []

    def answer(call: asl.TaskCall) -> Any:
        calls.append(call.state_name)
        return asl.Failed("E", "cé") if len(calls) == 1 else {"é": [1.5, None]}

    first = machine(
        T=task(Retry=[{"ErrorEquals": ["E"]}], Next="C"), C={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": False, "Next": "D"}]}, D=nothing()
    )
    second = machine(
        M=over(machine(W=wait(1, Next="F"), F={"Type": "Fail", "Error": "X"}), ItemsPath="$.list", Catch=[{"ErrorEquals": ["X"], "Next": "G"}]), G=nothing()
    )
    return play(machine(V=nothing(Assign={"v": [1]}, Next="P"), P=parallel(first, second)), {"list": [1, 2]}, tasks=answer, name="e1")


def test_a_saved_history_is_read_as_the_same_history() -> None:
    history = eventful().history
    text = history.to_json()
    again = asl.History.from_json(text)
    assert list(again) == list(history)
    assert again.to_json() == text
    assert (again.execution_arn, again.execution_name, again.state_machine_arn, again.type) == (
        history.execution_arn,
        "e1",
        history.state_machine_arn,
        "STANDARD",
    )


def test_the_text_is_canonical() -> None:
    """Sorted keys and one event a line, so that files can be compared."""
    text = eventful().history.to_json()
    document = json.loads(text)
    assert document["formatVersion"] == 1
    lines = text.splitlines()
    assert len(lines) == len(document["events"]) + 2
    for line in lines[1:-1]:
        event = json.loads(line.removesuffix(","))
        assert line.removesuffix(",") == json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_a_history_is_a_sequence_of_events() -> None:
    history = play(machine(A=nothing())).history
    assert len(history) == 4
    assert [event.id for event in history] == [1, 2, 3, 4]
    assert history[-1] == list(history)[-1] == history[3]
    with pytest.raises(IndexError):
        history[4]


def test_the_path_names_top_level_states_in_the_order_entered() -> None:
    execution = play(machine(A=nothing(Next="P"), P=parallel(machine(B=nothing()))))
    assert execution.path == execution.history.path == ["A", "P"]


def test_elapsed_is_the_time_from_the_first_event_to_the_last() -> None:
    execution = play(machine(A=wait(90)), clock=asl.VirtualClock(datetime(2025, 1, 1, tzinfo=UTC)))
    assert execution.history.elapsed == timedelta(seconds=90)
    assert execution.history.started_at == datetime(2025, 1, 1, tzinfo=UTC)


def test_an_event_names_its_state() -> None:
    states = [event.state for event in play({"QueryLanguage": "JSONata", **machine(A=nothing(Output="{% $error() %}"))}).history]
    assert states == [None, "A", "A", None]


@pytest.mark.parametrize("microseconds", [0, 1, -1, 1767225600_123456, 253402300799_999999, -62135596800_000000])
def test_instants_and_microseconds_are_exact_inverses(microseconds: int) -> None:
    assert microseconds_of(instant(microseconds)) == microseconds


# ----------------------------------------------------------------------------------------------------- not histories


def saved(**changes: Any) -> str:
    """A saved history whose second event was changed."""
    document = json.loads(play(machine(A=nothing())).history.to_json())
    document["events"][1] |= changes
    return json.dumps(document)


WRONG = {
    "no text": "",
    "no JSON": "{",
    "no object": "[]",
    "nothing": "{}",
    "another version": '{"formatVersion": 2, "events": []}',
    "no events": '{"formatVersion":1,"events":[],"type":"STANDARD","executionArn":"a","executionName":"b","stateMachineArn":"c"}',
    "events that are none": '{"formatVersion":1,"events":[1],"type":"STANDARD","executionArn":"a","executionName":"b","stateMachineArn":"c"}',
    "a type that is none": saved(type=3),
    "an instant that is none": saved(at="now"),
    "an instant beyond all calendars": saved(at=10**30),
    "details that are none": saved(details=[]),
    "a name that is none": saved(details={"name": 1, "input": 1}),
    "a predecessor that is none": saved(previous=None),
    "a branch that is none": saved(branch=1),
    "tellings that are none": saved(told="x"),
    "half an event": saved(details={}),
    "a hundred thousand levels": "[" * 100_000,
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_no_saved_history_is_refused(text: str) -> None:
    with pytest.raises(HistoryError):
        asl.History.from_json(text)


def test_what_is_too_deep_for_text_is_found_before_the_rest_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each state nests the output of the one before, the last values are the deepest."""
    execution = play(machine(A=nothing()), {})
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    records = execution.history.records
    records[-1] = (*records[-1][:4], {"output": deep})
    asked: list[int] = []
    getting = asl.History.__getitem__
    monkeypatch.setattr(asl.History, "__getitem__", lambda self, index: asked.append(index) or getting(self, index))  # type: ignore[func-returns-value]
    for write in (execution.history.to_json, execution.to_aws_events):
        with pytest.raises(asl.LimitExceeded, match="too deeply"):
            write()
    assert asked == [3, 3]
