"""Numbers that nobody knows: fields a placeholder stands for, which a run takes as if they were not written.

A definition out of a deployment file is run before its values are known; who runs it should know what was left out.
This module looks at states and their Retriers only: in a payload a placeholder is a text like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.source import Source
from asl_engine.values import Json, Pointer

UNFILLED = "ASL011"
_OF_STATES = ("Seconds", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage")
_OF_RETRIERS = ("IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds")


def unfilled_numbers(source: Source) -> list[Diagnostic]:
    """One piece of advice for each field, with its place."""
    return [_told(source, pointer, value) for pointer, value in _in_machine(source.value, Pointer("")) if isinstance(value, str) and "${" in value]


def _told(source: Source, pointer: Pointer, value: str) -> Diagnostic:
    message = f"The field '{pointer.tokens[-1]}' is {value}, which has no value; it is taken as if it were not written"
    return Diagnostic(UNFILLED, Severity.ADVICE, pointer, message, "give it one with --placeholders FILE", location=source.locate(pointer))


def _in_machine(machine: Json, pointer: Pointer) -> Iterator[tuple[Pointer, Json]]:
    states = machine.get("States") if isinstance(machine, dict) else None
    if isinstance(machine, dict):
        yield from _fields(machine, ("TimeoutSeconds",), pointer)
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            yield from _in_state(state, pointer / "States" / name)


def _in_state(state: dict[str, Json], pointer: Pointer) -> Iterator[tuple[Pointer, Json]]:
    yield from _fields(state, _OF_STATES, pointer)
    retriers, branches = state.get("Retry"), state.get("Branches")
    for index, retrier in enumerate(retriers) if isinstance(retriers, list) else ():
        if isinstance(retrier, dict):
            yield from _fields(retrier, _OF_RETRIERS, pointer / "Retry" / index)
    for index, branch in enumerate(branches) if isinstance(branches, list) else ():
        yield from _in_machine(branch, pointer / "Branches" / index)
    for name in ("ItemProcessor", "Iterator"):
        yield from _in_machine(state.get(name), pointer / name)


def _fields(owner: dict[str, Json], names: tuple[str, ...], pointer: Pointer) -> Iterator[tuple[Pointer, Json]]:
    return ((pointer / name, owner[name]) for name in names if name in owner)
