"""What a revision asks of its input and of its tasks' results that the last one did not."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.analysis.contract import contract_changes
from asl_engine.analysis.structure import ChangeKind

PAY = "arn:aws:lambda:us-east-1:123456789012:function:pay"


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def pay(parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": PAY, "Parameters": parameters, **({} if "Next" in fields else {"End": True}), **fields}


def said(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [f"{change.state or 'input'}: {change.sentence}" for change in contract_changes(old, new)]


def choice(*rules: dict[str, Any], default: str = "Done") -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [*rules], "Default": default}


DONE: dict[str, Any] = {"Type": "Succeed"}


def test_what_asks_for_the_same_has_no_changes() -> None:
    assert said(machine(Pay=pay({"id.$": "$.id"})), machine(Charge=pay({"id.$": "$['id']"}))) == []


def test_a_member_every_execution_reads_is_required() -> None:
    assert said(machine(Pay=pay({})), machine(Pay=pay({"id.$": "$.id"}))) == ["input: now requires $.id"]


def test_a_member_some_executions_read_may_be_read() -> None:
    def decided(parameters: dict[str, Any]) -> dict[str, Any]:
        return machine(Which=choice({"Variable": "$.pay", "BooleanEquals": True, "Next": "Pay"}), Pay=pay(parameters), Done=DONE)

    assert said(decided({}), decided({"id.$": "$.id"})) == ["input: now may read $.id in Pay"]


def test_a_member_that_is_first_asked_for_is_optional() -> None:
    def decided(parameters: dict[str, Any]) -> dict[str, Any]:
        return machine(Which=choice({"Variable": "$.id", "IsPresent": True, "Next": "Pay"}), Pay=pay(parameters), Done=DONE)

    assert said(machine(Pay=pay({})), decided({"id.$": "$.id"})) == ["input: now reads, if it is there, $.id in Which and Pay"]


def test_a_second_rule_is_not_always_tested() -> None:
    rules = [{"Variable": "$.a", "StringEquals": "x", "Next": "Done"}, {"Variable": "$.b", "StringEquals": "y", "Next": "Done"}]
    assert said(machine(Done=DONE), machine(Which=choice(*rules), Done=DONE)) == [
        'input: now requires $.a (compared with "x")',
        'input: now may read $.b (compared with "y") in Which',
    ]


def test_what_is_no_longer_read_is_said() -> None:
    assert said(machine(Pay=pay({"id.$": "$.id", "x.$": "$.x"})), machine(Pay=pay({}))) == ["input: no longer reads $.id and $.x"]


def test_another_member_in_the_same_place_is_one_change() -> None:
    (change,) = contract_changes(machine(Pay=pay({"id.$": "$.body.id"})), machine(Pay=pay({"id.$": "$.id"})))
    assert change.sentence == "requires $.id where it read $.body.id"
    assert (change.kind, change.state, change.neutral) == (ChangeKind.INPUT, None, False)
    assert (change.before, change.after) == ("$.body.id", "$.id")
    assert (change.old, change.new) == ("/States/Pay/Parameters/id.$",) * 2


def test_members_that_moved_together_are_one_change() -> None:
    old = {"a.$": "$.body.a", "b.$": "$.body.b", "all.$": "$.body"}
    new = {"a.$": "$.order.a", "b.$": "$.order.b", "all.$": "$.order"}
    assert said(machine(Pay=pay(old)), machine(Pay=pay(new))) == ["input: requires $.order (all of it, and a and b) where it read $.body"]


def test_a_rename_does_not_hide_the_place() -> None:
    assert said(machine(Pay=pay({"id.$": "$.body.id"})), machine(Charge=pay({"id.$": "$.id"}))) == ["input: requires $.id where it read $.body.id"]


def test_what_is_read_on_some_ways_only_now_is_said() -> None:
    old = machine(Pay=pay({"id.$": "$.id", "go.$": "$.go"}))
    new = machine(Which=choice({"Variable": "$.go", "BooleanEquals": True, "Next": "Pay"}), Pay=pay({"id.$": "$.id", "go.$": "$.go"}), Done=DONE)
    assert said(old, new) == ["input: $.id: was required, is read on some ways only now", "input: $.go is compared with true too now"]


def test_constants_a_member_is_compared_with_are_said() -> None:
    def decided(*constants: str) -> dict[str, Any]:
        return machine(Which=choice(*({"Variable": "$.kind", "StringEquals": constant, "Next": "Done"} for constant in constants)), Done=DONE)

    assert said(decided("a", "b"), decided("a", "c")) == ['input: $.kind is compared with "c" instead of "b" now']


def test_what_a_state_reads_of_a_tasks_result_is_told_of_the_task() -> None:
    def decided(path: str) -> dict[str, Any]:
        rule = {"Variable": path, "StringEquals": "OK", "Next": "Done"}
        return machine(Pay=pay({}, ResultPath="$.paid", Next="Which"), Which=choice(rule), Done=DONE)

    assert said(decided("$.paid.body.status"), decided("$.paid.status")) == ["Pay: requires status of Pay's result where it read body.status"]


def test_the_results_of_new_and_removed_tasks_are_not_told_again() -> None:
    assert said(machine(Done=DONE), machine(Pay=pay({}, Next="Tell"), Tell=pay({"id.$": "$.id"}))) == []


def test_a_result_that_is_missing_on_some_way_is_asked_of_the_input() -> None:
    def caught(path: str) -> dict[str, Any]:
        catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}]
        return machine(Pay=pay({}, ResultPath="$.paid", Catch=catch, Next="Tell"), Tell=pay({"why.$": path}))

    assert "input: now requires $.paid.why: on the way from Pay no state has put it there" in said(
        machine(Pay=pay({}, ResultPath="$.paid")), caught("$.paid.why")
    )


def test_what_no_execution_reaches_asks_for_nothing() -> None:
    assert said(machine(Done=DONE), machine(Done=DONE, Lost=pay({"id.$": "$.id"}))) == []


def test_inside_a_branch_of_a_certain_parallel_a_member_is_required_and_inside_a_map_it_is_not() -> None:
    inner = machine(Pay=pay({"id.$": "$.id"}))
    parallel = machine(Fan={"Type": "Parallel", "Branches": [inner], "End": True})
    each = machine(Each={"Type": "Map", "ItemsPath": "$.all", "ItemProcessor": inner, "End": True})
    assert said(machine(Done=DONE), parallel) == ["input: now requires $.id"]
    assert said(machine(Done=DONE), each) == ["input: now requires $.all", "input: now may read $.all[*].id in Each/Pay"]


def test_jsonata_is_read_too() -> None:
    def shaped(expression: str) -> dict[str, Any]:
        return machine(Shape={"Type": "Pass", "QueryLanguage": "JSONata", "Output": f"{{% {expression} %}}", "End": True})

    assert said(shaped("$states.input.a.b"), shaped("$states.input.c & 'x'")) == ["input: requires $.c where it read $.a.b"]
    assert said(shaped("1"), shaped("$exists($states.input.a) ? $states.input.a : 0")) == ["input: now reads, if it is there, $.a in Shape"]


def test_a_state_rewritten_in_the_other_language_asks_for_the_same() -> None:
    new = {"Type": "Task", "QueryLanguage": "JSONata", "Resource": PAY, "Arguments": {"id": "{% $states.input.id %}"}, "End": True}
    assert said(machine(Pay=pay({"id.$": "$.id"})), machine(Pay=new)) == []


def test_constants_of_a_rule_in_the_other_language_are_compared_as_rules_and_not_here() -> None:
    old = machine(Which=choice({"Variable": "$.key", "StringMatches": "*.png", "Next": "Done"}), Done=DONE)
    new = machine(Which={"QueryLanguage": "JSONata", **choice({"Condition": "{% $contains($states.input.key, /\\.png$/) %}", "Next": "Done"})}, Done=DONE)
    assert said(old, new) == []


def test_how_surely_a_tasks_result_is_read_is_not_told() -> None:
    def told(**fields: Any) -> dict[str, Any]:
        return machine(Pay=pay({}, ResultPath="$.paid", Next="Tell", **fields), Tell=pay({"id.$": "$.paid.id"}), Done=DONE)

    assert said(told(Catch=[{"ErrorEquals": ["A"], "Next": "Done"}]), told()) == []


@pytest.mark.parametrize("broken", [None, [], "x", {}, {"States": {"A": {"Type": "Choice", "Choices": [3, {"And": 1}]}}}])
def test_a_broken_definition_asks_as_far_as_it_goes(broken: Any) -> None:
    assert contract_changes(broken, broken) == ()
    assert said(broken, machine(Pay=pay({"id.$": "$.id"}))) == ["input: now requires $.id"]
