"""The function of `definitions/examples/lambda-error-handling`: an ordinary Lambda handler that raises ordinary exceptions.

It could be the one that is deployed; whoever mocks the task with it tests both.
"""

from __future__ import annotations

from typing import Any

import asl_engine as asl

ROUNDS = {"3 Quay Street": "harbour", "12 Mill Lane": "old town", "9 Station Road": "east"}
ON_THE_PHONE = "east"


class AddressUnknown(Exception):
    """No courier goes there; nor will one if asked again."""


class CourierBusy(Exception):
    """Somebody does, but not right now."""


def book(event: dict[str, Any], context: Any) -> dict[str, str]:
    found = ROUNDS.get(event["address"])
    if found is None:
        raise AddressUnknown(f"no round passes {event['address']}")
    if found == ON_THE_PHONE:
        raise CourierBusy(f"the courier of the round {found} is on the phone")
    return {"booking": f"{found}-{event['parcel']}"}


def long_winded(event: dict[str, Any], context: Any) -> dict[str, str]:
    """A later version that returns the whole map with each booking: more than a state may hand on (256 KiB)."""
    return {**book(event, context), "map": "~" * 300_000}


def mocks() -> asl.Mocks:
    """Lambda throttles twice before it runs the function."""
    found = asl.Mocks()
    found.resource("arn:aws:states:::lambda:invoke").throws("Lambda.TooManyRequestsException", "Rate Exceeded.", times=2).always(asl.lambda_handler(book))
    return found
