"""Arguments as definitions write them, held against the services' APIs."""

import pytest

from asl_engine.syntax.shapes import is_opaque
from asl_engine.tasks.service_definitions import service_diagnostics

PUT = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": True}


def found(state):
    return [(finding.code, finding.severity, finding.pointer) for finding in service_diagnostics({"StartAt": "S", "States": {"S": state}}, is_opaque)]


def test_what_is_written_as_the_api_takes_it_is_not_told():
    assert found({**PUT, "Parameters": {"TableName.$": "$.t", "Item": {"id": {"S.$": "$.id"}}}}) == []


def test_what_aws_refuses_is_an_error_at_its_place():
    assert found({**PUT, "Parameters": {"TableName": "t", "Item": {"n": {"N": 5}}, "Returned.$": "$.x"}}) == [
        ("ASL152", "ERROR", "/States/S/Parameters/Item/n/N"),
        ("ASL150", "ERROR", "/States/S/Parameters/Returned.$"),
    ]


def test_what_only_the_service_refuses_is_a_warning():
    state = {**PUT, "Resource": "arn:aws:states:::sqs:sendMessage"}
    assert found({**state, "Parameters": {"QueueUrl": "q", "MessageAttributes": {"a": {}}}}) == [
        ("ASL151", "WARNING", "/States/S/Parameters/MessageAttributes/a"),
        ("ASL151", "ERROR", "/States/S/Parameters"),
    ]


@pytest.mark.parametrize("arguments", ["{% $states.input %}", {"TableName": "{% $t %}", "Item": "{% $i %}"}, "${Arguments}", {"Fn::GetAtt": ["A", "B"]}])
def test_what_an_execution_or_a_deployment_fills_in_fits(arguments):
    assert found({**PUT, "Arguments": arguments}) == []


def test_a_task_that_sends_its_input_is_left_alone():
    assert found(PUT) == []


def test_states_at_any_depth_are_looked_at():
    inner = {"StartAt": "P", "States": {"P": {**PUT, "Parameters": {"Item": {}}}}}
    state = {
        "Type": "Parallel",
        "Branches": [{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": inner, "Next": "N"}, "N": {"Iterator": inner}}}],
    }
    assert [pointer for _, _, pointer in found(state)] == [
        "/States/S/Branches/0/States/M/ItemProcessor/States/P/Parameters",
        "/States/S/Branches/0/States/N/Iterator/States/P/Parameters",
    ]


@pytest.mark.parametrize("definition", [None, [], {"States": []}, {"States": {"S": 5}}, {"States": {"S": {"Type": "Task", "Resource": 5}}}])
def test_what_is_no_definition_has_nothing_to_tell(definition):
    assert service_diagnostics(definition, is_opaque) == []
