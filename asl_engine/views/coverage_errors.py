"""Which errors get to a Retrier or Catcher: what may happen, and what must have happened.

Spec, "Errors": Retriers, and after them Catchers, are looked at in order; the first whose ErrorEquals names the error
acts. States.Runtime gets to none.
"""

from __future__ import annotations

from dataclasses import dataclass

from asl_engine.failures import ALL, HEARTBEAT_TIMEOUT, REFERENCE_PATH_CONFLICT, RESULT_PATH_MATCH_FAILURE, RUNTIME, TASK_FAILED, TIMEOUT
from asl_engine.program import Catcher, Retrier, State, Task


@dataclass(slots=True)
class Failing:
    """A failure on its way up."""

    name: str | None
    of_task: bool = False
    heartbeat: bool = False


def names(errors: frozenset[str], failure: Failing, state: State) -> bool:
    """Whether ErrorEquals names the failure. Spec, "Error names"."""
    if failure.name == RUNTIME:
        return False
    if ALL in errors or failure.name in errors:
        return True
    if TASK_FAILED in errors and failure.name != TIMEOUT and (failure.of_task or isinstance(state.body, Task)):
        return True
    return (failure.heartbeat and HEARTBEAT_TIMEOUT in errors) or (failure.name == REFERENCE_PATH_CONFLICT and RESULT_PATH_MATCH_FAILURE in errors)


def open_to(handlers: tuple[Catcher, ...] | tuple[Retrier, ...], state: State) -> list[bool]:
    """For each Retrier or Catcher whether any error gets to it. Spec, "Errors": they are looked at in order, the first that names the error acts."""
    before: set[str] = set()
    found = []
    for handler in handlers:
        found.append(any(not _is_taken(name, before, state) for name in handler.errors))
        before |= handler.errors
    return found


def _is_taken(name: str, before: set[str], state: State) -> bool:
    if name == RUNTIME or ALL in before or name in before:
        return True
    by_task_failed = TASK_FAILED in before and isinstance(state.body, Task)
    if name == ALL:
        return by_task_failed and TIMEOUT in before
    if name == HEARTBEAT_TIMEOUT:
        return TIMEOUT in before
    return by_task_failed and name != TIMEOUT


def may_be_retried(catcher: Catcher, state: State) -> bool:
    """Whether some Retrier takes what this Catcher names first."""
    return any(retrier.max_attempts and (retrier.errors & {ALL, TASK_FAILED, *catcher.errors} or ALL in catcher.errors) for retrier in state.retriers)
