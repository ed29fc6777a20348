"""What is in the services of an `AwsTasks`, read back for assertions: plain values, in an order that does not vary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from asl_engine.errors import MockError
from asl_engine.values import Json, canonical_text


class Asked(Protocol):
    """What the views need of `AwsTasks`."""

    sent: list[Any]

    def ask(self, service: str, operation: str, sent: Mapping[str, Any]) -> dict[str, Any]: ...


def plain(attribute: Mapping[str, Any]) -> Any:
    """The value of a DynamoDB attribute: {"N": "7"} is 7, {"S": "x"} is "x"; sets are sorted lists, bytes are text."""
    kind, value = next(iter(attribute.items()))
    match kind:
        case "N":
            return _number(value)
        case "M":
            return {name: plain(member) for name, member in value.items()}
        case "L":
            return [plain(element) for element in value]
        case "NS":
            return [_number(element) for element in sorted(value, key=float)]
        case "SS":
            return sorted(value)
        case "NULL":
            return None
        case "B":
            return bytes(value).decode(errors="replace")
        case "BS":
            return [bytes(element).decode(errors="replace") for element in sorted(value)]
        case _:
            return value


def tagged(value: Json) -> dict[str, Any]:
    """The DynamoDB attribute of a plain value."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [tagged(element) for element in value]}
        case _:
            return {"M": {name: tagged(member) for name, member in value.items()}}


def plain_text(text: Any) -> Json:
    """What a text says, if it is the JSON of an object or an array; the text itself otherwise."""
    said = bytes(text).decode(errors="replace") if isinstance(text, (bytes, bytearray)) else str(text)
    if said[:1] in ("{", "["):
        try:
            return json.loads(said)  # type: ignore[no-any-return]
        except ValueError:
            return said
    return said


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


class Table:
    """One DynamoDB table."""

    def __init__(self, aws: Asked, name: str) -> None:
        self._aws = aws
        self.name = name

    @property
    def key(self) -> tuple[str, ...]:
        """Its key attributes."""
        described = self._aws.ask("dynamodb", "DescribeTable", {"TableName": self.name})["Table"]
        return tuple(part["AttributeName"] for part in described["KeySchema"])

    def item(self, key: Mapping[str, Json] | None = None, /, **attributes: Json) -> dict[str, Json] | None:
        """The item with this key, as plain values; None if there is none. Attributes that are no key are ignored."""
        wanted = {**(key or {}), **attributes}
        if missing := [name for name in self.key if name not in wanted]:
            raise MockError(f'the key of table "{self.name}" is {", ".join(self.key)}; {", ".join(missing)} is missing')
        asked = {"TableName": self.name, "Key": {name: tagged(wanted[name]) for name in self.key}, "ConsistentRead": True}
        found = self._aws.ask("dynamodb", "GetItem", asked).get("Item")
        return None if found is None else {name: plain(value) for name, value in found.items()}

    @property
    def items(self) -> list[dict[str, Json]]:
        """All items, by key."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"TableName": self.name}
        while True:
            answer = self._aws.ask("dynamodb", "Scan", page)
            found += [{name: plain(value) for name, value in item.items()} for item in answer.get("Items", ())]
            if "LastEvaluatedKey" not in answer:
                break
            page = {"TableName": self.name, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
        key = self.key
        return sorted(found, key=lambda item: [canonical_text(item.get(name)) for name in key])


class Bucket:
    """One S3 bucket."""

    def __init__(self, aws: Asked, name: str) -> None:
        self._aws = aws
        self.name = name

    @property
    def keys(self) -> list[str]:
        """The objects' keys, sorted."""
        return sorted(found["Key"] for found in self._aws.ask("s3", "ListObjectsV2", {"Bucket": self.name}).get("Contents", ()))

    @property
    def objects(self) -> dict[str, Json]:
        """Every object by key, its JSON if it is an object or array, else its text."""
        return {key: self.object(key) for key in self.keys}

    def object(self, key: str) -> Json:
        return plain_text(self._aws.ask("s3", "GetObject", {"Bucket": self.name, "Key": key})["Body"])

    def text(self, key: str) -> str:
        """An object's content, as it was put."""
        body = self._aws.ask("s3", "GetObject", {"Bucket": self.name, "Key": key})["Body"]
        return bytes(body).decode(errors="replace")


class Queue:
    """One SQS queue."""

    def __init__(self, aws: Asked, name: str) -> None:
        self._aws = aws
        self.name = name

    @property
    def url(self) -> str:
        return str(self._aws.ask("sqs", "GetQueueUrl", {"QueueName": self.name})["QueueUrl"])

    @property
    def messages(self) -> list[Json]:
        """The bodies of messages that were sent to it by calls, in order, as what they say; deleting takes none away here."""
        url, found = self.url, []
        for sent in self._aws.sent:
            if sent.service == "sqs" and sent.arguments.get("QueueUrl") == url:
                if sent.operation == "SendMessage":
                    found.append(plain_text(sent.arguments["MessageBody"]))
                elif sent.operation == "SendMessageBatch":
                    taken = {entry["Id"] for entry in sent.answer.get("Successful", ())}
                    found += [plain_text(entry["MessageBody"]) for entry in sent.arguments["Entries"] if entry["Id"] in taken]
        return found

    @property
    def waiting(self) -> int:
        """How many messages can be received now; those that topics and rules delivered count too."""
        told = self._aws.ask("sqs", "GetQueueAttributes", {"QueueUrl": self.url, "AttributeNames": ["ApproximateNumberOfMessages"]})
        return int(told["Attributes"]["ApproximateNumberOfMessages"])


class Topic:
    """One SNS topic, by name or ARN."""

    def __init__(self, aws: Asked, name: str) -> None:
        self._aws = aws
        self.name = name.rpartition(":")[2]

    @property
    def published(self) -> list[Json]:
        """The messages that were published, in order, as what they say."""
        found: list[Json] = []
        for sent in self._aws.sent:
            arn = str(sent.arguments.get("TopicArn") or sent.arguments.get("TargetArn") or "")
            if sent.service == "sns" and arn.rpartition(":")[2] == self.name:
                entries = sent.arguments.get("PublishBatchRequestEntries", [sent.arguments])
                found += [plain_text(entry["Message"]) for entry in entries if "Message" in entry]
        return found


class Bus:
    """One EventBridge bus, by name or ARN."""

    def __init__(self, aws: Asked, name: str) -> None:
        self._aws = aws
        self.name = name.rpartition("/")[2]

    @property
    def events(self) -> list[dict[str, Json]]:
        """The events it took, in order, as they were put; Detail as what it says."""
        found = []
        for sent in self._aws.sent:
            if sent.service == "events" and sent.operation == "PutEvents":
                for entry, told in zip(sent.arguments["Entries"], sent.answer["Entries"], strict=True):
                    if "EventId" in told and str(entry.get("EventBusName", "default")).rpartition("/")[2] == self.name:
                        found.append({**{name: _plain_member(value) for name, value in entry.items()}, "Detail": plain_text(entry.get("Detail", "{}"))})
        return found


def _plain_member(value: Any) -> Json:
    return value if isinstance(value, (str, int, float, bool, list, dict)) else str(value)
