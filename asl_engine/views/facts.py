"""What one execution shows, read once and only as far as somebody asks: visits, transitions, calls, variables.

Everything is computed from the history, so that a saved one gives the same answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from asl_engine.history.execution import Execution, Status
from asl_engine.values import Json, Missing
from asl_engine.views.transitions import Transition, transitions
from asl_engine.views.visits import Attempt, Visit, every_visit

_ITERATION = re.compile(r"\[\d+\](?=/|$)")


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt of a Task state."""

    state: str
    path: str
    """ "Fan[0]/Pay" """
    resource: str
    arguments: Json
    id: int
    """Of the event it was scheduled with."""


class Facts:
    """The facts of one execution."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution

    @cached_property
    def visits(self) -> list[Visit]:
        """All, at any depth, in the order entered."""
        return every_visit(self.execution)

    @cached_property
    def top(self) -> list[Visit]:
        return [visit for visit in self.visits if not visit.container]

    @cached_property
    def transitions(self) -> list[Transition]:
        return transitions(self.visits)

    @cached_property
    def calls(self) -> list[Call]:
        return [
            Call(visit.name, visit.path, attempt.resource, attempt.arguments, attempt.id)
            for visit in self.visits
            for attempt in visit.attempts
            if not isinstance(attempt.arguments, Missing)
        ]

    @cached_property
    def variables(self) -> dict[str, Json]:
        """The machine's own variables at the end. Those of branches and iterations end with them."""
        found: dict[str, Json] = {}
        for visit in self.top:
            found |= visit.assigned
        return found

    @cached_property
    def retries(self) -> dict[str, int]:
        """By state name; states that were never retried are not in it."""
        found: dict[str, int] = {}
        for visit in self.visits:
            if retried := sum(attempt.retry > 0 for attempt in visit.attempts):
                found[visit.name] = found.get(visit.name, 0) + retried
        return found

    @property
    def end(self) -> int:
        """Id of the last event."""
        return len(self.execution.history)

    def visits_of(self, named: str) -> list[Visit]:
        """By name at any depth, or by path: "Fan[2]/Pay" for one branch or iteration, "Fan/Pay" for all."""
        if "/" in named:
            return [visit for visit in self.visits if spells(named, visit.path)]
        return [visit for visit in self.visits if visit.name == named]

    def calls_of(self, resource: str) -> list[Call]:
        return [call for call in self.calls if names_resource(resource, call.resource)]

    def failure(self, visit: Visit) -> Attempt | None:
        """The last attempt, if it failed."""
        return visit.attempts[-1] if visit.attempts and visit.attempts[-1].failed else None

    @property
    def ended(self) -> bool:
        return self.execution.status is not Status.RUNNING


def spells(named: str, path: str) -> bool:
    """Whether a written path means this one: the number of each branch and iteration may be left out."""
    if named == path:
        return True
    written, walked = named.split("/"), path.split("/")
    return len(written) == len(walked) and all(said in (part, _ITERATION.sub("", part)) for said, part in zip(written, walked, strict=True))


def names_resource(written: str, arn: str) -> bool:
    """Whether `written` names a resource: its ARN, a pattern with * and ?, or its end from a ":" on ("dynamodb:putItem")."""
    if "*" in written or "?" in written:
        return _glob(written).fullmatch(arn) is not None
    return arn == written or arn.endswith(f":{written}")


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile("(?:.*:)?" + "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def span_text(length: timedelta) -> str:
    """A duration as people write it in files, exactly: "2d3h", "1m30s", "250ms"; "0s" for none."""
    total = length // timedelta(microseconds=1)
    parts = []
    for unit, size in (("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)):
        count, total = divmod(total, size)
        if count:
            parts.append(f"{count}{unit}")
    if total:
        parts.append(f"{total / 1000:g}ms")
    return "".join(parts) or "0s"
