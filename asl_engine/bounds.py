"""Numbers and lengths of time that are wanted: exactly, or within comparisons such as ">= 2d" or "2..4"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asl_engine.tasks.durations import DurationError, duration

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    "!=": lambda left, right: left != right,
    "==": lambda left, right: left == right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
}
_COMPARISON = re.compile(r"\s*(>=|<=|!=|==|>|<)?\s*(.+?)\s*")


@dataclass(frozen=True, slots=True)
class Bound:
    """A number or a length of time that is wanted: exactly, or within comparisons."""

    text: str
    """As written: "3", ">= 2d", "> 1, <= 4", "2..4"."""
    tests: tuple[tuple[str, Any], ...]

    def holds(self, value: float | timedelta) -> bool:
        return all(_OPERATORS[operator](value, wanted) for operator, wanted in self.tests)

    def wants_more_than(self, value: float | timedelta) -> bool:
        """Whether something is missing rather than too much."""
        return any(operator in (">=", ">", "==") and not _OPERATORS[operator](value, wanted) and value <= wanted for operator, wanted in self.tests)


def count(value: Any) -> Bound:
    """Of things: whole numbers from 0. Raises `ValueError`."""
    return _bound(value, _whole, 'no number to compare with; write 3, ">= 3", "> 1, <= 4" or "2..4"')


def number(value: Any) -> Bound:
    """Of any number. Raises `ValueError`."""
    return _bound(value, _number, 'no number to compare with; write 3, ">= 0.5", "> 1, <= 4" or "-1..1"')


def span(value: Any) -> Bound:
    """Of virtual time. Raises `ValueError`."""
    return _bound(value, _length, 'no duration to compare with; write "3s", ">= 2d", "> 1m, < 1h" or "1m..2m"')


def _bound(value: Any, read: Callable[[Any], Any], what: str) -> Bound:
    if isinstance(value, Bound):
        return value
    text = str(value).strip()
    try:
        if isinstance(value, str) and ".." in text:
            low, _, high = text.partition("..")
            return Bound(text, ((">=", read(low.strip())), ("<=", read(high.strip()))))
        parts = text.split(",") if isinstance(value, str) else [value]
        tests = []
        for part in parts:
            found = _COMPARISON.fullmatch(part) if isinstance(part, str) else None
            tests.append((found[1] or "==", read(found[2])) if found else ("==", read(part)))
        return Bound(text, tuple(tests))
    except (ValueError, TypeError):
        raise ValueError(f"{value!r} is {what}") from None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or (isinstance(value, str) and not value.isdecimal()) or int(value) < 0:
        raise ValueError(value)
    return int(value)


def _number(value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float, str))
        or (isinstance(value, str) and not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value))
    ):
        raise ValueError(value)
    return float(value) if isinstance(value, str) else value


def _length(value: Any) -> timedelta:
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
        return duration(float(value))
    try:
        return duration(value)
    except DurationError as error:
        raise ValueError(str(error)) from None
