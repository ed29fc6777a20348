"""Where transitions lead: targets that exist, states that can be reached, an end, names that are used once.

Spec, "Transitions": states refer to each other by name within one States object; nobody jumps in or out of it.
"""

from __future__ import annotations

from typing import TypeAlias

from asl_engine.analysis.graph import containers, is_terminal, transitions
from asl_engine.syntax.codes import DUPLICATE_LABEL, DUPLICATE_STATE, MISSING_TARGET, NO_END, UNREACHABLE
from asl_engine.syntax.reading import Reading, Where, pointer_of
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Json

Owner: TypeAlias = "tuple[dict[str, Json], Where]"
"""A machine, branch or item processor, and the way to it."""


def check_transitions(machine: Json, reading: Reading) -> None:
    """Reports what is wrong with the ways through a machine, nested ones included."""
    _check(list(containers(machine)), reading)


def check_inner_transitions(machine: Json, reading: Reading) -> None:
    """The same for what Parallel and Map states hold, when the machine around them is not known."""
    _check([(owner, where) for owner, where in containers(machine) if where is not None], reading)


def _check(owners: list[Owner], reading: Reading) -> None:
    homes: dict[str, Where] = {}
    for owner, where in owners:
        for name in _states_of(owner):
            here = ((where, "States"), name)
            if name in homes:
                message = f"Duplicate State name: {name}"
                reading.report_key(DUPLICATE_STATE, here, message, f"the other one is {pointer_of(homes[name])}; names are unique in the whole machine")
            else:
                homes[name] = here
    for owner, where in owners:
        if isinstance(states := owner.get("States"), dict):
            _Container(owner, states, where, homes).check(reading)
    _check_labels(owners, reading)


def _states_of(owner: dict[str, Json]) -> dict[str, Json]:
    states = owner.get("States")
    return states if isinstance(states, dict) else {}


class _Container:
    """One States object and what starts it."""

    def __init__(self, owner: dict[str, Json], states: dict[str, Json], where: Where, homes: dict[str, Where]) -> None:
        self.start = owner.get("StartAt")
        self.states = states
        self.where = where
        self.homes = homes
        self.targets: dict[str, list[str]] = {}
        self.certain = True
        """False when some way is unknown: a target that does not exist, or that has yet to be filled in."""

    def check(self, reading: Reading) -> None:
        self._check_target(self.start, (self.where, "StartAt"), reading)
        for name, state in self.states.items():
            if isinstance(state, dict):
                found = self.targets[name] = []
                for _, _, place, target in transitions(state, ((self.where, "States"), name)):
                    found.append(target)
                    self._check_target(target, place, reading)
                if is_opaque(state.get("Type")):
                    self.certain = False
        terminal = any(is_terminal(state) for state in self.states.values() if isinstance(state, dict))
        if self.where is None and self.states and not terminal and self.certain:
            reading.report(NO_END, None, "Workflow has no terminal state", 'one state needs "End": true, or to be Succeed or Fail')
        else:
            self._check_reachable(reading)

    def _check_target(self, target: Json, where: Where, reading: Reading) -> None:
        if not isinstance(target, str) or target in self.states:
            return
        if is_opaque(target):
            self.certain = False
            return
        home = self.homes.get(target)
        if home is not None:
            hint: str | None = f"that state is {pointer_of(home)}; a transition stays within its own States"
        else:
            hint = reading.did_you_mean(target, self.states)
        reading.report(MISSING_TARGET, where, f"Missing 'Next' target: {target}", hint)

    def _check_reachable(self, reading: Reading) -> None:
        if not isinstance(self.start, str) or self.start not in self.states or not self.certain:
            return
        reached, waiting = {self.start}, [self.start]
        while waiting:
            for target in self.targets.get(waiting.pop(), ()):
                if target not in reached and target in self.states:
                    reached.add(target)
                    waiting.append(target)
        for name in self.states:
            if name not in reached:
                reading.report_key(UNREACHABLE, ((self.where, "States"), name), f'State "{name}" is not reachable.', "no transition leads to it")


def _check_labels(owners: list[Owner], reading: Reading) -> None:
    seen: dict[str, Where] = {}
    for owner, where in owners:
        for name, state in _states_of(owner).items():
            label = state.get("Label") if isinstance(state, dict) else None
            if isinstance(label, str) and not is_opaque(label):
                here = (((where, "States"), name), "Label")
                if label in seen:
                    reading.report(DUPLICATE_LABEL, here, f"Duplicate Label name: {label}", f"the other one is at {pointer_of(seen[label])}")
                seen.setdefault(label, here)
