"""All functions an expression may call: JSONata's own and the six that AWS adds. `$eval` is not among them.

Source: jsonata.js 2.0.6, function registration; AWS, "Transforming data with JSONata", and measurements of TestState for what
the documentation leaves open (rounding, missing arguments, the generator behind `$random(seed)`).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from typing import Final

from asl_engine.expressions.jsonata import collections as collections
from asl_engine.expressions.jsonata import dates as dates
from asl_engine.expressions.jsonata import numbers as numbers
from asl_engine.expressions.jsonata import strings as strings
from asl_engine.expressions.jsonata.pictures import format_number
from asl_engine.expressions.jsonata.runtime import OUT_OF_MEMORY, BoundReached, JsonataError, Native, Run, Sequence, Value, tidy
from asl_engine.expressions.jsonata.signature import PLURALS, Signature
from asl_engine.values import MISSING

ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def partition(run: Run, items: Value = MISSING, size: Value = MISSING, *surplus: Value) -> Value:
    """Chunks of `size`, cut to whole towards zero; without a size one chunk. Nothing for an empty array or a size of zero."""
    _no_more(surplus, 3)
    if items is MISSING:
        return MISSING
    if not isinstance(items, list):
        if items is None:
            raise JsonataError("T0412", value=items, index=1, type=PLURALS["a"])
        items = [items]
    width = len(items) if size is MISSING else _whole(size, 2)
    if width < 0:
        raise JsonataError("D3137", message="Second argument must be zero or greater")
    if width == 0 or not items:
        return MISSING
    run.room(len(items))
    return [items[start : start + width] for start in range(0, len(items), width)]


def range_(run: Run, start: Value = MISSING, end: Value = MISSING, step: Value = MISSING, *surplus: Value) -> Value:
    """From start to end, both included, by step; arguments are cut to whole towards zero. One member stands for itself.

    Nothing without a step, for a step of zero, and for one that leads away from the end.
    """
    _no_more(surplus, 4)
    first, last = _whole(start, 1), _whole(end, 2)
    by = 0 if step is MISSING else _whole(step, 3)
    if by == 0:
        return MISSING
    members = range(first, last + (1 if by > 0 else -1), by)
    if len(members) > run.bounds.range_elements:
        raise BoundReached(OUT_OF_MEMORY)
    run.room(len(members))
    return Sequence(members) if members else MISSING


def _whole(value: Value, index: int) -> int:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise JsonataError("T0410", value=value, index=index)
    return math.trunc(value)


def hash_(run: Run, text: Value = MISSING, algorithm: Value = MISSING, *surplus: Value) -> Value:
    """The lower-case hexadecimal digest of a string's UTF-8. Nothing without an algorithm."""
    _no_more(surplus, 3)
    if text is MISSING or algorithm is MISSING:
        return MISSING
    if type(text) is not str:
        raise JsonataError("T0410", value=text, index=1)
    if type(algorithm) is not str:
        raise JsonataError("T0410", value=algorithm, index=2)
    name = ALGORITHMS.get(algorithm)
    if name is None:
        raise JsonataError("D3137", message=f"Second argument must be one of: [{', '.join(ALGORITHMS)}]")
    return hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def random(run: Run, seed: Value = MISSING, *surplus: Value) -> Value:
    """A draw in [0, 1). With a seed the first of `java.util.Random`, as AWS has it: 42 gives 0.7275636800328681."""
    _no_more(surplus, 2)
    if seed is MISSING:
        return run.world.chance.fraction()
    state = (_whole(seed, 1) ^ 0x5DEECE66D) & (2**48 - 1)
    high = (state * 0x5DEECE66D + 0xB) & (2**48 - 1)
    low = (high * 0x5DEECE66D + 0xB) & (2**48 - 1)
    return ((high >> 22 << 27) + (low >> 21)) * 2.0**-53


def uuid(run: Run, *surplus: Value) -> Value:
    _no_more(surplus, 1)
    return run.world.chance.uuid()


def parse(run: Run, text: Value = MISSING, *surplus: Value) -> Value:
    """JSON text as a value. Raises D3137 "Invalid JSON", also for a repeated key and an empty text."""
    _no_more(surplus, 2)
    if text is MISSING:
        return MISSING
    if type(text) is not str:
        raise JsonataError("T0410", value=text, index=1)
    run.step(len(text) >> 4)
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_int=_integer, parse_float=_double, parse_constant=_refused)
    except ValueError:
        raise JsonataError("D3137", message="Invalid JSON") from None


