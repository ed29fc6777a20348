"""Runs a program: a pure, single-threaded conversation between program, task runtime and clock.

`run` plays an execution to its end. `start` gives a `Run` that advances step by step, for callers that answer task
tokens themselves.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from asl_engine.chance import Chance
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError, ExecutionStalled, InputError, LimitExceeded, MockError
from asl_engine.failures import TIMEOUT, Failure
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import microseconds_of
from asl_engine.interpreter import execute as step_loop
from asl_engine.interpreter.clock import Clock, ScaledClock, VirtualClock, utc
from asl_engine.interpreter.frame import Frame
from asl_engine.interpreter.identity import Identity
from asl_engine.interpreter.journal import Journal
from asl_engine.interpreter.limits import Limits
from asl_engine.interpreter.scheduler import Fiber, Scheduler
from asl_engine.program import Program
from asl_engine.tasks.answers import NotJson, delivered, json_copy
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.runtime import Outcome, Tasks
from asl_engine.values import Json, Pointer, kind_of

__all__ = ["Run", "run", "start"]

SECOND = 1_000_000
YEAR = 365 * 24 * 3600 * SECOND
ALLOCATIONS_BETWEEN_COLLECTIONS = 100_000
NO_LIMITS = Limits()


def run(
    program: Program,
    input: Json = None,
    *,
    tasks: Tasks = None,
    clock: Clock | None = None,
    seed: int = 0,
    name: str | None = None,
    context: Mapping[str, Any] | None = None,
    variables: Mapping[str, Json] | None = None,
    limits: Limits = NO_LIMITS,
) -> Execution:
    """Plays one execution to its end and returns it, however it ended.

    `input` and whatever tasks return are taken as they are and not copied: do not change them while the execution is
    of interest. `context` is merged over the generated Context object, member by member; `variables` are visible from
    the start. The same program, input, outcomes, clock start and seed give the same history, byte for byte.

    Raises `AslError` for mistakes of the caller: `UnmockedTask`, `MockError`, `InputError`, `ExecutionStalled` when
    nothing can ever wake the execution, `LimitExceeded`.
    """
    running = Run(program, input, tasks, clock if clock is not None else VirtualClock(), seed, name, context, variables, limits)
    running.advance()
    if running.execution.status is Status.RUNNING:
        raise running.stalled()
    return running.execution


def start(
    program: Program,
    input: Json = None,
    *,
    tasks: Tasks = None,
    clock: Clock | None = None,
    seed: int = 0,
    name: str | None = None,
    context: Mapping[str, Any] | None = None,
    variables: Mapping[str, Json] | None = None,
    limits: Limits = NO_LIMITS,
) -> Run:
    """Begins an execution without running it. Parameters as for `run`."""
    return Run(program, input, tasks, clock if clock is not None else VirtualClock(), seed, name, context, variables, limits)


class Run:
    """One execution under way."""

    __slots__ = ("_advancing", "_deadline", "_declared_deadline", "_frame", "_journal", "_main", "_scheduler", "execution")

    def __init__(
        self,
        program: Program,
        input: Json,
        tasks: Tasks,
        clock: Clock,
        seed: int,
        name: str | None,
        context: Mapping[str, Any] | None,
        variables: Mapping[str, Json] | None,
        limits: Limits,
    ) -> None:
        if not isinstance(program, Program):
            raise DefinitionError([Diagnostic("ASL903", Severity.ERROR, Pointer(""), f"A {type(program).__name__} is no program", "load it: asl.load(…)")])
        if type(seed) is not int:
            raise InputError(f"the seed is an integer, not {seed!r}")
        if type(clock) is not VirtualClock and not isinstance(clock, Clock):
            raise InputError(f"the clock is a VirtualClock, ScaledClock, WallClock or an object with now() and wait_until(when), not {clock!r}")
        if name is not None and type(name) is not str:
            raise InputError(f"the execution's name is a string, not {name!r}")
        context = None if context is None else _context(context)
        variables = None if variables is None else _json_object("variables", variables)
        runtime = as_runtime(tasks)
        workers = None
        if isinstance(clock, ScaledClock):
            from asl_engine.interpreter.workers import Workers

            workers = Workers(runtime, clock)
        scheduler = self._scheduler = Scheduler(clock, workers, runtime)
        begun = scheduler.now
        identity = Identity(type=program.type, seed=seed, input=input, begun=begun, name=name, context=context)
        journal = self._journal = Journal(identity=identity, limits=limits, chance=Chance(seed), variables=variables)
        if not _input_within(input, journal):
            journal.payload_bytes = sys.maxsize  # an execution AWS could not have started has no AWS behaviour to keep to
        self._declared_deadline = _declared_seconds(program, limits)
        self._deadline = begun + (self._declared_deadline * SECOND if self._declared_deadline is not None else YEAR)
        frame = self._frame = Frame(journal, scheduler)
        frame.record("ExecutionStarted", {"input": input, "roleArn": identity.role_arn})
        frame.previous = 0  # the first StateEntered follows nothing, as recorded
        self.execution = Execution(Status.RUNNING, None, None, journal.history(), seed, journal.children)
        self._advancing = False
        self._main: Fiber | None = scheduler.spawn(step_loop.execute(program, frame, input), frame, self, 0)

    # ---------------------------------------------------------------- driving

    def advance(self, *, until: datetime | None = None) -> None:
        """Runs until the execution ends, `until` is reached, or only a token's answer could go on."""
        thresholds = gc.get_threshold()
        if 0 < thresholds[0] < ALLOCATIONS_BETWEEN_COLLECTIONS:
            # Events pile up and are kept anyway: a collector that looks less often finds no less.
            gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS, *thresholds[1:])
        self._refuse_inside("advanced")
        self._advancing = True
        try:
            self._advance(until)
        except RecursionError:
            raise LimitExceeded("a value is nested too deeply to go on with: deeper than Python's recursion limit") from None
        finally:
            self._advancing = False
            gc.set_threshold(*thresholds)

    def _advance(self, until: datetime | None) -> None:
        scheduler = self._scheduler
        target = None if until is None else microseconds_of(utc(until))
        while True:
            scheduler.run_ready()
            if self.execution.status is not Status.RUNNING:
                return
            due = scheduler.next_instant()
            if due is None and not scheduler.busy_elsewhere:
                if target is None and self._declared_deadline is None:
                    return
                if target is not None and target < self._deadline:
                    scheduler.let_pass(target)
                    return
            limit = self._deadline if target is None else min(self._deadline, target)
            scheduler.let_pass(limit)
            if scheduler.now >= self._deadline and not scheduler.has_ready:
                self._time_out()
                return
            if target is not None and scheduler.now >= target and not scheduler.has_ready:
                return

    def deliver(self, token: str, outcome: Outcome) -> None:
        """Answers a task that waits for its token, as SendTaskSuccess and SendTaskFailure do. `after` does not count: it is due now.

        Raises `MockError` for a token nobody waits for, and for what is neither `Succeeded` nor `Failed`, or no JSON.
        """
        if not self._scheduler.deliver(token, delivered(outcome)):
            raise MockError(f"no task waits for the token {token!r}")

    def abort(self, error: str | None = None, cause: str | None = None) -> None:
        """StopExecution. Not from inside a task: the machine is at work then."""
        self._refuse_inside("aborted")
        if self.execution.status is Status.RUNNING:
            if self._main is not None:
                self._main.close()
            self._journal.ceiling += 1
            self._frame.record_beside("ExecutionAborted", 0, _error_details(error, cause))
            self._end(Status.ABORTED, None, Failure(error, cause))

    def _refuse_inside(self, what: str) -> None:
        if self._advancing:
            raise MockError(f"an execution cannot be {what} from inside one of its tasks")

    def waiting(self) -> list[str]:
        """Which states wait for what that nothing but a token's answer can bring."""
        return [what for fiber, what in self._scheduler.stuck.items() if not fiber.closed]

    def stalled(self) -> ExecutionStalled:
        """The error of an execution that nothing can wake: who waits for what."""
        waiting = "\n".join(f"  {what}" for what in self.waiting())
        return ExecutionStalled(
            f"nothing can ever wake the execution again:\n{waiting}\n  give the task an answer, or the state a TimeoutSeconds or HeartbeatSeconds"
        )

    # ---------------------------------------------------------------- ending

    def child_done(self, child: Fiber, value: Json) -> None:
        try:
            self._frame.record("ExecutionSucceeded", {"output": value})
        except Failure as overflow:
            self.child_failed(child, overflow)
        else:
            self._end(Status.SUCCEEDED, value, None)

    def child_failed(self, child: Fiber, failure: Failure) -> None:
        self._journal.ceiling += 1
        self._frame.previous = self._journal.predecessor(self._frame.previous)
        self._frame.record("ExecutionFailed", _error_details(failure.error, failure.cause))
        self._end(Status.FAILED, None, failure)

    def _time_out(self) -> None:
        if self._main is not None:
            self._main.close()
        self._journal.ceiling += 1
        self._frame.record_beside("ExecutionTimedOut", 0, {"error": TIMEOUT})
        self._end(Status.TIMED_OUT, None, None)

    def _end(self, status: Status, output: Json, failure: Failure | None) -> None:
        self.execution.status = status
        self.execution.output = output
        self.execution.failure = None if failure is None else Failure(failure.error, failure.cause)
        self._main = None  # it holds this run as its owner: nothing is left for the collector to find


