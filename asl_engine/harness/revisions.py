"""What a revision does differently from the one before it: `asl diff` and `asl_engine.diff`.

    found = asl.diff("r4.asl.json", "r5.asl.json", "scenarios/")
    found.differs                       # whether anything was found
    found.structure.changes             # what changed in the definition
    found.scenarios, found.witnesses    # what runs differently, each with both sides and the first divergence
    found.compared                      # what was looked at

Four layers, each useful alone: the definitions side by side, what they ask of their input, scenarios played on both, and
stories explored beyond the scenarios. A definition AWS would refuse is compared all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from asl_engine.analysis.check import check_definition
from asl_engine.analysis.structure import Change, Structure, structure_of
from asl_engine.diagnostics import is_refusal
from asl_engine.errors import ScenarioError
from asl_engine.harness.executors import serially
from asl_engine.harness.revision_scenarios import played
from asl_engine.harness.suite import collect
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.scenario import Scenario
from asl_engine.values import Json
from asl_engine.views.revisions import BehaviourDiff, Compared, Revision

if TYPE_CHECKING:
    from asl_engine.harness.explore import ExploreBounds

Definition = Program | str | Path | dict[str, Any]


class Pool(Protocol):
    """What is needed of a `concurrent.futures.Executor`."""

    def map(self, fn: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]: ...


def diff(
    old: Definition,
    new: Definition,
    scenarios: str | Path | Iterable[str | Path | Scenario] = (),
    *,
    explore: ExploreBounds | Literal["default"] | None = "default",
    placeholders: Mapping[str, Json] | None = None,
    type: str | None = None,
    seed: int | None = None,
    execute: Callable[..., Iterator[Any]] = serially,
    executor: Pool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BehaviourDiff:
    """What `new` does differently from `old`: paths, values, or programs loaded with `validate=False`.

    `scenarios` are files, folders or scenarios; those apply that were written for one of the two, or all if none was.
    `explore` bounds the exploration, None leaves it out. `placeholders` and `type` are for definitions that are loaded
    here; scenarios bring their own placeholders. `seed` takes the place of the scenarios' own. `executor` is any
    `concurrent.futures.Executor`. `progress` is told (stories told, stories waiting) while exploring.

    Raises `DefinitionError` for what cannot be read or compiled, `ScenarioError` for scenario files that are wrong.
    """
    before, after = (loaded(definition, placeholders, type) for definition in (old, new))
    structure = structure_of(before.source.value, after.source.value)
    run = execute if executor is None else _on(executor)
    shown = played(_scenarios(scenarios), before, after, structure.renamed, execute=run, seed=seed)
    compared = Compared(shown.count, shown.skipped)
    found = BehaviourDiff(_revision(before, old), _revision(after, new), structure, _contract(before, after), scenarios=shown.differences, compared=compared)
    return found if explore is None else _explored(found, before, after, structure, explore, run, progress)


def loaded(definition: Definition, placeholders: Mapping[str, Json] | None, type: str | None) -> Program:
    """A definition as it can be run, whatever AWS says of it. Raises `DefinitionError` for what cannot be compiled at all."""
    return definition if isinstance(definition, Program) else load(definition, placeholders=placeholders, type=type, validate=False)


def _on(executor: Pool) -> Callable[..., Iterator[Any]]:
    def execute(function: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[Any]:
        yield from executor.map(function, jobs)

    return execute


def _scenarios(given: str | Path | Iterable[str | Path | Scenario]) -> list[Scenario]:
    listed = [given] if isinstance(given, (str, Path)) else list(given)
    found: list[Scenario] = []
    for one in listed:
        if isinstance(one, Scenario):
            found.append(one)
        elif isinstance(one, (str, Path)):
            found += [scenario for _, scenario in collect([str(one)])]
        else:
            raise ScenarioError(f"scenarios are files, folders or scenarios, not a {one.__class__.__name__}")
    return found


def _revision(program: Program, asked: Definition) -> Revision:
    label = program.source.origin or (str(asked) if isinstance(asked, (str, Path)) else "the definition")
    return Revision(label, tuple(finding for finding in check_definition(program.source, type=program.type) if is_refusal(finding)), program)


def _contract(old: Program, new: Program) -> tuple[Change, ...]:
    from asl_engine.analysis.contract import contract_changes

    return contract_changes(old.source.value, new.source.value)


def _explored(
    found: BehaviourDiff,
    old: Program,
    new: Program,
    structure: Structure,
    bounds: ExploreBounds | Literal["default"],
    execute: Callable[..., Iterator[Any]],
    progress: Callable[[int, int], None] | None,
) -> BehaviourDiff:
    # Imported here: who leaves exploration out does not wait for it.
    from asl_engine.harness.explore import ExploreBounds, explored

    limits = ExploreBounds() if bounds == "default" else bounds
    explored_all = explored(old, new, renamed=structure.renamed, bounds=limits, execute=execute, progress=progress)
    compared = replace(found.compared, runs=explored_all.runs, bounds=explored_all.bounds, reached=explored_all.reached, unentered=explored_all.unentered)
    return replace(found, witnesses=explored_all.witnesses, compared=compared)
