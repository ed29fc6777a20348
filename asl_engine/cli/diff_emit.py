"""`asl diff --emit DIR`: a scenario file for each difference that exploration found.

A file's name is made of the witness's, so that the same difference goes to the same file again. What somebody else
wrote is never written over, nor is a file that was changed into something else: ours begin with a line of ours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from asl_engine.cli.revision_files import RevisionFile
from asl_engine.errors import AslError
from asl_engine.harness.witnesses import witness_file
from asl_engine.values import Json
from asl_engine.views.revisions import BehaviourDiff

OURS = "# asl diff: "
"""How a file begins that may be written over."""
LONGEST_NAME = 80
MOST_TRIES = 100
Side = Literal["old", "new"]


class EmitError(AslError):
    """Scenario files cannot be written."""


def emitted(
    diff: BehaviourDiff, sides: tuple[RevisionFile, RevisionFile], folder: Path, expects: Side, placeholders: str | None, type: str | None
) -> Iterator[str]:
    """Writes the files, and says which; `expects` is whose behaviour they expect, and whose definition they are for. Raises `EmitError`."""
    file = sides[0 if expects == "old" else 1]
    if not diff.witnesses:
        yield f"nothing to save in {folder}: exploration found no difference"
        return
    settings: dict[str, Json] = {}
    if placeholders is not None:
        settings["placeholders"] = _from(folder, Path(placeholders))
    if type is not None:
        settings["type"] = type
    if (diff.old if expects == "old" else diff.new).refusals:
        settings["validate"] = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names: set[str] = set()
        for witness in diff.witnesses:
            name = _free(folder, slug(witness.name), names)
            text = witness_file(witness, _from(folder, file.path), expects, settings)
            (folder / name).write_text(f"{OURS}{_claim(sides, expects)}\n{text}", encoding="utf-8")
            yield f"wrote {folder / name}"
    except OSError as error:
        raise EmitError(f"{error.filename or folder}: the scenarios cannot be written: {error.strerror}") from None


def _claim(sides: tuple[RevisionFile, RevisionFile], expects: Side) -> str:
    old, new = (side.label for side in sides)
    passes, fails = (old, new) if expects == "old" else (new, old)
    return f"what {passes} does, and {fails} does not"


def slug(name: str) -> str:
    """ "GetStatus answers {"status":"FAILED"}" is "getstatus-answers-status-failed"; never empty."""
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return words[:LONGEST_NAME].strip("-") or "witness"


def _free(folder: Path, stem: str, taken: set[str]) -> str:
    """A name nobody has, but perhaps a file of ours from another time."""
    for number in range(1, MOST_TRIES + 1):
        name = f"{stem}.scenario.yaml" if number == 1 else f"{stem}-{number}.scenario.yaml"
        if name not in taken and _is_ours(folder / name):
            taken.add(name)
            return name
    raise EmitError(f"{folder / stem}.scenario.yaml: it is there already, and so are {MOST_TRIES} others of that name; clear the folder first")


def _is_ours(path: Path) -> bool:
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(OURS)) == OURS.encode()


def _from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
