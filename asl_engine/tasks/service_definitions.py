"""Arguments of service integrations as a definition writes them, before anything runs: what AWS refuses when it is created.

Only what is written counts: a path, an expression, a placeholder may turn out to be anything. Knows states as JSON and
no more, so that a definition that is wrong elsewhere is looked at all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.service_arguments import Fault, Opaque, argument_faults, unfilled
from asl_engine.values import Json, Pointer

UNKNOWN_ARGUMENT, MISSING_ARGUMENT, MISTYPED_ARGUMENT = "ASL150", "ASL151", "ASL152"
_REFUSED = "SCHEMA_VALIDATION_FAILED"
DEEPEST = 60
"""Levels of nested machines that are looked into; AWS refuses far fewer."""


def service_diagnostics(definition: Json, is_opaque: Opaque) -> list[Diagnostic]:
    """What the services' APIs do not take, in document order, without locations. Raises `MissingExtra` without botocore."""
    return [_diagnostic(at, fault) for at, fault in _of_machine(definition, Pointer(""), is_opaque, 0)]


def _diagnostic(at: Pointer, fault: Fault) -> Diagnostic:
    if not fault.missing:
        code = UNKNOWN_ARGUMENT if fault.unknown else MISTYPED_ARGUMENT
        return Diagnostic(code, Severity.ERROR, Pointer(at + fault.pointer), fault.message, fault.hint, _REFUSED)
    # A missing member has no place of its own. AWS looks for those of the outermost object only; the service, for all.
    place = fault.pointer.parent
    if place:
        return Diagnostic(MISSING_ARGUMENT, Severity.WARNING, Pointer(at + place), fault.message, "AWS takes the definition; the service refuses the call")
    return Diagnostic(MISSING_ARGUMENT, Severity.ERROR, at, fault.message, fault.hint, _REFUSED)


def _of_machine(machine: Json, at: Pointer, is_opaque: Opaque, depth: int) -> Iterator[tuple[Pointer, Fault]]:
    states = machine.get("States") if isinstance(machine, dict) else None
    if not isinstance(states, dict) or depth > DEEPEST:
        return
    for name, state in states.items():
        if isinstance(state, dict):
            yield from _of_state(state, at / "States" / name, is_opaque, depth)


def _of_state(state: dict[str, Json], at: Pointer, is_opaque: Opaque, depth: int) -> Iterator[tuple[Pointer, Fault]]:
    if state.get("Type") == "Task" and isinstance(state.get("Resource"), str):
        yield from _of_task(state, at, is_opaque)
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield from _of_machine(branch, at / "Branches" / index, is_opaque, depth + 1)
    for name in ("ItemProcessor", "Iterator"):
        if name in state:
            yield from _of_machine(state[name], at / name, is_opaque, depth + 1)


def _of_task(state: dict[str, Json], at: Pointer, is_opaque: Opaque) -> Iterator[tuple[Pointer, Fault]]:
    field = next((name for name in ("Parameters", "Arguments") if name in state), None)
    if field is None:
        return  # the state's input is what is sent
    for fault in argument_faults(parse_resource(str(state["Resource"])), unfilled(state[field], is_opaque)):
        yield at / field, replace(fault, pointer=_as_written(state[field], fault.pointer))


def _as_written(template: Json, pointer: Pointer) -> Pointer:
    """The place by the names that stand there: "Key.$" for the member Key."""
    place = Pointer("")
    for token in pointer.tokens:
        if isinstance(template, dict):
            token = f"{token}.$" if token not in template and f"{token}.$" in template else token
            template = template.get(token)
        elif isinstance(template, list) and token.isdecimal() and int(token) < len(template):
            template = template[int(token)]
        place = place / token
    return place
