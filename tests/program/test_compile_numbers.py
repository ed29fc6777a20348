"""Seconds, instants and counts, written or computed. Spec, "Wait State"; causes as recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import machine, play, task

START = datetime(2026, 1, 1, tzinfo=UTC)
PREFIX = "An error occurred while executing the state 'W' (entered at the event id #2). "


def waited(input: Any = None, **fields: Any) -> asl.Execution:
    return asl.run(asl.load(machine(W={"Type": "Wait", "End": True, **fields})), input)


def waited_jsonata(text: str, field: str = "Seconds") -> asl.Execution:
    return waited({}, QueryLanguage="JSONata", **{field: text})


@pytest.mark.parametrize(("value", "seconds"), [(0, 0), (5, 5), ("7", 7), ("+7", 7), ("007", 7)])
def test_a_number_of_seconds_may_be_spelled(value: Any, seconds: int) -> None:
    assert waited({"p": value}, SecondsPath="$.p").elapsed == timedelta(seconds=seconds)


SECONDS: list[tuple[Any, str]] = [
    ({}, "The SecondsPath parameter does not reference an input value: $.p"),
    ({"p": -1}, "The SecondsPath parameter references a negative value: $.p == -1"),
    ({"p": 1.5}, "The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5"),
    ({"p": -1.5}, "The SecondsPath parameter cannot be parsed as a long value: $.p == -1.5"),
    ({"p": "x"}, "The SecondsPath parameter cannot be parsed as a long value: $.p == x"),
    ({"p": None}, "The SecondsPath parameter cannot be parsed as a long value: $.p == null"),
    ({"p": True}, "The SecondsPath parameter cannot be parsed as a long value: $.p == true"),
    ({"p": 2**31}, "Wait state delay is too long."),
    ({"p": 10**30}, "Wait state delay is too long."),
]


@pytest.mark.parametrize(("input", "cause"), SECONDS)
def test_seconds_that_are_none_fail_as_aws_words_it(input: Any, cause: str) -> None:
    execution = waited(input, SecondsPath="$.p")
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + cause)


@pytest.mark.parametrize("text", ["2026-01-01T00:01:00Z", "2026-01-01T01:01:00+01:00", "2026-01-01T00:01:00.000000Z"])
def test_a_timestamp_is_waited_for(text: str) -> None:
    assert waited(Timestamp=text).elapsed == timedelta(minutes=1)
    assert waited({"p": text}, TimestampPath="$.p").elapsed == timedelta(minutes=1)


def test_a_timestamp_in_the_past_is_not_waited_for() -> None:
    assert waited(Timestamp="2000-01-01T00:00:00Z").elapsed == timedelta(0)


@pytest.mark.parametrize("value", ["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "soon", 1, None, "2016-12-05T25:29:29Z"])
def test_a_timestamp_that_is_none_fails(value: Any) -> None:
    execution = waited({"p": value}, TimestampPath="$.p")
    shown = value if isinstance(value, str) else {1: "1", None: "null"}[value]
    expected = f"The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.p == {shown}"
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + expected)


@pytest.mark.parametrize(("days", "status"), [(24_855, "TIMED_OUT"), (24_856, "FAILED")])
def test_a_wait_takes_at_most_two_to_the_thirty_first_seconds(days: int, status: str) -> None:
    """Accepted, the year ends it; else States.Runtime."""
    instant = (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert waited({"p": instant}, TimestampPath="$.p").status == status


@pytest.mark.parametrize("text", ["{% 'x' %}", "{% 1.5 %}", "{% null %}", "{% [] %}", "{% $states.input.x %}"])
def test_computed_seconds_must_be_an_integer(text: str) -> None:
    assert waited_jsonata(text).error == "States.QueryEvaluationError"


def test_computed_seconds_are_waited() -> None:
    assert waited_jsonata("{% 2 * 3 %}").elapsed == timedelta(seconds=6)


@pytest.mark.parametrize("text", ["{% 'soon' %}", "{% 1 %}"])
def test_a_computed_timestamp_must_be_one(text: str) -> None:
    assert waited_jsonata(text, "Timestamp").error == "States.QueryEvaluationError"


@pytest.mark.parametrize("value", [0, -1, 1.5, "x", None, True, []])
def test_a_timeout_that_is_no_positive_integer_fails_the_task(value: Any) -> None:
    execution = play(machine(A=task(TimeoutSecondsPath="$.t")), {"t": value}, tasks=lambda call: {})
    assert execution.error == "States.Runtime"


def test_a_computed_timeout_is_in_force() -> None:
    definition = {"QueryLanguage": "JSONata", **machine(A=task(TimeoutSeconds="{% $states.input.t %}"))}
    assert play(definition, {"t": 5}, tasks=lambda call: asl.Unanswered()).elapsed == timedelta(seconds=5)
