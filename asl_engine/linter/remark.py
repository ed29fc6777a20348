"""A diagnostic and, where there is one, the change of the text that mends it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.linter.edits import Fix
from asl_engine.linter.rule import Advice, Rule
from asl_engine.source import Source


@dataclass(frozen=True, slots=True)
class Remark:
    diagnostic: Diagnostic
    fix: Fix | None = None

    @staticmethod
    def mendable(diagnostic: Diagnostic, fix: Fix | None) -> Remark:
        return Remark(diagnostic) if fix is None else Remark(replace(diagnostic, fix=fix.what), fix)

    @staticmethod
    def of_rule(rule: Rule, advice: Advice, source: Source, severity: Severity) -> Remark:
        location = source.locate(advice.pointer, key=advice.at_key)
        return Remark.mendable(Diagnostic(rule.CODE, severity, advice.pointer, advice.message, advice.hint, None, location), advice.fix)
