"""Scenarios played on two revisions: which apply, and what each shows.

A scenario applies to a comparison if it was written for one of the two files; if none was, all that were given apply. It is
played on both revisions by its own mocks, placeholders, clock and services, each side in a world of its own, with the
definition exchanged and the names of renamed states exchanged with it. A story that the files of both revisions tell
under one name is played once, each side by its own file. If only the inputs differ, because a revision arranges its input
anew, the two are also played beside each other, each side with its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from asl_engine.errors import AslError
from asl_engine.harness.executors import Execute, serially
from asl_engine.harness.names import names_of
from asl_engine.harness.play import Verdict, play, program_of
from asl_engine.harness.revision_names import in_names
from asl_engine.harness.suite import Origin, scenarios_of
from asl_engine.harness.telling import as_told
from asl_engine.history.execution import Status
from asl_engine.program import Program
from asl_engine.program.compile import compile_machine
from asl_engine.scenario import Definition, Scenario
from asl_engine.source import Source, source_from_value
from asl_engine.values import Json, Pointer, canonical_text
from asl_engine.views.behaviour import Told, compare
from asl_engine.views.behaviour.news import news
from asl_engine.views.revisions import ScenarioDifference

NO_PROGRAM = Program("", {}, Pointer(""), None, "STANDARD", Source(None, None, None))
"""Stands where a program does while a telling crosses from another process: programs are functions, which do not."""


@dataclass(frozen=True)
class Side:
    """One revision, as scenarios are played on it. Small enough to be sent to another process."""

    value: Json
    type: str
    names: Mapping[str, str]
    """What states of the other revision are called here."""

    def definition(self, asked: Definition) -> Definition:
        """This revision, loaded as the scenario asks for its own."""
        value = source_from_value(self.value, placeholders=asked.placeholders).value
        assert isinstance(value, dict)
        return Definition(value, {}, asked.type or self.type, checked=False)


@dataclass(frozen=True, slots=True)
class Pairing:
    """What one comparison plays: a scenario for each side, most often the same one."""

    name: str
    old: Scenario
    new: Scenario


@dataclass(frozen=True, slots=True)
class Portable:
    """A pairing by the files of its scenarios, to be read again where it is played."""

    name: str
    old: tuple[str, str]
    """(file, id)"""
    new: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Played:
    """`difference` has no programs: they do not cross processes."""

    difference: ScenarioDifference | None = None
    refusal: str | None = None
    """Why it could not be played at all."""


Job: TypeAlias = Pairing | Portable


# ---------------------------------------------------------------------------------------------------------- choosing


def chosen(scenarios: Iterable[Scenario], old: Program, new: Program) -> tuple[list[Pairing], list[tuple[str, str]]]:
    """What is played, and (name, why) of what is not."""
    listed = list({scenario.id: scenario for scenario in scenarios}.values())
    theirs, ours = file_of(old), file_of(new)
    about = {scenario.id: _file(scenario) for scenario in listed}
    applying = [scenario for scenario in listed if about[scenario.id] in (theirs, ours) and about[scenario.id] is not None]
    skipped = []
    if applying:
        skipped = [(scenario.id, f"it is about {_shown(scenario.definition)}") for scenario in listed if scenario not in applying]
    else:
        applying = listed
    if theirs == ours:
        return [Pairing(scenario.name, scenario, scenario) for scenario in applying], skipped
    before = {scenario.name: scenario for scenario in applying if about[scenario.id] == theirs}
    twins = [(before[scenario.name], scenario) for scenario in applying if about[scenario.id] == ours and scenario.name in before]
    joined = [Pairing(old.name, old, new) for old, new in twins if _story(old) == _story(new)]
    own_input = [Pairing(f"{old.name} (each with its own input)", old, new) for old, new in twins if _is_rearranged(old, new)]
    told = {scenario.id for pairing in joined for scenario in (pairing.old, pairing.new)}
    alone = [scenario for scenario in applying if scenario.id not in told]
    return [*joined, *own_input, *(Pairing(_name(scenario, alone), scenario, scenario) for scenario in alone)], skipped


def _name(scenario: Scenario, among: Sequence[Scenario]) -> str:
    """Its own, with its file's where others have it too."""
    shared = sum(other.name == scenario.name for other in among) > 1
    return f"{scenario.name} (as {scenario.file.name} tells it)" if shared else scenario.name


def _is_rearranged(old: Scenario, new: Scenario) -> bool:
    """Whether all that differs is what the execution is started with: another arrangement of the same request."""
    return _story(old) != _story(new) and _story(old) == _story(replace(new, input=old.input))


def _story(scenario: Scenario) -> str:
    """Everything that happens to the machine, as text: not what is expected of it."""
    told: dict[str, Json] = {
        "input": scenario.input,
        "start": str(scenario.start),
        "seed": scenario.seed,
        "name": scenario.execution_name,
        "mocks": scenario.mocks,
        "tasks": [[source.named, dict(source.given)] for source in scenario.tasks],
        "services": None if scenario.services is None else dict(scenario.services),
        "machines": [*sorted(scenario.machines)],
        "unmocked": scenario.unmocked,
        "variables": None if scenario.variables is None else dict(scenario.variables),
        "context": None if scenario.context is None else dict(scenario.context),
        "limits": dict(scenario.limits),
    }
    return canonical_text(told)


def _shown(definition: Definition) -> str:
    return os.path.relpath(definition.origin) if isinstance(definition.origin, Path) else "a definition of its own"


def _file(scenario: Scenario) -> Path | None:
    origin = scenario.definition.origin
    return origin.resolve() if isinstance(origin, Path) else None


