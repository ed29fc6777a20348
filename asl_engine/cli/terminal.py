"""Colour, where somebody looks: on a terminal, unless NO_COLOR is set (no-color.org)."""

from __future__ import annotations

import os
import sys

import click

from asl_engine.render.text import Paint, plain

_STYLES: dict[str, dict[str, object]] = {
    "time": {"fg": "bright_black"},
    "detail": {"fg": "bright_black"},
    "label": {"fg": "cyan"},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
}


def painter() -> Paint:
    return _coloured if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" else plain


def _coloured(role: str, text: str) -> str:
    style = _STYLES.get(role)
    return click.style(text, **style) if style else text  # type: ignore[arg-type]
