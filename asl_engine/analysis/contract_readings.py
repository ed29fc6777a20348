"""Which fields of a definition read which parts of its input and of its tasks' results, and how surely.

A part is *required* if every execution that ends reads it first; what is read on some
ways only is *read*, and what somebody first asks to be there is *optional*. Failures nobody catches are left out of
account: a task may end any execution. Built on `provenance`, so it may know too little, never too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from asl_engine.analysis.graph import ArcKind, graph_of
from asl_engine.analysis.needs import Inside, Need, Step
from asl_engine.analysis.provenance import DEEPEST, INPUT, Reading, Source, Value
from asl_engine.analysis.provenance_states import Walk
from asl_engine.analysis.structure.outline import Outline, outline_of
from asl_engine.analysis.structure.wording import elements_of, is_jsonata, members_of, text_of
from asl_engine.syntax.reading import Where, pointer_of, steps_of
from asl_engine.values import Json, Pointer

_DECIDING = re.compile(r"\?|\b(?:and|or|function)\b|~>")
"""What in a JSONata expression may leave a part of it unread."""
_SURE_FIELDS = frozenset({"Parameters", "Arguments", "InputPath", "ItemsPath", "Items", "Choices", "OutputPath", "Output", "Assign"})
MOST_DOMINATED = 600
"""States of one container up to which it is asked whether every way leads through one; beyond it nothing is required."""
Part = tuple[Step, ...]
Wanted = tuple[Source, Part]


class How(IntEnum):
    """How surely a part is read."""

    OPTIONAL = 0
    READ = 1
    REQUIRED = 2


@dataclass(slots=True)
class Wish:
    """What is asked of one part."""

    how: How
    fields: list[Pointer] = field(default_factory=list)
    """The fields that read it, in the order of the definition."""
    constants: list[Json] = field(default_factory=list)
    """What it is compared with."""


@dataclass(slots=True)
class Wishes:
    """Everything a definition asks of others."""

    outline: Outline
    parts: dict[Wanted, Wish] = field(default_factory=dict)
    left_out: dict[Wanted, list[str]] = field(default_factory=dict)
    """Parts some state puts into its data: the states from which they come unput, and so from the input."""


def wishes_of(machine: Json) -> Wishes:
    walk = Walk()
    needs = walk.of_machine(machine)
    found = Wishes(outline_of(machine))
    sure = _sure_states(machine, found.outline)
    order = {pointer: place for place, pointer in enumerate(found.outline.states)}
    for reading in _deepest(walk):
        pointer = pointer_of(reading.where)
        state = state_of(pointer, found.outline)
        if state is None or state not in found.outline.reached:
            continue
        how = How.READ
        if reading.asks == "presence" or _asked_for(needs.get(reading.source, Need()), reading.path):
            how = How.OPTIONAL
        elif state in sure and _surely_read(reading.where, state, found.outline.states[state]):
            how = How.REQUIRED
        wish = found.parts.setdefault((reading.source, reading.path), Wish(how))
        wish.how = max(wish.how, how)
        if pointer not in wish.fields:
            wish.fields.append(pointer)
        wish.constants += [constant for constant in walk.ledger.readings[reading] if constant not in wish.constants]
    for wish in found.parts.values():
        wish.fields.sort(key=lambda pointer: order[state_of(pointer, found.outline) or Pointer("")])
    found.left_out = dict(_left_out(walk, found))
    return found


def state_of(pointer: Pointer, outline: Outline) -> Pointer | None:
    """The innermost state around a place."""
    while pointer and pointer not in outline.states:
        pointer = pointer.parent
    return pointer or None


def _deepest(walk: Walk) -> Iterator[Reading]:
    """Readings, without those that are only steps on the way of another one of the same field."""
    on_the_way = set()
    for reading in walk.ledger.readings:
        for length in range(len(reading.path)):
            on_the_way.add((reading.source, reading.path[:length], reading.where))
    for reading in walk.ledger.readings:
        if reading.path and (reading.source, reading.path, reading.where) not in on_the_way:
            yield reading


def _asked_for(need: Need, path: Part) -> bool:
    """Whether somebody asks for the presence of a part, or of what it is in."""
    for step in path:
        inner = need.element if step is Inside.ELEMENT else need.text if step is Inside.TEXT else need.members.get(str(step))
        if inner is None:
            return False
        if inner.optional:
            return True
        need = inner
    return False


def _surely_read(where: Where, state: Pointer, fields: Mapping[str, Json]) -> bool:
    """Whether a field, and all of its expression, is read on every visit of its state."""
    steps = steps_of(where)[len(state.tokens) :]
    if not steps or steps[0] not in _SURE_FIELDS:
        return False
    # Of the rules of a Choice only the first is always tested, of And and Or only the first part.
    if any(isinstance(step, int) and step for step, before in zip(steps[1:], steps, strict=False) if before in ("Choices", "And", "Or")):
        return False
    if steps[0] == "Choices" and "Assign" in steps:
        return False
    written = _at(fields, steps)
    return not is_jsonata(written) or _DECIDING.search(str(written)) is None


def _at(fields: Json | Mapping[str, Json], steps: tuple[str | int, ...]) -> Json:
    value: Json = dict(fields) if isinstance(fields, Mapping) else fields
    for step in steps:
        if isinstance(step, int):
            value = elements_of(value)[step] if step < len(elements_of(value)) else None
        else:
            value = members_of(value).get(step)
    return value


def _sure_states(machine: Json, outline: Outline) -> set[Pointer]:
    """States that every execution enters before it ends, if no task fails uncaught."""
    leads: dict[Pointer, list[Pointer]] = {}
    for arc in graph_of(machine).arcs:
        if arc.kind not in (ArcKind.BRANCH, ArcKind.ITERATION):
            leads.setdefault(arc.source, []).append(arc.target)
    inside: dict[Pointer, list[Pointer]] = {}
    for pointer in outline.states:
        inside.setdefault(outline.container(pointer), []).append(pointer)
    sure: set[Pointer] = set()
    for container, states in inside.items():
        holder = outline.holders.get(container)
        # An iteration may have no items.
        if len(states) > MOST_DOMINATED or (holder is not None and (holder not in sure or container.tokens[-2] != "Branches")):
            continue
        start = container / "States" / (text_of(outline.owners[container].get("StartAt")) or "")
        sure |= {state for state in states if state in outline.reached and not _ends_without(state, start, leads, outline)}
    return sure


def _ends_without(state: Pointer, start: Pointer, leads: Mapping[Pointer, list[Pointer]], outline: Outline) -> bool:
    """Whether a container can be left without entering a state."""
    waiting, seen = [start], {state}
    while waiting:
        here = waiting.pop()
        if here in seen or here not in outline.states:
            continue
        seen.add(here)
        fields = outline.states[here]
        if fields.get("End") is True or not leads.get(here):
            return True
        waiting += leads[here]
    return False


def _left_out(walk: Walk, wishes: Wishes) -> Iterator[tuple[Wanted, list[str]]]:
    """Parts of the input that stand where some state puts a result: from which states they come without it."""
    put = {place for value in walk.ways.values() for place in _put_places(value)}
    for (source, part), wish in wishes.parts.items():
        if source != INPUT or not any(place and part[: len(place)] == place for place in put):
            continue
        readers = {state_of(pointer, wishes.outline) for pointer in wish.fields}
        found = []
        for (where, target), value in walk.ways.items():
            before = pointer_of(where)
            if before.parent / target in readers and (INPUT, part) in value.follow(part).origins:
                found.append(before.tokens[-1])
        yield (source, part), list(dict.fromkeys(found))


def _put_places(value: Value, here: tuple[str, ...] = ()) -> Iterator[Part]:
    """Where a value that comes from the input has got something else."""
    if len(here) > DEEPEST:
        return
    for name, member in value.members.items():
        if isinstance(name, str):
            place = (*here, name)
            if member.origins <= {(INPUT, place)} and (member.origins or member.members):
                yield from _put_places(member, place)
            else:
                yield place
