"""Mistakes AWS refuses that can be meant in one way only, and what mends them."""

from __future__ import annotations

from asl_engine.diagnostics import Diagnostic
from asl_engine.linter.edits import Fix, Remove, Rename
from asl_engine.syntax.codes import NOT_ALLOWED_VALUE, UNSUPPORTED_FIELD

PATHS_MEANT = {"Error.$": "ErrorPath", "Cause.$": "CausePath", "TimeoutSeconds.$": "TimeoutSecondsPath", "HeartbeatSeconds.$": "HeartbeatSecondsPath"}
PATHS_MEANT |= {"Seconds.$": "SecondsPath", "Timestamp.$": "TimestampPath", "MaxConcurrency.$": "MaxConcurrencyPath"}
"""Fields written as members of payload templates, and what the language has in their place."""


def fix_of(diagnostic: Diagnostic) -> Fix | None:
    name = diagnostic.pointer.tokens[-1] if diagnostic.pointer else ""
    if diagnostic.code == UNSUPPORTED_FIELD.number and name in PATHS_MEANT and diagnostic.hint == f'use "{PATHS_MEANT[name]}"':
        return Fix(f'rename "{name}" to "{PATHS_MEANT[name]}"', (Rename(diagnostic.pointer, PATHS_MEANT[name]),))
    if diagnostic.code == NOT_ALLOWED_VALUE.number and name == "End":
        return Fix('remove "End": false, which says nothing', (Remove(diagnostic.pointer),))
    return None
