"""What a service integration makes of a Task's arguments before the task is scheduled: a member added, a format refused.

Most integrations do nothing, so that a task costs nothing for those that do. Shapes only: no service is called, and
what a service itself would refuse is the task runtime's to say. As recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl_engine.expressions import Evaluate, Scope
from asl_engine.failures import runtime_failure
from asl_engine.tasks.resource import Resource
from asl_engine.values import Json, json_text

Prepare: TypeAlias = Callable[[Json], Json]
"""Arguments as evaluated -> arguments as sent. Raises `Failure` (States.Runtime) when the task cannot be started with them."""


def prepared(arguments: Evaluate | None, resource: Resource) -> Evaluate | None:
    """The Task's arguments as its integration sends them; unchanged for nearly all resources."""
    prepare = _PREPARATIONS.get((resource.service, resource.api))
    if prepare is None:
        return arguments
    change = prepare(resource)
    if change is None:
        return arguments

    def evaluate(data: Json, scope: Scope) -> Json:
        return change(data if arguments is None else arguments(data, scope))

    return evaluate


def _run_task(resource: Resource) -> Prepare | None:
    """ECS is told who started a job that somebody waits for."""
    if resource.pattern != ".sync":
        return None
    return lambda arguments: {**arguments, "StartedBy": "AWS Step Functions"} if isinstance(arguments, dict) else arguments


def _invoke_api(resource: Resource) -> Prepare:
    """Developer guide, "Call Amazon API Gateway": Headers is a map of lists, `{"name": ["value"]}`."""

    def with_lists(arguments: Json) -> Json:
        headers = arguments.get("Headers") if isinstance(arguments, dict) else None
        if headers is None or (isinstance(headers, dict) and all(isinstance(values, list) for values in headers.values())):
            return arguments
        reason = "The value of the field 'Headers' has an invalid format"
        raise runtime_failure(f"The Parameters '{json_text(arguments)}' could not be used to start the Task: [{reason}]")

    return with_lists


_PREPARATIONS: dict[tuple[str, str], Callable[[Resource], Prepare | None]] = {
    ("ecs", "runTask"): _run_task,
    ("apigateway", "invoke"): _invoke_api,
}
