"""The world around `definitions/examples/queue-to-table`: a queue, a table, and a topic nobody fails to hear.

    tasks: {use: "mocks.queue_to_table:world", with: {messages: [bread, milk], visibility: 10}}

The queue does what makes SQS worth a fake: a message that was handed out is hidden for a while, comes again unless it
was removed, and says how often it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asl_engine as asl
from mocks.dynamodb import DynamoDB, Table


@dataclass
class Message:
    """One message of a queue, and when it may be handed out."""

    id: str
    body: str
    visible_at: datetime
    deliveries: int = 0


class Queue:
    """Answers `aws-sdk:sqs:receiveMessage`, `deleteMessage` and `sqs:sendMessage`: `mocks.resource("*sqs:*").served_by(Queue(...))`.

    `visibility` is how many seconds a message that was handed out stays hidden, `stubborn` how many removals fail.
    What is sent goes to other queues.
    """

    def __init__(self, bodies: Sequence[str], *, visibility: float, delivered: int, stubborn: int) -> None:
        begun = datetime.min
        self.messages = [Message(f"m-{number}", body, begun, delivered) for number, body in enumerate(bodies, 1)]
        self.visibility = timedelta(seconds=visibility)
        self.stubborn = stubborn
        self.sent: list[str] = []

    def receive_message(self, call: asl.TaskCall) -> asl.Succeeded:
        """At once if something is visible; else as soon as something is, or empty when the long poll is over."""
        waited = timedelta(seconds=call.arguments.get("WaitTimeSeconds", 0))
        hidden_until = min((message.visible_at for message in self._dated(call)), default=call.at + waited)
        moment = min(max(hidden_until, call.at), call.at + waited)
        found = [message for message in self.messages if message.visible_at <= moment][: call.arguments.get("MaxNumberOfMessages", 1)]
        for message in found:
            message.visible_at = moment + self.visibility
            message.deliveries += 1
        asked = call.arguments.get("MessageSystemAttributeNames", [])
        return asl.Succeeded({"Messages": [_handed_out(message, asked) for message in found]} if found else {}, after=moment - call.at)

    def delete_message(self, call: asl.TaskCall) -> dict[str, Any]:
        id, _, delivery = call.arguments["ReceiptHandle"].partition("#")
        if not delivery or self.stubborn:
            self.stubborn = max(0, self.stubborn - 1)
            raise asl.TaskFailure("Sqs.ReceiptHandleIsInvalidException", f'The input receipt handle "{id}" is not a valid receipt handle.')
        self.messages = [message for message in self.messages if message.id != id]
        return {}

    def send_message(self, call: asl.TaskCall) -> dict[str, Any]:
        self.sent.append(call.arguments["MessageBody"])
        return {"MessageId": f"sent-{len(self.sent)}", "MD5OfMessageBody": "0" * 32}

    def _dated(self, call: asl.TaskCall) -> list[Message]:
        """Before the first call nobody knows the time."""
        for message in self.messages:
            message.visible_at = message.visible_at.replace(tzinfo=call.at.tzinfo)
        return self.messages


def _handed_out(message: Message, asked: Sequence[str]) -> dict[str, Any]:
    handed: dict[str, Any] = {"MessageId": message.id, "ReceiptHandle": f"{message.id}#{message.deliveries}", "Body": message.body}
    return handed | ({"Attributes": {"ApproximateReceiveCount": str(message.deliveries)}} if "ApproximateReceiveCount" in asked else {})


def world(messages: Sequence[str] = (), visibility: float = 30, delivered: int = 0, kept: Sequence[str] = (), stubborn: int = 0) -> asl.Mocks:
    """`delivered` is how often the messages came before; `kept` are ids that are in the table already; see `Queue` for the others."""
    orders = Table("id")
    for id in kept:
        orders.items[id,] = {"id": {"S": id}}
    found = asl.Mocks()
    found.resource("arn:aws:states:::*sqs:*").served_by(Queue(messages, visibility=visibility, delivered=delivered, stubborn=stubborn))
    found.resource("arn:aws:states:::dynamodb:*").served_by(DynamoDB(orders=orders))
    found.resource("arn:aws:states:::sns:publish").always({"MessageId": "announced"})
    return found


def mocks() -> asl.Mocks:
    """Twelve orders, of which two come in the second batch."""
    return world([f"order {number}" for number in range(1, 13)])
