"""Retry and Catch around the work of a Task, Parallel or Map. Spec, "Errors"; as recorded where AWS differs.

States.Runtime is never retried nor caught. One retrier matches a failure; when it is exhausted the search goes to the
catchers, not to the next retrier. A failure inside a catcher's own fields is not caught again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl_engine.failures import ALL, HEARTBEAT_TIMEOUT, REFERENCE_PATH_CONFLICT, RESULT_PATH_MATCH_FAILURE, RUNTIME, TASK_FAILED, TIMEOUT, Failure
from asl_engine.interpreter.effects import Lines, Sleep
from asl_engine.interpreter.frame import Frame, Settled
from asl_engine.program import Catcher, Retrier, State, Task
from asl_engine.values import Json

SECOND = 1_000_000
LONGEST_DELAY = 99_999_999
"""Seconds; the largest number the language accepts for an interval."""

Work: TypeAlias = Callable[[State, Frame, Json], Lines]
"""(state, frame, raw input) -> the fiber that does one attempt and returns its result."""


def attempt(state: State, frame: Frame, data: Json, work: Work) -> Lines:
    """One visit of a state with its retries. Returns (output, next, assigned, told); raises `Settled`."""
    counts: dict[int, int] = {}
    while True:
        frame.beside = 0
        try:
            result = yield from work(state, frame, data)
            assigned = state.assign(data, result, frame) if state.assign is not None else None
            output = result if state.output is None else state.output(data, result, frame)
            return output, state.next, assigned, None
        except Failure as failure:
            if frame.beside:
                frame.previous = frame.beside
            settled = frame.settle(failure)
            settled.__traceback__ = None  # it would hold this very fiber, in a circle only the collector could break
        finally:
            frame.token = None
        delay = _retry(state, frame, settled, counts)
        if delay is None:
            break
        yield Sleep(frame.scheduler.now + delay)
        frame.retry_count += 1
        frame.forget_context()
    frame.retried = None  # an attempt that failed before it was scheduled told nobody
    frame.forget_context()
    return _fall_back(state, frame, data, settled)


def _retry(state: State, frame: Frame, failure: Settled, counts: dict[int, int]) -> int | None:
    """The delay before the next attempt in microseconds, or None: the failure is not retried."""
    for index, retrier in enumerate(state.retriers):
        if matches(retrier.errors, failure, state):
            count = counts.get(index, 0)
            if count >= retrier.max_attempts:
                return None
            counts[index] = count + 1
            seconds = retry_delay(retrier, count)
            if retrier.jitter:
                seconds *= frame.chance.fraction()
            delay = round(seconds * SECOND)
            frame.retried = {"retrier": retrier.pointer, "attempt": count + 1, "delay": delay / SECOND}
            return delay
    return None


def retry_delay(retrier: Retrier, count: int) -> float:
    """Seconds before a retry, without jitter; `count` is how often this retrier has retried before.

    Spec, "Retrying after error": the interval is multiplied by BackoffRate after each attempt; MaxDelaySeconds caps it.
    """
    try:
        delay = retrier.interval * retrier.backoff_rate**count
    except OverflowError:
        delay = LONGEST_DELAY
    return min(delay, LONGEST_DELAY if retrier.max_delay is None else retrier.max_delay)


def matches(errors: frozenset[str], failure: Settled, state: State) -> bool:
    """Whether ErrorEquals names the failure. Spec, "Error names"."""
    error = failure.error
    if error == RUNTIME:
        return False
    if ALL in errors or error in errors:
        return True
    if TASK_FAILED in errors and error != TIMEOUT and (failure.of_task or isinstance(state.body, Task)):
        return True
    if failure.heartbeat and HEARTBEAT_TIMEOUT in errors:
        return True
    return error == REFERENCE_PATH_CONFLICT and RESULT_PATH_MATCH_FAILURE in errors


def _fall_back(state: State, frame: Frame, data: Json, failure: Settled) -> tuple[Json, str | None, Json, dict[str, Json]]:
    if failure.error != RUNTIME and not isinstance(state.body, Task):
        frame.record(f"{state.type}StateFailed")
    catcher = next((catcher for catcher in state.catchers if matches(catcher.errors, failure, state)), None)
    if catcher is None:
        raise failure
    try:
        return _caught(catcher, frame, data, failure)
    except Failure as second:
        settled = frame.settle(second)
        if settled.error != RUNTIME and not isinstance(state.body, Task):
            frame.record(f"{state.type}StateFailed")
        raise settled from None


def _caught(catcher: Catcher, frame: Frame, data: Json, failure: Settled) -> tuple[Json, str | None, Json, dict[str, Json]]:
    error_output = error_output_of(failure)
    assigned = catcher.assign(data, error_output, frame) if catcher.assign is not None else None
    output = error_output if catcher.output is None else catcher.output(data, error_output, frame)
    return output, catcher.next, assigned, {"catcher": catcher.pointer}


def error_output_of(failure: Failure) -> dict[str, Json]:
    """Spec, "Error Output"; a part that was not reported is null, as recorded for SendTaskFailure."""
    if failure.error == TIMEOUT and failure.cause is None:
        return {"Error": TIMEOUT, "Cause": ""}
    return {"Error": failure.error, "Cause": failure.cause}
