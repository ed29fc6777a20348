"""What a file or a folder declares, and the one machine of it that a reference means.

The content says what a document is; of a Terraform file its suffix does. Importers are asked in turn, and none of them
knows the others.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from asl_engine.imports import cloudformation, serverless, terraform
from asl_engine.imports.documents import read_nodes
from asl_engine.imports.machines import DEFINITION, Declared, Given
from asl_engine.imports.reading import DISK, Files, Tree
from asl_engine.imports.references import DOCUMENTS, HINTS_OF_DEPLOYMENT, TERRAFORM, is_module, may_be_deployment
from asl_engine.imports.refusing import NOT_FOUND, refused
from asl_engine.imports.traced import Object, Spot
from asl_engine.source import Source, read_source, source_from_text
from asl_engine.spell import nearest

MOST_LISTED = 10
"""Names in one message."""


def chosen(reference: str, path: Path, name: str | None, given: Given, files: Files, found: list[Declared]) -> Source:
    """The one machine a name means, of those a file or folder declares. Raises `DefinitionError`."""
    tree = files.tree
    matching = [each for each in found if name is None or name == each.name] or [each for each in found if name in _names(each)]
    if len(matching) == 1:
        return replace(matching[0].read(reference), files=files.paths)
    holder, start = "folder" if tree.is_folder(path) else "file", f"{tree.shown(path)}:1:1"
    if not found and name is None and path.suffix in DOCUMENTS:
        return plain_definition(path, files, given)  # no deployment file after all: whoever reads a definition says what it lacks
    if not found:
        raise refused(f"The {holder} declares no state machine", start, code=NOT_FOUND)
    if name is None:
        raise refused(f"The {holder} declares {len(found)} state machines", start, f"say which: {_listed(path, found, tree)}", NOT_FOUND)
    if matching:
        raise refused(f"{len(matching)} state machines are called {name} here", start, f"there is: {_listed(path, found, tree)}", NOT_FOUND)
    family = [each for each in found if each.name.startswith(f"{name}[")]
    near = nearest(name, [known for each in found for known in (each.name, *each.aliases)])
    hint = f"did you mean {_shown(path, near, tree)}?" if near and not family else f"there is: {_listed(path, family or found, tree)}"
    raise refused(f"No state machine is called {name} here", start, hint, NOT_FOUND)


def _listed(path: Path, found: list[Declared], tree: Tree) -> str:
    names = [_shown(path, each.name, tree) for each in found[:MOST_LISTED]]
    return ", ".join(names) + (f" and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else "")


def _shown(path: Path, name: str, tree: Tree) -> str:
    return f"{tree.shown(path)}#{name}"


def _names(declared: Declared) -> list[str]:
    """Its other names, and all of them without quotes, which a shell takes away."""
    names = [declared.name, *declared.aliases]
    return [*names, *(name.replace('"', "") for name in names)]


def reference_to(path: Path, declared: Declared) -> str:
    return str(path) if declared.kind == DEFINITION else f"{path}#{declared.name}"


def declared_in(path: Path, files: Files, given: Given) -> list[Declared]:
    """The state machines of a file, or of the files directly in a folder. Raises `DefinitionError`."""
    tree = files.tree
    if path.name.endswith(TERRAFORM):
        return terraform.machines_in(path, files, given)
    if tree.is_folder(path):
        names = tree.names(path)
        documents = (path / name for name in names if name.endswith(DOCUMENTS) and not name.endswith(TERRAFORM))
        found = [machine for document in documents if may_be_deployment(document, tree) for machine in declared_in(document, files, given)]
        return [*found, *(terraform.machines_in(path, files, given) if is_module(names) else [])]
    file = files.read(path)

    def plain(reference: str) -> Source:
        return plain_definition(path, files, given)

    if not any(hint in file.text for hint in HINTS_OF_DEPLOYMENT):
        value = plain(str(path)).value
        return [Declared(path.name, DEFINITION, Spot(file, 0), plain)] if isinstance(value, dict) and "States" in value else []
    root = read_nodes(file)
    if isinstance(root, Object) and "States" in root.members:
        return [Declared(path.name, DEFINITION, root.spot, plain)]
    if cloudformation.is_template(root):
        return cloudformation.machines_in(root, file, files, given)
    return serverless.machines_in(root, file, files, given) if serverless.is_service(root) else []


def plain_definition(path: Path, files: Files, given: Given) -> Source:
    """A file that is the definition."""
    if files.tree is DISK:
        return read_source(path, placeholders=given)
    return source_from_text(files.read(path).text, origin=files.tree.shown(path), placeholders=given)
