"""A member that the service's answer does not have

What
    A path into the answer of an AWS API, or into the Context object, to a member that its model does not list.

Why
    Step Functions spells members in its own way: PascalCase, whatever the API writes, and `aws-sdk` integrations answer below the
    members of the API's output. A name that is not there fails the state. It is no error here, because services grow and the
    models on this machine may be older. Source: botocore's service models; developer guide, "Context object".

Example
    "Get":   {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:polly:getSpeechSynthesisTask", …, "Next": "Done?"},
    "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.TaskStatus", …}], …}

    GetSpeechSynthesisTask answers `{"SynthesisTask": {"TaskStatus": …}}`.

Instead
    Read the member where the answer has it: `$.SynthesisTask.TaskStatus`.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import hint, reason, spelled
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL504"
NAME = "unlisted-member"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    for miss in facts.dataflow.misses:
        if miss.certainty is Certainty.UNLISTED:
            what = spelled(miss.missing, miss.read.text)
            yield Advice(miss.read.pointer, f"`{what}` is not there: {reason(miss)}", hint(miss))
