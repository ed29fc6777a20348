"""The payload quota holds however a state's output came about: bounds that are carried along never hide a size."""

from __future__ import annotations

from typing import Any

import pytest

import asl_engine as asl

TASK = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}
DOUBLED = {"ResultSelector": {"a.$": "$", "b.$": "$"}, "ResultPath": "$.r"}


def flow(*states: dict[str, Any]) -> asl.Program:
    names = [f"S{index}" for index in range(len(states))]
    chained = {
        name: {**state, **({"Next": names[index + 1]} if index + 1 < len(names) else {"End": True})}
        for index, (name, state) in enumerate(zip(names, states, strict=True))
    }
    return asl.load({"StartAt": "S0", "States": chained})


@pytest.mark.parametrize("retry", [[], [{"ErrorEquals": ["Once"]}]], ids=["at once", "after a retry"])
def test_a_result_that_its_selector_doubles_past_the_quota_fails_the_state(retry: list[Any]) -> None:
    calls = [0]

    def answer(call: asl.TaskCall) -> str:
        calls[0] += 1
        if retry and calls[0] == 1:
            raise asl.TaskFailure("Once", "")
        return "x" * 140_000

    execution = asl.run(flow({**TASK, **DOUBLED, "Retry": retry}), {}, tasks=answer)
    assert execution.error == "States.DataLimitExceeded"


def test_outputs_that_grow_a_little_in_every_state_fail_where_they_pass_the_quota() -> None:
    program = flow(*({"Type": "Pass", "Result": "x" * 60_000, "ResultPath": f"$.r{index}"} for index in range(5)))
    execution = asl.run(program, {})
    assert execution.error == "States.DataLimitExceeded"
    assert execution.path == ["S0", "S1", "S2", "S3", "S4"]


def test_an_item_that_grows_past_the_quota_fails_its_iteration() -> None:
    each = {"Type": "Map", "ItemProcessor": {"StartAt": "Grow", "States": {"Grow": {**TASK, "ResultPath": "$.r", "End": True}}}}
    execution = asl.run(flow(each), [{"n": "x" * 130_000}], tasks=lambda call: "y" * 140_000)
    assert execution.error == "States.DataLimitExceeded"


def test_outputs_just_below_the_quota_succeed() -> None:
    program = flow({"Type": "Pass", "Result": "x" * 262_000, "ResultPath": "$.r"}, {"Type": "Pass", "Result": 1, "ResultPath": "$.s"})
    assert asl.run(program, {}).status == "SUCCEEDED"
