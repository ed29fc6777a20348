"""The library's pictures of integers and dates, with its slips mended: `dates` is made of them.

It divides large numbers in floating point, asks the wall clock for what a date lacks, loses the value its messages name,
and leaves through whatever Python raises. Source of the rules: XPath F&O 9.8; jsonata.js 2.0.6, datetime.js.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from asl_engine.expressions.jsonata.repairs import MESSAGES, DateTimeUtils, JException


class PictureFault(Exception):
    """A picture of a date or an integer that cannot be used: `code` and `value` as JSONata has them."""

    def __init__(self, code: str, value: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


_PICTURE_FAULTS: Final = tuple((MESSAGES[code].partition("{{")[0], code) for code in ("D3130", "D3131", "D3132", "D3133", "D3134", "D3135", "D3136"))


def _pictured(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except JException as error:
        raise PictureFault(error.error, error.current) from None
    except KeyError as error:
        raise PictureFault("D3132", error.args[0]) from None
    except IndexError:
        raise PictureFault("D3132", "") from None
    except RuntimeError as error:
        code = next((code for start, code in _PICTURE_FAULTS if str(error).startswith(start)), None)
        if code is None:
            raise
        raise PictureFault(code) from None


def format_integer(value: int, picture: str) -> str:
    """`$formatInteger`. Raises `PictureFault`."""
    if abs(value) >= _EXACT_WORDS and picture[:1] in ("w", "W"):
        return _large_words(value, picture)
    try:
        return str(_pictured(lambda: DateTimeUtils.format_integer(value, picture)))
    except PictureFault as fault:
        raise PictureFault(fault.code, picture.rpartition(";")[0] or picture) from None


_TRILLION: Final = 10**12
_EXACT_WORDS: Final = 10**15
"""The library divides in floating point, which is exact below this."""


def _large_words(value: int, picture: str) -> str:
    """More than a thousand trillions: those of the front, then the library's words of one trillion and the rest without its one."""
    cardinal = picture.partition(";")[0]
    front, rest = divmod(abs(value), _TRILLION)
    tail = format_integer(_TRILLION + rest, picture)[len(format_integer(1, cardinal)) :]
    return ("-" if value < 0 else "") + format_integer(front, cardinal) + tail


def parse_integer(text: str, picture: str) -> int | None:
    """`$parseInteger`; None for a text the picture cannot read. Raises `PictureFault`."""
    format_integer(1, picture)  # whatever is wrong with the picture is found here
    try:
        return DateTimeUtils.parse_integer(text, picture)  # type: ignore[no-any-return]
    except (ValueError, LookupError, TypeError, AttributeError):
        leading = re.match(r"\s*[-+]?[0-9]+", text) if any(char in "0123456789" for char in picture) else None
        return None if leading is None else int(leading.group())  # as JavaScript's parseInt reads "12 and more"


def format_datetime(moment: datetime, picture: str, shift: timedelta) -> str:
    """`$fromMillis`: an instant in UTC, shown in a zone so far east. Raises `PictureFault`, or OverflowError past the year 9999."""
    minutes = abs(shift) // timedelta(minutes=1) * (1 if shift >= timedelta() else -1)
    hours, rest = math.trunc(minutes / 60), int(math.fmod(minutes, 60))
    local = moment + shift

    def shown() -> str:
        parts = DateTimeUtils._analyse_datetime_picture(picture).parts
        return "".join(part.value if part.type == "literal" else DateTimeUtils._format_component(local, part, hours, rest) for part in parts)

    try:
        return str(_pictured(shown))
    except PictureFault as fault:
        raise _named(fault, picture) from None


_NAMED: Final = re.compile(r"\[\s*([^YMDdFWwXxHhPmsfZzCE\]]|[^MFx\]](?=[Nn])|[CE])")


def _named(fault: PictureFault, picture: str) -> PictureFault:
    """The library forgets which component it was that has no names."""
    found = _NAMED.search(picture)
    return PictureFault(fault.code, found.group(1)) if fault.code == "D3133" and found is not None else fault


def date_components(text: str, picture: str) -> dict[str, int] | None:
    """What a date's text says by a picture: component letter -> number. None where it does not match. Raises `PictureFault`."""
    try:
        matcher = _pictured(lambda: DateTimeUtils._generate_regex(DateTimeUtils._analyse_datetime_picture(picture)))
    except PictureFault as fault:
        raise _named(fault, picture) from None
    found = re.match("".join(f"({part.regex})" for part in matcher.parts) + r"\Z", text, re.IGNORECASE)
    if found is None:
        return None
    components: dict[str, int] = {}
    for part, piece in zip(matcher.parts, found.groups(), strict=False):
        with suppress(NotImplementedError):
            components[part.component] = part.parse(piece)
    return components
