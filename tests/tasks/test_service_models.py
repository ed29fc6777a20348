"""What a service may answer, by botocore's models."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.tasks.service_models import POLLED, Strictness, fault_of_result, has_model, model, result_operation
from asl_engine.tasks.service_names import model_of, operation_name

STRICT, PRESENT = Strictness.STRICT, Strictness.PRESENT


def resource(named: str) -> Resource:
    return parse_resource(f"arn:aws:states:::{named}")


def fault(named: str, result: Any, strictness: Strictness = STRICT) -> str | None:
    return fault_of_result(resource(named), result, strictness)


@pytest.mark.parametrize(
    ("named", "result", "told"),
    [
        ("lambda:invoke", {"Payload": {"a": 1}}, "Field 'Payload' must be a string"),
        ("events:putEvents", {"Entries": "many"}, "Field 'Entries' must be an array"),
        ("events:putEvents", {"Entries": [{"EventId": "a"}, {"EventId": ["b"]}]}, "Field 'EventId' must be a string"),
        ("dynamodb:putItem", {"ConsumedCapacity": {"CapacityUnits": "1.5"}}, "Field 'CapacityUnits' must be a number"),
        ("dynamodb:putItem", {"ConsumedCapacity": []}, "Field 'ConsumedCapacity' must be an object"),
        ("dynamodb:getItem", {"Item": {"id": {"BOOL": "yes"}}}, "Field 'BOOL' must be a boolean"),
        ("dynamodb:getItem", {"Item": {"id": {"M": {"deep": {"S": 1}}}}}, "Field 'S' must be a string"),
        ("states:startExecution", {"ExecutionArn": "a", "StartDate": 1764103483}, "Field 'StartDate' must be a string"),
        ("aws-sdk:kms:encrypt", {"CiphertextBlob": ""}, "Field 'CiphertextBlob' is smaller than the minimum length"),
        ("aws-sdk:lambda:getFunction", {"Configuration": {"MemorySize": 127}}, "Field 'MemorySize' is less than the minimum value"),
        ("aws-sdk:lambda:getFunction", {"Configuration": {"MemorySize": 10**9}}, "Field 'MemorySize' exceeds the maximum value"),
        ("aws-sdk:lambda:getFunction", {"Configuration": {"PackageType": "Tar"}}, "Field 'PackageType' is not an expected value"),
    ],
)
@pytest.mark.parametrize("strictness", Strictness)
def test_a_member_that_is_there_must_be_right(named: str, result: Any, told: str, strictness: Strictness) -> None:
    assert fault(named, result, strictness) == told


def test_a_required_member_is_missed_by_strict_alone() -> None:
    assert fault("states:startExecution", {}) == "Required field 'ExecutionArn' is missing"
    assert fault("states:startExecution", {"ExecutionArn": "a"}) == "Required field 'StartDate' is missing"
    assert fault("states:startExecution", {}, PRESENT) is None


def test_members_the_model_does_not_know_are_not_looked_at() -> None:
    assert fault("events:putEvents", {"random": "json", "Entries": [{"More": 1}]}) is None


def test_names_are_those_step_functions_shows() -> None:
    assert fault("states:startExecution", {"executionArn": "a", "startDate": "b"}) == "Required field 'ExecutionArn' is missing"
    assert fault("aws-sdk:rds:describeDBInstances", {"DbInstances": 1}) == "Field 'DbInstances' must be an array"
    assert fault("aws-sdk:rds:describeDBInstances", {"DBInstances": 1}) is None


def test_the_api_may_be_spelled_as_the_sdk_for_java_does() -> None:
    assert fault("aws-sdk:rds:describeDbInstances", {"DbInstances": 1}) == "Field 'DbInstances' must be an array"


def test_a_service_is_found_by_step_functions_name() -> None:
    assert fault("aws-sdk:cloudwatchlogs:describeLogGroups", {"LogGroups": 1}) == "Field 'LogGroups' must be an array"
    assert fault("aws-sdk:secretsmanager:getSecretValue", {"SecretString": 1}) == "Field 'SecretString' must be a string"


def test_the_result_of_a_job_is_the_polled_apis() -> None:
    assert result_operation(resource("states:startExecution.sync:2")) == "DescribeExecution"
    assert fault("states:startExecution.sync:2", {"ExecutionArn": "a", "StartDate": "b"}) == "Required field 'StateMachineArn' is missing"
    for strictness in Strictness:
        assert fault("ecs:runTask.sync", {"Tasks": [{"Cpu": 1}]}, strictness) == "Field 'Cpu' must be a string"


@pytest.mark.parametrize(("service", "api"), POLLED)
def test_every_polled_api_is_in_its_services_model(service: str, api: str) -> None:
    job = resource(f"{service}:{api}.sync")
    found = model(str(model_of(job)))
    assert found is not None
    assert result_operation(job) in found.operations
    assert (result_operation(resource(f"{service}:{api}")) or "") in found.operations


def test_an_api_with_a_name_of_its_own_is_found() -> None:
    assert operation_name("createCluster") == "CreateCluster"
    assert fault("elasticmapreduce:createCluster", {"JobFlowId": 1}) == "Field 'JobFlowId' must be a string"


@pytest.mark.parametrize("named", ["http:invoke", "apigateway:invoke", "eks:call", "eks:runJob.sync", "lambda:invoke.waitForTaskToken"])
def test_what_is_not_an_apis_answer_has_no_model(named: str) -> None:
    assert not has_model(resource(named))
    assert fault(named, {"anything": 1}) is None


@pytest.mark.parametrize("named", ["aws-sdk:nosuch:doThing", "aws-sdk:s3:noSuchThing", "sqs:noSuchThing"])
def test_what_no_model_knows_is_let_pass(named: str) -> None:
    assert fault(named, {"anything": 1}) is None


def test_a_service_without_a_model_has_none() -> None:
    assert model("nosuch") is None
