"""How something came to be missing: the shortest way through the machine on which nobody set it.

Theory: nothing is remembered on the way forward. What may be missing at a state may be missing on one of the arcs into it; going
back along such arcs, for as long as states hand the place on untouched, ends where it was left out: at a state that made
something without it, or at the start, whose input nobody knows. The same walk back finds who does set it on other ways.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from asl_engine.analysis.dataflow.facts import Flow, Place, Root, Situation
from asl_engine.analysis.dataflow.shapes import Absence, Shape, Step
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.analysis.graph import ArcKind
from asl_engine.analysis.provenance_states import text
from asl_engine.values import Pointer

MOST_NAMED = 6
"""States of a route that are named; of a longer one the first and the last."""
MOST_LOOKS = 100_000
"""Arcs that are gone back along for all routes of one machine; beyond, none is named, and nobody is said to set anything elsewhere."""
MOST_ROUTES = 8
"""Origins that are looked for."""


class Origin(Enum):
    """Where a route begins."""

    START = "start"
    """With the execution's input."""
    STATE = "state"
    """At the first leg's state, whose output does not have it."""
    PAYLOAD = "payload"
    """At what a Parallel or Map gives its branches or iterations."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A state that is left, and by which arc."""

    state: Pointer
    flow: Flow

    def __str__(self) -> str:
        name = self.state.tokens[-1]
        match self.flow.kind:
            case ArcKind.CHOICE:
                return f"{name} (rule {self.flow.index})"
            case ArcKind.DEFAULT:
                return f"{name} (Default)"
            case ArcKind.CATCH:
                return f"{name} (Catch {self.flow.index})"
        return name


@dataclass(frozen=True, slots=True)
class Route:
    origin: Origin
    legs: tuple[Leg, ...]
    """From the origin to the state in question, which is not among them."""
    end: Pointer
    holder: Pointer | None = None
    """PAYLOAD: the Parallel or Map."""

    def __str__(self) -> str:
        """A → B (Catch 0) → C."""
        names = [*map(str, self.legs), self.end.tokens[-1]]
        if len(names) > MOST_NAMED:
            names = [names[0], "…", *names[2 - MOST_NAMED :]]
        return " → ".join(names)


def missing_routes(walk: Walk, state: Pointer, place: Place, absence: Absence) -> tuple[Route, ...]:
    """The ways to a state on which a place below its input or a variable may be missing for this reason: the shortest from each origin.

    None when too many arcs lead there.
    """
    if place.root is Root.OTHER:
        return ()
    found: list[Route] = []
    waiting: deque[tuple[Pointer, tuple[Leg, ...]]] = deque([(state, ())])
    seen = {state}

    def follow(here: Pointer, legs: tuple[Leg, ...]) -> None:
        if here not in seen:
            seen.add(here)
            waiting.append((here, legs))

    while waiting and len(found) < MOST_ROUTES:
        here, legs = waiting.popleft()
        for source, flow in walk.flows_into(here):
            if not _looks(walk):
                return ()
            if not _at(flow.situation, place).absent & absence:
                continue
            taken = (Leg(source, flow), *legs)
            if _handed_on(flow, place) and _at(walk.entries[source], place).absent & absence:
                follow(source, taken)
            else:
                found.append(Route(Origin.STATE, taken, state))
        if _starts(walk, here):
            holder = _holder(walk, here)
            if holder is None:
                found.append(Route(Origin.START, legs, state))
            elif _passes(walk, here, holder, place) and _at(walk.entries[holder], place).absent & absence:
                follow(holder, legs)
            else:
                found.append(Route(Origin.PAYLOAD, legs, state, holder))
    return tuple(found)


