"""A history read as visits of states: who was entered where, with what data, how often it was tried, where it led.

Computed from the events alone, so that a saved history gives the same visits. A container is what `Event.branch`
names: "" for the top, "Fan[0]" for a branch or iteration. Each container has at most one visit under way; a nested
container belongs to the visit that is under way in the container around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asl_engine.history.events import Event
from asl_engine.history.execution import Execution
from asl_engine.history.history import History
from asl_engine.values import MISSING, Json, Missing

_ENDS_BADLY = ("Failed", "TimedOut")
_TASKS = ("Task", "LambdaFunction", "Activity")


@dataclass(eq=False)
class Attempt:
    """One try of a Task, Parallel or Map. `error` and `cause` are what it failed with."""

    at: timedelta
    retry: int = 0
    """1 for a retrier's first retry, 0 for the first try."""
    delay: float = 0.0
    """Seconds waited before it."""
    failed: bool = False
    error: str | None = None
    cause: str | None = None
    id: int = 0
    """Of the event it began with."""
    resource: str = ""
    """A Task's resource as an ARN; "" for a Parallel or Map."""
    arguments: Json | Missing = MISSING
    result: Json | Missing = MISSING
    """A Task's raw result; MISSING when it has none."""


@dataclass(eq=False)
class Visit:
    """One visit of a state; times count from the start of the execution."""

    name: str
    type: str
    """"Task", "Choice", … as in the definition's Type."""
    entered: timedelta
    left: timedelta | None = None
    """None when the execution ended in this state."""
    resource: str | None = None
    """"dynamodb:putItem", or a function's or activity's ARN."""
    attempts: list[Attempt] = field(default_factory=list)
    rule: str | None = None
    """Pointer of the Choice rule or Default taken."""
    catcher: str | None = None
    """Pointer of the catcher that took the failure."""
    length: int | None = None
    """A Map's number of items."""
    branches: dict[int, list[Visit]] = field(default_factory=dict)
    failure: tuple[str | None, str | None] | None = None
    """Error and cause with which this state ended, caught or not."""
    container: str = ""
    """"" for the top, "Fan[0]" for a branch or iteration, "Fan[0]/Inner[2]" …"""
    entered_id: int = 0
    previous: int = 0
    """Id of the event that led here: the Exited event of the state before, if there is one in this container."""
    left_id: int | None = None
    input: Json = None
    output: Json | Missing = MISSING
    """MISSING when the execution ended in this state."""
    assigned: dict[str, Json] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """ "Fan[0]/Pay" """
        return f"{self.container}/{self.name}" if self.container else self.name


def visits_of(history: History) -> list[Visit]:
    """The top level's visits, in the order they were entered."""
    return _Reading(history.started_at, "").read(history)


def every_visit(execution: Execution) -> list[Visit]:
    """All visits at any depth in the order they were entered; those of a Distributed Map's children after their parent's."""
    reading = _Reading(execution.history.started_at, "")
    reading.read(execution.history)
    found = reading.all
    for arn, map_path in reading.map_runs.items():
        for index, child in enumerate(execution.children.get(arn, ())):
            if not len(child.history):
                continue  # the run was given up before its turn came
            found += _of_child(child, f"{map_path}[{index}]", execution.history.started_at)
    return found


def _of_child(child: Execution, container: str, start: datetime) -> Iterator[Visit]:
    for visit in every_visit(child):
        visit.container = f"{container}/{visit.container}" if visit.container else container
        visit.entered += child.history.started_at - start
        if visit.left is not None:
            visit.left += child.history.started_at - start
        for attempt in visit.attempts:
            attempt.at += child.history.started_at - start
        yield visit


