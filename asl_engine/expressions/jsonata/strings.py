"""JSONata's functions of strings, and matching with regular expressions or with functions that behave like one.

Every function takes the `Run` first. Source: jsonata.js 2.0.6, functions.js; where Node.js and AWS part (Base64), AWS.
Positions count characters; jsonata.js counts them so for `$substring` and `$length`, and UTF-16 units in a match's index.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from asl_engine.expressions.jsonata.calls import call
from asl_engine.expressions.jsonata.runtime import (
    OUT_OF_MEMORY,
    BoundReached,
    InternalFault,
    JsonataError,
    Run,
    Sequence,
    Value,
    is_function,
    text_of,
)
from asl_engine.values import MISSING

_BLANKS = re.compile("[ \t\n\r]+")
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")


def string(run: Run, value: Value = MISSING, prettify: Value = MISSING) -> Value:
    if value is MISSING:
        return MISSING
    return text_of(run, value, 2 if prettify is True else 0)


def substring(run: Run, text: Value, start: Value = MISSING, length: Value = MISSING) -> Value:
    if text is MISSING:
        return MISSING
    if start is MISSING:
        return text if length is MISSING else ""
    size = len(text)
    if size + start < 0:
        start = 0
    if length is MISSING:
        return text[_index(start, size) :]
    if not length > 0:
        return ""
    return text[_index(start, size) : _index(start + length if start >= 0 else size + start + length, size)]


def _index(position: float, size: int) -> int:
    """A position as JavaScript's slice takes it: cut to whole, from the end when negative."""
    if math.isinf(position):
        return size if position > 0 else 0
    whole = int(position)
    return max(size + whole, 0) if whole < 0 else whole


def substring_before(run: Run, text: Value, mark: Value = MISSING) -> Value:
    return text if text is MISSING or mark is MISSING or mark not in text else text[: text.index(mark)]


def substring_after(run: Run, text: Value, mark: Value = MISSING) -> Value:
    return text if text is MISSING or mark is MISSING or mark not in text else text[text.index(mark) + len(mark) :]


def lowercase(run: Run, text: Value) -> Value:
    return text if text is MISSING else text.lower()


def uppercase(run: Run, text: Value) -> Value:
    return text if text is MISSING else text.upper()


def length(run: Run, text: Value) -> Value:
    return text if text is MISSING else len(text)


def trim(run: Run, text: Value) -> Value:
    if text is MISSING:
        return MISSING
    return _BLANKS.sub(" ", text).removeprefix(" ").removesuffix(" ")


