"""From what people have (a file, a text, a value) to a `Program`: read, check, compile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asl_engine.analysis.check import check_definition
from asl_engine.diagnostics import Diagnostic, Severity, is_refusal
from asl_engine.errors import DefinitionError
from asl_engine.imports import read_definition
from asl_engine.program import Program
from asl_engine.program.compile import compile_machine
from asl_engine.source import Source, source_from_text, source_from_value
from asl_engine.values import Json, Pointer


def load(definition: str | Path | dict[str, Any], *, placeholders: Mapping[str, Json] | None = None, type: str | None = None, validate: bool = True) -> Program:
    """Loads a definition: a path (a `str` is always one) or a value.

    The path leads to JSON or YAML, or to a deployment file that declares a state machine: "template.yaml#OrderFlow", "main.tf#orders".
    `placeholders` fill `${name}` by name. `type` is STANDARD or EXPRESS; by default what the file says, else STANDARD. Raises `DefinitionError` with every
    mistake AWS would refuse the definition for; `validate=False` compiles what can be compiled.
    """
    return _program(source_of(definition, placeholders), type, validate)


def loads(text: str, *, placeholders: Mapping[str, Json] | None = None, type: str | None = None, validate: bool = True) -> Program:
    """`load` for a definition's text, JSON or YAML."""
    return _program(source_from_text(text, placeholders=placeholders), type, validate)


def source_of(definition: str | Path | dict[str, Any], placeholders: Mapping[str, Json] | None) -> Source:
    """Reads a definition: a path or a reference into a deployment file, or a value. Raises `DefinitionError`."""
    if isinstance(definition, (str, Path)):
        return read_definition(definition, placeholders=placeholders)
    return source_from_value(definition, placeholders=placeholders)


def _program(source: Source, asked: str | None, validate: bool) -> Program:
    type = source.type or "STANDARD" if asked is None else asked
    if type not in ("STANDARD", "EXPRESS"):
        raise DefinitionError([Diagnostic("ASL902", Severity.ERROR, Pointer(""), f"A machine's type is STANDARD or EXPRESS, not {type!r}")])
    if validate:
        diagnostics = check_definition(source, type=type)
        if any(map(is_refusal, diagnostics)):
            raise DefinitionError(diagnostics)
    return compile_machine(source, type=type)
