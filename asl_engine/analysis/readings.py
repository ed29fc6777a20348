"""Fields of both query languages in one notation, so that a state rewritten in the other language can be compared.

A reading is what a field gives, as a value of plain tuples: a constant, a path from the input, result, error, context or
a variable, an object or array of readings, or a function of readings. Only what both languages certainly mean alike has
one: references by name and index, `States.Format` and `&`, a few functions, comparisons. Everything else is `None`: not
understood, and nothing is claimed of it. A path that finds nothing, or a value of
another type, fails in one language and not in the other; that difference is not seen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from asl_engine.analysis.provenance_jsonata import parsed
from asl_engine.analysis.structure.wording import is_jsonata
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.intrinsics import Call, Literal, Text, is_intrinsic, parse_intrinsic
from asl_engine.expressions.jsonpath import Path, parse_path
from asl_engine.values import Json, canonical_text

Reading: TypeAlias = "tuple[Any, ...] | None"
"""("constant", JSON text), ("path", root, steps), ("object", ((name, reading), …)), ("array", (reading, …)), ("call", name, (reading, …)),
("put", steps, reading): the input with something at a place."""
INPUT: Reading = ("path", "input", ())
RESULT: Reading = ("path", "result", ())
ERROR: Reading = ("path", "error", ())
DEEPEST = 40
"""Levels of a template or an expression that are read."""
_FUNCTIONS = {"States.StringToJson": "$parse", "States.ArrayLength": "$count", "States.UUID": "$uuid", "States.ArrayPartition": "$partition"}
"""Intrinsic functions and what means the same in JSONata. Developer guide, "Intrinsic functions" and "Transforming data with JSONata".

