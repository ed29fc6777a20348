"""Test cases of a mock configuration as scenarios: `OrderMachine#HappyPath` for every definition they are for.

A mock configuration expects nothing. Such a scenario passes if the execution ends, however, with an answer for every
call: what it ends with is shown. The names are those Step Functions Local takes after an ARN.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from asl_engine.errors import DefinitionError, ScenarioError
from asl_engine.imports.references import split_reference
from asl_engine.scenario import Definition, Scenario
from asl_engine.source import read_source
from asl_engine.spell import nearest
from asl_engine.tasks.steplocal import CASES, MACHINES, MockConfig, read_mock_config
from asl_engine.values import Json


def config_scenarios(file: str, definitions: Sequence[str], input: str | None, placeholders: str | None) -> list[Scenario]:
    """A scenario for each test case of each machine a definition is given for. Raises `MockError`, `ScenarioError`."""
    config = read_mock_config(file)
    given = _value(input) if input is not None else {}
    filled = _value(placeholders) if placeholders is not None else {}
    if not isinstance(filled, dict):
        raise ScenarioError(f"{placeholders}: placeholders are one mapping of names to values")
    options = [*(["--input", input] if input is not None else []), *(["--placeholders", placeholders] if placeholders is not None else [])]
    found = []
    for machine, path in definitions_by_machine(config, definitions).items():
        for case in config.cases(machine):
            found.append(
                Scenario(
                    id=f"{machine}#{case}",
                    name=f"{machine}#{case}",
                    location=config.location(MACHINES, machine, CASES, case),
                    file=Path(file),
                    root=Path.cwd(),
                    definition=Definition(path, filled),
                    input=given,
                    context={"StateMachine": {"Name": machine}},
                    answering=partial(config.runtime, machine, case),
                    expect=None,
                    reproduce=" ".join(map(shlex.quote, ["--mock-config", file, *options, *definitions, f"{machine}#{case}"])),
                )
            )
    return found


def definitions_by_machine(config: MockConfig, definitions: Sequence[str]) -> dict[str, Path]:
    """Which file is which machine: `NAME=FILE`, else a file's name up to its first dot, else the only one there is."""
    machines = config.machines()
    found: dict[str, Path] = {}
    for text in definitions:
        name, sign, file = text.partition("=")
        if not sign:
            name, file = "", text
        path = Path(file)
        if not split_reference(file)[0].exists():
            raise ScenarioError(f"{file}: there is no such definition")
        stem = path.name.partition(".")[0]
        name = name or next((machine for machine in machines if machine.casefold() == stem.casefold()), "")
        if not name and len(machines) == len(definitions) == 1:
            name = machines[0]
        if name not in machines:
            near = nearest(name or stem, machines)
            hint = f'; did you mean "{near}={file}"?' if near else f"; write NAME={file} with one of {', '.join(machines)}"
            raise ScenarioError(f'{config.source.origin} has no state machine "{name or stem}"{hint}')
        found[name] = path
    return found


def _value(file: str) -> Json:
    try:
        return read_source(file).value
    except DefinitionError as unreadable:
        raise ScenarioError("\n".join(f"{finding.location}: {finding.message}" for finding in unreadable.diagnostics)) from None
