"""How many planted differences `asl diff` shows, and how many equivalent rewrites it wrongly calls different.

    python bench/planted.py definitions/examples definitions/orchestrator
    python bench/planted.py FOLDER -n 300 --seed 0 --misses

N single mutations (see mutations.py) are drawn over all definitions of the folders: a definition first, then a kind of
mutation, then one of that kind. A mutant that `asl check` refuses is not counted, since it could not be deployed. Each
is compared with its original twice: by structure (the definitions alone) and by behaviour (exploration, no scenarios).
Then every definition is rewritten in ways that change nothing: members in another order, comments, defaults written
out, a state renamed everywhere; and the pairs of rewrites.json, the same machine in JSONPath and in JSONata by hand.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from mutations import Mutation, mutations

import asl_engine as asl
from asl_engine.analysis.structure import structure_of
from asl_engine.harness.executors import in_processes
from asl_engine.harness.explore import ExploreBounds, explored

Definition: TypeAlias = "dict[str, Any]"
HERE = Path(__file__).resolve().parent
DEFAULTS = {"InputPath": "$", "OutputPath": "$", "ResultPath": "$"}
OF_RETRIERS = {"IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2.0, "JitterStrategy": "NONE"}


@dataclass(frozen=True)
class Job:
    """Two definitions, and what lies between them."""

    origin: str
    kind: str
    sentence: str
    old: Definition
    new: Definition
    bounds: ExploreBounds


@dataclass(frozen=True)
class Shown:
    by_structure: tuple[str, ...]
    by_behaviour: tuple[str, ...]
    seconds: float
    bounded: bool
    """Whether a bound ended the exploration early."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-n", type=int, default=300, metavar="N", help="mutants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--max-runs", type=int, default=300, help="stories per pair")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="tell every miss")
    asked = parser.parse_args()
    bounds = ExploreBounds(max_runs=asked.max_runs, max_witnesses=3)
    definitions = dict(load_all(asked.folders))
    print(f"{len(definitions)} definitions that AWS would take")
    execute = in_processes(asked.processes)
    mutants = draw(definitions, asked.n, asked.seed, bounds)
    report("mutants", mutants, list(execute(compared, mutants)), asked.misses)
    rewritten = [*equivalents(definitions, asked.seed, bounds), *by_hand(bounds)]
    report_equivalents(rewritten, list(execute(compared, rewritten)))


