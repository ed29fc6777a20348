"""The place in a definition that is behind an event: the state, and inside it what decided.

A transition is decided by the state that was left, by its rule, catcher or Next; data by the field that made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from asl_engine.history.events import Event
from asl_engine.program import Map, Parallel, Program, State
from asl_engine.values import Pointer
from asl_engine.views.alignment import Difference

_FIELDS = {
    "parameters": ("Arguments", "Parameters", "InputPath"),
    "input": ("Arguments", "Parameters", "InputPath"),
    "output": ("Output", "ResultSelector", "ResultPath", "OutputPath", "Result"),
    "assignedVariables": ("Assign",),
    "timeoutInSeconds": ("TimeoutSeconds", "TimeoutSecondsPath"),
    "heartbeatInSeconds": ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    "resource": ("Resource",),
    "resourceType": ("Resource",),
    "taskCredentials": ("Credentials",),
    "length": ("Items", "ItemsPath"),
    "error": ("Error", "ErrorPath"),
    "cause": ("Cause", "CausePath"),
}
_NAMED_FIELD = re.compile(r"The JSONPath '(.+)' specified for the field '([^']+)'")
"""How AWS names the field whose path or template cannot be evaluated."""
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


def blamed(program: Program, difference: Difference) -> Pointer:
    """Where the definition says what makes ours differ; "" when nothing in particular does."""
    event, before = difference.ours, difference.before
    state = state_of(program, difference.branch, difference.within)
    if difference.kind == "event" and state is None and before is not None and before.type.endswith("StateExited"):
        return _transition(program, difference)
    if event is not None and isinstance(told := event.told.get("retrier", event.told.get("catcher")), str):
        return Pointer(told)
    if state is None:
        return Pointer("")
    match difference.kind:
        case "time":
            return _written(program, state, _WAITS)
        case "data" if event is not None and not event.type.endswith("StateEntered"):
            return _field(program, state, difference.pointer)
        case "event" if before is not None and before.type.endswith("StateEntered"):
            return _refused(program, state, difference)
        case "event" if difference.theirs is not None:
            return _written(program, state, _handlers(difference.theirs))
        case _:
            return state.pointer


def _transition(program: Program, difference: Difference) -> Pointer:
    """What led out of the state that was left."""
    assert difference.before is not None
    for told in ("rule", "catcher"):
        if isinstance(pointer := difference.before.told.get(told), str):
            return Pointer(pointer)
    left = state_of(program, difference.branch, difference.before.state)
    return Pointer("") if left is None else _written(program, left, ("Next", "End"))


def _refused(program: Program, state: State, difference: Difference) -> Pointer:
    """Ours failed before it called anything: the field its cause names, else the one that makes the arguments."""
    cause = difference.ours.details.get("cause") if difference.ours is not None else None
    named = _NAMED_FIELD.search(cause) if isinstance(cause, str) else None
    found = None if named is None else _member(value_at(program, state.pointer), named[2], named[1], state.pointer)
    return found if found is not None else _written(program, state, _FIELDS["parameters"])


def _member(value: Any, name: str, written: str, at: Pointer) -> Pointer | None:
    """Where, at any depth, a member of this name has this value."""
    members: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        if key == name and member == written:
            return at / key
        if (found := _member(member, name, written, at / key)) is not None:
            return found
    return None


def _handlers(recorded: Event) -> tuple[str, ...]:
    """What would have to be there for this to happen again: it was tried again, or it was caught."""
    if recorded.type.endswith(("Scheduled", "ParallelStateStarted", "MapStateStarted")):
        return ("Retry",)
    return ("Catch",) if recorded.type.endswith("StateExited") else ()


def _field(program: Program, state: State, inside: Pointer) -> Pointer:
    """The field of the state that makes this member of an event's details, as far into it as it is written."""
    written: Any = value_at(program, state.pointer)
    name, *rest = inside.tokens or ("",)
    at = state.pointer
    for candidate in _FIELDS.get(name, ()):
        if isinstance(written, dict) and candidate in written:
            at, written = at / candidate, written[candidate]
            break
    else:
        return at
    for token in rest:
        key = next((key for key in (token, f"{token}.$") if isinstance(written, dict) and key in written), None)
        if key is None:
            break
        at, written = at / key, written[key]
    return at


def _written(program: Program, state: State, names: tuple[str, ...]) -> Pointer:
    written = value_at(program, state.pointer)
    return next((state.pointer / name for name in names if isinstance(written, dict) and name in written), state.pointer)


def value_at(program: Program, pointer: Pointer) -> Any:
    value: Any = program.source.value
    for token in pointer.tokens:
        value = value[int(token)] if isinstance(value, list) else value.get(token) if isinstance(value, dict) else None
    return value


def state_of(program: Program, branch: str, name: str | None) -> State | None:
    """The state of that name in a container such as "Fan[2]/Inner[0]". Names may hold any character."""
    if not branch:
        return program.states.get(name) if name is not None else None
    for state in program.states.values():
        label, bracket, rest = branch[: len(state.name)], branch[len(state.name) : len(state.name) + 1], branch[len(state.name) + 1 :]
        if label != state.name or bracket != "[":
            continue
        index, _, inner = rest.partition("]")
        if not index.isdecimal():
            continue
        if isinstance(state.body, Parallel) and int(index) < len(state.body.branches):
            return state_of(state.body.branches[int(index)], inner.removeprefix("/"), name)
        if isinstance(state.body, Map):
            return state_of(state.body.processor, inner.removeprefix("/"), name)
    return None


def starts(program: Program) -> dict[str, list[str]]:
    """StartAt of every branch, by the name of the Parallel state, at any depth."""
    found: dict[str, list[str]] = {}
    for state in program.states.values():
        if isinstance(state.body, Parallel):
            found[state.name] = [branch.start_at for branch in state.body.branches]
            for branch in state.body.branches:
                found |= starts(branch)
        elif isinstance(state.body, Map):
            found |= starts(state.body.processor)
    return found
