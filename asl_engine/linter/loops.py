"""Loops that nothing in the definition counts or times.

Theory: a loop is bounded if its every way round passes a Choice that may look at a count or at the time, or a state that
counts. Both are judged generously: what might be a bound is one. What is left goes on for as long as somebody outside says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asl_engine.analysis.graph import Arc, ArcKind
from asl_engine.linter.quantities import HISTORY_EVENTS, events_of, number, wait_of
from asl_engine.linter.rule import Facts, StateAt
from asl_engine.linter.ways import in_circles, leads, round_trip
from asl_engine.values import Json, Pointer

_COUNTS = re.compile(r"States\.MathAdd|\+\s*\d|-\s*\d|\[\s*\d+\s*:\s*\]|\$(?:shift|sum|count|millis|now)\b|ArrayPartition|ArrayLength")
"""What a counter, or a list that gets shorter, looks like in an expression."""
_BOUND_BY_NAME = re.compile(
    r"count|iter|attempt|remain|left|max|limit|exceed|tries|retries|timeout|timed|time_?out|expir|deadline|elapsed|duration|more|next|empty|done_?all|length|size|index",
    re.I,
)
"""Names of what is tested, as of a count kept by a task, or of a list or token that comes to its end."""
_COMPARES = re.compile(r"[<>]|\$(?:count|exists|length|millis|toMillis|now)\b|=\s*-?\d")


@dataclass(frozen=True, slots=True)
class Loop:
    states: tuple[StateAt, ...]
    """In the order of a turn."""
    events: int
    """Of one turn, at least."""
    seconds: int | None
    """A turn waits so long, by its Wait states; None if one of them does not say it as a number."""
    decisions: tuple[Arc, ...]
    """The arcs of Choices that lead round."""
    caught: bool
    """Whether a Catcher leads out of it."""

    @property
    def turns(self) -> int:
        """Until the history is full."""
        return (HISTORY_EVENTS - 1) // self.events

    @property
    def names(self) -> list[str]:
        return [state.name for state in (*self.states, self.states[0])]


def unbounded(facts: Facts) -> Iterator[Loop]:
    """Loops of Standard states, such that every state that can go round is in one: the shortest, that of a Wait first."""
    circles = in_circles(leads(facts))
    ways = {state: tuple(to for to in targets if circles.get(to) == circles[state]) for state, targets in leads(facts).items() if state in circles}
    bounds = {state.pointer for state in facts.states if _may_bound(state)}
    seen: set[Pointer] = set()
    for state in sorted(facts.states, key=lambda state: state.type != "Wait"):
        if state.pointer in bounds or state.pointer in seen or state.pointer not in circles or state.container.type != "STANDARD":
            continue
        trip = round_trip(state.pointer, ways, around=bounds)
        if trip is None or any(step not in facts.by_pointer for step in trip):
            continue
        seen.update(trip)
        yield _loop([facts.by_pointer[step] for step in trip], facts)


def _loop(states: list[StateAt], facts: Facts) -> Loop:
    waits = [wait_of(state) for state in states if state.type == "Wait"]
    seconds = None if None in waits else sum(wait or 0 for wait in waits)
    steps = set(zip((s.pointer for s in states), (s.pointer for s in (*states[1:], states[0])), strict=True))
    decisions = tuple(arc for arc in facts.graph.arcs if (arc.source, arc.target) in steps and arc.kind in (ArcKind.CHOICE, ArcKind.DEFAULT))
    inside = {state.pointer for state in states}
    caught = any(arc.kind is ArcKind.CATCH and arc.source in inside and arc.target not in inside for arc in facts.graph.arcs)
    return Loop(tuple(states), sum(map(events_of, states)), seconds, decisions, caught)


def ends_in_time(facts: Facts, loop: Loop) -> bool:
    """Whether the machine's TimeoutSeconds ends the loop before the history is full; as far as is known."""
    if "TimeoutSeconds" not in facts.value:
        return False
    timeout = number(facts.value["TimeoutSeconds"])
    if timeout is None or not loop.seconds:
        return True
    return timeout <= loop.turns * loop.seconds


def _may_bound(state: StateAt) -> bool:
    if state.type == "Choice":
        rules = state.value.get("Choices")
        return bool(_BOUND_BY_NAME.search(state.name)) or (isinstance(rules, list) and any(map(_is_bound, rules)))
    return any(_COUNTS.search(text) for text in _texts(state.value))


def _is_bound(rule: Json) -> bool:
    if not isinstance(rule, dict):
        return False
    for name, value in rule.items():
        if name in ("And", "Or", "Not"):
            if any(map(_is_bound, value if isinstance(value, list) else [value])):
                return True
        elif name == "Variable" and isinstance(value, str) and _BOUND_BY_NAME.search(value):
            return True
        elif name == "Condition":
            if not isinstance(value, str) or _COMPARES.search(value) or _BOUND_BY_NAME.search(value):
                return True
        elif name.startswith(("Numeric", "Timestamp")) or (name.startswith("String") and "Than" in name) or name == "IsPresent":
            return True
    return False


def _texts(value: Json) -> Iterator[str]:
    """Expressions of a state that is no container."""
    waiting = (
        [member for name, member in value.items() if name in ("Parameters", "Arguments", "ResultSelector", "Output", "Assign", "InputPath", "OutputPath")]
        if isinstance(value, dict)
        else []
    )
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