def setters(walk: Walk, state: Pointer, place: Place) -> tuple[tuple[Leg, ...], bool]:
    """Who sets a place on some way to a state before it is first there; and whether the execution's input may get there untouched.

    Ways that come by the state itself do not count: what it reads on its first visit was set before it. Nobody sets it when too many
    arcs lead there.
    """
    found: list[Leg] = []
    from_start = False
    waiting = deque([state])
    seen = {state}
    while waiting:
        here = waiting.popleft()
        for source, flow in walk.flows_into(here):
            if not _looks(walk):
                return (), False
            if sets(flow, place):
                if source != state:
                    found.append(Leg(source, flow))
            elif _handed_on(flow, place) and source not in seen:
                seen.add(source)
                waiting.append(source)
        if _starts(walk, here):
            holder = _holder(walk, here)
            if holder is None:
                from_start = True
            elif _passes(walk, here, holder, place) and holder not in seen:
                seen.add(holder)
                waiting.append(holder)
    return tuple(leg for leg in found if _before(walk, leg.state, state)), from_start


def _looks(walk: Walk) -> bool:
    """Takes one more look at an arc; False when there were too many."""
    walk.looks += 1
    return not gave_up(walk)


def gave_up(walk: Walk) -> bool:
    """Whether routes of this machine are looked for no more."""
    return walk.looks > MOST_LOOKS


def sets(flow: Flow, place: Place) -> bool:
    if place.root is Root.VARIABLE:
        return place.name in flow.assigned
    return any(wrote[: len(place.steps)] == place.steps for wrote in flow.wrote)


def _before(walk: Walk, source: Pointer, state: Pointer) -> bool:
    """Whether an execution can come to `source` without having been at `state`."""
    waiting = deque([source])
    seen = {source, state}
    while waiting:
        here = waiting.popleft()
        if _starts(walk, here):
            return True
        for before, _ in walk.flows_into(here):
            if not _looks(walk):
                return False
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return False


def _at(situation: Situation, place: Place) -> Shape:
    if place.root is Root.VARIABLE:
        return situation.variable(place.name).follow(place.steps)
    return situation.data.follow(place.steps)


def _handed_on(flow: Flow, place: Place) -> bool:
    """Whether what leaves at a place is what came in there."""
    if place.root is Root.VARIABLE:
        return place.name not in flow.assigned
    return flow.keeps and not any(_prefix(wrote, place.steps) for wrote in flow.wrote)


def _prefix(short: tuple[Step, ...], long: tuple[Step, ...]) -> bool:
    return long[: len(short)] == short


def _container(state: Pointer) -> Pointer:
    return state.parent.parent


def _starts(walk: Walk, state: Pointer) -> bool:
    owner = walk.owners.get(_container(state))
    return owner is not None and text(owner, "StartAt") == state.tokens[-1]


def _holder(walk: Walk, state: Pointer) -> Pointer | None:
    """The Parallel or Map around a state; None in the machine itself."""
    container = _container(state)
    if not container:
        return None
    return container.parent if container.tokens[-1] in ("ItemProcessor", "Iterator") else container.parent.parent


def _passes(walk: Walk, start: Pointer, holder: Pointer, place: Place) -> bool:
    """Whether a branch or iteration sees the place as the state around it does."""
    state = walk.states[holder]
    if place.root is Root.VARIABLE:
        owner = walk.owners[_container(start)]
        config = owner.get("ProcessorConfig")
        return not (isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED")
    changed = ("Parameters", "Arguments", "InputPath")
    return state.get("Type") == "Parallel" and not any(field in state for field in changed)


def prefixes(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The places on the way to one, the nearest to the root first, itself last."""
    return (steps[:length] for length in range(1, len(steps) + 1))


def first_missing(walk: Walk, state: Pointer, place: Place, absence: Absence) -> Place | None:
    """The first place on the way to one that may be missing where a state is entered; None if none is."""
    entry = walk.entries[state]
    if place.root is Root.VARIABLE and entry.variable(place.name).absent & absence:
        return Place(place.root, place.name, ())
    for steps in prefixes(place.steps):
        part = Place(place.root, place.name, steps)
        if _at(entry, part).absent & absence:
            return part
    return None
