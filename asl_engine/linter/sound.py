"""A definition without the values AWS refuses, so that rules about the rest need not fear them.

A mistake in one state must not hide what is wrong with the others. What is no value of its field is taken away: a member
goes, an element of a list becomes empty (indices are places), a Choice Rule keeps its Next. A CloudFormation function becomes a
placeholder like any other. Other mistakes stay: transitions
to nowhere and missing fields are nothing a rule could stumble over.
"""

from __future__ import annotations

from collections.abc import Iterable

from asl_engine.diagnostics import Diagnostic, is_refusal
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
    if not flaws or not isinstance(definition, dict):
        return definition if isinstance(definition, dict) else {}
    copy = fresh(definition)
    for flaw in flaws:
        *way, last = flaw.pointer.tokens or ("",)
        owner: Json = copy
        for token in way:
            owner = _member(owner, token)
        if flaw.code == UNRESOLVED_FUNCTION.number:
            _put(owner, last, UNRESOLVED)
        elif isinstance(owner, dict):
            owner.pop(last, None)
        elif isinstance(owner, list) and last.isdecimal() and int(last) < len(owner):
            former = owner[int(last)]
            keeps = flaw.code == CHOICE_RULE.number and isinstance(former, dict) and isinstance(former.get("Next"), str)
            owner[int(last)] = {"Next": former["Next"]} if keeps and isinstance(former, dict) else {}
    return copy if isinstance(copy, dict) else {}


def _put(owner: Json, token: str, value: Json) -> None:
    if isinstance(owner, dict) and token in owner:
        owner[token] = value
    elif isinstance(owner, list) and token.isdecimal() and int(token) < len(owner):
        owner[int(token)] = value


def _member(owner: Json, token: str) -> Json:
    if isinstance(owner, dict):
        return owner.get(token)
    return owner[int(token)] if isinstance(owner, list) and token.isdecimal() and int(token) < len(owner) else None
