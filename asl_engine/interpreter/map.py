"""The work of a Map state: its items, one iteration each. Spec, "Map State"."""

from __future__ import annotations

import sys
from typing import Any

from asl_engine.failures import QUERY_EVALUATION_ERROR, Failure, runtime_failure
from asl_engine.interpreter import execute as step_loop
from asl_engine.interpreter.aborting import tell_abortion
from asl_engine.interpreter.effects import Fork, Lines
from asl_engine.interpreter.frame import Frame
from asl_engine.interpreter.task import seconds_of
from asl_engine.program import Map, State
from asl_engine.values import Json


def run_map(state: State, frame: Frame, data: Json) -> Lines:
    """One attempt. Returns the iterations' outputs in item order; raises the first failure."""
    body = state.body
    assert isinstance(body, Map)
    effective = data if state.arguments is None else state.arguments(data, frame)
    concurrency = seconds_of(body.max_concurrency, effective, frame) or 0
    if concurrency < 0:
        raise runtime_failure("MaxConcurrency cannot be negative.")
    items: Any = body.items(effective, frame)
    retried, frame.retried = frame.retried, None
    frame.record("MapStateStarted", {"length": len(items)}, retried)
    try:
        tolerated = _tolerated(body, effective, frame)
    except Failure as failure:
        # Looked at after MapStateStarted, yet a failed evaluation is told as those of the state's other fields are.
        if failure.error == QUERY_EVALUATION_ERROR:
            frame.previous = frame.entered_id
        raise
    if body.distributed is not None:
        from asl_engine.interpreter.distributed import run_distributed  # with its readers and writers, only where one is used

        return (yield from run_distributed(state, body, frame, effective, items, concurrency, tolerated))
    bound = frame.journal.sizes.bound(items, sys.maxsize)
    most = frame.journal.limits.inline_map_concurrency or len(items)

    def open(index: int, previous: int) -> tuple[Frame, Lines]:
        inner = frame.inner(f"{state.name}[{index}]", previous)
        inner.item = {"Index": index, "Value": items[index]}
        return inner, _iterate(state, body, frame, inner, effective, index, bound)

    fork: Fork = yield Fork(open, len(items), min(concurrency or most, most), frame.previous)
    if fork.failure is not None:
        tell_abortion(fork, frame, iterations_of=state.name)
        raise fork.failure
    if items:
        frame.previous = last_success(frame, fork)
    frame.beside = frame.record_beside("MapStateSucceeded", frame.previous)
    return fork.results


def last_success(frame: Frame, fork: Fork) -> int:
    """Id of the last MapIterationSucceeded: the predecessor of what follows the iterations."""
    return len(frame.journal.records) if fork.last_frame is None else fork.last_frame.beside


def _iterate(state: State, body: Map, outer: Frame, frame: Frame, effective: Json, index: int, bound: int) -> Lines:
    """One iteration. ItemSelector is the Map's own field: its failure is told as the Map's."""
    if body.selector is None:
        data = frame.item["Value"] if frame.item is not None else None
    else:
        item, outer.item = outer.item, frame.item
        outer.forget_context()
        try:
            data = body.selector(effective, outer)
        finally:
            outer.item = item
            outer.forget_context()
        bound = frame.check_size(data, state.name)
    name_and_index: dict[str, Any] = {"name": state.name, "index": index}
    frame.record("MapIterationStarted", name_and_index)
    output = yield from step_loop.execute(body.processor, frame, data, bound)
    frame.beside = frame.record_beside("MapIterationSucceeded", frame.previous, name_and_index)
    return output


def _tolerated(body: Map, effective: Json, frame: Frame) -> tuple[int | None, float | None]:
    """ToleratedFailureCount and ToleratedFailurePercentage, checked as AWS checks them: after MapStateStarted."""
    count = seconds_of(body.tolerated_count, effective, frame)
    if count is not None and count < 0:
        raise runtime_failure("ToleratedFailureCount cannot be negative.")
    percentage: Any = body.tolerated_percentage
    if callable(percentage):
        percentage = percentage(effective, frame)
    if percentage is not None and not 0 <= percentage <= 100:
        raise runtime_failure("ToleratedFailurePercentage must be between 0 and 100.")
    return count, percentage
