"""A loop without a Wait that nothing counts

What
    A loop without a Wait in which no Choice looks at a count or at the time, so that it ends only when a task answers differently.

Why
    It goes round as fast as tasks answer. A task that keeps answering the same, or keeps failing into a Catcher that leads back to it,
    fills the history of 25,000 events within minutes, and every turn is paid for.

Example
    "Import": {"Type": "Task", …, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Repair"}], "Next": "Done"},
    "Repair": {"Type": "Task", …, "Next": "Import"}

Instead
    Count the turns, or use Retry with MaxAttempts and BackoffRate where the same task is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.loops import ends_in_time, unbounded
from asl_engine.linter.quantities import arrows
from asl_engine.linter.rule import STRICT, Advice, Facts

CODE = "ASL311"
NAME = "unbounded-loop"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for loop in unbounded(facts):
        if any(state.type == "Wait" for state in loop.states) or ends_in_time(facts, loop):
            continue
        arithmetic = f"each turn writes {loop.events} events, and after {loop.turns:,} turns the history is full"
        message = f"Nothing in the definition ends the loop {arrows(loop.names)}: {arithmetic}"
        yield Advice(loop.states[0].pointer, message, "count the turns and leave after the last one you accept", at_key=True)
