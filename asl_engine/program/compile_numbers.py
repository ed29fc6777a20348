"""Counts, seconds and instants: literals, JSONata expressions, or reference paths, with AWS's causes for bad values."""

from __future__ import annotations

from collections.abc import Callable

from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.expressions.jsonpath import NoMatch, parse_path, path_field
from asl_engine.expressions.timestamps import parse_timestamp
from asl_engine.failures import QUERY_EVALUATION_ERROR, Failure, runtime_failure
from asl_engine.program import Number, Wait
from asl_engine.program.dataflow import QueryLanguage
from asl_engine.program.fields import Fields
from asl_engine.values import Json, json_text

SECOND = 1_000_000
MAX_WAIT = 2**31 * SECOND
"""AWS counts a Wait's delay in 32-bit seconds: 24,855 days are accepted, 24,856 are not."""

NOT_A_TIMESTAMP = "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {}"


def compile_count(owner: Fields, language: QueryLanguage, name: str, *, prefix: str = "") -> Number:
    """TimeoutSeconds, MaxConcurrency, MaxItems …: an integer literal, `{% %}`, or the field's Path twin."""
    value = owner.get(name)
    if isinstance(value, str):
        return None if _is_unfilled(value) else _typed(owner, name, "integer", prefix)
    if value is not None:
        return owner.integer(name, 0)
    path = name + "Path"
    if owner.get(path) is None:
        return None
    if name in ("TimeoutSeconds", "HeartbeatSeconds"):
        return _seconds_at(owner, path)
    return _integer_at(owner, path)


def compile_percentage(owner: Fields, language: QueryLanguage, name: str) -> float | Evaluate | None:
    """ToleratedFailurePercentage: a number, `{% %}`, or its Path twin."""
    value = owner.get(name)
    if isinstance(value, str):
        return None if _is_unfilled(value) else _typed(owner, name, "number", "")
    if value is not None:
        return owner.number(name, 0)
    path = name + "Path"
    if owner.get(path) is None:
        return None
    text = owner.text(path)
    find = _path(owner, path)

    def percentage(data: Json, scope: Scope) -> Json:
        value = find(data, scope)
        number = _as_float(value)
        if number is None:
            raise runtime_failure(f'The {path} field refers to value "{_shown(value)}" which is not a valid float: {text}')
        return number

    return percentage


def compile_wait(state: Fields, language: QueryLanguage) -> Wait:
    """Spec, "Wait State": exactly one of the four fields says until when."""
    if "Seconds" in state:
        return Wait(_after(compile_count(state, language, "Seconds")))
    if "SecondsPath" in state:
        return Wait(_after_path(state))
    if "Timestamp" in state:
        return Wait(_at(state))
    if "TimestampPath" in state:
        return Wait(_at_path(state))
    raise state.refusal("There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]")


def _after(seconds: Number) -> Callable[[Json, Scope, int], int]:
    if isinstance(seconds, int):
        delay = seconds * SECOND
        return lambda data, scope, now: now + _bounded(delay)

    def until(data: Json, scope: Scope, now: int) -> int:
        value = seconds(data, scope) if seconds is not None else 0
        return now + _bounded(int(value) * SECOND)  # type: ignore[arg-type]

    return until


def _after_path(state: Fields) -> Callable[[Json, Scope, int], int]:
    text = state.text("SecondsPath")
    find = _found(state, "SecondsPath")

    def until(data: Json, scope: Scope, now: int) -> int:
        try:
            value = find(data, scope)
        except NoMatch:
            raise runtime_failure(f"The SecondsPath parameter does not reference an input value: {text}") from None
        seconds = _as_integer(value)
        if seconds is None:
            raise runtime_failure(f"The SecondsPath parameter cannot be parsed as a long value: {text} == {_shown(value)}")
        if seconds < 0:
            raise runtime_failure(f"The SecondsPath parameter references a negative value: {text} == {_shown(value)}")
        return now + _bounded(seconds * SECOND)

    return until


def _at(state: Fields) -> Callable[[Json, Scope, int], int]:
    text = state.text("Timestamp")
    if not text.startswith("{%"):
        instant = parse_timestamp(text)
        if instant is not None:
            due = int(instant)
            return lambda data, scope, now: now + _bounded(due - now)
        return lambda data, scope, now: _refuse(Failure(QUERY_EVALUATION_ERROR, NOT_A_TIMESTAMP.format(text), location="Timestamp"))
    evaluate = _typed(state, "Timestamp", "string", "")

    def until(data: Json, scope: Scope, now: int) -> int:
        value = str(evaluate(data, scope))
        instant = parse_timestamp(value)
        if instant is None:
            raise Failure(QUERY_EVALUATION_ERROR, NOT_A_TIMESTAMP.format(value), location="Timestamp")
        return now + _bounded(int(instant) - now)

    return until


def _at_path(state: Fields) -> Callable[[Json, Scope, int], int]:
    text = state.text("TimestampPath")
    find = _found(state, "TimestampPath")

    def until(data: Json, scope: Scope, now: int) -> int:
        try:
            value = find(data, scope)
        except NoMatch:
            raise runtime_failure(f"The TimestampPath parameter does not reference an input value: {text}") from None
        instant = parse_timestamp(value) if isinstance(value, str) else None
        if instant is None:
            raise runtime_failure(
                f"The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {text} == {_shown(value)}"
            )
        return now + _bounded(int(instant) - now)

    return until


def _is_unfilled(text: str) -> bool:
    """A placeholder that nobody filled says nothing: the field counts as absent."""
    return "${" in text and not text.startswith("{%")


def _bounded(delay: int) -> int:
    if delay >= MAX_WAIT:
        raise runtime_failure("Wait state delay is too long.")
    return max(delay, 0)


def _refuse(failure: Failure) -> int:
    raise failure


def _typed(owner: Fields, name: str, expected: str, prefix: str) -> Evaluate:
    from asl_engine.expressions.jsonata import compile_typed

    try:
        return compile_typed(owner.text(name), prefix + name, expected)
    except ExpressionError as error:
        raise owner.wrong_expression(name, error) from None


def _path(owner: Fields, name: str) -> Evaluate:
    """A path whose absence is reported as InputPath's is."""
    try:
        return path_field(owner.text(name)) or (lambda data, scope: data)
    except ExpressionError as error:
        raise owner.wrong_expression(name, error) from None


def _found(owner: Fields, name: str) -> Evaluate:
    try:
        return parse_path(owner.text(name)).find
    except ExpressionError as error:
        raise owner.wrong_expression(name, error) from None


def _seconds_at(owner: Fields, path: str) -> Evaluate:
    text = owner.text(path)
    find = _path(owner, path)

    def seconds(data: Json, scope: Scope) -> Json:
        value = find(data, scope)
        number = _as_integer(value)
        if number is None or number <= 0:
            raise runtime_failure(f"The {path} parameter does not reference a positive integer value: {text} == {_shown(value)}")
        return number

    return seconds


def _integer_at(owner: Fields, path: str) -> Evaluate:
    text = owner.text(path)
    find = _path(owner, path)

    def count(data: Json, scope: Scope) -> Json:
        value = find(data, scope)
        number = _as_integer(value)
        if number is None:
            raise runtime_failure(f'The {path} field refers to value "{_shown(value)}" which is not a valid integer: {text}')
        return number

    return count


def _as_integer(value: Json) -> int | None:
    """Integers, and strings that spell one: AWS accepts both."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        digits = value[1:] if value[:1] in ("-", "+") else value
        return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
    return None


def _as_float(value: Json) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json_text(value)