def load_all(folders: list[Path]) -> Iterator[tuple[str, Definition]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            try:
                value = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                continue
            if isinstance(value, dict) and "States" in value and is_accepted(value):
                yield str(path), value


def is_accepted(definition: Definition) -> bool:
    try:
        asl.load(definition)
    except asl.DefinitionError:
        return False  # refused, or a template whose placeholders have no values
    return True


def draw(definitions: dict[str, Definition], count: int, seed: int, bounds: ExploreBounds) -> list[Job]:
    chance = random.Random(seed)
    names = sorted(definitions)
    by_kind: dict[str, dict[str, list[Mutation]]] = {}
    jobs: list[Job] = []
    while names and len(jobs) < count:
        name = chance.choice(names)
        if name not in by_kind:
            by_kind[name] = kinds_of(definitions[name])
        kinds = by_kind[name]
        if not kinds:
            names.remove(name)
            continue
        kind = chance.choice(sorted(kinds))
        mutation = kinds[kind].pop(chance.randrange(len(kinds[kind])))
        if not kinds[kind]:
            del kinds[kind]
        if is_accepted(mutation.definition):
            jobs.append(Job(name, kind, mutation.sentence, definitions[name], mutation.definition, bounds))
    return jobs


def kinds_of(definition: Definition) -> dict[str, list[Mutation]]:
    found: dict[str, list[Mutation]] = {}
    try:
        for mutation in mutations(definition):
            found.setdefault(mutation.kind, []).append(mutation)
    except (AttributeError, KeyError, TypeError):
        return {}  # a template's intrinsic function in the place of a text
    return found


def compared(job: Job) -> Shown:
    begun = time.perf_counter()
    structure = structure_of(job.old, job.new)
    old, new = (asl.load(definition, validate=False) for definition in (job.old, job.new))
    exploration = explored(old, new, renamed=structure.renamed, bounds=job.bounds)
    seen = tuple(f"{witness.name}: {witness.comparison.first.sentence}" for witness in exploration.witnesses if witness.comparison.first)
    changes = tuple(f"{change.state or 'machine'}: {change.sentence}" for change in structure.changes if not change.neutral)
    return Shown(changes, seen, time.perf_counter() - begun, any("max-runs" in reason for reason in exploration.reached))


def report(title: str, jobs: list[Job], shown: list[Shown], misses: bool) -> None:
    pairs = list(zip(jobs, shown, strict=True))
    structure, behaviour = (sum(bool(getattr(found, name)) for found in shown) for name in ("by_structure", "by_behaviour"))
    either = sum(bool(found.by_structure or found.by_behaviour) for found in shown)
    times = sorted(found.seconds for found in shown)
    print(f"{len(jobs)} {title}: {structure} shown by structure, {behaviour} by behaviour, {either} by either")
    print(f"    seconds a pair: median {times[len(times) // 2]:.2f}, worst {times[-1]:.2f}; {sum(found.bounded for found in shown)} ended by --max-runs")
    for name in ("by_structure", "by_behaviour"):
        missed = [job for job, found in pairs if not getattr(found, name)]
        print(f"  not shown {name.replace('_', ' ')}: {len(missed)}")
        for kind, count in Counter(job.kind for job in missed).most_common():
            print(f"    {count} of {sum(job.kind == kind for job in jobs)} × {kind}")
        if misses:
            print("".join(f"      {Path(job.origin).name}: {job.sentence}\n" for job in missed), end="")


def report_equivalents(jobs: list[Job], shown: list[Shown]) -> None:
    pairs = list(zip(jobs, shown, strict=True))
    for name in ("by_structure", "by_behaviour"):
        wrong = [(job, getattr(found, name)) for job, found in pairs if getattr(found, name)]
        print(f"{len(jobs)} equivalent rewrites: {len(wrong)} called different {name.replace('_', ' ')}")
        for job, said in wrong:
            print(f"    {Path(job.origin).name}, {job.kind}: {said[0]}")


# ---------------------------------------------------------------- what changes nothing


def equivalents(definitions: dict[str, Definition], seed: int, bounds: ExploreBounds) -> Iterator[Job]:
    chance = random.Random(seed)
    rewrites: dict[str, Callable[[Definition], Definition]] = {
        "members in another order": lambda definition: shuffled(definition, chance),
        "comments": commented,
        "defaults written out": with_defaults,
        "a state renamed": lambda definition: renamed(definition, chance),
        "a state nothing leads to": with_unreachable,
    }
    for name, definition in definitions.items():
        for kind, rewrite in rewrites.items():
            yield Job(name, kind, kind, definition, rewrite(copy.deepcopy(definition)), bounds)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(element, chance) for element in value] if isinstance(value, list) else value


def states_of(definition: Definition) -> Iterator[tuple[Definition, Definition]]:
    """(the machine, branch or processor, one of its states)"""
    for state in definition["States"].values():
        yield definition, state
        for inner in (*state.get("Branches", ()), *(state[name] for name in ("ItemProcessor", "Iterator") if name in state)):
            yield from states_of(inner)


def commented(definition: Definition) -> Definition:
    definition["Comment"] = "written elsewhere"
    for _, state in states_of(definition):
        state["Comment"] = "nothing to see"
    return definition


def with_defaults(definition: Definition) -> Definition:
    language = definition.get("QueryLanguage", "JSONPath")
    for _, state in states_of(definition):
        if state.get("QueryLanguage", language) == "JSONPath" and state["Type"] in ("Task", "Parallel", "Map", "Pass"):
            state.update({name: value for name, value in DEFAULTS.items() if name not in state})
        for retrier in state.get("Retry", ()):
            retrier.update({name: value for name, value in OF_RETRIERS.items() if name not in retrier})
    return definition


def renamed(definition: Definition, chance: random.Random) -> Definition:
    owner, old = chance.choice([(owner, name) for owner, _ in states_of(definition) for name in owner["States"]])
    new = f"{old} renamed"[:80]
    owner["States"] = {new if name == old else name: state for name, state in owner["States"].items()}
    for holder in (owner, *owner["States"].values()):
        for place in (holder, *holder.get("Choices", ()), *holder.get("Catch", ())):
            for field in ("StartAt", "Next", "Default"):
                if place.get(field) == old:
                    place[field] = new
    return definition


def with_unreachable(definition: Definition) -> Definition:
    definition["States"]["NothingLeadsHere"] = {"Type": "Pass", "End": True}
    return definition


def by_hand(bounds: ExploreBounds) -> Iterator[Job]:
    for pair in json.loads((HERE / "rewrites.json").read_text(encoding="utf-8")):
        yield Job("rewrites.json", pair["name"], pair["name"], pair["jsonpath"], pair["jsonata"], bounds)


if __name__ == "__main__":
    main()
