"""The TestState API on this machine: one state, its input, a mock for its work; what it would answer and where it would go.

Requests and responses are AWS's, member by member. Nothing is called and nothing waits: a Task needs a mock, a Wait's time
passes on a virtual clock. Source: API reference, "TestState"; developer guide, "Testing state machines with TestState API".
"""

from __future__ import annotations

from typing import Any

from asl_engine.chance import Chance
from asl_engine.history.history import microseconds_of
from asl_engine.interpreter.clock import DEFAULT_START
from asl_engine.interpreter.frame import Settled
from asl_engine.program import State
from asl_engine.teststate.context import check_context, generated_context
from asl_engine.teststate.definition import tested_state
from asl_engine.teststate.inspection import Inspection
from asl_engine.teststate.mocked import caused_by_task, check_dataset, check_need_of_mock, mocked_result
from asl_engine.teststate.perform import outcome
from asl_engine.teststate.refusals import InvalidArn, InvalidDefinition, InvalidExecutionInput, ValidationException
from asl_engine.teststate.request import Level, Request, read_request
from asl_engine.teststate.visit import Bench, Visit, Work
from asl_engine.values import MISSING, Missing

__all__ = ["InvalidArn", "InvalidDefinition", "InvalidExecutionInput", "ValidationException", "test_state"]

_RESPONSE = ("output", "error", "cause", "inspectionData", "nextState", "status")


def test_state(**request: Any) -> dict[str, Any]:
    """Answers a TestState request: `definition`, and any of `stateName`, `roleArn`, `input`, `inspectionLevel`, `revealSecrets`,
    `variables`, `mock`, `context`, `stateConfiguration`.

    The response has `status` (SUCCEEDED, FAILED, RETRIABLE, CAUGHT_ERROR) and, where there are any, `output`, `error`, `cause`,
    `nextState` and, for the levels DEBUG and TRACE, `inspectionData`; data are JSON texts. Where AWS takes JSON text, an
    object or an array is taken for its text.

    A refusal raises an `AslError` whose `code` is AWS's: ValidationException, InvalidDefinition (with `diagnostics`),
    InvalidExecutionInput, InvalidArn. A Task that AWS would have called raises `UnmockedTask`; a mock checked against a
    service's model raises `MissingExtra` when botocore is not installed.
    """
    read = read_request(request)
    state = tested_state(read.definition, read.state_name)
    check_need_of_mock(state, read)
    if read.context is not None:
        check_context(read.context, state)
    inspection = Inspection()
    work = _work(state, read, inspection)
    check_dataset(state, read.configuration)
    inspection.keep(read.input, read.input_text)
    response = outcome(Visit(state, read.input, _bench(state, read), work, read.configuration, inspection))
    if read.level is not Level.INFO:
        response["inspectionData"] = inspection.data
    return {name: response[name] for name in _RESPONSE if name in response}


def _work(state: State, request: Request, inspection: Inspection) -> Work:
    mock = request.mock
    if mock is None:
        return Work(MISSING, None)
    result = mocked_result(state, mock)
    if isinstance(result, Missing):
        return Work(MISSING, Settled(mock.error, mock.cause, of_task=caused_by_task(state, request.configuration)))
    inspection.keep(result, mock.result or "")
    return Work(result, None)


def _bench(state: State, request: Request) -> Bench:
    at, chance = microseconds_of(DEFAULT_START), Chance()
    context = request.context if request.context is not None else generated_context(state, request.input, request.role_arn, at, chance)
    return Bench(context, request.variables, chance, at)
