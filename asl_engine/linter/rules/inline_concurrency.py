"""More concurrency than an inline Map has

What
    "MaxConcurrency" above 40 on an inline Map.

Why
    An inline Map runs at most 40 iterations at a time, whatever it says. Source: Step Functions developer guide, "Map state processing modes".

Example
    {"Type": "Map", "MaxConcurrency": 500, "ItemProcessor": {"StartAt": "Ship", "States": {…}}}

Instead
    Say 40, or use "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, which runs up to 10,000 children.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import number
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL432"
NAME = "inline-concurrency"
SEVERITY = Severity.ADVICE
PROFILE = DEFAULT

MOST = 40


def findings(facts: Facts) -> Iterator[Advice]:
    inline = {container.holder for container in facts.containers if not container.distributed}
    for state in facts.of_type("Map"):
        wanted = number(state.value.get("MaxConcurrency"))
        if wanted is not None and wanted > MOST and state.pointer in inline:
            yield Advice(
                state.pointer / "MaxConcurrency",
                f"{state.name} runs at most {MOST} iterations at a time, not {wanted:,}: it is inline",
                "use a Distributed Map for more",
            )
