"""A Retrier that never retries and shields nothing

What
    A Retrier with "MaxAttempts": 0 behind which no other Retrier would take its errors.

Why
    Not to retry needs no Retrier. MaxAttempts 0 has a meaning only in front of a more general one, whose retries it prevents.

Example
    "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0, "IntervalSeconds": 5}]

Instead
    Remove it, or say how often it shall retry.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import covers, retriers
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL322"
NAME = "idle-retrier"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task", "Parallel", "Map"):
        handlers = retriers(state)
        for position, handler in enumerate(handlers):
            later = [name for other in handlers[position + 1 :] for name in other.names]
            if handler.value.get("MaxAttempts") == 0 and not any(covers(later, error, of=state.type) for error in handler.names):
                yield Advice(handler.pointer, f"{handler} does nothing: it never retries, and no Retrier behind it would", "remove it, or give it MaxAttempts")
