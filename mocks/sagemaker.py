"""Jobs, models and endpoints of SageMaker, for `definitions/examples/train-model`.

    tasks: {use: "mocks.sagemaker:studio", with: {auc: 0.83, serving: churn-6}}

Names are taken once; what refers to something that is not there is refused as SageMaker refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asl_engine as asl

REFUSED = "SageMaker.AmazonSageMakerException"
"""How the optimised integration names what SageMaker calls a ValidationException; the SDK integration has its own name."""
REFUSED_BY_SDK = "SageMaker.SageMakerException"


@dataclass
class Endpoint:
    """What an endpoint serves, and what it is changing to until when."""

    config: str | None
    next: str
    ready_at: datetime


class SageMaker:
    """Answers `sagemaker:*` in both kinds of integration.

    `aucs` are what one training job after the other reaches, None for one that fails; `serving` is the configuration of an
    endpoint that is there already; `change` says how a new or changed endpoint ends: "succeeds" or "fails"; `taken` is how
    often all machines are taken before a job may begin.
    """

    def __init__(self, aucs: Sequence[float | None], *, minutes: float, serving: str | None, change: str, taken: int) -> None:
        self.aucs = list(aucs)
        self.length = timedelta(minutes=minutes)
        self.change = change
        self.taken = taken
        self.trained: dict[str, float] = {}
        self.models: set[str] = set()
        self.configs: set[str] = set() if serving is None else {serving}
        self.serving = serving
        self.endpoints: dict[str, Endpoint] = {}

    def create_training_job(self, call: asl.TaskCall) -> asl.Outcome:
        self._take_machines()
        name = call.arguments["TrainingJobName"]
        auc = self.aucs[0]
        submitted: dict[str, Any] = {"TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{name}"}
        if auc is None:
            told = {"TrainingJobName": name, "TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: the data has no column churned"}
            return asl.Failed("States.TaskFailed", json.dumps(told, separators=(",", ":")), after=self.length, submitted=submitted)
        self.trained[name] = auc
        return asl.Succeeded(self._description(name), after=self.length, submitted=submitted)

    def create_hyper_parameter_tuning_job(self, call: asl.TaskCall) -> asl.Outcome:
        """One training job for each value; the best is told by its name only."""
        self._take_machines()
        name = call.arguments["HyperParameterTuningJobName"]
        reached = {f"{name}-{number:03}": auc for number, auc in enumerate(self.aucs, 1) if auc is not None}
        if not reached:
            told = {"HyperParameterTuningJobName": name, "HyperParameterTuningJobStatus": "Failed", "FailureReason": "No training job succeeded"}
            return asl.Failed("States.TaskFailed", json.dumps(told, separators=(",", ":")), after=self.length * len(self.aucs))
        self.trained |= reached
        best = max(reached, key=lambda job: reached[job])
        result = {"HyperParameterTuningJobName": name, "HyperParameterTuningJobStatus": "Completed", "BestTrainingJob": {"TrainingJobName": best}}
        return asl.Succeeded(result, after=self.length * len(self.aucs))

    def describe_training_job(self, call: asl.TaskCall) -> dict[str, Any]:
        name = call.arguments["TrainingJobName"]
        if name not in self.trained:
            raise asl.TaskFailure(REFUSED_BY_SDK, f"Requested resource not found: {name}")
        return self._description(name)

    def create_model(self, call: asl.TaskCall) -> dict[str, Any]:
        name, data = call.arguments["ModelName"], call.arguments["PrimaryContainer"].get("ModelDataUrl", "")
        if data not in {_artifacts(job) for job in self.trained}:
            raise asl.TaskFailure(REFUSED, f"Could not find model data at {data}.")
        self.models.add(name)
        return {"ModelArn": f"arn:aws:sagemaker:us-east-1:123456789012:model/{name}"}

    def create_endpoint_config(self, call: asl.TaskCall) -> dict[str, Any]:
        name = call.arguments["EndpointConfigName"]
        if unknown := [variant["ModelName"] for variant in call.arguments["ProductionVariants"] if variant["ModelName"] not in self.models]:
            raise asl.TaskFailure(REFUSED, f'Could not find model "{unknown[0]}".')
        self.configs.add(name)
        return {"EndpointConfigArn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/{name}"}

    def create_endpoint(self, call: asl.TaskCall) -> dict[str, Any]:
        return self._changing(call, before=None)

    def update_endpoint(self, call: asl.TaskCall) -> dict[str, Any]:
        return self._changing(call, before=self.serving)

    def describe_endpoint(self, call: asl.TaskCall) -> dict[str, Any]:
        name = call.arguments["EndpointName"]
        endpoint = self.endpoints.get(name)
        if endpoint is None and self.serving is None:
            raise asl.TaskFailure(REFUSED_BY_SDK, f'Could not find endpoint "{name}". (Service: SageMaker, Status Code: 400, Request ID: REQUEST)')
        if endpoint is None:
            return {"EndpointName": name, "EndpointStatus": "InService", "EndpointConfigName": self.serving}
        if call.at < endpoint.ready_at:
            status = "Creating" if endpoint.config is None else "Updating"
            return {"EndpointName": name, "EndpointStatus": status, "EndpointConfigName": endpoint.config or endpoint.next}
        if self.change == "succeeds":
            return {"EndpointName": name, "EndpointStatus": "InService", "EndpointConfigName": endpoint.next}
        reason = {"FailureReason": "The container did not pass the ping health check."}
        if endpoint.config is None:
            return {"EndpointName": name, "EndpointStatus": "Failed", "EndpointConfigName": endpoint.next, **reason}
        if call.at < endpoint.ready_at + timedelta(minutes=1):
            return {"EndpointName": name, "EndpointStatus": "RollingBack", "EndpointConfigName": endpoint.config, **reason}
        return {"EndpointName": name, "EndpointStatus": "InService", "EndpointConfigName": endpoint.config, **reason}

    def _take_machines(self) -> None:
        if self.taken:
            self.taken -= 1
            raise asl.TaskFailure("SageMaker.ResourceLimitExceededException", "The account-level service limit is 4 Instances.")

    def _changing(self, call: asl.TaskCall, before: str | None) -> dict[str, Any]:
        config = call.arguments["EndpointConfigName"]
        if config not in self.configs:
            raise asl.TaskFailure(REFUSED, f'Could not find endpoint configuration "{config}".')
        name = call.arguments["EndpointName"]
        self.endpoints[name] = Endpoint(before, config, call.at + timedelta(minutes=2, seconds=30))
        return {"EndpointArn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{name}"}

    def _description(self, job: str) -> dict[str, Any]:
        metrics = [{"MetricName": "train:auc", "Value": 0.99, "Timestamp": 0}, {"MetricName": "validation:auc", "Value": self.trained[job], "Timestamp": 0}]
        return {
            "TrainingJobName": job,
            "TrainingJobStatus": "Completed",
            "ModelArtifacts": {"S3ModelArtifacts": _artifacts(job)},
            "FinalMetricDataList": metrics,
        }


def _artifacts(job: str) -> str:
    return f"s3://models/{job}/output/model.tar.gz"


def studio(
    auc: float | Sequence[float | None] | None = 0.83, minutes: float = 12, serving: str | None = None, change: str = "succeeds", taken: int = 0
) -> asl.Mocks:
    """`auc` is what training reaches: null if it fails, a list for tuning. The others are those of `SageMaker`."""
    aucs = auc if isinstance(auc, Sequence) else [auc]
    found = asl.Mocks()
    found.resource("arn:aws:states:::*sagemaker:*").served_by(SageMaker(aucs, minutes=minutes, serving=serving, change=change, taken=taken))
    return found


def mocks() -> asl.Mocks:
    """Three jobs are tuned; the second is the best, and takes the place of what is served."""
    return studio([0.71, 0.88, 0.79], serving="churn-6")
