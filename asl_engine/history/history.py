"""The single source of truth: what happened in one execution, in the order it happened.

While an execution runs, an event is one tuple, `Record`, that refers to values and never copies or prints them;
`Event`s and AWS's texts are made when somebody looks. Ids are the records' positions, counted from 1. Only the
interpreter appends, and nobody writes to a record once it stands here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, TypeVar

from asl_engine.errors import AslError, LimitExceeded
from asl_engine.history.events import Event
from asl_engine.values import Json

Record: TypeAlias = "tuple[Any, ...]"
"""(type, previous, instant, branch, *rest): rest is (name, input) for …StateEntered, (name, output, assigned, told) for
…StateExited, and (details, told) or nothing for all others. Instants are microseconds since 1970."""

Kind = TypeVar("Kind")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FORMAT_VERSION = 1


class Identified(Protocol):
    """Who an execution is."""

    @property
    def type(self) -> str: ...

    @property
    def execution_arn(self) -> str: ...

    @property
    def execution_name(self) -> str: ...

    @property
    def state_machine_arn(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Saved:
    """Who the execution of a saved history was."""

    type: str
    execution_arn: str
    execution_name: str
    state_machine_arn: str


class HistoryError(AslError):
    """A saved history cannot be read."""


class History:
    """The events of one execution. Iterate it, index it from 0, take its `len`."""

    __slots__ = ("identity", "records")

    def __init__(self, records: list[Record], identity: Identified) -> None:
        self.records = records
        self.identity = identity

    @property
    def execution_arn(self) -> str:
        return self.identity.execution_arn

    @property
    def execution_name(self) -> str:
        return self.identity.execution_name

    @property
    def state_machine_arn(self) -> str:
        return self.identity.state_machine_arn

    @property
    def type(self) -> str:
        """STANDARD or EXPRESS."""
        return self.identity.type

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Event:
        position = range(len(self.records))[index]
        return event_of(position + 1, self.records[position])

    def __iter__(self) -> Iterator[Event]:
        for id, record in enumerate(self.records, 1):
            yield event_of(id, record)

    @property
    def path(self) -> list[str]:
        """The top-level states in the order they were entered."""
        return [record[4] for record in self.records if not record[3] and record[0].endswith("StateEntered")]

    @property
    def started_at(self) -> datetime:
        return instant(self.records[0][2])

    @property
    def elapsed(self) -> timedelta:
        """Virtual time from the first event to the last."""
        return timedelta(microseconds=self.records[-1][2] - self.records[0][2])

    def to_json(self) -> str:
        """Canonical text (sorted keys, one event a line): equal histories have equal texts."""
        encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
        head = {
            "executionArn": self.execution_arn,
            "executionName": self.execution_name,
            "formatVersion": FORMAT_VERSION,
            "stateMachineArn": self.state_machine_arn,
            "type": self.type,
        }
        try:
            # The last events first: where each state nests the output of the one before, what is too deep is found before all else is written.
            lines = [encode(_event_json(self[index])) for index in range(len(self) - 1, -1, -1)]
        except RecursionError:
            raise too_deep() from None
        return encode(head)[:-1] + ',"events":[\n' + ",\n".join(reversed(lines)) + "\n]}"

    @classmethod
    def from_json(cls, text: str) -> History:
        """Reads what `to_json` wrote. Raises `HistoryError` for anything else."""
        try:
            document = json.loads(text)
            if document["formatVersion"] != FORMAT_VERSION:
                raise HistoryError(f"this history has format version {document['formatVersion']}; {FORMAT_VERSION} is understood")
            records = [_record(event) for event in document["events"]]
            who = Saved(*(_checked(document[name], str) for name in ("type", "executionArn", "executionName", "stateMachineArn")))
            if not records:
                raise ValueError("it has no events")
            return cls(records, who)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise HistoryError(f"this is no history that asl_engine saved: {type(error).__name__}: {error}") from None


def too_deep() -> LimitExceeded:
    return LimitExceeded("a value of this history is nested too deeply to be written as JSON text: deeper than Python's recursion limit")


@lru_cache(maxsize=1024)
def instant(microseconds: int) -> datetime:
    """An aware UTC datetime, exactly."""
    return EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(moment: datetime) -> int:
    """The exact inverse of `instant`."""
    return (moment - EPOCH) // _MICROSECOND


def event_of(id: int, record: Record) -> Event:
    kind = record[0]
    details: Mapping[str, Json] = {}
    told: Mapping[str, Json] = {}
    if kind.endswith("StateEntered"):
        details = {"name": record[4], "input": record[5]}
    elif kind.endswith("StateExited"):
        details = {"name": record[4], "output": record[5]}
        if record[6]:
            details = {**details, "assignedVariables": record[6]}
        told = record[7] or {}
    elif len(record) > 4:
        details = record[4] or {}
        told = record[5] if len(record) > 5 and record[5] else {}
    return Event(id, record[1], kind, instant(record[2]), record[3], details, told)


def _event_json(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"id": event.id, "previous": event.previous, "type": event.type, "at": microseconds_of(event.at), "details": event.details}
    if event.branch:
        found["branch"] = event.branch
    if event.told:
        found["told"] = event.told
    return found


def _record(event: dict[str, Any]) -> Record:
    event = _checked(event, dict)
    kind, details, told = _checked(event["type"], str), _checked(event["details"], dict), event.get("told")
    head = (kind, _checked(event["previous"], int), _checked(event["at"], int), _checked(event.get("branch", ""), str))
    instant(head[2])
    if told is not None:
        _checked(told, dict)
    if kind.endswith("StateEntered"):
        return (*head, _checked(details["name"], str), details["input"])
    if kind.endswith("StateExited"):
        assigned = details.get("assignedVariables")
        return (*head, _checked(details["name"], str), details["output"], assigned if assigned is None else _checked(assigned, dict), told)
    return (*head, details, told)


def _checked(value: Any, kind: type[Kind]) -> Kind:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.60} stands where a {kind.__name__} is expected")
    return value
