"""Two values side by side, short, with the part that differs shown.

Whoever reads a difference must see it: what is left out is always what both sides share, or what is beyond the first
difference. Two values that differ never read alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from asl_engine.render.text import one_line
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text

MOST = 100
"""Characters of one side."""
BEFORE = 30
"""Characters both sides share that are shown before the first difference."""
LONGEST_LOOP = 8
"""States of a loop that is folded."""
MOST_STATES = 25_000
"""Of a path, before it is folded: AWS's limit of events."""
NOTHING = "nothing"


def sides(old: Json | Missing, new: Json | Missing, pointer: Pointer, most: int = MOST) -> tuple[str, str]:
    """Both sides at the place where they differ, each on one line."""
    before, after = _at(old, pointer), _at(new, pointer)
    return shortened(_text(before), _text(after), most)


def paths(old: Json | Missing, new: Json | Missing) -> tuple[str, str]:
    """Both sides' states from where they part, loops folded: "Wait → Poll ×20 → Done"."""
    return shortened(_path(old), _path(new), 2 * MOST)


def _path(value: Json | Missing) -> str:
    names = [str(name) for name in value[:MOST_STATES]] if isinstance(value, list) else []
    left_out = len(value) - len(names) if isinstance(value, list) else 0
    told: list[str] = []
    index = 0
    while index < len(names):
        length, times = _loop(names, index)
        body = " → ".join(names[index : index + length])
        told.append(body if times == 1 else f"({body}) ×{times:,}" if length > 1 else f"{body} ×{times:,}")
        index += length * times
    if left_out:
        told.append(f"… and {left_out:,} states more")
    return one_line(" → ".join(told)) or "the end"


def _loop(names: Sequence[str], start: int) -> tuple[int, int]:
    """(length, times) of the shortest loop that begins here; (1, 1) for none."""
    for length in range(1, LONGEST_LOOP + 1):
        body = names[start : start + length]
        times = 1
        while len(body) == length and names[start + times * length : start + (times + 1) * length] == body:
            times += 1
        if times > 1:
            return length, times
    return 1, 1


def shortened(old: str, new: str, most: int = MOST) -> tuple[str, str]:
    """Both texts, of about `most` characters at most, from shortly before the place where they differ."""
    same = next((index for index, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), min(len(old), len(new)))
    skipped = max(0, same - BEFORE) if max(len(old), len(new)) > most else 0
    return _cut(old, skipped, most), _cut(new, skipped, most)


def clipped(text: str, most: int = MOST) -> str:
    """The beginning of a text, on one line."""
    return _cut(one_line(text), 0, most)


def briefly(text: str, most: int = MOST) -> str:
    """The beginning of a name, cut between words."""
    line = one_line(text)
    if len(line) <= most:
        return line
    return (line[:most].rpartition(" ")[0] or line[:most]).rstrip(",:") + " …"


def _cut(text: str, skipped: int, most: int) -> str:
    shown = text[skipped : skipped + most]
    ending = f"… ({len(text):,} characters)" if skipped + most < len(text) else ""
    return ("…" if skipped else "") + shown + ending


def _text(value: Json | Missing) -> str:
    """A value as people read it: calls and failures in words, all else as JSON."""
    if isinstance(value, Missing):
        return NOTHING
    if is_call(value):
        return one_line(f"{_short(str(value['resource']))} with {json_text(value['arguments'])}")
    return one_line(json_text(value))


def is_call(value: Json | Missing) -> TypeGuard[dict[str, Json]]:
    """{"resource", "arguments"}"""
    return isinstance(value, dict) and value.keys() == {"resource", "arguments"}


def _short(resource: str) -> str:
    """An ARN's end: "dynamodb:putItem", "function:charge"."""
    parts = resource.split(":")
    return ":".join(parts[-2:]) if resource.startswith("arn:") and len(parts) > 6 else resource


def _at(value: Json | Missing, pointer: Pointer) -> Json | Missing:
    for token in pointer.tokens:
        if isinstance(value, dict):
            value = value.get(token, MISSING)
        elif isinstance(value, list):
            value = value[int(token)] if token.isdecimal() and int(token) < len(value) else MISSING
        else:
            return MISSING
    return value
