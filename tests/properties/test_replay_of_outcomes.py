"""A history tells enough of its tasks to happen again: replaying the outcomes it records writes the same history."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from tests.properties import machines
from tests.properties.replies import Replies

NO_QUOTA = asl.Limits(events=None, records=3000)
"""A full history lacks the outcome that did not fit."""


def histories(execution: asl.Execution) -> list[str]:
    return [execution.history.to_json(), *(text for run in execution.children.values() for child in run for text in histories(child))]


@settings(max_examples=400)
@given(st.integers(0, 2**64))
def test_replaying_a_historys_own_outcomes_writes_the_same_history(which: int) -> None:
    random = Random(which)
    program, given_ = asl.load(machines.definition(random)), machines.execution_input(random)
    options: dict[str, Any] = {"limits": NO_QUOTA, "seed": 3, "name": "e1"}
    try:
        recorded = asl.run(program, given_, tasks=machines.Outcomes(random), **options)
    except (asl.ExecutionStalled, asl.LimitExceeded):
        return
    datasets = machines.Outcomes(Random(0))  # reading S3 leaves no events
    replayed = asl.run(program, given_, tasks=asl.FirstOf(Replies(recorded), datasets), **options)
    assert histories(replayed) == histories(recorded)
