from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.runtime import StatePath, TaskCall

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:pay"


@pytest.fixture
def call() -> Callable[..., TaskCall]:
    """A call of state "Pay", unless told otherwise."""

    def make(*path: str, arguments: Any = None, resource: str = LAMBDA, attempt: int = 0, **more: Any) -> TaskCall:
        where = StatePath(path or ("Pay",))
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return TaskCall(
            parse_resource(resource), {} if arguments is None else arguments, where[-1], where[:-1], attempt, at, None, more.pop("context", {}), **more
        )

    return make
