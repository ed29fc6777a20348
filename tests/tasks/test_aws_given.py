"""What exists before a run, and reading it back."""

import pytest

import asl_engine as asl

pytest.importorskip("moto")


def test_tables_have_keys_and_items_of_plain_values():
    item = {"id": "o-1", "day": 3, "price": 1.5, "tags": ["a", {"b": None}], "open": True, "gone": None}
    aws = asl.AwsTasks({"dynamodb": {"orders": {"key": {"id": "S", "day": "N"}, "items": [item, {"id": "o-0", "day": 1}]}}})
    assert aws.table("orders").key == ("id", "day")
    assert aws.table("orders").item(id="o-1", day=3) == item
    assert [found["id"] for found in aws.table("orders").items] == ["o-0", "o-1"]
    assert aws.table("orders").item({"id": "o-2", "day": 1}) is None


def test_a_key_that_is_not_whole_is_told():
    aws = asl.AwsTasks({"dynamodb": {"orders": {"key": ["id", "day"]}}})
    with pytest.raises(asl.MockError, match='the key of table "orders" is id, day; day is missing'):
        aws.table("orders").item(id="o-1")


def test_buckets_hold_texts_and_json():
    aws = asl.AwsTasks({"s3": {"bucket": {"a.json": {"x": 1}, "b.txt": "text", "c": [1]}, "empty": None}})
    assert aws.bucket("bucket").objects == {"a.json": {"x": 1}, "b.txt": "text", "c": [1]}
    assert aws.bucket("empty").keys == []


def test_objects_have_the_members_aws_was_recorded_with():
    aws = asl.AwsTasks({"s3": {"bucket": {"k": "v"}}})
    recorded = {"AcceptRanges", "ContentLength", "ContentType", "ETag", "LastModified", "Metadata", "ServerSideEncryption", "Body"}
    assert set(aws.call("s3:getObject", {"Bucket": "bucket", "Key": "k"})) == recorded


def test_queues_hold_messages_and_topics_deliver_to_them():
    aws = asl.AwsTasks({"sqs": {"q": [{"a": 1}, "b"], "jobs.fifo": ["c"]}, "sns": {"alerts": ["q"]}})
    assert aws.queue("q").waiting == 2
    assert aws.queue("jobs.fifo").waiting == 1
    aws.call("sns:publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:alerts", "Message": "m"})
    assert aws.queue("q").waiting == 3


def test_what_was_given_does_not_count_as_sent():
    aws = asl.AwsTasks({"sqs": {"q": ["given"]}})
    assert aws.queue("q").messages == []
    assert aws.sent == []


def test_secrets_parameters_and_buses():
    aws = asl.AwsTasks({"secretsmanager": {"db": {"user": "a"}, "raw": "text"}, "ssm": {"/n": 5, "/list": ["a", "b"]}, "eventbridge": ["orders"]})
    assert (aws.secret("db"), aws.secret("raw")) == ({"user": "a"}, "text")
    assert (aws.parameter("/n"), aws.parameter("/list")) == ("5", "a,b")
    aws.call("eventbridge:putEvents", {"Entries": [{"Detail": "{}", "DetailType": "t", "Source": "s", "EventBusName": "orders"}]})
    assert len(aws.bus("orders").events) == 1
    assert aws.bus().events == []


def test_a_call_outside_a_run_fails_as_a_task_would():
    with pytest.raises(asl.TaskFailure) as failed:
        asl.AwsTasks().call("s3:getObject", {"Bucket": "none-such", "Key": "k"})
    assert failed.value.error == "S3.NoSuchBucketException"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"dynamo": {}}, "given, at /dynamo: nothing can be given to 'dynamo'; did you mean \"dynamodb\"\\?"),
        ({"rds": {}}, "nothing can be given to 'rds'; known are dynamodb, "),
        ({"dynamodb": {"t": {}}}, "at /dynamodb/t: a table has a key: {key: id}"),
        ({"dynamodb": {"t": {"key": 5}}}, "at /dynamodb/t/key: a key has one or two attributes, of type S, N or B, not 5"),
        ({"dynamodb": {"t": {"key": {"id": "X"}}}}, "at /dynamodb/t/key: "),
        ({"dynamodb": {"t": {"key": "id", "itmes": []}}}, "at /dynamodb/t/itmes: a table has a key and items"),
        ({"dynamodb": {"t": {"key": "id", "items": [{"x": 1}]}}}, "at /dynamodb/t/items/0: PutItem is refused: One or more parameter values were invalid"),
        ({"dynamodb": {"t": {"key": "id", "items": [5]}}}, "at /dynamodb/t/items/0: an item is a mapping of attributes, not 5"),
        ({"s3": {"B": {}}}, "at /s3/B: CreateBucket is refused: The specified bucket is not valid"),
        ({"sqs": 5}, "at /sqs: names, or a mapping of names, are expected, not 5"),
    ],
)
def test_what_cannot_be_given_is_told_with_its_place(given, complaint):
    with pytest.raises(asl.MockError, match=complaint):
        asl.AwsTasks(given)
