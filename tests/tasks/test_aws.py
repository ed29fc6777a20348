"""AWS's services in process, as integrations see them."""

import json
from datetime import UTC, datetime

import pytest

import asl_engine as asl
from asl_engine.tasks.runtime import Failed, Succeeded, Unanswered

pytest.importorskip("moto")

ORDERS = {"dynamodb": {"orders": {"key": "id", "items": [{"id": "o-1", "total": 7}]}}}
KEY = {"TableName": "orders", "Key": {"id": {"S": "o-1"}}}


@pytest.fixture
def perform(call):
    """The outcome of one call of `aws`: perform(aws, "dynamodb:getItem", {…})."""

    def asked(aws, api, arguments=None, **more):
        return aws.perform(call("S", resource=f"arn:aws:states:::{api}", arguments={} if arguments is None else arguments, **more))

    return asked


def without_metadata(output):
    return {name: value for name, value in output.items() if not name.startswith("Sdk")}


# ---------------------------------------------------------------- results


def test_an_optimised_result_carries_metadata(perform):
    output = perform(asl.AwsTasks(ORDERS), "dynamodb:getItem", KEY).output
    assert output["Item"] == {"id": {"S": "o-1"}, "total": {"N": "7"}}
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert output["SdkHttpMetadata"]["AllHttpHeaders"]["content-type"] == ["application/x-amz-json-1.0"]
    assert list(output["SdkResponseMetadata"]) == ["RequestId"]


def test_a_result_through_the_sdk_carries_none(perform):
    assert perform(asl.AwsTasks(ORDERS), "aws-sdk:dynamodb:getItem", KEY) == Succeeded({"Item": {"id": {"S": "o-1"}, "total": {"N": "7"}}})


def test_capacity_is_told_only_when_asked_for(perform):
    update = {**KEY, "UpdateExpression": "SET #s = :s", "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "PAID"}}}
    aws = asl.AwsTasks(ORDERS)
    assert without_metadata(perform(aws, "dynamodb:updateItem", update).output) == {}
    assert "ConsumedCapacity" in perform(aws, "dynamodb:updateItem", {**update, "ReturnConsumedCapacity": "TOTAL"}).output
    assert aws.table("orders").item(id="o-1") == {"id": "o-1", "total": 7, "status": "PAID"}


def test_members_are_spelled_in_each_integrations_way(perform):
    aws = asl.AwsTasks({"sqs": ["q"]})
    sent = {"QueueUrl": aws.queue("q").url, "MessageBody": "m"}
    assert "MD5OfMessageBody" in perform(aws, "sqs:sendMessage", sent).output
    assert sorted(perform(aws, "aws-sdk:sqs:sendMessage", sent).output) == ["Md5OfMessageBody", "MessageId"]


def test_instants_follow_the_executions_clock(perform):
    aws = asl.AwsTasks({"s3": {"bucket": {"k": "v"}}})
    listed = perform(aws, "aws-sdk:s3:listObjectsV2", {"Bucket": "bucket"}).output
    assert listed["Contents"][0]["LastModified"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(("body", "stored"), [("text", '"text"'), ({"a": 1}, '{"a":1}'), (None, "null")])
def test_the_sdks_s3_stores_json_text_as_recorded(perform, body, stored):
    aws = asl.AwsTasks({"s3": ["bucket"]})
    perform(aws, "aws-sdk:s3:putObject", {"Bucket": "bucket", "Key": "k", "Body": body})
    assert aws.bucket("bucket").text("k") == stored
    assert perform(aws, "aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"}).output["Body"] == stored


def test_objects_are_sent_as_their_json_text(perform):
    aws = asl.AwsTasks({"sqs": ["q"], "sns": {"alerts": ["q"]}})
    perform(aws, "sqs:sendMessage", {"QueueUrl": aws.queue("q").url, "MessageBody": {"id": 7}})
    perform(aws, "sns:publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:alerts", "Message": {"n": [1]}})
    assert aws.queue("q").messages == [{"id": 7}]
    assert aws.topic("alerts").published == [{"n": [1]}]
    assert aws.queue("q").waiting == 2


