"""Whatever machine people write and whatever happens to it, it is refused or it runs; it never crashes the engine."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from tests.properties import machines

ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT")


def ran(random: Random) -> asl.Execution | None:
    """A finished execution of a generated machine; None where the tool had to give up, which it may say in its own way only."""
    definition, given_ = machines.definition(random), machines.execution_input(random)
    try:
        return asl.run(asl.load(definition), given_, tasks=machines.Outcomes(random), limits=machines.LIMITS)
    except (asl.ExecutionStalled, asl.LimitExceeded):
        return None


@settings(max_examples=250)
@given(st.randoms(use_true_random=False))
def test_a_generated_machine_is_accepted_and_ends(random: Random) -> None:
    execution = ran(random)
    assert execution is None or execution.status in ENDED


every_execution = given(st.integers(0, 2**64))


@settings(max_examples=250)
@every_execution
def test_every_event_follows_an_earlier_one_and_time_never_runs_back(which: int) -> None:
    execution = ran(Random(which))
    if execution is None:
        return
    events = list(execution.history)
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert all(event.previous < event.id for event in events)
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))


@settings(max_examples=250)
@every_execution
def test_an_execution_ends_as_its_last_event_says(which: int) -> None:
    execution = ran(Random(which))
    if execution is None:
        return
    last = execution.history[-1]
    assert last.type == {"SUCCEEDED": "ExecutionSucceeded", "FAILED": "ExecutionFailed", "TIMED_OUT": "ExecutionTimedOut"}[execution.status]
    if execution.status == "SUCCEEDED":
        assert last.details["output"] == execution.output
    if execution.status == "FAILED":
        assert (last.details.get("error"), last.details.get("cause")) == (execution.error, execution.cause)
    assert not [event for event in list(execution.history)[:-1] if event.type.startswith("Execution") and event.id > 1]


@settings(max_examples=150)
@every_execution
def test_a_history_is_read_as_it_was_saved_and_has_an_aws_shape(which: int) -> None:
    execution = ran(Random(which))
    if execution is None:
        return
    text = execution.history.to_json()
    assert asl.History.from_json(text).to_json() == text
    assert [event["id"] for event in execution.to_aws_events()] == list(range(1, len(execution.history) + 1))


@settings(max_examples=150)
@every_execution
def test_children_end_with_their_parent(which: int) -> None:
    execution = ran(Random(which))
    ahead = [] if execution is None else [execution]
    while ahead:
        parent = ahead.pop()
        for run in parent.children.values():
            for child in run:
                assert child.status in (*ENDED, "ABORTED")
                assert child.history[-1].type.startswith("Execution")
                ahead.append(child)


@settings(max_examples=150)
@every_execution
def test_going_step_by_step_writes_the_same_history(which: int) -> None:
    def written(*, step: timedelta | None) -> str:
        random = Random(which)
        definition, given_ = machines.definition(random), machines.execution_input(random)
        running = asl.start(asl.load(definition), given_, tasks=machines.Outcomes(random), limits=machines.LIMITS)
        now = running.execution.history.started_at
        while step is not None and running.execution.status == "RUNNING" and now.minute < 3:
            now += step
            running.advance(until=now)
        running.advance()
        return running.execution.history.to_json()

    try:
        whole = written(step=None)
    except asl.LimitExceeded:
        return
    assert written(step=timedelta(seconds=1, microseconds=3)) == whole
