"""What exists before a run, written the short way, and made by the services' own APIs.

    dynamodb:
      orders: {key: id, items: [{id: o-1, total: 7}]}       # key: [customer, day], or {day: N}, where not all are texts
    s3:
      uploads: {in/a.json: {x: 1}, readme.txt: hello}       # objects by key; what is no text is written as JSON
    sqs: [receipts, jobs.fifo]                              # or {receipts: [messages]}
    sns: [alerts]                                           # or {alerts: [queues that subscribe]}
    eventbridge: [orders]                                   # buses beside "default"
    secretsmanager: {db: {user: a, password: b}}
    ssm: {/app/limit: "5"}

Anything else is made with `AwsTasks.call`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Protocol

from asl_engine.errors import MockError
from asl_engine.spell import nearest
from asl_engine.tasks.aws_views import tagged
from asl_engine.values import json_text

_KEY_TYPES = ("S", "N", "B")


class Asked(Protocol):
    """What is needed of `AwsTasks`."""

    account: str
    region: str

    def ask(self, service: str, operation: str, sent: Mapping[str, Any]) -> dict[str, Any]: ...


def establish(aws: Any, given: Mapping[str, Any]) -> None:
    """Makes what `given` says. Raises `MockError` that names the place."""
    for service in given:
        if service not in _MAKERS:
            near = nearest(service, _MAKERS)
            _refuse((service,), f"nothing can be given to {service!r}" + (f'; did you mean "{near}"?' if near else f"; known are {', '.join(_MAKERS)}"))
    for service, make in _MAKERS.items():
        if given.get(service) is not None:
            make(aws, given[service])


def _refuse(place: tuple[str, ...], message: str) -> NoReturn:
    raise MockError(f"given, at {'/'.join(('', *place))}: {message}")


def _mapping(value: Any, *place: str) -> Mapping[str, Any]:
    """Names with what they hold; a list of names holds nothing."""
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return dict.fromkeys(value)
    if isinstance(value, Mapping):
        return value
    _refuse(place, f"names, or a mapping of names, are expected, not {json_text(value)[:60]}")


def _asked(aws: Asked, place: tuple[str, ...], service: str, operation: str, **sent: Any) -> dict[str, Any]:
    try:
        return aws.ask(service, operation, sent)
    except MockError:
        raise
    except Exception as error:
        _refuse(place, f"{operation} is refused: {error}")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _tables(aws: Asked, tables: Any) -> None:
    for name, table in _mapping(tables, "dynamodb").items():
        place = ("dynamodb", name)
        if not isinstance(table, Mapping) or "key" not in table:
            _refuse(place, "a table has a key: {key: id}, {key: [customer, day]} or {key: {day: N}}")
        if other := [key for key in table if key not in ("key", "items")]:
            _refuse((*place, other[0]), "a table has a key and items")
        key = table["key"]
        types = dict(key) if isinstance(key, Mapping) else dict.fromkeys(key, "S") if isinstance(key, list) else {key: "S"}
        if not 1 <= len(types) <= 2 or any(not isinstance(part, str) or kind not in _KEY_TYPES for part, kind in types.items()):
            _refuse((*place, "key"), f"a key has one or two attributes, of type S, N or B, not {json_text(key)[:60]}")
        _asked(
            aws,
            place,
            "dynamodb",
            "CreateTable",
            TableName=name,
            KeySchema=[{"AttributeName": part, "KeyType": kind} for part, kind in zip(types, ("HASH", "RANGE"), strict=False)],
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": kind} for part, kind in types.items()],
            BillingMode="PAY_PER_REQUEST",
        )
        for index, item in enumerate(table.get("items") or ()):
            if not isinstance(item, Mapping):
                _refuse((*place, "items", str(index)), f"an item is a mapping of attributes, not {json_text(item)[:60]}")
            attributes = {attribute: tagged(value) for attribute, value in item.items()}
            _asked(aws, (*place, "items", str(index)), "dynamodb", "PutItem", TableName=name, Item=attributes)


_ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
"""What every bucket has since 2023, and moto's have not."""


def _buckets(aws: Asked, buckets: Any) -> None:
    elsewhere = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    for name, objects in _mapping(buckets, "s3").items():
        _asked(aws, ("s3", name), "s3", "CreateBucket", Bucket=name, **elsewhere)
        _asked(aws, ("s3", name), "s3", "PutBucketEncryption", Bucket=name, ServerSideEncryptionConfiguration=_ENCRYPTED)
        for key, content in _mapping(objects or {}, "s3", name).items():
            _asked(aws, ("s3", name, key), "s3", "PutObject", Bucket=name, Key=key, Body=_text(content).encode())


def _queues(aws: Asked, queues: Any) -> None:
    for name, messages in _mapping(queues, "sqs").items():
        attributes = {"Attributes": {"FifoQueue": "true", "ContentBasedDeduplication": "true"}} if name.endswith(".fifo") else {}
        url = _asked(aws, ("sqs", name), "sqs", "CreateQueue", QueueName=name, **attributes)["QueueUrl"]
        for message in messages or ():
            group = {"MessageGroupId": "given"} if name.endswith(".fifo") else {}
            _asked(aws, ("sqs", name), "sqs", "SendMessage", QueueUrl=url, MessageBody=_text(message), **group)


def _topics(aws: Asked, topics: Any) -> None:
    for name, queues in _mapping(topics, "sns").items():
        attributes = {"Attributes": {"FifoTopic": "true", "ContentBasedDeduplication": "true"}} if name.endswith(".fifo") else {}
        arn = _asked(aws, ("sns", name), "sns", "CreateTopic", Name=name, **attributes)["TopicArn"]
        for queue in queues or ():
            endpoint = f"arn:aws:sqs:{aws.region}:{aws.account}:{queue}"
            _asked(aws, ("sns", name, str(queue)), "sns", "Subscribe", TopicArn=arn, Protocol="sqs", Endpoint=endpoint)


def _buses(aws: Asked, buses: Any) -> None:
    for name in _mapping(buses, "eventbridge"):
        if name != "default":
            _asked(aws, ("eventbridge", name), "events", "CreateEventBus", Name=name)


def _secrets(aws: Asked, secrets: Any) -> None:
    for name, value in _mapping(secrets, "secretsmanager").items():
        _asked(aws, ("secretsmanager", name), "secretsmanager", "CreateSecret", Name=name, SecretString=_text(value))


def _parameters(aws: Asked, parameters: Any) -> None:
    for name, value in _mapping(parameters, "ssm").items():
        kind = "StringList" if isinstance(value, list) else "String"
        text = ",".join(map(_text, value)) if isinstance(value, list) else _text(value)
        _asked(aws, ("ssm", name), "ssm", "PutParameter", Name=name, Value=text, Type=kind)


_MAKERS: dict[str, Callable[[Any, Any], None]] = {
    "dynamodb": _tables,
    "s3": _buckets,
    "sqs": _queues,
    "sns": _topics,
    "eventbridge": _buses,
    "secretsmanager": _secrets,
    "ssm": _parameters,
}
"""In this order: topics subscribe queues."""
SERVICES = tuple(_MAKERS)
