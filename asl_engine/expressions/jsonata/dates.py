"""JSONata's functions of dates, and of integers in words or letters. Source: jsonata.js 2.0.6, datetime.js; XPath F&O 9.8.

The pictures are read by the library; what a date lacks comes from the execution's clock, never the wall's.
Every function takes the `Run` first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from asl_engine.expressions.jsonata import library_pictures as pictures
from asl_engine.expressions.jsonata.runtime import SAFE_INTEGER, InternalFault, JsonataError, Run, Value
from asl_engine.values import MISSING

_ISO: Final = re.compile(r"(\d{4})(?:-([01]\d))?(?:-([0-3]\d))?(?:T([0-2]\d):([0-5]\d):([0-5]\d))?(?:\.(\d+))?([+-][0-2]\d:?[0-5]\d|Z)?", re.ASCII)
ISO_PICTURE: Final = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

_DATE_LETTERS: Final = frozenset("YXMxWwdD")
_TIME_LETTERS: Final = frozenset("PHhmsf")


def now(run: Run, picture: Value = MISSING, zone: Value = MISSING) -> Value:
    return from_millis(run, millis(run), picture, zone)


def millis(run: Run) -> Value:
    return (run.world.now - _EPOCH) // _MILLISECOND


def from_millis(run: Run, value: Value, picture: Value = MISSING, zone: Value = MISSING) -> Value:
    """An instant by a picture, ISO 8601 without one, in a zone given as `-0500`. Years 1 to 9999."""
    if value is MISSING:
        return MISSING
    if not math.isfinite(value):
        raise InternalFault
    try:
        moment = _EPOCH + math.trunc(value) * _MILLISECOND
        return _faultless(lambda: pictures.format_datetime(moment, ISO_PICTURE if picture is MISSING else picture, _shift(zone)))
    except OverflowError:
        raise InternalFault from None


def _shift(zone: Value) -> timedelta:
    if zone is MISSING:
        return timedelta()
    hours, minutes = divmod(abs(int(zone)), 100)
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone.startswith("-") else 1)


def to_millis(run: Run, text: Value, picture: Value = MISSING) -> Value:
    """Milliseconds since 1970; MISSING for a text the picture does not match. Raises D3110 for what is not ISO 8601."""
    if text is MISSING:
        return MISSING
    if picture is MISSING:
        return _iso_millis(text)
    components = _faultless(lambda: pictures.date_components(text, picture))
    if not components:
        return MISSING
    return _moment(components, run.world.now)


def _iso_millis(text: str) -> Value:
    found = _ISO.fullmatch(text)
    if found is None:
        raise JsonataError("D3110", value=text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if not 1 <= int(month or 1) <= 12 or not 1 <= int(day or 1) <= 31 or int(hour or 0) > 24 or int(year) == 0:
        return math.nan  # what JavaScript's Date.parse answers
    clock = timedelta(days=int(day or 1) - 1, hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0))
    start = datetime(int(year), int(month or 1), 1, tzinfo=UTC)  # the 30th of February is the 2nd of March to V8
    value = (start - _EPOCH + clock) // _MILLISECOND + int((fraction or "0")[:3].ljust(3, "0"))
    if zone is not None and zone != "Z":
        offset = int(zone[1:3]) * 60 + int(zone[-2:])
        value += offset * 60_000 * (1 if zone[0] == "-" else -1)
    return value


def _moment(components: dict[str, int], present: datetime) -> Value:
    """The instant that a date's components name. What stands before the first one is of today; what follows the last is least."""
    order, weeks = _date_order(components)
    time = "Phmsf" if not _fits("Hmsf", _TIME_LETTERS, components) and _fits("Phmsf", _TIME_LETTERS, components) else "Hmsf"
    named = ended = False
    for letter in order + time:
        if letter in components:
            if ended:
                raise JsonataError("D3136")
            named = True
        elif named:
            components[letter] = 1 if letter in "MDd" else 0
            ended = True
        else:
            components[letter] = _of_today(present, letter)
    if weeks:
        raise JsonataError("D3136")
    if "P" in time:
        components["H"] = (0 if components["h"] == 12 else components["h"]) + (12 if components.get("P") == 1 else 0)
    if order == "YD":
        value = _utc(components["Y"], 1, components["d"] - 1, components)
    else:
        value = _utc(components["Y"], max(components["M"], 1), components["D"] - 1, components)
    shift = components.get("Z") or components.get("z") or 0
    return value - shift * 60_000


def _date_order(components: dict[str, int]) -> tuple[str, bool]:
    """Which components make the date, and whether they name weeks (which jsonata.js does not read)."""
    if not _fits("YMD", _DATE_LETTERS, components):
        if _fits("Yd", _DATE_LETTERS, components):
            return "YD", False
        for weeks in ("Xxw", "XW"):
            if _fits(weeks, _DATE_LETTERS, components):
                return weeks + "F", True
    return "YMD", False


def _fits(allowed: str, letters: frozenset[str], components: dict[str, int]) -> bool:
    """Whether of these letters some are there, and only allowed ones."""
    present = {letter for letter in letters if components.get(letter)}  # a zero counts as absent, as in jsonata.js
    return bool(present) and present.issubset(allowed)


def _utc(year: int, month: int, days: int, components: dict[str, int]) -> int:
    """JavaScript's Date.UTC: what is too large runs over into the next unit, and a year below 100 is one of the 1900s."""
    year += 1900 if 0 <= year <= 99 else 0
    try:
        start = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
        length = timedelta(days=days, hours=components["H"], minutes=components["m"], seconds=components["s"], milliseconds=components["f"])
        return (start - _EPOCH + length) // _MILLISECOND
    except (ValueError, OverflowError):
        raise InternalFault from None


def _of_today(present: datetime, letter: str) -> int:
    parts = {"Y": present.year, "X": present.isocalendar().year, "M": present.month, "D": present.day, "d": present.timetuple().tm_yday}
    times = {"H": present.hour, "h": present.hour % 12 or 12, "m": present.minute, "s": present.second, "f": present.microsecond // 1000}
    return (parts | times | {"P": int(present.hour >= 12), "F": present.isoweekday(), "W": present.isocalendar().week}).get(letter, 1)


def format_integer(run: Run, value: Value, picture: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    if not math.isfinite(value):
        raise InternalFault
    return _faultless(lambda: pictures.format_integer(_shortest(math.floor(value)), "" if picture is MISSING else picture))


def _shortest(value: int) -> int:
    """A whole number with no more digits than tell its double from the next."""
    return value if abs(value) < SAFE_INTEGER else int(Decimal(repr(float(value))))


def parse_integer(run: Run, text: Value, picture: Value = MISSING) -> Value:
    """NaN, which AWS writes as "NaN", for a text the picture cannot read."""
    if text is MISSING:
        return MISSING
    value = _faultless(lambda: pictures.parse_integer(text, "" if picture is MISSING else picture))
    return math.nan if value is None else value


def _faultless(read: Callable[[], Value]) -> Value:
    try:
        return read()
    except pictures.PictureFault as fault:
        raise JsonataError(fault.code, value=fault.value) from None
