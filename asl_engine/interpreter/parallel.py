"""The work of a Parallel state: every branch on the same payload, results in branch order. Spec, "Parallel State"."""

from __future__ import annotations

import sys

from asl_engine.interpreter import execute as step_loop
from asl_engine.interpreter.aborting import tell_abortion
from asl_engine.interpreter.effects import Fork, Lines
from asl_engine.interpreter.frame import Frame
from asl_engine.program import Parallel, State
from asl_engine.values import Json


def run_parallel(state: State, frame: Frame, data: Json) -> Lines:
    """One attempt. Returns the branches' outputs; raises the failure of the branch that failed first."""
    body = state.body
    assert isinstance(body, Parallel)
    payload = data if state.arguments is None else state.arguments(data, frame)
    if payload is not data:
        frame.check_size(payload, state.name)
    bound = frame.journal.sizes.bound(payload, sys.maxsize)
    retried, frame.retried = frame.retried, None
    frame.record("ParallelStateStarted", None, retried)

    def open(index: int, previous: int) -> tuple[Frame, Lines]:
        inner = frame.inner(f"{state.name}[{index}]", previous)
        return inner, step_loop.execute(body.branches[index], inner, payload, bound)

    fork: Fork = yield Fork(open, len(body.branches), len(body.branches), frame.previous)
    if fork.failure is not None:
        tell_abortion(fork, frame)
        raise fork.failure
    if fork.last_frame is not None:
        frame.previous = fork.last_frame.previous
    frame.beside = frame.record_beside("ParallelStateSucceeded", frame.previous)
    return fork.results
