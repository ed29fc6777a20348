"""Where a definition says what a side did: the place a reviewer opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asl_engine.program import Program, State
from asl_engine.values import Pointer
from asl_engine.views.blame import state_of, value_at
from asl_engine.views.comparing import ROOT
from asl_engine.views.visits import Visit

ARGUMENTS = ("Arguments", "Parameters", "InputPath")
RESOURCE = ("Resource",)
RETRY = ("Retry",)
WAIT = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath", "TimeoutSeconds", "TimeoutSecondsPath", "MaxConcurrency", "MaxConcurrencyPath")
ITEMS = ("Items", "ItemsPath", "ItemReader", "ItemBatcher")
BRANCHES = ("Branches",)
ERROR = ("Error", "ErrorPath")
CAUSE = ("Cause", "CausePath")
NEXT = ("Next", "End", "Default")


def state_at(program: Program, visit: Visit) -> State | None:
    return state_of(program, visit.container, visit.name)


def place(program: Program, visit: Visit | None, fields: Sequence[str] = (), inside: Pointer = ROOT) -> Pointer | None:
    """The first of these fields the visited state has, as far into it as `inside` is written; the state itself without them."""
    state = None if visit is None else state_at(program, visit)
    if state is None:
        return None
    at, written = state.pointer, value_at(program, state.pointer)
    name = next((name for name in fields if isinstance(written, dict) and name in written), None)
    if name is None:
        return at
    at, written = at / name, written[name]
    for token in inside.tokens:
        key = _key(written, token)
        if key is None:
            break
        at, written = at / key, written[key]
    return at


def _key(written: Any, token: str) -> str | int | None:
    """JSONPath's templates write a computed member with ".$"."""
    if isinstance(written, list):
        return int(token) if token.isdecimal() and int(token) < len(written) else None
    return next((key for key in (token, f"{token}.$") if isinstance(written, dict) and key in written), None)


def way_out(program: Program, visit: Visit | None) -> Pointer | None:
    """What led out of a visited state: its rule, its catcher, its Next."""
    if visit is None:
        return program.pointer / "StartAt"
    told = visit.rule or visit.catcher
    if told is not None and visit.left is not None:
        return Pointer(told)
    return place(program, visit, () if visit.left is None else NEXT)
