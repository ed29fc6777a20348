"""Ordinary AWS Lambda handlers, `(event, context)`, as tasks.

Source: Lambda developer guide, "Lambda context object in Python" and "Errors"; Step Functions developer guide,
"Call Lambda": a plain function ARN gives the function's result, `lambda:invoke` the whole response. The event and the
result cross as JSON, as they do in AWS: the handler may write to its event.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from asl_engine.errors import AslError, MockError
from asl_engine.tasks.answers import NotJson, json_copy
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, TaskFailure, Unanswered
from asl_engine.values import Json

LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What a handler gets as its second argument. Virtual time stands still while it runs."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    remaining: timedelta = field(repr=False)
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "128"
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining // timedelta(milliseconds=1)


def lambda_handler(function: Callable[[Any, Any], Any]) -> Callable[[TaskCall], Outcome]:
    """A task that calls `function(event, context)`.

    An exception fails the task as Lambda reports it: the exception's class name as error, and as cause the JSON text
    of errorMessage, errorType, requestId and stackTrace. With .waitForTaskToken the response is what was submitted
    and the task waits on. Raises `MockError` if the result is not JSON.
    """

    def perform(call: TaskCall) -> Outcome:
        return _invoke(function, call)

    perform.__name__ = getattr(function, "__name__", "lambda_handler")
    perform.__doc__ = function.__doc__
    return perform


def _invoke(function: Callable[[Any, Any], Any], call: TaskCall) -> Outcome:
    invoked = call.resource.kind == "service"
    parameters = call.arguments if isinstance(call.arguments, dict) else {}
    event = parameters.get("Payload", {}) if invoked else call.arguments
    arn = str(parameters.get("FunctionName", "")) if invoked else call.resource.arn
    context = _context(arn, call)
    unheard = invoked and parameters.get("InvocationType") == "Event"
    try:
        payload = _result(function(json_copy(event), context), function)
    except (TaskFailure, AslError):
        raise
    except Exception as error:
        if unheard:
            return Succeeded(_response(None, context, status=202))
        return Failed(type(error).__name__, _cause(error, context, compact=invoked))
    if not invoked:
        return Succeeded(payload)
    response = _response(None, context, status=202) if unheard else _response(payload, context, status=200)
    return Unanswered(submitted=response) if call.resource.pattern == ".waitForTaskToken" else Succeeded(response)


def _context(arn: str, call: TaskCall) -> LambdaContext:
    name = arn.split(":")[6] if arn.count(":") >= 6 else arn
    return LambdaContext(name, arn, _request_id(call), min(call.timeout or LONGEST, LONGEST), log_group_name=f"/aws/lambda/{name}")


def _request_id(call: TaskCall) -> str:
    execution = call.context.get("Execution")
    id = execution.get("Id") if isinstance(execution, dict) else None
    digits = hashlib.sha256(f"{id}/{call.state_path}/{call.attempt}/{call.at.isoformat()}".encode("utf-8", "replace")).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _result(value: Any, function: Callable[[Any, Any], Any]) -> Json:
    try:
        try:
            # Lambda's runtime prints the result as JSON: tuples become arrays.
            return json_copy(json.loads(json.dumps(value, allow_nan=False)))
        except (TypeError, ValueError, RecursionError):
            return json_copy(value)
    except NotJson as fault:
        raise MockError(f"the handler {getattr(function, '__name__', function)} returned a value that is not JSON, {fault}") from None


def _response(payload: Json, context: LambdaContext, *, status: int) -> dict[str, Json]:
    headers: dict[str, Json] = {"Content-Type": "application/json", "x-amzn-RequestId": context.aws_request_id}
    found: dict[str, Json] = {
        "ExecutedVersion": "$LATEST",
        "SdkHttpMetadata": {"AllHttpHeaders": {name: [value] for name, value in headers.items()}, "HttpHeaders": headers, "HttpStatusCode": status},
        "SdkResponseMetadata": {"RequestId": context.aws_request_id},
        "StatusCode": status,
    }
    if status == 200:
        found["Payload"] = payload
    return found


def _cause(error: Exception, context: LambdaContext, *, compact: bool) -> str:
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is ours
    report = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": context.aws_request_id,
        "stackTrace": [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n    {frame.line}\n' for frame in frames],
    }
    return json.dumps(report, separators=(",", ":") if compact else (", ", ": "))
