"""A callback or activity that may never come, and no timeout

What
    A Task that waits for a task token or an activity worker and has neither TimeoutSeconds nor HeartbeatSeconds, in a machine
    without TimeoutSeconds.

Why
    If the token is lost (a consumer crashes, a message ends in a dead-letter queue, an approver is on holiday), the execution waits
    until it has run for a year, RUNNING and without any alarm.
    Source: Step Functions developer guide, "Best practices: Use timeouts to avoid stuck executions".

Example
    {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {…}, "Next": "Ship"}

Instead
    {"Type": "Task", …, "TimeoutSeconds": 86400, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "NobodyAnswered"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, ContainerAt, Facts, StateAt
from asl_engine.tasks.resource import parse_resource

CODE = "ASL410"
NAME = "callback-without-timeout"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


def findings(facts: Facts) -> Iterator[Advice]:
    if "TimeoutSeconds" in facts.value:
        return
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        waits_for = "a task token" if resource.pattern == ".waitForTaskToken" else "an activity worker" if resource.kind == "activity" else None
        if waits_for is None or _can_be_ended(state, facts):
            continue
        if state.container.type == "STANDARD" and not any(name in state.value for name in LIMITS):
            message = f"{state.name} waits for {waits_for} without TimeoutSeconds or HeartbeatSeconds: if nobody answers, the execution hangs for up to a year"
            yield Advice(state.pointer, message, 'add "TimeoutSeconds", and a Catcher for States.Timeout', at_key=True)


def _can_be_ended(state: StateAt, facts: Facts) -> bool:
    """Whether a sibling branch may fail on purpose, which ends this one: a clock or a reminder beside the wait."""
    container: ContainerAt | None = state.container
    while container is not None and container.holder is not None:
        siblings = [other for other in facts.containers if other.holder == container.holder and other is not container]
        if any(each.type == "Fail" and each.container in siblings for each in facts.states):
            return True
        holder = facts.by_pointer.get(container.holder)
        container = holder.container if holder is not None else None
    return False
