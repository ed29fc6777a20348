"""Reading shapes through JSONPath: paths, payload templates, intrinsic functions, and what is learned from a read.

A path that finds nothing fails its state for good (States.Runtime is caught by nobody), so whatever comes after a read knows
that something was there. `Ground` is that knowledge, shared by all fields of one state; a `Reader` is one field's view of
it: what `$` is there. Spec, "Paths", "Payload Template", "Intrinsic Functions". Knows no state types.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from asl_engine.analysis.dataflow import intrinsics
from asl_engine.analysis.dataflow.facts import Fault, Place, Problem, Read, Root, Visit
from asl_engine.analysis.dataflow.places import with_presence
from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    ANYTHING_OR_NOTHING,
    DEEPEST,
    IMPOSSIBLE,
    NOTHING,
    NULL,
    OPEN_OBJECT,
    PERHAPS_NOTHING,
    Shape,
    Step,
    array_of,
    join,
    object_of,
    shape_of,
    tuple_of,
)
from asl_engine.analysis.provenance_states import keys_of
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.intrinsics import Argument, Call, Literal, Text, is_intrinsic, parse_intrinsic
from asl_engine.expressions.jsonpath import Path, is_opaque, parse_path
from asl_engine.values import Json, Pointer


@dataclass(slots=True)
class Ground:
    """What is known while one state is looked at, field by field."""

    state: Pointer
    raw: Shape
    """The state's raw input."""
    variables: dict[str, Shape]
    context: Shape
    visit: Visit
    learn: Callable[[Shape, tuple[Step, ...]], Shape] = with_presence
    """What a successful read of steps teaches of what they start from; the query languages differ."""
    dead: bool = False
    """Whether a field fails whatever the data: nobody leaves this state unless it is caught."""

    def note(self, read: Read) -> Shape:
        """Writes a read down and learns from it; gives what was found. A certain miss is the end of this state."""
        self.visit.reads.append(read)
        found = read.found
        if found.has_value and found.absent and read.needed:
            if read.place.root is Root.INPUT:
                self.raw = self.learn(self.raw, read.place.steps)
            elif read.place.root is Root.VARIABLE:
                self.variables[read.place.name] = self.learn(self.variables.get(read.place.name, found), read.place.steps).present
        if not found.has_value:
            self.dead = self.dead or (read.needed and read.certainly_missing and _by_definition(found))
            return ANYTHING
        return found.present

    def want(self, pointer: Pointer, value: Shape, *kinds: str, read: Read | None = None, detail: str = "") -> Shape:
        """Checks that a value may be of one of these JSON types, and gives the part of it that is."""
        wrong = value.kinds - frozenset(kinds) if not value.any else frozenset()
        if wrong - {"null"}:
            certain = not (value.kinds & frozenset(kinds))
            self.visit.problems.append(Problem(Fault.KIND, pointer, self.state, certain, read, value, frozenset(kinds), detail))
            self.dead = self.dead or certain
        return value


def _by_definition(found: Shape) -> bool:
    """Whether it is the definition that leaves it out: a service's model may be older than the service."""
    return found.absent.name == "KNOWN"


