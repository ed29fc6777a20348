"""Two histories beside each other: container by container, event by event, and where they first differ.

Branches and iterations run side by side, so the order in which their events interleave, and with it every id, says
nothing about either: events are compared within their container only. Left out are the events that tell nothing
(TaskStarted) and who did the work; what is aborted when a sibling fails is compared as a set, because AWS does not
say in which container it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from asl_engine.history.events import Event
from asl_engine.values import MISSING, Json, Missing, Pointer
from asl_engine.views.comparing import ROOT
from asl_engine.views.matching import Matching

_SILENT = frozenset({"TaskStarted", "LambdaFunctionStarted", "ActivityStarted"})
_NOT_COMPARED = frozenset({"roleArn", "stateMachineAliasArn", "stateMachineVersionArn", "mapRunArn", "workerName", "region"})
_FAILED_EARLY = ("ScheduleFailed", "StartFailed", "SubmitFailed")
ABORTED = "\0aborted"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two histories first differ in one container. A side that has no event there has None."""

    branch: str
    kind: str
    """"event" (another one, or none), "data" (the same event with another value), or "time"."""
    theirs: Event | None
    ours: Event | None
    before: Event | None
    """Our last event of the container before that: what led there."""
    within: str | None = None
    """The state that is under way in ours."""
    pointer: Pointer = ROOT
    """Inside the event's details, for "data"."""
    expected: Json | Missing = MISSING
    actual: Json | Missing = MISSING

    @property
    def id(self) -> int:
        """Of the event on whichever side comes first, to tell the first of several differences."""
        return min(event.id for event in (self.theirs, self.ours) if event is not None)


def differences(
    theirs: Iterable[Event], ours: Iterable[Event], matching: Matching, *, slack: timedelta | None = None, partial: bool = False
) -> list[Difference]:
    """The first difference of every container, the earliest first; empty if the histories are alike.

    `slack` is how much longer or shorter a step may take, None compares no times. `partial` says that ours stopped
    early: that it goes no further is no difference then.
    """
    left, right = containers(theirs), containers(ours)
    found = []
    for branch in dict.fromkeys([*left, *right]):
        first = _first(branch.removesuffix(ABORTED), left.get(branch, []), right.get(branch, []), matching, slack, partial)
        if first is not None:
            found.append(first)
    return sorted(found, key=lambda difference: (difference.kind == "time", difference.id))


def containers(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events that are compared, by container in the order they were begun; what was aborted by that of its cause."""
    found: dict[str, list[Event]] = {}
    places: dict[int, str] = {}
    for event in events:
        aborted = event.type.endswith(("StateAborted", "IterationAborted", "IterationFailed"))
        places[event.id] = places.get(event.previous, "") if aborted else event.branch
        if event.type not in _SILENT:
            found.setdefault(places[event.id] + ABORTED if aborted else event.branch, []).append(event)
    for place, listed in found.items():
        if place.endswith(ABORTED):
            listed.sort(key=lambda event: (event.previous, event.type, str(event.state), str(event.details.get("index"))))
    return found


def calls(events: Iterable[Event]) -> dict[str, list[Event]]:
    """What was asked of the world: the …Scheduled events of tasks, by container."""
    return {branch: listed for branch, of in containers(events).items() if (listed := [event for event in of if event.type.endswith("Scheduled")])}


def _first(branch: str, theirs: Sequence[Event], ours: Sequence[Event], matching: Matching, slack: timedelta | None, partial: bool) -> Difference | None:
    late: Difference | None = None
    before: Event | None = None
    earlier: Event | None = None
    within: str | None = None
    for left, right in zip_longest(theirs, ours):
        if right is None and partial:
            break
        if left is None or right is None or not _same_kind(left, right):
            return Difference(branch, "event", left, right, before, within)
        if data := next(_data(left, right, matching), None):
            pointer, expected, actual = data
            return Difference(branch, "data", left, right, before, within, pointer, expected, actual)
        if slack is not None and late is None and before is not None and earlier is not None:
            took, takes = left.at - earlier.at, right.at - before.at
            if abs(took - takes) > (slack and max(slack, took / 20)):
                late = Difference(branch, "time", left, right, before, within, expected=took.total_seconds(), actual=takes.total_seconds())
        earlier, before = left, right
        if right.type.endswith(("StateEntered", "StateExited")):
            within = right.state if right.type.endswith("StateEntered") else None
    return late


def _same_kind(left: Event, right: Event) -> bool:
    return _kind(left.type) == _kind(right.type) and left.state == right.state


def _kind(type: str) -> str:
    """A task that could not even be scheduled or started has failed like any other."""
    end = next((end for end in _FAILED_EARLY if type.endswith(end)), None)
    return type if end is None or type.startswith("MapRun") else type.removesuffix(end) + "Failed"


def _data(left: Event, right: Event, matching: Matching) -> Iterator[tuple[Pointer, Json | Missing, Json | Missing]]:
    for name in dict.fromkeys([*left.details, *right.details]):
        if name not in _NOT_COMPARED:
            theirs, ours = left.details.get(name, MISSING), right.details.get(name, MISSING)
            if theirs in (None, {}) and ours in (None, {}) and name == "assignedVariables":
                continue
            if isinstance(theirs, Missing) and ours is None:
                continue
            if found := matching.divergence(ours, theirs, ROOT / name):
                yield found.pointer, found.expected, found.actual