def test_a_text_may_stand_for_an_attribute(perform):
    aws = asl.AwsTasks(ORDERS)
    perform(aws, "dynamodb:putItem", {"TableName": "orders", "Item": {"id": "o-2", "l": {"L": ["a"]}}})
    assert aws.table("orders").item(id="o-2") == {"id": "o-2", "l": ["a"]}


def test_bytes_in_dynamodb_are_base64(perform):
    aws = asl.AwsTasks(ORDERS)
    perform(aws, "dynamodb:putItem", {"TableName": "orders", "Item": {"id": {"S": "b"}, "b": {"B": "aGVsbG8="}}})
    assert aws.table("orders").item(id="b") == {"id": "b", "b": "hello"}
    assert perform(aws, "dynamodb:getItem", {"TableName": "orders", "Key": {"id": {"S": "b"}}}).output["Item"]["b"] == {"B": "aGVsbG8="}


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("api", "arguments", "error", "cause"),
    [
        (
            "dynamodb:getItem",
            {**KEY, "TableName": "none"},
            "DynamoDB.ResourceNotFoundException",
            "Service: AmazonDynamoDBv2; Status Code: 400; Error Code: Res",
        ),
        ("aws-sdk:dynamodb:getItem", {**KEY, "TableName": "none"}, "DynamoDb.ResourceNotFoundException", "(Service: DynamoDb, Status Code: 400, Request ID: "),
        ("dynamodb:putItem", {"TableName": "orders", "Item": {}}, "DynamoDB.AmazonDynamoDBException", "Error Code: ValidationException"),
        ("aws-sdk:dynamodb:putItem", {"TableName": "orders", "Item": {}}, "DynamoDb.DynamoDbException", "Missing the key id in the item"),
        (
            "dynamodb:putItem",
            {"TableName": "orders", "Item": None},
            "DynamoDB.AmazonDynamoDBException",
            "1 validation error detected: Value null at 'item' failed",
        ),
        (
            "dynamodb:getItem",
            {**KEY, "TableName": "/x"},
            "DynamoDB.AmazonDynamoDBException",
            "Value '/x' at 'tableName' failed to satisfy constraint: Member must ",
        ),
        ("aws-sdk:s3:getObject", {"Bucket": "none-such", "Key": "k"}, "S3.NoSuchBucketException", "Extended Request ID: "),
        ("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "none"}, "S3.NoSuchKeyException", "The specified key does not exist"),
        ("aws-sdk:s3:headObject", {"Bucket": "bucket", "Key": "none"}, "S3.NoSuchKeyException", "Status Code: 404"),
        (
            "sqs:sendMessage",
            {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/none", "MessageBody": "m"},
            "SQS.QueueDoesNotExistException",
            "AmazonSQS",
        ),
        ("sns:publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none", "Message": "m"}, "SNS.NotFoundException", "Error Code: NotFound"),
        (
            "sns:publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t.fifo", "Message": "m"},
            "SNS.InvalidParameterException",
            "parameter is required for FIFO topics",
        ),
        ("aws-sdk:secretsmanager:getSecretValue", {"SecretId": "none"}, "SecretsManager.ResourceNotFoundException", "can't find the specified secret"),
        ("aws-sdk:ssm:getParameter", {"Name": "/none"}, "Ssm.ParameterNotFoundException", "Service: Ssm"),
    ],
)
def test_a_refusal_is_named_and_worded_as_the_integration_does(perform, api, arguments, error, cause):
    failed = perform(asl.AwsTasks({**ORDERS, "s3": ["bucket"], "sns": ["t.fifo"]}), api, arguments)
    assert isinstance(failed, Failed)
    assert failed.error == error
    assert cause in failed.cause


