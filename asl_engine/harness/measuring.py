"""Coverage of what was played: from a verdict to what `views.coverage` makes of it."""

from __future__ import annotations

from asl_engine.errors import DefinitionError
from asl_engine.harness.play import Verdict, program_of
from asl_engine.views.coverage import Coverage, coverage


def coverage_of(verdict: Verdict) -> Coverage:
    """What one scenario did of its definition, and of the registered machines it ran; of nothing, if the definition cannot be used."""
    try:
        program = program_of(verdict.scenario.definition)
    except DefinitionError:
        return Coverage()
    own = coverage(program, [verdict.execution] if verdict.execution is not None else [])
    return Coverage.of([own, *(coverage(nested, execution) for nested, execution in verdict.nested)])


def unmeasured(verdict: Verdict) -> Coverage | None:
    """For suites nobody measures."""
    return None
