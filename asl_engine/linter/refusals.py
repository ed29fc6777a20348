"""Mistakes AWS refuses that can be meant in one way only, and what mends them."""

from __future__ import annotations

from asl_engine.diagnostics import Diagnostic
from asl_engine.linter.edits import Fix, Remove, Rename
from asl_engine.syntax.codes import NOT_ALLOWED_VALUE, UNSUPPORTED_FIELD

_PATHS = {"Error.$": "ErrorPath", "Cause.$": "CausePath", "TimeoutSeconds.$": "TimeoutSecondsPath", "HeartbeatSeconds.$": "HeartbeatSecondsPath"}
_PATHS |= {"Seconds.$": "SecondsPath", "Timestamp.$": "TimestampPath", "MaxConcurrency.$": "MaxConcurrencyPath"}
"""Fields written as members of payload templates, and what the language has in their place."""


def fix_of(diagnostic: Diagnostic) -> Fix | None:
    name = diagnostic.pointer.tokens[-1] if diagnostic.pointer else ""
    if diagnostic.code == UNSUPPORTED_FIELD.number and name in _PATHS and diagnostic.hint == f'use "{_PATHS[name]}"':
        return Fix(f'rename "{name}" to "{_PATHS[name]}"', (Rename(diagnostic.pointer, _PATHS[name]),))
    if diagnostic.code == NOT_ALLOWED_VALUE.number and name == "End":
        return Fix('remove "End": false, which says nothing', (Remove(diagnostic.pointer),))
    return None
