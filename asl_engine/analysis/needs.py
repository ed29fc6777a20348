"""What a machine asks of data it is given: which members it reads, what it compares them with, what types it expects.

A `Need` is such a wish list for one value, a tree along its members and elements. `provenance` fills them, one for the
execution's input and one for every task's result; whoever makes up data (strategies, exploration) reads them. This
module knows neither states nor expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

from asl_engine.values import Json, canonical_text, json_text

_OF_TYPE: dict[str, tuple[Json, ...]] = {
    "IsNull": (None,),
    "IsNumeric": (0, "0"),
    "IsString": ("text", 0),
    "IsBoolean": (True, "true"),
    "IsTimestamp": ("2026-01-01T00:00:00Z", "2026-01-01"),
}


class Inside(Enum):
    """Steps into a value that are no member's name."""

    ELEMENT = "element"
    """Any element of an array."""
    TEXT = "text"
    """The value a text says in JSON."""


Step: TypeAlias = str | Inside
OTHER = "other"
A_TEXT = "a"
SIMPLEST_OF_KIND: dict[str, Json] = {
    "number": 0,
    "seconds": 0,
    "boolean": False,
    "timestamp": "2026-01-01T00:00:00Z",
    "base64": "YQ==",
    "object": {},
    "array": [],
}
DEEPEST = 12
"""Levels of data that are made up."""
MOST_VARIANTS = 8
MOST_VALUES = 40
"""Constants kept for one value; a table of hundreds of Choice rules needs no hundreds of examples."""


@dataclass(eq=False)
class Need:
    """What is asked of one value."""

    members: dict[str, Need] = field(default_factory=dict)
    element: Need | None = None
    text: Need | None = None
    """Of the value the text says, when it is parsed as JSON."""
    kinds: list[str] = field(default_factory=list)
    """Types it is used as, the first use first: string, number, boolean, timestamp, array, object, seconds (a whole number of them)."""
    values: list[Json] = field(default_factory=list)
    """Constants it is compared with, and their neighbours, in the order of the definition."""
    optional: bool = False
    """Whether somebody asks if it is there."""
    alike: list[Need] = field(default_factory=list)
    """What it is compared with that is no constant."""

    def at(self, path: Iterable[Step]) -> Need:
        """The need of what stands there; asking makes the members on the way wanted."""
        need = self
        for step in path:
            if step is Inside.ELEMENT:
                need.element = need.element or Need()
                need = need.element
            elif step is Inside.TEXT:
                need.text = need.text or Need()
                need = need.text
            else:
                need = need.members.setdefault(str(step), Need())
        return need

    def of_kind(self, *kinds: str) -> None:
        self.kinds += [kind for kind in kinds if kind not in self.kinds]

    def one_of(self, values: Iterable[Json]) -> None:
        known = {canonical_text(value) for value in self.values}
        for value in values:
            if canonical_text(value) not in known and len(self.values) < MOST_VALUES:
                known.add(canonical_text(value))
                self.values.append(value)
        if OTHER in self.values:  # stays behind the constants: examples shrink towards the first
            self.values.remove(OTHER)
            self.values.append(OTHER)

    def like(self, other: Need) -> None:
        if other is not self and other not in self.alike:
            self.alike.append(other)
            other.alike.append(self)


def examples(operator: str, operand: Json) -> Iterator[Json]:
    """Values on both sides of a comparison: the constant itself, and its neighbours.

    `operator` is a comparison of the States Language ("NumericLessThan", "StringMatches", "IsPresent").
    """
    if operator == "StringMatches" and isinstance(operand, str):
        yield from matching(operand)
    elif operator.startswith("Is"):
        yield from _OF_TYPE.get(operator, ())
    elif operator.startswith("Timestamp") and isinstance(operand, str):
        yield from around_instant(operand)
    elif operator.endswith("Equals") and isinstance(operand, str) and "Than" not in operator:
        yield from equal_or_not(operand)
    else:
        yield from around(operand)


def equal_or_not(constant: Json) -> Iterator[Json]:
    """A constant and, if it is a text, one text that stands for all others: more would only make the constant rarer."""
    if isinstance(constant, str):
        yield from (constant, OTHER)
    else:
        yield from around(constant)


def around(constant: Json) -> Iterator[Json]:
    """A constant and what lies next to it on either side, in its order."""
    yield constant
    match constant:
        case bool():
            yield not constant
        case int() | float():
            yield from (constant + 1, constant - 1)
        case str():
            yield from (constant + "x", constant[:-1]) if constant else ("x",)


def around_instant(text: str) -> Iterator[Json]:
    yield text
    try:
        instant = datetime.fromisoformat(text)
        for neighbour in (instant + timedelta(seconds=1), instant - timedelta(seconds=1)):
            yield neighbour.isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return


def matching(pattern: str) -> Iterator[Json]:
    """Texts that fit a StringMatches pattern, and one that does not. A `*` is any text, `\\*` the character itself."""
    for filling in ("", "x", "a-b"):
        text, escaped = "", False
        for character in pattern:
            if escaped or character not in "*\\":
                text, escaped = text + character, False
            elif character == "\\":
                escaped = True
            else:
                text += filling
        yield text
    yield "x" + pattern.replace("*", "").replace("\\", "")[1:] + "x"


def simplest(need: Need, depth: int = 0) -> Json:
    """The simplest value that has what is asked of it: no elements, no optional members, the first constants."""
    if depth > DEEPEST:
        return A_TEXT
    if need.text is not None and not need.members:
        return json_text(simplest(need.text, depth + 1))
    if need.element is not None or ("array" in need.kinds and need.members):
        return []
    if need.members:
        return {name: simplest(member, depth + 1) for name, member in need.members.items() if not member.optional}
    if need.values:
        return need.values[0]
    return SIMPLEST_OF_KIND.get(need.kinds[0], A_TEXT) if need.kinds else A_TEXT


def variants(need: Need) -> list[Json]:
    """The simplest value, with every constant somebody compares a part of it with, one at a time; the simplest itself last."""
    found: list[Json] = []
    simple = simplest(need)
    for place, leaf in _leaves(need):
        found += [_replaced(simple, place, value) for value in leaf.values[1:]]
    return [*found[:MOST_VARIANTS], simple]


def _leaves(need: Need, here: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Need]]:
    if len(here) > DEEPEST or need.element is not None or need.text is not None:
        return
    if not need.members:
        yield here, need
    for name, member in need.members.items():
        if not member.optional:
            yield from _leaves(member, (*here, name))


def _replaced(value: Json, place: tuple[str, ...], other: Json) -> Json:
    """An object with another value in a place that exists."""
    if not place or not isinstance(value, dict):
        return other
    return {**value, place[0]: _replaced(value[place[0]], place[1:], other)}
