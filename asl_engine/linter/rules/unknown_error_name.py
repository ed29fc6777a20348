"""An error name that nothing raises

What
    A name in ErrorEquals that begins with "States." and is none of the language's; or one of a service whose prefix is spelled
    as the other kind of integration spells it: `DynamoDB.` for dynamodb:putItem, `DynamoDb.` for aws-sdk:dynamodb:putItem.

Why
    Names are compared letter by letter, so the handler never acts. AWS accepts any name.
    Sources: States Language, "Errors"; recorded executions for the prefixes of services.

Example
    "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem",
    "Catch": [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "AlreadyThere"}]

Instead
    "Catch": [{"ErrorEquals": ["DynamoDb.ConditionalCheckFailedException"], "Next": "AlreadyThere"}]
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import catchers, retriers
from asl_engine.linter.quantities import listed
from asl_engine.linter.rule import DEFAULT, Advice, Facts, StateAt
from asl_engine.spell import nearest
from asl_engine.syntax.shapes import is_opaque
from asl_engine.tasks.resource import parse_resource

CODE = "ASL317"
NAME = "unknown-error-name"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

_OF_THE_LANGUAGE = """
    ALL BranchFailed DataLimitExceeded ExceedToleratedFailureThreshold HeartbeatTimeout IntrinsicFailure ItemReaderFailed NoChoiceMatched
    ParameterPathFailure Permissions QueryEvaluationError ReferencePathConflict ResultPathMatchFailure ResultWriterFailed Runtime TaskFailed Timeout
"""
RESERVED = frozenset(f"States.{name}" for name in _OF_THE_LANGUAGE.split())
"""The language's names and those AWS adds; States.Http.… besides."""

OPTIMISED = {"dynamodb": "DynamoDB", "sqs": "SQS", "sns": "SNS", "states": "StepFunctions", "ecs": "ECS"}
SDK = {"dynamodb": "DynamoDb", "sqs": "Sqs", "sns": "Sns", "sfn": "Sfn", "s3": "S3", "ec2": "Ec2", "ecs": "Ecs", "secretsmanager": "SecretsManager"}
"""Service of the Resource -> prefix of its errors, as recorded."""


def findings(facts: Facts) -> Iterator[Advice]:
    raised = {error for state in facts.of_type("Fail") if isinstance(error := state.value.get("Error"), str)}
    for state in facts.of_type("Task", "Parallel", "Map"):
        prefix = _prefix(state)
        for handler in (*retriers(state), *catchers(state)):
            place = handler.pointer / "ErrorEquals"
            for name in handler.names:
                # A name that is like none of the language's may be somebody's own, against the language's advice.
                near = _nearest(name) if name not in RESERVED | raised and not is_opaque(name) else None
                if near is not None:
                    yield Advice(place, f"{handler} waits for {name}, which nothing raises", f'did you mean "{near}"?')
            misspelled = [name for name in handler.names if prefix is not None and _is_misspelled(name, prefix)]
            if misspelled:
                message = f"{handler} never sees {listed(misspelled)}: errors of {state.value['Resource']} begin with `{prefix}.`"
                yield Advice(place, message, f'write "{prefix}.{misspelled[0].partition(".")[2]}"')


def _nearest(name: str) -> str | None:
    language, _, own = name.partition(".")
    near = nearest(own, [known.removeprefix("States.") for known in RESERVED]) if language == "States" and not own.startswith("Http.") else None
    return f"States.{near}" if near else None


def _prefix(state: StateAt) -> str | None:
    resource = parse_resource(str(state.value.get("Resource")))
    if resource.kind != "service":
        return None
    sdk = resource.service.removeprefix("aws-sdk:")
    return SDK.get(sdk) if resource.service != sdk else OPTIMISED.get(resource.service)


def _is_misspelled(name: str, prefix: str) -> bool:
    written, dot, _ = name.partition(".")
    if not dot or written == prefix:
        return False
    return written.casefold() == prefix.casefold() or {written, prefix} == {"StepFunctions", "Sfn"}
