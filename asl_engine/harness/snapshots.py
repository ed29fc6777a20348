"""`--update`: what was observed is written into the scenario files' snapshots, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from asl_engine.errors import ScenarioError
from asl_engine.scenario import Scenario
from asl_engine.scenario_files.rewriting import with_values
from asl_engine.values import Json, Pointer, same_json

KEYS = ("expect", "snapshot")


def update_files(observed: Iterable[tuple[Scenario, dict[str, Json]]]) -> list[str]:
    """Writes each scenario's snapshot into its file. Returns the files. Raises `ScenarioError`.

    Scenarios that share one snapshot, as rows of a table or by defaults, must agree on what it is.
    """
    changes: dict[Path, dict[Pointer, tuple[Scenario, Json]]] = {}
    for scenario, snapshot in observed:
        known = changes.setdefault(scenario.file, {})
        pointer = scenario.pointer(KEYS)
        if pointer in known and not same_json(known[pointer][1], snapshot):
            other = known[pointer][0]
            raise ScenarioError(
                f'{scenario.locate(KEYS)}: "{other.name}" and "{scenario.name}" share this snapshot and behave differently\n'
                "  name the keys that are the same for all, or give each a snapshot of its own"
            )
        known[pointer] = (scenario, snapshot)
    for file, wanted in changes.items():
        try:
            text = file.read_text(encoding="utf-8")
            file.write_text(with_values(text, [(pointer, value) for pointer, (_, value) in wanted.items()], str(file)), encoding="utf-8")
        except OSError as error:
            raise ScenarioError(f"{file}: the snapshot cannot be written: {error.strerror}") from None
    return [str(file) for file in changes]
