"""A path of which nobody says that it is there

What
    The first read, on some way, of a path into data from outside: the execution's input, a function's answer, an element of an array
    of unknown length. Neither the definition nor a schema says that it is there.

Why
    If it is missing, the state fails, and in JSONPath nobody catches that. What a machine needs of its input and of its functions is its
    contract, and this is the list of it.

Example
    "Charge": {"Type": "Task", …, "Parameters": {"amount.$": "$.order.amount"}}

Instead
    Say it in a schema of the input or of the result; or ask with `IsPresent` in a Choice before the first use.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import source, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL505"
NAME = "unsaid"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for miss in facts.dataflow.misses:
        if miss.certainty is Certainty.UNSAID:
            what = spelled(miss.missing, miss.read.text)
            yield Advice(miss.read.pointer, f"Nothing says that `{what}` is there: {source(miss)}")
