"""A Distributed Map that one item ends

What
    A Distributed Map without ToleratedFailurePercentage and ToleratedFailureCount.

Why
    Both are 0 then: the first child that fails, after thousands that did their work, fails the Map Run with
    States.ExceedToleratedFailureThreshold, and the others are stopped where they are.
    Source: Step Functions developer guide, "Setting failure thresholds for Distributed Map states".

Example
    {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", …}, …}}

Instead
    {"Type": "Map", "ToleratedFailurePercentage": 5, …}, with a ResultWriter that keeps the list of what failed. Say 0 if it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL433"
NAME = "first-failure-ends-map"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for container in facts.containers:
        state = facts.by_pointer.get(container.holder) if container.distributed and container.holder is not None else None
        if state is not None and not any(name.startswith("ToleratedFailure") for name in state.value):
            message = f"{state.name} tolerates no failure: the first child that fails ends it, and stops all others"
            yield Advice(state.pointer, message, 'say "ToleratedFailurePercentage" (0 if it is meant)', at_key=True)
