"""A frame: where one line of control stands. The one mutable `Scope`.

A machine has one frame, each branch and iteration another. Frames record events into their execution's `Journal`
and build the Context object when an expression asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from asl_engine.chance import Chance
from asl_engine.expressions import Scope
from asl_engine.failures import DATA_LIMIT_EXCEEDED, QUERY_EVALUATION_ERROR, REFERENCE_PATH_CONFLICT, RUNTIME, Failure
from asl_engine.history.history import instant
from asl_engine.interpreter.identity import timestamp_text
from asl_engine.interpreter.journal import Journal
from asl_engine.program import Map, Parallel, State, Task, Wait
from asl_engine.values import MISSING, Json

if TYPE_CHECKING:
    from asl_engine.interpreter.scheduler import Scheduler

PREFIXED = frozenset({RUNTIME, QUERY_EVALUATION_ERROR, REFERENCE_PATH_CONFLICT})


class Settled(Failure):
    """A failure as the history tells it: with AWS's prefix, and its own event where AWS records one.

    `of_task` says that a Task's work failed (States.TaskFailed matches it in an outer container too); `heartbeat`
    that a missed heartbeat is behind a States.Timeout.
    """

    def __init__(self, error: str | None, cause: str | None = None, *, of_task: bool = False, heartbeat: bool = False) -> None:
        super().__init__(error, cause)
        self.of_task = of_task
        self.heartbeat = heartbeat


class Frame(Scope):
    __slots__ = (
        "_context",
        "begun",
        "beside",
        "branch",
        "entered_id",
        "item",
        "journal",
        "outer_bytes",
        "path",
        "previous",
        "result_bound",
        "retried",
        "retry_count",
        "scheduler",
        "state",
        "token",
        "variable_bytes",
    )

    def __init__(self, journal: Journal, scheduler: Scheduler, *, branch: str = "", path: tuple[str, ...] = (), previous: int = 0) -> None:
        self.result = MISSING
        self.error = MISSING
        self.variables = journal.variables
        self.chance: Chance = journal.chance
        self.journal = journal
        self.scheduler = scheduler
        self.branch = branch
        self.path = path
        self.previous = previous
        self.state: State | None = None
        self.entered_id = 0
        self.retry_count = 0
        self.retried: dict[str, Json] | None = None
        """What the first event of a retried attempt tells of the retry."""
        self.result_bound = 0
        """No less than the size of the last result that was looked at."""
        self.begun: Any = None
        """A Task's first attempt that was begun and could not be finished at once, or how it failed."""
        self.beside = 0
        """Id of the container's Succeeded event, which the Exited event does not follow."""
        self.token: str | None = None
        self.item: dict[str, Json] | None = None
        self.variable_bytes: dict[str, int] | None = None
        self.outer_bytes = 0
        self._context: dict[str, Json] | None = None

    def inner(self, label: str, previous: int) -> Frame:
        """The frame of a branch or an iteration, `label` being "Fan[0]"."""
        branch = f"{self.branch}/{label}" if self.branch else label
        frame = Frame(self.journal, self.scheduler, branch=branch, path=(*self.path, label), previous=previous)
        frame.variables = self.variables
        frame.item = self.item
        frame.outer_bytes = self.outer_bytes + sum(self.variable_bytes.values()) if self.variable_bytes else self.outer_bytes
        return frame

    @property
    def now(self) -> datetime:
        return instant(self.scheduler.now)

    @property
    def context(self) -> dict[str, Json]:
        """The Context object. Source: developer guide, "Accessing execution data from the Context object"."""
        if self._context is None:
            self._context = self._build_context()
        return self._context

    def forget_context(self) -> None:
        self._context = None

    def context_maker(self) -> dict[str, Json] | Callable[[], dict[str, Json]]:
        """The Context object as it is now, made when called: later states of the frame do not show in it."""
        if self._context is not None:
            return self._context
        return partial(build_context, self.journal, self.state, self.entered_id, self.retry_count, self.item, self.token)

    def _build_context(self) -> dict[str, Json]:
        return build_context(self.journal, self.state, self.entered_id, self.retry_count, self.item, self.token)

    # ---------------------------------------------------------------- recording

    def record(self, type: str, details: dict[str, Any] | None = None, told: dict[str, Any] | None = None) -> None:
        """Appends the next event of this line of control."""
        records = self.journal.records
        records.append(
            (type, self.previous, self.scheduler.now, self.branch, details, told) if told else (type, self.previous, self.scheduler.now, self.branch, details)
        )
        self.previous = len(records)
        if self.previous >= self.journal.ceiling:
            self.journal.overflow()

    def record_beside(self, type: str, previous: int, details: dict[str, Any] | None = None) -> int:
        """Appends an event that later ones do not follow, such as MapStateSucceeded. Returns its id."""
        records = self.journal.records
        records.append((type, previous, self.scheduler.now, self.branch, details))
        if len(records) >= self.journal.ceiling:
            self.journal.overflow()
        return len(records)

    # ---------------------------------------------------------------- failing

    def settle(self, failure: Failure) -> Settled:
        """Gives an evaluation's failure AWS's prefix and its EvaluationFailed event.

        EvaluationFailed follows the predecessor of the line's last event, except in a Wait state: as recorded.
        """
        if isinstance(failure, Settled):
            return failure
        state = self.state
        assert state is not None
        cause = failure.cause
        if failure.error in PREFIXED:
            cause = f"An error occurred while executing the state '{state.name}' (entered at the event id #{self.entered_id}). {cause}"
        if failure.error == QUERY_EVALUATION_ERROR or (failure.error == DATA_LIMIT_EXCEEDED and failure.location is not None):
            details: dict[str, Any] = {"error": failure.error, "cause": cause}
            if failure.location is not None:
                details["location"] = failure.location
            details["state"] = state.name
            if not isinstance(state.body, Wait):
                self.previous = self.journal.records[self.previous - 1][1]
            self.record("EvaluationFailed", details)
        return Settled(failure.error, cause)

    # ---------------------------------------------------------------- quotas

    def check_size(self, value: Json, culprit: str) -> int:
        """AWS's payload quota. `culprit` is the state's name, or what the task's resource is called by.

        Returns an upper bound of the value's size in bytes.
        """
        limit = self.journal.payload_bytes
        bound = self.journal.sizes.bound(value, limit)
        if bound > limit:
            raise Settled(DATA_LIMIT_EXCEEDED, f"The state/task '{culprit}' returned a result with a size exceeding the maximum number of bytes service limit.")
        return bound

    def assign(self, assigned: dict[str, Json]) -> None:
        """Makes variables visible to the next state. Source: developer guide, "Passing data with variables", limits."""
        journal = self.journal
        limits = journal.limits
        sizes = {name: journal.sizes.of(value) for name, value in assigned.items()}
        if limits.payload_bytes is not None and (over := sum(sizes.values()) - limits.payload_bytes) > 0:
            raise self._too_many_variables("Variable size limit exceeded.", f"the limit by {over}")
        held = self.variable_bytes = {**(self.variable_bytes or {}), **sizes}
        if limits.variables_bytes is not None and (over := self.outer_bytes + sum(held.values()) - limits.variables_bytes) > 0:
            raise self._too_many_variables("Execution total variable size limit exceeded.", f"the total execution limit by {over}")
        self.variables = {**self.variables, **assigned}

    def _too_many_variables(self, what: str, excess: str) -> Failure:
        assert self.state is not None
        cause = f"{what} State '{self.state.name}' assigned variables that exceed {excess} bytes."
        return Failure(DATA_LIMIT_EXCEEDED, cause, location="Assign")


def build_context(journal: Journal, state: State | None, entered_id: int, retry_count: int, item: dict[str, Json] | None, token: str | None) -> dict[str, Json]:
    """Execution, StateMachine, State, Map and Task, in the order AWS writes them."""
    identity = journal.identity
    context: dict[str, Json] = {"Execution": identity.execution, "StateMachine": identity.machine}
    if state is not None:
        entered: dict[str, Json] = {"Name": state.name, "EnteredTime": timestamp_text(journal.records[entered_id - 1][2])}
        if isinstance(state.body, (Task, Map, Parallel)):
            entered["RetryCount"] = retry_count
        context["State"] = entered
    if item is not None:
        context["Map"] = {"Item": item}
    if token is not None:
        context["Task"] = {"Token": token}
    for name, override in identity.overrides.items():
        generated = context.get(name)
        context[name] = {**generated, **override} if isinstance(generated, dict) and isinstance(override, dict) else override
    return context
