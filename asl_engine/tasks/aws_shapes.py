"""Between Step Functions' JSON and what botocore takes and gives: names of members, texts, bytes, instants.

To the service: PascalCase to the service's names, objects to JSON text where a text or bytes are wanted. From it: names
as the integration spells them, bytes to text (base64 where they are no text), instants to milliseconds for optimised
integrations and to ISO 8601 for `aws-sdk` ones. Keys of maps are never touched.
Source: developer guide, "Passing parameters to a service API", and the examples of each integration; as recorded.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from asl_engine.tasks.resource import Resource
from asl_engine.tasks.service_arguments import SHORTHAND, spelled
from asl_engine.tasks.service_models import Model, Shape, speller
from asl_engine.tasks.service_names import is_sdk
from asl_engine.values import Json, json_text

_BASE64 = frozenset({"BinaryAttributeValue"})
"""Bytes that are base64 on the way in and out: DynamoDB's {"B": …}."""
_FIRST_MILLISECONDS = 100_000_000_000
"""A point in time given as a larger number counts milliseconds: as seconds it would lie beyond the year 5000."""


def request_of(model: Model, shape: Shape, arguments: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """Arguments as botocore takes them. They are known to fit the shape."""
    return _Request(model, resource).structure(shape, arguments)


def result_of(model: Model, shape: Shape, answer: Mapping[str, Any], resource: Resource) -> dict[str, Json]:
    """botocore's answer as the integration hands it on, without metadata."""
    return _Result(model, resource).structure(shape, answer)


class _Request:
    def __init__(self, model: Model, resource: Resource) -> None:
        self._model = model
        self._sdk = is_sdk(resource)
        self._shorthand = SHORTHAND.get(resource.service)

    def structure(self, shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
        members = shape.get("members", {})
        names = spelled(tuple(members))
        sent: dict[str, Any] = {}
        for name, member in value.items():
            own = names.get(name)
            if own is None:
                continue
            inner = self._model.shape(members[own])
            if member is not None:
                sent[own] = self._value(inner, member)
            elif inner.get("streaming"):
                sent[own] = b"null"  # as recorded: S3 stores the JSON text
        return sent

    def _value(self, shape: Shape, value: Any) -> Any:
        match shape["type"]:
            case "structure" if isinstance(value, dict) and not shape.get("document"):
                return self.structure(shape, value)
            case "structure" if isinstance(value, str) and shape.get("shape") == self._shorthand:
                return {"S": value}
            case "list" if isinstance(value, list):
                element = self._model.shape(shape["member"])
                return [self._value(element, member) for member in value]
            case "map" if isinstance(value, dict):
                element = self._model.shape(shape["value"])
                return {name: self._value(element, member) for name, member in value.items()}
            case "string" if not isinstance(value, str):
                return json_text(value)
            case "blob":
                return self._bytes(shape, value)
            case "boolean" if isinstance(value, str):
                return value.strip().lower() == "true"
            case "boolean":
                return bool(value)
            case "timestamp":
                return _instant(value)
            case _:
                return value

    def _bytes(self, shape: Shape, value: Any) -> bytes:
        if isinstance(value, str) and not (self._sdk and shape.get("streaming")):
            if shape.get("shape") in _BASE64:
                try:
                    return base64.b64decode(value, validate=True)
                except binascii.Error:
                    return value.encode()
            return value.encode()
        # As recorded: the SDK's S3 puts a string with its quotation marks.
        return json_text(value).encode()


def _instant(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000 if value >= _FIRST_MILLISECONDS else value, UTC)
    return value


class _Result:
    def __init__(self, model: Model, resource: Resource) -> None:
        self._model = model
        self._sdk = is_sdk(resource)
        self._spell = speller(resource)

    def structure(self, shape: Shape, value: Mapping[str, Any]) -> dict[str, Json]:
        members = shape.get("members", {})
        return {
            self._spell(name): self._value(self._model.shape(members[name]), member) for name, member in value.items() if name in members and member is not None
        }

    def _value(self, shape: Shape, value: Any) -> Json:
        match shape["type"]:
            case "structure" if isinstance(value, dict) and not shape.get("document"):
                return self.structure(shape, value)
            case "list" if isinstance(value, list):
                element = self._model.shape(shape["member"])
                return [self._value(element, member) for member in value]
            case "map" if isinstance(value, dict):
                element = self._model.shape(shape["value"])
                return {str(name): self._value(element, member) for name, member in value.items()}
            case "blob":
                return _text(shape, value)
            case "timestamp" if isinstance(value, datetime):
                return self._time(value)
            case "string":
                return str(value)
            case _:
                return value  # type: ignore[no-any-return]

    def _time(self, value: datetime) -> Json:
        moment = value.astimezone(UTC)
        if not self._sdk:
            return round(moment.timestamp() * 1000)
        whole = moment.strftime("%Y-%m-%dT%H:%M:%S")
        return f"{whole}.{moment.microsecond // 1000:03}Z" if moment.microsecond >= 1000 else f"{whole}Z"


def _text(shape: Shape, value: Any) -> str:
    content = value.read() if hasattr(value, "read") else value
    if isinstance(content, str):
        return content
    if shape.get("shape") not in _BASE64:
        try:
            return bytes(content).decode()
        except UnicodeDecodeError:
            pass
    return base64.b64encode(content).decode()
