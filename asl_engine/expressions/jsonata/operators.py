"""JSONata's operators on values. Source: jsonata.js 2.0.6, evaluateNumericExpression and its neighbours.

Each takes both operands evaluated and answers a value, MISSING, or a `JsonataError` whose token is the operator.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from asl_engine.expressions.jsonata.runtime import (
    SAFE_INTEGER,
    JsonataError,
    Run,
    Sequence,
    Value,
    before,
    deep_equal,
    is_numeric,
    same,
    text_of,
    tidy,
)
from asl_engine.values import MISSING

_SAFE_FACTOR: Final = 2**26


def _operands(left: Value, right: Value, sign: str) -> bool:
    """Whether there is something to calculate. Raises T2001 or T2002 for an operand that is no number."""
    if left is not MISSING and not is_numeric(left):
        raise JsonataError("T2001", token=sign, value=left)
    if right is not MISSING and not is_numeric(right):
        raise JsonataError("T2002", token=sign, value=right)
    return left is not MISSING and right is not MISSING


def add(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int and -SAFE_INTEGER < left + right < SAFE_INTEGER and -SAFE_INTEGER < left < SAFE_INTEGER:
        return left + right
    return tidy(float(left) + float(right)) if _operands(left, right, "+") else MISSING


def subtract(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int and -SAFE_INTEGER < left - right < SAFE_INTEGER and -SAFE_INTEGER < left < SAFE_INTEGER:
        return left - right
    return tidy(float(left) - float(right)) if _operands(left, right, "-") else MISSING


def multiply(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int and -_SAFE_FACTOR < left < _SAFE_FACTOR and -_SAFE_FACTOR < right < _SAFE_FACTOR:
        return left * right
    return tidy(float(left) * float(right)) if _operands(left, right, "*") else MISSING


def divide(left: Value, right: Value) -> Value:
    if not _operands(left, right, "/"):
        return MISSING
    if right == 0:
        return math.nan if left == 0 else math.copysign(math.inf, left) * math.copysign(1.0, right)
    return tidy(float(left) / float(right))


def remainder(left: Value, right: Value) -> Value:
    if not _operands(left, right, "%"):
        return MISSING
    return math.nan if right == 0 else tidy(math.fmod(left, right))


def negate(value: Value) -> Value:
    if value is MISSING:
        return MISSING
    if not is_numeric(value):
        raise JsonataError("D1002", token="-", value=value)
    return -value


def equal(run: Run, left: Value, right: Value) -> Value:
    return left is not MISSING and right is not MISSING and deep_equal(run, left, right)


def unequal(run: Run, left: Value, right: Value) -> Value:
    return left is not MISSING and right is not MISSING and not deep_equal(run, left, right)


def _ordered(left: Value, right: Value, sign: str) -> bool:
    """Whether both are there. Raises T2010 for what has no order, T2009 for a number beside a string."""
    for side in (left, right):
        if side is not MISSING and type(side) not in (str, int, float):
            raise JsonataError("T2010", token=sign, value=side)
    if left is MISSING or right is MISSING:
        return False
    if (type(left) is str) is not (type(right) is str):
        raise JsonataError("T2009", token=sign, value=left, value2=right)
    return True


def less(left: Value, right: Value) -> Value:
    if not _ordered(left, right, "<"):
        return MISSING
    return before(left, right) if type(left) is str else left < right


def less_or_equal(left: Value, right: Value) -> Value:
    if not _ordered(left, right, "<="):
        return MISSING
    return not before(right, left) if type(left) is str else left <= right


def greater(left: Value, right: Value) -> Value:
    if not _ordered(left, right, ">"):
        return MISSING
    return before(right, left) if type(left) is str else left > right


def greater_or_equal(left: Value, right: Value) -> Value:
    if not _ordered(left, right, ">="):
        return MISSING
    return not before(left, right) if type(left) is str else left >= right


def within(run: Run, left: Value, right: Value) -> Value:
    """`in`: an array or object is only in an array that holds that very one."""
    if left is MISSING or right is MISSING:
        return False
    if isinstance(right, list):
        run.step(len(right) >> 4)
    return any(same(item, left) for item in right) if isinstance(right, list) else same(right, left)


def concatenated(run: Run, left: Value, right: Value) -> str:
    """`&`. Errors of the casts are the operator's."""
    try:
        return run.hold(("" if left is MISSING else text_of(run, left)) + ("" if right is MISSING else text_of(run, right)))
    except JsonataError as error:
        error.fields.setdefault("token", "&")
        raise


def span(run: Run, left: Value, right: Value) -> Value:
    """`[left..right]`. Raises T2003 or T2004 for a bound that is no whole number; too many members are out of memory."""
    if left is not MISSING and not _is_whole(left):
        raise JsonataError("T2003", token="..", value=left)
    if right is not MISSING and not _is_whole(right):
        raise JsonataError("T2004", token="..", value=right)
    if left is MISSING or right is MISSING or left > right:
        return MISSING
    run.room(int(right) - int(left) + 1)
    return Sequence(range(int(left), int(right) + 1))


def _is_whole(value: Value) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


BINARY: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}
"""Of the operands alone."""

ACCOUNTED: Final[dict[str, Callable[[Run, Value, Value], Value]]] = {"=": equal, "!=": unequal, "in": within, "&": concatenated, "..": span}
"""What may take long or make much: these ask the `Run`."""
