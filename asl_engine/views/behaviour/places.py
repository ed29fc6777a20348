"""Where a definition says what a side did: the place a reviewer opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from asl_engine.program import Program, State
from asl_engine.values import Pointer
from asl_engine.views.blame import state_of, value_at
from asl_engine.views.comparing import ROOT
from asl_engine.views.visits import Visit

ARGUMENTS = ("Arguments", "Parameters", "InputPath")
RESOURCE = ("Resource",)
RETRY = ("Retry",)
WAIT = (
    "Seconds",
    "SecondsPath",
    "Timestamp",
    "TimestampPath",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "HeartbeatSeconds",
    "HeartbeatSecondsPath",
    "MaxConcurrency",
    "MaxConcurrencyPath",
)
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


_NAMED = re.compile(r"The JSONPath '(.+?)' specified for|The function '(.+?)' had|The JSONata expression '(.+?)' specified for", re.DOTALL)
"""How AWS names what could not be evaluated."""


def failing_place(program: Program, visit: Visit, failure: tuple[str | None, str | None] | None) -> Pointer | None:
    """What a state could not evaluate, if its cause names it; else what makes its arguments."""
    arguments = place(program, visit, ARGUMENTS)
    named = _NAMED.search(failure[1]) if failure is not None and failure[1] is not None else None
    state = state_at(program, visit)
    if named is None or state is None:
        return arguments
    text = next(group for group in named.groups() if group is not None)
    return _holding(value_at(program, state.pointer), text, state.pointer) or arguments


def _holding(written: Any, text: str, at: Pointer) -> Pointer | None:
    """The first member, at any depth, whose text is this, between JSONata's delimiters or not."""
    if isinstance(written, str):
        return at if text in (written, written.removeprefix("{%").removesuffix("%}").strip()) else None
    inside: Iterable[tuple[str | int, Any]] = written.items() if isinstance(written, dict) else enumerate(written) if isinstance(written, list) else ()
    return next((found for key, member in inside if (found := _holding(member, text, at / key)) is not None), None)


def way_out(program: Program, visit: Visit | None) -> Pointer | None:
    """What led out of a visited state: its rule, its catcher, its Next."""
    if visit is None:
        return program.pointer / "StartAt"
    told = visit.rule or visit.catcher
    if told is not None and visit.left is not None:
        return Pointer(told)
    return place(program, visit, () if visit.left is None else NEXT)
