"""The Context object of a tested state: checked where the caller gave one, else made up.

One that is given replaces the generated one, it is not merged with it. Source: developer guide, "Using context field in
the TestState API" and "Accessing execution data from the Context object"; texts and members as recorded.
"""

from __future__ import annotations

from collections.abc import Mapping

from asl_engine.chance import Chance
from asl_engine.interpreter.identity import ACCOUNT, REGION, timestamp_text
from asl_engine.program import Map, Parallel, State, Task
from asl_engine.teststate.definition import UNNAMED
from asl_engine.teststate.refusals import ValidationException
from asl_engine.values import Json

_TEXT, _COUNT, _ANY = "a string", "an integer", "anything"
_MEMBERS: dict[str, dict[str, str]] = {
    "Execution": {"Id": _TEXT, "Input": _ANY, "Name": _TEXT, "RoleArn": _TEXT, "StartTime": _TEXT, "RedriveCount": _COUNT, "RedriveTime": _TEXT},
    "State": {"EnteredTime": _TEXT, "Name": _TEXT, "RetryCount": _COUNT},
    "StateMachine": {"Id": _TEXT, "Name": _TEXT},
    "Task": {"Token": _TEXT},
}


def check_context(context: Mapping[str, Json], state: State) -> None:
    """Raises `ValidationException` for a Context object the state could not have."""
    for name, value in context.items():
        if name == "Map":
            raise _refusal("'Map' field is not supported when mocking a Context object")
        if name not in _MEMBERS:
            raise _refusal(f"Field '{name}' is not allowed")
        if not isinstance(value, dict):
            raise _refusal(f"{name} must be an object")
        for member, given in value.items():
            _check_member(f"{name}.{member}", given, _MEMBERS[name].get(member))
    if "Task" in context and not (isinstance(state.body, Task) and state.body.resource.pattern):
        raise _refusal(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
        )


def _check_member(name: str, value: Json, kind: str | None) -> None:
    if kind is None:
        raise _refusal(f"Field '{name}' is not allowed")
    right = kind == _ANY or (isinstance(value, str) if kind == _TEXT else isinstance(value, int) and not isinstance(value, bool))
    if not right:
        raise _refusal(f"{name} must be {kind}")


def _refusal(reason: str) -> ValidationException:
    return ValidationException(f"Invalid Context object provided: {reason}")


def generated_context(state: State, data: Json, role_arn: str | None, entered: int, chance: Chance) -> dict[str, Json]:
    """What AWS makes up: an Express execution of a machine named by a UUID, in the role's account. `entered` is in microseconds since 1970."""
    machine, execution = chance.uuid(), chance.uuid()
    account = (role_arn or "").split(":")[4:5]
    owner = f"arn:aws:states:{REGION}:{account[0] if account and account[0].isdigit() else ACCOUNT}"
    now = timestamp_text(entered)
    described: dict[str, Json] = {"Name": UNNAMED, "EnteredTime": now}
    if isinstance(state.body, (Task, Map, Parallel)):
        described["RetryCount"] = 0
    context: dict[str, Json] = {
        "Execution": {"Id": f"{owner}:express:{machine}:{execution}", "Input": data, "Name": execution, "RoleArn": role_arn, "StartTime": now},
        "StateMachine": {"Id": f"{owner}:stateMachine:{machine}", "Name": machine},
        "State": described,
    }
    if isinstance(state.body, Task) and state.body.resource.has_token:
        context["Task"] = {"Token": chance.uuid()}
    return context