class Reader:
    """What the fields of a state see as `$`."""

    def __init__(self, ground: Ground, base: Place, data: Shape | None = None) -> None:
        self.ground = ground
        self.base = base
        self._data = data
        """None: the part of the raw input that `base` names."""

    @property
    def data(self) -> Shape:
        return self.ground.raw.follow(self.base.steps).present if self._data is None else self._data

    def of_value(self, data: Shape, name: str) -> Reader:
        """A reader for which `$` is some other value."""
        return Reader(self.ground, Place(Root.OTHER, name, ()), data)

    # ---------------------------------------------------------------- paths

    def path(self, text: Json, pointer: Pointer) -> Shape:
        """The value of a path in a field that needs one. What is no path is anything."""
        read = self.look(text, pointer)
        return ANYTHING if read is None else self.ground.note(read)

    def look(self, text: Json, pointer: Pointer) -> Read | None:
        """What a path leads to, without needing it; None when that cannot be said."""
        if not isinstance(text, str) or is_opaque(text):
            return None
        try:
            path = parse_path(text)
        except ExpressionError:
            return None
        owner, place = self._start(path)
        if not path.definite:
            # What it selects is no place of its own: nothing learned of it may be written back.
            selected = Place(Root.OTHER, "what the path selects", ())
            found = self._listing(path, text, owner)
            if _FROM_ARRAYS.search(text) and not _before_selection(owner, path, text):
                return Read(pointer, text, selected, join(found, PERHAPS_NOTHING), owner)
            return Read(pointer, text, selected, found, owner, needed=False)
        if not path.steps and len(text) > len(_root_text(path)):
            if text.endswith(")"):
                return None  # a function
            # Several names at once: an object of those that are there, if there is an object.
            return Read(pointer, text, Place(Root.OTHER, "what the path selects", ()), join(OPEN_OBJECT, PERHAPS_NOTHING), owner)
        return Read(pointer, text, replace(place, steps=(*place.steps, *path.steps)), owner.follow(path.steps), owner)

    def _start(self, path: Path) -> tuple[Shape, Place]:
        if path.root == "context":
            return self.ground.context, Place(Root.OTHER, "the Context object", ())
        if path.variable is not None:
            from_variable = self.ground.variables.get(path.variable)
            return (NOTHING if from_variable is None else from_variable), Place(Root.VARIABLE, path.variable, ())
        return self.data, self.base

    def _listing(self, path: Path, text: str, owner: Shape) -> Shape:
        """An indefinite path gives an array, however little is there."""
        keys = keys_of(_below_root(path, text))
        if ".." in text:
            return array_of(ANYTHING)
        element = owner
        for key in keys:
            element = (element.step(key) if isinstance(key, str | int) else _any_inside(element)).present
        return array_of(element if element.has_value else IMPOSSIBLE)

    # ---------------------------------------------------------------- templates

    def template(self, template: Json, pointer: Pointer, depth: int = 0) -> Shape:
        """What a payload template makes."""
        if depth > DEEPEST:
            return ANYTHING
        if isinstance(template, dict):
            members = {}
            for name, member in template.items():
                computed = name.endswith(".$")
                found = self.value(member, pointer / name) if computed else self.template(member, pointer / name, depth + 1)
                members[name.removesuffix(".$")] = found
            return object_of(members)
        if isinstance(template, list):
            return tuple_of([self.template(element, pointer / index, depth + 1) for index, element in enumerate(template)])
        return literal(template)

    def value(self, written: Json, pointer: Pointer) -> Shape:
        """A path or an intrinsic function call behind a `.$` key. There an index beyond its array gives null, as recorded."""
        if not isinstance(written, str):
            return ANYTHING
        if is_intrinsic(written):
            return self.call(written, pointer)
        read = self.look(written, pointer)
        if read is None:
            return ANYTHING
        if read.found.absent and read.place.steps and isinstance(read.place.steps[-1], int):
            read = replace(read, found=_null_behind(read))
        return self.ground.note(read)

    def call(self, written: str, pointer: Pointer) -> Shape:
        try:
            return self._called(parse_intrinsic(written), written, pointer)
        except ExpressionError:
            return ANYTHING

    def _called(self, call: Call, written: str, pointer: Pointer) -> Shape:
        given = [self._argument(argument, written, pointer) for argument in call.arguments]
        wrong = intrinsics.wrong_arguments(call, given)
        for fault, certain in wrong:
            self.ground.visit.problems.append(Problem(Fault.ARGUMENTS, pointer, self.ground.state, certain, detail=f"{call.name} {fault}"))
            self.ground.dead = self.ground.dead or certain
        return intrinsics.result_of(call, given)

    def _argument(self, argument: Argument, written: str, pointer: Pointer) -> Shape:
        match argument:
            case Call():
                return self._called(argument, written, pointer)
            case Path():
                return self.path(argument.text, pointer)
            case Literal(value):
                return shape_of(value)
            case Text(raw):
                return intrinsics.text_of(raw)


def literal(value: Json) -> Shape:
    """A scalar as written; a text with a placeholder may turn out to be anything."""
    return ANYTHING if isinstance(value, str) and is_opaque(value) else shape_of(value)


def written_value(value: Json) -> Shape:
    """A JSON value as written, unfilled placeholders in it being anything."""
    if isinstance(value, dict):
        return object_of({name: written_value(member) for name, member in value.items()})
    if isinstance(value, list):
        return tuple_of([written_value(element) for element in value])
    return literal(value)


def _null_behind(read: Read) -> Shape:
    parent = read.owner
    steps = read.place.steps
    for step in steps[len(steps) - _own(read) : -1]:
        parent = parent.step(step)
    if parent.array is None or (parent.kinds - {"array"} and not parent.any):
        return read.found
    return replace(join(read.found, NULL), absent=parent.absent | (ANYTHING_OR_NOTHING.absent if parent.any else parent.absent))


def _own(read: Read) -> int:
    """How many of a place's steps the path itself has."""
    return len(parse_path(read.text).steps)


_FROM_ARRAYS = re.compile(r"\[\s*-?\d*\s*[:,]")
"""Slices and lists of indexes, which fail on what is no array."""


def _before_selection(owner: Shape, path: Path, text: str) -> bool:
    """Whether it is certain that a slice is applied to an array."""
    for key in keys_of(_below_root(path, text)):
        if not isinstance(key, str | int):
            return owner.kinds == {"array"} and not owner.absent
        owner = owner.step(key)
    return False


def _any_inside(shape: Shape) -> Shape:
    """What `[*]` selects below a value, whichever."""
    found = shape.elements
    if shape.object is not None:
        for member in (*shape.object.members.values(), shape.object.rest):
            found = join(found, member.present)
    return found


def _root_text(path: Path) -> str:
    return "$$" if path.root == "context" else f"${path.variable or ''}"


def _below_root(path: Path, text: str) -> str:
    return "$" + text[len(_root_text(path)) :]
