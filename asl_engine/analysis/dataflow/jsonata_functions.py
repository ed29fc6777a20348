"""What JSONata's steps, predicates and functions make of shapes. Source: jsonata.js 2.0.6; AWS, "Transforming data with JSONata"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from asl_engine.analysis.dataflow.places import merged
from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    ANYTHING_OR_NOTHING,
    BOOLEAN,
    EVERY,
    IMPOSSIBLE,
    NUMBER,
    PERHAPS_NOTHING,
    TEXT,
    Absence,
    Shape,
    array_of,
    join,
    joined,
    of_kinds,
)
from asl_engine.analysis.provenance_jsonata import constant
from asl_engine.values import Json

_TEXTS = frozenset(
    (
        "string",
        "substring",
        "substringBefore",
        "substringAfter",
        "uppercase",
        "lowercase",
        "trim",
        "pad",
        "replace",
        "join",
        "base64encode",
        "base64decode",
        "encodeUrl",
        "encodeUrlComponent",
        "decodeUrl",
        "decodeUrlComponent",
        "formatNumber",
        "formatBase",
        "formatInteger",
        "fromMillis",
        "type",
        "hash",
    )
)
"""Functions that give a text, or nothing where their first argument is nothing."""
_NUMBERS = frozenset(["number", "length", "abs", "floor", "ceil", "round", "power", "sqrt", "sum", "parseInteger", "toMillis"])
_BOOLEANS = frozenset(["contains", "boolean", "not"])
_MADE: dict[str, Shape] = {"now": TEXT, "uuid": TEXT, "millis": NUMBER, "random": NUMBER, "count": NUMBER, "exists": BOOLEAN}
"""Functions that always give something."""
_CHOSEN = frozenset(["filter", "sort", "reverse", "distinct", "shuffle"])
"""Functions whose result is made of the elements of their first argument."""


def member(value: Shape, name: str) -> Shape:
    """`.name`: of an object its member, of an array those of its elements that there are."""
    if value.array is None:
        return value.member(name)
    direct = replace(value, array=None).member(name)
    inside = value.elements
    if not inside.has_value:
        return join(direct, PERHAPS_NOTHING)
    mapped = member(inside, name)
    if not mapped.has_value:
        return join(direct, replace(IMPOSSIBLE, absent=mapped.absent))
    one = ANYTHING if mapped.any or mapped.array is not None else mapped.present
    return replace(joined([direct, one, array_of(one)]), absent=direct.absent | Absence.OPEN)


def filtered(value: Shape, stage: Any) -> Shape:
    """`[0]`, `[price > 10]`."""
    if stage.type != "filter":
        return ANYTHING_OR_NOTHING
    test = stage.expr
    single = replace(value, array=None)
    if test.type == "number" and float(test.value).is_integer() and test.value >= 0 and not value.any:
        found = single if test.value == 0 else replace(IMPOSSIBLE, absent=single.absent | (Absence.KNOWN if single.has_value else Absence.NO))
        if value.array is not None:
            found = join(found, Shape(array=value.array).element(int(test.value)))
        return found
    inside = joined([value.elements, single.present])
    return replace(join(inside, array_of(inside)), absent=value.absent | Absence.OPEN) if inside.has_value else value


def may_be(value: Shape, constant: Json) -> bool:
    """Whether a value may equal a scalar constant."""
    match constant:
        case None:
            return value.any or value.null
        case bool():
            return value.any or constant in value.booleans
        case int() | float():
            return value.any or value.numbers is EVERY or constant in value.numbers
        case str():
            return value.any or value.strings is EVERY or constant in value.strings
    return True


def without(value: Shape, constant: Json) -> Shape:
    """The value, if it is not this constant."""
    match constant:
        case None:
            return replace(value, null=False)
        case bool():
            return replace(value, booleans=value.booleans - {constant})
        case int() | float():
            return value if value.numbers is EVERY else replace(value, numbers=value.numbers - {constant})
        case str():
            return value if value.strings is EVERY else replace(value, strings=value.strings - {constant})
    return value


def called(name: str, given: list[Shape], nodes: list[Any], context: Shape = ANYTHING_OR_NOTHING) -> Shape:
    """The result of a built-in function; anything or nothing for one that is not known."""
    if name in _MADE:
        return _MADE[name]
    first = given[0] if given else context
    for names, made in ((_TEXTS, TEXT), (_NUMBERS, NUMBER), (_BOOLEANS, BOOLEAN)):
        if name in names:
            return replace(made, absent=first.absent)
    if name in _CHOSEN:
        inside = joined([first.elements, replace(first, array=None).present])
        return replace(join(inside, array_of(inside)), absent=Absence.OPEN) if inside.has_value else ANYTHING_OR_NOTHING
    match name:
        case "merge" if given:
            return _merged(first)
        case "append" if len(given) == 2:
            inside = joined([joined([value.elements, replace(value, array=None)]).present for value in given])
            return replace(join(array_of(inside), inside), absent=first.absent & given[1].absent)
        case "lookup" if len(given) == 2 and isinstance(key := constant(nodes[1]), str):
            return member(first, key)
        case "parse":
            return replace(ANYTHING, absent=first.absent)
        case "keys":
            return replace(join(TEXT, array_of(TEXT)), absent=Absence.OPEN)
        case "split":
            return replace(array_of(TEXT), absent=first.absent)
        case "partition":
            return replace(array_of(ANYTHING), absent=first.absent)
        case "range":
            return join(NUMBER, array_of(NUMBER))
        case "error":
            return IMPOSSIBLE
    return ANYTHING_OR_NOTHING


def _merged(objects: Shape) -> Shape:
    """`$merge([a, b])`."""
    array = objects.array
    if array is None or objects.any or array.rest.has_value:
        return replace(ANYTHING, absent=objects.absent)
    result = Shape(object=None)
    for position, item in enumerate(array.items):
        part = of_kinds(item.present, frozenset({"object"}))
        if item.absent or not part.has_value:
            return ANYTHING
        result = part if position == 0 else merged(result, part)
    return result if result.has_value else ANYTHING
