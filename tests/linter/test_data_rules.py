"""Rules about data: each finds its mistake, lets the neighbour be, and gives a reason that is true."""

from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.diagnostics import is_refusal
from asl_engine.linter.registry import rules

CASES = Path(__file__).parent.parent / "lint"
OF_SCENARIOS = "ASL509"
"""Has tests of its own: it wants examples of answers."""
CODES = [rule.CODE for rule in rules() if rule.CODE.startswith("ASL5") and rule.CODE != OF_SCENARIOS]
MUST_FAIL = ["ASL501", "ASL512", "ASL513"]


def found(code, name):
    return asl.check(CASES / code / f"{name}.asl.json", select=[code], profile="strict")


@pytest.mark.parametrize("code", CODES)
def test_what_is_wrong_is_found(code):
    assert {diagnostic.code for diagnostic in found(code, "bad")} == {code}


@pytest.mark.parametrize("code", CODES)
def test_its_neighbour_is_let_be(code):
    assert found(code, "good") == []


@pytest.mark.parametrize("code", MUST_FAIL)
def test_what_is_called_an_error_fails_when_it_is_run(code):
    assert any(is_refusal(each) for each in found(code, "bad"))
    wrapped = {"Payload": {"value": 0}, "StatusCode": 200, "ExecutedVersion": "1"}
    execution = asl.run(asl.load(CASES / code / "bad.asl.json"), {}, tasks=Answers(wrapped))
    assert execution.status == "FAILED" and execution.error == "States.Runtime"


class Answers:
    def __init__(self, answer):
        self.answer = answer

    def perform(self, call):
        return asl.Succeeded(self.answer)


def message(code):
    (one,) = found(code, "bad")
    return one.message


def test_a_miss_names_what_left_it_out():
    assert message("ASL501").startswith(
        "`$.value` is never there, so every execution that gets here fails with States.Runtime: "
        "Call replaces the whole input with its result, which has only ExecutedVersion"
    )


def test_a_catcher_without_result_path_is_named_with_the_route():
    assert message("ASL502") == (
        "`$.order` may be missing on the way Pay (Catch 0) → Tell: "
        "Catch 0 of Pay replaces the whole input with the Error Output, which has only Error and Cause"
    )


def test_a_way_on_which_nobody_set_it_is_told_with_those_who_do():
    (one,) = found("ASL503", "bad")
    assert one.message.startswith("`$.error_info` was never set on the way Start → Check (rule 0) → MarkFailed")
    assert one.hint == "on other ways Start (Catch 0) sets it"


R6 = Path(__file__).parents[2] / "definitions" / "orchestrator" / "r6.asl.json"


def test_a_field_aws_refuses_is_followed_as_the_path_it_was_meant_to_be():
    (one,) = asl.check(R6, select=["ASL502"])
    assert one.message.startswith("`$.error_info.error_message` may be missing on the way TriggerADLDSCreation (Catch 0)")
    assert one.pointer == "/States/FailForADLDS/Error.$"
    assert one.hint == (
        "missing too by way of GetADLDSStatus (Catch 0) and GenerateADLDSStatusErrorMessage: "
        "GenerateADLDSStatusErrorMessage puts it at $.error_info.error_info.error_message"
    )


def test_once_it_is_mended_the_same_is_found():
    mended = asl.check(asl.loads(R6.read_text(encoding="utf-8").replace('"Error.$"', '"ErrorPath"')), select=["ASL502"])
    assert [(one.pointer, one.message) for one in mended] == [("/States/FailForADLDS/ErrorPath", asl.check(R6, select=["ASL502"])[0].message)]


CAUGHT = {
    "StartAt": "A",
    "QueryLanguage": "JSONata",
    "States": {
        "A": {"Type": "Pass", "Output": {}, "Next": "B"},
        "B": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "Arguments": "{% $states.input.x %}",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}],
            "End": True,
        },
        "C": {"Type": "Succeed"},
    },
}


def test_where_a_catcher_may_take_it_only_the_state_is_said_to_fail():
    (one,) = asl.check(CAUGHT, select=["ASL501"])
    assert "so the state always fails with States.QueryEvaluationError" in one.message


def test_the_output_of_a_child_is_text_unless_sync_2_reads_it():
    """Recorded: startExecution.sync hands on what the child answers as it is in DescribeExecution, a text."""

    def said(pattern):
        child = {"Type": "Task", "Resource": f"arn:aws:states:::states:startExecution{pattern}", "ResultPath": "$.child", "Next": "Is"}
        arguments = {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}
        rules = [{"Variable": "$.child.Output.status", "StringEquals": "DONE", "Next": "Good"}]
        states = {"Child": {**child, "Parameters": arguments}, "Is": {"Type": "Choice", "Choices": rules, "Default": "Good"}, "Good": {"Type": "Succeed"}}
        return [(each.code, each.hint) for each in asl.check({"StartAt": "Child", "States": states}, select=["ASL501", "ASL502", "ASL51"])]

    assert said(".sync") == [("ASL502", "Output is text: startExecution.sync:2 hands it on as JSON, or parse it first")]
    assert said(".sync:2") == []
