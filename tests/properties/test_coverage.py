"""Coverage of machines nobody wrote."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.views.coverage_goals import goals_of
from asl_engine.views.coverage_taken import taken
from tests.properties import machines


def played(random: Random, times: int) -> tuple[asl.Program, list[asl.Execution]]:
    """A machine that AWS would take, and what came of running it; a run that the tool refuses is none."""
    while True:
        try:
            program = asl.load(machines.definition(random))
            break
        except asl.AslError:
            continue
    executions = []
    for _ in range(times):
        running = asl.start(program, machines.execution_input(random), tasks=machines.Outcomes(random), limits=machines.LIMITS, seed=1)
        with suppress(asl.AslError):
            running.advance()
        executions.append(running.execution)
    return program, executions


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_whatever_happens_was_possible(which: int) -> None:
    """Else something is said to be certain that is not.

    Not asked for, though it may happen: a timeout nobody declared, which a mock may throw; States.Runtime or a quota in
    what cannot fail otherwise.
    """
    program, executions = played(Random(which), 2)
    unasked = taken(program, executions).keys() - {goal.key for goal in goals_of(program)}
    assert [key for key in unasked if not key.startswith(("timeout ", "heartbeat ", "fails ", "failing "))] == []


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**64))
def test_more_runs_never_cover_less_and_merging_is_running_together(which: int) -> None:
    program, executions = played(Random(which), 3)
    found = asl.Coverage()
    for execution in executions:
        more = found.merge(asl.coverage(program, execution))
        assert more.reached >= found.reached
        found = more
    assert found == asl.coverage(program, executions) == asl.Coverage.from_json(found.to_json())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**64))
def test_every_missing_goal_is_a_gap_or_follows_from_one(which: int) -> None:
    program, executions = played(Random(which), 1)
    found = asl.coverage(program, executions)
    told = [goal.key for gap in found.gaps for goal in (gap.goal, *gap.consequences)]
    assert sorted(told) == sorted(goal.key for goal in goals_of(program) if goal.key not in found.definitions[0].counts)
