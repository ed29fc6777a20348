"""What a mock may stand for: which states take one, which need one, and what it may say.

Checked before anything is evaluated. Source: developer guide, "Mocking service integrations", "Testing Map and Parallel
states", "Testing Activity, .sync, and .waitForTaskToken states"; texts as recorded.
"""

from __future__ import annotations

from asl_engine.errors import InputError, UnmockedTask
from asl_engine.program import Distributed, Map, Parallel, Program, State, Task
from asl_engine.source import parse_json
from asl_engine.tasks.resource import Resource
from asl_engine.tasks.service_models import Strictness, fault_of_result, has_model
from asl_engine.teststate.refusals import InvalidDefinition, ValidationException
from asl_engine.teststate.request import Configuration, Mock, Request, Validation
from asl_engine.values import MISSING, Json, Missing

_STRICTNESS = {Validation.STRICT: Strictness.STRICT, Validation.PRESENT: Strictness.PRESENT}


def check_need_of_mock(state: State, request: Request) -> None:
    """Raises unless the state can be tested with the mock the request has, or without one."""
    body = state.body
    if request.mock is not None:
        if not isinstance(body, (Task, Map, Parallel)):
            raise ValidationException(f"State type '{state.type}' is not supported when a mock is specified")
        if request.configuration.map_iteration_failure_count is not None and not isinstance(body, Map):
            raise ValidationException("MapIterationFailureCount is only supported when testing a Map state.")
    elif isinstance(body, (Map, Parallel)):
        raise InvalidDefinition(
            "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
        )
    elif isinstance(body, Task):
        raise _unmocked(body.resource, request.role_arn)


def _unmocked(resource: Resource, role_arn: str | None) -> ValidationException | UnmockedTask:
    if resource.has_token:
        return ValidationException(
            "TestState does not support Activity tasks and '.sync' or '.waitForTaskToken' service integration patterns when a mock is not specified."
        )
    if role_arn is None:
        return ValidationException("RoleArn must be specified when testing a Task state")
    return UnmockedTask(
        f"nothing answers {resource}: AWS would call it, a test on this machine cannot\n"
        '  add: mock={"result": "…"} with the JSON text of what it answers, or mock={"errorOutput": {"error": "…", "cause": "…"}}'
    )


def mocked_result(state: State, mock: Mock) -> Json | Missing:
    """The mock's result, `MISSING` when it mocks an error. Raises `ValidationException` for one the state cannot have."""
    if mock.result is None:
        return MISSING
    try:
        result = parse_json(mock.result, "mock.result")
    except InputError:
        raise ValidationException("Mocked result must be valid JSON") from None
    match state.body:
        case Parallel(branches=branches):
            if not isinstance(result, list):
                raise ValidationException("Mocked result must be an array.")
            if len(result) != len(branches):
                raise ValidationException("Mocked result must contain the same number of items as number of Parallel branches.")
        case Map(distributed=distributed):
            if writes_result(distributed):
                if not isinstance(result, dict):
                    raise ValidationException("Mocked result must be a JSON object.")
            elif not isinstance(result, list):
                raise ValidationException("Mocked result must be an array.")
        case Task(resource=resource):
            _check_fields(resource, result, mock.validation)
    return result


def writes_result(distributed: Distributed | None) -> bool:
    """Whether a ResultWriter puts the results elsewhere: then the Map's result is an object that says where."""
    return distributed is not None and distributed.writer is not None and distributed.writer.arguments is not None


def _check_fields(resource: Resource, result: Json, validation: Validation) -> None:
    if validation is Validation.NONE or not has_model(resource):
        return
    if not isinstance(result, dict):
        raise ValidationException("Mocked result must be a valid JSON object.")
    fault = fault_of_result(resource, result, _STRICTNESS[validation])
    if fault is not None:
        raise ValidationException(f"Mock result schema validation error: {fault}")


def check_dataset(state: State, configuration: Configuration) -> None:
    """A Map that reads its items needs them told."""
    distributed = state.body.distributed if isinstance(state.body, Map) else None
    if distributed is not None and distributed.reader is not None and configuration.map_item_reader_data is None:
        raise ValidationException("ItemReader data must be specified when testing a Map state with ItemReader specified.")


def caused_by_task(state: State, configuration: Configuration) -> bool:
    """Whether the mocked error is a Task's, so that States.TaskFailed matches it. Raises `ValidationException` for an unknown state."""
    name = configuration.error_caused_by_state
    match state.body:
        case Parallel(branches=branches):
            waiting: list[Program] = list(branches)
        case Map(processor=processor):
            waiting = [processor]
        case _:
            return True
    if name is None:
        return False
    while waiting:
        program = waiting.pop(0)
        if name in program.states:
            return isinstance(program.states[name].body, Task)
        for inner in program.states.values():
            waiting += inner.body.branches if isinstance(inner.body, Parallel) else [inner.body.processor] if isinstance(inner.body, Map) else []
    raise ValidationException("State not found in definition")
