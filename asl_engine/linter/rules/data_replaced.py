"""A path to what a result has replaced

What
    A state reads a path that the data had before, and on the way a Task, Map or Parallel put its result in the place of it: without
    `ResultPath` in the place of the whole input, with one in the place of a part. The result is not known, so it may have the path.

Why
    Unless the function hands back what it was given, the state fails; in JSONPath with States.Runtime, which nobody catches. Where the
    result is known, ASL501 and ASL504 say so for certain. Source: States Language, "ResultPath": its default is "$".

Example
    "Charge": {"Type": "Task", …, "Parameters": {"order.$": "$.order"}, "Next": "Ship"},
    "Ship":   {"Type": "Task", …, "Parameters": {"order.$": "$.order"}, "End": true}

Instead
    "ResultPath": "$.payment" in Charge keeps the input beside the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.demands import demands_of, replaced_by
from asl_engine.analysis.dataflow.facts import Place, Root
from asl_engine.analysis.dataflow.reasons import listed, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL508"
NAME = "replaced-by-result"
SEVERITY = Severity.WARNING
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for demand in demands_of(miss for miss in facts.dataflow.misses if replaced_by(miss) is not None):
        first = demand.misses[0]
        leg = replaced_by(first)
        if leg is None:
            continue
        name, wrote = leg.state.tokens[-1], leg.flow.wrote
        names = listed(list(dict.fromkeys(f"`{spelled(miss.missing, miss.read.text)}`" for miss in demand.misses)))
        there = "was" if len(demand.misses) == 1 else "were"
        what = f"puts its result over {spelled(Place(Root.INPUT, '', wrote[0]), first.read.text)}" if wrote else leg.flow.made
        hint = f'another "ResultPath" in {name} keeps both' if wrote else f'a "ResultPath" in {name} keeps its input beside the result'
        message = f"{names} {there} there before {name}, which {what}: unless the result has it too, the state fails here"
        yield Advice(first.read.pointer, message, hint)
