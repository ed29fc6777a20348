"""One route of `Mocks`: the answers of one state or resource, used up from the front."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from asl_engine.errors import MockError, MockExhausted
from asl_engine.tasks.answers import NotJson, ask, holds_bytes, json_copy
from asl_engine.tasks.durations import DurationError, duration
from asl_engine.tasks.runtime import ZERO, Failed, Outcome, Succeeded, TaskCall, Unanswered
from asl_engine.values import MISSING, Json, Missing, json_text, same_json

Answering = TypeVar("Answering", bound=Callable[[TaskCall], Any])
Span = timedelta | float | str
"""A timedelta, seconds, or text as "3s"."""


@dataclass(slots=True)
class Answer:
    """An outcome, or a function of the call, and how often it may still be given (None: for ever)."""

    gives: Outcome | Callable[[TaskCall], Any]
    left: int | None
    when: Json | Missing | Callable[[TaskCall], bool] = MISSING
    given: int = 0

    def fits(self, call: TaskCall) -> bool:
        if self.left == 0 or self.when is MISSING:
            return self.left != 0
        return self.when(call) if callable(self.when) else includes(call.arguments, self.when)


class Route:
    """What a state or resource answers. Every method but the decorator returns the route, so that calls chain."""

    __slots__ = ("_answers", "_calls", "_watch", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: list[Answer] = []
        self._calls = 0
        self._watch: Callable[[TaskCall], object] | None = None

    def returns(self, output: Any, *, times: int = 1, after: Span = ZERO, submitted: Any = MISSING, heartbeats: tuple[Span, ...] = ()) -> Route:
        """The task's raw result, as the service or function would give it, `times` times, each due `after` virtual time.

        `submitted` is what the service says when it accepts a .sync or .waitForTaskToken job; `heartbeats` are
        counted from the call. Raises `MockError` for what is not JSON.
        """
        return self._add(Succeeded(output, self._span(after), submitted, tuple(map(self._span, heartbeats))), times)

    def throws(
        self, error: str | None, cause: str | None = None, *, times: int = 1, after: Span = ZERO, submitted: Any = MISSING, heartbeats: tuple[Span, ...] = ()
    ) -> Route:
        """The task fails with this error, which Retry and Catch see."""
        return self._add(Failed(error, cause, self._span(after), submitted, tuple(map(self._span, heartbeats))), times)

    def never(self, *, times: int = 1, submitted: Any = MISSING, heartbeats: tuple[Span, ...] = ()) -> Route:
        """No answer comes: the state's timeout or heartbeat decides, or the execution is stalled."""
        return self._add(Unanswered(tuple(map(self._span, heartbeats)), submitted), times)

    def answers(self, *answers: Any) -> Route:
        """One answer for each call: outputs, outcomes, or functions of the call."""
        for answer in answers:
            self._add(answer, 1)
        return self

    def repeat(self, answer: Any, *, times: int) -> Route:
        """The same answer for so many calls: an output, an outcome, or a function of the call."""
        return self._add(answer, times)

    def always(self, answer: Any) -> Route:
        """The same answer for every further call: an output, an outcome, or a function of the call."""
        return self._add(answer, None)

    def when(self, arguments: Any, answer: Any, *, times: int | None = None) -> Route:
        """An answer for calls whose arguments include these: objects member by member, all else by equality.

        Instead of arguments, a function of the call may decide. The answer is given for ever unless `times` is said;
        calls that do not match look further down the route.
        """
        return self._add(answer, times, arguments if callable(arguments) else self._json(arguments))

    def served_by(self, fake: object) -> Route:
        """Every call goes to the method of `fake` named after the API: putItem to `putItem` or `put_item`."""

        def serve(call: TaskCall) -> Any:
            api = call.resource.api
            snake = re.sub(r"(?<!^)(?=[A-Z])", "_", api).lower()
            method = getattr(fake, api, None) or getattr(fake, snake, None)
            if not api or not callable(method):
                raise MockError(
                    f'{type(fake).__name__} serves {self.name}, but has no method "{snake}" for {call.resource} in state "{call.state_path}"\n'
                    f"  add: def {snake or 'a route of its own, this is no service integration'}(self, call): …"
                )
            return method(call)

        return self._add(serve, None)

    def __call__(self, function: Answering) -> Answering:
        """`@mocks.resource("…")` on a function of the call: `always(function)`."""
        self._add(function, None)
        return function

    def watched_by(self, watch: Callable[[TaskCall], object]) -> Route:
        """`watch` is told of every call before an answer is looked for, also of those that other answers take."""
        self._watch = watch
        return self

    def answer(self, call: TaskCall) -> Outcome:
        """The next answer to this call. Raises `MockExhausted`."""
        self._calls += 1
        if self._watch is not None:
            self._watch(call)
        found = next((answer for answer in self._answers if answer.fits(call)), None)
        if found is None:
            raise MockExhausted(self._exhausted(call))
        if found.left is not None:
            found.left -= 1
        found.given += 1
        gives = found.gives
        return ask(gives, call, f"the mock of {self.name}") if callable(gives) else gives

    def unused(self) -> list[str]:
        sentences = []
        for answer in self._answers:
            if not answer.given:
                sentences.append(f"{self.name}: {describe(answer)} was never given")
            elif answer.left:
                sentences.append(f"{self.name}: {describe(answer)} was given {answer.given} of {answer.given + answer.left} times")
        return sentences

    def _add(self, answer: Any, times: int | None, when: Json | Missing | Callable[[TaskCall], bool] = MISSING) -> Route:
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise MockError(f"{self.name}: times is {times!r}; it counts answers, from 1")
        if any(earlier.left is None and earlier.when is MISSING for earlier in self._answers):
            raise MockError(f"{self.name}: nothing can follow an answer that is always given")
        self._answers.append(Answer(self._gives(answer), times, when))
        return self

    def _gives(self, answer: Any) -> Outcome | Callable[[TaskCall], Any]:
        match answer:
            case Succeeded() if holds_bytes(answer.output):
                return lambda call: answer  # which calls may be answered with bytes is known when one comes
            case Succeeded():
                return replace(answer, output=self._json(answer.output), submitted=self._submitted(answer.submitted))
            case Failed():
                if not all(text is None or isinstance(text, str) for text in (answer.error, answer.cause)):
                    raise MockError(f"{self.name}: error and cause are texts, not {answer.error!r} and {answer.cause!r}")
                self._json([answer.error, answer.cause])
                return replace(answer, submitted=self._submitted(answer.submitted))
            case Unanswered():
                return replace(answer, submitted=self._submitted(answer.submitted))
            case _ if callable(answer):
                return answer  # type: ignore[no-any-return]
            case _ if holds_bytes(answer):
                return lambda call: answer
            case _:
                return Succeeded(self._json(answer))

    def _submitted(self, value: Any) -> Json | Missing:
        return MISSING if isinstance(value, Missing) else self._json(value)

    def _json(self, value: Any) -> Json:
        try:
            return json_copy(value)
        except NotJson as fault:
            raise MockError(f"{self.name}: the value is not JSON, {fault}") from None

    def _span(self, value: Span) -> timedelta:
        try:
            return duration(value)
        except DurationError as error:
            raise MockError(f"{self.name}: {error}") from None

    def _exhausted(self, call: TaskCall) -> str:
        declared = ", then ".join(describe(answer) + (f" ×{answer.given}" if answer.given > 1 else "") for answer in self._answers) or "nothing"
        unmatched = any(answer.when is not MISSING and answer.left != 0 for answer in self._answers)
        fault = "no answer fits" if unmatched else "the answers ran out"
        asked = f"\n  called with {_short(call.arguments)}" if unmatched else ""
        return (
            f'{fault}: {self.name} has none for attempt {call.attempt} of state "{call.state_path}" (call {self._calls} of this route){asked}\n'
            f"  declared: {declared}\n"
            "  add another answer, or say that one repeats with .always(…)"
        )


def describe(answer: Answer) -> str:
    """An answer as a person would name it: 'throws "Card.Throttled"'."""
    condition = "" if isinstance(answer.when, Missing) else f"when {_condition(answer.when)} "
    match answer.gives:
        case Succeeded(output=output):
            return f"{condition}returns {_short(output)}"
        case Failed(error=error):
            return f"{condition}throws {_short(error)}"
        case Unanswered():
            return f"{condition}never answers"
        case function:
            return f"{condition}calls {getattr(function, '__name__', type(function).__name__)}"


def _condition(when: Json | Callable[[TaskCall], bool]) -> str:
    return getattr(when, "__name__", None) or str(when) if callable(when) else _short(when)


def includes(value: Json, part: Json | Missing) -> bool:
    """Whether `value` has everything `part` says: objects member by member, arrays and scalars whole."""
    if isinstance(part, dict):
        return isinstance(value, dict) and all(key in value and includes(value[key], member) for key, member in part.items())
    return not isinstance(part, Missing) and same_json(value, part)


def _short(value: Json) -> str:
    text = json_text(value)
    return text if len(text) <= 60 else text[:59] + "…"