def test_a_condition_that_does_not_hold_fails_the_task(perform):
    put = {"TableName": "orders", "Item": {"id": {"S": "o-1"}}, "ConditionExpression": "attribute_not_exists(id)"}
    failed = perform(asl.AwsTasks(ORDERS), "dynamodb:putItem", put)
    assert failed.error == "DynamoDB.ConditionalCheckFailedException"


def test_events_fail_together_as_recorded(perform):
    aws = asl.AwsTasks()
    good, bad = {"Detail": {"m": 1}, "DetailType": "t", "Source": "s"}, {"Detail": '"text"', "DetailType": "t", "Source": "s"}
    failed = perform(aws, "events:putEvents", {"Entries": [bad, good, {"Detail": "{}", "DetailType": "t"}]})
    told = json.loads(failed.cause)
    assert (failed.error, told["FailedEntryCount"]) == ("EventBridge.FailedEntry", 2)
    assert told["Entries"][0] == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert told["Entries"][2] == {"ErrorCode": "InvalidArgument", "ErrorMessage": "Parameter Source is not valid. Reason: Source is a required argument."}
    assert aws.bus().events == [{"Detail": {"m": 1}, "DetailType": "t", "Source": "s"}]


def test_events_carry_no_metadata(perform):
    taken = perform(asl.AwsTasks(), "events:putEvents", {"Entries": [{"Detail": "{}", "DetailType": "t", "Source": "s"}]}).output
    assert sorted(taken) == ["Entries", "FailedEntryCount"]


def test_arguments_the_service_does_not_take_are_the_users_mistake(perform):
    with pytest.raises(asl.ServiceArgumentsError, match=r'did you mean "TableName"\?'):
        perform(asl.AwsTasks(ORDERS), "dynamodb:getItem", {"TabelName": "orders", "Key": {}})


# ---------------------------------------------------------------- jobs and tokens


def test_a_callback_hands_the_message_in_and_waits(perform):
    aws = asl.AwsTasks({"sqs": ["q"]})
    outcome = perform(aws, "sqs:sendMessage.waitForTaskToken", {"QueueUrl": aws.queue("q").url, "MessageBody": {"t": 1}})
    assert isinstance(outcome, Unanswered)
    assert "MessageId" in outcome.submitted
    assert aws.queue("q").messages == [{"t": 1}]


def test_a_token_may_be_answered_by_another_runtime(perform):
    aws = asl.AwsTasks({"sqs": ["q"]}, tokens=lambda call: asl.Succeeded({"by": "amy"}))
    outcome = perform(aws, "sqs:sendMessage.waitForTaskToken", {"QueueUrl": aws.queue("q").url, "MessageBody": "m"})
    assert outcome.output == {"by": "amy"}
    assert "MessageId" in outcome.submitted


def test_a_build_is_waited_for_and_told_with_instants_in_milliseconds(perform):
    aws = asl.AwsTasks()
    source, environment = {"Type": "S3", "Location": "bucket/path.zip"}, {"Type": "LINUX_CONTAINER", "Image": "x", "ComputeType": "BUILD_GENERAL1_SMALL"}
    artifacts = {"Type": "NO_ARTIFACTS"}
    role = "arn:aws:iam::123456789012:role/service-role/build"
    aws.call("codebuild:createProject", {"Name": "project", "Source": source, "Artifacts": artifacts, "Environment": environment, "ServiceRole": role})
    outcome = perform(aws, "codebuild:startBuild.sync", {"ProjectName": "project"})
    assert (outcome.output["Build"]["BuildStatus"], outcome.output["Build"]["StartTime"]) == ("SUCCEEDED", 1767225600000)
    assert outcome.submitted["Build"]["ProjectName"] == "project"


