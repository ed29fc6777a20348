"""What may be known of a JSON value without running anything: a lattice of shapes.

Theory: a `Shape` is a set of values, told kind by kind: which constants a text may be, which members an object has, which
elements an array. A place that may hold nothing is a shape too, with `absent` set: so "the member `x` may be missing" and "the
member `x` is a number" are one fact. `absent` says on whose word: the definition's (KNOWN), a service model's (MODEL), or
nobody's (OPEN: the data comes from outside). Joining unites sets; everything here is monotone and bounded: constants, members,
elements and depth have stated limits, beyond which a shape is widened to what is certainly true.
A shape knows neither states nor expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntFlag
from functools import reduce
from typing import Final, TypeAlias, TypeVar

from asl_engine.values import Json, json_text

MOST_CONSTANTS = 12
"""Texts or numbers a value may be, before it may be any."""
MOST_SLOTS = 32
"""Elements of an array that are told apart."""
MOST_MEMBERS = 400
MOST_WEIGHT = 4_000
"""Shapes in one, however they are nested; real definitions have hundreds."""
DEEPEST = 10
"""Levels of objects and arrays; loops that wrap their own input end here."""


class Absence(IntFlag):
    """Why there may be nothing."""

    NO = 0
    OPEN = 1
    """Nobody says that it is there: the input, a function's answer, an array of unknown length."""
    KNOWN = 2
    """The definition itself says that it may not be there."""
    MODEL = 4
    """The service's model does not list it."""


class Every(Enum):
    """Any constant of its kind."""

    EVERY = "every"


EVERY: Final = Every.EVERY
Step: TypeAlias = "str | int"
_Constant = TypeVar("_Constant", str, int | float)
Constants: TypeAlias = "frozenset[str] | Every"
Numbers: TypeAlias = "frozenset[int | float] | Every"

