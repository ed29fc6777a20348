"""A Choice rule that can never hold

What
    A rule whose Variable cannot have the value or the type that it is compared with.

Why
    Its `Next` is never taken; with a typing error in a constant, the wrong way is.

Example
    {"Variable": "$.Status", "StringEquals": "SUCCEDED", "Next": "Done"}

    The API answers SUCCEEDED.

Instead
    Compare with a value that can occur, with an operator for its type.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.analysis.dataflow.reasons import can_be, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL510"
NAME = "never-holds"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    told = {miss.read.pointer for miss in facts.dataflow.misses}
    for problem in facts.dataflow.problems:
        read = problem.read
        # A rule whose path finds nothing fails: that is said of the path.
        fails = read is not None and not read.found.has_value and any(each.startswith(f"{problem.pointer}/") for each in told)
        if problem.fault is Fault.NEVER and not fails:
            where = f"{spelled(read.place, read.text)} {can_be(read.found)}" if read is not None else "its value is known"
            yield Advice(problem.pointer, f"This rule never holds: {where}")
