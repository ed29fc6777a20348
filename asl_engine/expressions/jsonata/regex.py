"""JavaScript's regular expressions, run by Python's `re`.

The pattern is translated (`translated`): what the two languages write alike but mean differently gets Python's spelling of
JavaScript's meaning. A literal becomes a function, as in jsonata.js: called with a text it answers the first match as an
object whose `next` finds the following one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from asl_engine.expressions.jsonata.backtracking import PATIENCE, Program, TooLarge, worst_case
from asl_engine.expressions.jsonata.repairs import Regex, SyntaxFault
from asl_engine.expressions.jsonata.runtime import OUT_OF_MEMORY, BoundReached, JsonataError, Native, Run, Value
from asl_engine.values import MISSING

STEPS_PAID: Final = 25
"""What a hundred steps of a pattern cost an evaluation."""

STEPS_OF_RE: Final = 10_000
"""Steps of `re`, at worst, that cost one."""

_SPACE: Final = r" \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACE}
_NOT_CLASSES: Final = {
    "D": r"\x00-/:-\U0010ffff",
    "W": r"\x00-/:-@\[-\^`{-\U0010ffff",
    "S": r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff",
}
"""What `\\D`, `\\W` and `\\S` are in a class: Python's own know more digits, letters and blanks than JavaScript's."""

_WORD: Final = "[A-Za-z0-9_]"
_BOUNDARY: Final = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_INSIDE: Final = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"
_QUANTIFIER: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_CONTROL: Final = {"n": r"\n", "r": r"\r", "t": r"\t", "f": r"\f", "v": r"\v", "0": r"\x00"}


def regex_function(regex: Regex, position: int) -> Native:
    """The function that a regex literal is. Raises `SyntaxFault` for a pattern JavaScript or Python cannot compile."""
    search = searcher(compiled(regex))

    def matched(run: Run, text: Value = MISSING, start: Value = 0) -> Value:
        if type(text) is not str:
            return MISSING
        slots = search(run, text, start if type(start) is int else 0)
        if slots is None:
            return MISSING
        end = slots[1]

        def following(run: Run, ignored: Value = MISSING) -> Value:
            if end >= len(text):
                return MISSING
            one = matched(run, text, end)
            if one is not MISSING and one["match"] == "":
                raise JsonataError("D1004", value=regex.source)
            return one

        groups = [MISSING if slots[place] < 0 else text[slots[place] : slots[place + 1]] for place in range(2, len(slots), 2)]
        return {"match": text[slots[0] : end], "start": slots[0], "end": end, "groups": groups, "next": Native(following, None, 0)}

    return Native(matched, None, 2)


def searcher(pattern: re.Pattern[str]) -> Callable[[Run, str, int], tuple[int, ...] | None]:
    """(run, text, start) -> positions of the first match and its groups, -1 for one that took no part.

    What `re` might never come back from is matched step by step, and each hundred steps are paid for.
    """
    programs: list[Program] = []
    worst = worst_case(pattern)

    def search(run: Run, text: str, start: int) -> tuple[int, ...] | None:
        steps = worst(len(text) - start)
        if steps <= PATIENCE:
            found = pattern.search(text, start)
            run.step(1 + int(steps) // STEPS_OF_RE + ((len(text) if found is None else found.end()) - start >> 8))
            return None if found is None else tuple(place for group in range(pattern.groups + 1) for place in found.span(group))
        if not programs:
            try:
                programs.append(Program(pattern))
            except TooLarge:
                raise BoundReached(OUT_OF_MEMORY) from None
        slots = programs[0].search(text, start, lambda: run.step(STEPS_PAID))
        return None if slots is None else slots[: 2 * (pattern.groups + 1)]

    return search


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
            piece, place = _escape(source, place)
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


def _escape(source: str, place: int) -> tuple[str, int]:
    letter = source[place + 1 : place + 2]
    if not letter:
        raise re.error("\\ at end of pattern")
    if letter in "bB":
        return (_BOUNDARY if letter == "b" else _INSIDE), place + 2
    if letter == "k" and source[place + 2 : place + 3] == "<":
        end = source.find(">", place)
        if end > 0:
            group = source[place + 3 : end]
            return f"(?({group})(?P={group}))", end + 1
    if letter.isdigit() and letter != "0":
        return f"(?({letter})\\{letter})", place + 2  # in JavaScript a group that took no part is empty
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
                piece, place = _NOT_CLASSES[source[place + 1]], place + 2
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
