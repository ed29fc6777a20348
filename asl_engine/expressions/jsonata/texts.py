"""What is said when an expression is wrong or fails: JSONata's own messages, and AWS's sentences around them.

Source: the error catalogue of jsonata.js 2.0.6; recorded causes of States.QueryEvaluationError. This module knows no states:
the location is a text it is given.
"""

from __future__ import annotations

import math
from typing import NoReturn

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.jsonata.repairs import MESSAGES, SyntaxFault, filled, template_inserts
from asl_engine.expressions.jsonata.runtime import AWS_BOUNDS, BoundReached, InternalFault, JsonataError, Run, Value, is_function, number_text, text_of
from asl_engine.failures import QUERY_EVALUATION_ERROR, Failure
from asl_engine.values import MISSING

INVALID = "INVALID_JSONATA_EXPRESSION"
TOO_DEEP = "The expression is nested too deeply"


def message_of(error: JsonataError) -> str:
    """JSONata's message with its values: `{{x}}` is the field x as JSON."""
    template = MESSAGES.get(error.code, "")
    return filled(template, lambda name: shown(error.fields.get(name, MISSING)), lambda name: raw(error.fields.get(name, MISSING)))


def shown(value: Value) -> str:
    """A value as JavaScript's JSON.stringify has it in a message."""
    if value is MISSING or is_function(value):
        return "undefined"
    if type(value) is float and not math.isfinite(value):
        return "null"
    return text_of(Run(AWS_BOUNDS, Scope()), [value])[1:-1]


def raw(value: Value) -> str:
    if value is MISSING:
        return "undefined"
    return number_text(value) if type(value) is float else text_of(Run(AWS_BOUNDS, Scope()), value)


def wrong_expression(fault: SyntaxFault) -> ExpressionError:
    """A text that is no expression, as AWS words it: JSONata's message without its code. `__cause__` is the fault."""
    error = _worded(fault)
    error.__cause__ = fault
    return error


def _worded(fault: SyntaxFault) -> ExpressionError:
    if fault.code == "regex":
        return ExpressionError(str(fault.field(0)), aws_code=INVALID, offset=fault.position)
    if fault.code == "nesting":
        return ExpressionError(TOO_DEEP, aws_code=INVALID, offset=fault.position)
    template = MESSAGES.get(fault.code, MESSAGES["S0500"])
    inserts = {name: fault.field(index) for index, name in enumerate(template_inserts(template))}
    message = filled(template, lambda name: shown(_plain(inserts[name])), lambda name: raw(_plain(inserts[name])))
    return ExpressionError(message, aws_code=INVALID, offset=fault.position)


def _plain(value: Value) -> Value:
    """A token of the text as JSON: a regular expression is an empty object to JSON.stringify."""
    return value if value is None or type(value) in (str, int, float, bool) else {}


def sentence(expression: str, location: str) -> str:
    return f"The JSONata expression '{expression}' specified for the field '{location}' "


def fail(expression: str, location: str, error: Exception) -> NoReturn:
    """Raises the `Failure` that an evaluation's error is."""
    start = sentence(expression, location)
    match error:
        case JsonataError():
            cause = f"{start}threw an error during evaluation. {error.code}: {message_of(error)}"
        case BoundReached():
            cause = f"{start}threw an error during evaluation: {error}"
        case InternalFault():
            cause = f"{start}threw an internal error during evaluation."
        case _:
            raise error
    raise Failure(QUERY_EVALUATION_ERROR, cause, location=location) from None


def nothing(expression: str, location: str) -> Failure:
    return Failure(QUERY_EVALUATION_ERROR, f"{sentence(expression, location)}returned nothing (undefined).", location=location)


def unsupported(expression: str, location: str) -> Failure:
    return Failure(QUERY_EVALUATION_ERROR, f"{sentence(expression, location)}returned an unsupported result type.", location=location)


def unexpected(expression: str, location: str, expected: str, kind: str, value: str) -> Failure:
    cause = f"{sentence(expression, location)}returned an unexpected result type. Expected '{expected}', but was '{kind}' for value: {value}"
    return Failure(QUERY_EVALUATION_ERROR, cause, location=location)
