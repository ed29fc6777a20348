"""A job or callback in the Express children of a Distributed Map

What
    A Task with .sync or .waitForTaskToken, an activity, or another Distributed Map inside an ItemProcessor with "ExecutionType": "EXPRESS".

Why
    Express executions have only request-response. AWS says so of Express machines when they are created; the children of a Distributed Map are
    Express executions too. Source: Step Functions developer guide, "Choosing workflow type".

Example
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                      "StartAt": "Convert", "States": {"Convert": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", …}}}

Instead
    "ExecutionType": "STANDARD"
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.tasks.resource import parse_resource

CODE = "ASL416"
NAME = "express-child-waits"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    if facts.type == "EXPRESS":
        return  # AWS refuses it
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if state.container.type == "EXPRESS" and (resource.waits or resource.kind == "activity"):
            what = f"use {resource.pattern}" if resource.waits else "wait for an activity"
            yield Advice(
                state.pointer / "Resource",
                f"{state.name} runs in an Express execution, which cannot {what}",
                'set "ExecutionType" of the ItemProcessor to "STANDARD"',
            )
