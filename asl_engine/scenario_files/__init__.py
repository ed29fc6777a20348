"""Scenario files: from `*.scenario.yaml` (or .yml, .json) to `Scenario`s.

A file says a definition, what is shared, and cases. A scenario is made of three layers, the later replacing the
earlier: what the file says, its `defaults`, its own keys; mappings are joined key by key. Every mistake is collected
and told with file:line:column, in defaults as in scenarios. Nothing is run and no definition is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from asl_engine.diagnostics import Diagnostic
from asl_engine.errors import DefinitionError, MockError, ScenarioError
from asl_engine.project import Project, find_project
from asl_engine.scenario import Definition, Scenario, TaskSource
from asl_engine.scenario_files.complaints import sentence, without_other_members, written
from asl_engine.scenario_files.models import MERGED, SHARED, MachineModel, ScenarioFile, ScenarioModel, Settings
from asl_engine.scenario_files.tables import TableError, rows_of
from asl_engine.source import Source, read_source
from asl_engine.tasks.mock_files import mocks_from
from asl_engine.values import MISSING, Json, Missing, Pointer

SUFFIXES = (".scenario.yaml", ".scenario.yml", ".scenario.json")
Model = TypeVar("Model", bound=BaseModel)
_KNOWN = {field.alias or name: field for name, field in Settings.model_fields.items()}
"""What `defaults` may say."""


def load_scenarios(path: str | Path) -> list[Scenario]:
    """The scenarios of one file, in order. Raises `ScenarioError` with every mistake and its place."""
    return _File(Path(path)).scenarios()


def find_scenario_files(path: Path) -> list[Path]:
    """The file itself, or every scenario file below a folder, in order of their paths."""
    if not path.is_dir():
        return [path]
    return sorted(found for found in path.rglob("*") if found.name.endswith(SUFFIXES) and found.is_file())


class _Refused(Exception):
    """This part of the file is of no use; what is wrong with it has been noted."""


class _Layered:
    """One scenario's keys, and from which place of the file each came."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[tuple[str | int, ...], Pointer] = {}

    def lay(self, layer: Json, at: Pointer, keys: Sequence[str] | None = None) -> None:
        for key, value in layer.items() if isinstance(layer, dict) else ():
            if keys is not None and key not in keys:
                continue
            before = self.values.get(key)
            if key == "input":
                self.values.pop("input_file", None)
            elif key == "input_file":
                self.values.pop("input", None)
            if key in MERGED and isinstance(before, dict) and isinstance(value, dict):
                self.values[key] = {**before, **value}
            else:
                self.values[key] = value
                self.origins = {loc: place for loc, place in self.origins.items() if loc[0] != key}
                self.origins[(key,)] = at / key
            if key in MERGED and isinstance(value, dict):
                self.origins |= {(key, member): at / key / member for member in value}

    def pointer(self, keys: Sequence[str | int], owner: Pointer) -> Pointer:
        """Where the value under these keys was written."""
        for length in (2, 1):
            if tuple(keys[:length]) in self.origins and len(keys) >= length:
                found = self.origins[tuple(keys[:length])]
                for key in keys[length:]:
                    found = found / key
                return found
        found = owner
        for key in keys:
            found = found / key
        return found


_DEFAULTS = Pointer("/defaults")
_NO_SCENARIO_FILE = 'a scenario file is a mapping with a list under "scenarios"'


def _unreadable(finding: Diagnostic) -> str:
    """Why a file cannot be read: what is no object is told as what it should be, no definition."""
    return _NO_SCENARIO_FILE if finding.aws_code == "SCHEMA_VALIDATION_FAILED" else finding.message


