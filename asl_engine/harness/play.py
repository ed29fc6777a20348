"""Playing scenarios: what `asl test` and the pytest plugin stand on.

    from asl_engine.scenario_files import load_scenarios      # also: asl_engine.load_scenarios
    from asl_engine.harness.play import play                  # also: asl_engine.play

    for scenario in load_scenarios("orders.scenario.yaml"):   # ScenarioError: what is wrong with the file, with places
        scenario.id, scenario.name, scenario.location         # "orders.scenario.yaml::declined card", …, "file:line:column"
        verdict = play(scenario)                              # never raises for what the scenario, mocks or machine do wrong
        verdict.passed                                        # bool
        verdict.execution                                     # as far as it came; None if the definition cannot be loaded
        verdict.mismatches                                    # earliest first: .what, .expected, .actual, .keys, .at
        verdict.fault                                         # "UnmockedTask: …" when it could not be played to its end
        verdict.warnings                                      # mocks that were never used
        verdict.explanation()                                 # several lines for people: path, first difference, the command
        verdict.reproduce                                     # "asl test 'orders.scenario.yaml::declined card'"

Every play gets fresh mocks and a fresh clock. The same scenario and seed give the same history.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from asl_engine.errors import AslError, DefinitionError, ScenarioError
from asl_engine.harness.machines import Machines
from asl_engine.harness.names import unknown_mock, unknown_names
from asl_engine.harness.services import checked, fallback_of, judged, services_of
from asl_engine.history.execution import Execution, Status
from asl_engine.interpreter import start
from asl_engine.interpreter.clock import VirtualClock
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.render.text import Paint, plain
from asl_engine.render.verdict import explanation
from asl_engine.scenario import Definition, Expectation, Scenario
from asl_engine.tasks.compose import FirstOf
from asl_engine.tasks.mock_files import mocks_from, route_of
from asl_engine.tasks.mock_modules import load_mocks
from asl_engine.tasks.mocks import Mocks
from asl_engine.tasks.runtime import TaskRuntime, Tasks
from asl_engine.values import canonical_text, json_text
from asl_engine.views.verdict import Judgement, Mismatch


@dataclass(frozen=True, slots=True)
class Verdict:
    """One scenario as it was played."""

    scenario: Scenario
    judgement: Judgement
    nested: tuple[tuple[Program, Execution], ...] = ()
    """What registered machines ran, in the order they ended."""

    @property
    def passed(self) -> bool:
        return self.judgement.passed

    @property
    def execution(self) -> Execution | None:
        return self.judgement.execution

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        return self.judgement.mismatches

    @property
    def fault(self) -> str | None:
        return self.judgement.fault

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.judgement.warnings

    @property
    def reproduce(self) -> str:
        return self.judgement.reproduce

    def explanation(self, paint: Paint = plain) -> str:
        """Several lines: the path with the first difference, expected beside actual, the command that plays it again."""
        return explanation(self.judgement, paint)

    def strict(self) -> Verdict:
        """The same, with unused mocks as a fault (`--strict-mocks`)."""
        if not self.warnings or self.fault is not None:
            return self
        return replace(self, judgement=replace(self.judgement, fault="UnusedMock: " + "\n".join(self.warnings), warnings=()))


def play(scenario: Scenario, *, seed: int | None = None) -> Verdict:
    """Plays one scenario; `seed` takes the place of the scenario's own."""
    execution: Execution | None = None
    answering: TaskRuntime | None = None
    registered: list[Machines] = []
    mocks, fault, mismatches, warnings = Mocks(), None, (), []  # type: Mocks, str | None, tuple[Mismatch, ...], list[str]
    programs: list[Program] = []
    try:
        program = program_of(scenario.definition)
        machines = {name: program_of(definition) for name, definition in scenario.machines.items()}
        programs = [program, *machines.values()]
        answering = scenario.answering() if scenario.answering is not None else None
        services = services_of(scenario, seed)
        mocks = mocks_from(scenario.mocks, locate=lambda pointer: scenario.locate(("mocks", *pointer.tokens)))
        running = start(
            program,
            scenario.input,
            tasks=_tasks(scenario, answering, mocks, services, seed, machines, registered),
            clock=VirtualClock(scenario.start) if scenario.start else VirtualClock(),
            seed=scenario.seed if seed is None else seed,
            name=scenario.execution_name,
            context=scenario.context,
            variables=scenario.variables,
            limits=Limits(**scenario.limits),
        )
        execution = running.execution
        running.advance()
        if execution.status is Status.RUNNING:
            raise running.stalled()
        if complaints := unknown_names(scenario, program, machines, program_of):
            raise ScenarioError("\n".join(complaints))
        mismatches = judged(execution, scenario.expect, services, registered[0].started if registered else {}) if scenario.expect is not None else ()
        warnings = [*_unused(scenario, answering, mocks, programs), *_stalled(registered, scenario.expect), *_oversized(scenario)]
    except DefinitionError as refused:
        fault = "\n".join(["DefinitionError: the definition cannot be used", *map(str, refused.diagnostics)])
    except AslError as error:
        fault = f"{error.code}: {_for_files(str(error))}"
        warnings = _unknown(scenario, programs)
    judgement = Judgement(
        id=scenario.id,
        name=scenario.name,
        location=scenario.location,
        reproduce=f"asl test {scenario.reproduce or shlex.quote(scenario.id)}" + ("" if seed is None else f" --seed {seed}"),
        execution=execution,
        mismatches=mismatches,
        places=tuple(scenario.locate(("expect", *mismatch.keys)) for mismatch in mismatches),
        fault=fault,
        warnings=tuple(warnings),
    )
    return Verdict(scenario, judgement, tuple(run for machines in registered for run in machines.runs))


