"""The world around both definitions of `definitions/examples/resize-picture-*`: a bucket, the function that resizes, a table of users.

    tasks: {use: "mocks.resize_picture:world", with: {uploads: [uploaded/ann.png], broken: [uploaded/bob.png]}}

The function is an ordinary Lambda handler: its exceptions become the errors of the state machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asl_engine as asl
from mocks.dynamodb import DynamoDB, Table


class UnidentifiedImage(Exception):
    """What an image library raises for a file that is no image. Its name becomes the task's error."""


class Bucket:
    """Keys of one bucket. Answers `aws-sdk:s3:deleteObject`, and is what the function reads and writes."""

    def __init__(self, keys: Sequence[str], broken: Sequence[str]) -> None:
        self.keys = {*keys, *broken}
        self.broken = set(broken)

    def delete_object(self, call: asl.TaskCall) -> dict[str, Any]:
        """S3 does not complain about a key that is not there, but whoever wrote this definition should know."""
        if call.arguments["Key"] not in self.keys:
            raise asl.MockError(f"{call.arguments['Key']} is removed, but was never there")
        self.keys.remove(call.arguments["Key"])
        return {}

    def resize(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """The Lambda handler: reads one picture, writes another."""
        if event["key"] not in self.keys:
            raise FileNotFoundError(event["key"])
        if event["key"] in self.broken:
            raise UnidentifiedImage(f"cannot identify image file {event['key']}")
        key = f"{event['user']}/{event['size']}.png"
        self.keys.add(key)
        return {"bucket": event["bucket"], "key": key}


def world(uploads: Sequence[str] = (), broken: Sequence[str] = ()) -> asl.Mocks:
    """`uploads` and `broken` are keys of the bucket; the latter are no pictures, whatever their names say."""
    bucket = Bucket(uploads, broken)
    found = asl.Mocks()
    found.resource("arn:aws:states:::lambda:invoke").always(asl.lambda_handler(bucket.resize))
    found.resource("arn:aws:states:::aws-sdk:s3:*").served_by(bucket)
    found.resource("arn:aws:states:::dynamodb:*").served_by(DynamoDB(users=Table("user_id")))
    return found


def mocks() -> asl.Mocks:
    """Ann's picture is one; Bob's is a text file with a hopeful name."""
    return world(["uploaded/ann.png"], ["uploaded/bob.png"])
