"""A wait or timeout that outlasts an Express execution

What
    A Wait or TimeoutSeconds of five minutes or more in an Express machine, or in the Express children of a Distributed Map.

Why
    An Express execution is ended after five minutes. Source: Step Functions developer guide, "Service quotas".

Example
    {"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "States": {"Pause": {"Type": "Wait", "Seconds": 600, …}}}}

Instead
    Use a Standard machine (for children: "ExecutionType": "STANDARD"), or shorter waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import LONGEST_EXPRESS, duration, number, wait_of
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL415"
NAME = "too-long-for-express"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.states:
        if state.container.type != "EXPRESS":
            continue
        wait, timeout = wait_of(state), number(state.value.get("TimeoutSeconds")) if state.type == "Task" else None
        if wait is not None and wait >= LONGEST_EXPRESS:
            yield Advice(state.pointer / "Seconds", f"{state.name} waits {duration(wait)}, but an Express execution is ended after five minutes")
        elif timeout is not None and timeout > LONGEST_EXPRESS:
            yield Advice(
                state.pointer / "TimeoutSeconds",
                f"{state.name} may take {duration(timeout)}, but an Express execution is ended after five minutes",
                severity=Severity.ADVICE,
            )
