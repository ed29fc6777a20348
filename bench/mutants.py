"""How many small mistakes in a definition its scenarios notice.

    python bench/mutants.py scenarios/orchestrator scenarios/examples
    python bench/mutants.py scenarios/orchestrator/r5.scenario.yaml -n 200 --seed 0 --survivors

Of all single mutations of each definition (see mutations.py) N are drawn: a kind of mutation first, then one of that
kind, so that the many members of Parameters do not crowd out the few catchers. A mutant that `asl check` refuses is
not counted, since it could not be deployed. A mutant is noticed if at least one scenario that uses the definition does
not pass. Survivors are told with a sentence each; some of them are no gap, because they behave the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mutations import Mutation, mutations

import asl_engine as asl
from asl_engine.harness.executors import in_processes, serially
from asl_engine.scenario import Definition, Scenario
from asl_engine.scenario_files import find_scenario_files
from asl_engine.source import read_source
from asl_engine.views.facts import Facts


@dataclass(frozen=True)
class Subject:
    """One definition and the scenario files that use it."""

    origin: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    subject: Subject
    mutation: Mutation


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="scenario files, or folders with them")
    parser.add_argument("-n", type=int, default=200, metavar="N", help="mutants of each definition; 0: all there are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--survivors", action="store_true", help="tell every survivor")
    asked = parser.parse_args()
    sys.path.insert(0, "")
    noticed = played = 0
    for subject in subjects(asked.paths):
        begun = time.perf_counter()
        unmutated = Job(subject, Mutation("none", "/", "nothing changed", None, _definition(subject)))
        if failing := [scenario.id for scenario in scenarios_of(subject) if not asl.play(with_definition(scenario, unmutated)).passed]:
            print(f"{subject.origin}: not measured, {len(failing)} scenarios fail unmutated, first {failing[0]}")
            return 1
        drawn, refused, possible = draw(subject, asked.n, asked.seed)
        execute = in_processes(asked.processes) if asked.processes > 1 else serially
        survivors = [job.mutation for job, found in zip(drawn, execute(is_noticed, drawn), strict=True) if not found]
        noticed, played = noticed + len(drawn) - len(survivors), played + len(drawn)
        took = time.perf_counter() - begun
        share = f"{len(drawn) - len(survivors)} of {len(drawn)} mutants noticed"
        print(f"{subject.origin}: {share} by {len(scenarios_of(subject))} scenarios ({possible} possible, {refused} drawn that AWS would refuse; {took:.0f} s)")
        if asked.survivors:
            tell(subject, survivors)
        else:
            print("".join(f"    {count} × {kind}\n" for kind, count in Counter(mutation.kind for mutation in survivors).most_common()), end="")
    print(f"together: {noticed} of {played}, {100 * noticed / max(1, played):.1f} %")
    return 0


def subjects(paths: Iterable[str]) -> Iterator[Subject]:
    """Every definition file that scenarios of these files run, machines that are started by others included."""
    users: dict[str, list[str]] = {}
    for path in paths:
        for file in find_scenario_files(Path(path)):
            for scenario in scenarios_in(str(file)):
                for definition in (scenario.definition, *scenario.machines.values()):
                    if isinstance(definition.origin, Path) and str(file) not in users.setdefault(_short(definition.origin), []):
                        users[_short(definition.origin)].append(str(file))
    for origin, files in users.items():
        yield Subject(origin, tuple(files))


def _short(path: Path) -> str:
    absolute = path.absolute().resolve()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)


@lru_cache(maxsize=64)
def scenarios_in(file: str) -> tuple[Scenario, ...]:
    return tuple(asl.load_scenarios(file))


@lru_cache(maxsize=64)
def scenarios_of(subject: Subject) -> tuple[Scenario, ...]:
    everything = (scenario for file in subject.files for scenario in scenarios_in(file))
    return tuple(scenario for scenario in everything if any(_is(definition, subject) for definition in (scenario.definition, *scenario.machines.values())))


def _is(definition: Definition, subject: Subject) -> bool:
    return isinstance(definition.origin, Path) and _short(definition.origin) == subject.origin


def draw(subject: Subject, count: int, seed: int) -> tuple[list[Job], int, int]:
    """(the mutants, how many were drawn but would be refused, how many single mutations there are)"""
    chance = random.Random(f"{seed} {subject.origin}")
    kinds: dict[str, list[Mutation]] = {}
    definition = _definition(subject)
    for mutation in mutations(definition):
        kinds.setdefault(mutation.kind, []).append(mutation)
    possible = sum(map(len, kinds.values()))
    for members in kinds.values():
        chance.shuffle(members)
    deployable = next(definition for scenario in scenarios_of(subject) for definition in _definitions(scenario) if _is(definition, subject))
    known = refusals(definition, deployable)
    drawn: list[Job] = []
    refused = 0
    while kinds and (not count or len(drawn) < count):
        kind = chance.choice(sorted(kinds))
        mutation = kinds[kind].pop()
        if not kinds[kind]:
            del kinds[kind]
        if refusals(mutation.definition, deployable) - known:
            refused += 1
        else:
            drawn.append(Job(subject, mutation))
    return drawn, refused, possible


def refusals(definition: dict[str, Any], deployed: Definition) -> set[tuple[str, str]]:
    """What AWS would refuse. A revision that is refused itself is mutated all the same; its mutants may add nothing to that."""
    findings = asl.check(definition, placeholders=dict(deployed.placeholders))
    return {(finding.code, finding.pointer) for finding in findings if finding.severity == "ERROR"}


def _definitions(scenario: Scenario) -> tuple[Definition, ...]:
    return (scenario.definition, *scenario.machines.values())


def _definition(subject: Subject) -> dict[str, Any]:
    value: Any = read_source(Path(subject.origin)).value
    assert isinstance(value, dict)
    return value


def is_noticed(job: Job) -> bool:
    return any(not asl.play(with_definition(scenario, job)).passed for scenario in scenarios_of(job.subject))


def with_definition(scenario: Scenario, job: Job) -> Scenario:
    """The scenario with the mutant where the definition was."""

    def mutated(definition: Definition) -> Definition:
        return replace(definition, origin=job.mutation.definition) if _is(definition, job.subject) else definition

    machines = {name: mutated(machine) for name, machine in scenario.machines.items()}
    return replace(scenario, definition=mutated(scenario.definition), machines=machines)


def tell(subject: Subject, survivors: Sequence[Mutation]) -> None:
    entered: Counter[str] = Counter()
    for scenario in scenarios_of(subject):
        if (execution := asl.play(scenario).execution) is not None:
            entered.update({visit.name for visit in Facts(execution).visits})
    for mutation in sorted(survivors, key=lambda mutation: mutation.pointer):
        where = f" (entered by {entered[mutation.state]} scenarios)" if mutation.state else ""
        print(f"    {mutation.sentence}{where}")


if __name__ == "__main__":
    sys.exit(main())
