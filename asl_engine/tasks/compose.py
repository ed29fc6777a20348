"""Runtimes compose because they are alike: every way to say "this answers the tasks" becomes one `TaskRuntime`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asl_engine.errors import MockError
from asl_engine.tasks.answers import Declined, ask
from asl_engine.tasks.runtime import NotMine, Outcome, TaskCall, TaskRuntime, Tasks
from asl_engine.values import json_text


class Checked:
    """A runtime whose answers need no second look: they are checked where they are made."""

    __slots__ = ()


class Nothing(Checked):
    """Answers nothing: a run without tasks."""

    __slots__ = ()

    def perform(self, call: TaskCall) -> Outcome:
        name = json_text(call.state_name)
        raise Declined(call, hint=f'add: tasks=mocks with mocks.state({name}).returns({{}}), or --mock FILE with {{"mocks": {{{name}: [{{"return": {{}}}}]}}}}')


class Asking(Checked):
    """A stranger's function or `perform`, asked across the border that `answers` guards."""

    __slots__ = ("_answer", "_who")

    def __init__(self, answer: Callable[[TaskCall], Any], who: str) -> None:
        self._answer = answer
        self._who = who

    def perform(self, call: TaskCall) -> Outcome:
        return ask(self._answer, call, self._who)


def as_runtime(tasks: Tasks) -> TaskRuntime:
    """What `run(tasks=…)` takes, as a runtime whose outcomes are checked.

    An object is asked by its `perform`, a callable is called; what either returns is the output, unless it is an
    `Outcome`. None makes every task an `UnmockedTask`. Raises `MockError` for anything else.
    """
    if tasks is None:
        return Nothing()
    if isinstance(tasks, Checked) and isinstance(tasks, TaskRuntime):
        return tasks
    perform = getattr(tasks, "perform", None)
    if isinstance(tasks, type):
        raise MockError(f"tasks is the class {tasks.__name__}; give an object of it: {tasks.__name__}()")
    if callable(perform):
        return Asking(perform, f"{type(tasks).__name__}.perform")
    if callable(tasks):
        return Asking(tasks, f"the function {getattr(tasks, '__name__', type(tasks).__name__)}")
    raise MockError(f"tasks is of type {type(tasks).__name__}; it takes an object with perform(call), or a function of the call")


class FirstOf(Checked):
    """Asks each runtime in turn until one answers: `FirstOf(mocks, Machines(…))`.

    A runtime declines by raising `NotMine`; `Mocks` declines what no route matches. Raises `UnmockedTask` when all do.
    """

    __slots__ = ("_runtimes",)

    def __init__(self, *runtimes: Tasks) -> None:
        self._runtimes = tuple(as_runtime(runtime) for runtime in runtimes)

    def perform(self, call: TaskCall) -> Outcome:
        refusals: list[NotMine] = []
        for runtime in self._runtimes:
            try:
                return runtime.perform(call)
            except NotMine as declined:
                if isinstance(declined, Declined) and declined.call is not call:
                    raise  # a child execution's task, unanswered inside a runtime that did take this call
                refusals.append(declined)
        raise Declined(call, hint=lambda: _hints(refusals))


def _hints(refusals: list[NotMine]) -> str | None:
    """What each of them advises, once."""
    said = [refusal.hint if isinstance(refusal, Declined) else str(refusal) for refusal in refusals]
    return "\n  ".join(dict.fromkeys(hint for hint in said if hint)) or None
