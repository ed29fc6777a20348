"""A Fail that says the same whatever went wrong

What
    A Fail with a constant Cause, or none, to which a Catcher for everything leads, directly or over other states.

Why
    The execution ends with these words, and what really failed stands only in its history: not in the event that
    reports the failure, not in what a calling machine catches. Source: States Language, "Fail State"; developer guide, "Fail".

Example
    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Stop"}], …
    "Stop": {"Type": "Fail", "Error": "Failed", "Cause": "Something went wrong"}

Instead
    "Stop": {"Type": "Fail", "Error": "Order.Failed", "CausePath": "$.error.Cause"}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.handlers import catch_all
from asl_engine.linter.refusals import PATHS_MEANT
from asl_engine.linter.rule import STRICT, Advice, Facts, StateAt
from asl_engine.linter.ways import WITHOUT_CATCH, leads, reached
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Pointer

CODE = "ASL327"
NAME = "lost-cause"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    ways = leads(facts, WITHOUT_CATCH)
    told: set[Pointer] = set()
    for state in facts.of_type("Task", "Parallel", "Map"):
        handler = catch_all(state)
        target = facts.by_pointer.get(state.target(str(handler.value.get("Next")))) if handler is not None else None
        if handler is None or target is None:
            continue
        ends = [end for pointer in sorted(reached([target.pointer], ways)) if (end := facts.by_pointer.get(pointer)) is not None and _is_end(end)]
        # Where the work may still end well, the failure was dealt with, and a Fail behind it is about something else.
        if not all(end.type == "Fail" for end in ends):
            continue
        for end in ends:
            if end.pointer in told or not _is_constant(end):
                continue
            told.add(end.pointer)
            kept = handler.value.get("ResultPath", "$")
            place = f"{kept}.Cause" if isinstance(kept, str) and end.language == "JSONPath" else None
            # Where it is further on depends on the states between.
            hint = f'"CausePath": "{place}" hands on what failed' if place is not None and end is target else None
            yield Advice(end.pointer, f"{end.name} ends the execution with the same words whatever {state.name} failed with", hint, at_key=True)


def _is_end(state: StateAt) -> bool:
    return state.type in ("Fail", "Succeed") or state.value.get("End") is True


def _is_constant(fail: StateAt) -> bool:
    if {"CausePath", "ErrorPath", *PATHS_MEANT} & fail.value.keys():
        return False
    return not any(isinstance(text := fail.value.get(name), str) and (is_opaque(text) or "{%" in text) for name in ("Error", "Cause"))
