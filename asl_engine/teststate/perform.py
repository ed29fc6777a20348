"""What the tested state comes to: its kind's way through the stages, then one decision of Retry and Catch.

One attempt is made, and nothing is scheduled: a Wait's time passes on the visit's own clock. Which handler matches an error is
the interpreter's rule, asked for and not repeated. Source: developer guide, "Testing state machines with TestState API".
"""

from __future__ import annotations

from typing import Any, assert_never

from asl_engine.expressions import Evaluate
from asl_engine.failures import TIMEOUT, Failure, runtime_failure
from asl_engine.interpreter.frame import Settled
from asl_engine.interpreter.handling import error_output_of, matches, retry_delay
from asl_engine.program import Catcher, Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait
from asl_engine.teststate.map_visit import map_result
from asl_engine.teststate.visit import Visit
from asl_engine.values import Json, canonical_text

LONGEST_VISIT = 300_000_000
"""Microseconds. API reference, "TestState": five minutes, then States.Timeout."""


def outcome(visit: Visit) -> dict[str, Any]:
    """`status`, and what goes with it: output, error, cause, nextState. Raises `ValidationException` for a mock that does not fit."""
    inspection = visit.inspection
    inspection.show("input", visit.data)
    try:
        following, output = _performed(visit)
    except Failure as failure:
        answer = _handled(visit, failure if isinstance(failure, Settled) else Settled(failure.error, failure.cause))
    else:
        answer = _handed_on(visit, {"status": "SUCCEEDED"}, output, following)
    if variables := {**visit.scope.variables, **visit.assigned}:
        inspection.data["variables"] = canonical_text(variables)
    return answer


def _handed_on(visit: Visit, answer: dict[str, Any], output: Json, following: str | None) -> dict[str, Any]:
    """The answer with its output, unless that is larger than a state may hand on: no handler sees that failure."""
    try:
        visit.sized(output)
    except Failure as failure:
        visit.assigned = {}
        return _failed(visit, "FAILED", failure, {})
    return {**answer, "output": visit.inspection.text(output), **_named("nextState", following)}


def _performed(visit: Visit) -> tuple[str | None, Json]:
    """(next state, output)."""
    state = visit.state
    match state.body:
        case Pass() | Succeed():
            return state.next, visit.left(visit.entered())
        case Task() as body:
            return state.next, visit.left(_task(visit, body))
        case Parallel():
            visit.entered()
            return state.next, visit.left(visit.worked())
        case Map() as body:
            return state.next, visit.left(map_result(visit, body))
        case Wait() as body:
            return state.next, visit.left(_wait(visit, body))
        case Choice() as body:
            return _choose(visit, body)
        case Fail() as body:
            visit.entered()
            raise Settled(_text(visit, body.error), _text(visit, body.cause))
        case _ as never:
            assert_never(never)


def _task(visit: Visit, body: Task) -> Json:
    """What the fields of an attempt evaluate to is of no use here, but what they fail with is."""
    arguments = visit.entered()
    visit.number(body.timeout, visit.data)
    visit.number(body.heartbeat, visit.data)
    if body.credentials is not None:
        body.credentials(visit.data, visit.scope)
    visit.sized(arguments)
    result = visit.sized(visit.worked())
    visit.inspection.show("result", result)
    return result


def _wait(visit: Visit, body: Wait) -> Json:
    value = visit.entered()
    until = body.until(value, visit.scope, visit.scope.at)
    if until - visit.scope.at > LONGEST_VISIT:
        raise Settled(TIMEOUT)
    visit.scope.at = max(until, visit.scope.at)
    return value


def _choose(visit: Visit, body: Choice) -> tuple[str, Json]:
    value = visit.entered()
    for rule in body.rules:
        if rule.condition(value, visit.scope):
            visit.assign(rule.assign, value)
            return rule.next, value if rule.output is None else rule.output(visit.data, value, visit.scope)
    if body.default is None:
        raise runtime_failure("Failed to transition out of the state. The state does not point to a next state.")
    return body.default, visit.left(value)


def _text(visit: Visit, evaluate: Evaluate | None) -> str | None:
    value = None if evaluate is None else evaluate(visit.data, visit.scope)
    return None if value is None else str(value)


# ---------------------------------------------------------------- errors


def _handled(visit: Visit, failure: Settled) -> dict[str, Any]:
    """Spec, "Errors": the first retrier that matches; when it retries no more, the first catcher that does."""
    state = visit.state
    visit.assigned = {}
    details: dict[str, Json] = {}
    for index, retrier in enumerate(state.retriers):
        if matches(retrier.errors, failure, state):
            details["retryIndex"] = index
            count = visit.configuration.retrier_retry_count
            if count < retrier.max_attempts:
                details["retryBackoffIntervalSeconds"] = int(retry_delay(retrier, count))
                return _failed(visit, "RETRIABLE", failure, details)
            break
    for index, catcher in enumerate(state.catchers):
        if matches(catcher.errors, failure, state):
            return _caught(visit, catcher, failure, {"catchIndex": index, **details})
    return _failed(visit, "FAILED", failure, details)


def _caught(visit: Visit, catcher: Catcher, failure: Settled, details: dict[str, Json]) -> dict[str, Any]:
    """A failure of the catcher's own fields is not caught again."""
    error_output: Json = {**error_output_of(failure)}
    try:
        visit.assign(catcher.assign, error_output)
        output = error_output if catcher.output is None else catcher.output(visit.data, error_output, visit.scope)
    except Failure as second:
        visit.assigned = {}
        return _failed(visit, "FAILED", second, {name: index for name, index in details.items() if name != "catchIndex"})
    if any(stage.name == "afterResultPath" for stage in visit.state.after):
        visit.inspection.show("afterResultPath", output)
    return _handed_on(visit, _failed(visit, "CAUGHT_ERROR", failure, details), output, catcher.next)


def _failed(visit: Visit, status: str, failure: Failure, details: dict[str, Json]) -> dict[str, Any]:
    if details:
        visit.inspection.data["errorDetails"] = details
    return {"status": status, **_named("error", failure.error), **_named("cause", failure.cause)}


def _named(name: str, value: str | None) -> dict[str, str]:
    return {} if value is None else {name: value}
