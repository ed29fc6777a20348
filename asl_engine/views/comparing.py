"""Where a value or a path first differs from what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from asl_engine.matchers import CONTAINS, EXACT, LITERAL, fits, matcher_of
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
    """What `actual` lacks of `wanted`: objects member by member, arrays element by element, matchers as they say, all else by equality."""
    if (matcher := matcher_of(wanted)) is not None:
        return _matched(matcher, actual, wanted, at, lacking)
    if isinstance(actual, dict) and isinstance(wanted, dict):
        for key, member in wanted.items():
            if found := lacking(actual.get(key, MISSING), member, at / key):
                return found
        return None
    return _listed(actual, wanted, at, lacking)


def exceeding(actual: Json | Missing, wanted: Json, at: Pointer = ROOT) -> Divergence | None:
    """Where `actual` is not the whole of `wanted`, in which matchers may stand for parts."""
    if (matcher := matcher_of(wanted)) is not None:
        return _matched(matcher, actual, wanted, at, exceeding)
    if isinstance(actual, dict) and isinstance(wanted, dict):
        for key in [*wanted, *(key for key in actual if key not in wanted)]:
            if key not in wanted:
                return Divergence(at / key, MISSING, actual[key])
            if found := exceeding(actual.get(key, MISSING), wanted[key], at / key):
                return found
        return None
    return _listed(actual, wanted, at, exceeding)


Compare: TypeAlias = "Callable[[Json | Missing, Json, Pointer], Divergence | None]"


def _listed(actual: Json | Missing, wanted: Json, at: Pointer, compare: Compare) -> Divergence | None:
    if isinstance(actual, list) and isinstance(wanted, list):
        for index in range(max(len(actual), len(wanted))):
            if index >= len(wanted) or index >= len(actual):
                return Divergence(at / index, _element(wanted, index), _element(actual, index))
            if found := compare(actual[index], wanted[index], at / index):
                return found
        return None
    return None if not isinstance(actual, Missing) and same_json(actual, wanted) else Divergence(at, wanted, actual)


def _matched(matcher: tuple[str, Any], actual: Json | Missing, wanted: Json, at: Pointer, compare: Compare) -> Divergence | None:
    word, said = matcher
    if word == EXACT:
        return exceeding(actual, said, at)
    if word == LITERAL:
        return unequal(actual, said, at)
    if word == CONTAINS:
        within = isinstance(actual, str) and isinstance(said, str) and said in actual
        among = isinstance(actual, list) and any(compare(element, said, at) is None for element in actual)
        return None if within or among else Divergence(at, wanted, actual)
    return None if fits(word, said, actual) else Divergence(at, wanted, actual)


def unequal(actual: Json | Missing, wanted: Json, at: Pointer = ROOT) -> Divergence | None:
    """Where two values differ at all. Both are data: nothing in them means more than it says."""
    if isinstance(actual, dict) and isinstance(wanted, dict):
        for key in [*wanted, *(key for key in actual if key not in wanted)]:
            if key not in actual or key not in wanted:
                return Divergence(at / key, wanted.get(key, MISSING), actual.get(key, MISSING))
            if found := unequal(actual[key], wanted[key], at / key):
                return found
        return None
    return _listed(actual, wanted, at, unequal)


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
