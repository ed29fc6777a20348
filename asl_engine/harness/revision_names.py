"""A scenario in the names of another revision: its mocks and what it expects follow the states that were renamed.

Only what is written as a name is touched: data, resources and patterns stay as they are. A name the other revision
has of its own is that state's, whatever was renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asl_engine.scenario import REST, CallExpectation, Expectation, Scenario, StateExpectation
from asl_engine.tasks.mock_files import RESOURCE
from asl_engine.tasks.runtime import Outcome, TaskCall, TaskRuntime
from asl_engine.values import Json
from asl_engine.views.transitions import ARROW

_NUMBER = re.compile(r"(\[\d+\])?$")
_LISTS = ("path", "visited", "never", "order", "transitions")


def in_names(scenario: Scenario, names: Mapping[str, str]) -> Scenario:
    """The scenario with each state called by its value in `names`; what is not in there keeps its name."""
    if not names:
        return scenario
    said = Named(names)
    answering = scenario.answering
    return replace(
        scenario,
        mocks=said.keys(scenario.mocks),
        own_mocks=tuple(map(said.mock, scenario.own_mocks)),
        answering=None if answering is None else lambda: Renamed(answering(), {new: old for old, new in names.items()}),
        expect=None if scenario.expect is None else said.expectation(scenario.expect),
    )


@dataclass(frozen=True, slots=True)
class Renamed:
    """A runtime that knows the states by other names: each call is put to it as the state it knows."""

    tasks: TaskRuntime
    names: Mapping[str, str]
    """By the name in the call."""

    def perform(self, call: TaskCall) -> Outcome:
        said = Named(self.names)
        known = TaskCall(
            call.resource,
            call.arguments,
            said.segment(call.state_name),
            tuple(map(said.segment, call.state_path[:-1])),
            call.attempt,
            call.at,
            call.token,
            call.context,
            call.timeout,
            call.heartbeat,
            call.credentials,
        )
        return self.tasks.perform(known)


@dataclass(frozen=True, slots=True)
class Named:
    names: Mapping[str, str]

    def segment(self, text: str) -> str:
        """ "Fan[2]" by the new name of Fan."""
        if text in self.names:
            return self.names[text]
        found = _NUMBER.search(text)
        number = found[0] if found else ""
        bare = text.removesuffix(number)
        return self.names.get(bare, bare) + number

    def state(self, text: str) -> str:
        """A name, or a path such as "Fan[2]/Pay"."""
        return self.names[text] if text in self.names else "/".join(map(self.segment, text.split("/")))

    def step(self, text: str) -> str:
        """A state, a transition "A -> B", or the rest of a path."""
        return text if text == REST else f" {ARROW} ".join(self.state(part.strip()) for part in text.split(ARROW)) if ARROW in text else self.state(text)

    def mock(self, text: str) -> str:
        return text if text.startswith((RESOURCE, "arn:")) else self.state(text)

    def keys(self, mocks: Json) -> Json:
        return {self.mock(name): answers for name, answers in mocks.items()} if isinstance(mocks, dict) else mocks

    def expectation(self, wanted: Expectation) -> Expectation:
        changed: dict[str, Any] = {name: [self.step(one) for one in listed] for name in _LISTS if isinstance(listed := getattr(wanted, name), list)}
        if wanted.states is not None:
            changed["states"] = {self.state(name): self._visits(each) for name, each in wanted.states.items()}
        if wanted.retries is not None:
            changed["retries"] = {self.state(name): count for name, count in wanted.retries.items()}
        if wanted.calls is not None:
            changed["calls"] = {resource: [self._call(one) for one in listed] for resource, listed in wanted.calls.items()}
        if wanted.snapshot is not None:
            changed["snapshot"] = {key: self._recorded(key, value) for key, value in wanted.snapshot.items()}
        return wanted.model_copy(update=changed)

    def _visits(self, each: StateExpectation | list[StateExpectation]) -> StateExpectation | list[StateExpectation]:
        return [self._visit(one) for one in each] if isinstance(each, list) else self._visit(each)

    def _visit(self, wanted: StateExpectation) -> StateExpectation:
        return wanted if wanted.next is None else wanted.model_copy(update={"next": self.state(wanted.next)})

    def _call(self, wanted: CallExpectation) -> CallExpectation:
        return wanted if wanted.state is None else wanted.model_copy(update={"state": self.state(wanted.state)})

    def _recorded(self, key: str, value: Any) -> Any:
        if key == "path" and isinstance(value, list):
            return [self.step(one) if isinstance(one, str) else one for one in value]
        return {self.state(name): count for name, count in value.items()} if key == "retries" and isinstance(value, dict) else value
