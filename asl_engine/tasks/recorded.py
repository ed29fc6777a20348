"""Answers tasks as a recorded execution answered them: `Recorded(history)` is a task runtime.

Answers are kept by state path, visit and attempt: the second attempt of a state's third visit gets what it got then,
after the same time. A call that was never made then, or of another resource, is declined, so that `FirstOf` may ask
somebody else; a task that timed out then is never answered, and one that nobody had answered when the execution ended
has no answer either. What a task was called with is not compared here: that is for whoever compares the histories.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asl_engine.history.events import Event
from asl_engine.history.execution import Execution
from asl_engine.history.history import History
from asl_engine.tasks.answers import Declined
from asl_engine.tasks.compose import Checked
from asl_engine.tasks.resource import Resource
from asl_engine.tasks.runtime import ZERO, Failed, Outcome, Polled, Succeeded, TaskCall, Unanswered
from asl_engine.values import MISSING, Json, Missing

WORK = ("LambdaFunction", "Task", "Activity")
_SCHEDULED = frozenset(f"{work}Scheduled" for work in WORK)
_SUCCEEDED = frozenset(f"{work}Succeeded" for work in WORK)
_TIMED_OUT = frozenset(f"{work}TimedOut" for work in WORK)
_FAILED = frozenset(f"{work}{end}" for work in WORK for end in ("Failed", "ScheduleFailed", "StartFailed", "SubmitFailed"))
NEVER_RECORDED = "asl.NeverRecorded"
"""The error of a job whose acceptance and end were both cut off, should anybody wait for it so long."""
_FOR_EVER = timedelta(days=364)
_LONGER_THAN_ANY_HEARTBEAT = timedelta(hours=2)


@dataclass(slots=True)
class RecordedAttempt:
    """One attempt of a Task, as its events tell it."""

    path: str
    """ "Fan[2]/Pay" """
    visit: int
    attempt: int
    resource: str
    """"dynamodb:putItem", or the function's or activity's ARN."""
    arguments: Json
    begun: datetime
    heartbeat: timedelta | None = None
    """HeartbeatSeconds of the state then."""
    ended: datetime | None = None
    """None when the execution ended before an answer came."""
    timed_out: bool = False
    failed: bool = False
    output: Json = None
    error: str | None = None
    cause: str | None = None
    submitted: Json | Missing = MISSING
    polled: Polled | None = None
    """Of an activity: when its worker took the task, and as whom."""
    given: bool = False
    """Whether a replay asked for it."""

    @property
    def after(self) -> timedelta:
        return ZERO if self.ended is None else max(ZERO, self.ended - self.begun)

    def outcome(self, resource: Resource | None, heartbeat: timedelta | None) -> Outcome:
        """What a call of `resource` gets; for None, as it would be written down.

        With signs of life that lead to the same end at the same time: which there were, histories do not tell.
        """
        # An unfilled placeholder may have been an activity then, and be taken for a function now.
        polled = self.polled if resource is None or resource.kind == "activity" else None
        if self.ended is None or self.timed_out:
            beats = _beats(self.after if self.ended else _LONGER_THAN_ANY_HEARTBEAT, heartbeat)
            if resource is not None and resource.waits and isinstance(self.submitted, Missing):
                return Failed(NEVER_RECORDED, None, _FOR_EVER, heartbeats=beats)
            return Unanswered(beats, self.submitted, polled=polled)
        beats = _beats(self.after, heartbeat)
        if self.failed:
            return Failed(self.error, self.cause, self.after, self.submitted, beats, polled)
        return Succeeded(self.output, self.after, self.submitted, beats, polled)


def _beats(after: timedelta, heartbeat: timedelta | None) -> tuple[timedelta, ...]:
    if not heartbeat:
        return ()
    return tuple(after - count * heartbeat for count in range(1, after // heartbeat + 1) if after > count * heartbeat)


@dataclass(slots=True)
class _Line:
    """Where one container's reading stands."""

    path: str = ""
    ends: int = 0
    """How many attempts of this visit are over."""
    last: RecordedAttempt | None = None


@dataclass(slots=True)
class _Place:
    """Where the replay of one state path stands."""

    visit: int = 0
    attempt: int = -1


