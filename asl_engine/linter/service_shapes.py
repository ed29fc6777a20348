"""What AWS's APIs answer, as shapes: the service models read for data-flow analysis.

Only request and response are known so exactly: what a job's polling or a callback answers is left unknown. Every member may be
missing, as far as a model tells; a name the model does not have is marked as unlisted, since services grow and models age.
Without botocore nothing is known. Source: botocore's service models; developer guide, "Integrating services".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    OPEN_OBJECT,
    TEXT,
    UNLISTED,
    Absence,
    Object,
    Shape,
    array_of,
    join,
)
from asl_engine.errors import MissingExtra
from asl_engine.tasks.resource import Resource
from asl_engine.tasks.service_models import Model, answered_by, result_operation, speller
from asl_engine.tasks.service_names import is_sdk, operation_name

DEEPEST = 7
"""Levels of an answer that are followed."""
_METADATA = {"SdkHttpMetadata": OPEN_OBJECT, "SdkResponseMetadata": OPEN_OBJECT}
_PARSED = frozenset({("bedrock", "invokeModel", "Body")})
"""Members an optimised integration hands on as JSON, though the API answers text."""


@lru_cache(maxsize=1024)
def service_shapes(resource: Resource) -> Shape | None:
    """The shape of a task's result; None where no model tells. Never raises."""
    if resource.kind != "service" or resource.pattern or result_operation(resource) != operation_name(resource.api):
        return None  # an API called by another name answers in another form
    try:
        found = answered_by(resource)
    except MissingExtra:
        return None
    if found is None:
        return None
    model, shape = found
    answer = _Converted(model, speller(resource)).shape(shape, 0)
    if answer.object is None or is_sdk(resource):
        return answer
    members = {**answer.object.members, **_METADATA}
    members |= {name: ANYTHING for service, api, name in _PARSED if (service, api) == (resource.service, resource.api)}
    return Shape(object=Object(members, answer.object.rest))


class _Converted:
    """One model's shapes, each converted once per depth."""

    def __init__(self, model: Model, spell: Callable[[str], str]) -> None:
        self._model = model
        self._spell = spell
        self._known: dict[tuple[str, int], Shape] = {}

    def shape(self, shape: Any, depth: int) -> Shape:
        key = (str(shape.get("shape", "")), depth)
        if key not in self._known:
            self._known[key] = self._made(shape, depth)
        return self._known[key]

    def _made(self, shape: Any, depth: int) -> Shape:
        if depth >= DEEPEST:
            return ANYTHING
        match shape["type"]:
            case "structure" if shape.get("document") or shape.get("eventstream"):
                return ANYTHING
            case "structure":
                members = {self._spell(name): self._optional(reference, depth) for name, reference in shape.get("members", {}).items()}
                return Shape(object=Object(members, UNLISTED))
            case "list":
                return array_of(self.shape(self._model.shape(shape["member"]), depth + 1))
            case "map":
                return Shape(object=Object({}, self._optional(shape["value"], depth)))
            case "boolean":
                return BOOLEAN
            case "string" if shape.get("jsonvalue"):
                return ANYTHING
            case "string" if "enum" in shape:
                return Shape(strings=frozenset(shape["enum"]))
            case "string" | "blob" | "character":
                return TEXT
            case "timestamp":
                return join(TEXT, NUMBER)
            case "integer" | "long" | "short" | "float" | "double" | "bigdecimal" | "biginteger":
                return NUMBER
        return ANYTHING

    def _optional(self, reference: Any, depth: int) -> Shape:
        return replace(self.shape(self._model.shape(reference), depth + 1), absent=Absence.OPEN)
