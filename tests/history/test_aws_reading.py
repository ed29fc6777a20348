"""Histories as AWS gives them, read back."""

import json
from datetime import UTC, datetime

import pytest

import asl_engine as asl
from asl_engine.history.aws_reading import read_history
from asl_engine.history.history import HistoryError

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Assign": {"a": 1}, "End": True}}}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def events():
    return asl.run(asl.load(PASS), {"n": 1}).to_aws_events()


def stamped(stamp):
    return [{**event, "timestamp": stamp} for event in events()]


@pytest.mark.parametrize("stamp", ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000000+01:00", "2026-01-01T00:00:00", 1767225600, 1767225600.0, JANUARY])
def test_timestamps_are_iso_texts_epoch_seconds_or_datetimes(stamp):
    assert {event.at for event in read_history({"events": stamped(stamp)}).history} == {JANUARY}


@pytest.mark.parametrize("stamp", [None, "yesterday", True, 1e300, [], float("inf")])
def test_another_timestamp_is_refused_with_its_event(stamp):
    with pytest.raises(HistoryError, match="timestamp of event 1"):
        read_history({"events": stamped(stamp)})


def test_json_texts_become_values():
    read = list(read_history({"events": events()}).history)
    assert read[0].details["input"] == {"n": 1}
    assert read[2].details == {"name": "P", "output": {"n": 1}, "assignedVariables": {"a": 1}}


def test_events_in_reverse_order_are_put_in_order():
    assert [event.id for event in read_history({"events": events()[::-1]}).history] == [1, 2, 3, 4]


def test_a_list_of_events_is_a_history_too():
    assert not read_history(events()).reasons


def test_two_executions_in_one_history_are_told():
    other = [{**event, "type": "WaitStateEntered"} if event["id"] == 2 else event for event in events()]
    assert "two different events with the id 2" in read_history([{"events": events()}, {"events": other}]).reasons[0]


def test_what_to_json_wrote_is_read_with_what_aws_does_not_tell():
    history = asl.run(asl.load(PASS), {"n": 1}).history
    reading = read_history(json.loads(history.to_json()))
    assert reading.history.to_json() == history.to_json()
    assert reading.exact_times and reading.identified


def test_an_arn_beside_the_events_says_who_it_was():
    arn = "arn:aws:states:eu-west-1:210987654321:execution:order:run-7"
    history = read_history({"executionArn": arn, "events": events()}).history
    assert history.execution_name == "run-7"
    assert history.state_machine_arn == "arn:aws:states:eu-west-1:210987654321:stateMachine:order"


def test_an_event_whose_predecessor_is_nowhere_is_a_reason():
    odd = [{**event, "previousEventId": 77} if event["id"] == 3 else event for event in events()]
    assert "event 3 (PassStateExited) follows event 77" in read_history({"events": odd}).reasons[0]
