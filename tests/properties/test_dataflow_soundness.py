"""Data-flow analysis is true of every run: of what arrives at states, of what is missing, of what certainly fails.

The one exemption: a task answers what its integration would. The machines' answers are not wrapped as lambda:invoke wraps
them, so here the analysis is told that this one may answer anything.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.analysis.dataflow import Dataflow, dataflow_of
from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.shapes import ANYTHING, EVERY, Shape, join, shape_of
from asl_engine.values import Json, Pointer
from tests.properties import machines

ANSWERS = {"arn:aws:states:::lambda:invoke": ANYTHING}
FAILED_IN = re.compile(r"An error occurred while executing the state '(\w+)' \(entered at the event id #\d+\)\. (.*)", re.DOTALL)
FOUND_NOTHING = re.compile(
    r"The JSONPath '[^']*('[^']*'[^']*)*' specified for the field '[^']*' could not be found"
    r"|The function '.*' had the following error: The JsonPath argument"
    r"|Invalid path '.*' ?: (No results for path|Missing property in path|Property .* not found in path|The choice state's condition path)"
    r"|The (Seconds|Timestamp)Path parameter does not reference an input value"
    r"|The JSONata expression '.*' specified for the field '[^']*' returned nothing \(undefined\)",
    re.DOTALL,
)
NAMED = re.compile(r"JSONPath '(.*?)' specified|Invalid path '(.*?)'|JSONata expression '(.*)' specified", re.DOTALL)
"""The path that found nothing, in a cause that tells it."""


def contains(shape: Shape, value: Json) -> bool:
    """Whether a shape has a value."""
    if shape.any:
        return True
    match value:
        case None:
            return shape.null
        case bool():
            return value in shape.booleans
        case int() | float():
            return shape.numbers is EVERY or value in shape.numbers
        case str():
            return shape.strings is EVERY or value in shape.strings
        case list():
            array = shape.array
            if array is None or not all(item.absent for item in array.items[len(value) :]):
                return False
            return all(contains(array.items[at] if at < len(array.items) else array.rest, item) for at, item in enumerate(value))
        case dict():
            object = shape.object
            if object is None or not all(member.absent for name, member in object.members.items() if name not in value):
                return False
            return all(contains(object.members.get(name, object.rest), member) for name, member in value.items())


def played(which: int) -> tuple[Dataflow, asl.Execution] | None:
    random = Random(which)
    definition, data = machines.definition(random), machines.execution_input(random)
    try:
        execution = asl.run(asl.load(definition), data, tasks=machines.Outcomes(random), limits=machines.LIMITS, seed=0)
    except asl.AslError:
        return None
    return dataflow_of(definition, result_shapes=ANSWERS), execution


def entered(execution: asl.Execution) -> list[tuple[str, Any]]:
    return [(event.details["name"], event.details.get("input")) for event in execution.history if event.type.endswith("StateEntered")]


def pointers(dataflow: Dataflow) -> dict[str, Pointer]:
    return {state.tokens[-1]: state for state in dataflow.visits}


@settings(max_examples=500)
@given(st.integers(0, 2**64))
def test_what_arrives_at_a_state_has_the_shape_it_is_said_to_have(which: int) -> None:
    found = played(which)
    if found is not None:
        dataflow, execution = found
        known = pointers(dataflow)
        for name, data in entered(execution):
            shape = dataflow.shape_at(known[name])
            assert shape is not None and contains(shape, data)


@settings(max_examples=500)
@given(st.integers(0, 2**64))
def test_a_run_that_ends_for_want_of_a_path_was_told_of_beforehand(which: int) -> None:
    found = played(which)
    if found is None:
        return
    dataflow, execution = found
    failed = FAILED_IN.match(execution.cause or "")
    if failed is not None and FOUND_NOTHING.match(failed[2]):
        told = [miss.read.text for miss in dataflow.misses if miss.state.tokens[-1] == failed[1]]
        assert told
        named = NAMED.search(failed[2])
        if named is not None:
            path = next(filter(None, named.groups()))
            assert any(path in text or text in path for text in told)


@settings(max_examples=500)
@given(st.integers(0, 2**64))
def test_nobody_gets_past_a_path_that_is_never_there(which: int) -> None:
    """But by a Catcher of a JSONata state, and by an earlier rule of a Choice."""
    found = played(which)
    if found is None:
        return
    dataflow, execution = found
    left = {event.details["name"] for event in execution.history if event.type.endswith("StateExited")}
    for miss in dataflow.misses:
        state = dataflow.walk.states[miss.state]
        if miss.certainty is Certainty.NEVER and "Catch" not in state and state.get("Type") != "Choice":
            assert miss.state.tokens[-1] not in left


VALUES = st.integers(0, 2**64).map(lambda which: machines.value(Random(which)))


@given(VALUES, VALUES, VALUES)
def test_a_join_has_the_values_of_both_sides_and_is_stable(first: Json, second: Json, third: Json) -> None:
    both = join(join(shape_of(first), shape_of(second)), shape_of(third))
    assert all(contains(both, value) for value in (first, second, third))
    assert join(both, shape_of(second)) is both


@given(VALUES, st.lists(st.sampled_from(["a", "b", "list", "n", 0, 1]), max_size=3))
def test_what_a_value_holds_at_a_place_its_shape_holds_there(value: Any, steps: list[str | int]) -> None:
    found, there = value, True
    for step in steps:
        try:
            found = found[step] if isinstance(found, dict) == isinstance(step, str) and not isinstance(found, str) else _nothing()
        except (KeyError, IndexError, TypeError):
            there = False
            break
    shape = shape_of(value).follow(steps)
    assert contains(shape, found) if there else bool(shape.absent)


def _nothing() -> None:
    raise KeyError