def pad(run: Run, text: Value, width: Value = MISSING, char: Value = MISSING) -> Value:
    """To the right for a positive width, to the left for a negative one. AWS refuses to add more than 262,144 characters."""
    if text is MISSING or width is MISSING:
        return text
    missing = math.trunc(abs(width)) - len(text)
    if missing <= 0:
        return text
    if missing > run.bounds.padding:
        raise BoundReached(OUT_OF_MEMORY)
    char = " " if char is MISSING or char == "" else char
    padding = (char * (missing // len(char) + 1))[:missing]
    return text + padding if width > 0 else padding + text


def join(run: Run, texts: Value, separator: Value = MISSING) -> Value:
    if texts is MISSING:
        return MISSING
    glue = "" if separator is MISSING else separator
    run.expect(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)


def contains(run: Run, text: Value, token: Value = MISSING) -> Value:
    if text is MISSING or token is MISSING:
        return MISSING
    if type(token) is str:
        return token in text
    return next(_matches(run, token, text), MISSING) is not MISSING


def match(run: Run, text: Value, pattern: Value = MISSING, limit: Value = MISSING) -> Value:
    if text is MISSING:
        return MISSING
    _not_negative(limit, "D3040", 3)
    found = Sequence()
    for one in _limited(_matches(run, pattern, text), limit):
        found.append({"match": one.get("match", MISSING), "index": one.get("start", MISSING), "groups": one.get("groups", MISSING)})
    return found


def replace(run: Run, text: Value, pattern: Value = MISSING, replacement: Value = MISSING, limit: Value = MISSING) -> Value:
    if text is MISSING:
        return MISSING
    if pattern == "":
        raise JsonataError("D3010", value=pattern, index=2)
    _not_negative(limit, "D3011", 4)
    if type(pattern) is str:
        if type(replacement) is not str:
            replacement = text_of(run, replacement)
        pieces = text.split(pattern) if limit is MISSING else text.split(pattern, math.ceil(limit))
        run.expect(len(text) + (len(replacement) - len(pattern)) * (len(pieces) - 1))
        return replacement.join(pieces)
    substitute: Callable[[Value], Value] = (
        (lambda one: _substitute(replacement, one)) if type(replacement) is str else (lambda one: call(run, replacement, (one,)))
    )
    parts: list[str] = []
    position = 0
    for one in _limited(_matches(run, pattern, text), limit):
        new = substitute(one)
        if type(new) is not str:
            raise JsonataError("D3012", value=new)
        parts += (text[position : one["start"]], run.hold(new))
        position = one["start"] + len(one["match"])
    return "".join(parts) + text[position:]


def _substitute(template: str, one: dict[str, Value]) -> str:
    """A replacement text with `$n` filled in from the groups, `$0` the whole match, `$$` a dollar."""
    groups = one["groups"]
    digits = 1 if not groups else int(math.log10(len(groups))) + 1
    pieces: list[str] = []
    position = 0
    while (dollar := template.find("$", position)) >= 0:
        pieces.append(template[position:dollar])
        position = dollar + 1
        following = template[position : position + 1]
        if following == "$" or following == "0":
            pieces.append("$" if following == "$" else one["match"])
            position += 1
            continue
        number = _leading_integer(template[position : position + digits])
        if digits > 1 and number is not None and number > len(groups):
            number = _leading_integer(template[position : position + digits - 1])
        if number is None:
            pieces.append("$")
            continue
        if 0 < number <= len(groups) and groups[number - 1] is not MISSING:
            pieces.append(groups[number - 1])
        position += len(str(number))
    return "".join(pieces) + template[position:]


def _leading_integer(text: str) -> int | None:
    """JavaScript's parseInteger of the few characters behind a `$`."""
    found = re.match("[0-9]+", text)
    return int(found.group()) if found else None


def split(run: Run, text: Value, separator: Value = MISSING, limit: Value = MISSING) -> Value:
    if text is MISSING:
        return MISSING
    _not_negative(limit, "D3020", 3)
    if limit is not MISSING and limit <= 0:
        return []
    if type(separator) is str:
        pieces = text.split(separator) if separator else list(text)
        return pieces if limit is MISSING else pieces[: int(limit)]
    parts: list[Value] = []
    start = 0
    for one in _limited(_matches(run, separator, text), limit):
        parts.append(text[start : one["start"]])
        start = one["end"]
    if limit is MISSING or len(parts) < limit:
        parts.append(text[start:])
    return parts


def _not_negative(limit: Value, code: str, index: int) -> None:
    if limit is not MISSING and limit < 0:
        raise JsonataError(code, value=limit, index=index)


def _limited(matches: Iterator[Value], limit: Value) -> Iterator[Value]:
    taken = 0
    while limit is MISSING or taken < limit:
        one = next(matches, MISSING)
        if one is MISSING:
            return
        taken += 1
        yield one


def _matches(run: Run, matcher: Value, text: str) -> Iterator[Value]:
    """What a matcher finds, one after the other: an object with match, start, end, groups and next. Raises T1010."""
    if matcher is MISSING:
        raise InternalFault
    one = call(run, matcher, (text,))
    while one is not MISSING:
        if type(one) is not dict or not (
            type(one.get("start")) in (int, float) or one.get("end") == "number" or isinstance(one.get("groups"), list) or is_function(one.get("next"))
        ):
            raise JsonataError("T1010")
        yield one
        if not is_function(one.get("next")):
            raise JsonataError("T1010")
        one = call(run, one["next"], (MISSING,))


def base64encode(run: Run, text: Value = MISSING) -> Value:
    return MISSING if text is MISSING else base64.b64encode(text.encode("utf-8", "replace")).decode()


def base64decode(run: Run, text: Value = MISSING) -> Value:
    """AWS answers a text that is no Base64 with an internal error."""
    if text is MISSING:
        return MISSING
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        raise InternalFault from None


def encode_url_component(run: Run, text: Value = MISSING) -> Value:
    return _encoded(text, "-_.!~*'()", "encodeUrlComponent")


def encode_url(run: Run, text: Value = MISSING) -> Value:
    return _encoded(text, "-_.!~*'();,/?:@&=+$#", "encodeUrl")


def _encoded(text: Value, safe: str, function: str) -> Value:
    if text is MISSING:
        return MISSING
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise JsonataError("D3140", value=text, functionName=function) from None


def decode_url_component(run: Run, text: Value = MISSING) -> Value:
    return _decoded(text, "", "decodeUrlComponent")


def decode_url(run: Run, text: Value = MISSING) -> Value:
    return _decoded(text, ";/?:@&=+$,#", "decodeUrl")


def _decoded(text: Value, kept: str, function: str) -> Value:
    """Escapes decoded as UTF-8; those of the characters in `kept` stay as they are."""
    if text is MISSING:
        return MISSING

    def decode(found: re.Match[str]) -> str:
        decoded = bytes.fromhex(found.group().replace("%", "")).decode()
        return "".join(f"%{ord(char):02X}" if char in kept else char for char in decoded) if kept else decoded

    try:
        plain = _ESCAPED.sub("", text)
        if "%" in plain:
            raise ValueError
        return _ESCAPED.sub(decode, text)
    except ValueError:
        raise JsonataError("D3140", value=text, functionName=function) from None
