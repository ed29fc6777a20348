"""Where moto says something else than AWS does: the few places in which recordings of AWS show it.

A correction is made to a request before moto sees it, to moto's answer, or to its refusal. Each says what AWS does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from asl_engine.values import Json

Members = dict[str, Any]

_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]+")


class Refused(Exception):
    """AWS refuses what moto would take. Carries the service's code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def held_back(service: str, operation: str, sent: Mapping[str, Any]) -> tuple[Members, dict[int, Members]]:
    """What goes on to moto, and the entries of PutEvents that AWS does not take, by position. Raises `Refused`."""
    if service == "dynamodb":
        name = sent.get("TableName")
        if isinstance(name, str) and not name.startswith("arn:") and not _TABLE_NAME.fullmatch(name):
            fault = f"Value '{name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: {_TABLE_NAME.pattern}"
            raise Refused("ValidationException", f"1 validation error detected: {fault}")
    if (service, operation) == ("events", "PutEvents"):
        refused = {index: _MALFORMED for index, entry in enumerate(sent["Entries"]) if "Detail" in entry and not _is_object(entry["Detail"])}
        if refused:
            return {**sent, "Entries": [entry for index, entry in enumerate(sent["Entries"]) if index not in refused]}, refused
    return dict(sent), {}


def completed(service: str, operation: str, sent: Mapping[str, Any], answer: Members, refused: Mapping[int, Members]) -> Members:
    """moto's answer as AWS gives it."""
    if service == "dynamodb" and sent.get("ReturnConsumedCapacity", "NONE") == "NONE":
        answer.pop("ConsumedCapacity", None)  # told only when asked for
    if refused:
        entries = list(answer.get("Entries", ()))
        for index in sorted(refused):
            entries.insert(index, refused[index])
        answer |= {"Entries": entries, "FailedEntryCount": answer.get("FailedEntryCount", 0) + len(refused)}
    return answer


def refusal(service: str, code: str, message: str) -> tuple[str, str]:
    """Code and message of moto's refusal as AWS has them."""
    if (service, code) == ("sns", "MissingParameter") and "MessageGroupId" in message:
        return "InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    return code, message


_MALFORMED: dict[str, Json] = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


def _is_object(text: Any) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
