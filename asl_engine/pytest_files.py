"""Files as tests name them: where they are looked for, and how they are told. Imports nothing of the engine at the top."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def found_file(named: Path, folder: Path, root: Path) -> Path:
    """A definition: beside the test's file, then in pytest's rootdir, then in the project's folder of definitions (`[tool.asl]`).

    Raises FileNotFoundError.
    """
    __tracebackhide__ = True
    from asl_engine.project import find_project

    project = find_project(folder)
    folders = [folder, root, *([project.definitions] if project else [])]
    for place in folders:
        if (place / named).is_file():
            return Path(os.path.relpath(place / named)) if not named.is_absolute() else named
    raise FileNotFoundError(f"there is no file {named}; looked in " + ", ".join(dict.fromkeys(map(str, folders))))


def from_here(path: Path, config: pytest.Config) -> Path:
    """The path as one would type it where pytest was called."""
    here = config.invocation_params.dir
    return path.relative_to(here) if path.is_relative_to(here) else path