_NONE: frozenset[str] = frozenset()
_NO_NUMBER: frozenset[int | float] = frozenset()
_NO_BOOLEAN: frozenset[bool] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """A set of values, and whether there may be none."""

    absent: Absence = Absence.NO
    any: bool = False
    """Beside everything else: a value nothing is known of."""
    null: bool = False
    booleans: frozenset[bool] = _NO_BOOLEAN
    numbers: Numbers = _NO_NUMBER
    strings: Constants = _NONE
    object: Object | None = None
    array: Array | None = None

    @property
    def present(self) -> Shape:
        """The same without the possibility that there is nothing."""
        return replace(self, absent=Absence.NO) if self.absent else self

    @property
    def has_value(self) -> bool:
        """Whether there may be something."""
        return bool(self.any or self.null or self.booleans or self.numbers or self.strings or self.object is not None or self.array is not None)

    @property
    def is_impossible(self) -> bool:
        """Whether nothing at all can stand here: no execution gets that far."""
        return not self.absent and not self.has_value

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types it may have, as `kind_of` names them; all six when anything may stand there."""
        if self.any:
            return ALL_KINDS
        found = {"null": self.null, "boolean": self.booleans, "number": self.numbers, "string": self.strings}
        return frozenset([*(kind for kind, there in found.items() if there), *["object"] * (self.object is not None), *["array"] * (self.array is not None)])

    @property
    def weight(self) -> int:
        """Shapes in it, itself included, counted as often as they occur."""
        return 1 + (self.object.weight if self.object is not None else 0) + (self.array.weight if self.array is not None else 0)

    def member(self, name: str) -> Shape:
        """What stands at `.name`. Only an object has members."""
        found = self._inside()
        if self.object is not None:
            found.append(self.object.members.get(name, self.object.rest))
        if self.null or self.booleans or self.numbers or self.strings or self.array is not None:
            found.append(NOTHING)
        return joined(found)

    def element(self, index: int) -> Shape:
        """What stands at `[index]`. Only an array has elements; one from behind may be any."""
        found = self._inside()
        if self.array is not None:
            items = self.array.items
            if index < 0:
                found += [joined([*items, self.array.rest]).present, replace(IMPOSSIBLE, absent=self.array.rest.absent)]
            else:
                found.append(items[index] if index < len(items) else self.array.rest)
        if self.null or self.booleans or self.numbers or self.strings or self.object is not None:
            found.append(NOTHING)
        return joined(found)

    def _inside(self) -> list[Shape]:
        found = [ANYTHING_OR_NOTHING] if self.any else []
        if self.absent:
            found.append(Shape(self.absent))
        return found

    def step(self, step: Step) -> Shape:
        return self.member(step) if isinstance(step, str) else self.element(step)

    def follow(self, steps: Iterable[Step]) -> Shape:
        return reduce(Shape.step, steps, self)

    def __str__(self) -> str:
        """As a type is written: `{id: "a" | "b", more?: any, …}`; a `?` stands at what may be missing, `…` at an object that may have more."""
        return told(self)

    @property
    def elements(self) -> Shape:
        """One element of the array, whichever; impossible when there is none."""
        inside = joined([*self.array.items, self.array.rest]).present if self.array is not None else IMPOSSIBLE
        return join(inside, ANYTHING) if self.any else inside


@dataclass(frozen=True, slots=True)
class Object:
    members: Mapping[str, Shape] = field(default_factory=dict)
    rest: Shape = field(default_factory=lambda: NOTHING)
    """Any member that is not listed; NOTHING for a closed object."""
    weight: int = field(init=False, repr=False, compare=False)
    """Shapes in it, at every level."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", self.rest.weight + sum([member.weight for member in self.members.values()]))


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Shape, ...] = ()
    """The first elements; one that may be absent marks an array that may be shorter."""
    rest: Shape = field(default_factory=lambda: NOTHING)
    """Any element behind them."""
    weight: int = field(init=False, repr=False, compare=False)
    """Shapes in it, at every level."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", self.rest.weight + sum([item.weight for item in self.items]))


ALL_KINDS = frozenset({"null", "boolean", "number", "string", "array", "object"})
IMPOSSIBLE: Final[Shape] = Shape()
NOTHING: Final[Shape] = Shape(absent=Absence.KNOWN)
UNLISTED: Final[Shape] = Shape(absent=Absence.MODEL)
PERHAPS_NOTHING: Final = Shape(absent=Absence.OPEN)
ANYTHING: Final = Shape(any=True)
ANYTHING_OR_NOTHING: Final = Shape(any=True, absent=Absence.OPEN)
NULL: Final = Shape(null=True)
TEXT: Final = Shape(strings=EVERY)
NUMBER: Final = Shape(numbers=EVERY)
BOOLEAN: Final = Shape(booleans=frozenset({True, False}))
EMPTY_OBJECT: Final = Shape(object=Object())
OPEN_OBJECT: Final = Shape(object=Object({}, ANYTHING_OR_NOTHING))


def object_of(members: Mapping[str, Shape], rest: Shape = NOTHING) -> Shape:
    """An object; closed unless `rest` says what else may be in it. Impossible if a member is."""
    if len(members) > MOST_MEMBERS:
        return OPEN_OBJECT
    return IMPOSSIBLE if any(member.is_impossible for member in members.values()) else lightened(Shape(object=Object(members, rest)))


def array_of(element: Shape) -> Shape:
    """An array of any length; of none if there can be no element."""
    return Shape(array=Array((), replace(element, absent=element.absent | Absence.OPEN) if element.has_value else NOTHING))


def tuple_of(items: Iterable[Shape]) -> Shape:
    """An array of exactly these elements."""
    listed = tuple(items)
    if any(item.is_impossible for item in listed):
        return IMPOSSIBLE
    return lightened(Shape(array=Array(listed))) if len(listed) <= MOST_SLOTS else array_of(joined(listed).present)


def lightened(shape: Shape, most: int = MOST_WEIGHT) -> Shape:
    """The same, if it is not too heavy; else its heavier members and elements may be anything."""
    if shape.weight <= most:
        return shape
    object, array = shape.object, shape.array
    if object is not None:
        share = most // (2 * len(object.members) + 2)
        object = Object({name: _if_light(member, share) for name, member in object.members.items()}, _if_light(object.rest, share))
    if array is not None:
        share = most // (2 * len(array.items) + 2)
        array = Array(tuple(_if_light(item, share) for item in array.items), _if_light(array.rest, share))
    return replace(shape, object=object, array=array)


def _if_light(part: Shape, share: int) -> Shape:
    return part if part.weight <= share else replace(ANYTHING, absent=part.absent)


def shape_of(value: Json, depth: int = 0) -> Shape:
    """The shape that has this value alone, as far as the limits go."""
    match value:
        case None:
            return NULL
        case bool():
            return Shape(booleans=frozenset({value}))
        case int() | float():
            return Shape(numbers=frozenset({value}))
        case str():
            return Shape(strings=frozenset({value}))
        case _ if depth >= DEEPEST:
            return ANYTHING
        case list():
            return tuple_of([shape_of(item, depth + 1) for item in value])
        case dict():
            return object_of({name: shape_of(member, depth + 1) for name, member in value.items()})


def joined(shapes: Iterable[Shape]) -> Shape:
    return reduce(join, shapes, IMPOSSIBLE)


def join(left: Shape, right: Shape) -> Shape:
    """What it is if it may be either. Returns `left` itself when `right` adds nothing, so that a fixpoint is seen."""
    if left is right or right is IMPOSSIBLE:
        return left
    if left is IMPOSSIBLE:
        return right
    strings = _united(left.strings, right.strings)
    numbers = _united(left.numbers, right.numbers)
    booleans = left.booleans if right.booleans <= left.booleans else left.booleans | right.booleans
    object, array = _objects(left.object, right.object), _arrays(left.array, right.array)
    absent = left.absent if left.absent is right.absent else left.absent | right.absent
    known, null = left.any or right.any, left.null or right.null
    if known:
        object = None if object is not None and _says_nothing(Shape(object=object)) else object
        array = None if array is not None and _says_nothing(Shape(array=array)) else array
    if (
        (strings is left.strings and numbers is left.numbers and booleans is left.booleans)
        and (object is left.object and array is left.array)
        and (absent == left.absent and known is left.any and null is left.null)
    ):
        return left
    return Shape(absent, known, null, booleans, numbers, strings, object, array)


def _says_nothing(shape: Shape) -> bool:
    """Whether it adds nothing beside a value nobody knows: nothing in it is known to be missing. Loops settle sooner without it."""
    if shape.absent is not Absence.NO and shape.absent is not Absence.OPEN:
        return False
    object, array = shape.object, shape.array
    if object is not None and not (_says_nothing(object.rest) and all(map(_says_nothing, object.members.values()))):
        return False
    return array is None or (_says_nothing(array.rest) and all(map(_says_nothing, array.items)))


def _united(left: frozenset[_Constant] | Every, right: frozenset[_Constant] | Every) -> frozenset[_Constant] | Every:
    if left is EVERY or right is EVERY:
        return EVERY
    if right <= left:
        return left
    both = left | right
    return both if len(both) <= MOST_CONSTANTS else EVERY


def _objects(left: Object | None, right: Object | None) -> Object | None:
    if left is None or right is None or left is right:
        return left if right is None or left is right else right
    rest = join(left.rest, right.rest)
    members: dict[str, Shape] = {}
    for name in (*left.members, *(name for name in right.members if name not in left.members)):
        mine, other = left.members.get(name, left.rest), right.members.get(name, right.rest)
        if mine is other and mine is not left.rest:
            members[name] = mine
            continue
        member = join(mine, other)
        # What is known of it is what is known of any member: unlisted it says the same, and loops settle sooner.
        if member is not rest and not (member.object is None and member.array is None and member == rest):
            members[name] = member
    if rest is left.rest and members.keys() == left.members.keys() and all(members[name] is left.members[name] for name in members):
        return left
    return Object(members, rest) if len(members) <= MOST_MEMBERS else Object({}, ANYTHING_OR_NOTHING)


def _arrays(left: Array | None, right: Array | None) -> Array | None:
    if left is None or right is None or left is right:
        return left if right is None or left is right else right
    size = max(len(left.items), len(right.items))
    items = tuple(join(left.items[at] if at < len(left.items) else left.rest, right.items[at] if at < len(right.items) else right.rest) for at in range(size))
    rest = join(left.rest, right.rest)
    if rest is left.rest and size == len(left.items) and all(items[at] is left.items[at] for at in range(size)):
        return left
    return Array(items, rest)


def of_kinds(shape: Shape, kinds: frozenset[str]) -> Shape:
    """Those of its values that have one of these JSON types."""
    known = Shape(
        Absence.NO,
        False,
        shape.null and "null" in kinds,
        shape.booleans if "boolean" in kinds else _NO_BOOLEAN,
        shape.numbers if "number" in kinds else _NO_NUMBER,
        shape.strings if "string" in kinds else _NONE,
        shape.object if "object" in kinds else None,
        shape.array if "array" in kinds else None,
    )
    return joined([known, *(_OF_KIND[kind] for kind in sorted(kinds))]) if shape.any and kinds != ALL_KINDS else replace(known, any=shape.any)


_OF_KIND: dict[str, Shape] = {
    "null": NULL,
    "boolean": BOOLEAN,
    "number": NUMBER,
    "string": TEXT,
    "object": OPEN_OBJECT,
    "array": Shape(array=Array((), ANYTHING_OR_NOTHING)),
}
KIND: Mapping[str, Shape] = _OF_KIND
"""JSON type -> any value of it."""


MOST_TOLD = 8


def told(shape: Shape, levels: int = 4) -> str:
    """A shape in one line, to so many levels."""
    found = ["any"] * shape.any + ["null"] * shape.null
    found += [json_text(value) for value in sorted(shape.booleans)] if len(shape.booleans) == 1 else ["boolean"] * bool(shape.booleans)
    found += ["number"] if shape.numbers is EVERY else [json_text(value) for value in sorted(shape.numbers)]
    found += ["string"] if shape.strings is EVERY else [json_text(value) for value in sorted(shape.strings)]
    if shape.object is not None:
        found.append(_told_object(shape.object, levels))
    if shape.array is not None:
        items = [told(item, levels - 1) + "?" * bool(item.absent) for item in shape.array.items[:MOST_TOLD]]
        rest = [told(shape.array.rest.present, levels - 1) + " …"] if shape.array.rest.has_value else []
        found.append(f"[{', '.join([*items, *rest])}]" if levels else "[…]")
    return " | ".join(found) or ("nothing" if shape.absent else "impossible")


def _told_object(object: Object, levels: int) -> str:
    if not levels:
        return "{…}"
    members = [f"{name}{'?' * bool(member.absent)}: {told(member, levels - 1)}" for name, member in object.members.items() if member.has_value]
    more = ["…"] if object.rest.has_value or len(members) > MOST_TOLD else []
    return f"{{{', '.join([*members[:MOST_TOLD], *more])}}}"
