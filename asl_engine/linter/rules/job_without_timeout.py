"""A job that is waited for without a timeout

What
    A Task that runs a container, a batch job, a cluster's step or a nested execution with .sync and has no TimeoutSeconds, in a machine
    without TimeoutSeconds. Services that end a job themselves (Glue, CodeBuild, Athena, SageMaker) are not meant.

Why
    A container that hangs or a nested execution that waits keeps this execution RUNNING, for up to a year.
    Source: Step Functions developer guide, "Best practices: Use timeouts to avoid stuck executions".

Example
    {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Parameters": {…}, "Next": "Report"}

Instead
    Add TimeoutSeconds, well above what the job takes on a bad day. Step Functions then also stops the job.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json

CODE = "ASL411"
NAME = "job-without-timeout"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

ENDLESS = ("ecs", "batch", "states", "eks", "elasticmapreduce", "emr-containers", "emr-serverless")
"""Services that let a job run for as long as it takes."""


def findings(facts: Facts) -> Iterator[Advice]:
    if "TimeoutSeconds" in facts.value:
        return
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if _limits_itself(state.value):
            continue
        if (
            resource.pattern.startswith(".sync")
            and resource.service in ENDLESS
            and "TimeoutSeconds" not in state.value
            and "TimeoutSecondsPath" not in state.value
        ):
            yield Advice(
                state.pointer,
                f"{state.name} waits for {resource.service}:{resource.api} without TimeoutSeconds: if it hangs, so does the execution",
                at_key=True,
            )


def _limits_itself(state: dict[str, Json]) -> bool:
    """Whether the job is given a timeout of its own: Batch's Timeout, ExecutionTimeoutMinutes of EMR Serverless."""
    arguments = state.get("Parameters", state.get("Arguments"))
    return not isinstance(arguments, dict) or any("Timeout" in name for name in arguments)
