"""A child execution of a Distributed Map: its own journal, context and history, on its parent's scheduler."""

from __future__ import annotations

from typing import Any

from asl_engine.chance import Chance
from asl_engine.failures import Failure
from asl_engine.history.execution import Execution, Status
from asl_engine.interpreter.effects import Lines
from asl_engine.interpreter.execute import execute
from asl_engine.interpreter.frame import Frame, Settled
from asl_engine.interpreter.identity import child_identity
from asl_engine.interpreter.journal import Journal
from asl_engine.program import Program
from asl_engine.values import Json


def child_frame(parent: Frame, map_name: str, label: str, type: str, index: int, input: Json, chance: Chance) -> tuple[Frame, Execution]:
    """The frame a child starts in, and the execution it will be. `label` is "machine/label of the Map Run".

    A child has its own Execution and StateMachine in the Context object, no Map, and sees no variables of its parent.
    """
    above = parent.journal
    identity = child_identity(above.identity, type=type, label=label, name=chance.uuid(), input=input, begun=parent.scheduler.now)
    journal = Journal(identity=identity, limits=above.limits, chance=chance)
    frame = Frame(journal, parent.scheduler, path=(*parent.path, f"{map_name}[{index}]"))
    return frame, Execution(Status.RUNNING, None, None, journal.history(), chance.seed, journal.children)


def run_child(program: Program, frame: Frame, input: Json, execution: Execution, above: Journal) -> Lines:
    """Runs the child to its end; however it ends, the execution tells and is returned. `above` is its parent's journal."""
    frame.record("ExecutionStarted", {"input": input, "roleArn": frame.journal.identity.role_arn})
    frame.previous = 0
    try:
        output = yield from execute(program, frame, input)
        frame.record("ExecutionSucceeded", {"output": output})
    except Settled as failure:
        frame.journal.ceiling += 1
        frame.previous = frame.journal.predecessor(frame.previous)
        details: dict[str, Any] = {key: value for key, value in (("error", failure.error), ("cause", failure.cause)) if value is not None}
        frame.record("ExecutionFailed", details)
        execution.status = Status.FAILED
        execution.failure = Failure(failure.error, failure.cause)
    else:
        execution.status = Status.SUCCEEDED
        execution.output = output
    frame.journal.close_child(above)
    return execution