def _json_object(name: str, given: Any) -> dict[str, Json]:
    """A mapping that the caller made, as JSON of our own. Raises `InputError`."""
    try:
        copied = json_copy(dict(given) if isinstance(given, Mapping) else given)
    except NotJson as fault:
        raise InputError(f"{name} is not JSON, {fault}") from None
    if not isinstance(copied, dict):
        raise InputError(f"{name} is an object, not {kind_of(copied)}")
    return copied


def _context(given: Any) -> dict[str, Json]:
    context = _json_object("context", given)
    for name in ("Execution", "StateMachine"):
        if not isinstance(context.get(name, {}), dict):
            raise InputError(f'context["{name}"] is an object, not {kind_of(context[name])}')
    return context


def _declared_seconds(program: Program, limits: Limits) -> int | None:
    """The execution's time limit where somebody set one: the machine's TimeoutSeconds, Express's five minutes."""
    if program.timeout is None and limits.duration_seconds is None and program.type != "EXPRESS":
        return None
    bounds = [program.timeout, limits.duration_seconds, 300 if program.type == "EXPRESS" and limits.duration_seconds is None else None]
    return min((bound for bound in bounds if bound is not None), default=None)


def _input_within(input: Json, journal: Journal) -> bool:
    """Whether the input keeps to the payload quota; raises `InputError` when it is not JSON at all."""
    limit = journal.payload_bytes
    try:
        return journal.sizes.of_foreign(input) <= limit or journal.sizes.of(input) <= limit
    except MockError as error:
        raise InputError(f"the execution input: {error}") from None


def _error_details(error: str | None, cause: str | None) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if error is not None:
        details["error"] = error
    if cause is not None:
        details["cause"] = cause
    return details
