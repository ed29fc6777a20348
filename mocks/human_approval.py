"""The people of `definitions/examples/human-approval`: they read the message, think, and send its token back; or they do not.

In a scenario file:

    tasks: {use: "mocks.human_approval:office", with: {Olga: {}, Piet: {says: approved, hours: 3}}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asl_engine as asl


@dataclass(frozen=True)
class Person:
    """What somebody decides, and after how many hours. Who says nothing never answers."""

    says: str | None = None
    hours: float = 0


@dataclass
class Office:
    """Whoever a letter is addressed to answers it. `letters` keeps what was sent."""

    people: dict[str, Person]
    letters: list[dict[str, Any]] = field(default_factory=list)

    def send_message(self, call: asl.TaskCall) -> asl.Outcome:
        letter = call.arguments["MessageBody"]
        assert letter["token"] == call.token, "without the task token nobody can answer this letter"
        self.letters.append(letter)
        person = self.people[letter["to"]]
        if person.says is None:
            return asl.Unanswered()
        return asl.Succeeded({"decision": person.says, "by": letter["to"]}, after=timedelta(hours=person.hours))


def office(**people: dict[str, Any]) -> asl.Mocks:
    found = asl.Mocks()
    found.resource("arn:aws:states:::sqs:sendMessage.waitForTaskToken").served_by(Office({name: Person(**person) for name, person in people.items()}))
    found.state("PayOut").returns({"Payload": {"transfer": "t-1"}})
    found.state("TellClaimant").returns({"MessageId": "m-9"})
    return found


def mocks() -> asl.Mocks:
    """The manager is on holiday; the deputy reads the mail three hours later."""
    return office(Olga={}, Piet={"says": "approved", "hours": 3})
