"""What tasks of a definition answer in scenarios, for `asl check --scenarios`: the scenarios are played, and their results kept.

Whether a scenario holds is no matter here; what its mocks answered before it failed counts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from asl_engine.harness.play import play
from asl_engine.harness.suite import collect
from asl_engine.history.execution import Execution
from asl_engine.scenario import Definition
from asl_engine.values import Json, canonical_text


class Answers:
    """Plays each scenario once, when a definition it is about is first asked for."""

    def __init__(self, named: Sequence[str]) -> None:
        """Raises `ScenarioError` for files that are none."""
        self._scenarios = [scenario for _, scenario in collect(named)] if named else []
        self._played: dict[str, list[tuple[str | None, Execution]]] = {}

    def of(self, file: str) -> dict[str, list[Json]]:
        """By the name of a Task state: the different results it had, in the order of the scenarios. Empty if no scenario is about the file."""
        found: dict[str, dict[str, Json]] = {}
        wanted = _resolved(file)
        for scenario in self._scenarios:
            if not any(_is_at(each, wanted) for each in (scenario.definition, *scenario.machines.values())):
                continue
            if scenario.id not in self._played:
                verdict = play(scenario)
                own = scenario.definition.origin if isinstance(scenario.definition.origin, Path) else None
                runs = [(program.source.origin, run) for program, run in verdict.nested]
                self._played[scenario.id] = [*([(str(own), verdict.execution)] if own is not None and verdict.execution is not None else []), *runs]
            for origin, execution in self._played[scenario.id]:
                if origin is not None and _resolved(origin) == wanted:
                    for call in execution.calls():
                        if call.outcome == "succeeded":
                            found.setdefault(call.state, {}).setdefault(canonical_text(call.result), call.result)
        return {name: list(results.values()) for name, results in found.items()}


def _is_at(definition: Definition, wanted: str) -> bool:
    return isinstance(definition.origin, Path) and _resolved(str(definition.origin)) == wanted


def _resolved(reference: str) -> str:
    """A file, or what "#" names in it."""
    path, mark, name = reference.partition("#")
    return f"{Path(path).resolve()}{mark}{name}"
