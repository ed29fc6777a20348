"""Recordings of executions, from whatever form people have them in: files, pages, boto3's dicts, our own histories."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from asl_engine.errors import InputError
from asl_engine.failures import Failure
from asl_engine.history.aws_reading import STOPPED, Reading, read_history, still_running
from asl_engine.history.execution import Execution, Status
from asl_engine.history.history import History, HistoryError
from asl_engine.program import Program
from asl_engine.source import parse_json
from asl_engine.views.blame import starts

Recording: TypeAlias = "History | Execution | Reading | str | Path | dict[str, Any] | list[Any]"
"""What can be replayed: a history or execution of ours, a file, or parsed JSON such as boto3's response."""
_ENDS = {"ExecutionSucceeded": Status.SUCCEEDED, "ExecutionFailed": Status.FAILED, "ExecutionTimedOut": Status.TIMED_OUT, "ExecutionAborted": Status.ABORTED}


def recording_of(history: Recording, program: Program | None = None) -> tuple[Reading, Execution]:
    """The recording as it was read, and as an execution with its children. Raises `HistoryError`, `InputError`."""
    numbered = starts(program) if program is not None else None
    if isinstance(history, Execution):
        reading = replace(_of_history(history.history), identified=True)
        return reading, history
    if isinstance(history, History):
        reading = _of_history(history)
    elif isinstance(history, Reading):
        reading = history
    else:
        document = read_document(history) if isinstance(history, (str, Path)) else history
        reading = read_history(document, starts=numbered)
        return reading, _execution(reading.history, _children(document, program))
    return reading, _execution(reading.history, {})


def _children(document: Any, program: Program | None) -> dict[str, list[Execution]]:
    """Histories of Map Runs' children that stand in the same document: {"events": […], "children": {mapRunArn: […]}}."""
    children = document.get("children", {}) if isinstance(document, dict) else {}
    if not isinstance(children, dict) or not all(isinstance(run, list) for run in children.values()):
        raise HistoryError('"children" is an object with a list of histories for each Map Run\'s ARN')
    found = {arn: [recording_of(child, program) for child in run] for arn, run in children.items()}
    if reason := next(
        (f"{arn}, child {index}: {reading.reasons[0]}" for arn, run in found.items() for index, (reading, _) in enumerate(run) if reading.reasons), None
    ):
        raise HistoryError(f"a child's history cannot be replayed: {reason}")
    return {arn: [execution for _, execution in run] for arn, run in found.items()}


def read_document(path: str | Path) -> Any:
    """A history's file: one JSON document, or several pages one after the other. Raises `InputError` with the place."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    pages = _pages(text)
    return pages if len(pages) > 1 else parse_json(text, str(path))


def _pages(text: str) -> list[Any]:
    """The documents of a text, as pages saved one after the other leave them; none when it is no such text."""
    decoder, found, position = json.JSONDecoder(), [], 0
    try:
        while position < len(text.rstrip()):
            position += len(text[position:]) - len(text[position:].lstrip())
            page, position = decoder.raw_decode(text, position)
            found.append(page)
    except (ValueError, RecursionError):
        return []
    return found


def _of_history(history: History) -> Reading:
    if not len(history):
        raise HistoryError("this history has no events")
    last = history[-1].type
    reasons = (still_running(last),) if last not in _ENDS else (STOPPED,) if last == "ExecutionAborted" else ()
    return Reading(history, reasons, exact_times=True, identified=True)


def _execution(history: History, children: dict[str, list[Execution]]) -> Execution:
    last = history[-1]
    status = _ENDS.get(last.type, Status.RUNNING)
    error, cause = (value if isinstance(value, str) else None for value in (last.details.get("error"), last.details.get("cause")))
    failure = None if status in (Status.SUCCEEDED, Status.RUNNING) or last.type == "ExecutionTimedOut" else Failure(error, cause)
    return Execution(status, last.details.get("output") if status is Status.SUCCEEDED else None, failure, history, 0, children)


def without_children(recorded: Execution) -> dict[str, str]:
    """What is missing to replay Map Runs whose children are told of elsewhere, by the path of the Map state."""
    found: dict[str, str] = {}
    under_way: dict[str, str] = {}
    for event in recorded.history:
        if event.type.endswith("StateEntered"):
            under_way[event.branch] = f"{event.branch}/{event.state}" if event.branch else str(event.state)
        elif event.type == "MapRunStarted" and str(event.details.get("mapRunArn")) not in recorded.children:
            path = under_way.get(event.branch, "")
            found.setdefault(path, f'the histories of the children of its Map Run "{path}" (event {event.id}) are not here')
    return found
