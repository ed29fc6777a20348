"""A path of which nobody says that it is there

What
    The first read of a path into data from outside: the execution's input, a function's answer, an element of an array of unknown length.
    Neither the definition nor a schema says that it is there. What one state needs of one source is told at once.

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

from asl_engine.analysis.dataflow.demands import Demand, demands_of, replaced_by
from asl_engine.analysis.dataflow.facts import EXPRESSION
from asl_engine.analysis.dataflow.reasons import listed, source, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL505"
NAME = "unsaid"
SEVERITY = Severity.ADVICE
PROFILE = STRICT
MOST_PLACES = 12


def findings(facts: Facts) -> Iterator[Advice]:
    for demand in demands_of(miss for miss in facts.dataflow.misses if replaced_by(miss) is None):
        yield Advice(demand.misses[0].read.pointer, _message(demand), _readers(demand))


def _message(demand: Demand) -> str:
    first = demand.misses[0]
    names = list(dict.fromkeys(f"`{spelled(miss.read.place, miss.read.text)}`" for miss in demand.misses))
    if first.missing.name == EXPRESSION:
        return f"Nothing says that {names[0]} gives a value"
    one = len(names) == 1
    whence = f": {'it comes' if one else 'they come'} from {origin}" if (origin := source(first)) else ""
    return f"Nothing says that {listed(names, MOST_PLACES)} {'is' if one else 'are'} there{whence}"


def _readers(demand: Demand) -> str | None:
    return f"read too by {listed([state.tokens[-1] for state in demand.readers])}" if demand.readers else None
