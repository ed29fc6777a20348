"""Which events a Task's attempt leaves, by the kind of its resource.

A Lambda function's ARN leaves LambdaFunction… events, an activity's Activity…, an integration Task….
Source: API reference, HistoryEvent; the order as recorded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from asl_engine.interpreter.frame import Frame
from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.tasks.runtime import Failed, Outcome
from asl_engine.values import Json, Missing


@lru_cache(maxsize=4096)
def _kind(arn: str) -> tuple[str, str, dict[str, Any]]:
    """(prefix of the event types, name of the payload's member, members of every event)."""
    resource = parse_resource(arn)
    match resource.kind:
        case "service":
            return "Task", "parameters", {"resourceType": resource.service, "resource": resource.action}
        case "activity":
            return "Activity", "input", {}
        case _:
            return "LambdaFunction", "input", {}


class TaskEvents:
    __slots__ = ("_common", "_frame", "_payload", "_prefix", "_resource")

    def __init__(self, resource: Resource, frame: Frame) -> None:
        self._resource = resource
        self._frame = frame
        self._prefix, self._payload, self._common = _kind(resource.arn)

    @property
    def culprit(self) -> str:
        """What a result that is too large is blamed on: the resource type, or the function's ARN."""
        return self._resource.service or self._resource.arn

    def scheduled(self, payload: Json, timeout: int | None, heartbeat: int | None, role: str | None) -> None:
        if self._common:
            details: dict[str, Any] = {**self._common, "region": self._frame.journal.identity.region, self._payload: payload}
        else:
            details = {"resource": self._resource.arn, self._payload: payload}
        if timeout is not None:
            details["timeoutInSeconds"] = timeout
        if heartbeat is not None and self._prefix != "LambdaFunction":
            details["heartbeatInSeconds"] = heartbeat
        if role is not None:
            details["taskCredentials"] = {"roleArn": role}
        retried, self._frame.retried = self._frame.retried, None
        self._frame.record(self._prefix + "Scheduled", details, retried)

    def started(self) -> None:
        self._frame.record(self._prefix + "Started", self._common or None)

    def submitted(self, outcome: Outcome) -> None:
        """A job that was accepted; one that failed at once was not, unless the outcome says what the service said."""
        if not self._resource.waits:
            return
        if isinstance(outcome.submitted, Missing):
            if not isinstance(outcome, Failed):
                self._frame.record("TaskSubmitted", {**self._common, "output": {}})
            return
        self._frame.record("TaskSubmitted", {**self._common, "output": outcome.submitted})

    def succeeded(self, result: Json) -> None:
        self._frame.record(self._prefix + "Succeeded", {**self._common, "output": result})

    def failed(self, error: str | None, cause: str | None) -> None:
        details = dict(self._common)
        if error is not None:
            details["error"] = error
        if cause is not None:
            details["cause"] = cause
        self._frame.record(self._prefix + "Failed", details)

    def timed_out(self) -> None:
        self._frame.record(self._prefix + "TimedOut", {**self._common, "error": "States.Timeout"})
