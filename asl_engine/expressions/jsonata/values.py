"""JSON values with `{% ... %}` in them: Arguments, Output, Assign and their like.

A string is an expression only if it is delimited whole; keys are never evaluated and keep their order. What holds no
expression is shared by all evaluations: it is the definition's own value. This module knows no field names.
"""

from __future__ import annotations

from asl_engine.expressions import Evaluate, Scope
from asl_engine.expressions.jsonata import compile_expression, is_expression
from asl_engine.values import Json


def is_constant(value: Json) -> bool:
    """Whether a value holds no expression at any depth."""
    if isinstance(value, str):
        return not is_expression(value)
    if isinstance(value, list):
        return all(map(is_constant, value))
    return not isinstance(value, dict) or all(map(is_constant, value.values()))


def compile_value(value: Json, location: str) -> Evaluate:
    """The function of a value. Inside, locations grow as AWS writes them: `Output/a/b`, `Output/list[0]`.

    Raises `ExpressionError` for a wrong expression anywhere in it.
    """
    return _compiled(value, location) or _constant(value)


def _compiled(value: Json, location: str) -> Evaluate | None:
    """None for a constant."""
    if isinstance(value, str):
        return compile_expression(value, location) if is_expression(value) else None
    if isinstance(value, list):
        items = [_compiled(item, f"{location}[{index}]") for index, item in enumerate(value)]
        return _array([made or _constant(item) for made, item in zip(items, value, strict=True)]) if any(items) else None
    if isinstance(value, dict):
        members = {key: _compiled(item, f"{location}/{key}") for key, item in value.items()}
        return _object({key: made or _constant(value[key]) for key, made in members.items()}) if any(members.values()) else None
    return None


def _constant(value: Json) -> Evaluate:
    return lambda data, scope: value


def _array(items: list[Evaluate]) -> Evaluate:
    return lambda data, scope: [item(data, scope) for item in items]


def _object(members: dict[str, Evaluate]) -> Evaluate:
    if len(members) == 1:
        [(name, only)] = members.items()
        return lambda data, scope: {name: only(data, scope)}
    pairs = tuple(members.items())

    def value_of(data: Json, scope: Scope) -> Json:
        return {key: member(data, scope) for key, member in pairs}

    return value_of