def _unrepeated(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("repeated key")
    return members


def _integer(digits: str) -> float:
    """AWS keeps what fits in 64 bits exactly and makes a double of the rest."""
    return int(digits) if len(digits) < 20 and -(2**63) <= int(digits) < 2**63 else _double(digits)


def _double(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("out of range")
    return tidy(value)


def _refused(constant: str) -> Value:
    raise ValueError(constant)


def _no_more(surplus: tuple[Value, ...], index: int) -> None:
    if surplus:
        raise JsonataError("T0410", value=surplus[0], index=index)


_OF_JSONATA: Final[tuple[tuple[str, Callable[..., Value], str, int | None], ...]] = (
    ("sum", collections.sum_, "<a<n>:n>", 1),
    ("count", collections.count, "<a:n>", 1),
    ("max", collections.max_, "<a<n>:n>", 1),
    ("min", collections.min_, "<a<n>:n>", 1),
    ("average", collections.average, "<a<n>:n>", 1),
    ("string", strings.string, "<x-b?:s>", 2),
    ("substring", strings.substring, "<s-nn?:s>", 3),
    ("substringBefore", strings.substring_before, "<s-s:s>", 2),
    ("substringAfter", strings.substring_after, "<s-s:s>", 2),
    ("lowercase", strings.lowercase, "<s-:s>", 1),
    ("uppercase", strings.uppercase, "<s-:s>", 1),
    ("length", strings.length, "<s-:n>", 1),
    ("trim", strings.trim, "<s-:s>", 1),
    ("pad", strings.pad, "<s-ns?:s>", 3),
    ("match", strings.match, "<s-f<s:o>n?:a<o>>", 3),
    ("contains", strings.contains, "<s-(sf):b>", 2),
    ("replace", strings.replace, "<s-(sf)(sf)n?:s>", 4),
    ("split", strings.split, "<s-(sf)n?:a<s>>", 3),
    ("join", strings.join, "<a<s>s?:s>", 2),
    ("formatNumber", format_number, "<n-so?:s>", 3),
    ("formatBase", numbers.format_base, "<n-n?:s>", 2),
    ("formatInteger", dates.format_integer, "<n-s:s>", 2),
    ("parseInteger", dates.parse_integer, "<s-s:n>", 2),
    ("number", numbers.number, "<(nsb)-:n>", 1),
    ("floor", numbers.floor, "<n-:n>", 1),
    ("ceil", numbers.ceil, "<n-:n>", 1),
    ("round", numbers.round_, "<n-n?:n>", 2),
    ("abs", numbers.abs_, "<n-:n>", 1),
    ("sqrt", numbers.sqrt, "<n-:n>", 1),
    ("power", numbers.power, "<n-n:n>", 2),
    ("boolean", collections.boolean_, "<x-:b>", 1),
    ("not", collections.not_, "<x-:b>", 1),
    ("map", collections.map_, "<af>", 2),
    ("zip", collections.zip_, "<a+>", None),
    ("filter", collections.filter_, "<af>", 2),
    ("single", collections.single, "<af?>", 2),
    ("reduce", collections.reduce, "<afj?:j>", 3),
    ("sift", collections.sift, "<o-f?:o>", 2),
    ("keys", collections.keys, "<x-:a<s>>", 1),
    ("lookup", collections.lookup, "<x-s:x>", 2),
    ("append", collections.append_, "<xx:a>", 2),
    ("exists", collections.exists, "<x:b>", 1),
    ("spread", collections.spread, "<x-:a<o>>", 1),
    ("merge", collections.merge, "<a<o>:o>", 1),
    ("reverse", collections.reverse, "<a:a>", 1),
    ("each", collections.each, "<o-f:a>", 2),
    ("error", collections.error, "<s?:x>", 1),
    ("assert", collections.assert_, "<bs?:x>", 2),
    ("type", collections.type_, "<x:s>", 1),
    ("sort", collections.sort, "<af?:a>", 2),
    ("shuffle", collections.shuffle, "<a:a>", 1),
    ("distinct", collections.distinct, "<x:x>", 1),
    ("clone", collections.clone, "<(oa)-:o>", 1),
    ("base64encode", strings.base64encode, "<s-:s>", 1),
    ("base64decode", strings.base64decode, "<s-:s>", 1),
    ("encodeUrlComponent", strings.encode_url_component, "<s-:s>", 1),
    ("encodeUrl", strings.encode_url, "<s-:s>", 1),
    ("decodeUrlComponent", strings.decode_url_component, "<s-:s>", 1),
    ("decodeUrl", strings.decode_url, "<s-:s>", 1),
    ("toMillis", dates.to_millis, "<s-s?:n>", 2),
    ("fromMillis", dates.from_millis, "<n-s?s?:s>", 3),
    ("now", dates.now, "<s?s?:s>", 2),
    ("millis", dates.millis, "<:n>", 0),
)
"""Name, function, signature, how many parameters it declares (None: any number)."""

_OF_AWS: Final[tuple[tuple[str, Callable[..., Value], int], ...]] = (
    ("partition", partition, 2),
    ("range", range_, 3),
    ("hash", hash_, 2),
    ("random", random, 1),
    ("uuid", uuid, 0),
    ("parse", parse, 1),
)
"""Name, function, and how many arguments a higher-order function gives it. They check their arguments themselves."""


def _table() -> dict[str, Value]:
    table: dict[str, Value] = {name: Native(function, Signature.of(signature), parameters) for name, function, signature, parameters in _OF_JSONATA}
    table["string"].arity = 1  # JavaScript does not count a parameter with a default
    return table | {name: Native(function, None, None, arity) for name, function, arity in _OF_AWS}


FUNCTIONS: Final = _table()
"""Name without `$` -> function. Never written to: it is the outermost frame of every evaluation."""
