"""All divergences of two executions in causal order, at most one of a kind and state: the first is where it began.

Found are: calls and retries of the visits both made, the ways they went apart, the order of calls, how both ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from asl_engine.values import Missing, Pointer
from asl_engine.views.behaviour import Divergence, Kind, Told
from asl_engine.views.behaviour.alignment import Pair, owner_of
from asl_engine.views.behaviour.endings import of_endings
from asl_engine.views.behaviour.places import place
from asl_engine.views.behaviour.routes import of_alone, of_calls, of_gap
from asl_engine.views.behaviour.sides import CALLS, Found, Sides, found, sides_of
from asl_engine.views.behaviour.visits import made, of_time, of_visits
from asl_engine.views.visits import Visit

MICROSECOND = timedelta(microseconds=1)
_CALLS = (Kind.CALL_ADDED, Kind.CALL_REMOVED)
_NUMBER = re.compile(r"\[\d+\](?=/)")


def differences(old: Told, new: Told, renamed: Mapping[str, str]) -> list[Divergence]:
    """`renamed` maps names of the old side's states to the new ones."""
    sides = sides_of(old, new, renamed)
    listed = sorted(_found(sides), key=lambda one: (one.at, one.key))
    once: dict[tuple[Kind, str | None], Divergence] = {}
    unanswered = {one.divergence.state for one in listed if one.divergence.kind is Kind.UNANSWERED}
    uncalled = {one.divergence.state for one in listed if one.divergence.kind in _CALLS and _fails(one.divergence)}
    for one in listed:
        told = one.divergence
        if told.kind in _CALLS and told.state in unanswered:
            continue  # that it is asked for is said by what does not answer it
        if told.kind is Kind.PATH and told.state in uncalled:
            continue  # that it failed is said by what it did not call
        once.setdefault((told.kind, told.state and _NUMBER.sub("", told.state)), told)
    return list(once.values())


def _fails(told: Divergence) -> bool:
    """Whether one side failed where the other called."""
    return not isinstance(told.old, Missing) and not isinstance(told.new, Missing)


def _found(sides: Sides) -> Iterator[Found]:
    both = [*sides.aligned.pairs, *sides.aligned.moved]
    explained = _Explained({visit.path: visit.container for visit in sides.new_visits})
    for old, new in both:
        listed = list(of_visits(sides, old, new))
        if listed:
            explained.visit(new)
        yield from listed
    for gap in sides.aligned.gaps:
        explained.container(gap.container)
        yield from of_gap(sides, gap)
    for only in sides.aligned.alone:
        explained.container(only.container)
        yield from of_alone(sides, only)
    yield from of_calls(sides)
    yield from _order(sides)
    left_apart = {id(gap.before[1]) for gap in sides.aligned.gaps if gap.before is not None}
    yield from _times(sides, [pair for pair in both if id(pair[1]) not in left_apart], explained)
    yield from of_endings(sides)


class _Explained:
    """The visits whose time something told already explains: what differs in them, or inside them."""

    def __init__(self, around: Mapping[str, str]) -> None:
        self._around = around
        self.paths: set[str] = set()

    def visit(self, visit: Visit) -> None:
        self.paths.add(visit.path)
        self.container(visit.container)

    def container(self, path: str) -> None:
        while path:
            owner = owner_of(path)[0]
            if owner in self.paths:
                return
            self.paths.add(owner)
            path = self._around.get(owner, "")


def _times(sides: Sides, pairs: Sequence[Pair], explained: _Explained) -> Iterator[Found]:
    """The innermost visits first: a Parallel or Map takes longer because of what is inside it, if something is."""
    for old, new in sorted(pairs, key=lambda pair: -pair[1].container.count("[")):
        if new.path not in explained.paths:
            for one in of_time(sides, old, new):
                explained.visit(new)
                yield one


# ------------------------------------------------------------------------------------------------------------ order


def _order(sides: Sides) -> Iterator[Found]:
    """Calls that both sides make, in another order: within a container as they follow each other, else by their instants."""
    position = {id(visit): index for visits in (sides.old_visits, sides.new_visits) for index, visit in enumerate(visits)}
    calling = [pair for pair in (*sides.aligned.pairs, *sides.aligned.moved) if made(pair[0]) and made(pair[1])]
    moved = {id(new) for _, new in sides.aligned.moved}
    inside: dict[str, list[Pair]] = {}
    for pair in calling:
        if pair[0].container == pair[1].container:
            inside.setdefault(pair[1].container, []).append(pair)
    for listed in inside.values():
        if any(id(new) in moved for _, new in listed):
            inverted = _inversion([(position[id(old)], position[id(new)], new) for old, new in listed])
            if inverted is not None:
                yield _swapped(sides, *inverted)
                return
    if len({new.container for _, new in calling}) > 1:
        inverted = _inversion([(made(old)[0].at // MICROSECOND, made(new)[0].at // MICROSECOND, new) for old, new in calling])
        if inverted is not None and inverted[0].container != inverted[1].container:
            yield _swapped(sides, *inverted)


def _inversion(listed: Sequence[tuple[int, int, Visit]]) -> tuple[Visit, Visit] | None:
    """Two of (old place, new place, visit) whose strict order was the other way round: (earlier now, earlier before)."""
    before = sorted(listed, key=lambda one: one[:2])
    last: tuple[int, Visit] | None = None
    for _, same_place in groupby(before, key=lambda one: one[0]):
        group = list(same_place)
        for _, now, visit in group:
            if last is not None and now < last[0]:
                return visit, last[1]
        furthest = max(group, key=lambda one: one[1])
        if last is None or furthest[1] > last[0]:
            last = furthest[1], furthest[2]
    return None


def _swapped(sides: Sides, earlier: Visit, later: Visit) -> Found:
    """`earlier` is called first now, and was called after `later` before."""
    here: Pointer | None = place(sides.new.program, earlier)
    sentence = f"{earlier.name} makes its call before {later.name}, no longer after it"
    return found(earlier.entered, sides.key(earlier, CALLS), Kind.CALL_ORDER, sentence, earlier, places=(None, here))
