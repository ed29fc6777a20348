"""Retriers and Catchers as rules look at them: which errors they name, which they cover.

Spec, "Errors": they are scanned in order and the first that matches is taken; States.ALL and States.TaskFailed are wildcards, and
a missed heartbeat also answers to States.Timeout. What no handler ever sees: States.Runtime.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from asl_engine.failures import ALL, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT
from asl_engine.linter.rule import StateAt
from asl_engine.values import Json, Pointer

MAX_ATTEMPTS, INTERVAL, BACKOFF = 3, 1, 2.0
"""Defaults of a Retrier. Spec, "Retrying after error"."""


@dataclass(frozen=True, slots=True)
class Handler:
    kind: str
    """Retrier or Catcher."""
    index: int
    pointer: Pointer
    names: tuple[str, ...]
    """ErrorEquals, without what is no text."""
    value: dict[str, Json]

    def __str__(self) -> str:
        """ "Catch 0" """
        return f"{'Retry' if self.kind == 'Retrier' else 'Catch'} {self.index}"


def retriers(state: StateAt) -> list[Handler]:
    return _handlers(state, "Retry", "Retrier")


def catchers(state: StateAt) -> list[Handler]:
    return _handlers(state, "Catch", "Catcher")


def _handlers(state: StateAt, field: str, kind: str) -> list[Handler]:
    listed = state.value.get(field)
    found = []
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        names = value.get("ErrorEquals") if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(names, list):
            found.append(Handler(kind, index, state.pointer / field / index, tuple(name for name in names if isinstance(name, str)), value))
    return found


def covers(names: Iterable[str], error: str, *, of: str) -> str | None:
    """The first of `names` that certainly matches an error of a state of type `of`; None if none does."""
    for name in names:
        if name in (error, ALL):
            return name
        # States.* names other than those of a task's own failing are not all known to be covered by States.TaskFailed.
        if name == TASK_FAILED and of == "Task" and not error.startswith("States."):
            return name
        if name == TIMEOUT and error == HEARTBEAT_TIMEOUT:
            return name
    return None


def catch_all(state: StateAt) -> Handler | None:
    """The Catcher that takes whatever a task can fail with, if there is one."""
    return next((handler for handler in catchers(state) if {ALL, TASK_FAILED} & set(handler.names)), None)
