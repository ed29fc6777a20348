"""Where a project keeps its things: `[tool.asl]` in the nearest pyproject.toml above.

    [tool.asl]
    definitions = "definitions"      # folders are relative to the file; these are the defaults
    mocks = ["mocks"]                # packages that `--mock package.module` finds
    scenarios = "scenarios"

A folder need not exist: a setting says where to look, not that something is there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asl_engine.errors import AslError
from asl_engine.spell import nearest

FILE = "pyproject.toml"
_SUFFIXES = (".asl.json", ".asl.yaml", ".asl.yml")


class ProjectError(AslError):
    """The settings of a project cannot be used."""


@dataclass(frozen=True, slots=True)
class Project:
    root: Path
    definitions: Path
    mocks: tuple[str, ...]
    """Names of packages below the root."""
    scenarios: Path

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
    defaults: Mapping[str, Any] = {"definitions": "definitions", "mocks": ["mocks"], "scenarios": "scenarios"}
    if not isinstance(settings, dict):
        raise ProjectError(f"{file}: [tool.asl] is a table")
    for name in settings:
        if name not in defaults:
            near = nearest(name, defaults)
            raise ProjectError(
                f'{file}: unknown setting "{name}" in [tool.asl]' + (f'; did you mean "{near}"?' if near else f"; known are {', '.join(defaults)}")
            )
    found = {**defaults, **settings}
    for name in ("definitions", "scenarios"):
        if not isinstance(found[name], str):
            raise ProjectError(f"{file}: {name} in [tool.asl] is the path of a folder, not {found[name]!r}")
    if not isinstance(found["mocks"], list) or not all(isinstance(package, str) for package in found["mocks"]):
        raise ProjectError(f"{file}: mocks in [tool.asl] is a list of package names, not {found['mocks']!r}")
    return Project(file.parent, file.parent / found["definitions"], tuple(found["mocks"]), file.parent / found["scenarios"])
