from datetime import timedelta

import pytest

from asl_engine.views.behaviour.words import LONGEST_CAUSE, cause_text, fails_with, failure_text, resource_text, span, times
from asl_engine.views.visits import Attempt


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(minutes=3, seconds=2), "3 m 2 s"),
        (timedelta(days=1, hours=2), "1 d 2 h"),
        (timedelta(milliseconds=250), "250 ms"),
    ],
)
def test_lengths_of_time_are_written_with_their_units(length, text):
    assert span(length) == text


@pytest.mark.parametrize(
    ("arn", "arguments", "text"),
    [
        ("arn:aws:states:::dynamodb:putItem", {}, "dynamodb:putItem"),
        ("arn:aws:states:::aws-sdk:s3:listBuckets", {}, "aws-sdk:s3:listBuckets"),
        ("arn:aws:states:::glue:startJobRun.sync", {}, "glue:startJobRun.sync"),
        ("arn:aws:lambda:us-east-1:123456789012:function:pay:live", {}, "function pay:live"),
        ("arn:aws:states:us-east-1:123456789012:activity:pack", {}, "activity pack"),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": "pay"}, "function pay"),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", {"FunctionName": "arn:aws:lambda:x:1:function:pay"}, "function pay.waitForTaskToken"),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": 7}, "lambda:invoke"),
        ("${PayFunction}", {}, "${PayFunction}"),
    ],
)
def test_resources_are_called_by_what_they_are(arn, arguments, text):
    assert resource_text(Attempt(timedelta(0), resource=arn, arguments=arguments)) == text


def test_a_path_that_finds_nothing_is_told_without_where_and_without_the_input():
    where = "An error occurred while executing the state 'A' (entered at the event id #2). "
    field = "The JSONPath '$.a.b' specified for the field 'S.$' could not be found in the input '{\"x\": 'y'}'"
    function = (
        "The function 'States.JsonToString($.a.b)' had the following error: The JsonPath argument for the field '$.a.b' could not be found in the input '{}'"
    )
    assert [cause_text(where + text) for text in (field, function)] == ["$.a.b is not there"] * 2


def test_causes_are_shortened():
    assert len(cause_text("x" * 1000)) == LONGEST_CAUSE


def test_failures_without_error_or_cause_are_told():
    assert [failure_text("E", None), failure_text(None, "why"), failure_text(None, None)] == ["E", "why", "no error"]
    assert [fails_with("E", "why"), fails_with(None, None)] == ["E (why)", "no error"]


def test_counts_are_words():
    assert [times(count) for count in (1, 2, 3, 2771)] == ["once", "twice", "3 times", "2,771 times"]
