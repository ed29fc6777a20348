"""What a JSONata expression works with while it runs: sequences, functions, frames, the bounds of one evaluation, casts.

JSON values are Python's own and are never written to. Three things JSON has not are added: `MISSING` is JSONata's
undefined; a `Sequence` is an array JSONata made itself, which unwraps when it has one member; a `Cons` is an array
written out in a path, which does not flatten. Numbers are IEEE doubles to JSONata; a whole double is kept as an int.

A `Run` is one evaluation: what it may still spend, and the world it may ask (clock, chance). Rules: jsonata.js 2.0.6.
Bounds: AWS, "Transforming data with JSONata", and measurements of TestState; what is ours is said at `Bounds`.
This module knows nothing of expressions' trees, of AWS's texts or of states.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from asl_engine.values import MISSING, json_text

if TYPE_CHECKING:
    from asl_engine.expressions import Scope
    from asl_engine.expressions.jsonata.signature import Signature

Value: TypeAlias = Any
"""JSON, MISSING, a Sequence, a Lambda, a Native or a Matcher."""

SAFE_INTEGER: Final = 2**53
"""Below this every whole number is a double."""

LONG: Final = 2.0**63
"""AWS keeps whole numbers below this as integers and writes larger ones as doubles."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one evaluation may use before it fails. `depth`, `elements` and `characters` are AWS's, as measured: 100
    nested evaluations, 873,782 members of a range, 360,145 of `$range`, 2^22 < n < 2^23 characters. `steps` and
    `memory` are ours: AWS stops at one second and at a memory it does not name, and we may depend on neither.
    """

    depth: int = 100
    elements: int = 873_782
    range_elements: int = 360_145
    padding: int = 262_144
    characters: int = 6_990_256
    steps: int = 1_000_000
    """Items passed through, functions called, members and characters touched (in tens and hundreds)."""
    memory: int = 2**27
    """Bytes of strings (one for a character) and of arrays (eight for a member), all that were ever made added up."""


AWS_BOUNDS: Final = Bounds()


class JsonataError(Exception):
    """An evaluation that fails as JSONata says. `code` names the message; `fields` fill it in (token, value, index ...)."""

    def __init__(self, code: str, **fields: Value) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class BoundReached(Exception):
    """An evaluation that used more than it may. The text is AWS's."""


class InternalFault(Exception):
    """What AWS reports as an internal error of its own."""


STACK_OVERFLOW: Final = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"
OUT_OF_MEMORY: Final = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
OUT_OF_TIME: Final = "Expression evaluation timeout: Check for infinite loop"


class Sequence(list[Any]):
    """An array JSONata made: one member stands for itself, none for undefined, unless `keep_singleton`."""

    keep_singleton = False
    outer_wrapper = False
    """It holds the whole input, an array, as its one member."""
    tuple_stream = False
    """Its members are frames of a path that binds variables (`@`, `#`, `%`)."""


class Cons(list[Any]):
    """An array constructor as a step of a path: it is one result, not many."""


class Run:
    """One evaluation: where it stands, what is left, and the world it may ask for time and chance."""

    __slots__ = ("base", "bounds", "memory", "steps", "world")

    def __init__(self, bounds: Bounds, world: Scope) -> None:
        self.bounds = bounds
        self.base = 0  # nested evaluations below the expression or function body being run
        self.steps = bounds.steps
        self.memory = bounds.memory
        self.world = world

    def step(self, count: int = 1) -> None:
        self.steps -= count
        if self.steps < 0:
            raise BoundReached(OUT_OF_TIME)

    def hold(self, text: str) -> str:
        """`text`, unless it or all made so far is too much."""
        size = len(text)
        self.memory -= size
        if size > self.bounds.characters or self.memory < 0:
            raise BoundReached(OUT_OF_MEMORY)
        return text

    def expect(self, characters: int) -> None:
        """Makes sure that a text so long may be made."""
        if characters > self.bounds.characters:
            raise BoundReached(OUT_OF_MEMORY)

    def room(self, members: int) -> None:
        """Makes sure that an array of so many members may be made."""
        self.steps -= members >> 4
        self.memory -= members << 3
        if members > self.bounds.elements or self.memory < 0:
            raise BoundReached(OUT_OF_MEMORY)
        if self.steps < 0:
            raise BoundReached(OUT_OF_TIME)