def test_a_query_is_waited_for(perform):
    aws = asl.AwsTasks()
    aws.call("athena:createWorkGroup", {"Name": "w"})
    outcome = perform(aws, "athena:startQueryExecution.sync", {"QueryString": "SELECT 1", "WorkGroup": "w"})
    assert outcome.output["QueryExecution"]["Status"]["State"] == "SUCCEEDED"


# ---------------------------------------------------------------- declined


@pytest.mark.parametrize(
    ("api", "hint"),
    [
        ("lambda:invoke", r"what a function answers is for a mock to say: mocks.state\(\"S\"\)"),
        ("states:startExecution", "asl.Machines"),
        ("aws-sdk:sfn:startExecution", "asl.Machines"),
        ("aws-sdk:sfn:sendTaskSuccess", "the tokens of this run are answered by mocks"),
        ("http:invoke", "no model describes arn:aws:states:::http:invoke"),
        ("aws-sdk:chimesdkvoice:listPhoneNumbers", "moto has no chime-sdk-voice; a mock can answer it"),
    ],
)
def test_what_is_not_played_is_declined_with_a_way_out(perform, api, hint):
    with pytest.raises(asl.UnmockedTask, match=hint):
        perform(asl.AwsTasks(), api)


def test_what_is_declined_goes_to_the_next_runtime(call):
    tasks = asl.FirstOf(asl.AwsTasks(ORDERS), lambda call: {"Payload": 1, "StatusCode": 200})
    assert tasks.perform(call(resource="arn:aws:states:::lambda:invoke", arguments={"FunctionName": "f"})).output["Payload"] == 1


def test_the_network_is_never_asked(perform):
    aws = asl.AwsTasks({"sns": ["alerts"]})
    arn = "arn:aws:sns:us-east-1:123456789012:alerts"
    with pytest.raises(asl.UnmockedTask, match="it would send an HTTP request"):
        aws.call("sns:subscribe", {"TopicArn": arn, "Protocol": "http", "Endpoint": "http://example.com/x"})
        perform(aws, "sns:publish", {"TopicArn": arn, "Message": "m"})


def test_an_api_moto_lacks_is_declined(perform):
    with pytest.raises(asl.UnmockedTask, match="a mock can answer it"):
        perform(asl.AwsTasks(), "aws-sdk:dynamodb:describeGlobalTable", {"GlobalTableName": "t"})


# ---------------------------------------------------------------- a whole run

MACHINE = {
    "StartAt": "Get",
    "States": {
        "Get": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.id"}}},
            "ResultSelector": {"total.$": "States.StringToJson($.Item.total.N)"},
            "ResultPath": "$.found",
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:alerts", "Message.$": "$.found"},
            "OutputPath": "$.MessageId",
            "Catch": [{"ErrorEquals": ["SNS.NotFoundException"], "Next": "Nobody"}],
            "End": True,
        },
        "Nobody": {"Type": "Pass", "Result": "nobody listens", "End": True},
    },
}


def test_a_machine_reads_and_tells():
    aws = asl.AwsTasks({**ORDERS, "sns": ["alerts"]})
    execution = asl.run(asl.load(MACHINE), {"id": "o-1"}, tasks=aws)
    assert execution.status == "SUCCEEDED"
    assert aws.topic("alerts").published == [{"total": 7}]


def test_a_catcher_sees_awss_error_name():
    assert asl.run(asl.load(MACHINE), {"id": "o-1"}, tasks=asl.AwsTasks(ORDERS)).output == "nobody listens"


def test_one_seed_gives_one_history_and_another_seed_other_ids():
    def played(seed):
        start = asl.VirtualClock(datetime(2027, 5, 1, tzinfo=UTC))
        return asl.run(asl.load(MACHINE), {"id": "o-1"}, tasks=asl.AwsTasks({**ORDERS, "sns": ["alerts"]}, seed=seed), clock=start)

    assert played(1).history.to_json() == played(1).history.to_json()
    assert played(1).output != played(2).output
