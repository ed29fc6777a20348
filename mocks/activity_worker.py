"""The workers of `definitions/examples/activity-worker`: each polls in its turn, reports to be alive while it works, and may die.

In a scenario file:

    tasks: {use: "mocks.activity_worker:cellar", with: {workers: [{minutes: 40, dies_at: 10}, {minutes: 40}]}}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asl_engine as asl

ACTIVITY = "arn:aws:states:eu-west-1:123456789012:activity:scan-film"
BEAT = timedelta(seconds=45)


@dataclass(frozen=True)
class Worker:
    """Scans a film in so many minutes, unless it dies before."""

    minutes: float = 40
    dies_at: float | None = None
    """The minute in which it is switched off."""

    def scan(self, call: asl.TaskCall) -> asl.Outcome:
        alive = timedelta(minutes=self.minutes if self.dies_at is None else self.dies_at)
        beats = tuple(BEAT * number for number in range(1, alive // BEAT + 1))
        if self.dies_at is not None:
            return asl.Unanswered(heartbeats=beats)
        return asl.Succeeded({"film": call.arguments["film"], "frames": 36}, after=alive, heartbeats=beats)


class Cellar:
    """Its workers take one task each, in order; the last one takes all that follow."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self.idle = list(workers)

    def next_worker(self, call: asl.TaskCall) -> asl.Outcome:
        worker = self.idle.pop(0) if len(self.idle) > 1 else self.idle[0]
        return worker.scan(call)


def cellar(workers: Sequence[dict[str, Any]] = ({},)) -> asl.Mocks:
    found = asl.Mocks()
    found.resource(ACTIVITY).always(Cellar([Worker(**worker) for worker in workers]).next_worker)
    found.resource("arn:aws:states:::s*:*").always({"MessageId": "m-1"})
    return found


def mocks() -> asl.Mocks:
    """The first worker is switched off in its tenth minute; the second one is not."""
    return cellar([{"dies_at": 10}, {}])
