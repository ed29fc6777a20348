"""Colour and progress, where somebody looks: on a terminal. No colour if NO_COLOR is set (no-color.org)."""

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


class Progress:
    """One line on standard error, written over as work goes on and gone when it is done; nothing where nobody looks."""

    def __init__(self, *what: str) -> None:
        self._what = " → ".join(what)
        self._looking = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._width = 0

    def explored(self, told: int, waiting: int) -> None:
        """Stories of an exploration: told, and known to be told yet."""
        self._show(f"{self._what}: {told:,} runs explored, {waiting:,} known to be explored yet")

    def done(self) -> None:
        self._show("")

    def _show(self, line: str) -> None:
        if self._looking:
            click.echo(f"\r{line.ljust(self._width)}\r" if not line else f"\r{line.ljust(self._width)}", err=True, nl=False)
            self._width = len(line)
