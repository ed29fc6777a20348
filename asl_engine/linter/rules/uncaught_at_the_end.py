"""A task nobody catches behind tasks that are caught

What
    A Task, Parallel or Map without a Catcher for everything, behind such states that have one. No state after it is caught; between
    caught ones the finding is ASL313. Messages to people (sns:publish, SES) are left out: their failure is not that of the work.

Why
    What the states before it did is done, and the handler that deals with failures elsewhere does not run if this one fails.

Example
    "Build":  {…, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "MarkFailed"}], "Next": "MarkDone"},
    "MarkDone": {"Type": "Task", …, "End": true}

Instead
    Catch it too, or retry it long enough that failing does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.catching import uncaught
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.linter.rules.gap_in_catching import message
from asl_engine.tasks.resource import parse_resource

CODE = "ASL314"
NAME = "uncaught-at-the-end"
SEVERITY = Severity.ADVICE
PROFILE = DEFAULT


MESSAGES = (("sns", "publish"), ("ses", "sendEmail"), ("sesv2", "sendEmail"))


def findings(facts: Facts) -> Iterator[Advice]:
    for gap in uncaught(facts):
        resource = parse_resource(str(gap.state.value.get("Resource")))
        is_message = (resource.service.removeprefix("aws-sdk:"), resource.api) in MESSAGES and not resource.pattern
        if gap.after is None and not is_message:
            yield Advice(gap.state.pointer, message(gap), "catch it too, or retry it long enough that a failure does not matter", at_key=True)
