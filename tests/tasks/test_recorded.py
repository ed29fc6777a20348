"""Answers as a recorded execution got them."""

from datetime import timedelta

import pytest

import asl_engine as asl

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:pay"
PAY = {"Type": "Task", "Resource": FUNCTION, "Retry": [{"ErrorEquals": ["Busy"]}], "End": True}


def machine(**fields):
    return asl.load({"StartAt": "Pay", "States": {"Pay": {**PAY, **fields}}})


def run(program, tasks):
    return asl.run(program, tasks=tasks)


def test_each_attempt_gets_its_own_answer_after_the_same_time():
    left = [asl.Failed("Busy", after=timedelta(seconds=2)), asl.Succeeded(7, timedelta(seconds=3))]
    first = run(machine(), lambda call: left.pop(0))
    recorded = asl.Recorded(first.history)
    second = run(machine(), recorded)
    assert second.history.to_json() == first.history.to_json()
    assert recorded.unused() == []


def test_another_resource_in_the_same_place_was_never_answered():
    history = run(machine(), lambda call: 7).history
    with pytest.raises(asl.UnmockedTask, match=f"the recording answered {FUNCTION} there"):
        run(machine(Resource=FUNCTION + "-2"), asl.Recorded(history))


def test_a_placeholder_nobody_filled_may_be_any_function():
    history = run(machine(), lambda call: 7).history
    assert run(machine(Resource="${Pay}"), asl.Recorded(history)).output == 7


def test_what_the_recording_does_not_answer_others_may():
    history = run(machine(), lambda call: 7).history
    following = asl.load({"StartAt": "Pay", "States": {"Pay": {"Type": "Task", "Resource": FUNCTION, "Next": "More"}, "More": PAY}})
    assert run(following, asl.FirstOf(asl.Recorded(history), lambda call: 8)).output == 8


def test_a_job_is_accepted_with_the_same_words():
    program = machine(Resource="arn:aws:states:::glue:startJobRun.sync", Parameters={"JobName": "j"})
    first = run(program, lambda call: asl.Succeeded({"Id": 1}, timedelta(hours=1), submitted={"JobRunId": "jr"}))
    assert run(program, asl.Recorded(first.history)).history.to_json() == first.history.to_json()


def test_a_missed_heartbeat_is_missed_at_the_same_time():
    program = machine(Resource="arn:aws:states:us-east-1:123456789012:activity:pack", HeartbeatSeconds=10, TimeoutSeconds=100)
    beats = (timedelta(seconds=5), timedelta(seconds=12))
    first = run(program, lambda call: asl.Unanswered(beats))
    second = run(program, asl.Recorded(first.history))
    assert second.elapsed == first.elapsed == timedelta(seconds=22)
