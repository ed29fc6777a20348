"""A task nobody catches between tasks that are caught

What
    A Task, Parallel or Map without a Catcher for everything, on a way on which such states before it and after it have one.

Why
    The Catchers around it show that a failure is meant to be handled: a record set to FAILED, a lock released, work undone. If this one
    fails, the execution ends on the spot and none of that happens, although the states before it have already had their effects.

Example
    "Charge": {…, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}], "Next": "NoteIt"},
    "NoteIt": {"Type": "Task", …, "Next": "Ship"},
    "Ship":   {…, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}], "End": true}

Instead
    Give it the Catcher of its neighbours. If its failure does not matter, catch it and go on; if it is meant to end the execution,
    say so: "Comment": "asl-ignore: ASL313 nothing to undo here".
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.catching import Uncaught, uncaught
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL313"
NAME = "gap-in-catching"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for gap in uncaught(facts):
        if gap.after is not None:
            yield Advice(gap.state.pointer, message(gap), f'catch States.ALL as `{gap.before.name}` does: "Next": "{gap.handler}"', at_key=True)


def message(gap: Uncaught) -> str:
    neighbours = f"`{gap.before.name}` before it" + (f" and `{gap.after.name}` after it are" if gap.after is not None else " is")
    return f"Nothing catches a failure of `{gap.state.name}`, while {neighbours} caught: the execution would end here without `{gap.handler}`"
