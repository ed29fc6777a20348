"""A diagnostic and, where there is one, the change of the text that mends it."""

from __future__ import annotations

from dataclasses import dataclass

from asl_engine.diagnostics import Diagnostic
from asl_engine.linter.edits import Fix
from asl_engine.linter.rule import Advice, Rule
from asl_engine.source import Source


@dataclass(frozen=True, slots=True)
class Remark:
    diagnostic: Diagnostic
    fix: Fix | None = None

    @staticmethod
    def of_rule(rule: Rule, advice: Advice, source: Source) -> Remark:
        location = source.locate(advice.pointer, key=advice.at_key)
        severity = advice.severity or rule.SEVERITY
        fix = advice.fix.what if advice.fix else None
        return Remark(Diagnostic(rule.CODE, severity, advice.pointer, advice.message, advice.hint, None, location, fix), advice.fix)
