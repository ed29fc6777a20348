"""A Distributed Map that calls with 10,000 children at once

What
    A Distributed Map without MaxConcurrency (or with 0) whose children call a function, an API or a job.

Why
    It then starts up to 10,000 children at a time. A Lambda account has 1,000 concurrent executions by default and most
    APIs allow tens of requests a second, so the Map meets throttling, and so does everybody else who uses them.
    Source: Step Functions developer guide, "MaxConcurrency field"; Lambda developer guide, "Quotas".

Example
    {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", …}, …}}

Instead
    {"Type": "Map", "MaxConcurrency": 100, …}, and Retriers with "JitterStrategy": "FULL" inside.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL434"
NAME = "children-all-at-once"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for container in facts.containers:
        state = facts.by_pointer.get(container.holder) if container.distributed and container.holder is not None else None
        if state is None or "MaxConcurrencyPath" in state.value or state.value.get("MaxConcurrency", 0) != 0:
            continue
        called = next((inner for inner in facts.of_type("Task") if inner.container is container), None)
        if called is not None:
            message = f"{state.name} has no MaxConcurrency: up to 10,000 children call {called.name} at the same time"
            yield Advice(state.pointer, message, 'add "MaxConcurrency"', at_key=True)
