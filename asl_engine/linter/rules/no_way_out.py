"""States that can never reach an end

What
    A group of states from which no transition leads to an end: no Succeed, no Fail, no state with "End", not even through a Catcher.

Why
    Whoever enters them stays until the history of 25,000 events is full, a task fails, or the machine's TimeoutSeconds are over:
    the execution cannot succeed any more. AWS refuses a machine without any end, but not a part of one.

Example
    "Pause": {"Type": "Wait", "Seconds": 10, "Next": "Again"},
    "Again": {"Type": "Pass", "Next": "Pause"}

Instead
    Let one of them lead out, or end.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import listed
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.linter.ways import leads, reached
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Pointer

CODE = "ASL312"
NAME = "no-way-out"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    ways = leads(facts)
    back: dict[Pointer, list[Pointer]] = {}
    for source, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    # A target that is not there yet may be anything, an end included.
    ends = [node for node, known in facts.graph.states.items() if known.terminal]
    unknown = [target for target in back if target not in facts.graph.states or is_opaque(facts.by_pointer[target].value.get("Type"))]
    out = reached([*ends, *unknown], {target: tuple(sources) for target, sources in back.items()})
    for container in facts.containers:
        lost = [state for state in facts.states if state.container is container and state.pointer not in out]
        if lost:
            names = listed(state.name for state in lost)
            yield Advice(lost[0].pointer, f"No way leads from {names} to an end: whoever enters stays until the execution fails", at_key=True)
