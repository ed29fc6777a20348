"""A path to what is never there

What
    A path, or a JSONata expression that is no more than one, whose value is missing whenever an execution gets to the state: whatever
    stands before it makes an object that does not have the member, or a value that is no object.

Why
    The state fails. In JSONPath that is States.Runtime, which no Catch catches and no Retry repeats; in JSONata it is
    States.QueryEvaluationError, "returned nothing (undefined)". Source: States Language, "Paths"; as recorded.

Example
    "Call":  {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", …, "Next": "Check"},
    "Check": {"Type": "Choice", "Choices": [{"Variable": "$.value", …}], …}

    lambda:invoke answers `{"Payload": …, "StatusCode": …}`: the function's answer is `$.Payload`.

Instead
    Read the place where the value is, or make the state before keep it: with `ResultPath`, `ResultSelector`, `Output` or `Assign`.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import always_fails, hint, reason, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL501"
NAME = "never-there"
SEVERITY = Severity.ERROR
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for miss in facts.dataflow.misses:
        if miss.certainty is Certainty.NEVER:
            what = spelled(miss.missing, miss.read.text)
            yield Advice(miss.read.pointer, f"`{what}` is never there, so {always_fails(miss.walk, miss.state, miss.read.pointer)}: {reason(miss)}", hint(miss))
