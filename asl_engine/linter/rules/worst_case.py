"""How long an execution may take at worst

What
    A machine without TimeoutSeconds whose executions may take an hour or more by their Waits, timeouts and retries: a Lambda function
    without TimeoutSeconds counts 15 minutes an attempt, a request of another service one minute.

Why
    The machine's TimeoutSeconds is the one end that holds whatever happens. It needs a number: this is where to start from.

Example
    {"StartAt": "Charge", "States": {…}}

Instead
    {"StartAt": "Charge", "TimeoutSeconds": 3600, "States": {…}}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.longest import longest
from asl_engine.linter.quantities import duration
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.values import Pointer

CODE = "ASL441"
NAME = "worst-case"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


AN_HOUR = 3600


def findings(facts: Facts) -> Iterator[Advice]:
    if "TimeoutSeconds" in facts.value or facts.type != "STANDARD" or not facts.states:
        return
    found = longest(facts)
    # What has no bound at all is told by the rules about loops, callbacks and jobs.
    if not isinstance(found, str) and found.seconds >= AN_HOUR:
        message = f"At worst an execution takes {duration(found.seconds)} and {found.attempts:,} attempts of tasks, and no TimeoutSeconds ends it earlier"
        yield Advice(Pointer("/StartAt"), message, 'add "TimeoutSeconds" to the machine', at_key=True)
