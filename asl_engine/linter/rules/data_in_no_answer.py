"""A path that no scenario's answer has

What
    A path into what a task answers, to a member that none of its answers in scenarios has. Looked for only when scenarios are played:
    `asl check --scenarios PATH`.

Why
    Mocks say what a function is believed to answer. Where the definition reads something else, one of the two is wrong, and the state
    has never been played with data it would succeed with.

Example
    "Ship": {"Type": "Task", …, "Parameters": {"payment.$": "$.payment.id"}}

    where every mock of Charge, which puts its result at `$.payment`, answers `{"paymentId": …}`.

Instead
    Read what is answered, or add a scenario whose mock answers it.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.dataflow.reasons import hint, is_what, owner_of, spelled
from asl_engine.analysis.dataflow.samples import in_no_answer
from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts

CODE = "ASL509"
NAME = "in-no-answer"
SEVERITY = Severity.ADVICE
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    if facts.knowledge.answers:
        for miss, which, name in in_no_answer(facts.dataflow, facts.dataflow_of_answers, frozenset(facts.knowledge.answers)):
            what, owner = spelled(miss.missing, miss.read.text), owner_of(miss)
            message = f"`{what}` is in no answer that scenarios give {name}: `{owner}` {is_what(miss.owners[which])}"
            yield Advice(miss.read.pointer, message, hint(miss) if which == 0 else None)
