"""Task executions of DataSync that go through their statuses, for `definitions/examples/bucket-replication`.

    tasks: {use: "mocks.datasync:copying", with: {seconds: 45, ends: ERROR}}

An execution takes its time by the clock, however often somebody asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import asl_engine as asl

STATUSES = ("QUEUED", "LAUNCHING", "PREPARING", "TRANSFERRING", "VERIFYING")


class DataSync:
    """Answers `arn:aws:states:::aws-sdk:datasync:*`. Every execution takes so many seconds, which its statuses share evenly."""

    def __init__(self, *, seconds: float, ends: str, error: dict[str, str]) -> None:
        self.length = timedelta(seconds=seconds)
        self.ends = ends
        self.error = error
        self.begun: dict[str, datetime] = {}
        self.cancelled: list[str] = []

    def start_task_execution(self, call: asl.TaskCall) -> dict[str, Any]:
        arn = f"{call.arguments['TaskArn']}/execution/exec-{len(self.begun) + 1}"
        self.begun[arn] = call.at
        return {"TaskExecutionArn": arn}

    def describe_task_execution(self, call: asl.TaskCall) -> dict[str, Any]:
        arn = call.arguments["TaskExecutionArn"]
        done = (call.at - self._begun(arn)) / self.length
        if done < 1:
            return {"TaskExecutionArn": arn, "Status": STATUSES[int(done * len(STATUSES))], "FilesTransferred": int(done * 400), "BytesTransferred": 0}
        return {
            "TaskExecutionArn": arn,
            "Status": self.ends,
            "FilesTransferred": 400,
            "BytesTransferred": 52_428_800,
            "Result": {"TransferDuration": 1000 * self.length // timedelta(seconds=1), **self.error},
        }

    def cancel_task_execution(self, call: asl.TaskCall) -> dict[str, Any]:
        self._begun(call.arguments["TaskExecutionArn"])
        self.cancelled.append(call.arguments["TaskExecutionArn"])
        return {}

    def _begun(self, arn: str) -> datetime:
        if arn not in self.begun:
            raise asl.TaskFailure("DataSync.InvalidRequestException", f"Request parameters contain an unknown task execution: {arn}")
        return self.begun[arn]


def copying(seconds: float = 45, ends: str = "SUCCESS", code: str | None = None, detail: str | None = None) -> asl.Mocks:
    """One task; `ends` is SUCCESS or ERROR, `code` and `detail` say why."""
    error = {name: text for name, text in (("ErrorCode", code), ("ErrorDetail", detail)) if text is not None}
    found = asl.Mocks()
    found.resource("arn:aws:states:::aws-sdk:datasync:*").served_by(DataSync(seconds=seconds, ends=ends, error=error))
    return found


def mocks() -> asl.Mocks:
    """Forty-five seconds, and all is copied."""
    return copying()
