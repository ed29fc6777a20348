"""A definition as a graph: its states, and every way from one to another.

Reachability is asked of it when a definition is checked, and coverage when it has been run: an arc is what a
scenario can take. It is built from any JSON; what is no state or no transition is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from asl_engine.syntax.reading import Where, pointer_of
from asl_engine.values import Json, Pointer


class ArcKind(StrEnum):
    NEXT = "next"
    CHOICE = "choice"
    """Rule n of a Choice."""
    DEFAULT = "default"
    CATCH = "catch"
    """Catcher n."""
    BRANCH = "branch"
    """From a Parallel into the first state of branch n."""
    ITERATION = "iteration"
    """From a Map into the first state of its ItemProcessor."""


@dataclass(frozen=True, slots=True)
class Arc:
    kind: ArcKind
    index: int | None
    """n of a rule, Catcher or branch."""
    source: Pointer
    """The state it leaves: "/States/Pay"."""
    target: Pointer
    """The state it enters; it need not exist."""
    pointer: Pointer
    """The field that says so: "/States/Pay/Catch/0/Next"."""


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    type: str
    terminal: bool
    """Whether its container ends here: Succeed, Fail, or End."""


@dataclass(frozen=True, slots=True)
class Graph:
    states: Mapping[Pointer, Node]
    """By pointer, in document order, nested states behind their container."""
    arcs: tuple[Arc, ...]
    """In document order."""


Transition = tuple[ArcKind, int | None, Where, str]
"""(kind, n, the way to the field that names the target, the target's name), within one States object."""


def graph_of(machine: Json) -> Graph:
    """The graph of a whole definition, nested states included."""
    nodes: dict[Pointer, Node] = {}
    arcs: list[Arc] = []
    for owner, where in containers(machine):
        states = owner.get("States")
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict):
                here = ((where, "States"), name)
                source = pointer_of(here)
                nodes[source] = Node(name, str(state.get("Type")), is_terminal(state))
                for kind, index, place, target in transitions(state, here):
                    arcs.append(Arc(kind, index, source, source.parent / target, pointer_of(place)))
                for kind, index, inner, inside in inner_containers(state, here):
                    if isinstance(start := inner.get("StartAt"), str):
                        pointer = pointer_of(inside)
                        arcs.append(Arc(kind, index, source, pointer / "States" / start, pointer / "StartAt"))
    return Graph(nodes, tuple(arcs))


def containers(machine: Json, where: Where = None) -> Iterator[tuple[dict[str, Json], Where]]:
    """The machine and every branch and item processor in it, outer ones first: whatever owns a States object."""
    waiting: list[tuple[Json, Where]] = [(machine, where)]
    while waiting:
        owner, where = waiting.pop()
        if not isinstance(owner, dict):
            continue
        yield owner, where
        states = owner.get("States")
        inside: list[tuple[Json, Where]] = []
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict) and ("Branches" in state or "ItemProcessor" in state or "Iterator" in state):
                inside.extend((inner, place) for _, _, inner, place in inner_containers(state, ((where, "States"), name)))
        waiting.extend(reversed(inside))


def inner_containers(state: dict[str, Json], where: Where) -> Iterator[tuple[ArcKind, int | None, dict[str, Json], Where]]:
    """What a Parallel or Map runs: (kind, n, branch or item processor, the way to it)."""
    branches = state.get("Branches")
    if isinstance(branches, list):
        for index, branch in enumerate(branches):
            if isinstance(branch, dict):
                yield ArcKind.BRANCH, index, branch, ((where, "Branches"), index)
    for name in ("ItemProcessor", "Iterator"):
        processor = state.get(name)
        if isinstance(processor, dict):
            yield ArcKind.ITERATION, None, processor, (where, name)


def transitions(state: dict[str, Json], where: Where) -> Iterator[Transition]:
    """Where a state says it may lead: Choices[n].Next, Default, Next, Catch[n].Next."""
    choices = state.get("Choices")
    if isinstance(choices, list):
        yield from _each(ArcKind.CHOICE, choices, (where, "Choices"))
    for kind, name in ((ArcKind.DEFAULT, "Default"), (ArcKind.NEXT, "Next")):
        target = state.get(name)
        if isinstance(target, str):
            yield kind, None, (where, name), target
    catchers = state.get("Catch")
    if isinstance(catchers, list):
        yield from _each(ArcKind.CATCH, catchers, (where, "Catch"))


def _each(kind: ArcKind, rules: list[Json], where: Where) -> Iterator[Transition]:
    for index, rule in enumerate(rules):
        if isinstance(rule, dict):
            target = rule.get("Next")
            if isinstance(target, str):
                yield kind, index, ((where, index), "Next"), target


def is_terminal(state: dict[str, Json]) -> bool:
    return state.get("End") is True or state.get("Type") in ("Succeed", "Fail")
