"""The shape of a state: what it says without its type and name, and without where it leads.

Two states are alike as far as their members are, and the values in them. Transitions are left out: whether two states
stand alike is `pairing`'s question. Comments are no part of a shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asl_engine.analysis.graph import inner_containers
from asl_engine.values import Json, canonical_text

_NOT_SHAPE = frozenset({"Type", "Next", "End", "Default", "Comment", "QueryLanguage", "Branches", "ItemProcessor", "Iterator"})
_AS_ONE = frozenset({".Retry", ".Catch"})
"""Handlers are alike in states that have nothing else in common, so they count little."""
DEEPEST = 16
"""Levels of a state that are looked at member by member; what is below counts as one value."""
MOST_FEATURES = 400
"""Members of a state that are looked at; a Result of thousands of lines says no more about which state it is."""


@dataclass(frozen=True, slots=True)
class Shape:
    places: frozenset[str]
    """The members there are: "Parameters.Item.id.S"."""
    values: frozenset[tuple[str, str]]
    """The same with what stands there."""

    @property
    def size(self) -> int:
        return len(self.places)


def shape_of(state: dict[str, Json]) -> Shape:
    places, values = set(), set()
    for place, text in (*_inside(state), *_features({name: value for name, value in state.items() if name not in _NOT_SHAPE}, "", 0)):
        places.add(place)
        values.add((place, text))
        if len(places) >= MOST_FEATURES:
            break
    return Shape(frozenset(places), frozenset(values))


def _inside(state: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """What a Parallel or Map runs, by the types and names of the states."""
    for _, _, owner, _ in inner_containers(state, None):
        states = owner.get("States")
        for name, inner in states.items() if isinstance(states, dict) else ():
            yield f"inside {inner.get('Type') if isinstance(inner, dict) else ''}", name


def similarity(left: Shape, right: Shape) -> float:
    """Of 1: half for having the same members, half for the same values in them."""
    total = len(left.places) + len(right.places)
    values = len(left.values) + len(right.values)
    if not total or not values:
        return 1.0
    return len(left.places & right.places) / total + len(left.values & right.values) / values


def _features(value: Json, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if place in _AS_ONE:
        yield place, canonical_text(value)
    elif depth < DEEPEST and isinstance(value, dict) and value:
        for name, member in sorted(value.items()):
            if name != "Comment" and not (name == "Next" and depth):
                yield from _features(member, f"{place}.{name}", depth + 1)
    elif depth < DEEPEST and isinstance(value, list) and value:
        for element in value:  # whatever their places: one that was inserted must not make all others differ
            yield from _features(element, f"{place}[]", depth + 1)
    else:
        yield place, canonical_text(value)