class _File:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.complaints: list[str] = []
        self.source = self._read()
        self.project: Project | None = find_project(path.absolute().parent)
        self.definitions: dict[Pointer, list[Definition]] = {}
        """Of each scenario as it was written, and of all: a table's rows may have several, and so may the defaults."""

    def _read(self) -> Source:
        try:
            return read_source(self.path)
        except DefinitionError as unreadable:
            raise ScenarioError("\n".join(f"{finding.location}: {_unreadable(finding)}" for finding in unreadable.diagnostics)) from None

    def scenarios(self) -> list[Scenario]:
        for pointer in self.source.duplicates:
            self._complain(pointer, f'"{pointer.tokens[-1]}" is written twice', key=True)
        document: Any = self.source.value
        if not isinstance(document, dict) or not isinstance(document.get("scenarios"), list):
            self._complain(Pointer(""), _NO_SCENARIO_FILE)
            raise ScenarioError("\n".join(self.complaints))
        self._check_shell(document)
        found: list[Scenario] = []
        for index, raw in enumerate(document["scenarios"]):
            try:
                found += self._expanded(raw, Pointer("/scenarios") / index, document)
            except _Refused:
                continue
        seen: dict[str, Scenario] = {}
        for scenario in found:
            if scenario.id in seen:
                self.complaints.append(f'{scenario.location}: there is already a scenario named "{scenario.name}", at {seen[scenario.id].location}')
            seen[scenario.id] = scenario
        if self.complaints:
            raise ScenarioError("\n".join(sorted(dict.fromkeys(self.complaints), key=_place)))
        return found

    def _check_shell(self, document: dict[str, Any]) -> None:
        """The file's own keys, and the names of the defaults'; their values are checked where a scenario uses them."""
        shell = {key: value for key, value in document.items() if key not in (*SHARED, "defaults", "scenarios")}
        self._validated(ScenarioFile, {**shell, "scenarios": [{"name": "-"}]}, Pointer(""), None, owner=ScenarioFile)
        if "defaults" in document:
            defaults = document["defaults"]
            if not isinstance(defaults, dict):
                self._complain(Pointer("/defaults"), '"defaults" takes a mapping of what scenarios may say')
                return
            self._validated(Settings, {key: None for key in defaults if key not in _KNOWN}, Pointer("/defaults"), None, owner=Settings)
        if not document["scenarios"]:
            self._complain(Pointer("/scenarios"), "there are no scenarios")

    def _expanded(self, raw: Any, at: Pointer, document: dict[str, Any]) -> list[Scenario]:
        if not isinstance(raw, dict):
            self._complain(at, "a scenario is a mapping")
            raise _Refused
        layered = _Layered()
        layered.lay(document, Pointer(""), SHARED)
        layered.lay(document.get("defaults"), Pointer("/defaults"), tuple(_KNOWN))
        layered.lay(raw, at)
        try:
            rows = list(rows_of(layered.values))
        except TableError as error:
            self._complain(layered.pointer(error.keys, at), str(error))
            raise _Refused from None
        own = raw["mocks"] if isinstance(raw.get("mocks"), dict) else {}
        return [self._scenario(values, at, layered, _filled_names(own, layered.values, values)) for _, values in rows]

    def _scenario(self, values: dict[str, Any], at: Pointer, layered: _Layered, own_mocks: tuple[str, ...]) -> Scenario:
        def locate(keys: Sequence[str | int]) -> str:
            return self.source.locate(layered.pointer(keys, at)) or str(self.path)

        def noted(make: Callable[[], Any], *keys: str | int) -> Any:
            try:
                return make()
            except (ScenarioError, MockError) as error:
                self.complaints += _blocks(str(error)) if isinstance(error, MockError) else [f"{locate(keys)}: {error}"]
                raise _Refused from None

        model = self._validated(ScenarioModel, values, at, layered)
        if isinstance(values.get("mocks"), dict):
            noted(lambda: mocks_from(values["mocks"], locate=lambda pointer: locate(("mocks", *map(_index, pointer.tokens)))))
        if model is None:
            raise _Refused
        definition = noted(lambda: self._definition(model, model.definition), "definition")
        for written_in in (at, _DEFAULTS):
            known = self.definitions.setdefault(written_in, [])
            if definition not in known:
                known.append(definition)
        values_at = "input_file" if model.input_file is not None else "input"
        return Scenario(
            id=f"{self.path}::{model.name}",
            name=model.name,
            location=self.source.locate(at) or str(self.path),
            file=self.path,
            root=self.project.root if self.project else self.path.absolute().parent,
            definition=definition,
            input=noted(lambda: self._value(model.input_file) if model.input_file is not None else model.input, values_at),
            start=model.clock.start,
            seed=model.seed,
            execution_name=model.execution_name,
            mocks=model.mocks,
            own_mocks=own_mocks,
            tasks=tuple(self._tasks(model)),
            services=_services(model),
            field_validation=model.field_validation,
            machines={name: noted(partial(self._machine, machine), "machines", name) for name, machine in model.machines.items()},
            unmocked=model.unmocked,
            variables=model.variables,
            context=model.context,
            limits={name: getattr(model.limits, name) for name in model.limits.model_fields_set},
            expect=model.expect,
            locate=locate,
            pointer=lambda keys: layered.pointer(keys, at),
            written_for=lambda keys: self._written_for(layered.pointer(keys, at), at),
        )

    def _written_for(self, pointer: Pointer, at: Pointer) -> list[Definition]:
        """What stands in the defaults is written for every scenario, what stands in a scenario for all rows of its table."""
        return self.definitions[_DEFAULTS if pointer.tokens[:1] == _DEFAULTS.tokens else at]

    def _validated(self, model: type[Model], values: Any, at: Pointer, layered: _Layered | None, *, owner: type[BaseModel] | None = None) -> Model | None:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for finding in without_other_members(error.errors()):
                keys = written(finding["loc"])
                keys, value = _existing(keys, values, finding["type"])
                pointer = layered.pointer(keys, at) if layered is not None else _below(at, keys)
                self._complain(pointer, sentence(finding, keys, value, owner=owner), key=finding["type"] == "extra_forbidden")
            return None

    def _complain(self, pointer: Pointer, message: str, *, key: bool = False) -> None:
        self.complaints.append(f"{self.source.locate(pointer, key=key) or self.path}: {message}")

    # ---------------------------------------------------------------- what names lead to

    def _definition(self, model: ScenarioModel | MachineModel, named: str | dict[str, Any] | None) -> Definition:
        if named is None:
            raise ScenarioError('no "definition" is given, neither by the file nor by the scenario')
        placeholders = self._value(model.placeholders) if isinstance(model.placeholders, str) else model.placeholders or {}
        if not isinstance(placeholders, dict):
            raise ScenarioError(f"{model.placeholders}: placeholders are one mapping of names to values")
        origin = named if isinstance(named, dict) else self._found_definition(named)
        return Definition(origin, placeholders, model.type, model.checked)

    def _machine(self, machine: str | MachineModel) -> Definition:
        machine = MachineModel(definition=machine) if isinstance(machine, str) else machine
        return self._definition(machine, machine.definition)

    def _found_definition(self, named: str) -> Path:
        """A definition's file, or a deployment file or folder with the name of a machine after "#"."""
        file, _, name = named.rpartition("#")
        for place in self._places(self.project.definitions if self.project else None):
            if (place / named).exists() or (file and name and (place / file).exists()):
                return place / named
        return self._found(named, self.project.definitions if self.project else None)

    def _places(self, elsewhere: Path | None) -> list[Path]:
        return [self.path.parent, *([elsewhere] if elsewhere else []), *([self.project.root] if self.project else [])]

    def _found(self, named: str, elsewhere: Path | None) -> Path:
        """A file beside the scenario file, or below the project's folder for such files, or below the project's root."""
        places = self._places(elsewhere)
        for place in places:
            if (place / named).is_file():
                return place / named
        raise ScenarioError(f"there is no file {named}; looked in " + ", ".join(dict.fromkeys(str(place) for place in places)))

    def _value(self, named: str) -> Json:
        file = self._found(named, self.project.scenarios if self.project else None)
        try:
            return read_source(file).value
        except DefinitionError as unreadable:
            raise ScenarioError("; ".join(f"{finding.location}: {finding.message}" for finding in unreadable.diagnostics)) from None

    def _tasks(self, model: ScenarioModel) -> list[TaskSource]:
        sources = []
        for listed in model.tasks:
            named, given = (listed, {}) if isinstance(listed, str) else (listed.use, listed.given)
            places = [self.path.parent, *([self.project.root] if self.project else [])]
            file = next((place / named for place in places if (place / named).is_file()), None)
            sources.append(TaskSource(named if file is None else str(file), given))
        return sources


