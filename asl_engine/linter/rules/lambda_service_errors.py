"""A Lambda task that does not retry Lambda's own failures

What
    A Task that invokes a Lambda function and has no Retrier for Lambda.ServiceException, Lambda.AWSLambdaException,
    Lambda.SdkClientException and Lambda.TooManyRequestsException.

Why
    They have nothing to do with the function and are gone a second later; without a Retrier they end the execution.
    Source: Step Functions developer guide, "Best practices: Handling transient Lambda service exceptions".

Example
    {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Ship"}

Instead
    {"Type": "Task", …, "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
     "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import covers, retriers
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.tasks.resource import parse_resource

CODE = "ASL321"
NAME = "lambda-service-errors"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

TRANSIENT = ("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException")


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if resource.kind != "lambda" and (resource.service, resource.api) != ("lambda", "invoke"):
            continue
        names = [name for handler in retriers(state) if handler.value.get("MaxAttempts") != 0 for name in handler.names]
        missing = [error.removeprefix("Lambda.") for error in TRANSIENT if covers(names, error, of="Task") is None]
        if missing:
            yield Advice(state.pointer, f"{state.name} does not retry Lambda's own failures: {', '.join(missing)}", at_key=True)
