from datetime import timedelta

import pytest

from asl_engine.views.facts import Facts, names_resource, span_text

ARN = "arn:aws:states:::dynamodb:putItem"


@pytest.mark.parametrize("written", [ARN, "dynamodb:putItem", "putItem", "arn:aws:states:::dynamodb:*", "dynamodb:*", "*put*"])
def test_a_resource_is_named_whole_by_its_end_or_by_a_pattern(written):
    assert names_resource(written, ARN)


@pytest.mark.parametrize("written", ["Item", "dynamodb:getItem", "sqs:*", "modb:putItem"])
def test_a_part_of_a_name_is_no_name(written):
    assert not names_resource(written, ARN)


@pytest.mark.parametrize(
    ("length", "text"),
    [({}, "0s"), ({"days": 2, "hours": 3}, "2d3h"), ({"seconds": 90}, "1m30s"), ({"milliseconds": 1250}, "1s250ms"), ({"microseconds": 1500}, "1.5ms")],
)
def test_a_duration_is_written_as_people_do(length, text):
    assert span_text(timedelta(**length)) == text


def test_every_attempt_of_a_task_is_a_call(order):
    calls = Facts(order("Card.Throttled", {"ok": True})).calls
    assert [(call.state, call.resource.rpartition(":")[2]) for call in calls] == [("Lookup", "getItem"), ("Charge", "charge"), ("Charge", "charge")]
