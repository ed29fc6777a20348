"""What becomes of a result: whether any state that comes after, or the output, looks at the place where it was put.

Theory: from the state that wrote it, its place is followed along every way, for as long as states hand it on. Whoever reads the
place, something in it or something around it uses it; so does an end of the machine, of a branch or of an iteration that still
has it. What cannot be followed counts as a use, so "nobody uses it" is certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asl_engine.analysis.dataflow.facts import Flow, Root, Visit
from asl_engine.analysis.dataflow.shapes import Step
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.analysis.graph import ArcKind
from asl_engine.analysis.provenance_states import Members, text
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.intrinsics import Call, is_intrinsic, parse_intrinsic
from asl_engine.expressions.jsonpath import Path, is_opaque, parse_path
from asl_engine.syntax.grammar import machine as read_machine
from asl_engine.syntax.reading import Reading, pointer_of
from asl_engine.values import Json, Pointer

MOST_STATES = 5_000
"""States that are looked at for one result; beyond, it counts as used."""
_WORKING = ("Task", "Map", "Parallel")
_VARIABLE = re.compile(r"\$(\w+)")
_INNER = ("Branches", "ItemProcessor", "Iterator")


@dataclass(frozen=True, slots=True)
class Unused:
    state: Pointer
    place: tuple[Step, ...]
    """Where ResultPath puts the result."""


def unused_results(walk: Walk) -> Iterator[Unused]:
    """Results of Task, Map and Parallel states that a ResultPath keeps and nobody looks at, in the order the states are reached."""
    for state, visit in walk.visits.items():
        if text(walk.states[state], "Type") not in _WORKING:
            continue
        for flow in visit.flows:
            if flow.kind is ArcKind.NEXT and flow.wrote and flow.keeps and not _is_used(walk, state, flow, flow.wrote[0]):
                yield Unused(state, flow.wrote[0])


def _is_used(walk: Walk, state: Pointer, flow: Flow, place: tuple[Step, ...]) -> bool:
    if flow.target is None:
        return True
    container = state.parent
    waiting = [container / flow.target]
    seen = set(waiting)
    while waiting:
        here = waiting.pop()
        visit = walk.visits.get(here)
        if visit is None or len(seen) > MOST_STATES or _looks_at(walk.states[here], visit, place, walk):
            return True
        for onwards in visit.flows:
            if not onwards.keeps or any(place[: len(wrote)] == wrote for wrote in onwards.wrote):
                continue
            if onwards.target is None:
                return True
            target = container / onwards.target
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _looks_at(state: Members, visit: Visit, place: tuple[Step, ...], walk: Walk) -> bool:
    if visit.uses_all or text(state, "QueryLanguage", walk.language) == "JSONata":
        return True
    if state.get("OutputPath", "$") != "$" or (text(state, "Type") == "Parallel" and "Parameters" not in state):
        return True
    if text(state, "Type") == "Map" and state.get("ItemsPath", "$") == "$" and "ItemReader" not in state:
        return True
    if any(_overlap(read.place.steps, place) for read in visit.reads if read.place.root is Root.INPUT):
        return True
    return any(_may_read_anything(written) for written in _paths({name: field for name, field in state.items() if name not in _INNER}))


def _overlap(left: tuple[Step, ...], right: tuple[Step, ...]) -> bool:
    shared = min(len(left), len(right))
    return left[:shared] == right[:shared]


def _paths(value: Json, name: str = "") -> Iterator[str]:
    """Texts of fields that hold paths."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _paths(member, key)
    elif isinstance(value, list):
        for element in value:
            yield from _paths(element)
    elif isinstance(value, str) and (name.endswith((".$", "Path")) or name == "Variable"):
        yield value


def _may_read_anything(written: str) -> bool:
    """A path that selects several places, or that cannot be read: it is written down under no place."""
    if is_opaque(written):
        return True
    try:
        if is_intrinsic(written):
            return any(map(_selects, _paths_of(parse_intrinsic(written))))
        return _selects(parse_path(written))
    except ExpressionError:
        return True


def _paths_of(call: Call) -> Iterator[Path]:
    for argument in call.arguments:
        if isinstance(argument, Call):
            yield from _paths_of(argument)
        elif isinstance(argument, Path):
            yield argument


def _selects(path: Path) -> bool:
    return path.root == "input" and (not path.definite or (not path.steps and path.text != "$"))


def assigned_in_vain(machine: Json) -> dict[str, Pointer]:
    """Variables that something assigns and no text of the machine names, each with its first assignment."""
    reading = Reading()
    read_machine(machine, None, reading)
    named = set(_VARIABLE.findall("\n".join(texts_in(machine))))
    found: dict[str, Pointer] = {}
    for where, name in reading.assigned:
        if name not in named:
            found.setdefault(name, pointer_of(where))
    return found


def texts_in(value: Json) -> Iterator[str]:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        else:
            waiting.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
