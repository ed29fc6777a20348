"""Changes of a definition's text that a rule is certain of, in terms of its value.

A fix names places by pointer; how the text must change is worked out when it is applied (`fixes`). This module knows JSON only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from asl_engine.values import Json, Pointer


@dataclass(frozen=True, slots=True)
class Remove:
    """Takes a member or element away."""

    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Rename:
    """Gives a member another key."""

    pointer: Pointer
    key: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Puts another scalar in the place of one."""

    pointer: Pointer
    value: Json


Edit: TypeAlias = Remove | Rename | Replace


@dataclass(frozen=True, slots=True)
class Fix:
    what: str
    """As in "fixed: remove the repeated Retrier"."""
    edits: tuple[Edit, ...]
