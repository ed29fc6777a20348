"""Worlds of services: apart from each other, from the clock on the wall, and from the network."""

import os
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

import asl_engine as asl

pytest.importorskip("moto")

from asl_engine.tasks.aws_world import World


def test_two_worlds_do_not_see_each_other():
    first, second = asl.AwsTasks({"s3": {"bucket": {"k": "1"}}}), asl.AwsTasks({"s3": {"bucket": {"k": "2"}}})
    first.call("s3:putObject", {"Bucket": "bucket", "Key": "new", "Body": {"a": 1}})
    assert first.bucket("bucket").objects == {"k": "1", "new": {"a": 1}}
    assert second.bucket("bucket").objects == {"k": "2"}


def test_somebody_elses_moto_is_left_alone():
    from moto import mock_aws

    with mock_aws():
        import boto3

        theirs = boto3.client("sqs", region_name="us-east-1")
        theirs.create_queue(QueueName="theirs")
        ours = asl.AwsTasks({"sqs": ["ours"]})
        assert [url.rpartition("/")[2] for url in theirs.list_queues()["QueueUrls"]] == ["theirs"]
        assert ours.call("sqs:listQueues")["QueueUrls"][0].endswith("/ours")


def test_real_clients_beside_it_are_not_mocked():
    from botocore.session import Session

    asl.AwsTasks({"sqs": ["q"]})
    client = Session().create_client("sqs", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b", endpoint_url="http://127.0.0.1:1")
    with pytest.raises(Exception, match="Could not connect to the endpoint"):
        client.list_queues()


def test_messages_become_visible_by_the_clock_of_the_run():
    aws = asl.AwsTasks({"sqs": {"q": ["m"]}})
    url = aws.queue("q").url
    received = aws.call("sqs:receiveMessage", {"QueueUrl": url, "VisibilityTimeout": 60})
    assert received["Messages"][0]["Body"] == "m"
    assert aws.queue("q").waiting == 0
    aws._now += timedelta(seconds=61)
    assert aws.queue("q").waiting == 1


def test_the_time_of_day_is_the_worlds():
    world = World(seed=0, region="us-east-1", account="123456789012")
    client = world.client("secretsmanager")
    with world.entered(datetime(2031, 2, 3, tzinfo=UTC)):
        client.create_secret(Name="s", SecretString="x")
        assert client.get_secret_value(SecretId="s")["CreatedDate"] == datetime(2031, 2, 3, tzinfo=UTC)


def test_accounts_and_regions_are_those_asked_for():
    aws = asl.AwsTasks({"sns": ["alerts"]}, account="210987654321", region="eu-central-1")
    assert aws.call("sns:listTopics")["Topics"] == [{"TopicArn": "arn:aws:sns:eu-central-1:210987654321:alerts"}]


def test_nobodys_configuration_is_read():
    with patch.dict(os.environ, {"AWS_PROFILE": "none-such", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_CONFIG_FILE": "/none/such"}):
        assert asl.AwsTasks({"ssm": {"/a": "1"}}).parameter("/a") == "1"


def test_without_moto_the_extra_is_named():
    with patch.dict("sys.modules", {"moto": None}), pytest.raises(asl.MissingExtra, match=r"pip install 'asl-engine\[aws\]'"):
        asl.AwsTasks()
