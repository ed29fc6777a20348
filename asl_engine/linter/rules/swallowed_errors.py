"""A Catcher for everything that makes the execution succeed

What
    A Catcher for States.ALL that leads straight to a Succeed, or to a Pass or nothing else that ends.

Why
    Whatever goes wrong, the execution is SUCCEEDED: no alarm, no redrive, and whoever called the machine goes on.

Example
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]

Instead
    Let it end in a Fail after what is to be done; or catch only the errors that are no failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import catch_all
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL319"
NAME = "swallowed-errors"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task", "Parallel", "Map"):
        handler = catch_all(state)
        target = facts.by_pointer.get(state.target(str(handler.value.get("Next")))) if handler is not None else None
        # Inside a Map or Parallel it is what keeps one failure from ending the others.
        if handler is None or target is None or state.container.holder is not None:
            continue
        if target.type == "Succeed" or (target.type == "Pass" and target.value.get("End") is True):
            yield Advice(
                handler.pointer,
                f"Whatever {state.name} fails with, {target.name} ends the execution as SUCCEEDED",
                "end in a Fail, or catch only what is no failure",
            )
