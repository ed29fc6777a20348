"""Every witness shows what it was reported for, on machines nobody wrote and changes nobody thought of."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.harness.explore import Exploration, ExploreBounds, explored
from asl_engine.harness.telling import told
from asl_engine.harness.witnesses import key_of
from asl_engine.tasks.mock_files import mocks_from
from asl_engine.views.behaviour import compare
from tests.properties import machines

SMALL = ExploreBounds(max_runs=60, max_troubles=2, max_visits=2, max_events=300, max_witnesses=6)
every_pair = given(st.integers(0, 2**64))


def changed(definition: dict[str, Any], random: Random) -> dict[str, Any]:
    """The definition with one value or member in it changed."""
    found = copy.deepcopy(definition)
    owners: list[tuple[Any, Any]] = []
    waiting: list[Any] = [found]
    while waiting:
        owner = waiting.pop()
        for key, value in list(owner.items() if isinstance(owner, dict) else enumerate(owner)):
            if isinstance(value, (dict, list)):
                waiting.append(value)
            if key not in ("Type", "QueryLanguage", "StartAt", "States", "ItemProcessor", "Mode", "ExecutionType"):
                owners.append((owner, key))
    owner, key = random.choice(owners)
    names = list(found["States"])
    match owner[key]:
        case bool():
            owner[key] = not owner[key]
        case int() as number:
            owner[key] = number + 1
        case str() if key in ("Next", "Default"):
            owner[key] = random.choice(names)
        case _ if isinstance(owner, dict) and key not in ("Next", "End", "Default"):
            del owner[key]
    return found


def pair(which: int) -> tuple[asl.Program, asl.Program]:
    """Two revisions. The second need not be one AWS would take."""
    random = Random(which)
    definition = machines.definition(random)
    old = asl.load(definition)
    while True:
        try:
            return old, asl.load(changed(definition, random), validate=False)
        except asl.DefinitionError:
            continue  # a task without a resource cannot even be tried


def exploration(which: int) -> Exploration:
    return explored(*pair(which), bounds=SMALL)


@settings(max_examples=40)
@every_pair
def test_every_witness_replayed_shows_the_difference_it_was_reported_for(which: int) -> None:
    old, new = pair(which)
    for witness in explored(old, new, bounds=SMALL).witnesses:
        limits = asl.Limits(records=500_000)
        left, right = (told(program, input=witness.scenario["input"], tasks=mocks_from(witness.scenario["mocks"]), limits=limits) for program in (old, new))
        assert left.history.to_json() == witness.old.history.to_json()
        assert right.history.to_json() == witness.new.history.to_json()
        assert witness.comparison.first is not None
        assert key_of(witness.comparison.first) in map(key_of, compare(left, right).all)


@settings(max_examples=40)
@every_pair
def test_a_revision_explored_with_itself_shows_nothing(which: int) -> None:
    program = asl.load(machines.definition(Random(which)))
    assert explored(program, program, bounds=SMALL).witnesses == ()


@settings(max_examples=20)
@every_pair
def test_the_same_bounds_give_the_same_witnesses(which: int) -> None:
    first, second = exploration(which), exploration(which)
    assert [(one.name, one.scenario, one.comparison, one.runs) for one in first.witnesses] == [
        (one.name, one.scenario, one.comparison, one.runs) for one in second.witnesses
    ]
    assert (first.runs, first.reached) == (second.runs, second.reached)


@settings(max_examples=30)
@every_pair
def test_no_two_witnesses_have_one_name_or_one_difference(which: int) -> None:
    witnesses = exploration(which).witnesses
    assert len({witness.name for witness in witnesses}) == len(witnesses)
    assert len({key_of(witness.comparison.first) for witness in witnesses if witness.comparison.first}) == len(witnesses)
