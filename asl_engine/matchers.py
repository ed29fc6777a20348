"""What may stand for a value that is wanted: `{$matches: "^ch_"}`, `{$type: string}`, `{$number: "> 0"}`.

A matcher is a mapping whose only key is one of `WORDS`, so that YAML and JSON can say it and data hardly ever looks like
one; data that does is written `{$literal: …}`. A word that is nearly one of these, or stands beside other keys, is a
mistake and never quietly data. How a value is compared with what is wanted belongs to `views.comparing`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from asl_engine.bounds import Bound, count, number
from asl_engine.spell import nearest
from asl_engine.values import Json, Missing, Pointer

MATCHES, TYPE, NUMBER, LENGTH, ABSENT = "$matches", "$type", "$number", "$length", "$absent"
EXACT, CONTAINS, LITERAL = "$exact", "$contains", "$literal"
WORDS = (MATCHES, TYPE, NUMBER, LENGTH, CONTAINS, EXACT, ABSENT, LITERAL)
TYPES = ("string", "number", "integer", "boolean", "null", "array", "object", "any")
_LIKE_A_WORD = re.compile(r"\$[a-zA-Z]+")
MAX_DEPTH = 200
"""Levels of a wanted value that are looked through for matchers."""


def matcher_of(wanted: Json) -> tuple[str, Any] | None:
    """(word, what it says), or None for plain data."""
    if isinstance(wanted, dict) and len(wanted) == 1:
        ((word, said),) = wanted.items()
        if word in WORDS:
            return word, said
    return None


def fits(word: str, said: Any, actual: Json | Missing) -> bool:
    """Whether a value is as a word says that looks at nothing inside it."""
    if word == ABSENT:
        return isinstance(actual, Missing)
    if isinstance(actual, Missing):
        return False
    match word:
        case "$matches":
            return isinstance(actual, str) and re.search(said, actual, re.DOTALL) is not None
        case "$type":
            return said == "any" or said == _type_of(actual) or (said == "number" and _type_of(actual) == "integer")
        case "$number":
            return isinstance(actual, (int, float)) and not isinstance(actual, bool) and _number(said).holds(actual)
        case _:
            return isinstance(actual, (str, list, dict)) and count(said).holds(len(actual))


@lru_cache(maxsize=256)
def _number(said: float | str) -> Bound:
    return number(said)


def _type_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "integer" if isinstance(value, int) or float(value).is_integer() else "number"


def well_formed(wanted: Any) -> Any:
    """The same value. Raises `ValueError` with the place inside it for a matcher that means nothing."""
    _check(wanted, Pointer(""), 0)
    return wanted


def _check(wanted: Any, at: Pointer, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"the value is nested more than {MAX_DEPTH} levels deep")
    if isinstance(wanted, list):
        for index, element in enumerate(wanted):
            _check(element, at / index, depth + 1)
    if not isinstance(wanted, dict):
        return
    found = matcher_of(wanted)
    if found is None:
        for key, member in wanted.items():
            _check_key(key, len(wanted), at)
            _check(member, at / key, depth + 1)
        return
    word, said = found
    if word in (EXACT, CONTAINS):
        _check(said, at / word, depth + 1)
    elif word != LITERAL and (wrong := _wrong(word, said)):
        raise ValueError(f"{_told(at)}{wrong}")


def _check_key(key: Any, members: int, at: Pointer) -> None:
    if not isinstance(key, str) or not _LIKE_A_WORD.fullmatch(key):
        return
    if key in WORDS:
        raise ValueError(f'{_told(at)}"{key}" stands alone in its mapping; for data that has {members} members like this write {{$literal: …}}')
    if near := nearest(key, WORDS):
        raise ValueError(f'{_told(at)}unknown matcher "{key}"; did you mean "{near}"? For data that looks so write {{$literal: …}}')


def _told(at: Pointer) -> str:
    return f"at {at}: " if at else ""


def _wrong(word: str, said: Any) -> str | None:
    """What is wrong with what a word says."""
    match word:
        case "$matches":
            if not isinstance(said, str):
                return f"$matches takes a regular expression, written as text, not {said!r}"
            try:
                re.compile(said, re.DOTALL)
            except (re.error, RecursionError, OverflowError) as error:
                return f"{said!r} is no regular expression: {error}"
        case "$type":
            if said not in TYPES:
                near = nearest(said, TYPES) if isinstance(said, str) else None
                return f"$type is one of {', '.join(TYPES)}" + (f'; did you mean "{near}"?' if near else "")
        case "$absent":
            return None if said is True else "$absent takes true: {$absent: true}"
        case _:
            try:
                (number if word == NUMBER else count)(said)
            except ValueError as error:
                return f"{word}: {error}"
    return None
