"""What a snapshot records: the whole of an execution in values that fit into a file."""

from __future__ import annotations

from collections import Counter

from asl_engine.history.execution import Status
from asl_engine.values import Json
from asl_engine.views.facts import Facts, span_text


def snapshot_of(facts: Facts) -> dict[str, Json]:
    """Every key a snapshot may have, with the value that was observed."""
    execution = facts.execution
    return {
        "status": str(execution.status),
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "path": [*execution.path],
        "duration": span_text(execution.elapsed),
        "transitions": len(facts.transitions),
        "retries": dict(facts.retries),
        "calls": dict(Counter(call.resource for call in facts.calls)),
        "variables": facts.variables,
        "events": facts.end,
    }


def first_snapshot(facts: Facts) -> dict[str, Json]:
    """What is recorded where nothing was asked for by name."""
    keys = ("status", "output", "path", "duration") if facts.execution.status is Status.SUCCEEDED else ("status", "error", "cause", "path", "duration")
    observed = snapshot_of(facts)
    return {key: observed[key] for key in keys}
