"""JSONata's functions of numbers. Source: jsonata.js 2.0.6, functions.js; pictures are in `pictures`.

Every function takes the `Run` first. Numbers are doubles as JavaScript has them; whole results are ints (`tidy`).
"""

from __future__ import annotations

import math
import re
from typing import Final

from asl_engine.expressions.jsonata.runtime import SAFE_INTEGER, JsonataError, Run, Value, number_text, tidy
from asl_engine.values import MISSING

_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?")
_PREFIXED: Final = re.compile("0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def number(run: Run, value: Value = MISSING) -> Value:
    """A number, a numeric string (decimal, 0x, 0o, 0b) or a boolean as a number. Raises D3030."""
    if value is MISSING or type(value) in (int, float):
        return value
    if type(value) is bool:
        return int(value)
    if type(value) is str:
        if _DECIMAL.fullmatch(value):
            result = tidy(float(value))
            if not math.isinf(result):
                return result
        elif _PREFIXED.fullmatch(value):
            return tidy(float(int(value, 0)))
    raise JsonataError("D3030", value=value, index=1)


def abs_(run: Run, value: Value) -> Value:
    return value if value is MISSING else abs(value)


def floor(run: Run, value: Value) -> Value:
    return value if value is MISSING or not math.isfinite(value) else tidy(float(math.floor(value)))


def ceil(run: Run, value: Value) -> Value:
    return value if value is MISSING or not math.isfinite(value) else tidy(float(math.ceil(value)))


def round_(run: Run, value: Value, precision: Value = MISSING) -> Value:
    return value if value is MISSING else rounded(value, 0 if precision is MISSING else precision)


def rounded(value: float, precision: float = 0) -> float:
    """Half to even at a decimal place. The shift is made in the number's text, so that 1.005 is 1.005."""
    if not math.isfinite(value):
        return value
    shifted = _shifted(value, precision) if precision else float(value)
    if not math.isfinite(shifted):
        return tidy(shifted)
    result = float(math.floor(shifted + 0.5)) if abs(shifted) < SAFE_INTEGER else shifted
    if result - shifted > 0.5:  # adding a half went up a whole double
        result -= 1
    if abs(result - shifted) == 0.5 and result % 2 == 1:
        result -= 1
    return tidy((_shifted(result, -precision) if precision else result) + 0.0)


def _shifted(value: float, places: float) -> float:
    mantissa, _, exponent = number_text(float(value)).partition("e")
    power = (int(exponent) if exponent else 0) + places
    if power != int(power):
        return math.nan  # JavaScript reads "1e0.5" as no number
    return float(f"{mantissa}e{int(power)}")


def sqrt(run: Run, value: Value) -> Value:
    if value is MISSING:
        return MISSING
    if value < 0:
        raise JsonataError("D3060", index=1, value=value)
    return tidy(math.sqrt(value))


def power(run: Run, value: Value, exponent: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    result = math.nan if exponent is MISSING else _power(float(value), float(exponent))
    if not math.isfinite(result):
        raise JsonataError("D3061", index=1, value=value, exp=exponent)
    return tidy(result)


def _power(value: float, exponent: float) -> float:
    try:
        return math.pow(value, exponent)
    except OverflowError:
        return math.inf
    except ValueError:  # zero to a negative power, or a root of a negative number
        return math.inf if value == 0 else math.nan


def format_base(run: Run, value: Value, radix: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    base = 10 if radix is MISSING else rounded(radix)
    if not 2 <= base <= 36:
        raise JsonataError("D3100", value=base)
    whole = rounded(value)
    if not math.isfinite(whole):
        return number_text(whole)
    if base == 10:
        return number_text(whole)
    rest, digits = abs(int(whole)), []
    while rest:
        rest, digit = divmod(rest, int(base))
        digits.append(_DIGITS[digit])
    return ("-" if whole < 0 else "") + ("".join(reversed(digits)) or "0")
