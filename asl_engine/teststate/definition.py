"""Which state is tested: a state alone, or one of a machine by its name, at any depth.

Only the tested state is checked: what else a machine may lack does not keep its states from being tested. A state alone
is called StateName, in places and in the Context object. Source: API reference, "TestState"; as recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asl_engine.analysis.check import check_state
from asl_engine.diagnostics import Diagnostic, is_refusal
from asl_engine.errors import DefinitionError, InputError
from asl_engine.program import State
from asl_engine.program.compile import compile_state
from asl_engine.program.fields import Fields
from asl_engine.source import Source, parse_json
from asl_engine.teststate.refusals import InvalidDefinition, ValidationException, invalid_definition
from asl_engine.values import Json, Pointer

UNNAMED = "StateName"


def tested_state(definition: str, name: str | None) -> State:
    """The state, checked and compiled. Raises `InvalidDefinition`, or `ValidationException` when there is no such state."""
    value = _parsed(definition)
    if name is None:
        return _compiled({"States": {UNNAMED: value}}, value, UNNAMED, Pointer("/States") / UNNAMED)
    found = next((pointer for pointer in _states_of(value) if pointer.tokens[-1] == name), None)
    if found is None:
        raise ValidationException("State not found in definition")
    return _compiled(value, _at(value, found), name, found)


def _parsed(text: str) -> dict[str, Json]:
    try:
        value = parse_json(text, "definition")
    except InputError as error:
        if not text.strip():
            value = None
        else:
            raise InvalidDefinition(f"Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: {error} at null'") from None
    if not isinstance(value, dict):
        raise InvalidDefinition("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'")
    return value


def _compiled(machine: dict[str, Json], state: Json, name: str, pointer: Pointer) -> State:
    language = "JSONata" if machine.get("QueryLanguage") == "JSONata" else "JSONPath"
    alone = Source(None, None, state)
    errors = [_moved(found, Pointer("/States") / name, pointer) for found in check_state(alone, name=name, language=language) if is_refusal(found)]
    if errors:
        raise invalid_definition(errors, machine)
    try:
        return compile_state(name, Fields(state, pointer, Source(None, None, machine)), language, "STANDARD", 0)
    except DefinitionError as error:
        raise invalid_definition(error.diagnostics, machine) from None


def _moved(found: Diagnostic, alone: Pointer, pointer: Pointer) -> Diagnostic:
    """A finding about the state alone, told where the state stands in its machine."""
    return replace(found, pointer=Pointer(pointer + found.pointer.removeprefix(alone)))


def _states_of(machine: Json) -> Iterator[Pointer]:
    """Every state of a machine and of the machines inside its states, outer ones first."""
    waiting = [(machine, Pointer(""))]
    while waiting:
        owner, pointer = waiting.pop(0)
        states = owner.get("States") if isinstance(owner, dict) else None
        for name, state in states.items() if isinstance(states, dict) else ():
            place = pointer / "States" / name
            yield place
            if isinstance(state, dict):
                waiting += [(state[inside], place / inside) for inside in ("ItemProcessor", "Iterator") if inside in state]
                branches = state.get("Branches")
                waiting += [(branch, place / "Branches" / index) for index, branch in enumerate(branches if isinstance(branches, list) else ())]


def _at(value: Json, pointer: Pointer) -> Json:
    for token in pointer.tokens:
        value = value[int(token)] if isinstance(value, list) else value[token]  # type: ignore[index]
    return value
