"""Tasks that block, each in a thread of its own."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import asl_engine as asl
from asl_engine.interpreter.workers import Workers
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.runtime import TaskCall


def a_call() -> TaskCall:
    clock = asl.VirtualClock()
    return TaskCall(parse_resource("arn:aws:lambda:us-east-1:123456789012:function:f"), {}, "A", (), 0, clock.now(), None, {})


def workers(answer: Any) -> tuple[Workers, asl.ScaledClock]:
    clock = asl.ScaledClock(1000)
    return Workers(as_runtime(answer), clock), clock


def test_an_answer_comes_back_with_its_ticket_and_wakes_the_clock() -> None:
    found, clock = workers(lambda call: 7)
    found.submit(a_call(), "ticket")
    clock.wait_until(None)
    assert found.finished() == [("ticket", asl.Succeeded(7))]
    assert not found.busy


def test_somebody_is_busy_until_the_answer_was_taken() -> None:
    released = threading.Event()
    found, clock = workers(lambda call: released.wait(30))
    found.submit(a_call(), 1)
    assert (found.busy, found.finished()) == (True, [])
    released.set()
    clock.wait_until(None)
    found.finished()
    assert not found.busy


def test_calls_run_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=30)
    found, clock = workers(lambda call: meeting.wait())
    for ticket in range(3):
        found.submit(a_call(), ticket)
    taken: list[Any] = []
    while found.busy:
        clock.wait_until(None)
        taken += [ticket for ticket, _ in found.finished()]
    assert sorted(taken) == [0, 1, 2]


def test_what_a_mock_raised_is_raised_where_answers_are_taken() -> None:
    def broken(call: asl.TaskCall) -> None:
        raise ValueError("oops")

    found, clock = workers(broken)
    found.submit(a_call(), 1)
    clock.wait_until(None)
    with pytest.raises(asl.MockError, match="oops"):
        found.finished()
