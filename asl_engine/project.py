"""Where a project keeps its things: `[tool.asl]` in the nearest pyproject.toml above.

    [tool.asl]
    definitions = "definitions"      # folders are relative to the file; these are the defaults
    mocks = ["mocks"]                # packages that `--mock package.module` finds
    scenarios = "scenarios"

    [tool.asl.check]                 # what `asl check` looks for; options take the places of these
    profile = "strict"               # or "default"
    select = ["ASL3"]                # only these codes, or those that begin so
    ignore = ["ASL421"]
    fail-on = "warning"              # or "error", "advice": what makes the exit code 1
    express = ["definitions/fast/*"] # files of Express machines; all others are Standard
    per-file-ignores = {"definitions/old/*" = ["ASL4"]}

    [tool.asl.schemas."definitions/orchestrator/*"]
    input = "schemas/request.schema.json"
    results = {GetBuildStatus = "schemas/build.schema.json"}   # by name of the state, or by Resource as written

A folder need not exist: a setting says where to look, not that something is there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asl_engine.errors import AslError
from asl_engine.spell import nearest

FILE = "pyproject.toml"
_SUFFIXES = (".asl.json", ".asl.yaml", ".asl.yml")


class ProjectError(AslError):
    """The settings of a project cannot be used."""


@dataclass(frozen=True, slots=True)
class Check:
    """[tool.asl.check] and [tool.asl.schemas]. Patterns are shell patterns of paths below the root; "*" crosses folders."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str = "default"
    fail_on: str = "error"
    express: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schemas: Mapping[str, Schemas] = field(default_factory=dict)
    """By pattern; the first that fits a file counts."""


@dataclass(frozen=True, slots=True)
class Schemas:
    """Files of JSON Schemas."""

    input: Path | None
    results: Mapping[str, Path]
    """By name of a state, or by a Resource as written."""


@dataclass(frozen=True, slots=True)
class Project:
    root: Path
    definitions: Path
    mocks: tuple[str, ...]
    """Names of packages below the root."""
    scenarios: Path
    check: Check = field(default_factory=lambda: Check())

    def definition_files(self) -> list[Path]:
        """Every *.asl.json, *.asl.yaml and *.asl.yml below `definitions`, in order of their paths."""
        return sorted(path for path in self.definitions.rglob("*") if path.name.endswith(_SUFFIXES) and path.is_file())


def find_project(start: Path) -> Project | None:
    """The project around a folder: of the nearest pyproject.toml with [tool.asl]; None without one. Raises `ProjectError`."""
    for folder in (start, *start.parents):
        file = folder / FILE
        if file.is_file() and (settings := _settings(file)) is not None:
            return _project(file, settings)
    return None


def _settings(file: Path) -> Any:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("asl")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectError(f"{file}: {error}") from None


def _project(file: Path, settings: Any) -> Project:
    defaults: Mapping[str, Any] = {"definitions": "definitions", "mocks": ["mocks"], "scenarios": "scenarios", "check": {}, "schemas": {}}
    found = {**defaults, **_table(file, "tool.asl", settings, defaults)}
    for name in ("definitions", "scenarios"):
        if not isinstance(found[name], str):
            raise ProjectError(f"{file}: {name} in [tool.asl] is the path of a folder, not {found[name]!r}")
    if not isinstance(found["mocks"], list) or not all(isinstance(package, str) for package in found["mocks"]):
        raise ProjectError(f"{file}: mocks in [tool.asl] is a list of package names, not {found['mocks']!r}")
    check = _check(file, found["check"], _schemas(file, found["schemas"]))
    return Project(file.parent, file.parent / found["definitions"], tuple(found["mocks"]), file.parent / found["scenarios"], check)


def _table(file: Path, name: str, table: Any, known: Iterable[str]) -> dict[str, Any]:
    """The settings of a table, all of them known."""
    if not isinstance(table, dict):
        raise ProjectError(f"{file}: [{name}] is a table")
    for setting in table:
        if setting not in known:
            near = nearest(setting, known)
            raise ProjectError(
                f'{file}: unknown setting "{setting}" in [{name}]' + (f'; did you mean "{near}"?' if near else f"; known are {', '.join(known)}")
            )
    return table


def _check(file: Path, settings: Any, schemas: Mapping[str, Schemas]) -> Check:
    name = "tool.asl.check"
    found = _table(file, name, settings, ("select", "ignore", "profile", "fail-on", "express", "per-file-ignores"))
    for setting, choices in (("profile", ("default", "strict")), ("fail-on", ("error", "warning", "advice"))):
        if setting in found and found[setting] not in choices:
            raise ProjectError(f"{file}: {setting} in [{name}] is one of {', '.join(choices)}, not {found[setting]!r}")
    ignores = found.get("per-file-ignores", {})
    if not isinstance(ignores, dict):
        raise ProjectError(f'{file}: per-file-ignores in [{name}] is a table such as {{"definitions/old/*" = ["ASL4"]}}, not {ignores!r}')
    return Check(
        select=_texts(file, name, "select", found.get("select", [])),
        ignore=_texts(file, name, "ignore", found.get("ignore", [])),
        profile=found.get("profile", "default"),
        fail_on=found.get("fail-on", "error"),
        express=_texts(file, name, "express", found.get("express", [])),
        per_file_ignores={pattern: _texts(file, name, f"per-file-ignores.{pattern}", codes) for pattern, codes in ignores.items()},
        schemas=schemas,
    )


def _texts(file: Path, table: str, setting: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise ProjectError(f"{file}: {setting} in [{table}] is a list of texts, not {value!r}")
    return tuple(value)


def _schemas(file: Path, settings: Any) -> dict[str, Schemas]:
    if not isinstance(settings, dict):
        raise ProjectError(f'{file}: [tool.asl.schemas] holds tables such as [tool.asl.schemas."definitions/order*"]')
    return {pattern: _schemas_of(file, f"tool.asl.schemas.{pattern}", table) for pattern, table in settings.items()}


def _schemas_of(file: Path, name: str, table: Any) -> Schemas:
    found = _table(file, name, table, ("input", "results"))
    results = found.get("results", {})
    paths = [found["input"]] if "input" in found else []
    if not isinstance(results, dict) or not all(isinstance(path, str) for path in (*paths, *results.values())):
        raise ProjectError(f'{file}: [{name}] says input = "FILE" and results = {{NameOfState = "FILE"}}, files of JSON Schemas')
    return Schemas(file.parent / found["input"] if "input" in found else None, {key: file.parent / path for key, path in results.items()})
