"""What integrations make of a Task's arguments, as recorded on AWS."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.expressions import Scope
from asl_engine.failures import Failure
from asl_engine.program.integrations import prepared
from asl_engine.tasks.resource import parse_resource

ECS = "arn:aws:states:::ecs:runTask"
API_GATEWAY = "arn:aws:states:::apigateway:invoke"


def sent(resource: str, arguments: Any) -> Any:
    evaluate = prepared(None, parse_resource(resource))
    return arguments if evaluate is None else evaluate(arguments, Scope())


def test_ecs_is_told_who_started_a_job_that_is_waited_for() -> None:
    assert sent(f"{ECS}.sync", {"Cluster": "c"}) == {"Cluster": "c", "StartedBy": "AWS Step Functions"}


def test_ecs_is_told_nothing_when_nobody_waits() -> None:
    assert sent(ECS, {"Cluster": "c"}) == {"Cluster": "c"}


def test_a_task_of_any_other_integration_costs_nothing() -> None:
    assert prepared(None, parse_resource("arn:aws:states:::lambda:invoke")) is None


def test_an_api_gateway_call_takes_headers_as_lists() -> None:
    arguments = {"ApiEndpoint": "e", "Headers": {"Accept": ["text/plain"]}}
    assert sent(API_GATEWAY, arguments) == arguments


@pytest.mark.parametrize("headers", [{"Accept": "text/plain"}, "Accept: text/plain", [1]])
def test_an_api_gateway_call_cannot_be_started_with_headers_that_are_no_lists(headers: Any) -> None:
    with pytest.raises(Failure) as failed:
        sent(API_GATEWAY, {"Headers": headers})
    assert failed.value.error == "States.Runtime"
    assert str(failed.value.cause).endswith("could not be used to start the Task: [The value of the field 'Headers' has an invalid format]")
