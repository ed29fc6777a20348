"""What holds of every difference between two definitions, whatever the definitions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asl_engine.analysis.contract import contract_changes
from asl_engine.analysis.graph import containers
from asl_engine.analysis.structure import Change, ChangeKind, structure_of
from asl_engine.values import MISSING, Json, Missing, Pointer
from tests.properties import machines

SEEDS = st.integers(0, 2**64)
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["A", "B", "$.a", "{% $x %}", "Task", "States.ALL"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["States", "StartAt", "A", "B", "Type", "Next", "Choices", "Retry", "Catch", "ErrorEquals", "And", "Branches", "ItemProcessor", "Parameters"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


def definition(seed: int) -> dict[str, Any]:
    return machines.definition(Random(seed))


def related(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two machines some of whose states are the same, some drawn anew, and some carry other names."""
    random = Random(seed)
    old, other = definition(seed), definition(seed + 1)
    states = {**old["States"], **{name: state for name, state in other["States"].items() if random.random() < 0.5}}
    new = {**old, "States": states}
    for name in list(states):
        if random.random() < 0.2:
            new = renamed(new, name, f"{name} anew")
    return old, new


def renamed(machine: Any, old: str, new: str) -> Any:
    """With another name for a state of the outermost States, and for every reference to it."""

    def followed(owner: dict[str, Any]) -> dict[str, Any]:
        return {field: new if field in ("Next", "Default") and value == old else value for field, value in owner.items()}

    states = {}
    for name, state in machine["States"].items():
        state = followed(state)
        for field in ("Choices", "Catch"):
            if field in state:
                state[field] = [followed(one) for one in state[field]]
        states[new if name == old else name] = state
    return {**machine, "StartAt": new if machine["StartAt"] == old else machine["StartAt"], "States": states}


def shuffled(value: Any, random: Random, place: str = "") -> Any:
    """The same JSON with its members in another order, and with comments where the language has them."""
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        found = {name: shuffled(value[name], random, name) for name in names}
        if place == "" or "Type" in value or "ErrorEquals" in value:
            found["Comment"] = str(random.random())
        return found
    return [shuffled(element, random, "[]") for element in value] if isinstance(value, list) else value


def at(document: Json, pointer: Pointer) -> Json | Missing:
    value: Any = document
    for token in pointer.tokens:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value


@given(SEEDS)
def test_a_definition_does_not_differ_from_itself(seed: int) -> None:
    machine = definition(seed)
    assert structure_of(machine, machine).changes == ()
    assert contract_changes(machine, machine) == ()


@given(SEEDS)
def test_the_order_of_members_and_comments_mean_nothing(seed: int) -> None:
    machine = definition(seed)
    again = shuffled(machine, Random(seed))
    assert structure_of(machine, again).changes == ()
    assert contract_changes(machine, again) == ()


@given(SEEDS)
def test_the_pairs_of_the_way_back_are_the_pairs_turned_round(seed: int) -> None:
    old, new = related(seed)
    assert {there: here for here, there in structure_of(old, new).pairs.items()} == structure_of(new, old).pairs


@given(SEEDS)
def test_what_was_added_is_removed_on_the_way_back(seed: int) -> None:
    old, new = related(seed)
    forth, back = structure_of(old, new).changes, structure_of(new, old).changes

    def places(changes: tuple[Change, ...], kind: ChangeKind, side: Callable[[Change], Pointer | None]) -> set[Pointer | None]:
        return {side(change) for change in changes if change.kind == kind}

    assert places(forth, ChangeKind.STATE_ADDED, lambda change: change.new) == places(back, ChangeKind.STATE_REMOVED, lambda change: change.old)
    assert places(forth, ChangeKind.STATE_RENAMED, lambda change: change.old) == places(back, ChangeKind.STATE_RENAMED, lambda change: change.new)
    assert bool(forth) == bool(back)


@given(SEEDS)
def test_a_pair_is_one_to_one(seed: int) -> None:
    pairs = structure_of(*related(seed)).pairs
    assert len({*pairs.values()}) == len(pairs)


@given(SEEDS, st.integers(0, 100))
def test_renaming_one_state_with_all_references_is_one_neutral_rename(seed: int, which: int) -> None:
    machine = definition(seed)
    name = list(machine["States"])[which % len(machine["States"])]
    found = structure_of(machine, renamed(machine, name, "Another Name"))
    assert [(change.kind, change.neutral, change.before, change.after) for change in found.changes] == [(ChangeKind.STATE_RENAMED, True, name, "Another Name")]
    assert found.renamed == {name: "Another Name"}


@given(SEEDS)
def test_a_change_points_at_what_it_tells_of(seed: int) -> None:
    old, new = related(seed)
    for change in structure_of(old, new).changes:
        assert change.sentence and "\n" not in change.sentence
        assert change.old is not None or change.new is not None
        assert change.old is None or not isinstance(at(old, change.old), Missing)
        assert change.new is None or not isinstance(at(new, change.new), Missing)
    for change in contract_changes(old, new):
        assert change.old is None or not isinstance(at(old, change.old), Missing)
        assert change.new is None or not isinstance(at(new, change.new), Missing)


@settings(max_examples=200)
@given(NONSENSE, NONSENSE)
def test_nothing_is_too_broken_to_be_compared(old: Any, new: Any) -> None:
    assert structure_of(old, old).changes == ()
    structure_of(old, new)
    contract_changes(old, new)


@given(SEEDS)
def test_the_same_comes_out_every_time(seed: int) -> None:
    old, new = related(seed)
    assert structure_of(old, new) == structure_of(old, new)
    assert contract_changes(old, new) == contract_changes(old, new)


@given(SEEDS)
def test_every_state_is_paired_added_or_removed(seed: int) -> None:
    old, new = related(seed)
    found = structure_of(old, new)
    told = {change.new for change in found.changes if change.kind in (ChangeKind.STATE_ADDED, ChangeKind.CONTAINER)}
    for owner, where in containers(new):
        if where is None:
            for name in owner["States"]:
                pointer = Pointer("") / "States" / name
                assert pointer in found.pairs.values() or pointer in told
