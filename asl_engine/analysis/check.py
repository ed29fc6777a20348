"""Everything that is wrong with a definition, said at once.

The grammar reads each field (`syntax`); this package adds what only the whole can tell. Errors come before warnings,
each in document order. Sources: the States Language; the recorded answers of ValidateStateMachineDefinition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from asl_engine.analysis.scopes import check_variables
from asl_engine.analysis.transitions import check_inner_transitions, check_transitions
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.source import Source
from asl_engine.syntax.codes import DUPLICATE_KEY, WRONG_TYPE
from asl_engine.syntax.grammar import machine
from asl_engine.syntax.reading import Finding, Reading, Where, pointer_of
from asl_engine.values import Json, Pointer

_Found = TypeVar("_Found")
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}


def check_definition(source: Source, *, type: str = "STANDARD") -> list[Diagnostic]:
    """All findings about a whole state machine of type STANDARD or EXPRESS; without errors among them AWS accepts it."""
    reading = Reading(express=type == "EXPRESS")
    if isinstance(source.value, dict):
        machine(source.value, None, reading)
        check_transitions(source.value, reading)
        check_variables(source.value, reading)
    else:
        reading.report(WRONG_TYPE, None, "Definition must be a valid JSON object")
    for pointer in source.duplicates:
        message = f"The field '{pointer.tokens[-1]}' occurs twice in this object; only the last one counts"
        reading.report_key(DUPLICATE_KEY, _where(pointer), message)
    return _diagnostics(source, reading)


def check_state(state: Source, *, name: str = "StateName", language: str = "JSONPath") -> list[Diagnostic]:
    """All findings about one state without its machine, as the TestState API takes it; pointers begin "/States/StateName".

    `language` is the QueryLanguage of the machine around it.
    """
    around: Json = {"QueryLanguage": language, "StartAt": name, "States": {name: state.value}}
    reading = Reading()
    machine(around, None, reading)
    check_inner_transitions(around, reading)
    return _diagnostics(Source(None, None, around), reading)


def _diagnostics(source: Source, reading: Reading) -> list[Diagnostic]:
    said = [(pointer_of(finding.where), finding) for finding in reading.findings]
    return [_diagnostic(source, pointer, finding) for pointer, finding in in_document_order(said, source.value, lambda item: (item[1].code.severity, item[0]))]


def in_document_order(findings: list[_Found], document: Json, place: Callable[[_Found], tuple[Severity, Pointer]]) -> list[_Found]:
    """Errors before warnings before advice, each as their places follow each other in the document."""
    if len(findings) < 2:
        return findings
    order = _DocumentOrder(document)

    def key(finding: _Found) -> tuple[int, tuple[int, ...]]:
        severity, pointer = place(finding)
        return _ORDER[severity], order.of(pointer)

    return sorted(findings, key=key)


def _where(pointer: Pointer) -> Where:
    where: Where = None
    for token in pointer.tokens:
        where = (where, token)
    return where


class _DocumentOrder:
    """Sorts pointers as their places follow each other in the document."""

    def __init__(self, value: Json) -> None:
        self.value = value
        self.positions: dict[int, dict[str, int]] = {}
        """By the identity of an object: its keys in order."""

    def of(self, pointer: Pointer) -> tuple[int, ...]:
        value, order = self.value, []
        for token in pointer.tokens:
            if isinstance(value, dict) and token in value:
                keys = self.positions.get(id(value))
                if keys is None:
                    keys = self.positions[id(value)] = {key: index for index, key in enumerate(value)}
                order.append(keys[token])
                value = value[token]
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                order.append(int(token))
                value = value[int(token)]
            else:
                break
        return tuple(order)


def _diagnostic(source: Source, pointer: Pointer, finding: Finding) -> Diagnostic:
    code = finding.code
    location = source.locate(pointer, key=finding.at_key)
    return Diagnostic(code.number, code.severity, pointer, finding.message, finding.hint, finding.aws_code or code.aws, location)
