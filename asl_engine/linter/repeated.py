"""What AWS and a rule both say is said once, by the rule, which names the route.

So far that is one thing: a variable that is not assigned on some way, AWS's POSSIBLY_UNDEFINED_VARIABLE.
"""

from __future__ import annotations

from asl_engine.analysis.dataflow.facts import Root
from asl_engine.linter.remark import Remark
from asl_engine.linter.rule import Facts
from asl_engine.syntax.codes import UNDEFINED_VARIABLE

_BETTER = ("ASL501", "ASL502")


def without_repeated(remarks: list[Remark], facts: Facts) -> list[Remark]:
    """Leaves out what another remark says better."""
    if not any(remark.diagnostic.code == UNDEFINED_VARIABLE.number for remark in remarks):
        return remarks
    told = {remark.diagnostic.pointer for remark in remarks if remark.diagnostic.code in _BETTER}
    if not told:
        return remarks
    unset = {
        (miss.read.pointer, f"Variable '{miss.missing.name}' is possibly not defined.")
        for miss in facts.dataflow.misses
        if miss.missing.root is Root.VARIABLE and not miss.missing.steps and miss.read.pointer in told
    }
    return [remark for remark in remarks if (remark.diagnostic.pointer, remark.diagnostic.message) not in unset]
