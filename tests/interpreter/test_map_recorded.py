"""A Map state's own failures in the history, as recorded on AWS."""

from __future__ import annotations

from typing import Any

import asl_engine as asl


def events_of(map_state: dict[str, Any], input: Any = None) -> list[tuple[str, int]]:
    """(type, previousEventId) of a JSONata machine with one Map state over Pass states."""
    processor = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    machine = {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True, **map_state}}}
    return [(event.type, event.previous) for event in asl.run(asl.load(machine), input).history][1:]


def test_a_tolerance_that_cannot_be_evaluated_is_told_after_the_map_started_and_as_of_its_entry() -> None:
    assert events_of({"Items": [1], "ToleratedFailureCount": "{% 'few' %}"}) == [
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("EvaluationFailed", 0),
        ("MapStateFailed", 4),
        ("ExecutionFailed", 5),
    ]


def test_an_item_selector_that_fails_begins_no_iteration() -> None:
    types = [type for type, _ in events_of({"Items": [1, 2], "ItemSelector": {"of": "{% $states.input.none %}"}}, {})]
    assert types == ["MapStateEntered", "MapStateStarted", "EvaluationFailed", "MapStateFailed", "ExecutionFailed"]


def test_a_failed_item_reader_field_is_located_below_item_reader() -> None:
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}"},
        "ReaderConfig": {"InputType": "JSON"},
    }
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "Each",
        "States": {"Each": {"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True}},
    }
    history = asl.run(asl.load(machine), {}).history
    assert [event.details["location"] for event in history if event.type == "EvaluationFailed"] == ["ItemReader/Arguments/Key"]


def test_a_deprecated_iterator_may_be_distributed() -> None:
    iterator = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    execution = asl.run(asl.load({"StartAt": "Each", "States": {"Each": {"Type": "Map", "Iterator": iterator, "End": True}}}), [1, 2])
    assert execution.output == [1, 2]
    assert "MapRunStarted" in [event.type for event in execution.history]