class Frame:
    """Names and their values, and the frame around."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, names: dict[str, Value], outer: Frame | None, run: Run) -> None:
        self.names = names
        self.outer = outer
        self.run = run

    def lookup(self, name: str) -> Value:
        frame: Frame | None = self
        while frame is not None:
            names = frame.names
            if name in names:
                return names[name]
            frame = frame.outer
        return MISSING


Evaluator: TypeAlias = Callable[[Value, Frame], Value]
"""(context, frame) -> value: what a node of the tree compiles to."""


class Body:
    """A lambda's body, compiled. `run` takes the depth at which it stands into account where that matters."""

    __slots__ = ("_careful", "_make_careful", "deepest", "plain")

    def __init__(self, plain: Evaluator, deepest: int, make_careful: Callable[[], Evaluator]) -> None:
        self.plain = plain
        self.deepest = deepest
        self._make_careful = make_careful
        self._careful: Evaluator | None = None

    def run(self, context: Value, frame: Frame) -> Value:
        run = frame.run
        if run.base + self.deepest <= run.bounds.depth:
            return self.plain(context, frame)
        if self._careful is None:
            self._careful = self._make_careful()
        return self._careful(context, frame)


class Thunk:
    """A call in tail position, evaluated by the loop that called the function around it."""

    __slots__ = ("arguments", "context", "frame", "name", "procedure")

    def __init__(self, procedure: Evaluator, arguments: tuple[Evaluator, ...], name: Value, context: Value, frame: Frame) -> None:
        self.procedure = procedure
        self.arguments = arguments
        self.name = name
        self.context = context
        self.frame = frame


class Lambda:
    """A function of the expression: a closure over frame and context."""

    __slots__ = ("body", "context", "frame", "parameters", "signature")

    def __init__(self, parameters: tuple[str, ...], signature: Signature | None, body: Body, context: Value, frame: Frame) -> None:
        self.parameters = parameters
        self.signature = signature
        self.body = body
        self.context = context
        self.frame = frame

    @property
    def arity(self) -> int:
        return len(self.parameters)


class Native:
    """A function of the library: `call(run, *arguments)`.

    `parameters` is how many arguments it declares, None for any number; `arity` how many a higher-order function gives it.
    """

    __slots__ = ("arity", "call", "parameters", "signature")

    def __init__(self, call: Callable[..., Value], signature: Signature | None, parameters: int | None, arity: int | None = None) -> None:
        self.call = call
        self.signature = signature
        self.parameters = parameters
        self.arity = (parameters or 0) if arity is None else arity


def is_function(value: Value) -> bool:
    return isinstance(value, (Lambda, Native))


def tidy(value: float) -> float:
    """A double as we keep it: whole ones as int while AWS does; infinities and NaN stay."""
    if value.is_integer() and -LONG < value < LONG:
        return int(value)
    return value


def is_numeric(value: Value) -> bool:
    """Whether it is a number to calculate with. Raises D1001 for an infinity, as jsonata.js does."""
    kind = type(value)
    if kind is int:
        return True
    if kind is not float:
        return False
    if math.isinf(value):
        raise JsonataError("D1001", value=value)
    return not math.isnan(value)


def is_array_of_numbers(value: Value) -> bool:
    return isinstance(value, list) and all(map(is_numeric, value))


def is_array_of_strings(value: Value) -> bool:
    return isinstance(value, list) and all(type(item) is str for item in value)


def boolean(value: Value) -> Value:
    """JSONata's truth of a value; MISSING for MISSING."""
    kind = type(value)
    if kind is bool or value is MISSING:
        return value
    if kind is str or kind is dict:
        return bool(value)
    if isinstance(value, list):
        return any(boolean(item) is True for item in value)
    if kind is int or kind is float:
        return is_numeric(value) and value != 0
    return False


