"""Conditions of answers: what a call must be like for an answer to be given to it.

`when` of a mock file is one of four things, told apart by their look:

    {orderId: 7}                                   the arguments include this, objects member by member
    {$.items[0].sku: A1, $$.State.Name: Pay}       paths and what they must lead to
    $.items[?(@.sku == 'A1')]                      a path that must find something other than false, null or nothing
    "{% $states.input.amount > 100 %}"             a JSONata expression that must be true

In paths and expressions the arguments are `$` and `$states.input`, the Context object is `$$` and `$states.context`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asl_engine.errors import MockError
from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.failures import Failure
from asl_engine.tasks.routes import includes
from asl_engine.tasks.runtime import TaskCall
from asl_engine.values import Json, json_text


class Condition:
    """A function of the call, made from what is written under `when`. Raises `MockError` if that means nothing."""

    __slots__ = ("_attempts", "_test", "_visits", "counter", "written")

    def __init__(self, written: Any, *, given: bool, attempts: Sequence[int] | None, visits: Sequence[int] | None, counter: Visits) -> None:
        self.written = _said(written if given else None, attempts, visits)
        self.counter = counter
        self._test = _test(written) if given else None
        self._attempts = attempts
        self._visits = visits

    def __call__(self, call: TaskCall) -> bool:
        if self._attempts is not None and call.attempt not in self._attempts:
            return False
        if self._visits is not None and self.counter.of(call) not in self._visits:
            return False
        return self._test is None or self._test(call)

    def __str__(self) -> str:
        return self.written


class Visits:
    """Counts the visits of a route from 0: a visit begins with attempt 0, and each place in Maps has its own."""

    __slots__ = ("_begun", "_last", "_under_way")

    def __init__(self) -> None:
        self._begun = 0
        self._under_way: dict[str, int] = {}
        self._last: TaskCall | None = None

    def of(self, call: TaskCall) -> int:
        """The number of the visit this call belongs to. Asking again for the same call changes nothing."""
        path = str(call.state_path)
        if call is not self._last:
            self._last = call
            if call.attempt == 0 or path not in self._under_way:
                self._under_way[path] = self._begun
                self._begun += 1
        return self._under_way[path]


class _CallScope(Scope):
    """What a condition's expression may see: the Context object and the clock of the call."""

    __slots__ = ("_call",)

    def __init__(self, call: TaskCall) -> None:
        super().__init__()
        self._call = call

    @property
    def context(self) -> dict[str, Json]:
        return self._call.context

    @property
    def now(self) -> Any:
        return self._call.at


def _test(written: Any) -> Any:
    if isinstance(written, str) and written.startswith("{%"):
        return _jsonata(written)
    if isinstance(written, str) and written.startswith("$"):
        find = _path(written)
        return lambda call: _found(find, call) not in (_NOTHING, False, None, [])
    if isinstance(written, dict) and written and all(key.startswith("$") for key in written):
        paths = [(_path(text), wanted) for text, wanted in written.items()]
        return lambda call: all((found := _found(find, call)) is not _NOTHING and includes(found, wanted) for find, wanted in paths)
    return lambda call: includes(call.arguments, written)


_NOTHING: Any = object()


def _found(find: Evaluate, call: TaskCall) -> Any:
    from asl_engine.expressions.reference_paths import NoMatch

    try:
        return find(call.arguments, _CallScope(call))
    except (NoMatch, Failure):
        return _NOTHING


def _path(text: str) -> Evaluate:
    from asl_engine.expressions.jsonpath import parse_path

    try:
        return parse_path(text).find
    except ExpressionError as error:
        raise MockError(f"{text} is no JSONPath: {error.__notes__[0] if getattr(error, '__notes__', None) else error}") from None


def _jsonata(text: str) -> Any:
    from asl_engine.expressions.jsonata import compile_expression, delimiter_error

    if wrong := delimiter_error(text):
        raise MockError(f"{text}: {wrong}")
    try:
        evaluate = compile_expression(text, "when")
    except ExpressionError as error:
        raise MockError(f"{text}: {error}") from None

    def holds(call: TaskCall) -> bool:
        try:
            return evaluate(call.arguments, _CallScope(call)) is True
        except Failure as failure:
            # An expression that gives nothing is not true; one that fails is somebody's mistake.
            if "returned nothing (undefined)" in str(failure.cause):
                return False
            raise MockError(f'the condition {text} cannot be evaluated for state "{call.state_path}": {failure.cause}') from None

    return holds


def _said(written: Any, attempts: Sequence[int] | None, visits: Sequence[int] | None) -> str:
    parts = [written if isinstance(written, str) else json_text(written)] if written is not None else []
    for word, numbers in (("attempt", attempts), ("visit", visits)):
        if numbers is not None:
            parts.append(f"{word} {', '.join(map(str, numbers))}")
    text = " and ".join(parts)
    return text if len(text) <= 60 else text[:59] + "…"
