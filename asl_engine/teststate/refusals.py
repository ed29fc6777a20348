"""How TestState refuses a request: AWS's exceptions by name, with AWS's words where they are known.

They are mistakes of the caller, so `AslError`s; what happens to the tested state is an answer instead.
Source: API reference, "TestState", section "Errors".
"""

from __future__ import annotations

from collections.abc import Sequence

from asl_engine.diagnostics import Diagnostic, is_refusal
from asl_engine.errors import AslError
from asl_engine.values import Json


class ValidationException(AslError):
    """A member of the request is wrong, or does not go with the others."""


class InvalidArn(AslError):
    """The role's ARN is none."""


class InvalidExecutionInput(AslError):
    """The input is not JSON."""


class InvalidDefinition(AslError):
    """The definition cannot be tested. `.diagnostics` holds the findings behind it; empty when the state is of an unsupported type."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics: list[Diagnostic] = list(diagnostics)


def invalid_definition(diagnostics: Sequence[Diagnostic], definition: Json) -> InvalidDefinition:
    """All errors in one line, as CreateStateMachine tells them: 'CODE: message at LOCATION, CODE: …'."""
    errors = [diagnostic for diagnostic in diagnostics if is_refusal(diagnostic)]
    told = ", ".join(f"{error.aws_code or 'SCHEMA_VALIDATION_FAILED'}: {error.message} at {_location(error, definition)}" for error in errors)
    return InvalidDefinition(f"Invalid State Machine Definition: '{told}'", diagnostics)


def _location(error: Diagnostic, definition: Json) -> str:
    """A pointer in AWS's spelling: "/States/P/Branches[0]/States/G"; "null" for the whole."""
    location, value = "", definition
    for token in error.pointer.tokens:
        if isinstance(value, list):
            location += f"[{token}]"
            value = value[int(token)] if token.isdecimal() and int(token) < len(value) else None
        else:
            location += f"/{token}"
            value = value.get(token) if isinstance(value, dict) else None
    return location or "null"
