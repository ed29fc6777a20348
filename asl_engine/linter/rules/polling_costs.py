"""Asking again and again what .sync would wait for

What
    A polling loop in a Standard machine that turns at least once a minute, with what a day of it costs.

Why
    Every turn is paid for by the state transition, for each execution that waits. Services that Step Functions can wait for itself
    (Batch, Glue, ECS, CodeBuild, Athena, nested executions) need no loop: a .sync integration takes one transition.
    Source: Step Functions pricing (us-east-1: 0.025 US dollars for 1,000 transitions).

Example
    "Wait": {"Type": "Wait", "Seconds": 5, "Next": "GetJob"},
    "GetJob": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getJobRun", "Next": "Done?"}

Instead
    {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", …}; or longer waits; or a callback with .waitForTaskToken.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.loops import unbounded
from asl_engine.linter.quantities import PRICE_OF_TRANSITION
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL440"
NAME = "polling-costs"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

A_DAY = 86_400
A_MINUTE = 60


def findings(facts: Facts) -> Iterator[Advice]:
    for loop in unbounded(facts):
        wait = next((state for state in loop.states if state.type == "Wait"), None)
        if wait is None or not loop.seconds or loop.seconds > A_MINUTE:
            continue
        transitions = len(loop.states) * (A_DAY // loop.seconds)
        price = transitions * PRICE_OF_TRANSITION
        message = f"An execution that polls here takes {transitions:,} state transitions a day, about {price:.2f} US dollars"
        yield Advice(wait.pointer, message, "wait longer, or let Step Functions wait: .sync or .waitForTaskToken", at_key=True)
