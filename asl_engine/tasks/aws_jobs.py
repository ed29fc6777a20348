"""`.sync` against moto: what is polled for a job that was started, and what of the answer is the task's result.

moto's jobs end when they are asked for, or never; virtual time does not pass for them. Which API is polled is
`service_models.POLLED`. Source: developer guide, the page of each optimised integration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Told: TypeAlias = Mapping[str, Any]

POLLS = 20
"""After so many polls a job that has not ended never will."""


@dataclass(frozen=True, slots=True)
class Job:
    asks: Callable[[Told, Told], dict[str, Any]]
    """(what was sent, what was answered) -> what the polled API is sent; botocore's names."""
    status: str
    """Where in the result the job says how it is: names separated by dots."""
    succeeded: frozenset[str]
    failed: frozenset[str] = field(default=frozenset({"FAILED"}))
    wrapped: tuple[str, str] | None = None
    """(member of the polled answer that lists jobs, the member Step Functions puts the one under)."""


def _named(*states: str) -> frozenset[str]:
    return frozenset(states)


def _by_name(kind: str) -> Job:
    name = f"{kind}Name"
    return Job(lambda sent, _: {name: sent[name]}, f"{kind}Status", _named("Completed"), _named("Failed", "Stopped"))


_BUILD_FAILED = _named("FAILED", "FAULT", "TIMED_OUT", "STOPPED")

JOBS: dict[tuple[str, str], Job] = {
    ("athena", "startQueryExecution"): Job(
        lambda _, told: {"QueryExecutionId": told["QueryExecutionId"]}, "QueryExecution.Status.State", _named("SUCCEEDED"), _named("FAILED", "CANCELLED")
    ),
    ("batch", "submitJob"): Job(lambda _, told: {"jobs": [told["jobId"]]}, "status", _named("SUCCEEDED")),
    ("bedrock", "createModelCustomizationJob"): Job(
        lambda _, told: {"jobIdentifier": told["jobArn"]}, "status", _named("Completed"), _named("Failed", "Stopped")
    ),
    ("codebuild", "startBuild"): Job(
        lambda _, told: {"ids": [told["build"]["id"]]}, "build.buildStatus", _named("SUCCEEDED"), _BUILD_FAILED, ("builds", "build")
    ),
    ("databrew", "startJobRun"): Job(
        lambda sent, told: {"Name": sent["Name"], "RunId": told["RunId"]}, "State", _named("SUCCEEDED"), _named("FAILED", "TIMEOUT", "STOPPED")
    ),
    ("ecs", "runTask"): Job(
        lambda sent, told: {"tasks": [task["taskArn"] for task in told["tasks"]], **({"cluster": sent["cluster"]} if "cluster" in sent else {})},
        "lastStatus",
        _named("STOPPED"),
        _named(),
    ),
    ("glue", "startJobRun"): Job(
        lambda sent, told: {"JobName": sent["JobName"], "RunId": told["JobRunId"]},
        "JobRunState",
        _named("SUCCEEDED"),
        _named("FAILED", "TIMEOUT", "ERROR", "STOPPED"),
    ),
    ("mediaconvert", "createJob"): Job(lambda _, told: {"Id": told["job"]["id"]}, "job.status", _named("COMPLETE"), _named("ERROR", "CANCELED")),
    **{("sagemaker", f"create{kind}"): _by_name(kind) for kind in ("TrainingJob", "TransformJob", "ProcessingJob", "LabelingJob", "HyperParameterTuningJob")},
}


def at(answer: Any, path: str) -> Any:
    """What stands under names separated by dots; None if nothing does."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, Mapping) else None
    return answer
