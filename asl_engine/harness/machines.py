"""Nested workflows: `states:startExecution[.sync[:2]|.waitForTaskToken]` runs the registered machine for real.

Source: developer guide, "Start workflow executions from a task state"; result shapes as recorded.
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
from asl_engine.interpreter import run
from asl_engine.interpreter.clock import VirtualClock
from asl_engine.interpreter.identity import is_execution_name
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, Tasks, Unanswered
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

    `machines` maps a state machine's ARN or its name to its program. A child runs to its end when it is started, on a
    virtual clock that begins at the call; its duration is the outcome's. `executions` holds the children in the order
    they ended, `runs` each with its program. A caller that waits for a token is answered by its child's own `aws-sdk:sfn:sendTaskSuccess` or
    `…:sendTaskFailure`; how the child ends is no answer.
    """

    def __init__(self, machines: Mapping[str, Program], *, tasks: Tasks = None, seed: int = 0, limits: Limits | None = None) -> None:
        self._machines = dict(machines)
        self._tasks = as_runtime(tasks)
        self._seed = seed
        self._limits = limits if limits is not None else Limits()
        self._answered: dict[str, Answer | None] = {}  # by the tokens of callers whose child is running
        self.executions: list[Execution] = []
        self.runs: list[tuple[Program, Execution]] = []

    def perform(self, call: TaskCall) -> Outcome:
        return self._perform(call, 0)

    def _perform(self, call: TaskCall, depth: int) -> Outcome:
        resource = call.resource
        if resource.service == "aws-sdk:sfn" and resource.api in ANSWERING and (answered := self._answer(call)) is not None:
            return answered
        if (resource.service, resource.api) not in NESTED or not isinstance(call.arguments, dict):
            return self._tasks.perform(call)
        arn = str(call.arguments.get("StateMachineArn", ""))
        program = self._machines.get(arn) or self._machines.get(arn.rpartition(":")[2])
        if program is None:
            return self._tasks.perform(call)
        if depth >= MAX_DEPTH:
            raise LimitExceeded(f"executions are nested more than {MAX_DEPTH} levels deep, last {arn}; do the machines start each other in a circle?")
        return self._start(call, arn, program, depth)

    def _start(self, call: TaskCall, arn: str, program: Program, depth: int) -> Outcome:
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
            child = run(
                program,
                given,
                tasks=lambda inner: self._perform(inner, depth + 1),
                clock=VirtualClock(call.at),
                seed=seed,
                name=str(name) if name is not None else None,
                context={"StateMachine": machine},
                limits=self._limits,
            )
        except InputError:
            return INVALID_INPUT  # text that Python reads and JSON does not know, such as NaN
        finally:
            answer = self._answered.pop(awaited, None) if awaited is not None else None
        self.executions.append(child)
        self.runs.append((program, child))
        return _outcome(call, child, given) if awaited is None else _called_back(call, child, answer)

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


def _started(child: Execution) -> dict[str, Json]:
    return {"ExecutionArn": child.arn, "StartDate": _milliseconds(child.history.started_at)}


def _called_back(call: TaskCall, child: Execution, answer: Answer | None) -> Outcome:
    if answer is None:
        return Unanswered(submitted=_started(child))
    outcome, at = answer
    return replace(outcome, submitted=_started(child), after=at - call.at)


def _outcome(call: TaskCall, child: Execution, given: Json) -> Outcome:
    started = _started(child)
    pattern = call.resource.pattern
    if not pattern:
        return Succeeded(started)
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
