"""Where a value or a path first differs from what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asl_engine.scenario import REST
from asl_engine.values import MISSING, Json, Missing, Pointer, same_json

ROOT = Pointer("")


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place at which two values differ; MISSING on the side that has nothing there."""

    pointer: Pointer
    expected: Json | Missing
    actual: Json | Missing


def lacking(actual: Json | Missing, wanted: Json, at: Pointer = ROOT) -> Divergence | None:
    """What `actual` lacks of `wanted`: objects member by member, arrays element by element, all else by equality."""
    if isinstance(actual, dict) and isinstance(wanted, dict):
        for key, member in wanted.items():
            if found := lacking(actual.get(key, MISSING), member, at / key):
                return found
        return None
    if isinstance(actual, list) and isinstance(wanted, list):
        for index in range(max(len(actual), len(wanted))):
            if index >= len(wanted) or index >= len(actual):
                return Divergence(at / index, _element(wanted, index), _element(actual, index))
            if found := lacking(actual[index], wanted[index], at / index):
                return found
        return None
    return None if not isinstance(actual, Missing) and same_json(actual, wanted) else Divergence(at, wanted, actual)


def unequal(actual: Json | Missing, wanted: Json, at: Pointer = ROOT) -> Divergence | None:
    """Where two values differ at all."""
    if isinstance(actual, dict) and isinstance(wanted, dict):
        for key in [*wanted, *(key for key in actual if key not in wanted)]:
            if key not in actual or key not in wanted:
                return Divergence(at / key, wanted.get(key, MISSING), actual.get(key, MISSING))
            if found := unequal(actual[key], wanted[key], at / key):
                return found
        return None
    if isinstance(actual, list) and isinstance(wanted, list):
        for index in range(max(len(actual), len(wanted))):
            if index >= len(wanted) or index >= len(actual):
                return Divergence(at / index, _element(wanted, index), _element(actual, index))
            if found := unequal(actual[index], wanted[index], at / index):
                return found
        return None
    return None if not isinstance(actual, Missing) and same_json(actual, wanted) else Divergence(at, wanted, actual)


def _element(values: list[Json], index: int) -> Json | Missing:
    return values[index] if index < len(values) else MISSING


@dataclass(frozen=True, slots=True)
class Departure:
    """Where an actual path leaves the wanted one: both indices may be one past the end."""

    wanted: int
    actual: int


def departure(actual: Sequence[str], wanted: Sequence[str]) -> Departure | None:
    """None if the path is as wanted; else where most of what is wanted was found and it does not go on.

    `REST` is any number of states, also none.
    """
    reached = _past_rests({0}, wanted)
    best = Departure(max(reached), 0)
    for index, name in enumerate(actual):
        following = {position for position in reached if position < len(wanted) and wanted[position] == REST}
        following |= {position + 1 for position in reached if position < len(wanted) and wanted[position] == name}
        reached = _past_rests(following, wanted)
        if not reached:
            return best
        if max(reached) >= best.wanted:
            best = Departure(max(reached), index + 1)
    return None if len(wanted) in reached else best


def _past_rests(positions: set[int], wanted: Sequence[str]) -> set[int]:
    """The positions one can be at without taking a state: each `REST` may stand for none."""
    found = set(positions)
    for position in positions:
        while position < len(wanted) and wanted[position] == REST:
            position += 1
            found.add(position)
    return found
