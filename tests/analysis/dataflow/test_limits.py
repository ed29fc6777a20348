"""However large a machine is, its analysis comes to an end, and claims nothing of what it gave up."""

from asl_engine.analysis.dataflow import dataflow_of, routes, walk
from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import reason
from asl_engine.analysis.dataflow.shapes import MOST_WEIGHT
from asl_engine.values import Pointer

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def ring(size, **fields):
    """Tasks in a circle, which a Choice leaves."""
    states = {f"S{at}": {"Type": "Task", "Resource": FUNCTION, "ResultPath": f"$.r{at}", "Next": f"S{at + 1}", **fields} for at in range(size)}
    states[f"S{size}"] = {"Type": "Choice", "Choices": [{"Variable": "$.go", "IsPresent": True, "Next": "S0"}], "Default": "Use"}
    states["Use"] = {"Type": "Pass", "Parameters": {"x.$": "$.r0.a", "y.$": "$.missing"}, "End": True}
    return {"StartAt": "S0", "States": states}


def test_states_that_wrap_their_input_twice_do_not_double_what_is_known_each_time():
    states = {f"S{at}": {"Type": "Pass", "Parameters": {"left.$": "$", "right.$": "$"}, "Next": f"S{at + 1}"} for at in range(60)}
    states["S60"] = {"Type": "Succeed"}
    shape = dataflow_of({"StartAt": "S0", "States": states}).shape_at(Pointer("/States/S60"))
    assert shape is not None and shape.weight <= MOST_WEIGHT
    assert str(shape).startswith("{left: ")


def test_when_too_much_was_joined_the_rest_is_unknown_and_nothing_is_claimed_of_it(monkeypatch):
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Use"}]}
    claimed = {miss.certainty for miss in dataflow_of(ring(20, **caught)).misses}
    assert Certainty.ROUTE in claimed
    monkeypatch.setattr(walk, "MOST_WORK", 30)
    given_up = dataflow_of(ring(20, **caught))
    assert {miss.certainty for miss in given_up.misses} == {Certainty.UNSAID}
    assert str(given_up.shape_at(Pointer("/States/Use"))) == "any"


def test_when_routes_are_too_many_none_is_named(monkeypatch):
    monkeypatch.setattr(routes, "MOST_LOOKS", 5)
    found = dataflow_of(ring(20, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Use"}])).misses
    (miss,) = [miss for miss in found if miss.certainty is Certainty.ROUTE and miss.missing.steps == ("r0",)]
    assert miss.routes == ()
    assert reason(miss) == "so many ways lead here that none is named"
