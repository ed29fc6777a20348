"""What a visit of a state costs and how long it takes at least, by AWS's count; and how people are told.

Events: API reference, GetExecutionHistory; recorded executions. Quotas: developer guide, "Service quotas".
"""

from __future__ import annotations

from collections.abc import Iterable

from asl_engine.linter.rule import StateAt
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json

HISTORY_EVENTS = 25_000
PAYLOAD_BYTES = 262_144
LONGEST_EXECUTION = 31_536_000
"""Seconds a Standard execution may run: a year."""
LONGEST_EXPRESS = 300
"""Seconds an Express execution may run."""
LONGEST_FUNCTION = 900
"""Seconds a Lambda function may run."""
LONGEST_WAY, MOST_NAMES = 9, 6
"""Names of states that one sentence says."""
PRICE_OF_TRANSITION = 0.000025
"""US dollars, Standard, us-east-1."""

_SELDOM = {"Choice": 2, "Wait": 2, "Pass": 2, "Succeed": 2, "Fail": 1}


def events_of(state: StateAt) -> int:
    """How many events one visit without a retry writes at least; states inside a Parallel or Map not counted."""
    if state.type in _SELDOM:
        return _SELDOM[state.type]
    if state.type == "Task":
        # Entered, Scheduled, Started, Succeeded, Exited; a job or callback is Submitted in between.
        return 6 if parse_resource(str(state.value.get("Resource"))).waits else 5
    return 4  # Entered, Started, Succeeded, Exited


def wait_of(state: StateAt) -> int | None:
    """Seconds a Wait waits if the definition says it as a number."""
    return number(state.value.get("Seconds")) if state.type == "Wait" else None


def number(value: Json) -> int | None:
    """A whole number that is written as one."""
    return value if type(value) is int else None


def retry_waits(interval: float, rate: float, attempts: int, longest: float | None) -> float:
    """Seconds between the attempts of one Retrier that is used up, without jitter."""
    total, delay = 0.0, float(interval)
    for count in range(attempts):
        if total > 10 * LONGEST_EXECUTION or count > 10_000:
            return total + (attempts - count) * delay
        total += delay if longest is None else min(delay, longest)
        delay = min(delay * rate, 1e12)
    return total


def duration(seconds: float) -> str:
    """As a person says it: "45 s", "12 min", "37.9 hours", "28.9 days", "more than 1,000 years"."""
    if seconds > 1000 * LONGEST_EXECUTION:
        return "more than 1,000 years"
    for size, name in ((LONGEST_EXECUTION, "years"), (86_400, "days"), (3600, "hours"), (60, "min")):
        if seconds >= 2 * size or (name == "min" and seconds >= 120):
            return f"{_rounded(seconds / size)} {name}"
    return f"{_rounded(seconds)} s"


def _rounded(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def listed(names: Iterable[str], conjunction: str = "and") -> str:
    """ "`A`, `B` and `C`"; of many the first and how many more there are."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > MOST_NAMES:
        return f"{', '.join(quoted[: MOST_NAMES - 1])} {conjunction} {len(quoted) - MOST_NAMES + 1} more"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}" if quoted else ""


def arrows(names: Iterable[str]) -> str:
    """ "A → B → A"; of a long way the beginning and the end."""
    way = list(names)
    return " → ".join(way if len(way) <= LONGEST_WAY else [*way[:4], "…", *way[-3:]])
