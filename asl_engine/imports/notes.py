"""What an import had to assume, for the person who relies on it: told by `asl definitions`, `asl check` and `asl run`.

A deployment file may leave open what decides the shape of a definition, or name what nothing declares. Instead of giving up,
the importers go on and write it down here, with the place. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.imports.traced import Spot
from asl_engine.values import Pointer

UNDECLARED = "ASL010"
"""A name that nothing declares: deploying fails."""
ASSUMED = "ASL011"
"""What is not known before deployment, and what was taken instead."""
_SEVERITIES = {UNDECLARED: Severity.WARNING, ASSUMED: Severity.ADVICE}


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    spot: Spot
    code: str = ASSUMED
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.spot}: {self.text}" + (f"; {self.hint}" if self.hint else "")

    @property
    def diagnostic(self) -> Diagnostic:
        text = f"The {self.text.removeprefix('the ')}" if self.text.startswith("the ") else self.text
        return Diagnostic(self.code, _SEVERITIES[self.code], Pointer(""), text, self.hint, location=str(self.spot))


class Notes:
    """Notes in the order they were made. A name that nothing declares is told once, where it is first met."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], Note] = {}

    def __iter__(self) -> Iterator[Note]:
        return iter(self._found.values())

    def assume(self, text: str, spot: Spot) -> None:
        self.add([Note(text, spot)])

    def undeclared(self, text: str, spot: Spot, near: str | None, code: str = UNDECLARED) -> None:
        self.add([Note(text, spot, code, f"did you mean {near}?" if near else None)])

    def add(self, notes: Iterable[Note]) -> None:
        for note in notes:
            self._found.setdefault((note.text, str(note.spot) if note.code == ASSUMED else None), note)
