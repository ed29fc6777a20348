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


class TaskEvents:
    """The events of one resource's attempts. Made once per resource; every method records into the frame it is given."""

    __slots__ = (
        "_common",
        "_common_or_none",
        "_failed",
        "_has_heartbeats",
        "_payload",
        "_resource",
        "_scheduled",
        "_started",
        "_succeeded",
        "_timed_out",
        "waits_for_worker",
    )

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._common: dict[str, Any] = {}
        match resource.kind:
            case "service":
                prefix, self._payload = "Task", "parameters"
                self._common = {"resourceType": resource.service, "resource": resource.action}
            case "activity":
                prefix, self._payload = "Activity", "input"
            case _:
                prefix, self._payload = "LambdaFunction", "input"
        self._common_or_none = self._common or None
        self._has_heartbeats = prefix != "LambdaFunction"
        self._scheduled = f"{prefix}Scheduled"
        self._started = f"{prefix}Started"
        self._succeeded = f"{prefix}Succeeded"
        self._failed = f"{prefix}Failed"
        self._timed_out = f"{prefix}TimedOut"
        self.waits_for_worker = prefix == "Activity"
        """Whether time may pass between …Scheduled and …Started."""

    @property
    def culprit(self) -> str:
        """What a result that is too large is blamed on: the resource type, or the function's ARN."""
        return self._resource.service or self._resource.arn

    def begun(self, frame: Frame, payload: Json, timeout: int | None, heartbeat: int | None, role: str | None) -> None:
        """…Scheduled and …Started: nothing can come between them, but for an activity, which `taken` starts."""
        if self._common_or_none is None:
            details: dict[str, Any] = {"resource": self._resource.arn, self._payload: payload}
        else:
            details = {**self._common, "region": frame.journal.identity.region, self._payload: payload}
        if timeout is not None:
            details["timeoutInSeconds"] = timeout
        if heartbeat is not None and self._has_heartbeats:
            details["heartbeatInSeconds"] = heartbeat
        if role is not None and self._resource.kind != "activity":  # whose event has no such member
            details["taskCredentials"] = {"roleArn": role}
        told, frame.retried = frame.retried, None
        journal = frame.journal
        records = journal.records
        id = len(records) + 1
        if id + 1 >= journal.ceiling or self.waits_for_worker:
            frame.record(self._scheduled, details, told)
            if not self.waits_for_worker:
                frame.record(self._started, self._common_or_none)
            return
        now, branch = frame.scheduler.now, frame.branch
        records.append((self._scheduled, frame.previous, now, branch, details, told) if told else (self._scheduled, frame.previous, now, branch, details))
        records.append((self._started, id, now, branch, self._common_or_none))
        frame.previous = id + 1

    def taken(self, frame: Frame, worker: str | None) -> None:
        """A worker takes an activity's task."""
        frame.record(self._started, None if worker is None else {"workerName": worker})

    def submitted(self, frame: Frame, outcome: Outcome) -> None:
        """A job that was accepted; one that failed at once was not, unless the outcome says what the service said."""
        if not self._resource.waits:
            return
        if isinstance(outcome.submitted, Missing):
            if not isinstance(outcome, Failed):
                frame.record("TaskSubmitted", {**self._common, "output": {}})
            return
        frame.record("TaskSubmitted", {**self._common, "output": outcome.submitted})

    def succeeded(self, frame: Frame, result: Json) -> None:
        frame.record(self._succeeded, {"output": result} if self._common_or_none is None else {**self._common, "output": result})

    def failed(self, frame: Frame, error: str | None, cause: str | None) -> None:
        details = dict(self._common)
        if error is not None:
            details["error"] = error
        if cause is not None:
            details["cause"] = cause
        frame.record(self._failed, details)

    def timed_out(self, frame: Frame) -> None:
        frame.record(self._timed_out, {**self._common, "error": "States.Timeout"})


@lru_cache(maxsize=4096)
def task_events(arn: str) -> TaskEvents:
    return TaskEvents(parse_resource(arn))
