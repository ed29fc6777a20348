"""One visit of the tested state: its stages walked one by one, its work left to the mock.

The stages are those the compiler composed for running. What a kind of state does with them is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asl_engine.chance import Chance
from asl_engine.expressions import Scope
from asl_engine.failures import DATA_LIMIT_EXCEEDED
from asl_engine.history.history import instant
from asl_engine.interpreter.frame import Settled
from asl_engine.program import Number, Output, Parallel, Stage, State
from asl_engine.teststate.inspection import Inspection
from asl_engine.teststate.request import Configuration
from asl_engine.values import Json, Missing, json_text

MAX_BYTES = 262_144


class Bench(Scope):
    """What the tested state's expressions see."""

    __slots__ = ("_context", "at", "item")

    def __init__(self, context: Mapping[str, Json], variables: Mapping[str, Json], chance: Chance, at: int) -> None:
        super().__init__(variables=variables, chance=chance)
        self._context = dict(context)
        self.at = at
        """Microseconds since 1970."""
        self.item: dict[str, Json] | None = None
        """`Map.Item` while a tested Map's ItemSelector is evaluated."""

    @property
    def context(self) -> dict[str, Json]:
        return self._context if self.item is None else {**self._context, "Map": {"Item": self.item}}

    @property
    def now(self) -> datetime:
        return instant(self.at)


@dataclass(frozen=True, slots=True)
class Work:
    """What the mock says the state's work comes to."""

    result: Json | Missing
    failure: Settled | None


@dataclass(slots=True)
class Visit:
    """Of `state` with the raw input `data`, and what has come of it so far."""

    state: State
    data: Json
    scope: Bench
    work: Work
    configuration: Configuration
    inspection: Inspection
    assigned: dict[str, Json] = field(default_factory=dict)

    def entered(self) -> Json:
        """What the body gets. A Parallel's branches are not run, so AWS does not show what they would have been given."""
        value = self.data
        for stage in self.state.before:
            value = self._step(stage, value)
            if not isinstance(self.state.body, Parallel) or (stage.name == "afterInputPath" and stage.step is not None):
                self.inspection.show(stage.name, value)
        return value

    def worked(self) -> Json:
        """The mocked result; raises the mocked error."""
        if self.work.failure is not None:
            raise self.work.failure
        assert not isinstance(self.work.result, Missing)
        return self.work.result

    def left(self, result: Json) -> Json:
        """The output, after the state's Assign, which sees the result as the work gave it."""
        self.assign(self.state.assign, result)
        value = result
        for stage in self.state.after:
            value = self._step(stage, value)
            if stage.name != "output":
                self.inspection.show(stage.name, value)
        return value

    def _step(self, stage: Stage, value: Json) -> Json:
        return value if stage.step is None else stage.step(self.data, value, self.scope)

    def assign(self, assign: Output | None, result: Json) -> None:
        if assign is not None:
            found = assign(self.data, result, self.scope)
            assert isinstance(found, dict)
            self.assigned = found

    def sized(self, value: Json) -> Json:
        """AWS's payload quota."""
        if len(json_text(value).encode("utf-8", "surrogatepass")) > MAX_BYTES:
            cause = f"The state/task '{self.state.name}' returned a result with a size exceeding the maximum number of bytes service limit."
            raise Settled(DATA_LIMIT_EXCEEDED, cause)
        return value

    def number(self, number: Number, data: Json) -> int | None:
        """A count or a number of seconds: the literal, or what the expression gives."""
        if number is None or isinstance(number, int):
            return number
        value: Any = number(data, self.scope)
        return int(value)
