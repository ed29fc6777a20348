"""What tests ask an execution for: one state's visits, the calls of a resource, the transitions.

    execution.state("Charge").attempts == 3
    execution.state("Poll").visits[1].output == {"done": True}
    execution.calls("dynamodb:putItem")[0].arguments["TableName"] == "orders"
    "Charge -> Apologise" in execution.transitions

Everything is computed from the history, so that a saved one gives the same answers. What is asked of one visit is
answered only if there is one: a question that could mean several is refused rather than answered by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from asl_engine.errors import AslError
from asl_engine.history.execution import Execution
from asl_engine.spell import nearest
from asl_engine.values import MISSING, Json, Missing
from asl_engine.views.facts import Facts, names_resource
from asl_engine.views.visits import Attempt, Visit

T = TypeVar("T")


class VisitError(AslError):
    """A state was asked for what it has not: it was never entered, or it was entered more than once."""


@dataclass(frozen=True, slots=True)
class TaskAttempt:
    """One attempt of a Task state: what it called, with what, and what came of it."""

    state: str
    path: str
    """ "Fan[0]/Pay" """
    resource: str
    """The ARN; for an integration "arn:aws:states:::dynamodb:putItem"."""
    attempt: int
    """0 for the first try of its visit."""
    at: timedelta
    """Virtual time from the start of the execution."""
    arguments: Json
    outcome: str
    """"succeeded", "failed" (timeouts too), or "unanswered" when the execution ended before an answer came."""
    result: Json
    """The raw result; None unless it succeeded."""
    error: str | None
    cause: str | None


class StateVisits:
    """The visits of one state, in the order they were entered. `visits` gives each on its own, as the same kind of object."""

    def __init__(self, named: str, visits: tuple[Visit, ...], entered: tuple[str, ...]) -> None:
        self.name = named
        """As it was asked for: a name, or a path."""
        self._visits = visits
        self._entered = entered

    def __repr__(self) -> str:
        return f"<state {self.name!r}: {len(self._visits)} visits, {self.attempts} attempts>"

    @property
    def visits(self) -> list[StateVisits]:
        """Each visit by itself: `.visits[1].output` is the second one's."""
        return [StateVisits(visit.path, (visit,), self._entered) for visit in self._visits]

    @property
    def attempts(self) -> int:
        """How often a Task, Parallel or Map was tried, over all visits; 0 if it was never entered, or is of another type."""
        return sum(len(visit.attempts) for visit in self._visits)

    @property
    def retries(self) -> int:
        """How many of the attempts were a Retrier's."""
        return sum(attempt.retry > 0 for visit in self._visits for attempt in visit.attempts)

    @property
    def paths(self) -> list[str]:
        """Where each visit was: ["Fan[0]/Pay", "Fan[1]/Pay"]."""
        return [visit.path for visit in self._visits]

    @property
    def input(self) -> Json:
        """The state's raw input. This and what follows raise `VisitError` unless there is exactly one visit."""
        return self._only("input").input

    @property
    def arguments(self) -> Json:
        """What the last attempt called the resource with. Raises `VisitError` too if nothing was called."""
        return self._there("arguments", self._last("arguments").arguments, "it called nothing")

    @property
    def result(self) -> Json:
        """The task's raw result, before ResultSelector, ResultPath or Output. Raises `VisitError` too if there is none."""
        return self._there("result", self._last("result").result, "its last attempt did not succeed")

    @property
    def output(self) -> Json:
        """What it handed on. Raises `VisitError` too if the execution ended in it."""
        return self._there("output", self._only("output").output, "the execution ended in it")

    @property
    def error(self) -> str | None:
        """The error its last attempt failed with, whether it was caught or not; None if it did not."""
        visit = self._only("error")
        return visit.attempts[-1].error if visit.attempts else None

    @property
    def cause(self) -> str | None:
        visit = self._only("cause")
        return visit.attempts[-1].cause if visit.attempts else None

    @property
    def assigned(self) -> dict[str, Json]:
        """The variables it assigned."""
        return self._only("assigned").assigned

    @property
    def elapsed(self) -> timedelta:
        """Virtual time from entering to leaving it. Raises `VisitError` too if it was never left."""
        visit = self._only("elapsed")
        return self._there("elapsed", MISSING if visit.left is None else visit.left, "the execution ended in it") - visit.entered

    def _only(self, asked: str) -> Visit:
        if len(self._visits) == 1:
            return self._visits[0]
        if self._visits:
            raise VisitError(f'"{self.name}" was visited {len(self._visits)} times; say which: .visits[0].{asked}')
        near = nearest(self.name, set(self._entered))
        hint = f'; did you mean "{near}"?' if near else f"; entered were {', '.join(dict.fromkeys(self._entered))}"
        raise VisitError(f'"{self.name}" was never visited, so it has no {asked}{hint}')

    def _last(self, asked: str) -> Attempt:
        visit = self._only(asked)
        return visit.attempts[-1] if visit.attempts else Attempt(visit.entered)

    def _there(self, asked: str, value: T | Missing, why_not: str) -> T:
        if isinstance(value, Missing):
            raise VisitError(f'"{self.name}" has no {asked}: {why_not}')
        return value


class Observed:
    """What one execution is asked for."""

    def __init__(self, execution: Execution) -> None:
        self._facts = Facts(execution)

    def state(self, named: str) -> StateVisits:
        """By name at any depth, or by path: "Fan[2]/Pay" for one branch or iteration, "Fan/Pay" for all."""
        visits = self._facts.visits
        return StateVisits(named, tuple(self._facts.visits_of(named)), tuple(visit.path if "/" in named else visit.name for visit in visits))

    def calls(self, resource: str | None) -> list[TaskAttempt]:
        return [call for call in self._calls if resource is None or names_resource(resource, call.resource)]

    @property
    def transitions(self) -> list[str]:
        return [str(transition) for transition in self._facts.transitions]

    @cached_property
    def _calls(self) -> list[TaskAttempt]:
        found = [_call(visit, index) for visit in self._facts.visits for index, attempt in enumerate(visit.attempts) if attempt.resource]
        # Stable: what is called at one instant stays in the order the states were entered.
        return sorted(found, key=lambda call: call.at)


def _call(visit: Visit, index: int) -> TaskAttempt:
    attempt = visit.attempts[index]
    answered = not isinstance(attempt.result, Missing)
    return TaskAttempt(
        state=visit.name,
        path=visit.path,
        resource=attempt.resource,
        attempt=index,
        at=attempt.at,
        arguments=None if isinstance(attempt.arguments, Missing) else attempt.arguments,
        outcome="failed" if attempt.failed else "succeeded" if answered else "unanswered",
        result=None if isinstance(attempt.result, Missing) else attempt.result,
        error=attempt.error,
        cause=attempt.cause,
    )