def file_of(program: Program) -> Path | None:
    """The file a program was read from, or was in another revision ("main:order.asl.json"); None for a value."""
    origin = program.source.origin
    if origin is None:
        return None
    path = Path(origin)
    return path.resolve() if path.exists() or ":" not in origin else Path(origin.partition(":")[2]).resolve()


# ----------------------------------------------------------------------------------------------------------- playing


@dataclass(frozen=True)
class Telling:
    """Plays pairings on two revisions; a value that can be sent to another process."""

    old: Side
    new: Side
    renamed: Mapping[str, str]
    seed: int | None = None

    def __call__(self, job: Job) -> Played:
        if isinstance(job, Portable):
            job = Pairing(job.name, *(scenarios_of(Origin(file))[id] for file, id in (job.old, job.new)))
        try:
            before, after = _on(job.old, self.old, self.seed), _on(job.new, self.new, self.seed)
        except AslError as error:
            return Played(refusal=f"{error.code}: {error}".partition("\n")[0])
        for verdict in (before, after):
            if verdict.execution is None:
                return Played(refusal=(verdict.fault or "it has no execution").partition("\n")[0])
        old, new = _told(before), _told(after)
        comparison = compare(old, new, renamed=self.renamed)
        passes = _passes(before), _passes(after)
        if not comparison and passes[0] == passes[1]:
            return Played()
        bare = replace(old, program=NO_PROGRAM), replace(new, program=NO_PROGRAM)
        return Played(ScenarioDifference(job.name, job.new.location, comparison, *bare, *passes))


def _on(scenario: Scenario, side: Side, seed: int | None) -> Verdict:
    """The scenario played on a revision, whichever it was written for."""
    definition = side.definition(scenario.definition)
    states = names_of(program_of(definition)).states
    names = {other: name for other, name in side.names.items() if other not in states}
    return play(replace(in_names(scenario, names), definition=definition, written_for=_WrittenFor(scenario)), seed=seed)


@dataclass(frozen=True, slots=True)
class _WrittenFor:
    """What is said of a state that only the revision has for which it was said is no misspelling on the other."""

    scenario: Scenario

    def __call__(self, keys: Sequence[str | int]) -> Sequence[Definition]:
        return (*self.scenario.written_for(keys), self.scenario.definition)


def _told(verdict: Verdict) -> Told:
    execution = verdict.execution
    assert execution is not None
    program = program_of(verdict.scenario.definition)
    if execution.status is not Status.RUNNING or verdict.fault is None:
        return as_told(program, execution)
    code, _, message = verdict.fault.partition(": ")
    return as_told(program, execution, code, message)


def _passes(verdict: Verdict) -> bool | None:
    """Whether what the scenario expects is so; None where it expects nothing, or speaks of what the machine has not."""
    ended = verdict.execution is not None and verdict.execution.status is not Status.RUNNING
    return None if verdict.scenario.expect is None or (ended and verdict.fault is not None) else verdict.passed


# ---------------------------------------------------------------------------------------------------- many scenarios


@dataclass(frozen=True, slots=True)
class ScenariosPlayed:
    differences: tuple[ScenarioDifference, ...] = ()
    count: int = 0
    skipped: tuple[tuple[str, str], ...] = ()


def played(
    scenarios: Iterable[Scenario], old: Program, new: Program, renamed: Mapping[str, str], *, execute: Execute[Job, Played] = serially, seed: int | None = None
) -> ScenariosPlayed:
    """Plays what applies of the scenarios on both, in their order. `execute` gets what comes from files; the rest is played here."""
    pairings, skipped = chosen(scenarios, old, new)
    telling = Telling(
        Side(old.source.value, old.type, {name: other for other, name in renamed.items()}), Side(new.source.value, new.type, renamed), renamed, seed
    )
    differences: list[ScenarioDifference] = []
    count = 0
    for pairing, result in zip(pairings, _results(telling, pairings, execute), strict=True):
        if result.refusal is not None:
            skipped.append((pairing.name, result.refusal))
            continue
        count += 1
        if result.difference is not None:
            programs = [filled(program, side.definition.placeholders) for program, side in ((old, pairing.old), (new, pairing.new))]
            told = [replace(told, program=program) for told, program in zip((result.difference.old, result.difference.new), programs, strict=True)]
            differences.append(replace(result.difference, old=told[0], new=told[1]))
    told_anew = news([difference.comparison for difference in differences])
    differences = [replace(difference, comparison=told, known=known) for difference, (told, known) in zip(differences, told_anew, strict=True)]
    return ScenariosPlayed(tuple(differences), count, tuple(skipped))


def _results(telling: Telling, pairings: Sequence[Pairing], execute: Execute[Job, Played]) -> Iterator[Played]:
    """In the order of the pairings, wherever each is played."""
    if execute is serially:
        yield from map(telling, pairings)
        return
    jobs = [_portable(pairing) for pairing in pairings]
    elsewhere = iter(execute(telling, [job for job in jobs if job is not None]))
    for pairing, job in zip(pairings, jobs, strict=True):
        yield telling(pairing) if job is None else next(elsewhere)


def _portable(pairing: Pairing) -> Portable | None:
    """None if another process could not read the very same scenarios."""
    places = []
    for scenario in (pairing.old, pairing.new):
        try:
            again = scenarios_of(Origin(str(scenario.file))).get(scenario.id)
        except AslError:
            return None
        if again is None or scenario.answering is not None or (again is not scenario and _story(again) != _story(scenario)) or again.expect != scenario.expect:
            return None
        places.append((str(scenario.file), scenario.id))
    return Portable(pairing.name, places[0], places[1])


def filled(program: Program, placeholders: Mapping[str, Json]) -> Program:
    """The program with the values of placeholders that were not given when it was loaded; its places stay."""
    value = source_from_value(program.source.value, placeholders=placeholders).value
    return program if value == program.source.value else compile_machine(replace(program.source, value=value), type=program.type)
