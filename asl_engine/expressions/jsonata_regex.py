"""JavaScript's regular expressions, run by Python's `re`.

The pattern is translated (`translated`): what the two languages write alike but mean differently gets Python's spelling of
JavaScript's meaning. A literal becomes a function, as in jsonata.js: called with a text it answers the first match as an
object whose `next` finds the following one.
"""

from __future__ import annotations

import re
from typing import Final

from asl_engine.expressions.jsonata_repairs import Regex, SyntaxFault
from asl_engine.expressions.jsonata_runtime import JsonataError, Native, Run, Value
from asl_engine.values import MISSING

_SPACE: Final = r" \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}
_WORD: Final = "[A-Za-z0-9_]"
_BOUNDARY: Final = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_INSIDE: Final = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"
_QUANTIFIER: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_CONTROL: Final = {"n": r"\n", "r": r"\r", "t": r"\t", "f": r"\f", "v": r"\v", "0": r"\x00"}


def regex_function(regex: Regex, position: int) -> Native:
    """The function that a regex literal is. Raises `SyntaxFault` for a pattern JavaScript or Python cannot compile."""
    pattern = compiled(regex)

    def matched(run: Run, text: Value = MISSING, start: Value = 0) -> Value:
        if type(text) is not str:
            return MISSING
        start = start if type(start) is int else 0
        run.step(1 + (len(text) - start >> 8))
        found = pattern.search(text, start)
        if found is None:
            return MISSING
        end = found.end()

        def following(run: Run, ignored: Value = MISSING) -> Value:
            if end >= len(text):
                return MISSING
            one = matched(run, text, end)
            if one is not MISSING and one["match"] == "":
                raise JsonataError("D1004", value=regex.source)
            return one

        groups = [MISSING if group is None else group for group in found.groups()]
        return {"match": found.group(), "start": found.start(), "end": end, "groups": groups, "next": Native(following, None, 0)}

    return Native(matched, None, 2)


def compiled(regex: Regex) -> re.Pattern[str]:
    flags = (re.IGNORECASE if "i" in regex.flags else 0) | (re.MULTILINE if "m" in regex.flags else 0)
    try:
        return re.compile(translated(regex.source, "m" in regex.flags), flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise SyntaxFault("regex", 0, f"Invalid regular expression: /{regex.source}/: {error}") from None


def translated(source: str, lines: object) -> str:
    """Python's spelling of a JavaScript pattern; `lines` is true for the flag m."""
    pieces: list[str] = []
    place = 0
    while place < len(source):
        char = source[place]
        if char == "\\":
            piece, place = _escape(source, place, pieces)
        elif char == "[":
            piece, place = _character_class(source, place)
        elif char == "{" and not _QUANTIFIER.match(source, place):
            piece, place = r"\{", place + 1
        elif source.startswith("(?<", place) and source[place + 3 : place + 4] not in ("=", "!"):
            piece, place = "(?P<", place + 3
        elif source.startswith("(?", place) and source[place + 2 : place + 3] not in (":", "=", "!", "<"):
            raise re.error("Invalid group")
        elif char in "+*}?" and source[place + 1 : place + 2] == "+":
            raise re.error("Nothing to repeat")
        else:
            piece, place = {".": r"[^\n\r\u2028\u2029]", "$": "$" if lines else r"\Z"}.get(char, char), place + 1
        pieces.append(piece)
    return "".join(pieces)


def _escape(source: str, place: int, before: list[str]) -> tuple[str, int]:
    letter = source[place + 1 : place + 2]
    if not letter:
        raise re.error("\\ at end of pattern")
    if letter in "bB":
        return (_BOUNDARY if letter == "b" else _INSIDE), place + 2
    if letter == "k" and source[place + 2 : place + 3] == "<":
        end = source.find(">", place)
        if end > 0:
            return f"(?P={source[place + 3 : end]})", end + 1
    if letter.isdigit() and letter != "0":
        return "\\" + letter, place + 2
    return _class_escape(source, place, "[{}]", "[^{}]")


def _class_escape(source: str, place: int, inside: str, outside: str) -> tuple[str, int]:
    """An escape that means the same in a class and outside: `inside` and `outside` wrap a set of characters."""
    letter = source[place + 1 : place + 2]
    if letter.lower() in _CLASSES and letter.isalpha():
        members = _CLASSES[letter.lower()]
        return (inside if letter.islower() else outside).format(members), place + 2
    for mark, size in (("x", 2), ("u", 4)):
        digits = source[place + 2 : place + 2 + size]
        if letter == mark and len(digits) == size and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            return re.escape(chr(int(digits, 16))), place + 2 + size
    return _CONTROL.get(letter) or re.escape(letter), place + 2


def _character_class(source: str, place: int) -> tuple[str, int]:
    """A class in brackets. An empty one matches nothing, a negated empty one everything."""
    place += 1
    negated = source.startswith("^", place)
    place += negated
    pieces: list[str] = []
    while place < len(source) and source[place] != "]":
        if source[place] == "\\":
            if source[place + 1 : place + 2] == "b":
                piece, place = r"\x08", place + 2
            elif source[place + 1 : place + 2] in ("D", "W", "S"):
                piece, place = "\\" + source[place + 1], place + 2
            else:
                piece, place = _class_escape(source, place, "{}", "{}")
        else:
            piece, place = source[place], place + 1
            piece = "\\" + piece if piece in "[&~|" else piece
        pieces.append(piece)
    if place >= len(source):
        raise re.error("Unterminated character class")
    members = "".join(pieces)
    if not members:
        return (r"[\s\S]" if negated else "(?!)"), place + 1
    return f"[{'^' if negated else ''}{members}]", place + 1
