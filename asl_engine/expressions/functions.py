"""The eighteen intrinsic functions, as the service runs them: Java's rounding, Java's way to print maps.

A function gets the scope and values of the kinds its entry names; what else is wrong with them it tells by ValueError.
Source: developer guide, "Intrinsic functions"; rounding, splitting and printing as recorded.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Hashable
from typing import NamedTuple, cast

from asl_engine.chance import seeded_between
from asl_engine.expressions import Scope
from asl_engine.values import Json, json_text, same_json

MAX_CHARACTERS = 10_000
"""Of what is hashed, encoded or decoded."""
MAX_RANGE = 1000

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_PLACEHOLDER = re.compile(r"\{\}|\\(.?)", re.DOTALL)


class InvalidArguments(Exception):
    """A function cannot work with the values it was given. `function` is its full name."""

    def __init__(self, function: str) -> None:
        super().__init__(function)
        self.function = function


class Function(NamedTuple):
    kinds: tuple[str, ...]
    """Of each argument, as `kind_of` has them, or "any"."""
    run: Callable[..., Json]
    optional: int = 0
    """How many of the last may be left out."""
    rest: str | None = None
    """The kind of any number of further arguments; None if there may be none."""

    def takes(self, count: int) -> bool:
        return len(self.kinds) - self.optional <= count and (self.rest is not None or count <= len(self.kinds))

    def kinds_of(self, count: int) -> tuple[str, ...]:
        return (self.kinds + (self.rest or "any",) * (count - len(self.kinds)))[:count]


def java_round(number: int | float) -> int:
    """Java's Math.round: half up, toward positive infinity. -1.5 gives -1, 2.5 gives 3."""
    if isinstance(number, int):
        return number
    below = math.floor(number)
    return below + (number - below >= 0.5)


def java_text(value: Json) -> str:
    """A value as Java's toString prints it: strings raw, `{a=1, b=[x, null]}`."""
    match value:
        case str():
            return value
        case list():
            return f"[{', '.join(map(java_text, value))}]"
        case dict():
            return "{" + ", ".join(f"{name}={java_text(member)}" for name, member in value.items()) + "}"
        case _:
            return json_text(value)


def placeholders(template: str) -> list[str] | None:
    """The texts between the `{}` of a template, escapes resolved; None when it has an unknown escape."""
    pieces, at = [""], 0
    for found in _PLACEHOLDER.finditer(template):
        pieces[-1] += template[at : found.start()]
        at = found.end()
        if found[1] is None:
            pieces.append("")
        elif found[1] in ("'", "{", "}", "\\"):
            pieces[-1] += found[1]
        else:
            return None
    pieces[-1] += template[at:]
    return pieces


def formatted(pieces: list[str] | None, values: list[Json]) -> str:
    if pieces is None or len(pieces) != len(values) + 1:
        raise InvalidArguments("States.Format")
    return pieces[0] + "".join(java_text(value) + piece for value, piece in zip(values, pieces[1:], strict=True))


def _format(scope: Scope, template: str, *values: Json) -> Json:
    return formatted(placeholders(template), list(values))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _not_json(text: str) -> float:
    raise ValueError(text)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_not_json)


def _string_to_json(scope: Scope, text: str) -> Json:
    return cast(Json, _DECODER.decode(text)) if text.strip() else None


def _array_partition(scope: Scope, array: list[Json], size: int | float) -> Json:
    length = java_round(size)
    if length <= 0:
        raise ValueError(size)
    return [array[start : start + length] for start in range(0, len(array), length)]


def _array_contains(scope: Scope, array: list[Json], value: Json) -> Json:
    return any(same_json(item, value) for item in array)


def _array_range(scope: Scope, first: int | float, last: int | float, step: int | float) -> Json:
    start, end, stride = java_round(first), java_round(last), java_round(step)
    numbers = range(start, end + (1 if stride > 0 else -1), stride)
    # Not len(): it refuses what does not fit a machine word.
    if numbers and abs(end - start) // abs(stride) >= MAX_RANGE:
        raise ValueError(numbers)
    return list(numbers)


def _array_get_item(scope: Scope, array: list[Json], index: int | float) -> Json:
    position = java_round(index)
    if not 0 <= position < len(array):
        raise ValueError(index)
    return array[position]


def _array_unique(scope: Scope, array: list[Json]) -> Json:
    first: dict[Hashable, Json] = {}
    for item in array:
        first.setdefault(_identity(item), item)
    return list(first.values())


def _identity(value: Json) -> Hashable:
    """Equal for values that are equal as JSON: 1 and 1.0 are, 1 and true are not."""
    match value:
        case bool():
            return (bool, value)
        case list():
            return (list, tuple(map(_identity, value)))
        case dict():
            return (dict, frozenset((name, _identity(member)) for name, member in value.items()))
        case _:
            return value


def _base64_encode(scope: Scope, text: str) -> Json:
    return base64.b64encode(_short(text).encode("utf-8", "replace")).decode("ascii")


def _base64_decode(scope: Scope, text: str) -> Json:
    # Java's decoder does not insist on padding.
    return base64.b64decode(_short(text).rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True).decode("utf-8", "replace")


def _hash(scope: Scope, data: Json, algorithm: str) -> Json:
    if algorithm not in _HASHES:
        raise ValueError(algorithm)
    text = _short(data if isinstance(data, str) else json_text(data))
    import hashlib  # OpenSSL takes milliseconds to load; few definitions hash

    return hashlib.new(_HASHES[algorithm], text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _short(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
    return text


def _json_merge(scope: Scope, first: dict[str, Json], second: dict[str, Json], deep: bool) -> Json:
    if deep:
        raise ValueError("only shallow merging is supported")
    return {**first, **second}


def _math_random(scope: Scope, start: int | float, end: int | float, seed: int | float | None = None) -> Json:
    if seed is None:
        return scope.chance.between(java_round(start), java_round(end))
    return seeded_between(java_round(seed), java_round(start), java_round(end))


def _math_add(scope: Scope, first: int | float, second: int | float) -> Json:
    return java_round(first) + java_round(second)


def _string_split(scope: Scope, text: str, delimiters: str) -> Json:
    """Every character of `delimiters` delimits, and empty pieces are dropped."""
    pieces = re.split(f"[{re.escape(delimiters)}]", text) if delimiters else [text]
    return [piece for piece in pieces if piece]


FUNCTIONS: dict[str, Function] = {
    "Format": Function(("string",), _format, rest="any"),
    "StringToJson": Function(("string",), _string_to_json),
    "JsonToString": Function(("any",), lambda scope, value: json_text(value)),
    "Array": Function((), lambda scope, *values: list(values), rest="any"),
    "ArrayPartition": Function(("array", "number"), _array_partition),
    "ArrayContains": Function(("array", "any"), _array_contains),
    "ArrayRange": Function(("number", "number", "number"), _array_range),
    "ArrayGetItem": Function(("array", "number"), _array_get_item),
    "ArrayLength": Function(("array",), lambda scope, array: len(array)),
    "ArrayUnique": Function(("array",), _array_unique),
    "Base64Encode": Function(("string",), _base64_encode),
    "Base64Decode": Function(("string",), _base64_decode),
    "Hash": Function(("any", "string"), _hash),
    "JsonMerge": Function(("object", "object", "boolean"), _json_merge),
    "MathRandom": Function(("number", "number", "number"), _math_random, optional=1),
    "MathAdd": Function(("number", "number"), _math_add),
    "StringSplit": Function(("string", "string"), _string_split),
    "UUID": Function((), lambda scope: scope.chance.uuid()),
}
"""By name without `States.`."""
