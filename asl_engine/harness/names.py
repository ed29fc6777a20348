"""Names a scenario says and its machine has not: a misspelled `never: [Refnd]` would hold for ever.

A state is named by its name at any depth or by its path; a call by its resource. What `defaults` or a table say is
said for several definitions, and a name need be known in one of those it was written for only, so that one file can
be about several revisions. Nothing is asked but the programs; whether what was said holds is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from asl_engine.errors import DefinitionError
from asl_engine.program import Map, Parallel, Program, Task
from asl_engine.scenario import REST, CallExpectation, Definition, ExecutionExpectation, Scenario, StateExpectation
from asl_engine.spell import nearest
from asl_engine.tasks.mock_files import RESOURCE
from asl_engine.tasks.mocks import pattern_of
from asl_engine.tasks.resource import Resource
from asl_engine.views.coverage_goals import inner_programs, programs_of
from asl_engine.views.facts import names_resource
from asl_engine.views.transitions import ARROW, START

Keys = tuple[str | int, ...]
S3_OF_MAPS = ("arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2", "arn:aws:states:::s3:putObject")
"""What a Distributed Map calls in its own name, to read its items and to write its results."""


class Names:
    """What can be named in one machine."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @cached_property
    def states(self) -> frozenset[str]:
        return frozenset(name for inner in programs_of(self._program) for name in inner.states)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Of every state, without the numbers of branches and iterations: "Fan/Pay"."""
        return tuple(plain for plain, _ in _places(self._program, "", ""))

    @cached_property
    def _paths(self) -> re.Pattern[str]:
        return re.compile("|".join(pattern for _, pattern in _places(self._program, "", "")), re.DOTALL)

    @cached_property
    def resources(self) -> frozenset[str]:
        """As a history has them: an integration as "arn:aws:states:::sqs:sendMessage", all else as written."""
        return frozenset(f"arn:aws:states:::{resource.service}:{resource.action}" if resource.service else resource.arn for resource in self._called)

    @cached_property
    def mockable(self) -> frozenset[str]:
        """As mocks are asked for them: as the definition has them, and what Maps call to read and write."""
        maps = any(isinstance(state.body, Map) and state.body.distributed for inner in programs_of(self._program) for state in inner.states.values())
        return frozenset(resource.arn for resource in self._called) | frozenset(S3_OF_MAPS if maps else ())

    @cached_property
    def _called(self) -> tuple[Resource, ...]:
        return tuple(state.body.resource for inner in programs_of(self._program) for state in inner.states.values() if isinstance(state.body, Task))

    def has_state(self, named: str) -> bool:
        """By name at any depth, or by path: "Fan[2]/Pay", "Fan/Pay"."""
        return named in self.states or ("/" in named and self._paths.fullmatch(named) is not None)


def _places(program: Program, plain: str, pattern: str) -> Iterator[tuple[str, str]]:
    """(path, regular expression of its spellings) of every state; a Parallel's branch has its own number."""
    for name, state in program.states.items():
        yield f"{plain}{name}", f"{pattern}{re.escape(name)}"
        for index, inner in enumerate(inner_programs(state)):
            number = str(index) if isinstance(state.body, Parallel) else r"\d+"
            yield from _places(inner, f"{plain}{name}/", rf"{pattern}{re.escape(name)}(?:\[{number}\])?/")


@lru_cache(maxsize=128)
def names_of(program: Program) -> Names:
    return Names(program)


# ---------------------------------------------------------------- expectations


def unknown_names(scenario: Scenario, program: Program, machines: Mapping[str, Program], program_of: Callable[[Definition], Program]) -> list[str]:
    """A sentence with its place for every name in the scenario's expectations that its machine has not.

    `program` is the scenario's, `machines` are those it may start; `program_of` loads what else a name was written for.
    """
    if scenario.expect is None:
        return []

    def elsewhere(keys: Keys) -> list[Names] | None:
        """What can be named in the other machines this was written for; None if one cannot be loaded, so that nobody can tell."""
        others = [definition for definition in scenario.written_for(("expect", *keys)) if definition is not scenario.definition]
        try:
            return [names_of(program_of(definition)) for definition in others]
        except DefinitionError:
            return None

    found = _unknown(scenario.expect, (), names_of(program), elsewhere, machines)
    return list(dict.fromkeys(f"{scenario.locate(('expect', *keys))}: {complaint}" for keys, complaint in found))


