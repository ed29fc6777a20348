"""The step loop: enter a state, do its work, leave it, go on. The only dispatch on the kind of a state."""

from __future__ import annotations

from sys import maxsize
from typing import Any, assert_never

from asl_engine.failures import Failure, runtime_failure
from asl_engine.interpreter.effects import Lines, Sleep
from asl_engine.interpreter.frame import Frame, Settled
from asl_engine.interpreter.handling import attempt
from asl_engine.interpreter.map import run_map
from asl_engine.interpreter.parallel import run_parallel
from asl_engine.interpreter.task import perform_at_once, perform_task
from asl_engine.program import Choice, Fail, Map, Parallel, Pass, Program, Succeed, Task, Wait
from asl_engine.values import Json


def execute(program: Program, frame: Frame, data: Json, bound: int = maxsize) -> Lines:
    """Runs a machine, branch or iteration on `data` to its end. Returns its output; raises `Settled`.

    `bound` is no less than the size of `data`, as far as anybody knows.

    Spec, "States" and "Transitions". Hot: what is needed per state stands in local names.
    """
    scheduler = frame.scheduler
    journal = frame.journal
    records = journal.records
    states = program.states
    branch = frame.branch
    name = program.start_at
    try:
        while True:
            state = states.get(name)
            if state is None:
                raise _missing_target(name, frame)
            frame.state = state
            frame._context = None
            frame.retry_count = 0
            records.append((state.entered, frame.previous, scheduler.now, branch, name, data))
            frame.previous = frame.entered_id = len(records)
            if frame.previous >= journal.ceiling:
                journal.overflow()

            following = state.next
            assigned: Any = None
            told: dict[str, Json] | None = None
            match state.body:
                case Task() as body:
                    done = perform_at_once(state, body, frame, data)
                    if done is None:
                        output, following, assigned, told = yield from attempt(state, frame, data, perform_task)
                        if state.select is not None:
                            bound = maxsize  # nobody has looked at what ResultSelector made
                    else:
                        output, assigned = done
                case Choice() as body:
                    result = data if state.arguments is None else state.arguments(data, frame)
                    output_of = state.output
                    assign = state.assign
                    for rule in body.rules:
                        if rule.condition(result, frame):
                            following, told = rule.next, {"rule": rule.pointer}
                            output_of, assign = rule.output, rule.assign
                            break
                    else:
                        if body.default is None:
                            raise runtime_failure("Failed to transition out of the state. The state does not point to a next state.")
                        following, told = body.default, {"rule": body.default_pointer}
                    if assign is not None:
                        assigned = assign(data, result, frame)
                    output = result if output_of is None else output_of(data, result, frame)
                case Pass() | Succeed():
                    result = data if state.arguments is None else state.arguments(data, frame)
                    if state.growth is not None:
                        frame.result_bound = journal.sizes.bound(result, journal.payload_bytes)
                    if state.assign is not None:
                        assigned = state.assign(data, result, frame)
                    output = result if state.output is None else state.output(data, result, frame)
                case Wait() as body:
                    result = data if state.arguments is None else state.arguments(data, frame)
                    until = body.until(result, frame, scheduler.now)
                    if until > scheduler.now:
                        yield Sleep(until)
                    if state.assign is not None:
                        assigned = state.assign(data, result, frame)
                    output = result if state.output is None else state.output(data, result, frame)
                case Map():
                    output, following, assigned, told = yield from attempt(state, frame, data, run_map)
                case Parallel():
                    output, following, assigned, told = yield from attempt(state, frame, data, run_parallel)
                case Fail() as body:
                    raise _fail(body, frame, data)
                case _ as never:
                    assert_never(never)

            if output is not data:
                bound = bound + frame.result_bound + state.growth if state.growth is not None and told is None else maxsize
                if bound > journal.payload_bytes:
                    bound = frame.check_size(output, name)
            if assigned is not None:
                frame.assign(assigned)
            records.append((state.exited, frame.previous, scheduler.now, branch, name, output, assigned, told))
            frame.previous = len(records)
            if frame.previous >= journal.ceiling:
                journal.overflow()
            if following is None:
                return output
            name, data = following, output
    except Failure as failure:
        raise frame.settle(failure) from None


def _fail(body: Fail, frame: Frame, data: Json) -> Settled:
    """Spec, "Fail State"."""
    error = None if body.error is None else body.error(data, frame)
    cause = None if body.cause is None else body.cause(data, frame)
    return Settled(None if error is None else str(error), None if cause is None else str(cause))


def _missing_target(name: str, frame: Frame) -> Failure:
    """Only with `validate=False`: a transition to a state that does not exist."""
    cause = f"The state '{name}' does not exist."
    return Settled("States.Runtime", cause) if frame.state is None else runtime_failure(cause)
