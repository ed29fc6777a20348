"""Payload templates: JSON in which a member named `x.$` holds a path or an intrinsic function call.

Spec, "Payload Template". Applied at every depth, objects inside arrays included; a bare string is never evaluated.
Everything that does not change is one constant, shared by every result: a template costs what its `.$` members cost.
This module knows neither the fields that hold templates nor what `$` is in them.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.expressions.intrinsics import compile_field, is_intrinsic, parse_intrinsic, refused_field
from asl_engine.expressions.jsonpath import parse_path
from asl_engine.values import MISSING, Json, Missing, Pointer, kind_of

MAX_NESTING = 200


def compile_template(template: Json) -> Evaluate:
    """A payload template as a function of what `$` is. Raises ExpressionError for the first member that is wrong.

    As recorded, members without `.$` come first in the result, those with it behind them. Evaluation raises Failure
    (States.Runtime): "The JSONPath '$.x' specified for the field 'value.$' could not be found in the input '{…}'".
    """
    for _, error in check_template(template):
        raise error
    return _compiled(template) or (lambda data, scope: template)


def constant_of(template: Json) -> Json | Missing:
    """The template's value when no data can change it, else MISSING."""
    return template if _is_constant(template) else MISSING


def _is_constant(template: Json) -> bool:
    ahead = [template]
    while ahead:
        value = ahead.pop()
        if isinstance(value, list):
            ahead.extend(value)
        elif isinstance(value, dict):
            if any(name.endswith(".$") for name in value):
                return False
            ahead.extend(value.values())
    return True


def check_template(template: Json) -> Iterator[tuple[Pointer, ExpressionError]]:
    """Every `.$` member that AWS would refuse, with the object that holds it as a pointer from the template's root."""
    return _checked(template, Pointer(""), 0)


def _checked(template: Json, pointer: Pointer, depth: int) -> Iterator[tuple[Pointer, ExpressionError]]:
    if depth > MAX_NESTING:
        yield pointer, ExpressionError(f"A payload template is nested more than {MAX_NESTING} deep")
    elif isinstance(template, list):
        for index, item in enumerate(template):
            yield from _checked(item, pointer / index, depth + 1)
    elif isinstance(template, dict):
        for name, member in template.items():
            if not name.endswith(".$"):
                yield from _checked(member, pointer / name, depth + 1)
                continue
            if error := _refusal(name, member):
                yield pointer, error
            if name[:-2] in template:
                yield pointer, ExpressionError(f"The fields '{name[:-2]}' and '{name}' give the same name")


def _refusal(name: str, member: Json) -> ExpressionError | None:
    if not isinstance(member, str):
        return refused_field(name, ExpressionError(f"a .$ member holds a string, not {kind_of(member)}"))
    try:
        if is_intrinsic(member):
            parse_intrinsic(member)
        else:
            parse_path(member)
    except ExpressionError as error:
        return refused_field(name, error)
    return None


def _compiled(template: Json) -> Evaluate | None:
    """None for a constant."""
    if isinstance(template, dict):
        return _object(template)
    return _array(template) if isinstance(template, list) else None


def _array(template: list[Json]) -> Evaluate | None:
    parts = [(index, evaluate) for index, item in enumerate(template) if (evaluate := _compiled(item))]
    if not parts:
        return None

    def array(data: Json, scope: Scope) -> Json:
        built = template.copy()
        for index, evaluate in parts:
            built[index] = evaluate(data, scope)
        return built

    return array


def _object(template: dict[str, Json]) -> Evaluate | None:
    base = {name: member for name, member in template.items() if not name.endswith(".$")}
    nested = [(name, evaluate) for name, member in base.items() if (evaluate := _compiled(member))]
    computed = [(name, member) for name, member in template.items() if name.endswith(".$") and isinstance(member, str)]
    if not nested and not computed:
        return None
    parts = nested + [(name[:-2], compile_field(member, name)) for name, member in computed]
    if not base:
        match parts:
            case [(name, value)]:
                return _one(name, value)
            case [(first, left), (second, right)]:
                return _two(first, left, second, right)

    def many(data: Json, scope: Scope) -> Json:
        built = base.copy()
        for name, evaluate in parts:
            built[name] = evaluate(data, scope)
        return built

    return many


def _one(name: str, value: Evaluate) -> Evaluate:
    return lambda data, scope: {name: value(data, scope)}


def _two(first: str, left: Evaluate, second: str, right: Evaluate) -> Evaluate:
    return lambda data, scope: {first: left(data, scope), second: right(data, scope)}
