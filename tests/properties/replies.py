"""The outcomes that a finished execution's own events tell, as a task runtime."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import asl_engine as asl
from asl_engine.values import MISSING

SCHEDULED = ("LambdaFunctionScheduled", "TaskScheduled", "ActivityScheduled")
LONGER_THAN_ANY = timedelta(hours=2)
"""What was cut off had not missed a heartbeat until then."""
ENDS = ("Succeeded", "Failed", "TimedOut")
WORK = ("LambdaFunction", "Task", "Activity")


class Attempt:
    """One attempt of a task, as its events tell it. One that was cut off has no end."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.ended: Any = None
        self.submitted: Any = MISSING

    def outcome(self, heartbeat: timedelta | None) -> asl.Outcome:
        """With signs of life that lead to the same end at the same time."""
        if self.ended is None:
            return self._nothing(_beats(LONGER_THAN_ANY, heartbeat))
        after = self.ended.at - self.begun
        beats = _beats(after, heartbeat)
        details = self.ended.details
        if self.ended.type.endswith("Succeeded"):
            return asl.Succeeded(details["output"], after, self.submitted, beats)
        if self.ended.type.endswith("Failed"):
            return asl.Failed(details.get("error"), details.get("cause"), after, self.submitted, beats)
        return self._nothing(beats)

    def _nothing(self, beats: tuple[timedelta, ...]) -> asl.Outcome:
        """A job that was never submitted would have failed, had there been time."""
        if self.submitted is MISSING:
            return asl.Failed("too late", None, timedelta(days=364), heartbeats=beats)
        return asl.Unanswered(beats, self.submitted)


def _beats(after: timedelta, heartbeat: timedelta | None) -> tuple[timedelta, ...]:
    if not heartbeat:
        return ()
    return tuple(after - count * heartbeat for count in range(1, after // heartbeat + 1) if after > count * heartbeat)


class Replies:
    """Answers the n-th call of a state path as the n-th attempt there went."""

    def __init__(self, execution: asl.Execution) -> None:
        self._attempts: dict[str, list[Attempt]] = defaultdict(list)
        self._read(execution, "")

    def perform(self, call: asl.TaskCall) -> asl.Outcome:
        if call.resource.service == "s3":
            raise asl.NotMine
        return self._attempts[str(call.state_path)].pop(0).outcome(call.heartbeat)

    def _read(self, execution: asl.Execution, prefix: str) -> None:
        states: dict[str, str] = {}
        for event in execution.history:
            if event.type.endswith("StateEntered"):
                states[event.branch] = f"{prefix}{event.branch}/{event.state}".lstrip("/") if event.branch else f"{prefix}{event.state}"
            path = states.get(event.branch, "")
            if event.type in SCHEDULED:
                self._attempts[path].append(Attempt(event.at))
            elif event.type == "TaskSubmitted":
                self._attempts[path][-1].submitted = event.details["output"]
            elif event.type in [work + end for work in WORK for end in ENDS]:
                self._attempts[path][-1].ended = event
            elif event.type == "MapRunStarted":
                for index, child in enumerate(execution.children.get(str(event.details["mapRunArn"]), [])):
                    self._read(child, f"{path}[{index}]/")
