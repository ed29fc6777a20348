"""What a machine needs of the outside, gathered by who would have to bring it."""

from asl_engine.analysis.dataflow import dataflow_of
from asl_engine.analysis.dataflow.demands import demands_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def task(following=None, **fields):
    return {"Type": "Task", "Resource": FUNCTION, **({"Next": following} if following else {"End": True}), **fields}


def reading(*paths):
    return {f"k{at}.$": path for at, path in enumerate(paths)}


def demands(start, **states):
    found = demands_of(dataflow_of({"StartAt": start, "States": states}).misses)
    return [(demand.misses[0].state.tokens[-1], [miss.read.text for miss in demand.misses], [state.tokens[-1] for state in demand.readers]) for demand in found]


def test_what_one_state_needs_of_the_input_is_one_demand():
    assert demands("A", A=task(Parameters=reading("$.a", "$.b.c"))) == [("A", ["$.a", "$.b.c"], [])]


def test_what_comes_from_another_hand_is_another_demand():
    found = demands("A", A=task("B", Parameters=reading("$.a"), ResultPath="$.r"), B=task(Parameters=reading("$.b", "$.r.x")))
    assert found == [("A", ["$.a"], []), ("B", ["$.b"], []), ("B", ["$.r.x"], [])]


def test_states_on_different_ways_need_one_thing_once():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.kind", "StringEquals": "x", "Next": "B"}], "Default": "C"}
    found = demands("A", A=choice, B=task(Parameters=reading("$.id")), C=task(Parameters=reading("$.id")))
    assert found == [("A", ["$.kind"], []), ("B", ["$.id"], ["C"])]


def test_the_input_in_the_context_object_is_the_same_input():
    found = demands("A", A=task("B", Parameters=reading("$.id")), B=task(Parameters=reading("$$.Execution.Input.id")))
    assert found == [("A", ["$.id"], ["B"])]


def test_members_of_two_answers_are_no_one_thing():
    found = demands("A", A=task("B"), B=task("C", Parameters=reading("$.id")), C=task(Parameters=reading("$.id")))
    assert found == [("B", ["$.id"], []), ("C", ["$.id"], [])]
