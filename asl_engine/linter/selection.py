"""Which findings are wanted: a profile of rules, or codes by name, less those that are ignored.

A code is named by itself or by its beginning: "ASL31" is every code from ASL310 to ASL319. What could not be read at all (ASL0…) is always said.
"""

from __future__ import annotations

from dataclasses import dataclass

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, STRICT

UNREADABLE = "ASL00"
"""Codes of what could not be read, but for ASL007, which could."""
PROFILES = (DEFAULT, STRICT)


@dataclass(frozen=True, slots=True)
class Selection:
    select: tuple[str, ...] = ()
    """Beginnings of codes; empty: what the profile has."""
    ignore: tuple[str, ...] = ()
    profile: str = DEFAULT

    def asks(self, code: str, profile: str = DEFAULT) -> bool:
        """Whether findings of a code are wanted that belongs to a profile; those of AWS belong to the default one."""
        if code.startswith(self.ignore):
            return False
        return code.startswith(self.select) if self.select else profile in (DEFAULT, self.profile)

    def gravity(self, severity: Severity) -> Severity:
        """How grave a rule's finding is in this profile: only the strict one calls an error what AWS accepts."""
        return Severity.WARNING if severity is Severity.ERROR and self.profile != STRICT else severity
