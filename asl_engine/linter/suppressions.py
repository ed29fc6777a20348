"""Findings somebody has looked at and accepts: `asl-ignore: ASL410 the job ends within minutes`.

JSON has no comments, so the words stand in the Comment of an object (the machine, a state, a Retrier, a rule of a Choice)
and hold for everything inside it. In YAML a `#` comment does too: at the end of a line for that line and what begins on it, on a
line of its own for the next one, also in the deployment files a definition is part of; in Terraform `//` begins one as well.
A reason is required, and a suppression that no longer suppresses anything is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.linter.remark import Remark
from asl_engine.source import Source
from asl_engine.values import Json, Pointer

USELESS, NOT_HEEDED = "ASL910", "ASL911"
UNSUPPRESSED = (USELESS, NOT_HEEDED)

_WORDS = re.compile(r"asl-ignore:(?P<said>.*?)(?=asl-ignore:|\n|$)")
_CODES = re.compile(r"\s*(?P<codes>ASL\w+(?:\s*,\s*ASL\w+)*)\s*[:—–-]?\s*(?P<reason>.*)")
_COMMENT_LINE = re.compile(r"(?P<before>.*?)(?:^|(?<=\s))(?:#|//)(?P<comment>.*asl-ignore:.*)$")
_EXAMPLE = 'write it as "asl-ignore: ASL310 the job ends within minutes"'


@dataclass(slots=True)
class _Suppression:
    codes: tuple[str, ...]
    reason: str
    pointer: Pointer
    """The Comment, or the root for a comment of YAML."""
    location: str | None
    covers: Callable[[Diagnostic], bool]
    used: set[str] = field(default_factory=set)


Read = Callable[[str], "str | None"]
"""The text of a file by the name locations have; None if there is none."""


def suppressed(remarks: Sequence[Remark], source: Source, read: Read, *, known: Iterable[str], asked: Callable[[str], bool]) -> list[Remark]:
    """The findings nobody has suppressed, and what is wrong with the suppressions.

    `read` is asked for deployment files, in which a definition is a part of the text. `known` are all codes there are;
    `asked` tells whether a code was looked for, else its suppression is not unused.
    """
    codes = set(known)
    suppressions = list(_suppressions(source))
    if source.text is None:
        files = dict.fromkeys(place.rsplit(":", 2)[0] for remark in remarks if (place := remark.diagnostic.location) is not None)
        # What is unused here may be meant for another definition of the file, so nothing is said of it.
        elsewhere = [each for file in files for each in _of_lines(file, read(file), source)]
        remarks = [remark for remark in remarks if not _is_suppressed(remark.diagnostic, elsewhere)]
    left = [remark for remark in remarks if not _is_suppressed(remark.diagnostic, suppressions)]
    complaints = [complaint for suppression in suppressions for complaint in _complaints(suppression, codes, asked)]
    return [*left, *(complaint for complaint in complaints if asked(complaint.diagnostic.code))]


def _is_suppressed(diagnostic: Diagnostic, suppressions: list[_Suppression]) -> bool:
    found = [each for each in suppressions if each.reason and diagnostic.code in each.codes and each.covers(diagnostic)]
    for suppression in found:
        suppression.used.add(diagnostic.code)
    return bool(found)


def _complaints(suppression: _Suppression, known: set[str], asked: Callable[[str], bool]) -> Iterator[Remark]:
    def complaint(code: str, message: str, hint: str | None) -> Remark:
        return Remark(Diagnostic(code, Severity.WARNING, suppression.pointer, message, hint, None, suppression.location))

    unknown = [code for code in suppression.codes if code not in known]
    for code in unknown:
        yield complaint(NOT_HEEDED, f"There is no finding {code} to ignore", "`asl check --explain all` lists all codes")
    if not suppression.codes:
        yield complaint(NOT_HEEDED, "asl-ignore names no code, so nothing is ignored", _EXAMPLE)
    elif not suppression.reason:
        yield complaint(NOT_HEEDED, f"{', '.join(suppression.codes)} is not ignored here: asl-ignore gives no reason", _EXAMPLE)
    else:
        for code in suppression.codes:
            if code in known and code not in suppression.used and asked(code):
                yield complaint(USELESS, f"asl-ignore: there is no {code} here any more", "remove it, so that a new one will be seen")


def _suppressions(source: Source) -> Iterator[_Suppression]:
    yield from _of_comments(source.value, Pointer(""), source)
    yield from _of_lines((source.locate(Pointer("")) or "::").rsplit(":", 2)[0], source.text, source)


def _of_comments(root: Json, at: Pointer, source: Source) -> Iterator[_Suppression]:
    waiting: list[tuple[Json, Pointer]] = [(root, at)]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, dict):
            comment = value.get("Comment")
            if isinstance(comment, str) and "asl-ignore:" in comment:
                inside = pointer
                for codes, reason in _said(comment):
                    place = inside / "Comment"
                    yield _Suppression(codes, reason, place, source.locate(place), _inside(inside))
            waiting.extend((member, pointer / key) for key, member in reversed(value.items()) if type(member) in (dict, list))
        elif isinstance(value, list):
            waiting.extend((member, pointer / index) for index, member in reversed(list(enumerate(value))) if type(member) in (dict, list))


def _of_lines(file: str, text: str | None, source: Source) -> Iterator[_Suppression]:
    # In a JSON text the words can stand nowhere but in a value, and a value's Comment is found as such.
    if text is None or "asl-ignore:" not in text or text.lstrip().startswith("{"):
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        found = _COMMENT_LINE.match(line)
        if found is None:
            continue
        meant = number
        if not found["before"].strip():
            meant = next((later for later in range(number + 1, len(lines) + 1) if not _is_blank(lines[later - 1])), number)
        for codes, reason in _said(found["comment"]):
            location = f"{file}:{number}:{len(found['before']) + 1}"
            yield _Suppression(codes, reason, Pointer(""), location, _on_line(f"{file}:{meant}", source))


def _said(comment: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each asl-ignore of a comment: (codes, reason)."""
    for words in _WORDS.finditer(comment):
        found = _CODES.fullmatch(words["said"])
        if found is None:
            yield (), ""
        else:
            yield tuple(code.strip() for code in found["codes"].split(",")), found["reason"].strip(" \t.;,")


def _inside(pointer: Pointer) -> Callable[[Diagnostic], bool]:
    return lambda diagnostic: diagnostic.pointer == pointer or diagnostic.pointer.startswith(f"{pointer}/")


def _on_line(place: str, source: Source) -> Callable[[Diagnostic], bool]:
    """Whether a finding is on the line, or inside of what begins on it: a comment beside the name of a state is meant for the state."""

    def covers(diagnostic: Diagnostic) -> bool:
        if (diagnostic.location or "").rpartition(":")[0] == place:
            return True
        at = diagnostic.pointer
        while at:
            if (source.locate(at, key=True) or "").rpartition(":")[0] == place:
                return True
            at = at.parent
        return False

    return covers


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(("#", "//"))
