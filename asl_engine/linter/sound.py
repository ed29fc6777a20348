"""A definition without the values AWS refuses, so that rules about the rest need not fear them.

A mistake in one state must not hide what is wrong with the others. What is no value of its field is taken away: a member
goes, an element of a list becomes empty (indices are places), a Choice Rule keeps its Next. A field such as `Error.$` stays: what
it was meant to read is known. A CloudFormation function becomes a
placeholder like any other. Other mistakes stay: transitions
to nowhere and missing fields are nothing a rule could stumble over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asl_engine.analysis.graph import containers
from asl_engine.diagnostics import Diagnostic, is_refusal
from asl_engine.linter.refusals import PATHS_MEANT
from asl_engine.syntax.codes import (
    CHOICE_RULE,
    JSONATA_REFERENCE,
    JSONATA_SYNTAX,
    NOT_ALLOWED_VALUE,
    OTHER_LANGUAGE,
    PATH,
    TEMPLATE,
    TIMESTAMP,
    TOO_DEEP,
    UNRESOLVED_FUNCTION,
    UNSUPPORTED_FIELD,
    VARIABLE_NAME,
    WRONG_TYPE,
)
from asl_engine.syntax.grammar import STATES
from asl_engine.values import Json, fresh

_OF_VALUES = (
    CHOICE_RULE,
    JSONATA_REFERENCE,
    JSONATA_SYNTAX,
    NOT_ALLOWED_VALUE,
    OTHER_LANGUAGE,
    PATH,
    TEMPLATE,
    TIMESTAMP,
    TOO_DEEP,
    UNSUPPORTED_FIELD,
    VARIABLE_NAME,
    WRONG_TYPE,
)
UNRESOLVED = "${unresolved}"
_REFUSED_VALUES = frozenset(code.number for code in _OF_VALUES)


def sound(definition: Json, diagnostics: Iterable[Diagnostic]) -> dict[str, Json]:
    """The definition as it is if nothing is refused; {} for what is no object."""
    flaws = [each for each in diagnostics if each.code == UNRESOLVED_FUNCTION.number or (is_refusal(each) and each.code in _REFUSED_VALUES)]
    if not isinstance(definition, dict):
        return {}
    if not flaws and not any(True for _ in _unread(definition)):
        return definition
    copy = fresh(definition)
    for flaw in flaws:
        *way, last = flaw.pointer.tokens or ("",)
        owner: Json = copy
        for token in way:
            owner = _member(owner, token)
        if flaw.code == UNRESOLVED_FUNCTION.number:
            _put(owner, last, UNRESOLVED)
        elif isinstance(owner, dict) and not (flaw.code == UNSUPPORTED_FIELD.number and last in PATHS_MEANT and isinstance(owner.get(last), str)):
            owner.pop(last, None)
        elif isinstance(owner, list) and last.isdecimal() and int(last) < len(owner):
            former = owner[int(last)]
            keeps = flaw.code == CHOICE_RULE.number and isinstance(former, dict) and isinstance(former.get("Next"), str)
            owner[int(last)] = {"Next": former["Next"]} if keeps and isinstance(former, dict) else {}
    for states, name in list(_unread(copy)):
        state = states[name]
        assert isinstance(state, dict)  # as `_unread` has it
        states[name] = {field: value for field, value in state.items() if isinstance(value, _KEPT.get(field, ()))}
    return copy if isinstance(copy, dict) else {}


_KEPT: dict[str, type] = {"Type": str, "Next": str, "Default": str, "End": bool}
"""What is left of a state whose fields nobody has read, and its type."""


def _unread(machine: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """States whose Type is none, as (their States object, their name): the grammar cannot tell which fields they have."""
    for owner, _ in containers(machine):
        states = owner.get("States")
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict) and isinstance(states, dict):
                kind = state.get("Type")
                if not isinstance(kind, str) or kind not in STATES:
                    yield states, name


def _put(owner: Json, token: str, value: Json) -> None:
    if isinstance(owner, dict) and token in owner:
        owner[token] = value
    elif isinstance(owner, list) and token.isdecimal() and int(token) < len(owner):
        owner[int(token)] = value


def _member(owner: Json, token: str) -> Json:
    if isinstance(owner, dict):
        return owner.get(token)
    return owner[int(token)] if isinstance(owner, list) and token.isdecimal() and int(token) < len(owner) else None
