"""What fields read and may not find: every such read, with how sure it is, the route, and the reason in words.

Four cases are kept apart. Whoever gets there certainly finds nothing; on some route it is certainly missing; it is set on some
routes only, and on the others the execution's input would have to bring it; or nobody says that it is there, which is no
fault but worth asking in a strict review. A service's model that does not list a name stands beside them: services grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from asl_engine.analysis.dataflow.facts import Place, Read, Root
from asl_engine.analysis.dataflow.routes import Leg, Origin, Route, first_missing, gave_up, missing_routes, prefixes, setters
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


@dataclass(frozen=True)
class Miss:
    state: Pointer
    read: Read
    certainty: Certainty
    missing: Place
    """The first place on the way to what was read that may be missing."""
    setters: tuple[Leg, ...] = ()
    """ELSEWHERE: who sets it on other ways."""
    walk: Walk = field(repr=False, kw_only=True)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Ways to get there without it, one per origin, the shortest first; none for what a field's own data do not have."""
        found = missing_routes(self.walk, self.state, self.missing, _ABSENCE[self.certainty])
        return tuple(route for route in found if route.origin is Origin.START) if self.certainty is Certainty.ELSEWHERE else found

    @property
    def is_unexplained(self) -> bool:
        """Whether there are routes and the search for them was given up."""
        return not self.routes and self.missing.root is not Root.OTHER and gave_up(self.walk)

    @cached_property
    def owners(self) -> tuple[Shape, ...]:
        """What that place would be a member of where it is missing, as it leaves the state that left it out: one per route, one if there is none."""
        way, missing, entry = self.missing.steps[:-1], self.missing, self.walk.entries[self.state]
        if missing.root is Root.OTHER:
            return (self.read.owner.follow(way).present,)
        starts = [route.legs[0].flow.situation if route.origin is Origin.STATE else entry for route in self.routes] or [entry]
        return tuple((start.data if missing.root is Root.INPUT else start.variable(missing.name)).follow(way).present for start in starts)


_ABSENCE = {
    Certainty.NEVER: Absence.KNOWN,
    Certainty.ROUTE: Absence.KNOWN,
    Certainty.ELSEWHERE: Absence.OPEN,
    Certainty.UNLISTED: Absence.MODEL,
    Certainty.UNSAID: Absence.OPEN,
}


def misses_of(walk: Walk) -> Iterator[Miss]:
    """All of them, one per state and place that is missing, or that is read where nobody says that it is there, in the order the states were reached."""
    untouched: dict[Place, bool] = {}
    written = {wrote[:length] for visit in walk.visits.values() for flow in visit.flows for wrote in flow.wrote for length in range(1, len(wrote) + 1)}
    for state, visit in walk.visits.items():
        said: set[tuple[Place, str]] = set()
        for read in visit.reads:
            if not read.needed or not read.found.absent:
                continue
            miss = _miss(walk, state, read)
            # A setter of a place wrote it or something below it; most places of the input nobody writes.
            if miss.certainty is Certainty.UNSAID and miss.missing.root is Root.INPUT and miss.missing.steps in written:
                miss = _set_elsewhere(miss, untouched) or miss
            # What nobody says is told of every path: a member of what is there may still be missing.
            whole = miss.certainty is Certainty.UNSAID and miss.missing.steps
            once = (read.place if whole else miss.missing, "" if miss.missing.steps else read.pointer)
            if once not in said:
                said.add(once)
                yield miss


def _miss(walk: Walk, state: Pointer, read: Read) -> Miss:
    absent = read.found.absent
    if Absence.KNOWN in absent and (not read.certainly_missing or absent == Absence.KNOWN):
        certainty = Certainty.NEVER if read.certainly_missing else Certainty.ROUTE
    else:
        certainty = Certainty.UNLISTED if Absence.MODEL in absent else Certainty.UNSAID
    return Miss(state, read, certainty, _first(walk, state, read, _ABSENCE[certainty]), walk=walk)


def _set_elsewhere(miss: Miss, untouched: dict[Place, bool]) -> Miss | None:
    found, from_start = setters(miss.walk, miss.state, miss.missing)
    if not found or not from_start or _wanted_of_input(miss.walk, miss.missing, untouched):
        return None
    said = replace(miss, certainty=Certainty.ELSEWHERE, setters=found)
    return said if said.routes else None


def _first(walk: Walk, state: Pointer, read: Read, absence: Absence) -> Place:
    place = read.place
    if place.root is not Root.OTHER:
        return first_missing(walk, state, place, absence) or place
    for steps in prefixes(place.steps):
        if read.owner.follow(steps).absent & absence:
            return Place(place.root, place.name, steps)
    return place


def _wanted_of_input(walk: Walk, missing: Place, known: dict[Place, bool]) -> bool:
    """Whether some state reads the place where only the execution's input can have brought it: then the input is meant to have it."""
    if missing not in known:
        known[missing] = any(
            setters(walk, state, missing) == ((), True) for state, visit in walk.visits.items() if any(_is_below(read.place, missing) for read in visit.reads)
        )
    return known[missing]


def _is_below(place: Place, other: Place) -> bool:
    return place.root is other.root and place.name == other.name and place.steps[: len(other.steps)] == other.steps
