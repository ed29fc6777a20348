"""How an execution ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from asl_engine.failures import Failure
from asl_engine.values import Json

if TYPE_CHECKING:
    from asl_engine.history.history import History
    from asl_engine.views.observed import Observed, StateVisits, TaskAttempt


class Status(StrEnum):
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    RUNNING = "RUNNING"


@dataclass(slots=True, repr=False)
class Execution:
    """One run of a machine. Everything but status, output and failure is computed from the history."""

    status: Status
    output: Json
    """None unless SUCCEEDED."""
    failure: Failure | None
    history: History
    seed: int
    children: dict[str, list[Execution]] = field(default_factory=dict)
    """Child executions of Distributed Maps, by Map Run ARN, in item order."""
    _asked: tuple[int, Observed] | None = field(default=None, init=False, compare=False)
    """What was read of the history, and how long that was."""

    def __repr__(self) -> str:
        told = " — ".join(part for part in (self.error, self.cause) if part)
        path = self.path if len(self.path) <= 12 else [*self.path[:5], f"… {len(self.path) - 10} more …", *self.path[-5:]]
        return f"<Execution {self.status}{f' ({told:.100})' if told else ''}: {' → '.join(path)}>"

    @property
    def error(self) -> str | None:
        return self.failure.error if self.failure else None

    @property
    def cause(self) -> str | None:
        return self.failure.cause if self.failure else None

    @property
    def arn(self) -> str:
        return self.history.execution_arn

    @property
    def name(self) -> str:
        return self.history.execution_name

    @property
    def path(self) -> list[str]:
        """The top-level states in the order they were entered."""
        return self.history.path

    @property
    def elapsed(self) -> timedelta:
        """Virtual time from the first event to the last."""
        return self.history.elapsed

    def state(self, name: str) -> StateVisits:
        """The visits of a state, by name at any depth or by path ("Fan[2]/Pay"): `.attempts`, `.input`, `.visits[1].output` …"""
        return self._observed.state(name)

    def calls(self, resource: str | None = None) -> list[TaskAttempt]:
        """Every attempt of a Task in the order made: of a resource by its ARN, a pattern with * and ?, or its end ("dynamodb:putItem"); or all."""
        return self._observed.calls(resource)

    @property
    def transitions(self) -> list[str]:
        """Every state that was entered, at any depth and in order, as "Charge -> Done"; the first of a machine, branch or iteration as "start -> Charge"."""
        return self._observed.transitions

    @property
    def _observed(self) -> Observed:
        if self._asked is None or self._asked[0] != len(self.history):
            from asl_engine.views.observed import Observed

            self._asked = len(self.history), Observed(self)
        return self._asked[1]

    def to_aws_events(self) -> list[dict[str, Any]]:
        """The history as GetExecutionHistory returns it; `timestamp` is an aware datetime, as boto3 gives it."""
        from asl_engine.history.aws import to_aws_events

        return to_aws_events(self.history)
