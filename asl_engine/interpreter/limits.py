"""Every limit of a run, explicit. `None` lifts one."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from asl_engine.errors import LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """AWS's quotas are behaviour: exceeding one is a failure of the machine. `records` is ours: `LimitExceeded`.

    Source: developer guide, "Quotas". Standard executions have the events quota, Express ones have none.
    """

    events: int | None = 25_000
    """The event with this id becomes ExecutionFailed (States.Runtime)."""
    payload_bytes: int | None = 262_144
    """UTF-8 bytes of a state's output, a task's payload or result, a variable. Not checked in an execution whose input is
    larger itself: AWS would not have started it."""
    variables_bytes: int | None = 10_485_760
    """All live variables of an execution together."""
    inline_map_concurrency: int | None = 40
    """Iterations of an inline Map that run at once when MaxConcurrency allows more."""
    distributed_map_concurrency: int | None = 10_000
    duration_seconds: int | None = None
    """How long an execution may take; None takes AWS's: a year for STANDARD, five minutes for EXPRESS."""
    records: int | None = 5_000_000
    """Events of one execution, or of all its child executions together, before this tool gives up."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            limit = getattr(self, name)
            if limit is not None and limit < 1:
                raise LimitExceeded(f"Limits({name}={limit}): a limit is at least 1, or None for no limit")

    def ceiling(self, type: str) -> int:
        """The number of events after which an execution is stopped, one way or the other."""
        quota = self.events if type == "STANDARD" and self.events is not None else sys.maxsize
        return max(2, min(quota, self.records if self.records is not None else sys.maxsize))  # ExecutionStarted, and how it ended
