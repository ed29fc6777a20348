"""HeartbeatSeconds on a task that nobody can send heartbeats for

What
    `HeartbeatSeconds` of a Task whose Resource is neither an activity nor called with `.waitForTaskToken` or `.sync`.

Why
    A heartbeat is sent with a task token (SendTaskHeartbeat). A plain request gives nobody a token, so the field
    guards against nothing. Source: Step Functions developer guide, "Wait for a callback with the task token".

Example
    {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "HeartbeatSeconds": 30, "TimeoutSeconds": 60, …}

Instead
    Keep `TimeoutSeconds`, or call the service with `.waitForTaskToken` and send heartbeats.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.tasks.resource import parse_resource

CODE = "ASL413"
NAME = "heartbeat-without-callback"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if resource.kind in ("lambda", "service") and not resource.has_token:
            for name in ("HeartbeatSeconds", "HeartbeatSecondsPath"):
                if name in state.value:
                    yield Advice(state.pointer / name, f"Nobody can send heartbeats for {state.name}: it is called without a task token", at_key=True)
