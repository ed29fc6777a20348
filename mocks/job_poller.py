"""The render farm of `definitions/examples/job-poller`: a job is rendered while time passes, not while it is asked.

In a scenario file:

    tasks: {use: "mocks.job_poller:farm", with: {minutes: 90, ends: BROKEN}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asl_engine as asl


@dataclass
class Farm:
    """Every job takes so many minutes of the execution's clock and ends as `ends`."""

    minutes: float
    ends: str = "DONE"
    jobs: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    """When each was submitted, and its number of frames."""

    def invoke(self, call: asl.TaskCall) -> dict[str, Any]:
        function = call.arguments["FunctionName"].rpartition(":")[2]
        answer = {"submit-render": self.submit, "ask-render": self.ask, "fetch-render": self.fetch}[function]
        return {"Payload": answer(call.arguments["Payload"], call.at)}

    def submit(self, film: dict[str, Any], now: datetime) -> dict[str, Any]:
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = (now, film["frames"])
        return {"job": job}

    def ask(self, asked: dict[str, Any], now: datetime) -> dict[str, Any]:
        begun, frames = self.jobs[asked["job"]]
        part = min(1.0, (now - begun).total_seconds() / 60 / self.minutes)
        return {"job": asked["job"], "status": self.ends if part == 1 else "RENDERING", "frames": int(frames * part)}

    def fetch(self, asked: dict[str, Any], now: datetime) -> dict[str, Any]:
        return {"file": f"s3://films/{asked['job']}.mov"}


def farm(minutes: float = 30, ends: str = "DONE") -> asl.Mocks:
    found = asl.Mocks()
    found.resource("arn:aws:states:::lambda:invoke").served_by(Farm(minutes, ends))
    return found


def mocks() -> asl.Mocks:
    """Half an hour's work."""
    return farm()