def _for_files(text: str) -> str:
    """What errors advise is written for Python; a scenario's author writes YAML."""
    text = re.sub(r'add: mocks\.state\("(.*)"\)\.returns\(\{\}\)', r"add to its mocks: \1: {return: {}}", text)
    return text.replace("say that one repeats with .always(…)", "say that one repeats with always: true")


def program_of(definition: Definition) -> Program:
    """The program of a definition, compiled once for all scenarios that use it. Raises `DefinitionError`."""
    placeholders = canonical_text(dict(definition.placeholders))
    if isinstance(definition.origin, dict):
        return _of_value(canonical_text(definition.origin), placeholders, definition.type, definition.checked)
    path = os.path.relpath(definition.origin)
    known = _of_file(path, _edition((definition.origin,)), placeholders, definition.type, definition.checked)
    if not known.source.files:
        return known
    # What several files are made into is as new as the newest of them.
    return _of_file(path, _edition(known.source.files), placeholders, definition.type, definition.checked)


def _edition(files: Iterable[Path]) -> tuple[tuple[int, int], ...]:
    """What tells one state of files from the next."""
    found = []
    for file in files:
        try:
            told = file.stat()
            found.append((told.st_mtime_ns, told.st_size))
        except OSError:
            found.append((0, 0))
    return tuple(found)


@lru_cache(maxsize=128)
def _of_file(path: str, edition: tuple[tuple[int, int], ...], placeholders: str, type: str | None, validate: bool) -> Program:
    return load(Path(path), placeholders=_parsed(placeholders), type=type, validate=validate)


@lru_cache(maxsize=128)
def _of_value(definition: str, placeholders: str, type: str | None, validate: bool) -> Program:
    return load(_parsed(definition), placeholders=_parsed(placeholders), type=type, validate=validate)


def _parsed(text: str) -> Any:
    import json

    return json.loads(text)


def _tasks(
    scenario: Scenario,
    answering: TaskRuntime | None,
    mocks: Mocks,
    services: TaskRuntime | None,
    seed: int | None,
    machines: Mapping[str, Program],
    registered: list[Machines],
) -> TaskRuntime:
    """The scenario's mocks, then services, then its fakes, then what `unmocked` says; in front of machines that run for real, which go to `registered`."""
    if scenario.tasks and str(scenario.root.absolute()) not in sys.path:
        sys.path.insert(0, str(scenario.root.absolute()))
    if answering is not None:
        return answering
    fakes = [load_mocks(source.named, source.given) for source in scenario.tasks]
    others: list[Tasks] = [*([services] if services is not None else []), *fakes, *fallback_of(scenario)]
    if not machines:
        return checked(FirstOf(mocks, *others) if others else mocks, scenario)
    registered.append(
        Machines(machines, first=checked(mocks, scenario), tasks=checked(FirstOf(*others), scenario), seed=scenario.seed if seed is None else seed)
    )
    return registered[0]


def _oversized(scenario: Scenario) -> list[str]:
    """An input AWS would not take lifts the payload quota: not in silence."""
    most = Limits().payload_bytes
    size = len(json_text(scenario.input).encode())
    if most is None or size <= most or "payload_bytes" in scenario.limits:
        return []
    said = f"the input has {size:,} bytes; AWS starts no execution with more than {most:,}, so that quota is not kept to"
    return [f"{scenario.locate(('input',))}: {said}; to mean it, say limits: {{payload_bytes: null}}"]


def _stalled(registered: Sequence[Machines], expect: Expectation | None) -> list[str]:
    """Registered machines that never ended, unless that is expected."""
    machines = expect.machines if expect is not None and expect.machines is not None else {}
    each = [one for said in machines.values() for one in (said if isinstance(said, list) else [said])]
    if any(one.status == "RUNNING" for one in each):
        return []
    return [sentence for run in registered for sentence in run.stalled]


def _unknown(scenario: Scenario, programs: Sequence[Program]) -> list[str]:
    """Mocks under names the machine has not: often why another mock is missing."""
    complaints = [(name, unknown_mock(name, programs)) for name in scenario.own_mocks] if programs else []
    return [f"{scenario.locate(('mocks', name))}: {complaint}" for name, complaint in complaints if complaint]


def _unused(scenario: Scenario, answering: TaskRuntime | None, mocks: Mocks, programs: Sequence[Program]) -> list[str]:
    """What the scenario itself declared and nobody asked for; shared defaults need not be used everywhere."""
    unused = getattr(answering, "unused", None)
    if callable(unused):
        return list(unused())
    found = []
    for name in scenario.own_mocks:
        if sentences := route_of(mocks, name).unused():
            unknown = unknown_mock(name, programs)
            found += [f"{scenario.locate(('mocks', name))}: {sentence}" for sentence in ([unknown] if unknown else sentences)]
    return found
