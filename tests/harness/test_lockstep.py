"""What is heard of one story that two revisions tell."""

import pickle

import asl_engine as asl
from asl_engine.harness.executors import in_processes, serially
from asl_engine.harness.lockstep import Pair
from asl_engine.harness.stories import CallTrouble, Plain, Reach, Story

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
STORY = Story(Plain({"id": 1}, {"Pay": (({"return": {}},),)}))
ENDLESS = {"StartAt": "Pay", "States": {"Pay": {"Type": "Task", "Resource": FUNCTION + "pay", "Next": "Pay"}}}


def machine(**states):
    return asl.load({"StartAt": next(iter(states)), "States": states}, validate=False)


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION + "pay", "ResultPath": "$.r", **({} if "Next" in fields else {"End": True}), **fields}


def heard(old, new=None, story=STORY):
    return Pair(old, new or old, max_events=50).heard(story)


def test_one_program_tells_one_story():
    found = heard(machine(Pay=task()))
    assert (found.divergences, found.sites, found.alone, found.endless, found.merit[:2]) == ((), (("Pay", 0),), frozenset(), False, (2, 2))


def test_a_call_one_side_makes_is_made_alone():
    assert heard(machine(Pay=task(Next="Tell"), Tell=task()), machine(Pay=task())).alone == {("Tell", 0)}


def test_the_same_situation_is_recognised_in_another_story():
    old, new = machine(Pay=task(Next="Tell"), Tell=task()), machine(Pay=task(ResultPath=None, Next="Tell"), Tell=task())
    other = Story(STORY.plain, (CallTrouble("Pay", 0, ({"return": {"x": 1}},), Reach.FROM, "answers x 1"),))
    assert heard(new).situations == heard(new, story=other).situations
    assert heard(old).situations != heard(old, story=other).situations


def test_what_never_ends_is_heard_up_to_the_bound():
    found = heard(asl.load(ENDLESS, validate=False))
    assert (found.endless, found.merit[:2]) == (True, (0, 0))


def test_where_two_endless_histories_are_cut_is_no_difference():
    longer = {"StartAt": "Rest", "States": {"Rest": {"Type": "Pass", "Next": "Pay"}, **ENDLESS["States"]}}
    assert {one.kind.value for one in heard(asl.load(longer, validate=False), asl.load(ENDLESS, validate=False)).divergences} <= {"path"}


def test_aws_words_for_one_failure_are_no_difference():
    old, new = machine(Pay=task(Parameters={"a.$": "$.a"})), machine(Pay=task(Parameters={"a.$": "$.b"}))
    assert heard(old, new).divergences == ()


def test_what_is_heard_travels_and_is_the_same_elsewhere():
    pair = Pair(machine(Pay=task(Next="Tell"), Tell=task()), machine(Pay=task()))
    here, elsewhere = (list(pair.hear([STORY, STORY], execute)) for execute in (serially, in_processes(2)))
    assert [pickle.dumps(one.sites) for one in here] == [pickle.dumps(one.sites) for one in elsewhere]
    assert [[one.sentence for one in found.divergences] for found in here] == [[one.sentence for one in found.divergences] for found in elsewhere]
