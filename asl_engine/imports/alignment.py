"""Where the characters of a string stand in the text they were read from.

Readers hand over a string without its quotes, escapes, indentation and folded lines. Instead of asking each of them to
keep a map, the string is laid beside its text once a place is wanted, and the two are walked together. The rule
needs no grammar: equal characters belong together, blanks of the text may be missing in the string, a folded
line end is a blank, and with `escapes` a backslash begins one character. What cannot be matched keeps the last place.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}(?:\\u[dD][c-fC-F][0-9A-Fa-f]{2})?|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|\r?\n[ \t]*|.)", re.DOTALL)
_BLANKS = " \t\r\n"
_RUN_OF_BLANKS = re.compile(r"[ \t\r\n]+")
_DOUBLED = ("$${", "%%{")
"""HCL's way to write `${` and `%{`."""


def aligned(value: str, written: str, start: int, *, escapes: bool) -> list[int]:
    """For each character of `value`, its offset in `written`, where the string begins at `start`."""
    offsets: list[int] = []
    at, last = start, start
    length = len(written)
    for character in value:
        at = _next(character, written, at, escapes)
        if at >= length:
            offsets.append(last)
            continue
        last = at
        offsets.append(at)
        at = _after(character, written, at, escapes)
    return offsets


def _next(character: str, written: str, at: int, escapes: bool) -> int:
    """The place of the next character: here, or after blanks and line continuations the string does not have."""
    length = len(written)
    while at < length:
        found = written[at]
        if found == character or (escapes and found == "\\" and not _continues(written, at)):
            return at
        if escapes and found == "\\":
            escape = _ESCAPE.match(written, at)
            at = escape.end() if escape else at + 1
        elif found in _BLANKS:
            end = _end_of_blanks(written, at)
            same = written.find(character, at, end) if character in " \n" else end
            if same < 0:
                return at  # a folded line end: the string has one blank for all of these
            at = same
        else:
            return at
    return at


def _end_of_blanks(written: str, at: int) -> int:
    found = _RUN_OF_BLANKS.match(written, at)
    return found.end() if found else at


def _continues(written: str, at: int) -> bool:
    return written[at + 1 : at + 2] in ("\n", "\r")


def _after(character: str, written: str, at: int, escapes: bool) -> int:
    if escapes and written[at] == "\\":
        escape = _ESCAPE.match(written, at)
        return escape.end() if escape else at + 1
    if written.startswith(_DOUBLED, at):
        return at + 2 if character in "$%" else at + 1
    if character == "'" and written.startswith("''", at):
        return at + 2
    if written[at] == character:
        return at + 1
    return _end_of_blanks(written, at)
