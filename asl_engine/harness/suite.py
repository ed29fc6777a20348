"""Many scenarios: what is collected, and what is played in whatever process. `asl test` is this module and a renderer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from asl_engine.errors import ScenarioError
from asl_engine.harness.measuring import unmeasured
from asl_engine.harness.play import Verdict, play
from asl_engine.harness.steplocal import config_scenarios
from asl_engine.interpreter.clock import WallClock
from asl_engine.render.text import Paint, plain
from asl_engine.scenario import Scenario
from asl_engine.scenario_files import find_scenario_files, load_scenarios
from asl_engine.values import Json
from asl_engine.views.coverage import Coverage
from asl_engine.views.facts import Facts
from asl_engine.views.report import Result
from asl_engine.views.snapshot import first_snapshot, snapshot_of
from asl_engine.views.verdict import Mismatch

NOTHING: Paint = plain


@dataclass(frozen=True, slots=True)
class Origin:
    """Where scenarios come from: a scenario file, or a mock configuration with its definitions."""

    file: str
    definitions: tuple[str, ...] = ()
    """NAME=FILE or FILE; only for a mock configuration."""
    input: str | None = None
    placeholders: str | None = None
    is_config: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One scenario to be played, small enough to be sent to another process."""

    origin: Origin
    id: str
    seed: int | None
    strict: bool


def collect(paths: Iterable[str]) -> list[tuple[Origin, Scenario]]:
    """The scenarios of files, folders and "file::name"s, each once. Raises `ScenarioError` with everything that is wrong."""
    complaints: list[str] = []
    found: dict[str, tuple[Origin, Scenario]] = {}
    for text in paths:
        named, _, name = text.partition("::")
        path = Path(named)
        if not path.exists():
            complaints.append(f"{named}: there is no such file or folder")
            continue
        for file in find_scenario_files(path):
            origin = Origin(str(file))
            try:
                scenarios = scenarios_of(origin)
            except ScenarioError as error:
                complaints.append(str(error))
                continue
            meant = [scenario for scenario in scenarios.values() if not name or _is_named(scenario.name, name)]
            if not meant:
                complaints.append(f"{text}: there is no such scenario; there are " + ", ".join(f'"{scenario.name}"' for scenario in scenarios.values()))
            found |= {scenario.id: (origin, scenario) for scenario in meant}
    if complaints:
        raise ScenarioError("\n".join(dict.fromkeys(complaints)))
    return list(found.values())


def _is_named(name: str, asked: str) -> bool:
    """A scenario's own name, or the name all rows of a table share."""
    return name == asked or name.startswith(f"{asked} [")


def scenarios_of(origin: Origin) -> dict[str, Scenario]:
    """By id. Read once in every process, unless the file is written to."""
    file = Path(origin.file).absolute()
    try:
        told = file.stat()
    except OSError:
        return _read(origin, str(file), 0, 0)
    return _read(origin, str(file), told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=1024)
def _read(origin: Origin, file: str, edition: int, size: int) -> dict[str, Scenario]:
    if origin.is_config:
        return {scenario.id: scenario for scenario in config_scenarios(origin.file, origin.definitions, origin.input, origin.placeholders)}
    return {scenario.id: scenario for scenario in load_scenarios(origin.file)}


class Player:
    """Plays jobs; a value that can be sent to another process. `paint` and `measure` must be modules' functions."""

    __slots__ = ("measure", "paint")

    def __init__(self, paint: Paint = NOTHING, measure: Callable[[Verdict], Coverage | None] = unmeasured) -> None:
        self.paint = paint
        self.measure = measure

    def __call__(self, job: Job) -> Result:
        scenario = scenarios_of(job.origin)[job.id]
        wall = WallClock()
        begun = wall.now()
        verdict = play(scenario, seed=job.seed)
        if job.strict:
            verdict = verdict.strict()
        seconds = (wall.now() - begun).total_seconds()
        return replace(result_of(verdict, seconds, self.paint), coverage=self.measure(verdict))


def result_of(verdict: Verdict, seconds: float, paint: Paint = NOTHING) -> Result:
    judgement = verdict.judgement
    quiet = judgement.passed and not judgement.warnings
    return Result(
        id=judgement.id,
        name=judgement.name,
        file=str(verdict.scenario.file),
        location=judgement.location,
        passed=judgement.passed,
        seconds=seconds,
        status=str(judgement.execution.status) if judgement.execution is not None else None,
        explanation="" if quiet else verdict.explanation(paint),
        reproduce=judgement.reproduce,
        fault=judgement.fault,
        mismatches=tuple(map(_as_json, judgement.mismatches, judgement.places)),
        warnings=judgement.warnings,
        snapshot=_new_snapshot(verdict),
    )


def _as_json(mismatch: Mismatch, place: str) -> dict[str, Json]:
    return {
        "key": ".".join(map(str, mismatch.keys)),
        "what": mismatch.what,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
        "pointer": str(mismatch.pointer),
        "event": mismatch.at,
        "location": place,
    }


def _new_snapshot(verdict: Verdict) -> dict[str, Json] | None:
    """What should be recorded, if anything in the snapshot differs; the keys somebody chose stay chosen."""
    if verdict.execution is None or verdict.fault is not None or not any(mismatch.keys[:1] == ("snapshot",) for mismatch in verdict.mismatches):
        return None
    expect = verdict.scenario.expect
    facts = Facts(verdict.execution)
    if expect is None or not expect.snapshot:
        return first_snapshot(facts)
    observed = snapshot_of(facts)
    return {key: observed[key] for key in expect.snapshot}
