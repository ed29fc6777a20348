"""Examples of answers: what none of them has is told, and nothing else is."""

import pytest

import asl_engine as asl

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def machine(path, **fields):
    charge = {"Type": "Task", "Resource": FUNCTION, "ResultPath": "$.payment", "Next": "Ship", **fields}
    return {"StartAt": "Charge", "States": {"Charge": charge, "Ship": {"Type": "Task", "Resource": FUNCTION, "Parameters": {"id.$": path}, "End": True}}}


def said(definition, *answers):
    return [(each.message, each.hint) for each in asl.check(definition, select=["ASL509"], answers={"Charge": answers})]


def test_what_no_answer_has_is_told_with_what_they_have():
    assert said(machine("$.payment.stat"), {"state": 1}, {"state": 2, "card": "x"}) == [
        ("`$.payment.stat` is in no answer that scenarios give Charge: `$.payment` has only state and card", "did you mean $.payment.state?")
    ]


@pytest.mark.parametrize(
    ("definition", "answers"),
    [
        (machine("$.payment.id"), [{"id": 1}, {"card": "x"}]),
        (machine("$.order.id"), [{"id": 1}]),
        (machine("$.payment.id"), []),
        (machine("$.id", ResultPath="$"), [{"id": 1}]),
    ],
    ids=["one answer has it", "it is no part of an answer", "there is no answer", "the whole input is the answer"],
)
def test_nothing_is_told_where(definition, answers):
    assert said(definition, *answers) == []


def test_what_the_task_itself_selects_of_its_result_is_looked_at_too():
    ((message, _),) = said(machine("$.payment.key", ResultSelector={"key.$": "$.id"}), {"ident": 1})
    assert message == "`$.id` is in no answer that scenarios give Charge: `$` has only ident"


def test_states_that_no_answer_leads_to_are_let_be():
    states = {
        "Charge": {"Type": "Task", "Resource": FUNCTION, "Next": "Ok?"},
        "Ok?": {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "DECLINED", "Next": "Tell"}], "Default": "Done"},
        "Tell": {"Type": "Pass", "InputPath": "$.reason", "End": True},
        "Done": {"Type": "Succeed"},
    }
    assert said({"StartAt": "Charge", "States": states}, {"status": "PAID"}) == []


def test_a_schema_of_a_result_may_be_given_by_state_or_resource():
    closed = {"type": "object", "properties": {"ident": {}}, "additionalProperties": False}
    for name in ("Charge", FUNCTION):
        (one,) = asl.check(machine("$.payment.id"), select=["ASL501"], result_schemas={name: closed})
        assert "`$.payment.id` is never there" in one.message


def test_a_schema_of_the_input_may_be_given():
    closed = {"type": "object", "properties": {"order": {}}, "additionalProperties": False}
    (one,) = asl.check(machine("$.customer"), select=["ASL501"], input_schema=closed)
    assert "`$.customer` is never there" in one.message
