"""Diagnostics of definitions for people (text), programs (JSON) and pull requests (GitHub's workflow commands).

SARIF and JUnit have modules of their own. Texts of files are asked for, never read here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from asl_engine.diagnostics import Diagnostic, Severity

FORMAT_VERSION = 1
WIDEST = 120
"""Characters of a source line that are shown; a definition on one line is cut around the place."""

Found = Sequence[tuple[str, Sequence[Diagnostic]]]
"""(file, its diagnostics), in the order asked for."""
Lines = Callable[[str], Sequence[str]]
"""The lines of a file by the name locations have; none if it cannot be read."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s,:\[\]{}"]+|.')
_WORDS = [(Severity.ERROR, "error", "errors"), (Severity.WARNING, "warning", "warnings"), (Severity.ADVICE, "piece of advice", "pieces of advice")]


def text(found: Found, lines: Lines) -> str:
    """One block a finding, and a last line that counts."""
    blocks = ["\n".join(_block(diagnostic, lines)) for _, diagnostics in found for diagnostic in diagnostics]
    return "\n".join([*blocks, _summary(found)])


def _block(diagnostic: Diagnostic, lines: Lines) -> Iterator[str]:
    place = f"{diagnostic.location}: " if diagnostic.location else ""
    yield _printable(f"{place}{diagnostic.code} {diagnostic.severity.lower()}: {diagnostic.message}")
    if (at := place_of(diagnostic)) is not None:
        file, number, column = at
        written = lines(file)
        if 0 < number <= len(written):
            yield from _excerpt(written[number - 1], number, column)
    if diagnostic.pointer:
        yield _printable(f"  at {diagnostic.pointer}")
    if diagnostic.hint:
        yield _printable(f"  {diagnostic.hint}")
    if diagnostic.fix:
        yield _printable(f"  --fix can {diagnostic.fix}")


def _excerpt(line: str, number: int, column: int) -> Iterator[str]:
    token = _TOKEN.match(line, column - 1)
    width = token.end() - token.start() if token else 1
    line = _printable(line)
    start = 0
    if len(line) > WIDEST:
        start = max(0, min(column - 1 - WIDEST // 4, len(line) - WIDEST))
        line = ("…" if start else "") + line[start : start + WIDEST] + ("…" if start + WIDEST < len(line) else "")
    indent = column - 1 - start + (1 if start else 0)
    margin = f"  {number} | "
    yield f"{margin}{line}".rstrip()
    yield " " * (len(margin) - 2) + "| " + " " * indent + "^" * max(1, min(width, len(line) - indent))


def _printable(line: str) -> str:
    """Names are anybody's: a line break or an escape sequence in one must not reach the terminal."""
    return line if line.isprintable() else "".join(character if character.isprintable() else " " for character in line)


def place_of(diagnostic: Diagnostic) -> tuple[str, int, int] | None:
    """(file, line, column) of a located diagnostic."""
    parts = (diagnostic.location or "").rsplit(":", 2)
    return (parts[0], int(parts[1]), int(parts[2])) if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal() else None


def _summary(found: Found) -> str:
    counts = Counter(diagnostic.severity for _, diagnostics in found for diagnostic in diagnostics)
    files = "1 definition" if len(found) == 1 else f"{len(found)} definitions"
    said = ", ".join(f"{counts[severity]} {one if counts[severity] == 1 else many}" for severity, one, many in _WORDS if counts[severity])
    return f"{files} checked: {said or 'nothing to complain about'}"


def json_document(found: Found) -> str:
    """{"format_version", "files": [{"file", "diagnostics": [{code, severity, pointer, message, hint, aws_code, location, fix}]}]}"""
    files = [{"file": file, "diagnostics": [_as_json(diagnostic) for diagnostic in diagnostics]} for file, diagnostics in found]
    return json.dumps({"format_version": FORMAT_VERSION, "files": files}, ensure_ascii=False, indent=2)


def _as_json(diagnostic: Diagnostic) -> dict[str, str | None]:
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "pointer": str(diagnostic.pointer),
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "aws_code": diagnostic.aws_code,
        "location": diagnostic.location,
        "fix": diagnostic.fix,
    }


def github(found: Found) -> str:
    """Source: GitHub Actions documentation, "Workflow commands", ::error file=…,line=…,col=…,title=…::message"""
    return "".join(_annotation(file, diagnostic) + "\n" for file, diagnostics in found for diagnostic in diagnostics)


def _annotation(file: str, diagnostic: Diagnostic) -> str:
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}[diagnostic.severity]
    properties = {"file": file}
    if (at := place_of(diagnostic)) is not None:
        properties = {"file": at[0], "line": str(at[1]), "col": str(at[2])}
    properties["title"] = diagnostic.code
    message = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    return f"::{level} {','.join(f'{name}={escaped(value, property=True)}' for name, value in properties.items())}::{escaped(message)}"


def escaped(text: str, *, property: bool = False) -> str:
    """A text as a workflow command takes it."""
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *([(":", "%3A"), (",", "%2C")] if property else [])]
    for character, escape in pairs:
        text = text.replace(character, escape)
    return text
