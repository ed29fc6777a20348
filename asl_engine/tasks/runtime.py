"""The seam where strangers plug in: `TaskRuntime`, its question `TaskCall` and its answer `Outcome`.

An outcome is a value that carries its own virtual duration, so that timeouts and heartbeats are arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias, runtime_checkable

from asl_engine.errors import AslError, UnmockedTask
from asl_engine.tasks.resource import Resource
from asl_engine.values import MISSING, Json, Missing, fresh, json_text

ZERO = timedelta(0)


class StatePath(tuple[str, ...]):
    """Where a state is: `("Fan[0]", "Pay")`, outermost first; `str()` gives "Fan[0]/Pay"."""

    __slots__ = ()

    def __str__(self) -> str:
        return "/".join(self)


class TaskCall:
    """What a Task state asks of the world, once per attempt.

    `arguments`, `context` and `state_path` are made when first asked for: most mocks look at few of them. Whoever is
    asked may change the arguments it is given; the history keeps its own.
    """

    __slots__ = ("_arguments", "_container", "_context", "_given", "at", "attempt", "credentials", "heartbeat", "resource", "state_name", "timeout", "token")

    def __init__(
        self,
        resource: Resource,
        arguments: Json,
        state_name: str,
        container: tuple[str, ...],
        attempt: int,
        at: datetime,
        token: str | None,
        context: dict[str, Json] | Callable[[], dict[str, Json]],
        timeout: timedelta | None = None,
        heartbeat: timedelta | None = None,
        credentials: str | None = None,
    ) -> None:
        self.resource = resource
        self._given = arguments
        self._arguments: Json | Missing = MISSING
        self.state_name = state_name
        self._container = container
        self.attempt = attempt
        """`State.RetryCount`: 0 for the first try of a visit."""
        self.at = at
        """The execution's clock."""
        self.token = token
        """`Task.Token`, for .waitForTaskToken, .sync and activities."""
        self._context = context
        self.timeout = timeout
        """TimeoutSeconds of the state, or None."""
        self.heartbeat = heartbeat
        """HeartbeatSeconds of the state, or None."""
        self.credentials = credentials
        """Credentials.RoleArn, or None."""

    @property
    def arguments(self) -> Any:
        """The evaluated Parameters or Arguments; for a Lambda function's ARN, the payload."""
        if isinstance(self._arguments, Missing):
            self._arguments = fresh(self._given)
        return self._arguments

    @property
    def context(self) -> dict[str, Json]:
        """The Context object."""
        if callable(self._context):
            self._context = self._context()
        return self._context

    @property
    def state_path(self) -> StatePath:
        """Where the state stands: `str()` gives "Fan[0]/Pay"."""
        return StatePath((*self._container, self.state_name))

    def __repr__(self) -> str:
        return f"TaskCall({self.resource}, state {self.state_path}, attempt {self.attempt}, arguments {self._given!r:.200})"


@dataclass(frozen=True, slots=True)
class Polled:
    """When an activity's worker takes the task, and as whom. Not said: at once. `after` None: no worker ever does."""

    after: timedelta | None = ZERO
    """Virtual time from the call, as all times of an outcome."""
    worker: str | None = None
    """GetActivityTask's workerName."""


@dataclass(slots=True)
class Succeeded:
    """The task's raw result, due `after` virtual time. `submitted` is what the service said when it accepted a job."""

    output: Json
    after: timedelta = ZERO
    submitted: Json | Missing = MISSING
    heartbeats: tuple[timedelta, ...] = ()
    """When the worker reported to be alive, counted from the call."""
    polled: Polled | None = None
    """Of an activity's task: when a worker takes it. Timeout and heartbeat count from there."""


@dataclass(slots=True)
class Failed:
    """A failure of the machine. `Failed(None, None)` is one reported without error and cause, as SendTaskFailure allows."""

    error: str | None
    cause: str | None = None
    after: timedelta = ZERO
    submitted: Json | Missing = MISSING
    heartbeats: tuple[timedelta, ...] = ()
    polled: Polled | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer ever comes: timeouts decide, or `Run.deliver` does."""

    heartbeats: tuple[timedelta, ...] = ()
    submitted: Json | Missing = MISSING
    because: str = ""
    """Why not, where a person should know: told when the execution stalls."""
    polled: Polled | None = None


Outcome: TypeAlias = Succeeded | Failed | Unanswered


class TaskFailure(Exception):
    """Raised by a Python mock to fail the task: the machine's error, which Retry and Catch see."""

    def __init__(self, error: str | None = None, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


@runtime_checkable
class TaskRuntime(Protocol):
    """The world as a Task state sees it: one call, one outcome."""

    def perform(self, call: TaskCall) -> Outcome: ...


Tasks: TypeAlias = "TaskRuntime | Callable[[TaskCall], Any] | None"
"""What `run(tasks=…)` takes: a runtime, or a function of the call whose value is the output, or nothing."""


class NotMine(AslError):
    """Raised by a runtime that declines a call, so that `FirstOf` asks the next one."""


def unmocked(call: TaskCall, *, hint: str | None = None) -> UnmockedTask:
    """The error for a call nobody answers: state, resource, arguments, and the way out."""
    text = json_text(call.arguments)
    lines = [
        f'nothing answers {call.resource} in state "{call.state_path}" (attempt {call.attempt})',
        f"  called with {text if len(text) <= 300 else text[:300] + '…'}",
    ]
    if hint:
        lines.append(f"  {hint}")
    return UnmockedTask("\n".join(lines))
