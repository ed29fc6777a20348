"""Choice rules of JSONPath states: one rule in, one function of data and scope out.

Spec, "Choice State": a rule is And, Or, Not, or a data test: a `Variable` and one operator with its operand. A test
between values of different types is false and never fails; a path that finds nothing fails, except under IsPresent.
Whether a rule is well formed is said by validation; what nobody can compile is refused here too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from asl_engine.expressions import Condition, Evaluate, ExpressionError, Scope
from asl_engine.expressions.jsonpath import NoMatch, is_opaque, parse_path
from asl_engine.expressions.timestamps import NOT_A_TIMESTAMP, parse_timestamp
from asl_engine.failures import runtime_failure
from asl_engine.values import Json, kind_of

MAX_NESTING = 200

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _string(value: Json) -> bytes | None:
    # By UTF-16 code unit, as Java compares: U+FFFF sorts behind an emoji.
    return value.encode("utf-16-be", "surrogatepass") if isinstance(value, str) else None


def _number(value: Json) -> int | float | None:
    return value if (value.__class__ is int or value.__class__ is float) else None


def _boolean(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _timestamp(value: Json) -> Any:
    return parse_timestamp(value) if isinstance(value, str) else None


_READERS: dict[str, Callable[[Json], Any]] = {"string": _string, "number": _number, "boolean": _boolean, "timestamp": _timestamp}
"""Per kind of operand: the value made comparable, None when it is of another kind."""

_COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    f"{family}{order}": (kind, compare)
    for family, kind in (("String", "string"), ("Numeric", "number"), ("Timestamp", "timestamp"))
    for order, compare in _ORDERS.items()
} | {"BooleanEquals": ("boolean", operator.eq)}

_TYPE_TESTS: dict[str, Callable[[Json], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}

OPERATORS: dict[str, str] = (
    {name: kind for name, (kind, _) in _COMPARISONS.items()}
    | {f"{name}Path": "path" for name in _COMPARISONS}
    | {"StringMatches": "string", "IsPresent": "boolean"}
    | dict.fromkeys(_TYPE_TESTS, "boolean")
)
"""The 39 operators and the kind of their operand: "string", "number", "timestamp", "boolean" or "path"."""


def compile_rule(rule: dict[str, Json]) -> Condition:
    """A Choice rule as a function. `Next`, `Assign`, `Comment` and the like are not looked at.

    Raises ExpressionError. Evaluation raises Failure (States.Runtime) where a path finds nothing.
    """
    return _rule(rule, 0)


def _rule(rule: Json, depth: int) -> Condition:
    if not isinstance(rule, dict):
        raise ExpressionError(f"A choice rule must be an object, not {kind_of(rule)}")
    if depth > MAX_NESTING:
        raise ExpressionError(f"A choice rule is nested more than {MAX_NESTING} deep")
    forms = [name for name in ("And", "Or", "Not", "Variable") if name in rule]
    if len(forms) != 1:
        raise ExpressionError("The object must have only one of the following fields, [And, Or, Not, Variable, Condition]")
    match forms[0]:
        case "Variable":
            return _data_test(rule)
        case "Not":
            negated = _rule(rule["Not"], depth + 1)
            return lambda data, scope: not negated(data, scope)
        case name:
            inner = rule[name]
            if not isinstance(inner, list) or not inner:
                raise ExpressionError(f"The field '{name}' must be a non-empty array")
            rules = [_rule(one, depth + 1) for one in inner]
            if name == "And":
                return lambda data, scope: all(one(data, scope) for one in rules)
            return lambda data, scope: any(one(data, scope) for one in rules)


def _data_test(rule: dict[str, Json]) -> Condition:
    names = [name for name in rule if name in OPERATORS]
    if len(names) != 1:
        raise ExpressionError("A choice rule must have exactly one comparison operator next to 'Variable'")
    name, operand = names[0], rule[names[0]]
    path = rule["Variable"]
    if not isinstance(path, str):
        raise ExpressionError(f"The field 'Variable' must be a string, not {kind_of(path)}")
    if isinstance(operand, str) and OPERATORS[name] not in ("string", "path") and is_opaque(operand):
        # An unresolved ${…} where a number or the like will stand: of another type than anything.
        return lambda data, scope: False
    if name == "IsPresent":
        return _presence(path, _expected(name, operand))
    find = _found(path)
    if name in _TYPE_TESTS:
        test, expected = _TYPE_TESTS[name], _expected(name, operand)
        return lambda data, scope: test(find(data, scope)) is expected
    if name == "StringMatches":
        return _matching(find, operand)
    if name.endswith("Path"):
        kind, compare = _COMPARISONS[name.removesuffix("Path")]
        if not isinstance(operand, str):
            raise ExpressionError(f"The field '{name}' must be a string, not {kind_of(operand)}")
        return _with_path(find, kind, compare, _found(operand))
    kind, compare = _COMPARISONS[name]
    literal = _READERS[kind](operand)
    if literal is None:
        raise ExpressionError(
            NOT_A_TIMESTAMP if kind == "timestamp" and isinstance(operand, str) else f"The field '{name}' must be a {kind}, not {kind_of(operand)}"
        )
    return _with_literal(find, name, literal if kind != "string" else operand, compare)


def _expected(name: str, operand: Json) -> bool:
    if not isinstance(operand, bool):
        raise ExpressionError(f"The field '{name}' must be a boolean, not {kind_of(operand)}")
    return operand


def _found(text: str) -> Evaluate:
    """The value of `Variable` or of a …Path operand; nothing there fails the state."""
    find = parse_path(text).find

    def value(data: Json, scope: Scope) -> Json:
        try:
            return find(data, scope)
        except NoMatch:
            raise runtime_failure(f"Invalid path '{text}': The choice state's condition path references an invalid value.") from None

    return value


def _presence(text: str, expected: bool) -> Condition:
    path = parse_path(text)
    find, steps = path.find, path.steps

    def present(data: Json, scope: Scope) -> bool:
        try:
            find(data, scope)
        except NoMatch:
            return not expected
        return expected

    def member(data: Json, scope: Scope) -> bool:
        value: Any = data
        for name in steps:
            if value.__class__ is not dict or name not in value:
                return not expected
            value = value[name]
        return expected

    # A miss is an ordinary answer here, and an exception costs ten times a look.
    named = path.root == "input" and bool(steps) and all(isinstance(step, str) for step in steps)
    return member if named else present


def _with_literal(find: Evaluate, name: str, literal: Any, compare: Callable[[Any, Any], bool]) -> Condition:
    """Numbers and equal strings are what loops test, so they are compared without reading either side first."""
    if name == "StringEquals":
        return lambda data, scope: find(data, scope) == literal
    kind = _COMPARISONS[name][0]
    if kind == "number":

        def numeric(data: Json, scope: Scope) -> bool:
            value = find(data, scope)
            return (value.__class__ is int or value.__class__ is float) and compare(value, literal)

        return numeric
    read = _READERS[kind]
    limit = read(literal) if kind == "string" else literal

    def compared(data: Json, scope: Scope) -> bool:
        value = read(find(data, scope))
        return value is not None and compare(value, limit)

    return compared


def _with_path(find: Evaluate, kind: str, compare: Callable[[Any, Any], bool], find_operand: Evaluate) -> Condition:
    read = _READERS[kind]

    def compared(data: Json, scope: Scope) -> bool:
        value, operand = read(find(data, scope)), read(find_operand(data, scope))
        return value is not None and operand is not None and compare(value, operand)

    return compared


def _matching(find: Evaluate, pattern: Json) -> Condition:
    """StringMatches. Spec: `*` matches zero or more characters, `\\\\*` and `\\\\\\\\` are literal, an open escape is a run-time error."""
    if not isinstance(pattern, str):
        raise ExpressionError(f"The field 'StringMatches' must be a string, not {kind_of(pattern)}")
    pieces = _pieces(pattern)

    def matches(data: Json, scope: Scope) -> bool:
        value = find(data, scope)
        if pieces is None:
            raise runtime_failure(f"The StringMatches pattern '{pattern}' has an open escape sequence")
        return isinstance(value, str) and _fits(value, pieces)

    return matches


def _pieces(pattern: str) -> list[str] | None:
    """The literal texts between the wildcards; None when an escape is open."""
    pieces, at = [""], 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            pieces.append("")
            continue
        if character == "\\":
            character = pattern[at : at + 1]
            at += 1
            if character not in ("*", "\\"):
                return None
        pieces[-1] += character
    return pieces


def _fits(value: str, pieces: list[str]) -> bool:
    """Leftmost matches of the middle pieces suffice, so no pattern can make this backtrack."""
    if len(pieces) == 1:
        return value == pieces[0]
    first, *middle, last = pieces
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    at, end = len(first), len(value) - len(last)
    for piece in middle:
        found = value.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