def append(left: Value, right: Value) -> Value:
    """Two values as one array; a missing one adds nothing."""
    if left is MISSING:
        return right
    if right is MISSING:
        return left
    start = left if isinstance(left, list) else [left]
    return [*start, *right] if isinstance(right, list) else [*start, right]


def deep_equal(run: Run, left: Value, right: Value) -> bool:
    """Equality of JSONata: by value at any depth, true is not 1, NaN is nothing."""
    kind = type(left)
    if left is right:
        return not (kind is float and math.isnan(left))
    if isinstance(left, list):
        if not isinstance(right, list) or len(left) != len(right):
            return False
        run.step(len(left) >> 3)
        return all(deep_equal(run, one, other) for one, other in zip(left, right, strict=True))
    if kind is dict:
        if type(right) is not dict or left.keys() != right.keys():
            return False
        run.step(len(left) >> 3)
        return all(deep_equal(run, value, right[key]) for key, value in left.items())
    return kind in _COMPARABLE and type(right) in _COMPARABLE and bool(left == right)


_COMPARABLE = frozenset((int, float, str))


def same(left: Value, right: Value) -> bool:
    """JavaScript's `===`: arrays and objects are the same only if they are one."""
    if left is right:
        return not (type(left) is float and math.isnan(left))
    return type(left) in _COMPARABLE and type(right) in _COMPARABLE and bool(left == right)


def before(left: str, right: str) -> bool:
    """Whether `left` sorts before `right`, by UTF-16 code unit as JavaScript has it."""
    if left.isascii() or right.isascii():
        return left < right
    return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")


def number_text(value: float) -> str:
    """A number as JavaScript prints it: no exponent below 1e21 and down to 1e-6."""
    if type(value) is int:
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    mantissa, exponent = repr(value).partition("e")[0], _exponent(value)
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + ("" if fraction == "0" else fraction)).lstrip("0").rstrip("0")
    if 0 <= exponent < 21:
        digits = digits.ljust(exponent + 1, "0")
        return sign + digits[: exponent + 1] + ("." + digits[exponent + 1 :] if len(digits) > exponent + 1 else "")
    if -7 < exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if len(digits) > 1 else ''}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _exponent(value: float) -> int:
    """The decimal exponent of the shortest text of a double."""
    mantissa, mark, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    shift = int(exponent) if mark else 0
    if whole.strip("0"):
        return shift + len(whole) - 1
    return shift - (len(fraction) - len(fraction.lstrip("0"))) - 1


def text_of(run: Run, value: Value, indent: int = 0) -> str:
    """`$string` of anything but MISSING: strings as they are, functions empty, the rest as JSON.

    Whole numbers keep all their digits, others fifteen, as AWS prints them (plain jsonata.js 2.0.6 cuts both).
    """
    if type(value) is str:
        return value
    if is_function(value):
        return ""
    if type(value) is float and not math.isfinite(value):
        raise JsonataError("D3001", value=value)
    if isinstance(value, Sequence) and value.outer_wrapper:
        value = value[0]
    pieces: list[str] = []
    _write(run, value, pieces, indent, "\n")
    return "".join(pieces)


def _write(run: Run, value: Value, pieces: list[str], indent: int, newline: str) -> None:
    kind = type(value)
    if kind is dict or isinstance(value, list):
        opening, closing = "{}" if kind is dict else "[]"
        if not value:
            pieces.append(opening + closing)
            return
        run.step(len(value) >> 2)
        deeper = newline + " " * indent
        separator = opening + (deeper if indent else "")
        for item in value:
            pieces.append(separator)
            if kind is dict:
                pieces.append(json_text(item) + (": " if indent else ":"))
                item = value[item]
            _write(run, item, pieces, indent, deeper)
            separator = "," + (deeper if indent else "")
        pieces.append((newline if indent else "") + closing)
    elif kind is float:
        is_numeric(value)  # an infinity inside is D1001, as in jsonata.js
        pieces.append("null" if math.isnan(value) else number_text(value if value.is_integer() else float(f"{value:.15g}")))
    elif value is MISSING:
        pieces.append("null")
    else:
        pieces.append('""' if is_function(value) else json_text(value))
