"""Files of an import: read once, and refused with the place that asked.

Nothing is fetched and nothing is run: an address is an error that says so. Where files are is a `Tree`: the disk, or a
revision as git has it. This module knows files; it does not know what is in them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from asl_engine.imports.refusing import UNREADABLE, refused
from asl_engine.imports.traced import File, Spot

MAX_BYTES = 4 * 1_048_576
"""Of one file. CloudFormation takes templates up to 1 MB, Step Functions definitions up to 1 MiB."""
MAX_FILES = 500
"""Read for one import, those that files name included."""


class Tree(Protocol):
    """Where files are. Paths are as somebody would write them: relative to where the tool was started."""

    def is_file(self, path: Path) -> bool: ...

    def is_folder(self, path: Path) -> bool: ...

    def names(self, folder: Path) -> list[str]:
        """Of the files directly in a folder, sorted. Raises `OSError`."""
        ...

    def read(self, path: Path, most: int) -> bytes:
        """A file's bytes, or its first `most`. Raises `OSError` or `ValueError`."""
        ...

    def shown(self, path: Path) -> str:
        """What places call a file."""
        ...


class Disk:
    """The files as they stand."""

    def is_file(self, path: Path) -> bool:
        try:
            return path.is_file()
        except (OSError, ValueError):
            return False

    def is_folder(self, path: Path) -> bool:
        try:
            return path.is_dir()
        except (OSError, ValueError):
            return False

    def names(self, folder: Path) -> list[str]:
        return sorted(entry.name for entry in folder.iterdir() if entry.is_file())

    def read(self, path: Path, most: int) -> bytes:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ValueError("it is no regular file")
        with path.open("rb") as file:
            return file.read(most)

    def shown(self, path: Path) -> str:
        return str(path)


DISK = Disk()


class Files:
    """Reads each file once. Names are shown as they were asked for: relative to where the tool was started."""

    def __init__(self, tree: Tree = DISK) -> None:
        self.tree = tree
        self._read: dict[Path, File] = {}

    def read(self, path: Path, asked: Spot | None = None) -> File:
        """A UTF-8 text; `asked` is the place that names it. Raises `DefinitionError`."""
        path = Path(os.path.normpath(path))
        if path not in self._read:
            place = asked or f"{self.tree.shown(path)}:1:1"
            if len(self._read) >= MAX_FILES:
                raise refused(f"More than {MAX_FILES} files belong to this import", place)
            named = f"The file {path}" if asked else "The file"
            self._read[path] = File(self.tree.shown(path), path, _text(self.tree, path, named, place))
        return self._read[path]

    def beside(self, owner: File, named: str, asked: Spot) -> File:
        """A file that another one names, relative to it."""
        return self.read(owner.path.parent / named, asked)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was read: a change of one of them changes the import."""
        return tuple(self._read)


def _text(tree: Tree, path: Path, named: str, place: Spot | str) -> str:
    try:
        data = tree.read(path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise refused(f"{named} has more than {MAX_BYTES:,} bytes", place, code=UNREADABLE)
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise refused(f"{named} is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}", place, "save it as UTF-8", UNREADABLE) from None
    except (OSError, ValueError) as error:
        raise refused(f"{named} cannot be read: {getattr(error, 'strerror', None) or error}", place, code=UNREADABLE) from None
