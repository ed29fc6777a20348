"""What fields read and may not find: every such read, with how sure it is, the route, and the reason in words.

Four cases are kept apart. Whoever gets there certainly finds nothing; on some route it is certainly missing; it is set on some
routes only, and on the others the execution's input would have to bring it; or nobody says that it is there, which is no
fault but worth asking in a strict review. A service's model that does not list a name stands beside them: services grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from asl_engine.analysis.dataflow.facts import Place, Read, Root
from asl_engine.analysis.dataflow.routes import Leg, Origin, Route, first_missing, missing_routes, prefixes, setters
from asl_engine.analysis.dataflow.shapes import Absence, Shape
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.values import Pointer


class Certainty(Enum):
    NEVER = "never"
    """It is never there: whoever gets here fails."""
    ROUTE = "route"
    """It is certainly missing on some route."""
    ELSEWHERE = "elsewhere"
    """Some states set it, and on some route none of them did; only the execution's input could have brought it."""
    UNLISTED = "unlisted"
    """The model of the service, or of the Context object, does not list it."""
    UNSAID = "unsaid"
    """Nobody says that it is there."""


@dataclass(frozen=True, slots=True)
class Miss:
    state: Pointer
    read: Read
    certainty: Certainty
    missing: Place
    """The first place on the way to what was read that may be missing."""
    owners: tuple[Shape, ...]
    """What that place would be a member of where it is missing, for each route; one where there is none."""
    routes: tuple[Route, ...]
    """Ways to get there without it, one per origin, the shortest first; none for what a field's own data do not have."""
    setters: tuple[Leg, ...] = ()
    """ELSEWHERE: who sets it on other ways."""


def misses_of(walk: Walk) -> Iterator[Miss]:
    """All of them, one per state and place, in the order the states were reached."""
    untouched: dict[Place, bool] = {}
    for state, visit in walk.visits.items():
        said: set[tuple[Place, str]] = set()
        for read in visit.reads:
            if not read.needed or not read.found.absent:
                continue
            miss = _miss(walk, state, read, untouched)
            if (miss.missing, "" if miss.missing.steps else read.pointer) not in said:
                said.add((miss.missing, "" if miss.missing.steps else read.pointer))
                yield miss


def _miss(walk: Walk, state: Pointer, read: Read, untouched: dict[Place, bool]) -> Miss:
    absent = read.found.absent
    if Absence.KNOWN in absent:
        certainty, absence = (Certainty.NEVER if read.certainly_missing else Certainty.ROUTE), Absence.KNOWN
    elif Absence.MODEL in absent:
        certainty, absence = Certainty.UNLISTED, Absence.MODEL
    else:
        certainty, absence = Certainty.UNSAID, Absence.OPEN
    if certainty is Certainty.NEVER and absent != Absence.KNOWN:
        certainty, absence = Certainty.UNLISTED, Absence.MODEL
    missing = _first(walk, state, read, absence)
    routes = missing_routes(walk, state, missing, absence)
    if certainty is Certainty.UNSAID and any(route.origin is Origin.START for route in routes) and missing.root is Root.INPUT:
        found, _ = setters(walk, state, missing)
        if found and not _wanted_of_input(walk, missing, untouched):
            from_start = tuple(route for route in routes if route.origin is Origin.START)
            return Miss(state, read, Certainty.ELSEWHERE, missing, _owners(walk, state, read, missing, from_start), from_start, found)
    return Miss(state, read, certainty, missing, _owners(walk, state, read, missing, routes), routes)


def _first(walk: Walk, state: Pointer, read: Read, absence: Absence) -> Place:
    place = read.place
    if place.root is not Root.OTHER:
        return first_missing(walk, state, place, absence) or place
    for steps in prefixes(place.steps):
        if read.owner.follow(steps).absent & absence:
            return Place(place.root, place.name, steps)
    return place


def _owners(walk: Walk, state: Pointer, read: Read, missing: Place, routes: tuple[Route, ...]) -> tuple[Shape, ...]:
    """What lacks the missing member, as it leaves the state that left it out."""
    way = missing.steps[:-1]
    if missing.root is Root.OTHER:
        return (read.owner.follow(way).present,)
    starts = [route.legs[0].flow.situation if route.origin is Origin.STATE else walk.entries[state] for route in routes] or [walk.entries[state]]
    return tuple((start.data if missing.root is Root.INPUT else start.variable(missing.name)).follow(way).present for start in starts)


def _wanted_of_input(walk: Walk, missing: Place, known: dict[Place, bool]) -> bool:
    """Whether some state reads the place where only the execution's input can have brought it: then the input is meant to have it."""
    if missing not in known:
        known[missing] = any(
            setters(walk, state, missing) == ((), True) for state, visit in walk.visits.items() if any(_is_below(read.place, missing) for read in visit.reads)
        )
    return known[missing]


def _is_below(place: Place, other: Place) -> bool:
    return place.root is other.root and place.name == other.name and place.steps[: len(other.steps)] == other.steps
