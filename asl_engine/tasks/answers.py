"""The border between the machine and other people's code: what a mock gave, made into an `Outcome`.

Three things are guaranteed behind this border. A result is JSON, and it is a copy, so that a stateful fake may go on
changing its own dictionaries without rewriting history; the arguments a `TaskCall` shows are its own too. An ordinary
exception is a mistake in the mock (`MockError`), never a failure of the machine. Only `TaskFailure` and `Failed` are.
So is `sys.exit()` in a mock, which would end the caller's process instead of the task.

One value crosses that is not JSON: bytes as the Body that s3:getObject answers a Map's ItemReader with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from asl_engine.errors import AslError, MockError, UnmockedTask
from asl_engine.tasks.runtime import ZERO, Failed, NotMine, Outcome, Polled, Succeeded, TaskCall, TaskFailure, Unanswered, unmocked
from asl_engine.values import MISSING, Json, Pointer

READS_OBJECT = "arn:aws:states:::s3:getObject"
_UNCHANGED = frozenset({int, bool, type(None)})


class NotJson(ValueError):
    """A value is no JSON. `pointer` says where in it, `fault` says why."""

    def __init__(self, pointer: Pointer, fault: str) -> None:
        super().__init__(f"at {pointer or '/'}: {fault}")
        self.pointer = pointer
        self.fault = fault


class Declined(UnmockedTask, NotMine):
    """Nothing here answers `call`: the end of the run, unless a `FirstOf` around has somebody else to ask.

    Its text is made when somebody reads it: most of the time somebody else answers, and nobody does.
    """

    code = "UnmockedTask"

    def __init__(self, call: TaskCall, *, hint: Callable[[], str | None] | str | None = None) -> None:
        super().__init__(call)
        self.call = call
        self._hint = hint

    @property
    def hint(self) -> str | None:
        return self._hint() if callable(self._hint) else self._hint

    def __str__(self) -> str:
        return str(unmocked(self.call, hint=self.hint))


def json_copy(value: Any) -> Json:
    """The value with containers of its own; str, int, dict … subclasses become the plain type. Raises `NotJson`."""
    try:
        return _copy(value)
    except _Fault as fault:
        raise NotJson(Pointer("".join("/" + _escaped(token) for token in reversed(fault.tokens))), fault.reason) from None
    except RecursionError:
        raise NotJson(Pointer(""), "it is nested too deeply, or contains itself") from None


class _Fault(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tokens: list[str | int] = []


def _escaped(token: str | int) -> str:
    return str(token).replace("~", "~0").replace("/", "~1")


def _copy(value: Any) -> Json:
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_encodable(value)
        return value  # type: ignore[no-any-return]
    if kind in _UNCHANGED:
        return value  # type: ignore[no-any-return]
    if kind is dict or isinstance(value, dict):
        return _copy_object(value)
    if kind is list or isinstance(value, list):
        return _copy_array(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _Fault(f"{value} is not JSON")
        return float(value)
    return _copy_other(value)


def _copy_object(value: dict[Any, Any]) -> dict[str, Json]:
    copied: dict[str, Json] = {}
    for key, member in value.items():
        if type(key) is not str or not key.isascii():
            key = _copy_key(key)
        kind = type(member)
        if kind is int or kind is bool or member is None or (kind is str and member.isascii()):
            copied[key] = member
            continue
        try:
            copied[key] = _copy(member)
        except _Fault as fault:
            fault.tokens.append(key)
            raise
    return copied


def _copy_array(value: list[Any]) -> list[Json]:
    copied: list[Json] = []
    for index, element in enumerate(value):
        kind = type(element)
        if kind is int or kind is bool or element is None or (kind is str and element.isascii()):
            copied.append(element)
            continue
        try:
            copied.append(_copy(element))
        except _Fault as fault:
            fault.tokens.append(index)
            raise
    return copied


def _copy_key(key: Any) -> str:
    if not isinstance(key, str):
        raise _Fault(f"the key {key!r} is not a string")
    _check_encodable(key)
    return str.__str__(key)


def _copy_other(value: Any) -> Json:
    if isinstance(value, str):
        _check_encodable(value)
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    name = type(value).__name__
    article = "an" if name[:1].lower() in "aeiou" else "a"
    raise _Fault(f"{article} {name} is not JSON" + ("; write a list" if isinstance(value, tuple) else ""))


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _Fault(f"a lone surrogate (U+{ord(text[error.start]):04X}) is not JSON") from None


def ask(answer: Callable[[TaskCall], Any], call: TaskCall, who: str) -> Outcome:
    """What `answer` says to `call`. `who` names it in complaints: 'the mock of state "Pay"'."""
    try:
        value = answer(call)
        return _plain(value) or outcome_of(value, call, who)
    except TaskFailure as failure:
        return _checked_failure(Failed(failure.error, failure.cause), call, who)
    except NotMine as declined:
        if isinstance(declined, Declined):
            raise
        raise Declined(call, hint=str(declined) or None) from None
    except AslError:
        raise
    except (Exception, SystemExit) as error:
        raise MockError(_raised(error, call, who)) from error


def _plain(value: Any) -> Outcome | None:
    """The commonest answers, made quickly: a success or a failure that takes no time. None for all others."""
    kind = type(value)
    if kind is Succeeded:
        if value.after is not ZERO or value.submitted is not MISSING or value.heartbeats or value.polled is not None:
            return None
        try:
            return Succeeded(_copy(value.output))
        except (_Fault, RecursionError):
            return None
    if kind is Failed and type(value.error) is str and type(value.cause) is str and value.error.isascii() and value.cause.isascii():
        return value if value.after is ZERO and value.submitted is MISSING and not value.heartbeats and value.polled is None else None
    return None


def _raised(error: BaseException, call: TaskCall, who: str) -> str:
    import traceback  # here: only mistakes need it, and every start would pay

    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f'{who} raised {type(error).__name__}: {error}\n  in state "{call.state_path}" (attempt {call.attempt}), at {frame.filename}:{frame.lineno}\n'
        "  to fail the task instead, raise asl.TaskFailure(error, cause)"
    )


def outcome_of(value: Any, call: TaskCall, who: str) -> Outcome:
    """An `Outcome` as it is, anything else as the output of one; raises `MockError` for what is not JSON."""
    match value:
        case Succeeded():
            _check_times(value.after, value.heartbeats, call, who)
            _check_polled(value.polled, call, who)
            return Succeeded(_json(value.output, call, who), value.after, _submitted(value.submitted, call, who), value.heartbeats, value.polled)
        case Failed():
            _check_times(value.after, value.heartbeats, call, who)
            _check_polled(value.polled, call, who)
            return _checked_failure(value, call, who)
        case Unanswered():
            _check_times(ZERO, value.heartbeats, call, who)
            _check_polled(value.polled, call, who)
            return replace(value, submitted=_submitted(value.submitted, call, who))
        case _:
            return Succeeded(_json(value, call, who))


def delivered(value: Any) -> Outcome:
    """An outcome that answers a token, checked like one that answers a call. Raises `MockError`."""
    match value:
        case Succeeded():
            try:
                return replace(value, output=json_copy(value.output))
            except NotJson as fault:
                raise MockError(f"the token was answered with a value that is not JSON, {fault}") from None
        case Failed():
            if not all(text is None or isinstance(text, str) for text in (value.error, value.cause)):
                raise MockError(f"error and cause are texts, not {value.error!r} and {value.cause!r}")
            return value
        case _:
            raise MockError(f"a token is answered with asl.Succeeded(output) or asl.Failed(error, cause), not with {value!r:.80}")


def _checked_failure(failure: Failed, call: TaskCall, who: str) -> Failed:
    if failure.submitted is MISSING and type(failure.error) is str and type(failure.cause) is str and failure.error.isascii() and failure.cause.isascii():
        return failure
    for name, text in (("error", failure.error), ("cause", failure.cause)):
        if text is not None and not isinstance(text, str):
            raise MockError(f'{who} failed the task with a {name} that is no text, but {text!r}\n  in state "{call.state_path}" (attempt {call.attempt})')
        if text is not None:
            _json(text, call, who)
    return replace(failure, submitted=_submitted(failure.submitted, call, who))


def holds_bytes(value: Any) -> bool:
    """Whether this is an object of S3 as it was stored: `{"Body": b"…"}`."""
    return isinstance(value, dict) and type(value.get("Body")) is bytes


def _check_times(after: Any, heartbeats: Any, call: TaskCall, who: str) -> None:
    if after is ZERO and not heartbeats:
        return
    times = (after, *heartbeats) if isinstance(heartbeats, (tuple, list)) else (after, heartbeats)
    for time in times:
        if not isinstance(time, timedelta) or time < ZERO:
            raise MockError(f'{who} answered with a time of {time!r}; it takes a timedelta that is not negative\n  in state "{call.state_path}"')


def _check_polled(polled: Any, call: TaskCall, who: str) -> None:
    if polled is None:
        return
    if not isinstance(polled, Polled) or not (polled.worker is None or isinstance(polled.worker, str)):
        raise MockError(f'{who} answered with polled={polled!r}; it takes asl.Polled(after, worker)\n  in state "{call.state_path}"')
    if polled.after is not None:
        _check_times(polled.after, (), call, who)


def _submitted(value: Any, call: TaskCall, who: str) -> Any:
    return value if value is MISSING else _json(value, call, who)


def _json(value: Any, call: TaskCall, who: str) -> Json:
    try:
        return json_copy(value)
    except NotJson as fault:
        if holds_bytes(value) and str(call.resource) == READS_OBJECT:
            rest = {name: member for name, member in value.items() if name != "Body"}
            return {**_json(rest, call, who), "Body": value["Body"]}  # type: ignore[dict-item]
        raise MockError(f'{who} answered with a value that is not JSON, {fault}\n  in state "{call.state_path}" (attempt {call.attempt})') from None
