"""The kind "Resource": what a Task, an ItemReader and a ResultWriter may name.

AWS takes nothing but its own ARNs. The States Language asks only for a URI, and a local run answers whatever a mock
answers; so a name that is no ARN at all is warned of, while an ARN that AWS would not know is refused.
"""

from __future__ import annotations

import re

from asl_engine.syntax.codes import EXPRESS, FOREIGN_RESOURCE, RESOURCE
from asl_engine.syntax.reading import Reading, Where
from asl_engine.syntax.services import CALLBACK, DATASETS, refusal_of_optimised, refusal_of_sdk
from asl_engine.syntax.shapes import is_opaque, wrong_type
from asl_engine.values import Json

NOT_AN_ARN = "Value is not a valid resource ARN"

_ARN = re.compile(r"arn:[^:\s]+:(?P<service>[^:\s]+):(?P<region>[^:\s]*):(?P<account>[^:\s]*):(?P<resource>.+)", re.DOTALL)
_CALL = re.compile(r"(?P<sdk>aws-sdk:)?(?P<service>[A-Za-z0-9-]+):(?P<api>[A-Za-z0-9]+)(?P<pattern>\.sync:2|\.sync|\.waitForTaskToken)?")
_FUNCTION = re.compile(r"function:[^:\s]+(?::(?:\$LATEST|[A-Za-z0-9_-]+))?")


def task_resource(value: Json, where: Where, reading: Reading) -> None:
    found = _arn(value, where, reading)
    if found is None:
        return
    service, resource = found["service"], found["resource"]
    if service == "lambda":
        if not _FUNCTION.fullmatch(resource):
            reading.report(RESOURCE, where, NOT_AN_ARN, 'a function is named like "arn:aws:lambda:us-east-1:123456789012:function:name:alias"')
    elif service != "states":
        reading.report(FOREIGN_RESOURCE, where, _not_recognized(found[0]), "AWS refuses it; a local run can answer it")
    elif resource.startswith("activity:"):
        if reading.express:
            reading.report(EXPRESS, where, "Express state machine does not support Activity ARN")
    else:
        _call(found[0], resource, where, reading)


def dataset_resource(value: Json, where: Where, reading: Reading) -> None:
    found = _arn(value, where, reading)
    if found is None:
        return
    service, _, api = found["resource"].partition(":")
    if found["service"] != "states" or api not in DATASETS.get(service, ()):
        reading.report(RESOURCE, where, _not_recognized(found[0]), "a dataset is read with s3:getObject or s3:listObjectsV2 and written with s3:putObject")


def _arn(value: Json, where: Where, reading: Reading) -> re.Match[str] | None:
    """The parts of an ARN; None after saying what else it is."""
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
        return None
    if is_opaque(value):
        return None
    found = _ARN.fullmatch(value)
    if found is None:
        if value.startswith(("arn:", "${")) or not value:
            hint = "the placeholder is not closed" if value.startswith("${") else None
            reading.report(RESOURCE, where, NOT_AN_ARN, hint)
        else:
            reading.report(FOREIGN_RESOURCE, where, NOT_AN_ARN, "AWS refuses it; a local run can answer it")
    return found


def _call(arn: str, resource: str, where: Where, reading: Reading) -> None:
    found = _CALL.fullmatch(resource)
    if found is None:
        reading.report(RESOURCE, where, _not_recognized(arn))
        return
    service, api, pattern = found["service"], found["api"], found["pattern"] or ""
    hint = (refusal_of_sdk if found["sdk"] else refusal_of_optimised)(service, api, pattern, reading.did_you_mean)
    if hint is not None:
        reading.report(RESOURCE, where, _not_recognized(arn), hint or None)
    elif pattern and reading.express:
        # The blank at the end is AWS's.
        said = "'.waitForTaskToken' service integration " if pattern == CALLBACK else "'.sync' service integration"
        reading.report(EXPRESS, where, f"Express state machine does not support {said}")


def _not_recognized(arn: str) -> str:
    return f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
