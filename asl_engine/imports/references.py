"""How a definition is named, and what a file or a folder holds.

    order.asl.json              a definition, JSON or YAML
    template.yaml               a deployment file that declares one state machine
    template.yaml#OrderFlow     one of several: its logical id, Terraform label or Serverless key
    infra                       a folder: what the files directly in it declare, such as a Terraform module

A file whose name has a "#" in it is found first. What kind a file is, its content says; its suffix only says how to
read it. Nothing is compiled here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from asl_engine.imports.reading import DISK, MAX_BYTES, Files, Tree
from asl_engine.imports.refusing import UNREADABLE, refused
from asl_engine.source import Source, read_source
from asl_engine.values import Json

if TYPE_CHECKING:
    from asl_engine.imports.machines import Declared

TERRAFORM = (".tf", ".tf.json")
DOCUMENTS = (".json", ".yaml", ".yml")
HINTS_OF_DEPLOYMENT = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine", "stepFunctions")
"""A document without any of these is a plain definition, and read the fast way."""


def read_definition(reference: str | Path, *, placeholders: Mapping[str, Json] | None = None, tree: Tree = DISK) -> Source:
    """The definition a reference names: see the module for the grammar. `placeholders` are values by name. Raises `DefinitionError`."""
    return Definitions(placeholders, tree).read(reference)


class Definitions:
    """Reads definitions, and each deployment file once for all of them. `placeholders` are values by name."""

    def __init__(self, placeholders: Mapping[str, Json] | None = None, tree: Tree = DISK) -> None:
        self._placeholders = placeholders or {}
        self._tree = tree
        self._declared: dict[Path, tuple[Files, list[Declared]]] = {}

    def read(self, reference: str | Path) -> Source:
        """The definition a reference names. Raises `DefinitionError`."""
        tree = self._tree
        path, name = split_reference(reference, tree)
        if tree is DISK and not is_deployment(reference):
            return read_source(reference, placeholders=self._placeholders)
        from asl_engine.imports.finding import chosen, declared_in  # imported here: plain definitions are read without knowing any other format

        start = f"{tree.shown(path)}:1:1"
        try:
            if path not in self._declared:
                files = Files(tree)
                self._declared[path] = files, declared_in(path, files, self._placeholders)
            return chosen(str(reference), path, name, self._placeholders, *self._declared[path])
        except OSError as error:
            raise refused(f"The folder cannot be read: {error.strerror}", start, code=UNREADABLE) from None
        except RecursionError:
            raise refused("The file is nested deeper than this tool reads", start) from None


def is_deployment(reference: str | Path, tree: Tree = DISK) -> bool:
    """Whether a reference leads to what may declare machines instead of being one: a folder, or a file of a deployment language."""
    path, name = split_reference(reference, tree)
    if name is not None or path.name.endswith(TERRAFORM):
        return True
    return may_be_deployment(path, tree) if path.suffix in DOCUMENTS else tree.is_folder(path)


def split_reference(reference: str | Path, tree: Tree = DISK) -> tuple[Path, str | None]:
    """The file or folder, and the name after the last "#"."""
    path = Path(reference)
    text = str(reference)
    if "#" not in text or tree.is_file(path) or tree.is_folder(path):
        return path, None
    file, _, name = text.rpartition("#")
    return Path(file or "."), name


def is_module(names: Iterable[str]) -> bool:
    """Whether the files of these names make their folder a Terraform module."""
    return any(name.endswith(TERRAFORM) for name in names)


def may_be_deployment(path: Path, tree: Tree = DISK) -> bool:
    try:
        text = tree.read(path, MAX_BYTES)
    except (OSError, ValueError):
        return False  # told by whoever reads it
    return any(hint.encode() in text for hint in HINTS_OF_DEPLOYMENT)