class Recorded(Checked):
    """The answers a history tells, as a task runtime for one execution.

    An `Execution` brings the histories of its Distributed Maps' children along. `attempts` holds what was read,
    `tokens` what this replay's task tokens were called then.
    """

    __slots__ = ("_places", "_visits", "attempts", "tokens")

    def __init__(self, recorded: History | Execution) -> None:
        self.attempts: list[RecordedAttempt] = []
        self.tokens: dict[str, str] = {}
        self._visits: dict[str, list[dict[int, RecordedAttempt]]] = {}
        self._places: dict[str, _Place] = {}
        self._read(recorded, "")

    def perform(self, call: TaskCall) -> Outcome:
        path = str(call.state_path)
        place = self._places.setdefault(path, _Place())
        if call.attempt <= place.attempt:
            place.visit += 1
        place.attempt = call.attempt
        found = self._found(path, place.visit, call.attempt)
        if found is None or not _same_resource(found.resource, call.resource):
            raise Declined(call, hint=self._advice(path, place, found))
        found.given = True
        if call.token is not None:
            self.tokens |= _counterparts(call.token, call.arguments, found.arguments)
        return found.outcome(call.resource, call.heartbeat)

    def unused(self) -> list[RecordedAttempt]:
        """What the recording answered and nobody asked for."""
        return [attempt for attempt in self.attempts if not attempt.given]

    def _found(self, path: str, visit: int, attempt: int) -> RecordedAttempt | None:
        visits = self._visits.get(path, [])
        if visit >= len(visits):
            return None
        exact = visits[visit].get(attempt)
        if exact is not None:
            return exact
        # An attempt may fail before it calls anything and leave no event: the recorded number is smaller then.
        return next((earlier for number, earlier in visits[visit].items() if number < attempt and not earlier.given), None)

    def _advice(self, path: str, place: _Place, found: RecordedAttempt | None) -> str:
        if found is not None:
            return f"the recording answered {found.resource} there"
        visits = self._visits.get(path, [])
        if not visits:
            return f'the recording never called anything in "{path}"'
        if place.visit >= len(visits):
            there = "1 visit" if len(visits) == 1 else f"{len(visits)} visits"
            return f'the recording tells of {there} of "{path}" that called something, this is visit {place.visit + 1}'
        count = len(visits[place.visit])
        return f"the recording tells of {count} attempt{'s' if count > 1 else ''} in this visit, this is attempt {place.attempt}"

    # ------------------------------------------------------------ reading

    def _read(self, recorded: History | Execution, prefix: str) -> None:
        history, children = (recorded.history, recorded.children) if isinstance(recorded, Execution) else (recorded, {})
        lines: dict[str, _Line] = {}
        for event in history:
            line = lines.setdefault(event.branch, _Line())
            if event.type.endswith("StateEntered"):
                inner = f"{event.branch}/{event.state}" if event.branch else str(event.state)
                lines[event.branch] = _Line(prefix + inner)
            elif event.type == "MapRunStarted":
                for index, child in enumerate(children.get(str(event.details.get("mapRunArn")), [])):
                    self._read(child, f"{line.path}[{index}]/")
            else:
                self._take(event, line)

    def _take(self, event: Event, line: _Line) -> None:
        type, last = event.type, line.last
        if type in _SCHEDULED:
            self._begin(event, line)
        elif type == "EvaluationFailed":
            line.ends += 1
        elif last is None:
            return
        elif type == "ActivityStarted":
            last.polled = Polled(max(ZERO, event.at - last.begun), _text(event.details.get("workerName")))
        elif type == "TaskSubmitted":
            last.submitted = event.details.get("output")
        elif type in _SUCCEEDED:
            last.ended, last.output = event.at, event.details.get("output")
        elif type in _FAILED or type in _TIMED_OUT:
            line.ends += 1
            last.ended, last.failed, last.timed_out = event.at, True, type in _TIMED_OUT
            last.error, last.cause = _text(event.details.get("error")), _text(event.details.get("cause"))

    def _begin(self, event: Event, line: _Line) -> None:
        visits = self._visits.setdefault(line.path, [])
        number = line.ends if line.last is None else max(line.ends, line.last.attempt + 1)
        if not visits or number <= max(visits[-1]):
            visits.append({})
        service, resource = event.details.get("resourceType"), str(event.details.get("resource"))
        line.last = RecordedAttempt(
            path=line.path,
            visit=len(visits) - 1,
            attempt=number,
            resource=f"{service}:{resource}" if service else resource,
            arguments=event.details.get("parameters" if service else "input"),
            begun=event.at,
            polled=Polled(None) if event.type == "ActivityScheduled" else None,
            heartbeat=timedelta(seconds=beat) if isinstance(beat := event.details.get("heartbeatInSeconds"), int) and beat > 0 else None,
        )
        visits[-1][number] = line.last
        self.attempts.append(line.last)


def _same_resource(recorded: str, asked: Resource) -> bool:
    """A placeholder nobody filled may be any function or activity."""
    if asked.kind == "service":
        return recorded == f"{asked.service}:{asked.action}"
    return asked.arn == recorded or "${" in asked.arn


def _counterparts(token: str, ours: Json, theirs: Json) -> dict[str, str]:
    """What stands in their value where the token stands in ours."""
    return dict(_found_in(token, ours, theirs))


def _found_in(token: str, ours: Any, theirs: Any) -> Iterable[tuple[str, str]]:
    if isinstance(ours, str) and isinstance(theirs, str) and token in ours:
        before, _, after = ours.partition(token)
        if len(theirs) > len(before) + len(after) and theirs.startswith(before) and theirs.endswith(after):
            yield token, theirs[len(before) : len(theirs) - len(after)]
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours.keys() & theirs.keys():
            yield from _found_in(token, ours[name], theirs[name])
    elif isinstance(ours, list) and isinstance(theirs, list):
        for left, right in zip(ours, theirs, strict=False):
            yield from _found_in(token, left, right)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
