"""Both sides of a comparison with everything that is read off them: who stands beside whom, in which order, how it failed.

The causal order of two visits is that of their instants. At one instant it is the order of the definition: what is
inside a Parallel or Map after its beginning and before its end, and each container's visits as they follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TypeAlias

from asl_engine.history.execution import Execution, Status
from asl_engine.values import MISSING, Json, Missing, Pointer
from asl_engine.views.behaviour import Divergence, Kind, Told
from asl_engine.views.behaviour.alignment import Aligned, aligned, owner_of
from asl_engine.views.behaviour.values import Correspondence
from asl_engine.views.behaviour.words import history_is_full, text_of
from asl_engine.views.comparing import ROOT
from asl_engine.views.visits import Visit, every_visit

Key: TypeAlias = tuple[int, ...]
BEFORE, CALLS, INSIDE, LEAVING = -1, 0, 1, 2
"""The phases of a visit."""
AT_THE_END: Key = (1 << 60,)
_WHERE = re.compile(r"An error occurred while executing the state '(.*?)' \(entered at the event id #(\d+)\)\. ", re.DOTALL)
"""What AWS puts before the cause of a States.Runtime."""


@dataclass(frozen=True, slots=True)
class Found:
    """A divergence with its place in the causal order."""

    at: timedelta
    key: Key
    divergence: Divergence


@dataclass
class Sides:
    old: Told
    new: Told
    renamed: Mapping[str, str]
    old_visits: Sequence[Visit]
    new_visits: Sequence[Visit]
    aligned: Aligned
    same: Correspondence
    keys: Mapping[int, Key]
    """By a visit's `id()`."""
    turns: Mapping[int, int] = field(default_factory=dict)
    """Which visit of its state in its container it is, from 1, by `id()`."""

    @cached_property
    def last(self) -> tuple[Visit | None, Visit | None]:
        """The visit of the machine's own states in which each side ended."""
        left, right = self.aligned.containers.get("", ((), ()))
        return (left[-1] if left else None, right[-1] if right else None)

    def key(self, visit: Visit | None, *rest: int) -> Key:
        return (*(self.keys[id(visit)] if visit is not None else ()), *rest)

    def turn(self, visit: Visit) -> int:
        return self.turns.get(id(visit), 1)

    def failure(self, visit: Visit) -> tuple[str | None, str | None] | None:
        """Error and cause with which a visit ended, as far as they are told; None if it did not fail."""
        if visit.failure is not None:
            return visit.failure
        if visit.left is not None:
            return None
        told = self.old if visit is self.last[0] else self.new if visit is self.last[1] else None
        if told is not None and told.status == "FAILED":
            return told.error, told.cause
        if (blamed := self._blamed.get(id(visit))) is not None:
            return blamed.error, blamed.cause
        last = visit.attempts[-1] if visit.attempts else None
        return (last.error, last.cause) if last is not None and last.failed else None

    @cached_property
    def _blamed(self) -> dict[int, Told]:
        """The visit that the cause of a failed execution names, which may be in a branch: what ends it there is nobody's event."""
        found: dict[int, Told] = {}
        for told, visits in ((self.old, self.old_visits), (self.new, self.new_visits)):
            where = _WHERE.match(told.cause or "") if told.status == "FAILED" else None
            if where is not None:
                found |= {id(visit): told for visit in visits if visit.name == where[1] and visit.entered_id == int(where[2]) and visit.left is None}
        return found

    def until(self, visit: Visit) -> timedelta | None:
        """When a visit came to its end: with the execution, if that failed in it. None where it is not known."""
        told = self.old if visit is self.last[0] else self.new if visit is self.last[1] else None
        failed = told is not None and told.status == "FAILED" and not history_is_full(told)
        return told.elapsed if visit.left is None and told is not None and failed else visit.left

    def unfinished(self, visit: Visit, *, of: Told) -> bool:
        """Whether a side could not go on while it was in this visit: what it would have done there is not known."""
        return visit.left is None and of.status == "RUNNING"


def found(
    at: timedelta,
    key: Key,
    kind: Kind,
    sentence: str,
    visit: Visit | None = None,
    *,
    old: Json | Missing = MISSING,
    new: Json | Missing = MISSING,
    pointer: Pointer = ROOT,
    places: tuple[Pointer | None, Pointer | None] = (None, None),
) -> Found:
    return Found(at, key, Divergence(kind, sentence, None if visit is None else visit.path, old, new, pointer, *places))


def sides_of(old: Told, new: Told, renamed: Mapping[str, str]) -> Sides:
    theirs, ours = every_visit(_execution(old)), every_visit(_execution(new))
    beside = aligned(theirs, ours, renamed, (old.history.started_at, new.history.started_at))
    same = Correspondence(renamed, beside, lambda: "\n".join(given(old, theirs)))
    return Sides(old, new, renamed, theirs, ours, beside, same, _keys(beside, renamed), _turns(theirs, ours))


def _execution(told: Told) -> Execution:
    return Execution(Status(told.status), None, None, told.history, 0, {arn: list(run) for arn, run in told.children.items()})


def given(told: Told, visits: list[Visit]) -> Iterator[str]:
    """What the story handed in: the input and every answer."""
    yield text_of(told.history[0].details.get("input"))
    for visit in visits:
        for attempt in visit.attempts:
            if not isinstance(attempt.result, Missing):
                yield text_of(attempt.result)
            yield from (text for text in (attempt.error, attempt.cause) if text is not None)


def _turns(*each: list[Visit]) -> dict[int, int]:
    found: dict[int, int] = {}
    for visits in each:
        counts: dict[str, int] = {}
        for visit in visits:
            counts[visit.path] = counts.get(visit.path, 0) + 1
            found[id(visit)] = counts[visit.path]
    return found


def _keys(beside: Aligned, renamed: Mapping[str, str]) -> dict[int, Key]:
    """Every visit's place, the containers' from the outside in."""
    keys: dict[int, Key] = {}
    owners: dict[str, Key] = {"": ()}
    alone = {only.container: only for only in beside.alone}
    together = {id(left): right for left, right in beside.pairs}
    for container in sorted([*beside.containers, *alone], key=lambda place: place.count("[")):
        if container:
            owner, index = owner_of(container)
            prefix: Key = (*owners.get(owner, ()), INSIDE, index)
        else:
            prefix = ()
        only = alone.get(container)
        old, new = beside.containers.get(container, ((), ())) if only is None else ((only.visits, ()) if only.old else ((), only.visits))
        for position, (left, right) in enumerate(_merged(old, new, together)):
            key = (*prefix, position)
            if left is not None:
                keys[id(left)] = key
                name = renamed.get(left.name, left.name)
                owners.setdefault(f"{container}/{name}" if container else name, key)
            if right is not None:
                keys[id(right)] = key
                owners.setdefault(right.path, key)
    return keys


def _merged(old: Sequence[Visit], new: Sequence[Visit], together: Mapping[int, Visit]) -> Iterator[tuple[Visit | None, Visit | None]]:
    """One container's visits of both sides in one order: what only the old side did stands before what only the new side did."""
    rest = iter(new)
    for left in old:
        right = together.get(id(left))
        if right is not None:
            for other in rest:
                if other is right:
                    break
                yield None, other
        yield left, right
    yield from ((None, other) for other in rest)
