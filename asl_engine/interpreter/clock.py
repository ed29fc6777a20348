"""The execution's time. The only module, besides `workers`, that may know the wall's.

The scheduler asks a clock what time it is and lets it wait; a virtual clock jumps exactly to the next instant at
which something happens, so that thirty minutes of waiting cost nothing.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from asl_engine.errors import LimitExceeded

LAST_YEAR = 9000
FASTEST = 1_000_000_000
DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)


@runtime_checkable
class Clock(Protocol):
    """Time as a parameter. `now()` is an aware UTC datetime and never runs backwards."""

    def now(self) -> datetime: ...

    def wait_until(self, when: datetime | None) -> None:
        """Returns at `when`, or earlier when woken. None: until woken."""
        ...


def utc(moment: datetime) -> datetime:
    """An aware datetime in UTC; a naive one is taken as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def begin(start: datetime) -> datetime:
    """Where a clock starts; raises `LimitExceeded` so late that a long execution would run past what a datetime holds."""
    moment = utc(start)
    if moment.year >= LAST_YEAR:
        raise LimitExceeded(f"a clock starts before the year {LAST_YEAR}, not in {moment.year}")
    return moment


class VirtualClock:
    """Moves only when nothing else can, and then exactly to the next deadline. Starts at 2026-01-01T00:00:00Z."""

    __slots__ = ("_now",)

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        self._now = start if start is DEFAULT_START else begin(start)

    def now(self) -> datetime:
        return self._now

    def wait_until(self, when: datetime | None) -> None:
        if when is not None and when > self._now:
            self._now = when


class ScaledClock:
    """`ScaledClock(60)` runs sixty virtual seconds in one of the wall's. `deliver` and finished tasks wake it."""

    def __init__(self, factor: float, start: datetime | None = None) -> None:
        if not 0 < factor <= FASTEST:
            raise LimitExceeded(f"a clock runs forward: its factor is positive and at most {FASTEST:,}, not {factor}")
        self.factor = factor
        self._origin = begin(start) if start is not None else datetime.now(UTC)
        self._monotonic = time.monotonic()
        self._woken = threading.Event()

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=(time.monotonic() - self._monotonic) * self.factor)

    def wait_until(self, when: datetime | None) -> None:
        if when is None:
            self._woken.wait()
        else:
            left = (when - self.now()).total_seconds() / self.factor
            if left > 0:
                self._woken.wait(left)
        self._woken.clear()

    def wake(self) -> None:
        """Ends a running or the next `wait_until`; may be called from any thread."""
        self._woken.set()


class WallClock(ScaledClock):
    """Real time."""

    def __init__(self) -> None:
        super().__init__(1.0)
