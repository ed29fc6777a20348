"""What a machine needs of the outside and nobody promises: its contract, gathered by who would have to keep it.

A path is asked for once, where it is read first; what one state reads first from one source is one demand. The sources are the
execution's input, the answers of functions and services, and arrays of unknown length. Says nothing of what is certain.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from asl_engine.analysis.dataflow.facts import Place, Root
from asl_engine.analysis.dataflow.misses import Certainty, Miss
from asl_engine.analysis.dataflow.routes import Leg, Origin
from asl_engine.analysis.graph import ArcKind
from asl_engine.values import Pointer

RESULT = "its result"
"""How the clause ends that says what becomes of the input of a state without ResultPath."""
_INPUT = ("Execution", "Input")


@dataclass(slots=True)
class Demand:
    """What one state is the first to need of one source."""

    misses: list[Miss]
    """One per place, in the order they are read; all of one source."""
    readers: dict[Pointer, None] = field(default_factory=dict)
    """Other states that read one of these places from the same source."""


def demands_of(misses: Iterable[Miss]) -> list[Demand]:
    """Gathers what nobody promises, in the order the states are reached."""
    found: dict[Hashable, Demand] = {}
    asked: dict[Hashable, Demand] = {}
    for miss in misses:
        if miss.certainty is not Certainty.UNSAID:
            continue
        source, place = _source(miss), _place(miss)
        earlier = asked.get((source, place))
        if earlier is not None:
            if miss.state != earlier.misses[0].state:
                earlier.readers.setdefault(miss.state)
            continue
        demand = found.setdefault((source, miss.state), Demand([]))
        demand.misses.append(miss)
        asked[source, place] = demand
    return list(found.values())


def _source(miss: Miss) -> Hashable:
    """Who would have to bring it: equal for all that comes from the same hand."""
    if miss.missing.root is Root.OTHER:
        if is_of_input(miss.missing):
            return Origin.START
        return miss.missing.name, miss.state, "" if miss.missing.steps else miss.read.pointer
    route = miss.routes[0] if miss.routes else None
    if route is None:
        return miss.missing.root, miss.missing.name, miss.state
    if route.origin is Origin.START:
        return Origin.START
    if route.origin is Origin.PAYLOAD:
        return route.holder, miss.missing.root, miss.missing.name
    return route.legs[0].state, route.legs[0].flow.index, miss.missing.root, miss.missing.name


def _place(miss: Miss) -> Hashable:
    steps = miss.read.place.steps
    return steps[2:] if is_of_input(miss.missing) else steps or miss.read.text


def is_of_input(place: Place) -> bool:
    """Whether it is a part of `$$.Execution.Input`, which is the same in every state."""
    return place.name == "the Context object" and place.steps[:2] == _INPUT


def replaced_by(miss: Miss) -> Leg | None:
    """The way out of a state whose result, of which nothing is known, took the place of data that certainly had the path."""
    route = miss.routes[0] if miss.certainty is Certainty.UNSAID and miss.missing.root is Root.INPUT and miss.routes else None
    if route is None or route.origin is not Origin.STATE:
        return None
    leg, steps = route.legs[0], miss.missing.steps
    over = any(wrote == steps[: len(wrote)] for wrote in leg.flow.wrote)
    if leg.flow.kind is not ArcKind.NEXT or not (over or (leg.flow.made.endswith(RESULT) and not leg.flow.keeps)):
        return None
    answer = leg.flow.situation.data.follow(steps[:-1])
    if not answer.any or (answer.object is not None and steps[-1] in answer.object.members):
        return None
    there = miss.walk.entries[leg.state].data.follow(steps)
    reads = miss.walk.visits[leg.state].reads
    read_there = any(read.needed and read.place.root is Root.INPUT and read.place.steps[: len(steps)] == steps for read in reads)
    return leg if read_there or (there.has_value and not there.absent) else None
