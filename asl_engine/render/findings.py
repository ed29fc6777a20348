"""Diagnostics of definitions for people (text), programs (JSON) and pull requests (GitHub's workflow commands)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from asl_engine.diagnostics import Diagnostic, Severity

FORMAT_VERSION = 1

Found = Sequence[tuple[str, Sequence[Diagnostic]]]
"""(file, its diagnostics), in the order asked for."""


def text(found: Found) -> str:
    """One block a finding, and a last line that counts."""
    blocks = [str(diagnostic) for _, diagnostics in found for diagnostic in diagnostics]
    return "\n".join([*blocks, _summary(found)])


def _summary(found: Found) -> str:
    counts = Counter(diagnostic.severity for _, diagnostics in found for diagnostic in diagnostics)
    files = "1 definition" if len(found) == 1 else f"{len(found)} definitions"
    words = [(Severity.ERROR, "error", "errors"), (Severity.WARNING, "warning", "warnings"), (Severity.ADVICE, "piece of advice", "pieces of advice")]
    said = ", ".join(f"{counts[severity]} {one if counts[severity] == 1 else many}" for severity, one, many in words if counts[severity])
    return f"{files} checked: {said or 'nothing to complain about'}"


def json_document(found: Found) -> str:
    """{"format_version", "files": [{"file", "diagnostics": [{code, severity, pointer, message, hint, aws_code, location}]}]}"""
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
    }


def github(found: Found) -> str:
    """Source: GitHub Actions documentation, "Workflow commands", ::error file=…,line=…,col=…,title=…::message"""
    return "".join(_annotation(file, diagnostic) + "\n" for file, diagnostics in found for diagnostic in diagnostics)


def _annotation(file: str, diagnostic: Diagnostic) -> str:
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}[diagnostic.severity]
    properties = {"file": file}
    line, column = (diagnostic.location or "").rsplit(":", 2)[1:] or ("", "") if (diagnostic.location or "").count(":") >= 2 else ("", "")
    if line and column:
        properties |= {"line": line, "col": column}
    properties["title"] = diagnostic.code
    message = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    return f"::{level} {','.join(f'{name}={escaped(value, property=True)}' for name, value in properties.items())}::{escaped(message)}"


def escaped(text: str, *, property: bool = False) -> str:
    """A text as a workflow command takes it."""
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *([(":", "%3A"), (",", "%2C")] if property else [])]
    for character, escape in pairs:
        text = text.replace(character, escape)
    return text
