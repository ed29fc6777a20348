"""How one revision tells one story: an execution played as far as it goes, and never an exception for what it asks for.

A story is an input and what the world answers. Another revision may ask for what the story does not answer, wait for
what never comes, or go on for ever: then its history goes as far as it got, and `Told.trouble` says why it stopped.
Only what is no story at all (an input that is no JSON, a clock that is none) is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from asl_engine.errors import AslError, ExecutionStalled, ServiceArgumentsError
from asl_engine.history.execution import Execution, Status
from asl_engine.interpreter import start as begin
from asl_engine.interpreter.clock import VirtualClock
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.tasks.runtime import Tasks
from asl_engine.values import MISSING, Json
from asl_engine.views.behaviour import Told

NO_TIME = timedelta(0)


def told(
    program: Program,
    *,
    input: Json = None,
    tasks: Tasks = None,
    start: datetime | None = None,
    seed: int = 0,
    name: str | None = None,
    context: Mapping[str, Any] | None = None,
    variables: Mapping[str, Json] | None = None,
    limits: Limits | None = None,
) -> Told:
    """Plays the program and tells what came of it. Parameters as for `asl_engine.run`; `start` is where the virtual clock begins.

    An unanswered call, a mock that failed, a limit, a wait for nothing end the telling (`Told.trouble`). Raises
    `InputError` and the like for what no revision could tell.
    """
    running = begin(
        program,
        input,
        tasks=tasks,
        clock=VirtualClock(start) if start is not None else VirtualClock(),
        seed=seed,
        name=name,
        context=context,
        variables=variables,
        limits=limits if limits is not None else Limits(),
    )
    stopped: AslError | None = None
    try:
        running.advance()
        if running.execution.status is Status.RUNNING:
            raise running.stalled()
    except AslError as error:
        stopped = error
    return as_told(program, running.execution, stopped.code if stopped else None, str(stopped) if stopped else "")


def as_told(program: Program, execution: Execution, trouble_code: str | None = None, trouble: str = "") -> Told:
    """What an execution tells, by the program that ran it. `trouble` is the message of the tool's error that ended it."""
    history = execution.history
    return Told(
        program,
        history,
        execution.status.value,
        execution.output if execution.status is Status.SUCCEEDED else MISSING,
        execution.error,
        execution.cause,
        tuple(execution.path),
        execution.elapsed,
        None if trouble_code is None else _sentence(trouble_code, trouble),
        trouble_code,
        execution.children,
    )


def _sentence(code: str, message: str) -> str:
    """What the tool's errors say first; what stands below is advice for whoever writes mocks, but for what is stalled or refused."""
    first, _, rest = message.partition("\n")
    if not rest or code not in (ExecutionStalled.code, ServiceArgumentsError.code):
        return first
    return f"{first.removesuffix(':')}: {rest.splitlines()[0].strip().removesuffix(', without a timeout')}"
