"""Files of an import: read once, and refused with the place that asked.

Nothing is fetched and nothing is run: an address is an error that says so. This module knows files; it does not know
what is in them.
"""

from __future__ import annotations

import os
from pathlib import Path

from asl_engine.imports.refusing import UNREADABLE, refused
from asl_engine.imports.traced import File, Spot

MAX_BYTES = 4 * 1_048_576
"""Of one file. CloudFormation takes templates up to 1 MB, Step Functions definitions up to 1 MiB."""
MAX_FILES = 500
"""Read for one import, those that files name included."""


class Files:
    """Reads each file once. Names are shown as they were asked for: relative to where the tool was started."""

    def __init__(self) -> None:
        self._read: dict[Path, File] = {}

    def read(self, path: Path, asked: Spot | None = None) -> File:
        """A UTF-8 text; `asked` is the place that names it. Raises `DefinitionError`."""
        path = Path(os.path.normpath(path))
        if path not in self._read:
            if len(self._read) >= MAX_FILES:
                raise refused(f"More than {MAX_FILES} files belong to this import", asked or f"{path}:1:1")
            self._read[path] = File(str(path), path, _text(path, asked))
        return self._read[path]

    def beside(self, owner: File, named: str, asked: Spot) -> File:
        """A file that another one names, relative to it."""
        return self.read(owner.path.parent / named, asked)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was read: a change of one of them changes the import."""
        return tuple(self._read)


def _text(path: Path, asked: Spot | None) -> str:
    place = asked or f"{path}:1:1"
    named = f"The file {path}" if asked else "The file"
    try:
        if not path.exists():
            raise refused(f"{named} cannot be read: No such file or directory", place, code=UNREADABLE)
        if not path.is_file():
            raise refused(f"{named} cannot be read: it is no regular file", place, code=UNREADABLE)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise refused(f"{named} has more than {MAX_BYTES:,} bytes", place, code=UNREADABLE)
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise refused(f"{named} is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}", place, "save it as UTF-8", UNREADABLE) from None
    except (OSError, ValueError) as error:
        raise refused(f"{named} cannot be read: {getattr(error, 'strerror', None) or error}", place, code=UNREADABLE) from None
