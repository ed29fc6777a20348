"""What is wrong with a definition, said so that a person can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from asl_engine.values import Pointer


class Severity(StrEnum):
    """ERROR: AWS refuses the definition. WARNING: AWS accepts it and it will hurt. ADVICE: a better way exists."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    ADVICE = "ADVICE"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `str()` is what a terminal shows."""

    code: str
    """Ours, stable: "ASL104"."""
    severity: Severity
    pointer: Pointer
    """Where, as RFC 6901: "/States/Pay/Retry/0"."""
    message: str
    """AWS's wording where it is known; one sentence, no trailing period."""
    hint: str | None = None
    """What to do: 'did you mean "ErrorEquals"?'."""
    aws_code: str | None = None
    """The code of ValidateStateMachineDefinition, "SCHEMA_VALIDATION_FAILED", or None where AWS has none."""
    location: str | None = None
    """file:line:column, 1-based; None for a definition that was given as a value."""
    fix: str | None = None
    """What `asl check --fix` does about it: "remove the repeated Retrier"."""

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        lines = [f"{place}{self.code} {self.message}"]
        if self.pointer:
            lines.append(f"  at {self.pointer}")
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


def is_refusal(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR
