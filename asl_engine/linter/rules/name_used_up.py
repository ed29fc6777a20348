"""A name or token that is good for one execution

What
    A constant where a service asks for something that is new each time: the Name of states:startExecution, the name of a training,
    tuning or transcription job, a ClientToken, ClientRequestToken or idempotencyToken.

Why
    The second execution does not do the work again: a name that was used is refused (ExecutionAlreadyExists,
    ResourceInUse, ConflictException), and for a token that was used the service answers what it answered the first time, without a word.
    Sources: API reference, StartExecution ("must be unique … for 90 days"), CreateTrainingJob, StartTranscriptionJob;
    "Ensuring idempotency" of the services.

Example
    {"Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "…", "Name": "nightly"}}

Instead
    "Name.$": "States.Format('nightly-{}', $$.Execution.Name)", or no Name at all; for a token "ClientToken.$": "$$.Execution.Name".
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.syntax.shapes import is_opaque
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import json_text

CODE = "ASL328"
NAME = "name-used-up"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

UNIQUE = {
    ("states", "startExecution"): "Name",
    ("sfn", "startExecution"): "Name",
    ("sagemaker", "createTrainingJob"): "TrainingJobName",
    ("sagemaker", "createTransformJob"): "TransformJobName",
    ("sagemaker", "createProcessingJob"): "ProcessingJobName",
    ("sagemaker", "createHyperParameterTuningJob"): "HyperParameterTuningJobName",
    ("transcribe", "startTranscriptionJob"): "TranscriptionJobName",
}
"""(Service, API) -> the argument whose value may be used once."""
TOKENS = ("ClientToken", "ClientRequestToken", "ClientIdempotencyToken", "IdempotencyToken", "IdempotentToken")


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        field = "Arguments" if state.language == "JSONata" else "Parameters"
        given = state.value.get(field)
        if resource.kind != "service" or not isinstance(given, dict):
            continue
        service = (resource.service or "").removeprefix("aws-sdk:")
        for name in (UNIQUE.get((service, resource.api or ""), ""), *TOKENS):
            value = given.get(name)
            if not isinstance(value, str) or not value or is_opaque(value) or "{%" in value:
                continue
            what = (
                "as long as the service knows the token, it answers as it did the first time and does nothing"
                if name in TOKENS
                else "a name that was used is refused"
            )
            dynamic = f'"{name}": "{{% $states.context.Execution.Name %}}"' if state.language == "JSONata" else f'"{name}.$": "$$.Execution.Name"'
            yield Advice(state.pointer / field / name, f"{name} is {json_text(value)} in every execution: {what}", f"write {dynamic}")
