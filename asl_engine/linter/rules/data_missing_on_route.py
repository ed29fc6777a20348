"""A path that is missing on one of the ways to the state

What
    A path whose value is there on some ways to the state and certainly missing on another: a Catcher replaced the input, a branch of the
    machine made a smaller object, or assigned no variable.

Why
    Executions that come this way fail in this state, often the very one that was to deal with a failure, and nobody catches
    that. Source: States Language, "Paths", "Fallback states".

Example
    "Pay":  {"Type": "Task", …, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}], "Next": "Tell"},
    "Tell": {"Type": "Task", …, "Parameters": {"order.$": "$.order", …}}

    The Catcher has no `ResultPath`, so after a failure the whole input is `{"Error": …, "Cause": …}`.

Instead
    Set it on every way (`"ResultPath": "$.error"` in the Catcher keeps the input), or ask with `IsPresent` first.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import hint, others, reason, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL502"
NAME = "missing-on-route"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for miss in facts.dataflow.misses:
        if miss.certainty is Certainty.ROUTE:
            what = spelled(miss.missing, miss.read.text)
            way = f" on the way {miss.routes[0]}" if miss.routes else ""
            yield Advice(miss.read.pointer, f"`{what}` may be missing{way}: {reason(miss)}", "; ".join(filter(None, (hint(miss), others(miss)))) or None)
