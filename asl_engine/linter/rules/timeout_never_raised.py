"""A handler for States.Timeout on a task that has no timeout

What
    States.Timeout or States.HeartbeatTimeout in an ErrorEquals of a plain request (no callback, no job, no activity) without
    TimeoutSeconds.

Why
    Only a state's own TimeoutSeconds or HeartbeatSeconds raises it. A Lambda function that runs into its own timeout fails with Lambda.Unknown or
    Sandbox.Timedout, a service with an error of its own. Source: Step Functions developer guide, "Handling errors".

Example
    {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Retry": [{"ErrorEquals": ["States.Timeout"]}], …}

Instead
    Give the state TimeoutSeconds, or name Sandbox.Timedout and Lambda.Unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.failures import HEARTBEAT_TIMEOUT, TIMEOUT
from asl_engine.linter.handlers import catchers, retriers
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.tasks.resource import parse_resource

CODE = "ASL318"
NAME = "timeout-never-raised"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

_LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if resource.kind not in ("lambda", "service") or resource.has_token or any(name in state.value for name in _LIMITS):
            continue
        for handler in (*retriers(state), *catchers(state)):
            for name in handler.names:
                if name in (TIMEOUT, HEARTBEAT_TIMEOUT):
                    message = f"{handler} waits for {name}, but {state.name} has no TimeoutSeconds that could raise it"
                    hint = "a Lambda function's own timeout is Sandbox.Timedout or Lambda.Unknown" if "lambda" in resource.arn else None
                    yield Advice(handler.pointer / "ErrorEquals", message, hint)
