"""From fixes to a changed text, every other character of which stays as its author wrote it.

Theory: a change of the value is certain, a change of the text is not (YAML has many ways to say one thing). So the text is
changed as well as its notation is understood, read again, and taken only if it says exactly the value that was meant.
Nothing is written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from asl_engine.errors import DefinitionError
from asl_engine.linter.edits import Edit, Fix, Remove, Rename, Replace
from asl_engine.source import Source, source_from_text
from asl_engine.values import Json, Pointer, fresh, same_json

_YAML_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|[^\s,:\[\]{}#][^\n,\[\]{}#]*?(?=\s*(?::(?:\s|$)|[,\]}]|\s#|$))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mended:
    text: str
    applied: tuple[Fix, ...]
    left: tuple[Fix, ...]
    """Fixes whose place in the text is not understood well enough."""


def mended(source: Source, fixes: Sequence[Fix]) -> Mended | None:
    """The text with all fixes that can be made; None for a source that has no text of its own (a value, an imported definition)."""
    if source.text is None or not _is_own(source):
        return None
    together = _try(source, fixes)
    if together is not None:
        return Mended(together.text or "", tuple(fixes), ())
    applied: list[Fix] = []
    for fix in fixes:
        if (found := _try(source, [*applied, fix])) is not None:
            applied.append(fix)
            last = found
    return Mended(last.text or "" if applied else source.text, tuple(applied), tuple(fix for fix in fixes if fix not in applied))


def _is_own(source: Source) -> bool:
    """Whether the text is that of the definition and nothing else: an imported one starts somewhere inside of a file."""
    return source.text is not None and same_json(_value_of(source.text, source.origin), source.value)


def _value_of(text: str, origin: str | None) -> Json:
    try:
        return source_from_text(text, origin=origin).value
    except DefinitionError:
        return None


def _try(source: Source, fixes: Sequence[Fix]) -> Source | None:
    """The mended source, read again; None if it does not say what was meant."""
    text, meant = source.text or "", fresh(source.value)
    spans: list[tuple[int, int, str, Edit]] = []
    for edit in dict.fromkeys(edit for fix in fixes for edit in fix.edits):
        found = _span(source, edit)
        if found is None:
            return None
        spans.append((*found, edit))
    # From the back to the front, so that neither offsets nor indices of what is still to be changed move.
    spans.sort(key=lambda span: (span[0], span[1]), reverse=True)
    before = len(text)
    for start, end, replacement, edit in spans:
        if end > before or not _change(meant, edit):
            return None
        text, before = text[:start] + replacement + text[end:], start
    try:
        again = source_from_text(text, origin=source.origin)
    except DefinitionError:
        return None
    return again if same_json(again.value, meant) else None


def _change(value: Json, edit: Edit) -> bool:
    """Makes the edit in a value that nobody else holds."""
    *way, last = edit.pointer.tokens
    owner: Json = value
    for token in way:
        if isinstance(owner, dict) and token in owner:
            owner = owner[token]
        elif isinstance(owner, list) and token.isdecimal() and int(token) < len(owner):
            owner = owner[int(token)]
        else:
            return False
    if isinstance(owner, list) and last.isdecimal() and int(last) < len(owner):
        match edit:
            case Remove():
                del owner[int(last)]
            case Replace(value=new):
                owner[int(last)] = new
            case Rename():
                return False
        return True
    if not isinstance(owner, dict) or last not in owner:
        return False
    match edit:
        case Remove():
            del owner[last]
        case Replace(value=new):
            owner[last] = new
        case Rename(key=key):
            owner[key] = owner.pop(last)
    return True


def _span(source: Source, edit: Edit) -> tuple[int, int, str] | None:
    """(start, end, what stands there afterwards)"""
    text = source.text or ""
    value = _offset(source, edit.pointer, at="value")
    key = value if edit.pointer.tokens[-1].isdecimal() else _offset(source, edit.pointer, at="key")  # an element has none
    if text.lstrip().startswith("{"):
        return _json_span(text, key, value, edit)
    return _yaml_span(text, key, value, edit)


def _offset(source: Source, pointer: Pointer, *, at: str) -> int:
    _, line, column = (source.locate(pointer, key=at == "key") or "::1:1").rsplit(":", 2)
    text = source.text or ""
    start = 0
    for _ in range(int(line) - 1):
        start = text.index("\n", start) + 1
    return start + int(column) - 1


def _json_span(text: str, key: int, value: int, edit: Edit) -> tuple[int, int, str] | None:
    try:
        _, end = json.JSONDecoder().raw_decode(text, value)
        match edit:
            case Rename(key=name):
                return key, json.JSONDecoder().raw_decode(text, key)[1], json.dumps(name, ensure_ascii=False)
            case Replace(value=new):
                return value, end, json.dumps(new, ensure_ascii=False)
    except ValueError:
        return None
    after = re.compile(r"\s*,\s*").match(text, end)
    if after is not None:
        return key, after.end(), ""
    before = re.search(r",\s*$", text[:key])
    return (before.start() if before else key), end, ""


def _yaml_span(text: str, key: int, value: int, edit: Edit) -> tuple[int, int, str] | None:
    match edit:
        case Rename(key=name):
            token = _YAML_TOKEN.match(text, key)
            return (key, token.end(), name) if token else None
        case Replace(value=new):
            token = _YAML_TOKEN.match(text, value)
            return (value, token.end(), json.dumps(new, ensure_ascii=False)) if token else None
    start = text.rfind("\n", 0, key) + 1
    before = text[start:key]
    if before.strip() not in ("", "-"):
        return None
    indent = len(before) - len(before.lstrip())
    end = text.find("\n", key) + 1 or len(text)
    while end < len(text):
        line = text[end : text.find("\n", end) + 1 or len(text)]
        depth = len(line) - len(line.lstrip())
        # A sequence may stand as deep as the key that holds it.
        inside = depth > indent or (depth == indent and line.lstrip().startswith("- ") and not before.strip())
        if line.strip() and not inside:
            break
        end += len(line)
    return start, end, ""
