"""An error that no Retrier or Catcher ever sees

What
    States.Runtime or States.NoChoiceMatched in an ErrorEquals.

Why
    A path that finds nothing, a template that cannot be filled, a Choice without a match fail with States.Runtime, and the execution ends:
    neither its own name nor States.ALL catches it. The handler gives a safety that is not there.
    Sources: Step Functions developer guide, "Handling errors"; recorded executions, where a Choice without a match is States.Runtime.

Example
    "Catch": [{"ErrorEquals": ["States.Runtime"], "Next": "CleanUp"}]

Instead
    Make the failure impossible: test with IsPresent before a path is read, give a Choice a Default. To be sure that something is done at
    the end, run the machine from another one that looks at its result.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.failures import RUNTIME
from asl_engine.linter.handlers import catchers, retriers
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL316"
NAME = "uncatchable-error"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

_NEVER = (RUNTIME, "States.NoChoiceMatched")


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task", "Parallel", "Map"):
        for handler in (*retriers(state), *catchers(state)):
            for name in handler.names:
                if name in _NEVER:
                    message = f"{handler} never sees {name}: it ends the execution without asking Retry or Catch"
                    yield Advice(handler.pointer / "ErrorEquals", message, "test what a path needs with IsPresent; give a Choice a Default")
