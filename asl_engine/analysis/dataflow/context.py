"""The shape of the Context object. Source: developer guide, "Accessing execution data from the Context object"; as recorded."""

from __future__ import annotations

from asl_engine.analysis.dataflow.shapes import EVERY, NUMBER, PERHAPS_NOTHING, TEXT, UNLISTED, Shape, join, object_of
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json

_SOMETIMES_NUMBER = join(NUMBER, PERHAPS_NOTHING)
_SOMETIMES_TEXT = join(TEXT, PERHAPS_NOTHING)


def context_of(state: dict[str, Json], given: Shape, item: Shape | None, type: str) -> Shape:
    """`$$` as a state sees it.

    `given` is the execution's input, `item` the current item of the Map around or of the Map's own ItemSelector. A Task has a
    token only where somebody may answer it later; only work that may be retried counts its retries. It is
    closed as a service's answer is: what is not documented may still be added by whoever runs the machine.
    """
    kind = state.get("Type")
    execution = {"Id": TEXT, "Input": given, "Name": TEXT, "RoleArn": TEXT, "StartTime": TEXT, "RedriveTime": _SOMETIMES_TEXT}
    execution["RedriveCount"] = NUMBER if type == "STANDARD" else _SOMETIMES_NUMBER
    entered = {"Name": TEXT, "EnteredTime": TEXT}
    if kind in ("Task", "Map", "Parallel"):
        entered["RetryCount"] = NUMBER
    members = {
        "Execution": object_of(execution, UNLISTED),
        "State": object_of(entered, UNLISTED),
        "StateMachine": object_of({"Id": TEXT, "Name": TEXT}, UNLISTED),
    }
    if item is not None:
        members["Map"] = object_of({"Item": object_of({"Index": NUMBER, "Value": item, "Key": _SOMETIMES_TEXT, "Source": _SOMETIMES_TEXT})})
    token = _token(state.get("Resource")) if kind == "Task" else None
    if token is not None:
        members["Task"] = token
    return object_of(members, UNLISTED)


def _token(resource: Json) -> Shape | None:
    """`$$.Task` of a Task state; perhaps nothing where a deployment tool has yet to say what is called."""
    there = object_of({"Token": TEXT})
    parsed = parse_resource(resource) if isinstance(resource, str) else None
    if parsed is None or parsed.kind == "unknown":
        return join(there, PERHAPS_NOTHING)
    return there if parsed.has_token else None


ERROR_OUTPUT = object_of({"Error": Shape(strings=EVERY, null=True), "Cause": Shape(strings=EVERY, null=True)})
"""Spec, "Error Output"; a part that was not reported is null, as recorded."""
