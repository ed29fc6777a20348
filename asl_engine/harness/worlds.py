"""The world of two revisions, mined from their definitions: who calls, what everybody is asked, which texts are at home where.

Definitions may be wrong in any way; what is no field of its kind is passed over. Nothing is decided here about what
goes wrong (`troubles`) or in which order that is tried (`explore`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from asl_engine.analysis.graph import containers
from asl_engine.analysis.needs import Need
from asl_engine.analysis.provenance import INPUT, Source, error_of, result_of
from asl_engine.analysis.provenance_states import keys_of, needs_of
from asl_engine.harness.made_up import Joined, Known, asked, joined, plain_name
from asl_engine.harness.troubles import Caller, Within, World, counts_beyond
from asl_engine.program import Map, Parallel, Program, Task
from asl_engine.values import Json

PAYLOADS = ("Parameters", "Arguments", "Result", "Output", "ResultSelector", "Assign", "ItemSelector")
SPLITS = re.compile(r"States\.StringSplit\(|\$split\(")
DELIMITER = re.compile(r",\s*['\"]([^'\"\w\s])['\"]\s*\)")
PATH = re.compile(r"\$[\w$]*(?:\.\w+)+")
LONGEST_EXPRESSION = 2000
MOST_DELIMITERS = 3
MOST_COMPARED = 10
DYNAMODB_TYPES = {"BOOL.$": "boolean", "N.$": "numeral"}
"""DynamoDB API, AttributeValue: a number is sent as a text."""
Leaf = tuple[str, ...]


def world_of(old: Program, new: Program, renamed: Mapping[str, str]) -> World:
    """The world of two revisions. Renames that would make one name mean two states are passed over."""
    values = old.source.value, new.source.value
    within = [dict(_callers(program)) for program in (old, new)]
    names = [{name for owner, _ in containers(value) for name, _ in _named(owner)} for value in values]
    renamed = {before: after for before, after in renamed.items() if before not in names[1] and after not in names[0]}
    needs = tuple({_renamed(source, renamed): need for source, need in needs_of(value).items()} for value in values)
    sides = [{renamed.get(name, name): found for name, found in listed.items()} for listed in within]
    bounded = any(program.timeout is not None or program.type == "EXPRESS" for program in (old, new))
    callers = {name: _caller(name, [side[name] for side in sides if name in side], bounded) for name in dict.fromkeys([*sides[1], *sides[0]])}
    counts = tuple(sorted({count for caller in callers.values() for states in caller.sides for count in counts_beyond(states)}))

    known = Known(_texts_by_name(values), _split_at(values), _compared(values), counts)

    def of(source: Source, prefix: str) -> Joined:
        return joined(needs[0].get(source, Need()), needs[1].get(source, Need()), prefix=prefix, known=known)

    for value, side in zip(values, needs, strict=True):
        for leaf, kind in _typed(value):
            _use_as(kind, leaf, side.get(INPUT))
    results = {name: of(result_of(name), name) for name in callers}
    causes = {}
    for name in callers:
        sought = [side.get(error_of(name), Need()).members.get("Cause", Need()) for side in needs]
        if any(map(asked, sought)):
            causes[name] = joined(sought[0], sought[1], prefix=name)
    given, put = of(INPUT, ""), frozenset(_put(values))
    for before, after in _moved(values[0], values[1], renamed, given):
        given.labels[before] = given.labels[after]
    languages = [{renamed.get(name, name) if value is values[0] else name: told for name, told in _languages(value)} for value in values]
    rewritten = frozenset(name for name, told in languages[0].items() if languages[1].get(name, told) != told)
    world = World(renamed, given, results, causes, callers, (needs[0], needs[1]), put, _without(given.plain(), put), {}, rewritten)
    return world.with_plain(world.base, {name: _plain_answer(world, name) for name in callers})


def _moved(old: Json, new: Json, renamed: Mapping[str, str], given: Joined) -> list[tuple[Leaf, Leaf]]:
    """Leaves of the input that only the old revision reads, where the new one reads another leaf that only it reads: a member that got another place or name.

    Told by what stands in the same place of the same state, always the same two.
    """
    states = [
        {renamed.get(name, name) if side is old else name: state for owner, _ in containers(side) for name, state in _named(owner)} for side in (old, new)
    ]
    seen: dict[Leaf, set[Leaf]] = {}
    waiting: list[tuple[Json, Json]] = [(state, states[1][name]) for name, state in states[0].items() if name in states[1]]
    while waiting:
        left, right = waiting.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            waiting += [(member, right[name]) for name, member in left.items() if name in right]
        elif isinstance(left, list) and isinstance(right, list):
            waiting += list(zip(left, right, strict=False))
        elif isinstance(left, str) and isinstance(right, str) and left.startswith("$.") and right.startswith("$."):
            before, after = (tuple(str(key) for key in keys_of(text)) for text in (left, right))
            if before in given.only[0] and after in given.only[1]:
                seen.setdefault(before, set()).add(after)
    return [(before, next(iter(after))) for before, after in seen.items() if len(after) == 1]


def _plain_answer(world: World, name: str) -> Json:
    found = world.results[name].plain()
    if not any(within[0].output is not None for within in world.callers[name].sides):
        # The result is what the next state gets: what other states put into that is not the resource's to answer.
        found = _without(found, world.put)
    return found if found != {} or asked(world.results[name].need) else {"of": name}


def _without(value: Json, names: frozenset[str]) -> Json:
    return {name: member for name, member in value.items() if name not in names} if isinstance(value, dict) else value


def _renamed(source: Source, renamed: Mapping[str, str]) -> Source:
    return source[0], renamed.get(source[1], source[1])


def _caller(name: str, sides: list[Within], bounded: bool) -> Caller:
    timed = any(isinstance(body := within[0].body, Task) and (body.timeout is not None or body.heartbeat is not None) for within in sides)
    return Caller(name, tuple(sides), bounded or timed)


def _callers(program: Program, around: Within = ()) -> Iterator[tuple[str, Within]]:
    for state in program.states.values():
        match state.body:
            case Task():
                yield state.name, (state, *around)
            case Parallel(branches=branches):
                for branch in branches:
                    yield from _callers(branch, (state, *around))
            case Map(processor=processor, distributed=distributed):
                if distributed is not None and (distributed.reader is not None or distributed.writer is not None):
                    yield state.name, (state, *around)
                yield from _callers(processor, (state, *around))


def _named(owner: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    states = owner.get("States")
    yield from states.items() if isinstance(states, dict) else ()


def _fields(values: Iterable[Json]) -> Iterator[dict[str, Json]]:
    """Every state of the definitions, as written."""
    for value in values:
        for owner, _ in containers(value):
            states = owner.get("States")
            yield from (state for state in (states.values() if isinstance(states, dict) else ()) if isinstance(state, dict))


def _languages(machine: Json) -> Iterator[tuple[str, Json]]:
    default = machine.get("QueryLanguage", "JSONPath") if isinstance(machine, dict) else None
    for owner, _ in containers(machine):
        for name, state in _named(owner):
            yield name, state.get("QueryLanguage", default) if isinstance(state, dict) else default


def _typed(value: Json) -> Iterator[tuple[Leaf, str]]:
    """Members of the data that are sent to DynamoDB as something other than a text: `"BOOL.$": "$.dry_run"`."""
    for state in _fields([value]):
        waiting: list[Json] = [state.get("Parameters")]
        while waiting:
            payload = waiting.pop()
            if isinstance(payload, dict):
                waiting += payload.values()
                for name, path in payload.items():
                    if name in DYNAMODB_TYPES and isinstance(path, str) and path.startswith("$."):
                        yield tuple(str(key) for key in keys_of(path)), DYNAMODB_TYPES[name]
            elif isinstance(payload, list):
                waiting += payload


def _use_as(kind: str, leaf: Leaf, need: Need | None) -> None:
    for name in leaf:
        need = None if need is None else need.members.get(name)
    if need is not None and not (need.kinds or need.members or need.values):
        need.of_kind(kind)


def _put(values: Iterable[Json]) -> Iterator[str]:
    """The first step of every ResultPath."""
    for state in _fields(values):
        catchers = state.get("Catch")
        for owner in (state, *(catchers if isinstance(catchers, list) else ())):
            place = owner.get("ResultPath") if isinstance(owner, dict) else None
            keys = keys_of(place) if isinstance(place, str) else ()
            if keys and isinstance(keys[0], str):
                yield keys[0]


def _split_at(values: Iterable[Json]) -> dict[str, tuple[str, ...]]:
    """By the last name of a path: the delimiters of every StringSplit or $split in an expression it stands in."""
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[Json] = [*values]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) < LONGEST_EXPRESSION and SPLITS.search(value):
            delimiters = [told[1] for told in DELIMITER.finditer(value)]
            for path in PATH.finditer(value):
                name = path[0].rpartition(".")[2]
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *delimiters)))[:MOST_DELIMITERS]
    return found


def _compared(values: Iterable[Json]) -> tuple[str, ...]:
    """What Choice rules compare texts with, in the order of the definitions."""
    found: dict[str, None] = {}
    for state in _fields(values):
        waiting: list[Json] = [state.get("Choices")]
        while waiting:
            rule = waiting.pop(0)
            if isinstance(rule, dict):
                waiting += [member for member in rule.values() if isinstance(member, (dict, list))]
                found |= {text: None for name, text in rule.items() if name in ("StringEquals", "StringMatches") and isinstance(text, str)}
            elif isinstance(rule, list):
                waiting += rule
    return tuple(found)[:MOST_COMPARED]


def _texts_by_name(values: Iterable[Json]) -> dict[str, tuple[str, ...]]:
    """Texts the machines themselves say somewhere, by the last letters-and-digits name above them: what a status may be besides those compared with.

    Such as {"status": "IN_PROGRESS"} of `"Item": {"status": {"S": "IN_PROGRESS"}}`. In the order of the definitions.
    """
    found: dict[str, tuple[str, ...]] = {}
    for state in _fields(values):
        for payload in (state.get(name) for name in PAYLOADS):
            waiting: list[tuple[str, Json]] = [("", payload)]
            while waiting:
                name, value = waiting.pop(0)
                if isinstance(value, dict):
                    waiting += [(plain_name(key) if len(key) > 2 else name, member) for key, member in value.items()]
                elif isinstance(value, list):
                    waiting += [(name, member) for member in value]
                elif isinstance(value, str) and name and value and not value.startswith(("$", "{%", "States.", "arn:")) and " " not in value:
                    found[name] = (*found.get(name, ()), value)
    return found
