"""A state rewritten in the other query language: what is shown to be the same, what to differ, and what is left to runs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from asl_engine.analysis.structure import Change, ChangeKind, structure_of

PAY = "arn:aws:lambda:us-east-1:123456789012:function:pay"
JSONPATH: dict[str, Any] = {
    "StartAt": "Pay",
    "States": {
        "Pay": {
            "Type": "Task",
            "Resource": PAY,
            "Parameters": {"id.$": "$.order.id", "url.$": "States.Format('{}/pay/{}', $.url, $.order.lines[0].n)", "mode": "card", "run.$": "$$.Execution.Id"},
            "ResultSelector": {"status.$": "$.body.status"},
            "ResultPath": "$.paid",
            "Assign": {"tries.$": "$.tries"},
            "TimeoutSecondsPath": "$.limit",
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refuse"}],
            "Next": "Decide",
        },
        "Decide": {
            "Type": "Choice",
            "Choices": [
                {"And": [{"Variable": "$.paid.status", "StringEquals": "OK"}, {"Variable": "$.order.total", "NumericLessThan": 10}], "Next": "Hold"},
                {"Not": {"Variable": "$.paid.retry", "IsPresent": True}, "Next": "Refuse"},
                {"Variable": "$tries", "NumericGreaterThanEqualsPath": "$.order.most", "Next": "Refuse"},
            ],
            "Default": "Pay",
        },
        "Hold": {"Type": "Wait", "SecondsPath": "$.order.pause", "Next": "Shape"},
        "Shape": {"Type": "Pass", "Parameters": {"all.$": "States.Array($.a, 1)"}, "End": True},
        "Refuse": {"Type": "Fail", "Error": "Refused", "CausePath": "$.error.Cause"},
    },
}
JSONATA: dict[str, Any] = {
    "StartAt": "Pay",
    "QueryLanguage": "JSONata",
    "States": {
        "Pay": {
            "Type": "Task",
            "Resource": PAY,
            "Arguments": {
                "id": "{% $states.input.order.id %}",
                "url": "{% $states.input.url & '/pay/' & $states.input.order.lines[0].n %}",
                "mode": "card",
                "run": "{% $states.context.Execution.Id %}",
            },
            "Output": "{% $merge([$states.input, {'paid': {'status': $states.result.body.status}}]) %}",
            "Assign": {"tries": "{% $states.result.tries %}"},
            "TimeoutSeconds": "{% $states.input.limit %}",
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $merge([$states.input, {'error': $states.errorOutput}]) %}", "Next": "Refuse"}],
            "Next": "Decide",
        },
        "Decide": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.paid.status = 'OK' and $states.input.order.total < 10 %}", "Next": "Hold"},
                {"Condition": "{% $not($exists($states.input.paid.retry)) %}", "Next": "Refuse"},
                {"Condition": "{% $tries >= $states.input.order.most %}", "Next": "Refuse"},
            ],
            "Default": "Pay",
        },
        "Hold": {"Type": "Wait", "Seconds": "{% $states.input.order.pause %}", "Next": "Shape"},
        "Shape": {"Type": "Pass", "Output": {"all": ["{% $states.input.a %}", 1]}, "End": True},
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "{% $states.input.error.Cause %}"},
    },
}


def rewritten(edit: Callable[[dict[str, Any]], object]) -> tuple[Change, ...]:
    new = copy.deepcopy(JSONATA)
    edit(new["States"])
    return structure_of(JSONPATH, new).changes


def certain(edit: Callable[[dict[str, Any]], object]) -> list[str]:
    return [f"{change.state}: {change.sentence}" for change in rewritten(edit) if not change.neutral]


def test_a_machine_rewritten_whole_is_one_neutral_change() -> None:
    (change,) = structure_of(JSONPATH, JSONATA).changes
    assert (change.kind, change.state, change.neutral) == (ChangeKind.LANGUAGE, None, True)
    assert change.sentence == "all 5 states are rewritten from JSONPath to JSONata, saying the same of the data they expect"


def test_rewriting_back_is_one_neutral_change_too() -> None:
    (change,) = structure_of(JSONATA, JSONPATH).changes
    assert change.sentence == "all 5 states are rewritten from JSONata to JSONPath, saying the same of the data they expect"


def test_one_state_rewritten_is_one_neutral_change_of_that_state() -> None:
    new = copy.deepcopy(JSONPATH)
    new["States"]["Pay"] = JSONATA["States"]["Pay"] | {"QueryLanguage": "JSONata"}
    (change,) = structure_of(JSONPATH, new).changes
    assert (change.state, change.sentence, change.neutral) == ("Pay", "rewritten from JSONPath to JSONata, saying the same of the data it expects", True)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda states: states["Pay"]["Arguments"].update(mode="cash"), 'Pay: Arguments.mode: "card" → "cash"'),
        (lambda states: states["Pay"]["Arguments"].update(id="{% $states.input.id %}"), "Pay: Arguments.id: $.order.id → $.id"),
        (lambda states: states["Pay"]["Arguments"].update(new=1), "Pay: Arguments.new is new: 1"),
        (lambda states: states["Pay"].update(Output="{% $states.input %}"), "Pay: Output: the input with {status: result.body.status} at $.paid → $"),
        (lambda states: states["Pay"]["Retry"][0].update(MaxAttempts=3), "Pay: MaxAttempts 2→3: worst wait 3 s → 7 s"),
        (lambda states: states["Pay"]["Catch"][0].update(Next="Hold"), "Pay: Catch States.ALL leads to Hold instead of Refuse"),
        (lambda states: states["Decide"].update(Default="Refuse"), "Decide: Default Pay → Refuse"),
        (
            lambda states: states["Decide"]["Choices"][0].update(Condition="{% $states.input.paid.status = 'OK' and $states.input.order.total < 20 %}"),
            "Decide: rule to Hold: $.paid.status = \"OK\" and $.order.total < 10 → $states.input.paid.status = 'OK' and $states.input.order.total < 20",
        ),
        (lambda states: states["Decide"]["Choices"].pop(2), "Decide: rule $tries ≥ $.order.most (as numbers) → Refuse is gone"),
        (lambda states: states["Refuse"].update(Error="Other"), 'Refuse: Error "Refused" → "Other"'),
    ],
)
def test_what_differs_for_certain_is_a_change(edit: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert certain(edit) == [sentence]


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda states: states["Pay"]["Arguments"].update(url="{% $join([$states.input.url, 'pay'], '/') %}"), "Pay"),
        (lambda states: states["Pay"].update(Output="{% $mergeAll($states.input) %}"), "Pay"),
        (lambda states: states["Decide"]["Choices"][0].update(Condition="{% $ok($states.input) %}"), "Decide"),
    ],
)
def test_what_cannot_be_shown_is_neutral_and_left_to_runs(edit: Callable[[dict[str, Any]], object], field: str) -> None:
    (change,) = rewritten(edit)
    assert (change.neutral, change.sentence) == (
        True,
        f"all 5 states are rewritten from JSONPath to JSONata; of {field} only runs can tell whether they do the same",
    )


def test_another_path_is_left_to_runs_where_another_state_hands_on_other_data() -> None:
    def edit(states: dict[str, Any]) -> None:
        states["Pay"]["Output"] = "{% $reshaped($states.result) %}"
        states["Hold"]["Seconds"] = "{% $states.input.pause %}"

    assert certain(edit) == []
