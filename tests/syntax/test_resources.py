"""What a Task may call: ARNs, services, integration patterns."""

from __future__ import annotations

import pytest

from asl_engine.analysis.check import check_definition
from asl_engine.diagnostics import Diagnostic
from asl_engine.source import source_from_value
from asl_engine.syntax.services import sdk_apis


def findings(resource: str, type: str = "STANDARD") -> list[Diagnostic]:
    return check_definition(source_from_value({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": resource, "End": True}}}), type=type)


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
        "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live",
        "arn:aws:states:us-east-1:123456789012:activity:approve",
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws-us-gov:states:::sqs:sendMessage",
        "arn:aws:states:::elasticmapreduce:addStep.sync",
        "arn:aws:states:::aws-sdk:dynamodb:query",
        "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
        "arn:aws:states:::aws-sdk:config:listDiscoveredResources",
        "arn:aws:states:::aws-sdk:s3:listObjectsV2",
        "arn:aws:states:us-east-1:123456789012:aws-sdk:s3:getObject",
        "arn:aws:states:::${Service}:invoke",
    ],
)
def test_what_step_functions_can_call_is_accepted(resource: str) -> None:
    assert findings(resource) == []


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::dynamodb:query",
        "arn:aws:states:::dynamodb:getItem.sync",
        "arn:aws:states:::batch:submitJob.waitForTaskToken",
        "arn:aws:states:::glue:startJobRun.sync:2",
        "arn:aws:states:::nosuch:thing",
        "arn:aws:states:::aws-sdk:nosuch:thing",
        "arn:aws:states:::aws-sdk:s3:getObjekt",
        "arn:aws:states:::aws-sdk:s3:GetObject",
        "arn:aws:states:::aws-sdk:ecs:runTask.sync",
        "arn:aws:states:::lambda",
    ],
)
def test_what_step_functions_does_not_know_is_refused(resource: str) -> None:
    (found,) = findings(resource)
    assert found.message == (
        f"The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
    )


@pytest.mark.parametrize(
    ("resource", "hint"),
    [
        ("arn:aws:states:::dynamodb:query", "dynamodb knows getItem, putItem, updateItem, deleteItem here; other APIs are called as aws-sdk:dynamodb:query"),
        ("arn:aws:states:::dynamodb:getItems", 'did you mean "getItem"?'),
        ("arn:aws:states:::aws-sdk:s3:getObjekt", 'did you mean "getObject"?'),
        ("arn:aws:states:::http:invoke.sync", "it can be called as request-response (no suffix)"),
    ],
)
def test_an_unknown_resource_comes_with_a_suggestion(resource: str, hint: str) -> None:
    assert [d.hint for d in findings(resource)] == [hint]


@pytest.mark.parametrize("resource", ["arn:aws:lambda:us-east-1:123456789012:function:f:", "arn:aws:lambda:r:1:function:f:$*#", "arn:aws", "", "${arn"])
def test_a_malformed_arn_is_refused(resource: str) -> None:
    assert [d.message for d in findings(resource)] == ["Value is not a valid resource ARN"]


@pytest.mark.parametrize("resource", ["docker://hello-world", "foo:bar", "approve", "arn:aws:swf:us-east-1:123456789012:task:X"])
def test_what_only_a_local_run_can_call_is_warned_of(resource: str) -> None:
    assert [str(d.severity) for d in findings(resource)] == ["WARNING"]


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("arn:aws:states:::ecs:runTask.sync", "Express state machine does not support '.sync' service integration"),
        ("arn:aws:states:::states:startExecution.sync:2", "Express state machine does not support '.sync' service integration"),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Express state machine does not support '.waitForTaskToken' service integration "),
        ("arn:aws:states:us-east-1:123456789012:activity:a", "Express state machine does not support Activity ARN"),
    ],
)
def test_an_express_machine_waits_for_nothing(resource: str, message: str) -> None:
    assert [d.message for d in findings(resource, "EXPRESS")] == [message]
    assert findings(resource) == []


def test_services_are_named_as_the_java_sdk_names_them() -> None:
    assert "putEvents" in (sdk_apis("eventbridge") or ())
    assert sdk_apis("configservice") is None
