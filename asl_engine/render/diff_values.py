"""Two values side by side, short, with the part that differs shown.

Whoever reads a difference must see it: what is left out is always what both sides share, or what is beyond the first
difference. Two values that differ never read alike.
"""

from __future__ import annotations

from asl_engine.render.text import one_line
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text

MOST = 100
"""Characters of one side."""
BEFORE = 30
"""Characters both sides share that are shown before the first difference."""
NOTHING = "nothing"


def sides(old: Json | Missing, new: Json | Missing, pointer: Pointer, most: int = MOST) -> tuple[str, str]:
    """Both sides at the place where they differ, each on one line."""
    before, after = _at(old, pointer), _at(new, pointer)
    return shortened(_text(before), _text(after), most)


def shortened(old: str, new: str, most: int = MOST) -> tuple[str, str]:
    """Both texts, of about `most` characters at most, from shortly before the place where they differ."""
    same = next((index for index, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), min(len(old), len(new)))
    skipped = max(0, same - BEFORE) if max(len(old), len(new)) > most else 0
    return _cut(old, skipped, most), _cut(new, skipped, most)


def clipped(text: str, most: int = MOST) -> str:
    """The beginning of a text, on one line."""
    return _cut(one_line(text), 0, most)


def _cut(text: str, skipped: int, most: int) -> str:
    shown = text[skipped : skipped + most]
    ending = f"… ({len(text):,} characters)" if skipped + most < len(text) else ""
    return ("…" if skipped else "") + shown + ending


def _text(value: Json | Missing) -> str:
    return NOTHING if isinstance(value, Missing) else one_line(json_text(value))


def _at(value: Json | Missing, pointer: Pointer) -> Json | Missing:
    for token in pointer.tokens:
        if isinstance(value, dict):
            value = value.get(token, MISSING)
        elif isinstance(value, list):
            value = value[int(token)] if token.isdecimal() and int(token) < len(value) else MISSING
        else:
            return MISSING
    return value
