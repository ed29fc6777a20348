"""The files of a git revision, as importers read them: `main:infra/template.yaml` and what it refers to, in `main`.

A revision is listed once, and files are read when somebody wants them: nothing is written or checked out. Paths are
those of the folder one is in; what is not there is looked for from the top of the repository, as git reads `REV:path`.
What is in the files is not looked at here.
"""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from pathlib import Path

from asl_engine.cli.git import RevisionError, first_line, git

MOST_FILES = 500_000
"""Files of one revision."""
MOST_LINKS = 10
"""Symbolic links that lead to a file."""
MOST_NAME = 4096
"""Bytes of what a link leads to."""

_FILE = ("100644", "100755")
_LINK = "120000"


class RevisionTree:
    """See `asl_engine.imports.reading.Tree`. `revision` is a commit, branch or tag; "" is the index, ":2" one of its stages."""

    def __init__(self, revision: str) -> None:
        if revision.startswith("-"):
            raise RevisionError(f"{revision!r} is no revision")
        self.revision = revision
        self._read: dict[str, bytes] = {}

    def is_file(self, path: Path) -> bool:
        return self._file(path) is not None

    def is_folder(self, path: Path) -> bool:
        return any(name in self._folders for name in self._names(path))

    def names(self, folder: Path) -> list[str]:
        for name in self._names(folder):
            if name in self._folders:
                return sorted(file for file in self._folders[name] if self._followed(posixpath.join(name, file)) is not None)
        raise FileNotFoundError(2, f"No such folder in {self.revision or 'the index'}")

    def read(self, path: Path, most: int) -> bytes:
        found = self._file(path)
        if found is None:
            raise FileNotFoundError(2, f"No such file in {self.revision or 'the index'}")
        return self._blob(found, most)

    def shown(self, path: Path) -> str:
        return f"{self.revision}:{path.as_posix()}"

    # ------------------------------------------------------------------------------------------------------- paths

    def _names(self, path: Path) -> list[str]:
        """What git may call a path: from the folder one is in, and from the top; "" is the top itself."""
        top, here = self._place
        if path.is_absolute():
            named = [os.path.relpath(os.path.realpath(path), top)]
        else:
            named = [posixpath.join(here, path.as_posix()), path.as_posix()]
        normal = (posixpath.normpath(name) for name in named)
        return ["" if name == "." else name for name in normal if name != ".." and not name.startswith("../")]

    def _file(self, path: Path) -> str | None:
        """The object that is a file's text."""
        return next((found for name in self._names(path) if (found := self._followed(name)) is not None), None)

    def _followed(self, name: str) -> str | None:
        for _ in range(MOST_LINKS):
            mode, found = self._entries.get(name, ("", ""))
            if mode in _FILE:
                return found
            if mode != _LINK:
                return None
            name = posixpath.normpath(posixpath.join(posixpath.dirname(name), os.fsdecode(self._blob(found, MOST_NAME))))
        return None

    # --------------------------------------------------------------------------------------------------------- git

    @cached_property
    def _place(self) -> tuple[str, str]:
        """The top of the repository, and the folder one is in from there."""
        asked = git("rev-parse", "--show-toplevel", "--show-prefix")
        if asked.returncode:
            raise RevisionError(f"git cannot be asked for a revision: {first_line(asked.stderr)}")
        top, _, here = os.fsdecode(asked.stdout).partition("\n")
        return os.path.realpath(top), here.rstrip("\n")

    @cached_property
    def _entries(self) -> dict[str, tuple[str, str]]:
        """Mode and object of everything in the revision, by its path from the top."""
        staged = self.revision.startswith(":") or not self.revision
        asked = git("ls-files", "--stage", "--full-name", "-z", "--", ":/") if staged else git("ls-tree", "-r", "-z", "--full-tree", self.revision)
        if asked.returncode:
            raise RevisionError(f"{self.revision}: git cannot list it: {first_line(asked.stderr)}")
        found: dict[str, tuple[str, str]] = {}
        for line in asked.stdout.split(b"\0"):
            if len(found) >= MOST_FILES:
                raise RevisionError(f"{self.revision or 'the index'} has more than {MOST_FILES:,} files")
            about, tab, name = os.fsdecode(line).partition("\t")
            if tab:
                words = about.split(" ")
                if not staged or words[2] == (self.revision.removeprefix(":") or "0"):
                    found[name] = words[0], words[1] if staged else words[2]
        return found

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        """The names directly in each folder, by its path from the top."""
        found: dict[str, list[str]] = {"": []}
        for name in self._entries:
            folder, last = posixpath.split(name)
            found.setdefault(folder, []).append(last)
            while folder and posixpath.dirname(folder) not in found:
                folder = posixpath.dirname(folder)
                found[folder] = []
        return found

    def _blob(self, found: str, most: int) -> bytes:
        """Raises `OSError`, and `ValueError` for one that is larger."""
        if found not in self._read:
            size = git("cat-file", "-s", found)
            if size.returncode == 0 and int(size.stdout) > most:
                raise ValueError(f"it has {int(size.stdout):,} bytes")
            asked = git("cat-file", "blob", found)
            if asked.returncode:
                raise OSError(5, first_line(asked.stderr))
            self._read[found] = asked.stdout
        return self._read[found]
