"""Which container each event of a history belongs to, worked out from previousEventId chains.

AWS's events do not say in which branch or iteration they happened; they say which event each of them follows. A
branch begins with a StateEntered that follows ParallelStateStarted, an iteration with MapIterationStarted, which is
named; every later event follows one of its own container, and what ends a Parallel or Map follows something inside it.
Names may hold any character, so containers are looked up and never taken apart as text.

A branch's number is not recorded: `starts` may tell the StartAt of each branch of a Parallel; without it branches are
numbered in the order they began.
Source: the shapes of recorded histories; API reference, HistoryEvent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Line: TypeAlias = "tuple[int, int, str, Mapping[str, Any]]"
"""(id, previousEventId, type, details)"""
Starts: TypeAlias = "Mapping[str, Sequence[str]]"
"""StartAt of every branch, by the name of the Parallel state."""

TOP = ""
_ITERATIONS = ("MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted")


class Untraceable(Exception):
    """An event follows nothing that could lead to it. `str()` says which."""


@dataclass(slots=True)
class _Container:
    label: str
    parent: _Container | None
    state: str | None = None
    """The state that is under way."""
    kind: str = ""
    """Its type: "Parallel", "Map", "Task" …"""
    entered: tuple[int, int] = (0, 0)
    """Id and predecessor of the event that entered it."""
    begun: list[str] = field(default_factory=list)
    """Of a Parallel: the first states of the branches begun in this attempt."""
    taken: set[int] = field(default_factory=set)


class _Tracing:
    def __init__(self, starts: Starts) -> None:
        self.starts = starts
        self.containers: dict[str, _Container] = {TOP: _Container(TOP, None)}
        self.of: dict[int, _Container] = {}
        self.types: dict[int, str] = {}

    def take(self, id: int, previous: int, type: str, details: Mapping[str, Any]) -> str:
        found = self._place(id, previous, type, details)
        if type.endswith("StateEntered"):
            found.state, found.kind, found.entered = str(details.get("name")), type.removesuffix("StateEntered"), (id, previous)
        elif type.endswith("StateExited"):
            found.state, found.kind = None, ""
        elif type == "ParallelStateStarted":
            found.begun, found.taken = [], set()
        self.of[id], self.types[id] = found, type
        return found.label

    def _place(self, id: int, previous: int, type: str, details: Mapping[str, Any]) -> _Container:
        before = self.of.get(previous)
        if before is None or type.startswith("Execution"):
            if previous and not type.startswith("Execution"):
                raise Untraceable(f"event {id} ({type}) follows event {previous}, which is not here")
            return self.containers[TOP]
        if type.endswith("StateEntered"):
            return self._branch(before, str(details.get("name"))) if self.types[previous] == "ParallelStateStarted" else before
        if type == "MapIterationStarted" or type in _ITERATIONS:
            name, index = str(details.get("name")), details.get("index")
            if type == "MapIterationAborted":  # follows what failed, which may stand in a container beside it
                return self._inside(next((place for place in self.containers.values() if place.state == name), before), f"{name}[{index}]")
            return self._inside(self._with_state(before, name, id, type), f"{name}[{index}]")
        if type.endswith("StateExited"):
            return self._with_state(before, str(details.get("name")), id, type)
        if type == "EvaluationFailed":
            return self._evaluating(before, previous, str(details.get("state")))
        for kind in ("Parallel", "Map"):
            if type.startswith(f"{kind}State") and not type.endswith("Aborted"):
                return self._around(before, previous, kind, id, type)
        return before

    def _inside(self, parent: _Container, label: str) -> _Container:
        whole = f"{parent.label}/{label}" if parent.label else label
        return self.containers.setdefault(whole, _Container(whole, parent))

    def _branch(self, around: _Container, first: str) -> _Container:
        """The branch of a Parallel that begins with this state: by its StartAt where that is known, else the next number."""
        known = list(self.starts.get(str(around.state), ()))
        index = known.index(first) if first in known and known.index(first) not in around.taken else None
        if index is None:
            index = next(number for number in range(len(around.taken) + 1) if number not in around.taken)
        around.taken.add(index)
        return self._inside(around, f"{around.state}[{index}]")

    def _with_state(self, inner: _Container, name: str, id: int, type: str) -> _Container:
        """The nearest container, from here outwards, in which this state is under way."""
        for around in _outwards(inner):
            if around.state == name:
                return around
        raise Untraceable(f'event {id} ({type}) is of the state "{name}", which is not under way where it happens')

    def _around(self, inner: _Container, previous: int, kind: str, id: int, type: str) -> _Container:
        """The container in which the Parallel or Map stands that this event begins or ends.

        A …StateFailed was the end of the nested one: what follows is told of the one around it.
        """
        outside = inner.parent if self.types[previous] in ("ParallelStateFailed", "MapStateFailed") else inner
        for around in (*_outwards(outside), inner):  # at last `inner`: a catcher's own failure is told by a second …StateFailed
            if around.kind == kind:
                return around
        raise Untraceable(f"event {id} ({type}) belongs to no {kind} state that is under way")

    def _evaluating(self, before: _Container, previous: int, name: str) -> _Container:
        """EvaluationFailed follows what came before its state was entered, which may lie outside."""
        if before.state == name:
            return before
        found = [place for place in self.containers.values() if place.state == name]
        return next((place for place in found if place.entered[1] == previous), found[-1] if found else before)


def _outwards(place: _Container | None) -> Iterator[_Container]:
    while place is not None:
        yield place
        place = place.parent


def branches(lines: Iterable[Line], starts: Starts | None = None) -> list[str]:
    """The container of each event, as `Event.branch` names it. Raises `Untraceable`."""
    tracing = _Tracing(starts or {})
    return [tracing.take(*line) for line in lines]
