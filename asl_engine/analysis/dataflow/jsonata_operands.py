"""Operands and arguments that JSONata's operators and functions certainly cannot take.

An operand that may be missing, or of which anything is unknown, is never wrong: with nothing on a side most of them give nothing.
Source: jsonata.js 2.0.6, errors T2001, T2002, T2009, T2010, D1002, and the signatures of its functions (T0410, T0412).
"""

from __future__ import annotations

from typing import Any

from asl_engine.analysis.dataflow.shapes import Shape

_ARITHMETIC = frozenset("+-*/%")
_ORDER = frozenset(["<", "<=", ">", ">="])
_NUMBER, _TEXT = frozenset(["number"]), frozenset(["string"])
_TAKES = dict.fromkeys(("abs", "floor", "ceil", "sqrt", "round", "power", "formatNumber", "formatBase", "formatInteger", "fromMillis"), "number")
_TAKES |= dict.fromkeys(
    (
        *("uppercase", "lowercase", "trim", "length", "split", "contains", "substring", "substringBefore", "substringAfter", "pad", "match", "replace"),
        *("toMillis", "parseInteger", "base64encode", "base64decode", "encodeUrl", "encodeUrlComponent", "decodeUrl", "decodeUrlComponent", "hash"),
    ),
    "string",
)
"""Function -> the JSON type of its first argument."""
_OF_NUMBERS = frozenset(["sum", "max", "min", "average"])


def wrong_operands(sign: str, left: Shape, right: Shape, nodes: tuple[Any, Any]) -> str | None:
    """What an operator cannot take, as a clause: "`+` takes numbers, and its left side is a string"; None if nothing is certain."""
    sides = (("left", left, nodes[0]), ("right", right, nodes[1]))
    if sign in _ARITHMETIC:
        for side, value, node in sides:
            if _is_never(value, _NUMBER):
                return f"`{sign}` takes numbers, and its {side} side{_named(node)} is {_article(value)}"
    if sign in _ORDER:
        for side, value, node in sides:
            if _is_never(value, _NUMBER | _TEXT):
                return f"`{sign}` takes numbers or strings, and its {side} side{_named(node)} is {_article(value)}"
        if all(_is_never(value, frozenset()) and len(value.kinds) == 1 for value in (left, right)) and left.kinds != right.kinds:
            return f"`{sign}` takes two numbers or two strings, and its sides are {_article(left)} and {_article(right)}"
    return None


def wrong_negation(value: Shape, node: Any) -> str | None:
    return f"`-` takes a number, and what it stands before{_named(node)} is {_article(value)}" if _is_never(value, _NUMBER) else None


def wrong_argument(name: str, given: list[Shape], nodes: list[Any]) -> str | None:
    """What a function cannot take as its first argument."""
    if not given:
        return None
    first, node = given[0], nodes[0]
    if name in _TAKES and _is_never(first, frozenset([_TAKES[name]])):
        return f"`${name}` takes a {_TAKES[name]}, and its argument{_named(node)} is {_article(first)}"
    if name in _OF_NUMBERS:
        if _is_never(first, _NUMBER | {"array"}):
            return f"`${name}` takes an array of numbers, and its argument{_named(node)} is {_article(first)}"
        items = first.array.items if first.array is not None and first.kinds == {"array"} and not first.absent and not first.any else ()
        for item in items[:1]:
            if _is_never(item, _NUMBER):
                return f"`${name}` takes an array of numbers, and the first element of its argument{_named(node)} is {_article(item)}"
    return None


def _is_never(value: Shape, kinds: frozenset[str]) -> bool:
    """Whether there certainly is a value, and certainly of none of these JSON types."""
    return value.has_value and not value.absent and not value.any and not value.kinds & kinds


def _article(value: Shape) -> str:
    return " or ".join(kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in sorted(value.kinds))


def _named(node: Any) -> str:
    """A variable or a plain path, as it is written: ", `$states.input.total`,"."""
    steps = node.steps if node.type == "path" else [node]
    if steps and steps[0].type == "variable" and steps[0].value and all(step.type == "name" and not step.stages for step in steps[1:]):
        return f", `${'.'.join(str(step.value) for step in steps)}`,"
    return ""
