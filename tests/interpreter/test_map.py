"""The work of an inline Map. Spec, "Map State"; events as recorded."""

from __future__ import annotations

from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, over, play, task, types

FAILING = {"Type": "Fail", "Error": "E"}


def lines(execution: asl.Execution) -> list[tuple[str, int]]:
    return [(event.type, event.previous) for event in execution.history]


def test_one_iteration_an_item_and_results_in_item_order() -> None:
    assert play(machine(M=over(machine(A=nothing(Parameters={"got.$": "$"})))), [1, "b", None]).output == [{"got": 1}, {"got": "b"}, {"got": None}]


def test_without_items_there_are_no_iterations() -> None:
    execution = play(machine(M=over(machine(A=nothing()), ItemsPath="$.none")), {"none": []})
    assert execution.output == []
    assert lines(execution)[2:5] == [("MapStateStarted", 2), ("MapStateSucceeded", 3), ("MapStateExited", 3)]


def test_one_at_a_time_the_next_iteration_follows_the_last_events_of_the_one_before() -> None:
    execution = play(machine(M=over(machine(A=nothing()), MaxConcurrency=1)), [1, 2])
    assert lines(execution)[2:] == [
        ("MapStateStarted", 2),
        ("MapIterationStarted", 3),
        ("PassStateEntered", 4),
        ("PassStateExited", 5),
        ("MapIterationSucceeded", 6),
        ("MapIterationStarted", 6),
        ("PassStateEntered", 8),
        ("PassStateExited", 9),
        ("MapIterationSucceeded", 10),
        ("MapStateSucceeded", 11),
        ("MapStateExited", 11),
        ("ExecutionSucceeded", 13),
    ]


def test_iterations_tell_their_index_and_the_maps_name() -> None:
    execution = play(machine(M=over(machine(A=nothing()))), [1, 2])
    assert [event.details for event in events(execution, "MapIterationStarted")] == [{"name": "M", "index": index} for index in (0, 1)]
    assert events(execution, "MapStateStarted")[0].details == {"length": 2}


def test_an_item_selector_sees_the_maps_input_and_the_item() -> None:
    selector = {"item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index", "all.$": "$.x"}
    execution = play(machine(M=over(machine(A=nothing()), ItemsPath="$.items", ItemSelector=selector)), {"items": ["a"], "x": 7})
    assert execution.output == [{"item": "a", "index": 0, "all": 7}]


def test_inside_nested_maps_the_item_is_the_innermost() -> None:
    inner = over(machine(A=nothing(Parameters={"item.$": "$$.Map.Item.Value"})))
    assert play(machine(M=over(machine(N=inner))), [[1, 2], [3]]).output == [[{"item": 1}, {"item": 2}], [{"item": 3}]]


def test_after_a_map_there_is_no_item() -> None:
    execution = play(machine(M=over(machine(A=nothing()), Next="B"), B=nothing(Parameters={"x.$": "$$.Map.Item.Value"})), [1])
    assert execution.error == "States.Runtime"


def test_a_failing_iteration_fails_the_map_with_its_error() -> None:
    execution = play(machine(M=over(machine(F=FAILING))), [1])
    assert lines(execution)[3:] == [
        ("MapIterationStarted", 3),
        ("FailStateEntered", 4),
        ("MapIterationFailed", 5),
        ("MapStateFailed", 5),
        ("ExecutionFailed", 7),
    ]


def test_a_retried_map_starts_again_after_what_failed() -> None:
    execution = play(machine(M=over(machine(F=FAILING), Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}])), [1])
    assert lines(execution)[3:] == [
        ("MapIterationStarted", 3),
        ("FailStateEntered", 4),
        ("MapIterationFailed", 5),
        ("MapStateStarted", 5),
        ("MapIterationStarted", 7),
        ("FailStateEntered", 8),
        ("MapIterationFailed", 9),
        ("MapStateFailed", 9),
        ("ExecutionFailed", 11),
    ]


NUMBERS: list[tuple[dict[str, Any], Any, str]] = [
    ({"MaxConcurrencyPath": "$.n"}, "x", 'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.n'),
    ({"MaxConcurrencyPath": "$.n"}, {}, 'The MaxConcurrencyPath field refers to value "{}" which is not a valid integer: $.n'),
    ({"ToleratedFailureCountPath": "$.n"}, 1.5, 'The ToleratedFailureCountPath field refers to value "1.5" which is not a valid integer: $.n'),
    ({"ToleratedFailureCountPath": "$.n"}, -1, "ToleratedFailureCount cannot be negative."),
    ({"ToleratedFailurePercentagePath": "$.n"}, "x", 'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid float: $.n'),
    ({"ToleratedFailurePercentagePath": "$.n"}, 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
    ({"ItemsPath": "$.n"}, {}, 'Reference path "$.n" must point to array.'),
]


@pytest.mark.parametrize(("fields", "value", "cause"), NUMBERS)
def test_a_number_that_is_none_fails_the_state(fields: dict[str, Any], value: Any, cause: str) -> None:
    execution = play(machine(M=over(machine(A=nothing()), **{"ItemsPath": "$.items", **fields})), {"items": [1], "n": value})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(f"(entered at the event id #2). {cause}")


@pytest.mark.parametrize("value", [2, "2"])
def test_concurrency_may_be_a_number_or_spell_one(value: Any) -> None:
    assert play(machine(M=over(machine(A=nothing()), ItemsPath="$.items", MaxConcurrencyPath="$.n")), {"items": [1, 2, 3], "n": value}).output == [1, 2, 3]


def test_an_item_selector_that_fails_is_the_maps_failure_and_no_iterations() -> None:
    execution = play(machine(M=over(machine(A=nothing()), ItemSelector={"x.$": "$.missing"})), [1])
    assert lines(execution)[2:] == [("MapStateStarted", 2), ("ExecutionFailed", 3)]
    assert "executing the state 'M' (entered at the event id #2)" in str(execution.cause)


def test_jsonata_items_must_be_an_array() -> None:
    execution = play({"QueryLanguage": "JSONata", **machine(M=over(machine(A=nothing()), Items="{% $states.input.n %}"))}, {"n": 1})
    assert types(execution)[1:] == ["MapStateEntered", "EvaluationFailed", "MapStateFailed", "ExecutionFailed"]
    assert execution.error == "States.QueryEvaluationError"


@pytest.mark.parametrize("items", [5, "x", None, {"a": 1}])
def test_items_that_are_written_as_no_array_fail_even_unvalidated(items: Any) -> None:
    definition = {"QueryLanguage": "JSONata", **machine(M=over(machine(A=nothing()), Items=items))}
    execution = asl.run(asl.load(definition, validate=False), {})
    assert execution.error == "States.QueryEvaluationError"
    assert "Map state input must be an array but was: " in str(execution.cause)


def test_iterations_of_tasks_know_their_place() -> None:
    paths: list[str] = []
    play(machine(M=over(machine(A=task()))), [1, 2], tasks=lambda call: paths.append(str(call.state_path)))
    assert paths == ["M[0]/A", "M[1]/A"]
