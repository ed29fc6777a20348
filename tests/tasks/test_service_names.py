"""What one service is called by whom."""

import re

import pytest

from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.service_models import folder_of
from asl_engine.tasks.service_names import OPTIMISED, cause_text, error_name, java_client, java_exception, java_member, model_of, pascal

PUT = parse_resource("arn:aws:states:::dynamodb:putItem")
SDK_PUT = parse_resource("arn:aws:states:::aws-sdk:dynamodb:putItem")


@pytest.mark.parametrize(
    ("service_id", "client"),
    [
        ("DynamoDB", "DynamoDb"),
        ("SFN", "Sfn"),
        ("S3", "S3"),
        ("SQS", "Sqs"),
        ("Secrets Manager", "SecretsManager"),
        ("CloudWatch Logs", "CloudWatchLogs"),
        ("Config Service", "Config"),
        ("ApiGatewayV2", "ApiGatewayV2"),
        ("WAFV2", "Wafv2"),
        ("IoT", "Iot"),
    ],
)
def test_a_client_is_named_as_the_sdk_for_java_names_it(service_id, client):
    assert java_client(service_id) == client


@pytest.mark.parametrize(
    ("member", "optimised", "sdk"),
    [
        ("MD5OfMessageBody", "MD5OfMessageBody", "Md5OfMessageBody"),
        ("ETag", "ETag", "ETag"),
        ("executionArn", "ExecutionArn", "ExecutionArn"),
        ("SSEKMSKeyId", "SSEKMSKeyId", "SsekmsKeyId"),
        ("ContentMD5", "ContentMD5", "ContentMD5"),
        ("ARN", "ARN", "Arn"),
        ("NULL", "NULL", "Nul"),
    ],
)
def test_members_are_pascal_case_each_sdk_in_its_way(member, optimised, sdk):
    assert (pascal(member), java_member(member)) == (optimised, sdk)


def test_the_same_error_is_spelled_in_two_ways():
    assert error_name(PUT, "DynamoDB", "ConditionalCheckFailedException") == "DynamoDB.ConditionalCheckFailedException"
    assert error_name(SDK_PUT, "DynamoDB", "ConditionalCheckFailedException") == "DynamoDb.ConditionalCheckFailedException"


def test_an_error_without_a_class_is_named_after_the_client():
    assert error_name(PUT, "DynamoDB", None) == "DynamoDB.AmazonDynamoDBException"
    assert error_name(SDK_PUT, "DynamoDB", None) == "DynamoDb.DynamoDbException"


@pytest.mark.parametrize(("shape", "name"), [("NoSuchBucket", "NoSuchBucketException"), ("CacheClusterNotFoundFault", "CacheClusterNotFoundException")])
def test_an_exception_ends_in_exception(shape, name):
    assert java_exception(shape) == name


def test_causes_are_worded_as_recorded():
    told = {"status": 400, "code": "X", "request_id": "R"}
    assert cause_text(PUT, "DynamoDB", "No", **told) == "No (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: X; Request ID: R; Proxy: null)"
    assert cause_text(SDK_PUT, "DynamoDB", "No", **told) == "No (Service: DynamoDb, Status Code: 400, Request ID: R) (SDK Attempt Count: 1)"
    s3 = cause_text(parse_resource("arn:aws:states:::aws-sdk:s3:getObject"), "S3", "No", **told)
    assert s3 == "No (Service: S3, Status Code: 400, Request ID: R, Extended Request ID: R) (SDK Attempt Count: 1)"


def test_every_service_step_functions_can_call_through_the_sdk_has_a_model():
    from asl_engine.syntax.services import _table

    lost = [name for name in _table() if folder_of(str(model_of(parse_resource(f"arn:aws:states:::aws-sdk:{name}:x")))) is None]
    assert lost == []


def test_every_optimised_service_has_a_model():
    assert [name for name, listed in OPTIMISED.items() if folder_of(listed.model) is None] == []


@pytest.mark.parametrize("resource", ["arn:aws:states:::http:invoke", "arn:aws:states:::apigateway:invoke", "arn:aws:states:::eks:call"])
def test_what_calls_no_api_of_a_service_has_no_model(resource):
    assert model_of(parse_resource(resource)) is None


def test_prefixes_are_no_two_services():
    assert len({listed.prefix for listed in OPTIMISED.values()}) == len(OPTIMISED)
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", listed.prefix) for listed in OPTIMISED.values())
