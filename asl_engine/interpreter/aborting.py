"""What is told of the siblings when one branch or iteration fails. As recorded on AWS.

The failing event X is the predecessor of everything told: MapIterationFailed of the culprit, then for each other open
child, in index order, its open states and MapIterationAborted, then the culprit's own open Task. A States.Runtime
ends the whole execution at once and nothing is told.
"""

from __future__ import annotations

from asl_engine.failures import RUNTIME
from asl_engine.interpreter.effects import Fork
from asl_engine.interpreter.frame import Frame
from asl_engine.interpreter.scheduler import Fiber
from asl_engine.program import Map, Parallel, Task, Wait


def tell_abortion(fork: Fork, frame: Frame, iterations_of: str | None = None) -> None:
    """Records the abortion of a fork's children; `iterations_of` names the Map state, None for a Parallel.

    Afterwards `frame` stands at the event that caused it all.
    """
    culprit = fork.last_frame
    assert culprit is not None and fork.failure is not None
    frame.previous = culprit.previous
    if fork.failure.error == RUNTIME:
        return
    began = culprit.state is not None  # else the Map's ItemSelector failed, and there is no iteration to tell of
    if began and iterations_of is not None:
        frame.record_beside("MapIterationFailed", culprit.previous, {"name": iterations_of, "index": fork.failed_index})
    _tell_stopped(fork, frame, culprit.previous, iterations_of)
    if culprit.state is not None and isinstance(culprit.state.body, Task):
        frame.record_beside("TaskStateAborted", culprit.previous)


def _tell_stopped(fork: Fork, frame: Frame, cause: int, iterations_of: str | None) -> None:
    for index, fiber in fork.stopped:
        if fiber.frame.state is not None:
            _tell_open_state(fiber, cause)
            if iterations_of is not None:
                frame.record_beside("MapIterationAborted", cause, {"name": iterations_of, "index": index})


def _tell_open_state(fiber: Fiber, cause: int) -> None:
    state = fiber.frame.state
    assert state is not None
    match state.body:
        case Parallel() | Map():
            if isinstance(fiber.effect, Fork) and not (isinstance(state.body, Map) and state.body.distributed):  # whose children tell of themselves
                _tell_stopped(fiber.effect, fiber.frame, cause, state.name if isinstance(state.body, Map) else None)
            fiber.frame.record_beside(f"{state.type}StateAborted", cause)
        case Task() | Wait():
            fiber.frame.record_beside(f"{state.type}StateAborted", cause)
        case _:
            pass
