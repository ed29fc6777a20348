"""Where the data of each state comes from, and so what is asked of the input and of every task's result.

Theory: an abstract run. A value is not known, only its origins: "the member `id` of what Charge answered". States move
such values about as their fields say (ResultPath puts one inside another), branches and loops join them, and whenever a
field reads a value, the reading is written down at its origins. The result is one `Need` for the execution's input, one
for each task's result and one for its failure: what later states read of it, and what they compare it with. What cannot be followed is left out:
this is for making up examples, so it may know too little, but it never claims what is false of every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from asl_engine.analysis.needs import Inside, Need, Step
from asl_engine.syntax.reading import Where
from asl_engine.values import MISSING, Json, Missing

Source: TypeAlias = "tuple[str, str]"
"""("input", ""), ("result", a state's name) or ("error", a state's name)."""
Place: TypeAlias = "tuple[Source, tuple[Step, ...]]"
"""(where it comes from, the way into the value)."""
Key: TypeAlias = "str | int | Inside"

INPUT: Source = ("input", "")
"""What the execution is given."""
DEEPEST = 10
"""Steps that are followed into a value."""
MOST_ROUNDS = 6
"""Visits of one state: joins only grow, and what loops still add after these is not followed."""


def result_of(state: str) -> Source:
    """What a Task's resource answers, or what an ItemReader reads."""
    return "result", state


def error_of(state: str) -> Source:
    """The Error Output of a Task that failed."""
    return "error", state


@dataclass(frozen=True)
class Value:
    """What is known of a value: the places it may come from, and members that were put there since."""

    origins: frozenset[Place] = frozenset()
    members: Mapping[Key, Value] = field(default_factory=dict)

    def step(self, key: Key) -> Value:
        """The member, element or parsed text."""
        if key in self.members:
            return self.members[key]
        if key is Inside.ELEMENT:
            inside = [value for member, value in self.members.items() if not isinstance(member, str)]
            return joined([*inside, Value(self._below(key))])
        if isinstance(key, int):
            return joined([self.members[Inside.ELEMENT]]) if Inside.ELEMENT in self.members else Value(self._below(Inside.ELEMENT))
        return Value(self._below(key))

    def _below(self, step: Step) -> frozenset[Place]:
        return frozenset((source, (*path, step)) for source, path in self.origins if len(path) < DEEPEST)

    def follow(self, keys: tuple[Key, ...]) -> Value:
        value = self
        for key in keys:
            value = value.step(key)
        return value

    def put(self, keys: tuple[Key, ...], value: Value, depth: int = 0) -> Value:
        """This value with another in a place below it, as ResultPath does."""
        if not keys:
            return value
        if depth > DEEPEST:
            return self
        return Value(self.origins, {**self.members, keys[0]: self.step(keys[0]).put(keys[1:], value, depth + 1)})


NOTHING = Value()


def joined(values: list[Value], depth: int = 0) -> Value:
    """What is known if it may be any of these."""
    values = [value for value in values if value != NOTHING]
    if len(values) < 2 or depth > DEEPEST:
        return values[0] if values else NOTHING
    keys = dict.fromkeys(key for value in values for key in value.members)
    members = {key: joined([value.step(key) for value in values], depth + 1) for key in keys}
    return Value(frozenset().union(*(value.origins for value in values)), members)


def made_of(template: Json) -> Value:
    """A constant: reading it asks nothing of anybody."""
    if isinstance(template, dict):
        return Value(members={name: made_of(member) for name, member in template.items()})
    if isinstance(template, list):
        return Value(members={index: made_of(element) for index, element in enumerate(template)})
    return NOTHING


class Reading(NamedTuple):
    """One field that reads something of a source."""

    source: Source
    path: tuple[Step, ...]
    where: Where
    """The way to the field: (((None, "States"), "Pay"), "InputPath")."""
    asks: str
    """"value", or "presence": only whether it is there."""


class Ledger:
    """What was read, by source, and by which fields."""

    def __init__(self) -> None:
        self.sources: dict[Source, Need] = {}
        self.where: Where = None
        """The field that is being read; who reads sets it first."""
        self.readings: dict[Reading, list[Json]] = {}
        """Every reading, in the order of the run, and the constants the field compares the value with."""

    def of(self, source: Source) -> Need:
        return self.sources.setdefault(source, Need())

    def needs(self, value: Value) -> Iterator[Need]:
        """The needs of everything this value may come from; asking for them makes it wanted."""
        for source, path in sorted(value.origins, key=lambda place: (place[0], [str(step) for step in place[1]])):
            yield self.of(source).at(path)

    def note(self, value: Value, asks: str, constant: Json | Missing = MISSING) -> None:
        for source, path in value.origins:
            constants = self.readings.setdefault(Reading(source, path, self.where, asks), [])
            if not isinstance(constant, Missing) and constant not in constants:
                constants.append(constant)

    def read(self, value: Value, *kinds: str, examples: list[Json] | None = None, constant: Json | Missing = MISSING) -> Value:
        """Writes down that the value is used, as what, and what it is compared with: examples on both sides of the constant."""
        self.note(value, "value", constant)
        for need in self.needs(value):
            need.of_kind(*kinds)
            need.one_of(examples or [])
        return value

    def asked_for(self, value: Value) -> None:
        """Somebody asks whether it is there."""
        self.note(value, "presence")
        for need in self.needs(value):
            need.optional = True

    def compared(self, left: Value, right: Value) -> None:
        for need in list(self.needs(left)):
            for other in list(self.needs(right)):
                need.like(other)
