"""How data goes through a state, in either language. Spec, "Input and Output Processing"."""

from __future__ import annotations

from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import events, machine, nothing, parallel, play, task

RAW = {"in": {"n": 1}, "keep": True}


def answered(result: Any = None, **fields: Any) -> tuple[Any, Any]:
    """What a JSONPath task is asked with, and the state's output."""
    asked: list[Any] = []

    def answer(call: asl.TaskCall) -> Any:
        asked.append(call.arguments)
        return result

    execution = play(machine(A=task(**fields)), RAW, tasks=answer)
    return (asked or [None])[0], execution.output


def test_each_field_sees_what_the_one_before_made() -> None:
    fields = {
        "InputPath": "$.in",
        "Parameters": {"m.$": "$.n"},
        "ResultSelector": {"picked.$": "$.r"},
        "ResultPath": "$.out",
        "OutputPath": "$.out.picked",
    }
    assert answered({"r": 7}, **fields) == ({"m": 1}, 7)


def test_the_result_is_put_into_the_raw_input() -> None:
    """Not into what InputPath left of it."""
    assert answered(7, InputPath="$.in", ResultPath="$.out") == ({"n": 1}, {**RAW, "out": 7})


@pytest.mark.parametrize(
    ("fields", "asked", "output"),
    [
        ({}, RAW, 7),
        ({"InputPath": None}, {}, 7),
        ({"ResultPath": None}, RAW, RAW),
        ({"OutputPath": None}, RAW, {}),
        ({"ResultPath": "$"}, RAW, 7),
        ({"InputPath": None, "Parameters": {"a": 1}}, {"a": 1}, 7),
        ({"InputPath": "$$.Execution.Name"}, "e", 7),
    ],
)
def test_null_and_dollar_paths(fields: dict[str, Any], asked: Any, output: Any) -> None:
    if asked == "e":
        asked = asl.run(asl.load(machine(A=nothing())), {}).name
    assert answered(7, **fields) == (asked, output)


def test_a_passs_result_is_no_template() -> None:
    assert play(machine(A=nothing(Result={"x.$": "$.n"})), RAW).output == {"x.$": "$.n"}


def test_a_null_result_counts_as_absent() -> None:
    assert play(machine(A=nothing(Result=None)), RAW).output == RAW


def test_result_wins_over_parameters() -> None:
    assert play(machine(A=nothing(Result=1, Parameters={"a": 2})), RAW).output == 1


def test_variables_are_assigned_from_the_result_before_it_is_shaped() -> None:
    fields = {"ResultSelector": {"s": 1}, "ResultPath": "$.out", "Assign": {"v.$": "$.r"}}
    execution = play(machine(A=task(Next="B", **fields), B=nothing(Parameters={"v.$": "$v"})), RAW, tasks=lambda call: {"r": 7})
    assert execution.output == {"v": 7}


def test_a_caught_error_skips_selector_and_output_path() -> None:
    catch = [{"ErrorEquals": ["E"], "Next": "B", "ResultPath": "$.e"}]
    definition = machine(A=task(ResultSelector={"s": 1}, OutputPath="$.in", Catch=catch), B=nothing())
    assert play(definition, RAW, tasks=lambda call: asl.Failed("E", "c")).output == {**RAW, "e": {"Error": "E", "Cause": "c"}}


FAILING: list[tuple[dict[str, Any], str]] = [
    ({"InputPath": "$.x"}, "Invalid path '$.x' : No results for path: $['x']"),
    ({"InputPath": "$.x.y"}, "Invalid path '$.x.y' : Missing property in path $['x']"),
    ({"OutputPath": "$.x"}, "Invalid path '$.x' : No results for path: $['x']"),
    ({"Parameters": {"v.$": "$.x"}}, "The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '{\"a\":1}'"),
]


@pytest.mark.parametrize(("fields", "cause"), FAILING)
def test_a_path_that_leads_nowhere_fails_as_aws_words_it(fields: dict[str, Any], cause: str) -> None:
    execution = play(machine(A=nothing(**fields)), {"a": 1})
    assert (execution.error, execution.cause) == ("States.Runtime", f"An error occurred while executing the state 'A' (entered at the event id #2). {cause}")


def test_a_result_without_a_place_is_a_conflict() -> None:
    execution = play(machine(A=nothing(Result=1, ResultPath="$.a")), 4)
    assert execution.error == "States.ReferencePathConflict"
    assert str(execution.cause).endswith("Unable to apply ReferencePath $.a to input 4")


# ----------------------------------------------------------------------------------------------------------- JSONata


def jsonata(**states: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", **machine(**states)}


def test_arguments_and_output_are_computed() -> None:
    state = task(Arguments={"m": "{% $states.input.in.n + 1 %}"}, Output={"sum": "{% $states.result.m + $states.input.in.n %}"})
    assert play(jsonata(A=state), RAW, tasks=lambda call: call.arguments).output == {"sum": 3}


def test_without_output_a_task_hands_on_its_result_and_others_their_input() -> None:
    assert play(jsonata(A=task()), RAW, tasks=lambda call: 7).output == 7
    assert play(jsonata(A=nothing()), RAW).output == RAW
    assert play(jsonata(A=parallel({"StartAt": "B", "States": {"B": nothing()}})), RAW).output == [RAW]


def test_output_and_assign_see_the_same_variables() -> None:
    swap = nothing(Assign={"x": "{% $y %}", "y": "{% $x %}"}, Output="{% [$x, $y] %}", Next="C")
    execution = play(jsonata(A=nothing(Assign={"x": 1, "y": 2}, Next="B"), B=swap, C=nothing(Output="{% $append($states.input, [$x, $y]) %}")))
    assert execution.output == [1, 2, 2, 1]


def test_a_chosen_rules_output_and_assign_replace_the_states_own() -> None:
    rule = {"Condition": "{% $states.input.n = 1 %}", "Next": "Z", "Output": "rule", "Assign": {"v": "rule"}}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "Z", "Output": "state", "Assign": {"v": "state"}}
    definition = jsonata(C=choice, Z=nothing(Output="{% [$states.input, $v] %}"))
    assert play(definition, {"n": 1}).output == ["rule", "rule"]
    assert play(definition, {"n": 2}).output == ["state", "state"]


def test_a_string_with_blanks_outside_the_delimiters_is_a_string() -> None:
    assert play(jsonata(A=nothing(Output=" {% 1 %} "))).output == " {% 1 %} "


def test_a_failing_expression_leaves_its_own_event() -> None:
    execution = play(jsonata(A=nothing(Output={"a": ["{% $states.input.x %}"]})))
    (failed,) = events(execution, "EvaluationFailed")
    assert (failed.details["location"], failed.details["state"], failed.previous) == ("Output/a[0]", "A", 0)
    expected = "The JSONata expression '$states.input.x' specified for the field 'Output/a[0]' returned nothing (undefined)."
    assert execution.cause == f"An error occurred while executing the state 'A' (entered at the event id #2). {expected}"


def test_languages_may_change_from_state_to_state() -> None:
    definition = machine(
        A=nothing(QueryLanguage="JSONata", Output="{% {'n': 1} %}", Assign={"v": 2}, Next="B"), B=nothing(Parameters={"n.$": "$.n", "v.$": "$v"})
    )
    assert play(definition).output == {"n": 1, "v": 2}
