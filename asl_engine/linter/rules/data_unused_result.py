"""A result that is kept and that nobody looks at

What
    A Task, Map or Parallel state puts its result beside the input with `ResultPath`, and on no way does a state behind it read it, nor is it
    in what the machine ends with.

Why
    It travels along, counts towards the 256 KiB of every state's data, and makes readers look for who needs it. Where it was meant to
    be read, the path that should have read it is wrong. Source: developer guide, "Quotas", "Specifying state output using ResultPath".

Example
    "Audit": {"Type": "Task", …, "ResultPath": "$.audit", "Next": "Ship"},
    "Ship":  {"Type": "Task", …, "Parameters": {"order.$": "$.order"}, "End": true}

Instead
    "ResultPath": null keeps the input and drops the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Place, Root
from asl_engine.analysis.dataflow.reasons import spelled
from asl_engine.analysis.dataflow.uses import unused_results
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL506"
NAME = "unused-result"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for unused in unused_results(facts.dataflow.walk):
        where = spelled(Place(Root.INPUT, "", unused.place), "$")
        message = f"Nobody reads `{where}`, where {unused.state.tokens[-1]} keeps its result, and no output has it"
        yield Advice(unused.state / "ResultPath", message, 'if it is not wanted, "ResultPath": null drops it')
