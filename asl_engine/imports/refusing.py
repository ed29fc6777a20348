"""How importers refuse: one `DefinitionError` with one place and, where there is one, a way out."""

from __future__ import annotations

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError
from asl_engine.values import Pointer

UNREADABLE = "ASL001"
NOT_FOUND = "ASL008"
"""A reference names no state machine, or more than one."""
NOT_UNDERSTOOD = "ASL009"
"""A deployment file cannot be understood, or its definition is not in it."""


def refused(message: str, at: object, hint: str | None = None, code: str = NOT_UNDERSTOOD) -> DefinitionError:
    """The error with this one diagnostic. `str(at)` is the place, "file:line:column"."""
    return DefinitionError([Diagnostic(code, Severity.ERROR, Pointer(""), message, hint, None, str(at) if at is not None else None)])
