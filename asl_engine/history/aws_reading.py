"""Histories as AWS gives them, read back: what `aws stepfunctions get-execution-history` prints, boto3's dicts, ours.

What a history does not hold cannot be made up: a value AWS cut off, a page that is missing, an execution that is still
running or was redriven are reasons why it cannot be played again, and are told as such.
Source: Step Functions API reference, GetExecutionHistory, HistoryEvent, HistoryEventExecutionDataDetails.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asl_engine.history.branches import Starts, Untraceable, branches
from asl_engine.history.history import History, HistoryError, Record, Saved, microseconds_of
from asl_engine.values import Json

TERMINAL = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")
STOPPED = "it was stopped from outside (ExecutionAborted), which no definition does"
_TEXTS = ("input", "output", "parameters")
_NAMES_IN_ARN = ":execution:", ":express:"


@dataclass(frozen=True, slots=True)
class Reading:
    """A history that was read, and what is wrong with it."""

    history: History
    reasons: tuple[str, ...] = ()
    """Why it cannot be played again; empty if it can."""
    exact_times: bool = False
    """Whether its instants are those of a virtual clock, to the microsecond."""
    identified: bool = False
    """Whether it says which execution it is of. What `get-execution-history` prints does not."""


def read_history(document: Any, *, starts: Starts | None = None) -> Reading:
    """A history from its parsed JSON: {"events": […]}, a list of such pages, a list of events, or what `History.to_json` wrote.

    Timestamps are ISO-8601 texts, epoch seconds or datetimes. Beside "events" there may be "executionArn" and
    "stateMachineArn", as DescribeExecution has them. `starts` numbers the branches of Parallel states (see `branches`).
    Raises `HistoryError` for what is no history at all.
    """
    if isinstance(document, dict) and "formatVersion" in document:
        return _ours(document)
    pages = _pages(document)
    events, reasons = _merged(event for page in pages for event in _events_of(page))
    if any(page.get("nextToken") for page in pages[-1:]):
        reasons.append('it is cut off: it ends with a "nextToken", so there are more pages')
    reasons += _oddities(events)
    lines = [(event["id"], event.get("previousEventId", 0), event["type"], details_of(event)) for event in events]
    try:
        places = branches(lines, starts)
    except Untraceable as untraceable:
        reasons.append(f"its events do not hang together: {untraceable}")
        places = [""] * len(lines)
    records = [_record(event, details, place) for event, (_, _, _, details), place in zip(events, lines, places, strict=True)]
    arn, machine = _identity(pages, lines)
    name = arn.rpartition(":")[2] if any(part in arn for part in _NAMES_IN_ARN) else ""
    kind = "EXPRESS" if ":express:" in arn else "STANDARD"
    return Reading(History(records, Saved(kind, arn, name, machine)), tuple(dict.fromkeys(reasons)), identified=bool(arn))


def still_running(last: str) -> str:
    return f"the execution was still running: its last event is {last}"


def _ours(document: dict[str, Any]) -> Reading:
    try:
        history = History.from_json(json.dumps(document))
    except (TypeError, ValueError, RecursionError) as error:
        raise HistoryError(f"this is no history that asl_engine saved: {error}") from None
    reasons = () if history[-1].type in TERMINAL else (still_running(history[-1].type),)
    return Reading(history, reasons, exact_times=True, identified=True)


# ---------------------------------------------------------------- pages and events


def _pages(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        return [document]
    if isinstance(document, list) and document and all(isinstance(page, dict) for page in document):
        return [{"events": document}] if "events" not in document[0] else document
    raise HistoryError('this is no history: it is {"events": […]}, as `aws stepfunctions get-execution-history` prints it')


def _events_of(page: dict[str, Any]) -> list[dict[str, Any]]:
    events = page.get("events")
    if not isinstance(events, list):
        hint = ": a describe-map-run document tells of a Map Run, not of an execution" if "mapRunArn" in page else ""
        raise HistoryError(f'this is no history: it has no list of "events"{hint}')
    for event in events:
        if not isinstance(event, dict) or type(event.get("id")) is not int or not isinstance(event.get("type"), str):
            raise HistoryError(f'this is no history: {event!r:.80} is no event; an event has an "id" and a "type"')
        if type(event.get("previousEventId", 0)) is not int:
            raise HistoryError(f"this is no history: the previousEventId of event {event['id']} is no number")
    return events


def _merged(events: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """In the order of their ids: pages may come twice, or in reverse order."""
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        if found.setdefault(event["id"], event) != event:
            mixed = f"it is of two executions: there are two different events with the id {event['id']}"
            return sorted(found.values(), key=lambda event: int(event["id"])), [mixed]
    if not found:
        raise HistoryError("this history has no events")
    reasons = []
    missing = next((id for id in range(1, len(found) + 1) if id not in found), None)
    if missing is not None:
        reasons.append(f"it is cut off: event {missing} is missing, but there are events up to {max(found)}")
    return [found[id] for id in sorted(found)], reasons


def details_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """The members of the one …EventDetails object, with values where AWS has JSON text."""
    member = next((value for name, value in event.items() if name.endswith("EventDetails") and isinstance(value, dict)), {})
    found: dict[str, Any] = {}
    for name, value in member.items():
        if name in _TEXTS:
            found[name] = _value(value)
        elif name == "assignedVariables" and isinstance(value, dict):
            found[name] = {variable: _value(text) for variable, text in value.items()}
        elif not (name.endswith("Details") and isinstance(value, dict)):
            found[name] = value
    return found


def _value(text: Any) -> Json:
    """JSON text as its value; what is no JSON text stays as it is."""
    if not isinstance(text, str):
        return text  # type: ignore[no-any-return]
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return text


def _record(event: Mapping[str, Any], details: dict[str, Any], branch: str) -> Record:
    type = event["type"]
    head = (type, event.get("previousEventId", 0), _instant(event), branch)
    if type.endswith("StateEntered"):
        return (*head, str(details.get("name")), details.get("input"))
    if type.endswith("StateExited"):
        return (*head, str(details.get("name")), details.get("output"), details.get("assignedVariables"), None)
    return (*head, details)


def _instant(event: Mapping[str, Any]) -> int:
    """Microseconds since 1970."""
    stamp = event.get("timestamp")
    try:
        if isinstance(stamp, datetime):
            return microseconds_of(stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC))
        if isinstance(stamp, str):
            moment = datetime.fromisoformat(stamp)
            return microseconds_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if isinstance(stamp, (int, float)) and not isinstance(stamp, bool):
            datetime.fromtimestamp(stamp, UTC)
            return round(stamp * 1_000_000)
    except (ValueError, OverflowError, OSError):
        pass
    raise HistoryError(f"this is no history: the timestamp of event {event['id']} is {stamp!r}; it is ISO-8601 or epoch seconds")


# ---------------------------------------------------------------- what is wrong with it


def _oddities(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        if event["type"] == "ExecutionRedriven":
            yield f"it was redriven (event {event['id']}): what was done again has no visit of its own"
        for name, value in event.items():
            if name.endswith("EventDetails") and isinstance(value, dict):
                yield from _cut_off(event, value)
    if events[0]["type"] != "ExecutionStarted":
        yield f"it is cut off: it begins with {events[0]['type']} instead of ExecutionStarted"
    elif "input" not in details_of(events[0]):
        yield "it has no data: it was read with includeExecutionData false"
    if not any(event["type"] in TERMINAL for event in events):
        yield still_running(events[-1]["type"])
    elif events[-1]["type"] == "ExecutionAborted":
        yield STOPPED


def _cut_off(event: Mapping[str, Any], details: Mapping[str, Any]) -> Iterator[str]:
    for name, flags in details.items():
        if name.endswith("Details") and isinstance(flags, dict) and flags.get("truncated") is True:
            yield f"AWS cut off the {name.removesuffix('Details')} of event {event['id']} ({event['type']})"


def _identity(pages: list[dict[str, Any]], lines: list[Any]) -> tuple[str, str]:
    """ARNs of the execution and its machine, "" where nothing tells."""
    told = {name: page[name] for page in pages for name in ("executionArn", "stateMachineArn") if isinstance(page.get(name), str)}
    arn, machine = told.get("executionArn", ""), told.get("stateMachineArn", "")
    if not machine and arn:
        head, _, tail = arn.replace(":express:", ":execution:").partition(":execution:")
        machine = f"{head}:stateMachine:{tail.partition(':')[0]}"
    if not machine:
        runs = [str(details["mapRunArn"]) for _, _, type, details in lines if type == "MapRunStarted" and "mapRunArn" in details]
        if runs and ":mapRun:" in runs[0]:
            head, _, tail = runs[0].partition(":mapRun:")
            machine = f"{head}:stateMachine:{tail.partition('/')[0]}"
    return arn, machine
