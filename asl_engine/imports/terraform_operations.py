"""Terraform's operators and conversions on values of which some are not known.

Each function says None, or an unknown, rather than guess. Source: Terraform Language, "Operators" and "Types and Values".
"""

from __future__ import annotations

import math

from asl_engine.imports.hcl_tree import Span
from asl_engine.imports.knowing import is_known
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, Encoded, Node, Object, Scalar, Spot, Text, Unknown, json_of, made, text_of
from asl_engine.values import same_json
from asl_engine.yaml_positions import plain_value

LARGEST = 10**300


def kind_of(node: Node) -> str:
    """The name of a value's type, as Terraform's conversion functions know it."""
    match node:
        case Text() | Encoded():
            return "string"
        case Scalar(value=bool()):
            return "bool"
        case Scalar(value=None):
            return "any"
        case Scalar():
            return "number"
        case Array():
            return "list"
        case Object():
            return "object"
        case Unknown():
            return node.kind


def conditional_kind(then: Node, otherwise: Node) -> str:
    """The type both results of a conditional have."""
    return kind_of(then) if kind_of(then) == kind_of(otherwise) else "any"


def as_text(node: Node, span: Span) -> Text:
    """A value in a string. Raises `DefinitionError` for what Terraform refuses there."""
    if isinstance(node, (Array, Object)):
        raise refused("A list or an object cannot stand in a string", Spot(span.file, span.start), "jsonencode makes a string of it")
    if isinstance(node, Scalar) and node.value is None:
        raise refused("null cannot stand in a string", Spot(span.file, span.start))
    if isinstance(node, Scalar):
        return made(number_text(node.value), node.spot)
    return text_of(node)


def number_text(value: bool | int | float | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return str(int(value))
    return "" if value is None else str(value)


def bool_of(node: Node, span: Span) -> bool | None:
    """A condition's value; None if it is not known. Raises `DefinitionError` for what is no boolean."""
    if not is_known(node):
        return None
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    if isinstance(node, Text) and node.value in ("true", "false"):
        return node.value == "true"
    raise refused("true or false is expected here", Spot(span.file, span.start))


def number_of(node: Node, span: Span) -> int | float | None:
    """A number, also one written as a string; None if it is not known. Raises `DefinitionError` for what is none."""
    if not is_known(node):
        return None
    value = node.value if isinstance(node, Scalar) else plain_value(node.value, 0) if isinstance(node, Text) else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST else value
    raise refused("A number is expected here", Spot(span.file, span.start))


def operation(operator: str, operands: list[Node], span: Span) -> Node | None:
    """The value of an operation; None if it is not known."""
    spot = Spot(span.file, span.start)
    if operator in ("&&", "||", "!") or operator in ("==", "!="):
        held = _logical(operator, operands, span)
        return None if held is None else Scalar(held, spot)
    numbers = [number_of(operand, span) for operand in operands]
    if any(number is None for number in numbers):
        return None
    known = [number for number in numbers if number is not None]
    if len(known) == 1:
        return Scalar(-known[0], spot)
    left, right = known
    if operator in ("<", "<=", ">", ">="):
        return Scalar({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator], spot)
    return Scalar(_arithmetic(operator, left, right, spot), spot)


def _arithmetic(operator: str, left: int | float, right: int | float, spot: Spot) -> int | float:
    if operator in ("/", "%") and right == 0:
        raise refused("This divides by zero", spot)
    try:
        match operator:
            case "+":
                result = left + right
            case "-":
                result = left - right
            case "*":
                result = left * right
            case "/":
                result = left // right if isinstance(left, int) and isinstance(right, int) and left % right == 0 else left / right
            case _:
                result = math.fmod(left, right)
    except OverflowError:
        raise refused("This number is out of range", spot) from None
    if abs(result) > LARGEST or not math.isfinite(result):
        raise refused("This number is out of range", spot)
    return int(result) if isinstance(result, float) and result.is_integer() else result


def _logical(operator: str, operands: list[Node], span: Span) -> bool | None:
    if operator in ("==", "!="):
        if not all(map(is_known, operands)):
            return None
        left, right = map(json_of, operands)
        return same_json(left, right) == (operator == "==")
    held = [bool_of(operand, span) for operand in operands]
    match operator:
        case "!":
            return None if held[0] is None else not held[0]
        case "&&":
            return False if False in held else None if None in held else True
        case _:
            return True if True in held else None if None in held else False
