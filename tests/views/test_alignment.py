"""Two histories beside each other."""

from datetime import timedelta

import asl_engine as asl
from asl_engine.views.alignment import differences
from asl_engine.views.blame import blamed, state_of
from asl_engine.views.matching import Matching

PAY = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay", "End": True}


def fan(**second):
    branches = [{"StartAt": "A", "States": {"A": PAY}}, {"StartAt": "B", "States": {"B": {**PAY, **second}}}]
    return asl.load({"StartAt": "Fan", "States": {"Fan": {"Type": "Parallel", "Branches": branches, "End": True}}})


def after(**seconds):
    return lambda call: asl.Succeeded(call.state_name, timedelta(seconds=seconds[call.state_name]))


def test_how_branches_interleave_is_no_difference():
    left, right = (asl.run(fan(), tasks=after(A=a, B=b)).history for a, b in ((1, 2), (2, 1)))
    assert differences(left, right, Matching()) == []


def test_a_step_that_takes_longer_is_a_difference_where_times_are_compared():
    left, right = (asl.run(fan(), tasks=after(A=1, B=b)).history for b in (2, 30))
    first = differences(left, right, Matching(), slack=timedelta(seconds=5))[0]
    assert (first.kind, first.branch, first.expected, first.actual) == ("time", "Fan[1]", 2, 30)


def test_the_first_difference_comes_first_and_each_container_has_one():
    program = fan(ResultPath="$.b")
    left, right = (asl.run(machine, {}, tasks=after(A=1, B=2)).history for machine in (fan(), program))
    found = differences(left, right, Matching())
    assert [(difference.branch, difference.kind) for difference in found] == [("Fan[1]", "data"), ("", "data")]
    assert blamed(program, found[0]) == "/States/Fan/Branches/1/States/B/ResultPath"


def test_ours_that_stopped_early_is_alike_as_far_as_it_came():
    history = asl.run(fan(), tasks=after(A=1, B=2)).history
    assert differences(history, list(history)[:6], Matching(), partial=True) == []
    assert differences(history, list(history)[:6], Matching()) != []


def test_states_are_found_whatever_they_are_called():
    inner = {"StartAt": "a/b[0]", "States": {"a/b[0]": {"Type": "Pass", "End": True}}}
    program = asl.load({"StartAt": "x[1]/y", "States": {"x[1]/y": {"Type": "Parallel", "Branches": [inner], "End": True}}})
    assert state_of(program, "x[1]/y[0]", "a/b[0]").pointer == "/States/x[1]~1y/Branches/0/States/a~1b[0]"
    assert state_of(program, "x[1]/y[7]", "a/b[0]") is None
