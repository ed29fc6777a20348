"""`$formatNumber`: numbers by a picture, as XPath's fn:format-number has it. Source: F&O 4.7; jsonata.js 2.0.6, functions.js."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from asl_engine.expressions.jsonata.numbers import rounded
from asl_engine.expressions.jsonata.runtime import JsonataError, Run, Value, number_text
from asl_engine.values import MISSING

DEFAULTS: Final = {
    "decimal-separator": ".",
    "grouping-separator": ",",
    "exponent-separator": "e",
    "infinity": "Infinity",
    "minus-sign": "-",
    "NaN": "NaN",
    "percent": "%",
    "per-mille": "‰",
    "zero-digit": "0",
    "digit": "#",
    "pattern-separator": ";",
}


@dataclass(slots=True)
class _Signs:
    """The characters of a picture and what they stand for."""

    of: dict[str, str]
    digits: str
    active: frozenset[str]


@dataclass(slots=True)
class _Part:
    """One sub-picture, taken apart."""

    text: str
    prefix: str
    suffix: str
    active: str
    mantissa: str
    exponent: str | None
    integer: str
    fraction: str


@dataclass(slots=True)
class _Layout:
    """What a sub-picture asks for."""

    part: _Part
    prefix: str
    grouping: list[int]
    regular: int
    least_integer: int
    scaling: int
    fraction_grouping: list[int]
    least_fraction: int
    most_fraction: int
    least_exponent: int


def format_number(run: Run, value: Value, picture: Value = MISSING, options: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    signs = _signs({} if options is MISSING else options)
    pictures = ("" if picture is MISSING else picture).split(signs.of["pattern-separator"])
    if len(pictures) > 2:
        raise JsonataError("D3080")
    layouts = [_layout(_part(text, signs), signs) for text in pictures]
    if value >= 0 or len(layouts) == 2:
        layout = layouts[0] if value >= 0 else layouts[1]
    else:
        layout = layouts[0]
        layout.prefix = signs.of["minus-sign"] + layout.prefix
    return _written(value, layout, signs)


def _signs(options: dict[str, Value]) -> _Signs:
    of = DEFAULTS | {key: str(text) for key, text in options.items()}
    zero = ord(of["zero-digit"][:1] or "0")
    digits = "".join(chr(zero + step) for step in range(10))
    marks = (of["decimal-separator"], of["exponent-separator"], of["grouping-separator"], of["digit"], of["pattern-separator"])
    return _Signs(of, digits, frozenset(digits) | frozenset(marks))


def _part(text: str, signs: _Signs) -> _Part:
    exponent_mark = signs.of["exponent-separator"]
    places = [place for place, char in enumerate(text) if char in signs.active and char != exponent_mark]
    if not places:  # jsonata.js finds neither prefix nor suffix here; the picture has no digit, and AWS says D3086
        raise JsonataError("D3086")
    prefix, suffix = text[: places[0]], text[places[-1] + 1 :]
    active = text[len(prefix) : len(text) - len(suffix)]
    place = text.find(exponent_mark, len(prefix))
    if place < 0 or place > len(text) - len(suffix):
        mantissa, exponent = active, None
    else:
        mantissa, exponent = active[:place], active[place + 1 :]
    integer, point, fraction = mantissa.partition(signs.of["decimal-separator"])
    part = _Part(text, prefix, suffix, active, mantissa, exponent, integer, fraction if point else suffix)
    fault = _fault(part, signs)
    if fault is not None:
        raise JsonataError(fault)
    return part


def _fault(part: _Part, signs: _Signs) -> str | None:
    """F&O 4.7.3: what is wrong with a sub-picture. Of several faults the last counts, as in jsonata.js."""
    text, of, digits = part.text, signs.of, signs.digits
    point, group, digit = of["decimal-separator"], of["grouping-separator"], of["digit"]
    percent, mille = text.count(of["percent"]), text.count(of["per-mille"])
    place = text.find(point)
    before, _, _ = part.integer.partition(digit)
    after = part.fraction[part.fraction.rfind(digit) :]
    adjacent = group in (text[place - 1 : place] if place else text[-1:] * 0, text[place + 1 : place + 2])
    checks = (
        ("D3081", text.count(point) > 1),
        ("D3082", percent > 1),
        ("D3083", mille > 1),
        ("D3084", percent > 0 and mille > 0),
        ("D3085", not any(char in digits or char == digit for char in part.mantissa)),
        ("D3086", any(char not in signs.active for char in part.active)),
        ("D3087", place >= 0 and adjacent),
        ("D3088", place < 0 and part.integer.endswith(group)),
        ("D3089", group * 2 in text),
        ("D3090", digit in part.integer and any(char in digits for char in before)),
        ("D3091", digit in part.fraction and any(char in digits for char in after)),
        ("D3092", bool(part.exponent) and (percent > 0 or mille > 0)),
        ("D3093", part.exponent is not None and (not part.exponent or any(char not in digits for char in part.exponent))),
    )
    return next((code for code, wrong in reversed(checks) if wrong), None)


def _layout(part: _Part, signs: _Signs) -> _Layout:
    """F&O 4.7.4."""
    mandatory = sum(char in signs.digits for char in part.integer)
    least_integer = mandatory
    least_fraction = sum(char in signs.digits for char in part.fraction)
    most_fraction = least_fraction + part.fraction.count(signs.of["digit"])
    if least_integer == 0 and most_fraction == 0:
        if part.exponent is not None:
            least_fraction = most_fraction = 1
        else:
            least_integer = 1
    if part.exponent is not None and least_integer == 0 and signs.of["digit"] in part.integer:
        least_integer = 1
    if least_integer == 0 and least_fraction == 0:
        least_fraction = 1
    grouping = _grouping(part.integer, part.integer, signs, lambda text, place: text[place:])
    return _Layout(
        part=part,
        prefix=part.prefix,
        grouping=grouping,
        regular=_regular(grouping),
        least_integer=least_integer,
        scaling=mandatory,
        fraction_grouping=_grouping(part.fraction, part.integer, signs, lambda text, place: text[:place]),
        least_fraction=least_fraction,
        most_fraction=most_fraction,
        least_exponent=sum(char in signs.digits for char in part.exponent or ""),
    )


def _grouping(text: str, integer: str, signs: _Signs, side: Callable[[str, int], str]) -> list[int]:
    """Where separators stand, in digits. jsonata.js goes on in the integer part after the first one, whichever part it began in."""
    positions = []
    separator = signs.of["grouping-separator"]
    place = text.find(separator)
    while place >= 0:
        positions.append(sum(char in signs.digits or char == signs.of["digit"] for char in side(text, place)))
        place = integer.find(separator, place + 1)
    return positions


def _regular(positions: list[int]) -> int:
    """The interval of separators at equal intervals, 0 for others."""
    if not positions:
        return 0
    factor = reduce(math.gcd, positions)
    return factor if all(index * factor in positions for index in range(1, len(positions) + 1)) else 0


def _written(value: float, layout: _Layout, signs: _Signs) -> str:
    of = signs.of
    zero, point, group = of["zero-digit"], of["decimal-separator"], of["grouping-separator"]
    scale = 100 if of["percent"] in layout.part.text else 1000 if of["per-mille"] in layout.part.text else 1
    mantissa, exponent = value * scale if scale > 1 else value, 0
    if layout.least_exponent and math.isfinite(mantissa):
        mantissa, exponent = _scaled(float(mantissa), layout.scaling)
    text = _fixed(rounded(mantissa, layout.most_fraction), layout.most_fraction, signs)
    text = text.replace(".", point) if "." in text else text + point
    text = text.lstrip(zero).rstrip(zero)
    place = text.find(point)
    text = zero * (layout.least_integer - place) + text + zero * (layout.least_fraction - (len(text) - place - 1))
    place = text.find(point)
    if layout.regular > 0:
        for step in range(1, (place - 1) // layout.regular + 1):
            text = text[: place - step * layout.regular] + group + text[place - step * layout.regular :]
    else:
        for position in layout.grouping:
            text = text[: place - position] + group + text[place - position :]
            place += 1
    place = text.find(point)
    for position in layout.fraction_grouping:
        text = text[: position + place + 1] + group + text[position + place + 1 :]
    place = text.find(point)
    if point not in layout.part.text or place == len(text) - 1:
        text = text[:-1]
    if layout.part.exponent is not None and layout.least_exponent:
        digits = _fixed(exponent, 0, signs)
        text += of["exponent-separator"] + (of["minus-sign"] if exponent < 0 else "") + zero * (layout.least_exponent - len(digits)) + digits
    return layout.prefix + text + layout.part.suffix


def _scaled(mantissa: float, digits: int) -> tuple[float, int]:
    """mantissa * 10^exponent with so many digits before the point."""
    exponent, size = 0, abs(mantissa)  # jsonata.js scales zero and negative numbers for ever
    most, least = math.pow(10, digits), math.pow(10, digits - 1)
    while 0 < size < least:
        size, exponent = size * 10, exponent - 1
    while size > most:
        size, exponent = size / 10, exponent + 1
    return math.copysign(size, mantissa), exponent


def _fixed(value: float, places: int, signs: _Signs) -> str:
    """JavaScript's toFixed of the absolute value, in the picture's digits."""
    if not math.isfinite(value):
        return "Infinity" if math.isinf(value) else "NaN"
    text = f"{abs(float(value)):.{places}f}" if abs(value) < 1e21 else number_text(float(abs(value)))
    return text if signs.of["zero-digit"] == "0" else "".join(signs.digits[int(char)] if char.isdigit() else char for char in text)
