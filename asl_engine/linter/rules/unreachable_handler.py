"""A Retrier or Catcher that no error can reach

What
    A Retrier or Catcher all of whose errors are taken by one in front of it: the same name, States.TaskFailed (which matches every
    error of a Task but States.Timeout), or States.Timeout in front of States.HeartbeatTimeout.

Why
    They are scanned in order and the first that matches is taken, also if its attempts are used up. The one behind never acts,
    although it looks as if it did. Source: States Language, "Errors".

Example
    "Catch": [
      {"ErrorEquals": ["States.TaskFailed"], "Next": "GiveUp"},
      {"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}
    ]

Instead
    Put the particular before the general, or remove what is never reached.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.edits import Fix, Remove
from asl_engine.linter.handlers import Handler, catchers, covers, retriers
from asl_engine.linter.quantities import listed
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.syntax.shapes import is_opaque

CODE = "ASL315"
NAME = "unreachable-handler"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task", "Parallel", "Map"):
        for handlers in (retriers(state), catchers(state)):
            for position, handler in enumerate(handlers):
                yield from _of(handler, handlers[:position], state.type)


def _of(handler: Handler, earlier: list[Handler], of: str) -> Iterator[Advice]:
    taken: dict[str, tuple[Handler, str]] = {}
    for error in handler.names:
        for other in earlier:
            if not is_opaque(error) and (by := covers(other.names, error, of=of)) is not None:
                taken.setdefault(error, (other, by))
    if not taken:
        return
    first, by = next(iter(taken.values()))
    if len(taken) == len(set(handler.names)):
        # Only what is there word for word can be meant by nobody.
        repeated = any(set(other.names) >= set(handler.names) for other in earlier)
        fix = Fix(f"remove {handler}, which is never reached", (Remove(handler.pointer),)) if repeated else None
        message = f"{handler} is never reached: {first} takes {listed(taken)} first" + ("" if by in taken else f", by `{by}`")
        yield Advice(handler.pointer, message, None if repeated else "put the particular before the general", fix=fix)
        return
    yield Advice(handler.pointer / "ErrorEquals", f"{handler} never sees {listed(taken)}: {first} is asked first", severity=Severity.ADVICE)
