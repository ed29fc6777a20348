"""Whether two executions of one story mean the same value: what each makes up for itself may differ.

Both sides were played here, from one seed and one start. So what they make up differs only when one drew, waited or
entered something more: a UUID or token stands for one of the other side, always for the same; an instant stands for
the instant at which the other side was at the same place; an event's id says nothing; a state's name in a cause AWS
writes is its new name. What the story handed in must come back as it was. Numbers that were drawn are compared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from asl_engine.history.history import microseconds_of
from asl_engine.values import MISSING, Json, Missing, same_json
from asl_engine.views.behaviour.alignment import Aligned
from asl_engine.views.comparing import ROOT, Divergence

_UUID = r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_INSTANT = r"(?P<instant>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)"
_EVENT = r"(?P<event>(?<=event id #)\d+)"
_STATE = r"(?P<state>(?:(?<=[Tt]he state ')|(?<=state/task '))[^']*(?='))"
_MADE_UP = re.compile("|".join([_UUID, _INSTANT, _EVENT, _STATE]))
MOST_COUNTED = 100
"""Differences inside one value; more are told as so many or more."""
MILLISECOND = 1000
SECOND = 1_000_000
EARLIEST = 1e9
"""Smaller numbers are no instants, neither in seconds nor in milliseconds."""


@dataclass
class Correspondence:
    """What stands for what. Grows while values are compared, so compare in causal order."""

    renamed: Mapping[str, str]
    aligned: Aligned
    given: Callable[[], str]
    """Everything the story hands in, as text; asked for only when a made-up text differs."""
    forth: dict[str, str] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)

    def divergences(self, old: Json | Missing, new: Json | Missing) -> list[Divergence]:
        """The places at which the new value is not the old one's counterpart, in order, `MOST_COUNTED` at most."""
        found: list[Divergence] = []
        waiting = [(old, new, ROOT)]  # a stack of its own: values may be nested more deeply than Python calls
        while waiting and len(found) < MOST_COUNTED:
            left, right, at = waiting.pop()
            if isinstance(left, dict) and isinstance(right, dict):
                keys = [*left, *(key for key in right if key not in left)]
                waiting += [(left.get(key, MISSING), right.get(key, MISSING), at / key) for key in reversed(keys)]
            elif isinstance(left, list) and isinstance(right, list):
                waiting += [(_element(left, index), _element(right, index), at / index) for index in reversed(range(max(len(left), len(right))))]
            elif not self._same(left, right):
                found.append(Divergence(at, left, right))
        return found

    def same_text(self, old: str | None, new: str | None) -> bool:
        return old == new or (old is not None and new is not None and self._same_text(old, new))

    def _same(self, old: Json | Missing, new: Json | Missing) -> bool:
        if isinstance(old, Missing) or isinstance(new, Missing):
            return old is new
        if isinstance(old, str) and isinstance(new, str):
            return self.same_text(old, new)
        return same_json(old, new) or (_is_instant(old) and _is_instant(new) and self._numbers_correspond(old, new))

    def _numbers_correspond(self, old: Json, new: Json) -> bool:
        assert isinstance(old, (int, float)) and isinstance(new, (int, float))
        return any((int(old * scale) // MILLISECOND, int(new * scale) // MILLISECOND) in self._instants for scale in (MILLISECOND, SECOND))

    def _same_text(self, old: str, new: str) -> bool:
        theirs, ours = list(_pieces(old)), list(_pieces(new))
        if [kind or text for kind, text in theirs] != [kind or text for kind, text in ours]:
            return False
        pairs = [(kind, left, right) for (kind, left), (_, right) in zip(theirs, ours, strict=True) if kind and left != right]
        if not all(self._stand_for_each_other(*pair) for pair in pairs):
            return False
        for kind, left, right in pairs:
            if kind == "uuid":
                self.forth[left], self.back[right] = right, left
        return True

    def _stand_for_each_other(self, kind: str, old: str, new: str) -> bool:
        match kind:
            case "uuid":
                known = (self.forth.get(old), self.back.get(new))
                return known == (new, old) or (known == (None, None) and old not in self._given and new not in self._given)
            case "instant":
                return (_milliseconds(old), _milliseconds(new)) in self._instants
            case "state":
                return self.renamed.get(old, old) == new
            case _:
                return True

    @cached_property
    def _given(self) -> str:
        return self.given()

    @cached_property
    def _instants(self) -> set[tuple[int, int]]:
        """Instants of both sides that are the same place of the story, in milliseconds since 1970."""
        return set(self._same_places())

    def _same_places(self) -> Iterator[tuple[int, int]]:
        starts = self.aligned.started
        for old, new in self.aligned.pairs:
            yield _counted(starts, old.entered, new.entered)
            if old.left is not None and new.left is not None:
                yield _counted(starts, old.left, new.left)
            for left, right in zip(old.attempts, new.attempts, strict=False):
                yield _counted(starts, left.at, right.at)


def _element(values: list[Json], index: int) -> Json | Missing:
    return values[index] if index < len(values) else MISSING


def _counted(starts: tuple[datetime, datetime], old: timedelta, new: timedelta) -> tuple[int, int]:
    left, right = (microseconds_of(start + moment) // MILLISECOND for start, moment in zip(starts, (old, new), strict=True))
    return left, right


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of what is made up, ("", text) of what stands between."""
    last = 0
    for found in _MADE_UP.finditer(text):
        yield "", text[last : found.start()]
        yield str(found.lastgroup), found[0]
        last = found.end()
    yield "", text[last:]


def _milliseconds(text: str) -> int | None:
    try:
        return microseconds_of(datetime.fromisoformat(text)) // MILLISECOND
    except ValueError:
        return None


def _is_instant(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and EARLIEST < value < 1e14