def _unknown(
    wanted: ExecutionExpectation, above: Keys, own: Names, elsewhere: Callable[[Keys], list[Names] | None], machines: Mapping[str, Program]
) -> Iterator[tuple[Keys, str]]:
    for below, named, what in _said(wanted):
        keys = (*above, *below)
        if _complaint(named, what, [own]) is None or (others := elsewhere(keys)) is None:
            continue
        if complaint := _complaint(named, what, [own, *others]):
            having = [name for name, program in machines.items() if what == "state" and names_of(program).has_state(named)]
            yield keys, complaint + (f'; the machine "{having[0]}" has one: expect it under machines' if having and not above else "")
    for named, expected in (wanted.machines or {}).items():
        keys = (*above, "machines", named)
        if named not in machines:
            near = nearest(named, machines)
            yield keys, f'there is no machine "{named}" among those under machines' + (f'; did you mean "{near}"?' if near else "")
            continue
        for inside, one in [((index,), one) for index, one in enumerate(expected)] if isinstance(expected, list) else [((), expected)]:
            yield from _unknown(one, (*keys, *inside), names_of(machines[named]), _nowhere, machines)


def _nowhere(keys: Keys) -> list[Names]:
    """What is said of a machine that is started is said of that one only."""
    return []


def _complaint(named: str, what: str, known: Sequence[Names]) -> str | None:
    if what == "resource":
        if any(names_resource(named, resource) for names in known for resource in names.resources):
            return None
        near = _near_resource(named, [resource for names in known for resource in names.resources])
        return f'no state of the definition calls "{named}", so expecting none always holds{near}'
    if any(names.has_state(named) for names in known):
        return None
    return _no_state(named, known)


def _no_state(named: str, known: Sequence[Names]) -> str:
    near = nearest(named, [name for names in known for name in (names.paths if "/" in named else sorted(names.states))])
    return f'there is no state "{named}"' + (f'; did you mean "{near}"?' if near else "")


def _near_resource(named: str, resources: Iterable[str]) -> str:
    """Compared by as many last parts as were written, since people leave out what stands before; else by the last two."""
    parts = named.split(":")
    for count in (len(parts), 2):
        ends = {":".join(resource.split(":")[-count:]): resource for resource in sorted(resources)}
        if near := nearest(":".join(parts[-count:]), ends):
            return f'; did you mean "{near if count == len(parts) else ends[near]}"?'
    return ""


def _said(wanted: ExecutionExpectation) -> Iterator[tuple[Keys, str, str]]:
    """(keys below `expect`, name, "state" or "resource") for every name that is said. Those a snapshot recorded are none."""
    for key in ("path", "visited", "never", "order", "transitions"):
        listed = getattr(wanted, key)
        for index, said in enumerate(listed if isinstance(listed, list) else ()):
            if said != REST:
                yield from (((key, index), named, "state") for named in _ends(said))
    for named in wanted.retries or {}:
        if named:
            yield ("retries", named), named, "state"
    for named, expected in (wanted.states or {}).items():
        yield ("states", named), named, "state"
        for keys, one in [((index,), one) for index, one in enumerate(expected)] if isinstance(expected, list) else [((), expected)]:
            yield from _said_of_state(("states", named, *keys), one)
    for named, counted in (wanted.calls or {}).items():
        for index, calls in enumerate(counted):
            yield from _said_of_calls(named, ("calls", named, index), calls)


def _ends(said: str) -> list[str]:
    if ARROW not in said:
        return [said]
    source, _, target = said.partition(ARROW)
    return [name.strip() for name in (source, target) if name.strip() != START]


def _said_of_state(keys: Keys, wanted: StateExpectation) -> Iterator[tuple[Keys, str, str]]:
    if wanted.next is not None:
        yield (*keys, "next"), wanted.next, "state"


def _said_of_calls(resource: str, keys: Keys, wanted: CallExpectation) -> Iterator[tuple[Keys, str, str]]:
    if wanted.state is not None:
        yield (*keys, "state"), wanted.state, "state"
    if wanted.count.holds(0):
        yield keys, resource, "resource"


# ---------------------------------------------------------------- mocks


def unknown_mock(name: str, programs: Sequence[Program]) -> str | None:
    """Why nothing will ever ask this key of a mock block: "UnknownState: …" or "UnknownResource: …"; None if something may."""
    known = [names_of(program) for program in programs]
    if not name.startswith((RESOURCE, "arn:")):
        return None if any(names.has_state(name) for names in known) else f"UnknownState: {_no_state(name, known)}"
    written = name.removeprefix(RESOURCE).strip()
    resources = sorted({resource for names in known for resource in names.mockable})
    pattern = pattern_of(written)
    if any(pattern.fullmatch(resource) for resource in resources):
        return None
    return f"UnknownResource: no state calls {written}{_near_resource(written, resources)}"
