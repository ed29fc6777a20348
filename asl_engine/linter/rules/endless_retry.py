"""Retries that take longer than anybody means

What
    A Retrier whose waits, if all its attempts are used up, add up to more than the machine's TimeoutSeconds, or to a day and more.

Why
    BackoffRate multiplies: 3 s with rate 2 and 15 attempts end with a wait of 13.7 hours. Meanwhile the execution looks alive. MaxDelaySeconds caps
    a single wait.

Example
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 20}

Instead
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 20, "MaxDelaySeconds": 300}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import BACKOFF, INTERVAL, MAX_ATTEMPTS, Handler, retriers
from asl_engine.linter.quantities import LONGEST_EXECUTION, LONGEST_EXPRESS, duration, number, retry_waits
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.values import Json

CODE = "ASL417"
NAME = "endless-retry"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

A_DAY = 86_400


def findings(facts: Facts) -> Iterator[Advice]:
    timeout = number(facts.value.get("TimeoutSeconds"))
    for state in facts.of_type("Task", "Parallel", "Map"):
        longest = LONGEST_EXPRESS if state.container.type == "EXPRESS" else LONGEST_EXECUTION
        for handler in retriers(state):
            total = _total(handler)
            if total is None:
                continue
            waits = f"{handler} of {state.name} waits {duration(total)} in all before it gives up"
            if timeout and total >= timeout:
                yield Advice(handler.pointer, f"{waits}, but the machine's TimeoutSeconds end the execution after {duration(timeout)}")
            elif total >= longest:
                yield Advice(handler.pointer, f"{waits}, longer than AWS lets an execution run ({duration(longest) if longest < A_DAY else 'a year'})")
            elif total >= A_DAY:
                yield Advice(handler.pointer, waits, '"MaxDelaySeconds" caps a single wait', severity=Severity.ADVICE)


def _total(handler: Handler) -> float | None:
    """Seconds of all its waits; None if something is not written as a number."""
    interval, rate = _number(handler.value.get("IntervalSeconds", INTERVAL)), _number(handler.value.get("BackoffRate", BACKOFF))
    attempts, cap = _number(handler.value.get("MaxAttempts", MAX_ATTEMPTS)), _number(handler.value.get("MaxDelaySeconds"))
    if interval is None or rate is None or attempts is None or ("MaxDelaySeconds" in handler.value and cap is None):
        return None
    return retry_waits(interval, rate, int(attempts), cap)


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
