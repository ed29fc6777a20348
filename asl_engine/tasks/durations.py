"""Lengths of time as people write them: "3s", "2d", "1h30m", "PT5M", 0.5.

Source: the short forms are ours; the ISO-8601 form is "PnDTnHnMnS" (weeks and days allowed, months and years are no
fixed length and refused).
"""

from __future__ import annotations

import math
import re
from datetime import timedelta

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SHORT = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+")
_SHORT_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


class DurationError(ValueError):
    """The text or number is no length of time. `str()` says what would be one."""


def duration(value: timedelta | float | str) -> timedelta:
    """A non-negative timedelta. Numbers are seconds. Raises `DurationError`."""
    found = _read(value)
    if found is None or found < timedelta(0):
        raise DurationError(f'{value!r} is no duration; write seconds as a number, or "3s", "500ms", "1h30m", "2d", "PT5M"')
    return found


def _read(value: timedelta | float | str) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, str):
            return _read_text(value.strip())
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        return timedelta(seconds=value)
    except OverflowError:
        return None


def _read_text(text: str) -> timedelta | None:
    if _SHORT.fullmatch(text):
        return sum((timedelta(seconds=float(number) * _UNITS[unit]) for number, unit in _SHORT_PART.findall(text)), timedelta(0))
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()) and not text.endswith("T"):
        weeks, days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return None
