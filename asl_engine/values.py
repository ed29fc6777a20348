"""What travels through a state machine: JSON values, and the pointers that name places in them.

Values are never written to after they were made: a change makes new containers along its path and shares the
rest. That is what lets a history keep references instead of copies. This module knows nothing of states.
"""

from __future__ import annotations

import json
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Missing:
    """The one value of the absent: JSON's null is a value, `MISSING` is none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class Pointer(str):
    """A place in a JSON document, as RFC 6901 writes it: `Pointer("/States/Pay") / "Retry" / 0`."""

    __slots__ = ()

    def __truediv__(self, token: str | int) -> Pointer:
        escaped = str(token).replace("~", "~0").replace("/", "~1")
        return Pointer(f"{self}/{escaped}")

    @property
    def tokens(self) -> tuple[str, ...]:
        """The unescaped steps from the root: `Pointer("/a~1b/0").tokens == ("a/b", "0")`."""
        return tuple(part.replace("~1", "/").replace("~0", "~") for part in self.split("/")[1:])

    @property
    def parent(self) -> Pointer:
        return Pointer(self.rpartition("/")[0])


def fresh(value: Json) -> Json:
    """The value with containers of its own, for a border beyond which somebody may write to them."""
    if isinstance(value, dict):
        return {key: fresh(member) for key, member in value.items()}
    if isinstance(value, list):
        return [fresh(element) for element in value]
    return value


_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_CANONICAL = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def json_text(value: Json) -> str:
    """The compact text AWS writes for a value an engine computed: no blanks, non-ASCII characters as they are."""
    return str(value) if value.__class__ is int else _COMPACT.encode(value)


def canonical_text(value: Json) -> str:
    """Compact text with sorted keys: equal values have equal texts."""
    return _CANONICAL.encode(value)


def kind_of(value: Json) -> str:
    """The JSON name of a value's type: null, boolean, number, string, array or object."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def same_json(left: Json, right: Json) -> bool:
    """Equality as JSON has it: 1 equals 1.0, true does not equal 1, at any depth."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return left == right
