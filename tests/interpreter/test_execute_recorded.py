"""What the step loop tells, as recorded on AWS."""

from __future__ import annotations

import asl_engine as asl


def test_a_state_whose_variables_are_too_large_is_not_left() -> None:
    """Source: developer guide, "Passing data with variables", limits: 256 KiB for one Assign."""
    half = "x" * 200_000
    machine = {"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "Assign": {"a.$": "$", "b.$": "$"}, "End": True}}}
    execution = asl.run(asl.load(machine), half)
    assert execution.error == "States.DataLimitExceeded"
    assert [(event.type, event.previous) for event in execution.history][1:] == [("PassStateEntered", 0), ("EvaluationFailed", 0), ("ExecutionFailed", 3)]
