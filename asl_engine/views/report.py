"""A suite's results as plain data: what crosses from a process, and what every format is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from asl_engine.values import Json
from asl_engine.views.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario as it was played."""

    id: str
    name: str
    file: str
    location: str
    """file:line:column"""
    passed: bool
    seconds: float
    """Of the wall's time."""
    status: str | None
    """The execution's; None if it could not begin."""
    explanation: str
    """Why it failed, several lines; "" if it passed without warnings."""
    reproduce: str
    fault: str | None = None
    mismatches: tuple[dict[str, Json], ...] = ()
    """{"what", "expected", "actual", "pointer", "event", "location"}"""
    warnings: tuple[str, ...] = ()
    snapshot: dict[str, Json] | None = None
    """What `--update` writes, if the scenario has a snapshot that differs."""
    coverage: Coverage | None = None
    """What it did of its definition, if that was asked for."""

    @property
    def place(self) -> str:
        """Of the expectation that failed first, or of the scenario."""
        first = self.mismatches[0]["location"] if self.mismatches else None
        return first if isinstance(first, str) and first else self.location


@dataclass(frozen=True, slots=True)
class Report:
    """All results, in the order played."""

    results: tuple[Result, ...]
    seconds: float
    deselected: int = 0
    updated: tuple[str, ...] = field(default=())
    """Files whose snapshots were written."""

    @property
    def failed(self) -> list[Result]:
        return [result for result in self.results if not result.passed]
