"""What AWS accepts to everybody's regret: rules about a definition as a whole, each in a file of its own.

`lint` asks the rules; `checking.check` says everything there is to say about a definition, what AWS refuses included.
"""

from __future__ import annotations

from asl_engine.diagnostics import Diagnostic
from asl_engine.linter.registry import rules
from asl_engine.linter.remark import Remark
from asl_engine.linter.rule import Facts, Knowledge
from asl_engine.linter.selection import Selection
from asl_engine.source import Source


def lint(source: Source, selection: Selection | None = None, *, type: str = "STANDARD", knowledge: Knowledge | None = None) -> list[Diagnostic]:
    """What the selected rules say of a definition that AWS accepts, in the order of the rules; suppressions are not looked at."""
    return [remark.diagnostic for remark in remarks(Facts(source, type=type, knowledge=knowledge), selection or Selection())]


def remarks(facts: Facts, selection: Selection) -> list[Remark]:
    """The same with what can be mended."""
    asked = (rule for rule in rules() if selection.asks(rule.CODE, rule.PROFILE))
    return [
        Remark.of_rule(rule, advice, facts.source, selection.gravity(advice.severity or rule.SEVERITY)) for rule in asked for advice in rule.findings(facts)
    ]
