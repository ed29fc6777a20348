"""Nested workflows: `states:startExecution[.sync[:2]|.waitForTaskToken]` runs the registered machine for real.

Source: developer guide, "Start workflow executions from a task state"; result shapes as recorded.

A child is played when it is started, as far as it comes, on a clock of its own that begins at the call: what it does to
a shared fake is done before its siblings go on. One that nothing can wake stays RUNNING and stops nobody but those
who wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from asl_engine.chance import derived
from asl_engine.errors import InputError, LimitExceeded
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import microseconds_of
from asl_engine.interpreter import start
from asl_engine.interpreter.clock import VirtualClock
from asl_engine.interpreter.identity import is_execution_name
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.tasks.compose import Checked, FirstOf, as_runtime
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, TaskRuntime, Tasks, Unanswered
from asl_engine.values import Json, json_text

NESTED = frozenset({("states", "startExecution"), ("aws-sdk:sfn", "startExecution")})
ANSWERING = frozenset({"sendTaskSuccess", "sendTaskFailure"})
Answer: TypeAlias = tuple[Succeeded | Failed, datetime]
MAX_DEPTH = 40
"""Machines that start each other in a circle are stopped here; AWS would go on until a quota."""


INVALID_INPUT = Failed("StepFunctions.InvalidExecutionInputException", "Invalid State Machine Execution Input")


class Machines:
    """A task runtime: registered machines run as child executions, every other call goes to `tasks`, a machine that
    is not registered included.

    `machines` maps a state machine's ARN or its name to its program. A child's duration is the outcome's. `executions`
    holds the children in the order they ended, `runs` each with its program, `started` those of each machine in the
    order they were started, `stalled` why those that never ended did not. `first` is asked before any machine is
    started, in children too. A caller that waits for a token is answered by its child's own `aws-sdk:sfn:sendTaskSuccess`
    or `…:sendTaskFailure`; how the child ends is no answer.
    """

    def __init__(self, machines: Mapping[str, Program], *, tasks: Tasks = None, first: Tasks = None, seed: int = 0, limits: Limits | None = None) -> None:
        self._machines = dict(machines)
        self._tasks = as_runtime(tasks)
        self._first = None if first is None else as_runtime(first)
        self._seed = seed
        self._limits = limits if limits is not None else Limits()
        self._answered: dict[str, Answer | None] = {}  # by the tokens of callers whose child is running
        self.executions: list[Execution] = []
        self.runs: list[tuple[Program, Execution]] = []
        self.started: dict[str, list[Execution]] = {name: [] for name in self._machines}
        self.stalled: list[str] = []

    def perform(self, call: TaskCall) -> Outcome:
        return self._at(0).perform(call)

    def _at(self, depth: int) -> TaskRuntime:
        """What executions so deep ask."""
        nested = _Depth(self, depth)
        return nested if self._first is None else FirstOf(self._first, nested)

    def start(self, call: TaskCall, depth: int) -> Outcome:
        """The answer of a machine, or of whoever is asked for everything else, to an execution so many levels deep."""
        resource = call.resource
        if resource.service == "aws-sdk:sfn" and resource.api in ANSWERING and (answered := self._answer(call)) is not None:
            return answered
        if (resource.service, resource.api) not in NESTED or not isinstance(call.arguments, dict):
            return self._tasks.perform(call)
        arn = str(call.arguments.get("StateMachineArn", ""))
        named = arn if arn in self._machines else arn.rpartition(":")[2]
        program = self._machines.get(named)
        if program is None:
            return self._tasks.perform(call)
        if depth >= MAX_DEPTH:
            raise LimitExceeded(f"executions are nested more than {MAX_DEPTH} levels deep, last {arn}; do the machines start each other in a circle?")
        return self._start(call, arn, named, program, depth)

    def _start(self, call: TaskCall, arn: str, named: str, program: Program, depth: int) -> Outcome:
        assert isinstance(call.arguments, dict)
        given: Any = call.arguments.get("Input", {})
        if isinstance(given, str):
            try:
                given = json.loads(given)
            except (ValueError, RecursionError):
                return INVALID_INPUT
        name = call.arguments.get("Name")
        if name is not None and not is_execution_name(str(name)):
            return Failed("StepFunctions.InvalidNameException", f"Invalid Name: '{name}'")
        seed = derived(self._seed, f"{call.state_path}/{call.attempt}/{len(self.executions)}")
        machine = {"Name": arn.rpartition(":")[2], **({"Id": arn} if arn.startswith("arn:") else {})}
        awaited = call.token if call.resource.pattern == ".waitForTaskToken" else None
        if awaited is not None:
            self._answered[awaited] = None
        try:
            running = start(
                program,
                given,
                tasks=self._at(depth + 1),
                clock=VirtualClock(call.at),
                seed=seed,
                name=str(name) if name is not None else None,
                context={"StateMachine": machine},
                limits=self._limits,
            )
            child = running.execution
            self.started[named].append(child)
            running.advance()
        except InputError:
            return INVALID_INPUT  # text that Python reads and JSON does not know, such as NaN
        finally:
            answer = self._answered.pop(awaited, None) if awaited is not None else None
        self.executions.append(child)
        self.runs.append((program, child))
        because = ""
        if child.status is Status.RUNNING:
            because = f'the machine "{named}" never ends: {"; ".join(running.waiting())}'
            self.stalled.append(f'started in state "{call.state_path}", {because}')
        return _outcome(call, child, given, because) if awaited is None else _called_back(call, child, answer, because)

    def _answer(self, call: TaskCall) -> Outcome | None:
        """SendTaskSuccess or SendTaskFailure from inside a child; None for a token that none of our callers waits for."""
        arguments = call.arguments if isinstance(call.arguments, dict) else {}
        token = arguments.get("TaskToken")
        if not isinstance(token, str) or token not in self._answered:
            return None
        if self._answered[token] is not None:
            return Failed("Sfn.TaskTimedOutException", "Task Timed Out: 'Provided task does not exist anymore'")
        outcome: Succeeded | Failed
        if call.resource.api == "sendTaskFailure":
            outcome = Failed(arguments.get("Error"), arguments.get("Cause"))
        else:
            try:
                outcome = Succeeded(json.loads(arguments.get("Output", "")))
            except (TypeError, ValueError, RecursionError):
                return Failed("Sfn.InvalidOutputException", "Invalid Output: the task's output is no JSON text")
        self._answered[token] = outcome, call.at
        return Succeeded({})


class _Depth(Checked):
    """Executions a number of levels deep, as a runtime."""

    __slots__ = ("_depth", "_machines")

    def __init__(self, machines: Machines, depth: int) -> None:
        self._machines = machines
        self._depth = depth

    def perform(self, call: TaskCall) -> Outcome:
        return self._machines.start(call, self._depth)


def _started(child: Execution) -> dict[str, Json]:
    return {"ExecutionArn": child.arn, "StartDate": _milliseconds(child.history.started_at)}


def _called_back(call: TaskCall, child: Execution, answer: Answer | None, because: str) -> Outcome:
    if answer is None:
        because = because or f"the execution {child.name} of its machine ended without an answer to the token"
        return Unanswered(submitted=_started(child), because=because)
    outcome, at = answer
    return replace(outcome, submitted=_started(child), after=at - call.at)


def _outcome(call: TaskCall, child: Execution, given: Json, because: str) -> Outcome:
    started = _started(child)
    pattern = call.resource.pattern
    if not pattern:
        return Succeeded(started)
    if child.status is Status.RUNNING:
        return Unanswered(submitted=started, because=because)
    described = _described(child, given, parsed=pattern == ".sync:2")
    if child.status is Status.SUCCEEDED:
        return Succeeded(described, after=child.elapsed, submitted=started)
    text = json_text(dict(sorted(_described(child, given, parsed=False).items())))
    return Failed("States.TaskFailed", text, after=child.elapsed, submitted=started)


def _described(child: Execution, given: Json, *, parsed: bool) -> dict[str, Json]:
    """The members of DescribeExecution that a .sync task hands on, PascalCase, dates in milliseconds."""
    begun = child.history.started_at
    found: dict[str, Json] = {
        "ExecutionArn": child.arn,
        "Input": given if parsed else json_text(given),
        "InputDetails": {"Included": True},
        "Name": child.name,
        "StartDate": _milliseconds(begun),
        "StateMachineArn": child.history.state_machine_arn,
        "Status": child.status.value,
        "StopDate": _milliseconds(begun + child.elapsed),
    }
    if child.status is Status.SUCCEEDED:
        found |= {
            "Output": child.output if parsed else json_text(child.output),
            "OutputDetails": {"Included": True},
            "RedriveCount": 0,
            "RedriveStatus": "NOT_REDRIVABLE",
            "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        }
        return found
    if child.status is Status.TIMED_OUT:
        return found | {"Error": "States.Timeout"}
    if child.error is not None:
        found["Error"] = child.error
    if child.cause is not None:
        found["Cause"] = child.cause
    return found


def _milliseconds(moment: datetime) -> int:
    return microseconds_of(moment) // 1000
