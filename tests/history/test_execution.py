"""How an execution ended, for who asks."""

from __future__ import annotations

import asl_engine as asl
from tests.interpreter.definitions import machine, nothing, play


def test_a_status_is_its_text() -> None:
    assert asl.Status.TIMED_OUT == "TIMED_OUT"
    assert f"{asl.Status.TIMED_OUT}" == "TIMED_OUT"


def test_an_execution_that_succeeded_has_no_failure() -> None:
    execution = play(machine(A=nothing()))
    assert (execution.failure, execution.error, execution.cause) == (None, None, None)


def test_an_execution_knows_its_name_arn_and_seed() -> None:
    execution = play(machine(A=nothing()), name="e1", seed=9)
    assert (execution.name, execution.seed) == ("e1", 9)
    assert execution.arn.endswith(":e1")
