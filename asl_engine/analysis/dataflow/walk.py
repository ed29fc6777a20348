"""The abstract run of a whole machine: situations flow along its arcs until nothing new is learned.

Theory: every state has one entry, the join of what may arrive there; a state whose entry grew is looked at again, and what its
last visit noticed is the result. Shapes only grow and are bounded, so this ends; a loop that keeps growing is widened: after `LOOSENED_AFTER`
visits only whether the members that still change are there is followed, not what they are, after
`CLIPPED_AFTER` visits its input is known to a few levels only, after `MOST_VISITS` not at all; once `MOST_WORK` is done, nothing is
known of any entry that would still grow. A Parallel's branches and a Map's
processor are walked when the state around them is visited, from its payload, and give it what they end with.
Definitions may be wrong in any way; what is no field of its kind is passed over.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

from asl_engine.analysis.dataflow.facts import Flow, Situation, Visit, join_situations
from asl_engine.analysis.dataflow.shapes import ANYTHING, ANYTHING_OR_NOTHING, IMPOSSIBLE, MOST_WEIGHT, Shape, join, lightened
from asl_engine.analysis.dataflow.widening import clipped, loosened
from asl_engine.analysis.graph import containers, transitions
from asl_engine.analysis.provenance_states import Members, items, members, text
from asl_engine.tasks.resource import Resource
from asl_engine.values import Json, Pointer

LOOSENED_AFTER = 3
LARGE = 200
"""Weight from which on what a loop brings back is loosened at once."""
CLIPPED_AFTER = 6
CLIPPED_TO = 4
MOST_VISITS = 24
MOST_WORK = 2_000_000
"""Shapes and variables that are joined in all; a loop of a thousand tasks that keep their results takes that many. Beyond, data are not known."""
DEEPEST_NESTING = 60
"""Machines in states in machines: AWS refuses far fewer."""

ServiceShapes: TypeAlias = Callable[[Resource], "Shape | None"]
"""What the API behind a service integration answers, None where that is not known."""


class _Sweep:
    """States whose entry grew, handed out in sweeps from the start to the ends: what a loop brings back waits for the next sweep."""

    def __init__(self, order: Mapping[str, int]) -> None:
        self._order = order
        self._now: list[tuple[int, str]] = []
        self._later: list[tuple[int, str]] = []
        self._waiting: set[str] = set()
        self._at = -1

    def add(self, name: str) -> None:
        if name not in self._waiting:
            self._waiting.add(name)
            place = self._order.get(name, 0)
            heapq.heappush(self._now if place > self._at else self._later, (place, name))

    def next(self) -> str | None:
        if not self._now:
            self._now, self._later, self._at = self._later, [], -1
        if not self._now:
            return None
        self._at, name = heapq.heappop(self._now)
        self._waiting.discard(name)
        return name


def order_of(owner: Members, states: Members) -> dict[str, int]:
    """States in an order in which each stands behind all that lead to it, loops aside."""
    finished: list[str] = []
    seen: set[str] = set()
    start = text(owner, "StartAt")
    open_states: list[tuple[str, list[str]]] = [(start, _targets(states, start))] if start in states else []
    seen.add(start)
    while open_states:
        name, left = open_states[-1]
        if not left:
            finished.append(name)
            open_states.pop()
            continue
        target = left.pop()
        if target not in seen and target in states:
            seen.add(target)
            open_states.append((target, _targets(states, target)))
    return {name: place for place, name in enumerate(reversed(finished))}


def _targets(states: Members, name: str) -> list[str]:
    return [target for _, _, _, target in transitions(members(states.get(name)), None)]


class Walk:
    """One analysis in progress, and its results when it is over."""

    def __init__(self, machine: Members, type: str, given: Shape, results: Mapping[str, Shape], service_shapes: ServiceShapes | None) -> None:
        self.machine = machine
        self.language = text(machine, "QueryLanguage", "JSONPath")
        self.type = type
        self.results = results
        """By the name of a state, or a Resource as written."""
        self.service_shapes = service_shapes
        self.entries: dict[Pointer, Situation] = {}
        self.visits: dict[Pointer, Visit] = {}
        self.states: dict[Pointer, Members] = {}
        """Every state that was reached."""
        self.owners: dict[Pointer, Members] = {}
        """Every machine, branch or item processor that was walked, by its pointer."""
        self.items: dict[Pointer, Shape] = {}
        """By container: the item of the Map around it."""
        self.given: dict[Pointer, Shape] = {}
        """By container: the input of the execution its states belong to."""
        self._counts: dict[Pointer, int] = {}
        self._ends: dict[Pointer, Shape] = {}
        self._depth = 0
        self._work = 0
        self.looks = 0
        """Arcs that were gone back along, in search of routes."""
        self.container(machine, Pointer(""), Situation(given), None, given)

    def container(self, owner: Members, pointer: Pointer, entry: Situation, item: Shape | None, given: Shape) -> Shape:
        """Walks a machine, branch or item processor; gives what it may end with, impossible if it never does."""
        if self._depth > DEEPEST_NESTING:
            return ANYTHING
        self.owners[pointer] = owner
        if item is not None:
            self.items[pointer] = join(self.items.get(pointer, IMPOSSIBLE), item)
        self.given[pointer] = join(self.given.get(pointer, IMPOSSIBLE), given)
        self._depth += 1
        states = members(owner.get("States"))
        waiting = _Sweep(order_of(owner, states))
        self._arrive(pointer, states, text(owner, "StartAt"), entry, waiting)
        while (name := waiting.next()) is not None:
            here = pointer / "States" / name
            visit = self._visit(name, members(states[name]), here, pointer)
            for flow in visit.flows:
                if flow.target is not None:
                    self._arrive(pointer, states, flow.target, flow.situation, waiting)
        self._depth -= 1
        return self._end(pointer, states)

    def _visit(self, name: str, state: Members, here: Pointer, container: Pointer) -> Visit:
        from asl_engine.analysis.dataflow.visit import visited  # the two know each other: states hold machines

        self.states[here] = state
        self._counts[here] = self._counts.get(here, 0) + 1
        visit = self.visits[here] = visited(self, name, state, here, container)
        return visit

    def _arrive(self, container: Pointer, states: Members, name: str, situation: Situation, waiting: _Sweep) -> None:
        if not isinstance(states.get(name), dict) or situation.data.is_impossible:
            return
        here = container / "States" / name
        before = self.entries.get(here)
        if before is not None and before is self._unknown:
            return
        if self._work > MOST_WORK:
            self.entries[here] = self._unknown
            waiting.add(name)
            return
        self._work += situation.data.weight + len(situation.variables)
        after = situation if before is None else join_situations(before, situation)
        if after is before:
            return
        if after.data.weight > MOST_WEIGHT:
            after = Situation(lightened(after.data), after.variables)
        count = self._counts.get(here, 0)
        if before is not None and count >= (1 if after.data.weight > LARGE else LOOSENED_AFTER):
            after = _loosened(before, after)
            if join_situations(before, after) is before:
                return
        if count >= CLIPPED_AFTER:
            after = _widened(after, CLIPPED_TO if count < MOST_VISITS else 0)
            if before is not None and join_situations(before, after) is before:
                return
        self.entries[here] = after
        waiting.add(name)

    def _end(self, container: Pointer, states: Members) -> Shape:
        found = self._ends.get(container, IMPOSSIBLE)
        for name in states:
            visit = self.visits.get(container / "States" / name)
            for flow in visit.flows if visit is not None else ():
                if flow.target is None:
                    found = join(found, flow.situation.data)
        self._ends[container] = found
        return found

    @cached_property
    def _unknown(self) -> Situation:
        """Nothing is known: of no variable either, whoever assigns it."""
        return Situation(ANYTHING, dict.fromkeys(_assigned(self.machine), ANYTHING_OR_NOTHING))

    @property
    def output(self) -> Shape:
        """What the machine may end with."""
        return self._ends.get(Pointer(""), IMPOSSIBLE)

    def flows_into(self, state: Pointer) -> list[tuple[Pointer, Flow]]:
        """Every way from another state of the same container into this one, in the order the states were reached."""
        return self._arrivals.get(state, [])

    @cached_property
    def _arrivals(self) -> dict[Pointer, list[tuple[Pointer, Flow]]]:
        found: dict[Pointer, list[tuple[Pointer, Flow]]] = {}
        for source, visit in self.visits.items():
            for flow in visit.flows:
                if flow.target is not None:
                    found.setdefault(source.parent / flow.target, []).append((source, flow))
        return found


def _assigned(machine: Members) -> Iterator[str]:
    """Every variable that something in a machine assigns."""
    for owner, _ in containers(machine):
        for state in map(members, members(owner.get("States")).values()):
            for part in (state, *map(members, items(state.get("Choices"))), *map(members, items(state.get("Catch")))):
                yield from (name.removesuffix(".$") for name in members(part.get("Assign")))


def _loosened(before: Situation, after: Situation) -> Situation:
    known = before.variables
    variables = {name: value if value is known.get(name) else replace(ANYTHING, absent=value.absent) for name, value in after.variables.items()}
    return Situation(loosened(before.data, after.data), variables)


def _widened(situation: Situation, levels: int) -> Situation:
    if levels == 0:
        return Situation(ANYTHING, {name: replace(ANYTHING, absent=value.absent) for name, value in situation.variables.items()})
    return Situation(clipped(situation.data, levels), {name: clipped(value, levels) for name, value in situation.variables.items()})


def result_of(walk: Walk, name: str, resource: Json) -> Shape | None:
    """What is told of a task's result from outside of the definition: by the state's name, else by its Resource."""
    known = walk.results.get(name)
    return known if known is not None or not isinstance(resource, str) else walk.results.get(resource)
