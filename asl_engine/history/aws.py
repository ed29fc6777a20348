"""A history as GetExecutionHistory returns it: AWS's member names, JSON text where AWS has text.

Source: Step Functions API reference, GetExecutionHistory, HistoryEvent.
"""

from __future__ import annotations

from typing import Any

from asl_engine.history.events import Event
from asl_engine.history.history import History, too_deep
from asl_engine.values import Json, json_text

TRUNCATED = {"truncated": False}
WITHOUT_DETAILS = frozenset(
    {
        "LambdaFunctionStarted",
        "ParallelStateStarted",
        "ParallelStateSucceeded",
        "ParallelStateFailed",
        "MapStateSucceeded",
        "MapStateFailed",
        "MapRunSucceeded",
        "MapRunAborted",
        "TaskStateAborted",
        "WaitStateAborted",
        "ParallelStateAborted",
        "MapStateAborted",
    }
)


def to_aws_events(history: History) -> list[dict[str, Any]]:
    """One dict per event: timestamp (aware datetime), type, id, previousEventId, and its …EventDetails member.

    Made from the last event on, as in `History.to_json`. Raises `LimitExceeded` for a value too deep for text.
    """
    return [_aws_event(history[index]) for index in range(len(history) - 1, -1, -1)][::-1]


def _aws_event(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"timestamp": event.at, "type": event.type, "id": event.id, "previousEventId": event.previous}
    if event.type not in WITHOUT_DETAILS:
        found[_member(event.type)] = _details(event)
    return found


def _member(type: str) -> str:
    if type.endswith("StateEntered"):
        return "stateEnteredEventDetails"
    if type.endswith("StateExited"):
        return "stateExitedEventDetails"
    return type[0].lower() + type[1:] + "EventDetails"


def _details(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in event.details.items():
        if name in ("input", "output"):
            found[name] = _text(value)
            found[name + "Details"] = TRUNCATED
        elif name == "parameters":
            found[name] = _text(value)
        elif name == "assignedVariables" and isinstance(value, dict):
            found[name] = {variable: _text(content) for variable, content in value.items()}
            found["assignedVariablesDetails"] = TRUNCATED
        else:
            found[name] = value
    return found


def _text(value: Json) -> str:
    try:
        return json_text(value)
    except RecursionError:
        raise too_deep() from None