def _filled_names(own: dict[str, Any], written: dict[str, Any], filled: dict[str, Any]) -> tuple[str, ...]:
    """The scenario's own routes as they are called after a table's values were put into their names."""
    return tuple(name for before, name in zip(written["mocks"], filled["mocks"], strict=False) if before in own) if own else ()


def _place(complaint: str) -> tuple[int, int]:
    """Line and column, for complaints in the order of the file."""
    found = re.search(r":(\d+):(\d+): ", complaint)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _blocks(text: str) -> list[str]:
    """A complaint each, with the lines that belong to it."""
    return re.split(r"\n(?!\s)", text)


def _index(token: str) -> str | int:
    return int(token) if token.isdecimal() else token


def _services(model: ScenarioModel) -> dict[str, Any] | None:
    if model.services is None or isinstance(model.services, str):
        return None if model.services is None else {}
    return model.services.moto or {}


def _below(at: Pointer, keys: Sequence[str | int]) -> Pointer:
    for key in keys:
        at = at / key
    return at


def _existing(keys: Sequence[str | int], values: Json, kind: str) -> tuple[tuple[str | int, ...], Json]:
    """The keys as far as something is written there (a missing one stays named), and the value found."""
    value, walked = values, []
    for key in keys:
        inner: Json | Missing = MISSING
        if isinstance(value, dict) and isinstance(key, str):
            inner = value.get(key, MISSING)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            inner = value[key]
        if isinstance(inner, Missing):
            if kind == "missing":
                walked.append(key)
            elif isinstance(key, int):
                continue  # one that was written without its list
            break
        walked.append(key)
        value = inner
    return tuple(walked), value
