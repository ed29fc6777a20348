"""Laws of comparing two tellings of one story, on machines nobody wrote."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.harness.telling import told
from asl_engine.views.behaviour import Comparison, Kind, Told, compare
from tests.properties import machines

FEW = asl.Limits(events=None, records=1500)
MIRROR = {Kind.CALL_ADDED: Kind.CALL_REMOVED, Kind.CALL_REMOVED: Kind.CALL_ADDED}
NAMES_ITS_STATE = ("$$", "context")
"""What sends a state's name outside: then a rename can be seen."""


def tell(definition: dict[str, Any], which: int) -> Told:
    random = Random(which)
    return told(asl.load(definition, validate=False), input=machines.execution_input(random), tasks=machines.Outcomes(random), seed=3, limits=FEW)


def machine(which: int) -> dict[str, Any]:
    return machines.definition(Random(which))


def renamed(value: Any) -> Any:
    """Every state by another name, with all that leads to it."""
    if isinstance(value, list):
        return [renamed(element) for element in value]
    if not isinstance(value, dict):
        return value
    found = {key: f"{member} anew" if key in ("StartAt", "Next", "Default") and isinstance(member, str) else renamed(member) for key, member in value.items()}
    if isinstance(found.get("States"), dict):
        found["States"] = {f"{name} anew": state for name, state in found["States"].items()}
    return found


def names(value: Any) -> list[str]:
    inside = [name for member in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()) for name in names(member)]
    return [*value["States"], *inside] if isinstance(value, dict) and isinstance(value.get("States"), dict) else inside


def changed(definition: dict[str, Any], random: Random) -> dict[str, Any]:
    """One or two things of it otherwise."""
    found = copy.deepcopy(definition)
    for _ in range(random.randrange(1, 3)):
        state = random.choice(list(found["States"].values()))
        match random.randrange(5):
            case 0:
                state.pop("Retry", None)
            case 1:
                state.pop("Catch", None)
            case 2 if "Next" in state:
                state["Next"] = random.choice(list(found["States"]))
            case 3 if state["Type"] == "Wait":
                state.clear()
                state.update({"Type": "Wait", "Seconds": 7, "End": True})
            case _:
                state["Comment"] = "changed"
    return found


@settings(max_examples=200)
@given(st.integers(0, 2**64))
def test_a_revision_does_what_it_does(which: int) -> None:
    assert not compare(tell(machine(which), which), tell(machine(which), which))


@settings(max_examples=200)
@given(st.integers(0, 2**64))
def test_other_names_are_no_difference(which: int) -> None:
    definition = machine(which)
    assume(not any(text in json.dumps(definition) for text in NAMES_ITS_STATE))
    comparison = compare(tell(definition, which), tell(renamed(definition), which), renamed={name: f"{name} anew" for name in names(definition)})
    assert comparison == Comparison()


@settings(max_examples=200)
@given(st.integers(0, 2**64))
def test_what_one_side_does_more_the_other_does_less(which: int) -> None:
    definition = machine(which)
    old, new = tell(definition, which), tell(changed(definition, Random(which)), which)
    forth, back = compare(old, new), compare(new, old)
    assert bool(forth) == bool(back)
    assert [(MIRROR.get(each.kind, each.kind), each.state) for each in forth.all[:1]] == [(each.kind, each.state) for each in back.all[:1]]


@settings(max_examples=200)
@given(st.integers(0, 2**64), st.integers(0, 2**64))
def test_any_two_machines_can_be_compared(one: int, other: int) -> None:
    old, new = tell(machine(one), one), tell(machine(other), one)
    assert compare(old, new) == compare(old, new)
    assert all(divergence.sentence for divergence in compare(old, new).all)


@settings(max_examples=50)
@given(st.integers(0, 2**64))
def test_a_definition_compared_with_itself_does_not_differ(which: int) -> None:
    definition = machine(which)
    found = asl.diff(definition, definition, explore=None)
    assert not found.differs
    assert json.loads(json.dumps(found.to_json()))["structure"]["changes"] == []


@pytest.mark.parametrize("which", range(3))
def test_what_differs_is_told_in_json(which: int) -> None:
    found = asl.diff(machine(which), renamed(machine(which)), explore=None)
    assert found.structure.renamed
    assert json.dumps(found.to_json())
