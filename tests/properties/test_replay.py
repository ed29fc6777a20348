"""Replaying an execution on its own definition is identical, whatever the machine and whatever happened to it."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.history.aws_reading import read_history
from tests.properties import machines

NO_QUOTA = asl.Limits(events=None, records=2000)
"""A full history lacks the outcome that did not fit."""
TOLD_ELSEWHERE = ("StateAborted", "MapIterationAborted", "MapIterationFailed")
"""AWS does not say in which container the aborted stood."""


def recorded(which: int) -> tuple[asl.Program, asl.Execution] | None:
    random = Random(which)
    program, given_ = asl.load(machines.definition(random)), machines.execution_input(random)
    try:
        return program, asl.run(program, given_, tasks=machines.Outcomes(random), limits=NO_QUOTA, seed=3, name="e1")
    except (asl.ExecutionStalled, asl.LimitExceeded):
        return None


def datasets() -> machines.Outcomes:
    """Reading S3 leaves no events."""
    return machines.Outcomes(Random(0))


@settings(max_examples=300)
@given(st.integers(0, 2**64))
def test_an_execution_replayed_on_its_own_definition_is_identical(which: int) -> None:
    if (found := recorded(which)) is not None:
        program, execution = found
        verdict = asl.replay(program, execution, tasks=datasets(), limits=NO_QUOTA)
        assert verdict.kind == "identical", verdict.explanation()


@settings(max_examples=200)
@given(st.integers(0, 2**64))
def test_containers_are_the_same_when_they_are_worked_out_from_predecessors(which: int) -> None:
    if (found := recorded(which)) is not None:
        execution = found[1]
        reading = read_history({"events": execution.to_aws_events()})
        assert not reading.reasons
        told = [(event.id, event.branch) for event in execution.history if not event.type.endswith(TOLD_ELSEWHERE)]
        assert [(event.id, event.branch) for event in reading.history if not event.type.endswith(TOLD_ELSEWHERE)] == told
