"""A path that other ways to the state set, and this one does not

What
    A path that states of the machine write, and that is read where an execution can arrive without having met any of them. No state reads
    it where only the execution's input could have brought it, so the input is not meant to.

Why
    On that way the state fails with States.Runtime, which nobody catches, unless the execution's input happens to have the path.

Example
    "Check": {"Type": "Choice", "Choices": [{…, "StringEquals": "FAILED", "Next": "MarkFailed"}], …},
    "MarkFailed": {…, "Parameters": {"error.$": "States.JsonToString($.error_info)"}}

    Catchers set `$.error_info` before they go to MarkFailed; the Choice rule does not.

Instead
    Set it on this way too, with a Pass state or a `ResultPath`; or ask with `IsPresent` first.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import listed, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL503"
NAME = "set-elsewhere"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for miss in facts.dataflow.misses:
        if miss.certainty is Certainty.ELSEWHERE:
            what = spelled(miss.missing, miss.read.text)
            message = f"`{what}` was never set on the way {miss.routes[0]}: unless the execution's input has it, the state fails there"
            setters = list(dict.fromkeys(map(str, miss.setters)))
            yield Advice(miss.read.pointer, message, f"on other ways {listed(setters)} {'sets' if len(setters) == 1 else 'set'} it")