Names that only look alike are left out: `$string` puts no quotes around a text and States.JsonToString does, States.MathAdd
rounds, States.StringSplit splits at each character of its separator, `$base64encode` knows Latin-1 only."""


def constant(value: Json) -> Reading:
    return "constant", canonical_text(int(value) if isinstance(value, float) and value.is_integer() else value)


def array(parts: Iterable[Reading]) -> Reading:
    found = tuple(parts)
    return None if None in found else ("array", found)


def stepped(reading: Reading, steps: tuple[str | int, ...]) -> Reading:
    """A member of what a reading gives."""
    for step in steps:
        match reading:
            case ("path", root, way):
                reading = ("path", root, (*way, step))
            case ("object", members) if isinstance(step, str):
                reading = dict(members).get(step)
            case ("put", place, value) if isinstance(step, str) and place == (step,):
                reading = value
            case _:
                return None
    return reading


# ------------------------------------------------------------------------------------------------------------ JSONPath


def of_template(template: Json, root: Reading, depth: int = 0) -> Reading:
    """A payload template whose `$` is the root; members that are not understood are `None` inside the object."""
    if depth > DEEPEST:
        return None
    if isinstance(template, dict):
        found = []
        for name, member in template.items():
            computed = name.endswith(".$")
            reading = of_path(member, root) if computed else of_template(member, root, depth + 1)
            found.append((name.removesuffix(".$"), reading))
        return "object", tuple(sorted(found, key=lambda member: member[0]))
    if isinstance(template, list):
        return "array", tuple(of_template(element, root, depth + 1) for element in template)
    return constant(template)


def of_path(text: Json, root: Reading) -> Reading:
    """A path or an intrinsic function; null, as a path, is the empty object."""
    if text is None:
        return "object", ()
    if not isinstance(text, str):
        return None
    try:
        return _called(parse_intrinsic(text), root) if is_intrinsic(text) else _referred(parse_path(text), root)
    except (ExpressionError, RecursionError):
        return None


def _referred(path: Path, root: Reading) -> Reading:
    if not path.is_reference:
        return None
    if path.root == "input":
        return stepped(root, tuple(path.steps))
    return "path", "context" if path.root == "context" else f"variable {path.variable}", tuple(path.steps)


def _called(call: Call, root: Reading) -> Reading:
    given = [_argument(argument, root) for argument in call.arguments]
    if None in given:
        return None
    if call.name == "States.Format" and isinstance(call.arguments[0], Text):
        return _format(call.arguments[0].raw, given[1:])
    if call.name == "States.Array":
        return "array", tuple(given)
    if call.name == "States.ArrayGetItem" and len(given) == 2 and isinstance(call.arguments[1], Literal) and isinstance(call.arguments[1].value, int):
        return stepped(given[0], (call.arguments[1].value,))
    return ("call", _FUNCTIONS[call.name], tuple(given)) if call.name in _FUNCTIONS else None


def _argument(argument: Call | Text | Literal | Path, root: Reading) -> Reading:
    match argument:
        case Call():
            return _called(argument, root)
        case Text():
            return None if "\\" in argument.raw else constant(argument.raw)
        case Literal():
            return constant(argument.value)
        case _:
            return _referred(argument, root)


def _format(text: str, given: list[Reading]) -> Reading:
    """`States.Format('a{}b', $.x)` and `'a' & x & 'b'`."""
    pieces = text.split("{}")
    if "\\" in text or len(pieces) != len(given) + 1:
        return None
    parts: list[Reading] = [constant(pieces[0])] if pieces[0] else []
    for piece, reading in zip(pieces[1:], given, strict=True):
        parts += [reading, *([constant(piece)] if piece else [])]
    return "call", "&", tuple(parts)


# ------------------------------------------------------------------------------------------------------------- JSONata


def of_jsonata(value: Json, depth: int = 0) -> Reading:
    """Any JSON whose texts may be `{% … %}`; members that are not understood are `None` inside the object."""
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return "object", tuple(sorted(((name, of_jsonata(member, depth + 1)) for name, member in value.items()), key=lambda member: member[0]))
    if isinstance(value, list):
        return "array", tuple(of_jsonata(element, depth + 1) for element in value)
    if not is_jsonata(value):
        return constant(value)
    tree = parsed(value)
    return None if tree is None else _tree(tree, 0)


_ROOTS = {"input": "input", "result": "result", "errorOutput": "error", "context": "context"}


def _tree(node: Any, depth: int) -> Reading:
    if depth > DEEPEST:
        return None
    match node.type:
        case "string" | "number" | "value" if not node.predicate:
            return constant(node.value)
        case "variable" if node.value not in ("", "$", "states"):
            return _indexed(("path", f"variable {node.value}", ()), node.predicate)
        case "path":
            return _way(list(node.steps), depth)
        case "block" if len(node.expressions) == 1 and not node.predicate:
            return _tree(node.expressions[0], depth + 1)
        case "unary" if node.value == "[" and not node.predicate:
            return array(_tree(part, depth + 1) for part in node.expressions)
        case "unary" if node.value == "{" and not node.predicate:
            return _object(node, depth)
        case "binary" if not node.predicate:
            return _binary(node, depth)
        case "function" if not node.predicate:
            return _function(node, depth)
    return None


def _way(steps: list[Any], depth: int) -> Reading:
    first = steps[0]
    if first.type != "variable" or first.value in ("", "$"):
        return None
    if first.value == "states":
        if len(steps) < 2 or steps[1].type != "name" or steps[1].value not in _ROOTS or first.stages:
            return None
        found = _indexed(("path", _ROOTS[steps[1].value], ()), steps[1].stages)
        rest = steps[2:]
    else:
        found = _indexed(("path", f"variable {first.value}", ()), first.stages)
        rest = steps[1:]
    for step in rest:
        if step.type != "name":
            return None
        found = _indexed(stepped(found, (step.value,)), step.stages)
    return found


def _indexed(reading: Reading, stages: Any) -> Reading:
    for stage in stages or ():
        test = getattr(stage, "expr", None)
        if stage.type != "filter" or test is None or test.type != "number" or test.value != int(test.value) or test.value < 0:
            return None
        reading = stepped(reading, (int(test.value),))
    return reading


def _object(node: Any, depth: int) -> Reading:
    found = []
    for name, part in node.lhs_object:
        if name.type != "string":
            return None
        found.append((name.value, _tree(part, depth + 1)))
    return "object", tuple(sorted(found, key=lambda member: member[0]))


def _binary(node: Any, depth: int) -> Reading:
    left, right = _tree(node.lhs, depth + 1), _tree(node.rhs, depth + 1)
    if left is None or right is None:
        return None
    if node.value in ("&", "and", "or"):
        parts: list[Any] = []
        for side in (left, right):
            parts += side[2] if side[:2] == ("call", node.value) else [side]
        return "call", node.value, tuple(parts)
    return ("call", node.value, (left, right)) if node.value in ("+", "=", "<", "<=", ">", ">=") else None


_SAME_NAMES = frozenset(name[1:] for name in _FUNCTIONS.values() if re.fullmatch(r"\$\w+", name)) | {"not", "exists"}


def _function(node: Any, depth: int) -> Reading:
    name = node.procedure.value if node.procedure.type == "variable" else ""
    given = [_tree(part, depth + 1) for part in node.arguments]
    if None in given:
        return None
    if name == "merge":
        return _merged(given)
    return ("call", f"${name}", tuple(given)) if name in _SAME_NAMES else None


def _merged(given: list[Reading]) -> Reading:
    """`$merge([$states.input, {"a": …}])`: what ResultPath does."""
    match given:
        case [("array", (("path", "input", ()), ("object", ((name, reading),))))]:
            return "put", (name,), reading
    return None
