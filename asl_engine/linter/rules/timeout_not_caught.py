"""A timeout that States.TaskFailed does not catch

What
    A Task with TimeoutSeconds or HeartbeatSeconds whose Catchers take States.TaskFailed, and none of them the error that the
    timeout raises.

Why
    States.TaskFailed looks like a wildcard, and it is one for every error but States.Timeout. So the one failure the definition
    itself provides for ends the execution. Source: Step Functions developer guide, "Handling errors", "Error names".

Example
    {"Type": "Task", …, "TimeoutSeconds": 300, "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Apologise"}]}

Instead
    "Catch": [{"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "Next": "Apologise"}], or States.ALL.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.failures import HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT
from asl_engine.linter.handlers import catchers, covers
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL325"
NAME = "timeout-not-caught"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

_LIMITS = ("TimeoutSeconds", TIMEOUT), ("HeartbeatSeconds", HEARTBEAT_TIMEOUT)


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        handlers = catchers(state)
        names = [name for handler in handlers for name in handler.names]
        failed = next((handler for handler in handlers if TASK_FAILED in handler.names), None)
        if failed is None:
            continue
        for field, error in _LIMITS:
            if (field in state.value or f"{field}Path" in state.value) and covers(names, error, of="Task") is None:
                message = f"{failed} of {state.name} takes States.TaskFailed, which is every error but {error}: nobody catches it when {field} is over"
                yield Advice(failed.pointer / "ErrorEquals", message, f'add "{error}", or catch States.ALL')
                break
