"""One pass over a definition by the grammar's tables: what it finds wrong, and which variables it meets.

A place is a chain of steps from the root, `((None, "States"), "Pay")`: making one costs a tuple, and it becomes an RFC 6901
pointer only when there is something to say. Nothing stops at the first mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeAlias

from asl_engine.spell import nearest
from asl_engine.syntax.codes import Code
from asl_engine.values import Json, Pointer

Where: TypeAlias = "tuple[Where, str | int] | None"
"""The way to a value: (the way to its owner, its key or index); None is the root."""


def pointer_of(where: Where) -> Pointer:
    return Pointer("/".join(["", *(str(step).replace("~", "~0").replace("/", "~1") for step in steps_of(where))]))


def steps_of(where: Where) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    while where is not None:
        where, step = where
        steps.append(step)
    return tuple(reversed(steps))


@dataclass(slots=True)
class Finding:
    """A diagnostic that does not know its file yet. `at_key` shows the field's name rather than its value."""

    code: Code
    where: Where
    message: str
    hint: str | None = None
    aws_code: str | None = None
    at_key: bool = False


@dataclass(slots=True)
class Reading:
    """What is known while a definition is read, and what has been found."""

    machine_language: str = "JSONPath"
    express: bool = False
    language: str = "JSONPath"
    """Of the state being read."""
    members: frozenset[str] = frozenset()
    """What `$states` holds, beyond input and context, where a JSONata expression is being read."""
    mode: str = "INLINE"
    """Of the Map being read."""
    depth: int = 0
    suggestions_left: int = 30
    """Suggestions compare a name with all others; a file with thousands of mistakes needs no thousand of them."""
    findings: list[Finding] = field(default_factory=list)
    assigned: list[tuple[Where, str]] = field(default_factory=list)
    """Each variable that is assigned: (the way to the member of an Assign, its name)."""
    referred: list[tuple[Where, str]] = field(default_factory=list)
    """Each variable that is read: (the way to the expression, its name)."""

    def did_you_mean(self, name: str, candidates: Collection[str]) -> str | None:
        """The hint that names the nearest candidate, None when there is none or enough were given."""
        if self.suggestions_left <= 0 or len(candidates) > 5000:
            return None
        self.suggestions_left -= 1
        near = nearest(name, candidates)
        return f'did you mean "{near}"?' if near else None

    def report(self, code: Code, where: Where, message: str, hint: str | None = None, aws_code: str | None = None) -> None:
        self.findings.append(Finding(code, where, message, hint, aws_code))

    def report_key(self, code: Code, where: Where, message: str, hint: str | None = None) -> None:
        self.findings.append(Finding(code, where, message, hint, None, at_key=True))


Kind: TypeAlias = Callable[[Json, Where, Reading], None]
"""Reads one value and reports what is wrong with it."""
