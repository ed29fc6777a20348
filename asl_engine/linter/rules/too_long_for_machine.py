"""A wait or timeout that outlasts the machine

What
    A Wait or a task's TimeoutSeconds that is at least as long as the machine's own TimeoutSeconds; or a way to every end that waits longer.

Why
    The machine's timeout ends the execution first, as TIMED_OUT: no Retry or Catch of a state sees it, and what comes behind the wait never runs.

Example
    {"StartAt": "Pause", "TimeoutSeconds": 300, "States": {"Pause": {"Type": "Wait", "Seconds": 600, "Next": "Ship"}, …}}

Instead
    Give the machine more time than its states need together, and let the states' own timeouts come first: those can be caught.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import duration, number, wait_of
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.linter.ways import leads, least

CODE = "ASL414"
NAME = "too-long-for-machine"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    limit = number(facts.value.get("TimeoutSeconds"))
    if not limit:
        return
    said = False
    for state in facts.states:
        wait, timeout = wait_of(state), number(state.value.get("TimeoutSeconds")) if state.type == "Task" else None
        if wait is not None and wait >= limit:
            said = True
            yield Advice(
                state.pointer / "Seconds", f"{state.name} waits {duration(wait)}, but the machine's TimeoutSeconds end the execution after {duration(limit)}"
            )
        elif timeout is not None and timeout > limit:
            message = f"{state.name} may take {duration(timeout)}, but the machine's TimeoutSeconds end the execution after {duration(limit)}"
            yield Advice(state.pointer / "TimeoutSeconds", f"{message}: its own timeout can never be caught")
    shortest = _shortest(facts)
    if not said and shortest is not None and shortest >= limit:
        message = f"Every way to an end waits {duration(shortest)} or longer, but the execution is ended after {duration(limit)}"
        yield Advice(facts.containers[0].pointer / "TimeoutSeconds", message)


def _shortest(facts: Facts) -> float | None:
    """Seconds of Wait states on the quickest way to an end; None without any end."""
    machine = facts.containers[0]
    start = machine.pointer / "States" / str(machine.value.get("StartAt"))
    waits = {state.pointer: wait_of(state) or 0 for state in facts.states}
    sums = least([start], leads(facts), lambda state: waits.get(state, 0))
    ends = [seconds for state, seconds in sums.items() if state not in facts.graph.states or facts.graph.states[state].terminal]
    return min(ends, default=None)
