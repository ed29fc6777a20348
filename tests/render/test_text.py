from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.render.text import clock_text, tree

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
TASK = {"Type": "Task", "Resource": LAMBDA}


def shown(start, states, input=None, tasks=lambda call: {}):
    execution = asl.run(asl.load({"StartAt": start, "States": states}), {} if input is None else input, tasks=tasks)
    return tree(execution).splitlines()


def poll(times):
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Get"},
        "Get": TASK | {"Next": "Check"},
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": times, "Next": "Wait"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }
    counter = iter(range(1, times + 1))
    return shown("Wait", states, tasks=lambda call: next(counter))


def test_a_polling_loop_is_one_line():
    assert poll(13) == [
        "      +0s  Wait → Get → Check  ×12  every 1m00s",
        "  +12m00s  Wait   waits 1m00s",
        "  +13m00s  Get    function f",
        "  +13m00s  Check  Default → Done",
        "  +13m00s  Done   Succeed",
        "",
        "SUCCEEDED after 13m00s",
        "output  13",
    ]


def test_a_retry_inside_a_loop_is_not_folded_away():
    def tasks(call):
        if call.attempt == 0 and call.at.minute == 3:
            raise asl.TaskFailure("Odd")
        return call.at.minute

    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Get"},
        "Get": TASK | {"Retry": [{"ErrorEquals": ["Odd"], "IntervalSeconds": 1}], "Next": "Check"},
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 6, "Next": "Wait"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }
    text = "\n".join(shown("Wait", states, tasks=tasks))
    assert "Wait → Get → Check  ×2" in text
    assert "retry 1 after 1s: Odd" in text


def test_branches_are_indented_and_equal_iterations_shown_once():
    first = {"StartAt": "In", "States": {"In": TASK | {"End": True}}}
    inner = {"StartAt": "One", "States": {"One": TASK | {"End": True}}}
    states = {
        "Fan": {
            "Type": "Parallel",
            "Branches": [first, {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.items", "End": True}}}],
            "End": True,
        }
    }
    assert shown("Fan", states, {"items": [1, 2, 3]})[:-3] == [
        "  +0s  Fan          Parallel",
        "  +0s    branch 0",
        "  +0s      In       function f",
        "  +0s    branch 1",
        "  +0s      Each     Map of 3",
        "  +0s        items 0–2  ×3",
        "  +0s          One  function f",
    ]


def test_a_catch_names_catcher_target_and_error():
    def tasks(call):
        raise asl.TaskFailure("Card.Declined", "no funds")

    catch = [{"ErrorEquals": ["Other"], "Next": "Sorry"}, {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}]
    lines = shown("Pay", {"Pay": TASK | {"Catch": catch, "End": True}, "Sorry": {"Type": "Fail", "Error": "E", "Cause": "c"}}, tasks=tasks)
    assert lines == [
        "  +0s  Pay    function f",
        "  +0s    caught by Catch 1 → Sorry: Card.Declined — no funds",
        "  +0s  Sorry  Fail",
        "",
        "FAILED after 0s",
        "error   E",
        "cause   c",
    ]


def test_a_parallel_caught_tells_the_branchs_error():
    branch = {"StartAt": "Stop", "States": {"Stop": {"Type": "Fail", "Error": "Inner", "Cause": "why"}}}
    states = {
        "Fan": {"Type": "Parallel", "Branches": [branch], "Catch": [{"ErrorEquals": ["Inner"], "Next": "Done"}], "End": True},
        "Done": {"Type": "Succeed"},
    }
    assert any("caught by Catch 0 → Done: Inner — why" in line for line in shown("Fan", states))


def test_names_that_move_the_cursor_are_escaped():
    assert "  +0s  A\\x1b[2J  Succeed" in shown("A\x1b[2J", {"A\x1b[2J": {"Type": "Succeed"}})


def test_a_very_long_run_leaves_lines_out_and_says_how_many():
    states = {f"S{index}": {"Type": "Pass", "Next": f"S{index + 1}"} for index in range(600)} | {"S600": {"Type": "Succeed"}}
    assert any("… 201 lines left out …" in line for line in shown("S0", states))


def test_wall_time_is_shown_when_given():
    execution = asl.run(asl.load({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}), {})
    assert "SUCCEEDED after 0s  (3 ms on this machine)" in tree(execution, took=timedelta(milliseconds=3))


@pytest.mark.parametrize(
    ("length", "text"),
    [
        ({"seconds": 3}, "3s"),
        ({"seconds": 60}, "1m00s"),
        ({"hours": 2, "minutes": 5}, "2h05m00s"),
        ({"days": 3, "hours": 4}, "3d04h00m00s"),
        ({"milliseconds": 250}, "0.250s"),
        ({"minutes": 1, "milliseconds": 5}, "1m00.005s"),
    ],
)
def test_lengths_of_time_read_as_people_say_them(length, text):
    assert clock_text(timedelta(**length)) == text
