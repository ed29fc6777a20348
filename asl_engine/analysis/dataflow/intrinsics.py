"""What intrinsic functions make of shapes, and which arguments they cannot take.

Kinds of arguments are those of the functions themselves (`expressions.functions`); what is wrong beside a kind, such as a
States.Format whose template has more places than there are arguments, is told only when the texts show it.
Source: developer guide, "Intrinsic functions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl_engine.analysis.dataflow.places import merged
from asl_engine.analysis.dataflow.shapes import ANYTHING, BOOLEAN, NUMBER, TEXT, Shape, array_of, of_kinds, shape_of, tuple_of
from asl_engine.expressions.functions import FUNCTIONS, placeholders
from asl_engine.expressions.intrinsics import Call, Text
from asl_engine.expressions.jsonpath import Path, is_opaque

_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_TEXTS = ("Format", "JsonToString", "Base64Encode", "Base64Decode", "Hash", "UUID")
_NUMBERS = ("ArrayLength", "MathRandom", "MathAdd")


def text_of(raw: str) -> Shape:
    """A string literal."""
    text = _ESCAPE.sub(r"\1", raw)
    return ANYTHING if is_opaque(text) else shape_of(text)


def result_of(call: Call, given: list[Shape]) -> Shape:
    name = call.name.removeprefix("States.")
    if name in _TEXTS:
        return TEXT
    if name in _NUMBERS:
        return NUMBER
    match name:
        case "ArrayContains":
            return BOOLEAN
        case "Array":
            return tuple_of(given)
        case "ArrayRange":
            return array_of(NUMBER)
        case "StringSplit":
            return array_of(TEXT)
        case "ArrayPartition":
            return array_of(array_of(_element(given[0])))
        case "ArrayUnique":
            return array_of(_element(given[0]))
        case "ArrayGetItem":
            return _element(given[0])
        case "JsonMerge":
            return merged(of_kinds(given[0], frozenset({"object"})), of_kinds(given[1], frozenset({"object"})))
    return ANYTHING


def _element(array: Shape) -> Shape:
    inside = array.elements
    return inside if inside.has_value else ANYTHING


def wrong_arguments(call: Call, given: list[Shape]) -> Iterator[tuple[str, bool]]:
    """What is wrong with a call: (a clause that follows its name, whether it is so for all data)."""
    function = FUNCTIONS[call.name.removeprefix("States.")]
    for number, (kind, value) in enumerate(zip(function.kinds_of(len(given)), given, strict=False), start=1):
        if kind == "any" or value.any or not value.has_value:
            continue
        wrong = value.kinds - {kind}
        if wrong and kind not in value.kinds:
            yield f"takes {_article(kind)} as argument {number}{_written(call, number)}, which is {_either(wrong)}", True
        elif wrong - {"null"}:
            yield f"takes {_article(kind)} as argument {number}{_written(call, number)}, which may be {_either(wrong)}", False
    yield from _format_faults(call, given)
    if call.name == "States.JsonMerge" and given[2].kinds == {"boolean"} and False not in given[2].booleans:
        yield "merges only the first level: its third argument must be false", True


def _format_faults(call: Call, given: list[Shape]) -> Iterator[tuple[str, bool]]:
    template = call.arguments[0] if call.name == "States.Format" and call.arguments else None
    if not isinstance(template, Text) or is_opaque(template.raw):
        return
    pieces = placeholders(template.raw)
    if pieces is not None and len(pieces) != len(given):
        places = len(pieces) - 1
        yield f"has {places} {{}} in its template and {len(given) - 1} {'value' if len(given) == 2 else 'values'} to put there", True


def _written(call: Call, number: int) -> str:
    argument = call.arguments[number - 1]
    return f", `{argument.text}`" if isinstance(argument, Path) else f", {argument.name}(…)" if isinstance(argument, Call) else ""


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _either(kinds: frozenset[str]) -> str:
    return " or ".join(_article(kind) if kind != "null" else kind for kind in sorted(kinds))
