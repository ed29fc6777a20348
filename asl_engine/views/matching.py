"""Whether two values are the same but for what every execution makes up anew: UUIDs, task tokens, names, instants.

A text that one side generated stands for a text of the other side, always for the same one, and only for one that
nobody handed in: what came from the input or from a task must come back as it was. So a name that is drawn twice is
no difference, and one that is drawn instead of read is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asl_engine.values import MISSING, Json, Missing, Pointer, same_json
from asl_engine.views.comparing import ROOT, Divergence

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
_AFTER_ID = "(?<=event id #)"
_ENTERED = rf"{_AFTER_ID}\d+"
_UNFILLED = r"\$\{[^{}$]+\}"
_MADE_UP = {_UUID: _UUID, _INSTANT: _INSTANT, _ENTERED: r"\d+", _UNFILLED: ".*"}
MOST_WILD = 4
"""Texts of any length that may stand in one text: each more multiplies the ways to read it."""
MILLISECONDS = 1e12
"""Smaller numbers are no instants."""


@dataclass(slots=True)
class Matching:
    """What is known to correspond. `known` maps texts of ours to texts of theirs and grows while values are compared."""

    known: dict[str, str] = field(default_factory=dict)
    generated: tuple[str, ...] = ()
    """Texts of ours that may stand for any one text of theirs: names and ARNs nobody recorded."""
    given: str = ""
    """Everything that was handed in on their side, as JSON text."""
    slack: timedelta = timedelta(0)
    """How far two instants may lie apart."""

    def divergence(self, ours: Json | Missing, theirs: Json | Missing, at: Pointer = ROOT) -> Divergence | None:
        """The first place at which the values differ; theirs is what is expected."""
        if isinstance(ours, dict) and isinstance(theirs, dict):
            for key in [*theirs, *(key for key in ours if key not in theirs)]:
                if key not in ours and self._known_key(key, ours) is None:
                    return Divergence(at / key, theirs.get(key, MISSING), MISSING)
                mine = key if key in ours else self._known_key(key, ours)
                if key not in theirs and self.known.get(key) not in theirs:
                    return Divergence(at / key, MISSING, ours[key])
                if key in theirs and mine is not None and (found := self.divergence(ours[mine], theirs[key], at / key)):
                    return found
            return None
        if isinstance(ours, list) and isinstance(theirs, list):
            for index in range(max(len(ours), len(theirs))):
                mine_, theirs_ = (values[index] if index < len(values) else MISSING for values in (ours, theirs))
                if found := self.divergence(mine_, theirs_, at / index):
                    return found
            return None
        return None if self._same(ours, theirs) else Divergence(at, theirs, ours)

    def _known_key(self, key: str, ours: Mapping[str, Json]) -> str | None:
        """A key of ours that stands for one of theirs."""
        return next((mine for mine in ours if self.known.get(mine) == key), None)

    def _same(self, ours: Json | Missing, theirs: Json | Missing) -> bool:
        if isinstance(ours, Missing) or isinstance(theirs, Missing):
            return ours is theirs
        if isinstance(ours, str) and isinstance(theirs, str):
            return ours == theirs or self._same_text(ours, theirs)
        if self.slack and _is_instant(ours) and _is_instant(theirs):
            return abs(float(ours) - float(theirs)) <= self.slack / timedelta(milliseconds=1)  # type: ignore[arg-type]
        return same_json(ours, theirs)

    def _same_text(self, ours: str, theirs: str) -> bool:
        names = [re.escape(name) for name in sorted({*self.known, *self.generated}, key=len, reverse=True)]
        made_up = re.compile("|".join([*names, *_MADE_UP]))
        pieces = [(found.start(), found.end(), found[0]) for found in made_up.finditer(ours)]
        if not pieces or sum(text in self.generated or text.startswith("${") for _, _, text in pieces) > MOST_WILD:
            return False
        pattern, last = "", 0
        for start, end, text in pieces:
            pattern += re.escape(ours[last:start]) + self._pattern(text)
            last = end
        whole = re.fullmatch(pattern + re.escape(ours[last:]), theirs, re.DOTALL)
        if whole is None:
            return False
        counterparts = list(zip((text for _, _, text in pieces), whole.groups(), strict=True))
        if not all(self._stands_for(text, other) for text, other in counterparts):
            return False
        self.known |= {text: other for text, other in counterparts if text != other and re.fullmatch(f"{_INSTANT}|\\d+|{_UNFILLED}", text) is None}
        return True

    def _pattern(self, text: str) -> str:
        if text in self.known:
            return f"({re.escape(self.known[text])})"
        if text in self.generated:
            return "(.+)"
        kind = next(kind for kind in _MADE_UP if re.fullmatch(kind.replace(_AFTER_ID, ""), text))
        return f"({re.escape(text)}|{_MADE_UP[kind]})"

    def _stands_for(self, ours: str, theirs: str) -> bool:
        if ours == theirs or self.known.get(ours) == theirs:
            return True
        if re.fullmatch(_INSTANT, ours):
            return abs(datetime.fromisoformat(ours) - datetime.fromisoformat(theirs)) <= self.slack
        if re.fullmatch(rf"\d+|{_UNFILLED}", ours):
            return True
        return theirs not in self.given and ours not in self.given and theirs not in self.known.values()


def _is_instant(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > MILLISECONDS
