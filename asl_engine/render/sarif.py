"""Diagnostics as SARIF 2.1.0, which code scanning services and editors read.

Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.14 (run), 3.27 (result; 3.27.17
for partialFingerprints), 3.49 (reportingDescriptor); GitHub, "SARIF support for code scanning".

A finding is the same one as long as its code, its file and its pointer are: lines may move above it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from urllib.parse import quote

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.render.findings import Found, place_of
from asl_engine.values import Json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What is said of a code, whatever file it is found in."""

    title: str
    page: str
    """Markdown."""


def sarif(found: Found, descriptors: Mapping[str, Descriptor], *, version: str) -> str:
    """One run with all findings; `version` is the tool's."""
    codes = sorted({diagnostic.code for _, diagnostics in found for diagnostic in diagnostics})
    rules: list[Json] = [_rule(code, descriptors.get(code)) for code in codes]
    seen: Counter[tuple[str, str, str]] = Counter()
    results: list[Json] = []
    for file, diagnostics in found:
        for diagnostic in diagnostics:
            same = (diagnostic.code, file, str(diagnostic.pointer))
            seen[same] += 1
            results.append(_result(file, diagnostic, codes, _fingerprint(*same, str(seen[same]))))
    driver: Json = {"name": "asl check", "semanticVersion": version, "rules": rules}
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str, descriptor: Descriptor | None) -> Json:
    if descriptor is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": descriptor.title}, "help": {"text": descriptor.page, "markdown": descriptor.page}}


def _result(file: str, diagnostic: Diagnostic, codes: Sequence[str], fingerprint: str) -> Json:
    at = place_of(diagnostic)
    physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(at[0] if at else file)}}
    if at is not None:
        physical["region"] = {"startLine": at[1], "startColumn": at[2]}
    location: dict[str, Json] = {"physicalLocation": physical}
    if diagnostic.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": str(diagnostic.pointer)}]
    message = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": message},
        "locations": [location],
        "partialFingerprints": {"aslFinding/v1": fingerprint},
    }


def _fingerprint(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _uri(file: str) -> str:
    """A relative reference for a relative path, as code scanning wants it; file:///… for an absolute one."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
