"""Which events a Task's attempt leaves, by the kind of its resource.

A Lambda function's ARN leaves LambdaFunction… events, an activity's Activity…, an integration Task….
Source: API reference, HistoryEvent; the order as recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asl_engine.interpreter.frame import Frame
from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.tasks.runtime import Failed, Outcome
from asl_engine.values import Json, Missing


@dataclass(frozen=True, slots=True)
class _Names:
    """The event types of a resource, the name of the payload's member, and the members of every event."""

    scheduled: str
    started: str
    succeeded: str
    failed: str
    timed_out: str
    payload: str
    common: dict[str, Any]
    heartbeats: bool


@lru_cache(maxsize=4096)
def _names(arn: str) -> _Names:
    resource = parse_resource(arn)
    common: dict[str, Any] = {}
    match resource.kind:
        case "service":
            prefix, payload, common = "Task", "parameters", {"resourceType": resource.service, "resource": resource.action}
        case "activity":
            prefix, payload = "Activity", "input"
        case _:
            prefix, payload = "LambdaFunction", "input"
    return _Names(
        scheduled=f"{prefix}Scheduled",
        started=f"{prefix}Started",
        succeeded=f"{prefix}Succeeded",
        failed=f"{prefix}Failed",
        timed_out=f"{prefix}TimedOut",
        payload=payload,
        common=common,
        heartbeats=prefix != "LambdaFunction",
    )


class TaskEvents:
    __slots__ = ("_frame", "_names", "_resource")

    def __init__(self, resource: Resource, frame: Frame) -> None:
        self._resource = resource
        self._frame = frame
        self._names = _names(resource.arn)

    @property
    def culprit(self) -> str:
        """What a result that is too large is blamed on: the resource type, or the function's ARN."""
        return self._resource.service or self._resource.arn

    def begun(self, payload: Json, timeout: int | None, heartbeat: int | None, role: str | None) -> None:
        """…Scheduled and …Started: nothing can come between them."""
        frame, names = self._frame, self._names
        if names.common:
            details: dict[str, Any] = {**names.common, "region": frame.journal.identity.region, names.payload: payload}
        else:
            details = {"resource": self._resource.arn, names.payload: payload}
        if timeout is not None:
            details["timeoutInSeconds"] = timeout
        if heartbeat is not None and names.heartbeats:
            details["heartbeatInSeconds"] = heartbeat
        if role is not None:
            details["taskCredentials"] = {"roleArn": role}
        told, frame.retried = frame.retried, None
        records = frame.journal.records
        id = len(records) + 1
        if id + 1 >= frame.journal.ceiling:
            frame.record(names.scheduled, details, told)
            frame.record(names.started, names.common or None)
            return
        now, branch = frame.scheduler.now, frame.branch
        records.append((names.scheduled, frame.previous, now, branch, details, told) if told else (names.scheduled, frame.previous, now, branch, details))
        records.append((names.started, id, now, branch, names.common or None))
        frame.previous = id + 1

    def submitted(self, outcome: Outcome) -> None:
        """A job that was accepted; one that failed at once was not, unless the outcome says what the service said."""
        if not self._resource.waits:
            return
        if isinstance(outcome.submitted, Missing):
            if not isinstance(outcome, Failed):
                self._frame.record("TaskSubmitted", {**self._names.common, "output": {}})
            return
        self._frame.record("TaskSubmitted", {**self._names.common, "output": outcome.submitted})

    def succeeded(self, result: Json) -> None:
        self._frame.record(self._names.succeeded, {**self._names.common, "output": result})

    def failed(self, error: str | None, cause: str | None) -> None:
        details = dict(self._names.common)
        if error is not None:
            details["error"] = error
        if cause is not None:
            details["cause"] = cause
        self._frame.record(self._names.failed, details)

    def timed_out(self) -> None:
        self._frame.record(self._names.timed_out, {**self._names.common, "error": "States.Timeout"})
