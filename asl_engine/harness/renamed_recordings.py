"""A recording as it would read if states had had other names then.

A revision that calls a state something else asks under the new name for what was recorded under the old one. Names of
states are unique in a machine, so that names are enough; whose counterpart a state is, is for others to know. Data that
an execution made of its states' names is not touched: it was sent out as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from asl_engine.history.execution import Execution
from asl_engine.history.history import History, Record

_NAMING = ("name", "state")
"""Members of an event's details that name a state; a Map's iterations name the Map."""
_ENTERED, _EXITED = "StateEntered", "StateExited"
_WHERE = re.compile(r"(?<=An error occurred while executing the state ').*?(?=' \(entered at the event id #\d+\)\. )", re.DOTALL)
"""In the causes AWS writes."""


def with_names(recorded: Execution, names: Mapping[str, str]) -> Execution:
    """The recording under new names, by the old ones; those of Map Runs' children too. Itself if there are none."""
    if not names:
        return recorded
    children = {arn: [with_names(child, names) for child in run] for arn, run in recorded.children.items()}
    return replace(recorded, history=_history(recorded.history, names), children=children)


def _history(history: History, names: Mapping[str, str]) -> History:
    paths: dict[str, str] = {}
    records: list[Record] = []
    for kind, previous, instant, branch, *rest in history.records:
        here = _container(branch, paths)
        if kind.endswith((_ENTERED, _EXITED)):
            name = names.get(rest[0], rest[0])
            paths[_inside(branch, rest[0])] = _inside(here, name)
            rest = [name, *rest[1:]]
        elif rest and isinstance(rest[0], dict):
            rest = [_details(rest[0], names), *rest[1:]]
        records.append((kind, previous, instant, here, *rest))
    return History(records, history.identity)


def _container(branch: str, paths: Mapping[str, str]) -> str:
    """ "Fan[2]" is named after a state that was entered before: names may hold any character, so a path is not taken apart."""
    owner, bracket, number = branch.rpartition("[")
    return f"{paths.get(owner, owner)}[{number}" if bracket else branch


def _inside(container: str, name: str) -> str:
    return f"{container}/{name}" if container else name


def _details(details: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found = dict(details)
    for member in _NAMING:
        if isinstance(name := found.get(member), str):
            found[member] = names.get(name, name)
    if isinstance(cause := found.get("cause"), str):
        found["cause"] = _WHERE.sub(lambda named: names.get(named[0], named[0]), cause)
    return found
