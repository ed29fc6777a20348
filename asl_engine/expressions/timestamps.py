"""Timestamps as the States Language writes them: RFC 3339 with an upper-case T and an upper-case Z or an offset.

Spec, "Timestamps". `datetime.fromisoformat` accepts far more and keeps only microseconds, so the text is read here.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

NOT_A_TIMESTAMP = "String does not match RFC3339 timestamp"

_TIMESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,100}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def parse_timestamp(text: str) -> int | Fraction | None:
    """Microseconds since 1970-01-01T00:00:00Z, exact (a Fraction when the text is finer); None for anything else."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    fraction, sign = found[7], found[8]
    try:
        at = datetime(*map(int, found.group(1, 2, 3, 4, 5, 6)), tzinfo=timezone.utc)  # type: ignore[misc, arg-type]  # noqa: UP017
    except ValueError:
        return None
    microseconds: int | Fraction = (at - _EPOCH) // _MICROSECOND
    if sign:
        hours, minutes = int(found[9]), int(found[10])
        if hours > 23 or minutes > 59:
            return None
        microseconds -= int(f"{sign}1") * (hours * 60 + minutes) * 60_000_000
    if fraction and len(fraction) <= 6:
        microseconds += int(fraction.ljust(6, "0"))
    elif fraction:
        # Imported here: hardly any text is finer than a microsecond.
        from fractions import Fraction

        share = Fraction(int(fraction) * 1_000_000, 10 ** len(fraction))
        microseconds += share.numerator if share.denominator == 1 else share
    return microseconds