class _Reading:
    def __init__(self, start: datetime, around: str) -> None:
        self.start = start
        self.containers: dict[str, list[Visit]] = {around: []}
        self.open: dict[str, Visit] = {}
        self.all: list[Visit] = []
        self.map_runs: dict[str, str] = {}
        """The path of the Map state by the ARN of its Map Run."""

    def read(self, events: Iterable[Event]) -> list[Visit]:
        for event in events:
            self.take(event)
        return self.containers[""]

    def take(self, event: Event) -> None:
        if event.type.endswith("StateEntered"):
            self.enter(event)
            return
        visit = self.open.get(event.branch)
        if visit is None:
            return
        if event.type.endswith("StateExited"):
            self.leave(visit, event)
        elif event.type.endswith("Scheduled") or event.type in ("ParallelStateStarted", "MapStateStarted"):
            self.attempt(visit, event)
        elif event.type.endswith(_ENDS_BADLY) and event.type.startswith((*_TASKS, "MapState", "ParallelState", "MapRun")):
            self.fail(visit, event)
        elif event.type.endswith("Succeeded") and event.type.startswith(_TASKS) and visit.attempts:
            visit.attempts[-1].result = event.details.get("output", MISSING)
        elif event.type == "MapRunStarted":
            self.map_runs[str(event.details.get("mapRunArn"))] = visit.path

    def enter(self, event: Event) -> None:
        visit = Visit(str(event.details["name"]), event.type.removesuffix("StateEntered"), event.at - self.start)
        visit.container, visit.entered_id, visit.previous, visit.input = event.branch, event.id, event.previous, event.details["input"]
        self.container(event.branch).append(visit)
        self.open[event.branch] = visit
        self.all.append(visit)

    def container(self, branch: str) -> list[Visit]:
        """The visits of a container; a new one is hung under the visit it belongs to."""
        owner = self.owner(branch) if branch else None
        return self.containers.setdefault(branch, []) if owner is None else owner[0].branches.setdefault(owner[1], [])

    def owner(self, branch: str) -> tuple[Visit, int] | None:
        """Names may hold any character, so the owner is found among the open visits, not by taking the text apart."""
        for around in _prefixes(branch):
            visit = self.open.get(around)
            rest = branch[len(around) + 1 :] if around else branch
            if visit is not None and rest.startswith(visit.name + "[") and rest.endswith("]") and (index := rest[len(visit.name) + 1 : -1]).isdecimal():
                return visit, int(index)
        return None

    def attempt(self, visit: Visit, event: Event) -> None:
        retry, delay = event.told.get("attempt", 0), event.told.get("delay", 0)
        found = Attempt(event.at - self.start, id=event.id)
        if isinstance(retry, int) and isinstance(delay, (int, float)):
            found.retry, found.delay = retry, delay
        visit.attempts.append(found)
        resource, service, length = (event.details.get(name) for name in ("resource", "resourceType", "length"))
        if isinstance(resource, str):
            visit.resource = f"{service}:{resource}" if service else resource
            found.resource = f"arn:aws:states:::{service}:{resource}" if service else resource
            found.arguments = event.details["parameters" if service else "input"]
        if isinstance(length, int):
            visit.length = length

    def fail(self, visit: Visit, event: Event) -> None:
        error, cause = _text(event.details.get("error")), _text(event.details.get("cause"))
        if visit.attempts:
            last = visit.attempts[-1]
            last.failed = True
            last.error, last.cause = (error, cause) if error is not None or not last.error else (last.error, last.cause)

    def leave(self, visit: Visit, event: Event) -> None:
        visit.left, visit.left_id, visit.output = event.at - self.start, event.id, event.details["output"]
        assigned: Any = event.details.get("assignedVariables")
        visit.assigned = assigned or {}
        visit.rule, visit.catcher = _text(event.told.get("rule")), _text(event.told.get("catcher"))
        if visit.catcher is not None:
            last = visit.attempts[-1] if visit.attempts else None
            told = last is not None and last.error is not None
            visit.failure = (last.error, last.cause) if last is not None and told else _error_output(event.details.get("output"))
        del self.open[event.branch]


def _prefixes(branch: str) -> list[str]:
    """What may be the container around: every part that ends before a "/", the longest first, and the top."""
    cuts = [index for index, character in enumerate(branch) if character == "/"]
    return [branch[:cut] for cut in reversed(cuts)] + [""]


def _error_output(output: Json) -> tuple[str | None, str | None]:
    """The Error Output a catcher put into the state's output, at its top or under one name."""
    places = [output, *output.values()] if isinstance(output, dict) else []
    for place in places:
        if isinstance(place, dict) and "Error" in place and place.keys() <= {"Error", "Cause"}:
            return _text(place["Error"]), _text(place.get("Cause"))
    return None, None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
