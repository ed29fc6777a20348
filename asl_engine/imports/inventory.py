"""What a repository holds: every definition in it, and the reference that names each.

Files are told apart by what is in them, after a glance that most do not survive. What looks like a definition and cannot be
read is told, not passed over; what is merely big or strange is. Nothing outside the folder is looked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from asl_engine.errors import DefinitionError
from asl_engine.imports import terraform
from asl_engine.imports.finding import declared_in, reference_to
from asl_engine.imports.machines import DEFINITION, Declared
from asl_engine.imports.reading import MAX_BYTES, Files
from asl_engine.imports.references import DOCUMENTS, HINTS_OF_DEPLOYMENT, TERRAFORM, split_reference
from asl_engine.imports.refusing import refused
from asl_engine.source import Source
from asl_engine.values import Json, Pointer

MAX_LOOKED_AT = 50_000
"""Files of one repository."""
SKIPPED = frozenset({".aws-sam", ".git", ".hg", ".mypy_cache", ".serverless", ".svn", ".terraform", ".tox", ".venv", "__pycache__", "node_modules", "venv"})
"""Folders of tools: copies and caches."""

NAMED = (".asl.json", ".asl.yaml", ".asl.yml")
"""What the name of a definition ends in; any other name may hold one too."""

_MODULE = re.compile(r'^[ \t]*"?module"?\b', re.MULTILINE)
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_CODE = ("serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs")


@dataclass(frozen=True, slots=True)
class Imported:
    """A definition that was found."""

    reference: str
    """What `read_definition` and every command take."""
    kind: str
    """definition, terraform, cloudformation, sam, cdk or serverless."""
    name: str
    location: str
    """ "file:line:column" of where it is declared."""
    type: str | None
    """STANDARD or EXPRESS; None where nothing says it."""
    source: Source | None
    error: DefinitionError | None
    """Why there is no source."""
    notes: tuple[str, ...]
    """What had to be assumed."""
    part_of: str | None = None
    """The reference of a deployment file whose definition this is, or of the call of the Terraform module that declares it."""
    is_called: bool = False
    """Whether a Terraform module declares it that another one calls."""

    @property
    def start_at(self) -> str | None:
        value = self.source.value if self.source is not None else None
        found = value.get("StartAt") if isinstance(value, dict) else None
        return found if isinstance(found, str) else None

    @property
    def states(self) -> int:
        """How many there are, those of branches and of Map states included."""
        return sum(1 for _ in _states(self.source.value)) if self.source is not None else 0

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names of what is not known, in document order."""
        return tuple(dict.fromkeys(_placeholders(self.source.value))) if self.source is not None else ()

    @property
    def kinds(self) -> dict[str, str]:
        """Placeholders by name, to what kind of value they stand for, where something says it: string, number, bool, list or object."""
        known = self.source.unknown if self.source is not None else {}
        return {name: known[name] for name in self.placeholders if known.get(name, "any") != "any"}


@dataclass(slots=True)
class Inventory:
    definitions: list[Imported] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Files that cannot be read though what is in them looks like a definition, or their name says that they are one."""
    notes: list[str] = field(default_factory=list)
    """Files that could not be read, and limits that were reached."""


def definitions_in(path: str | Path) -> list[Imported]:
    """The definitions of a file, or of a folder and all below it. Raises `DefinitionError` if there is no such path."""
    return inventory(path).definitions


def inventory(path: str | Path) -> Inventory:
    """The same, with what could not be read."""
    found = Inventory()
    used: set[Path] = set()
    unread: dict[Path, DefinitionError] = {}
    folder = Path(path)
    if not folder.is_dir():
        _look(folder, found, used, unread)
        for error in unread.values():
            raise error
        return found
    modules: set[Path] = set()
    named: list[Path] = []
    for number, file in enumerate(_files(folder)):
        if number >= MAX_LOOKED_AT:
            found.notes.append(f"{folder}: more than {MAX_LOOKED_AT:,} files; those after {file} were not looked at")
            break
        if file.name.endswith(NAMED):
            named.append(file)
        if file.name.endswith(TERRAFORM):
            text = _glance(file)
            if file.parent not in modules and (terraform.RESOURCE in text or _MODULE.search(text)):
                modules.add(file.parent)
                # What is wrong with a module that merely calls others is no matter of state machines.
                _look(file.parent, found, used, unread if terraform.RESOURCE in text else {})
        elif file.suffix in DOCUMENTS and _may_hold_definitions(_glance(file)):
            _look(file, found, used, unread)
        elif file.name in _CODE and "stepFunctions" in _glance(file):
            found.notes.append(f"{file}:1:1: this is code, which is not run; serverless.yml can be read, and so can `serverless print`")
    left = {file: error for file, error in unread.items() if file not in used}
    told = {*used, *left, *(split_reference(each.reference)[0] for each in found.definitions)}
    found.unread = [str(file) for file in (*left, *(file for file in named if file not in told))]
    found.notes += [str(error.diagnostics[0]) for error in left.values()]
    owners = {each.location.rpartition(":")[0].rpartition(":")[0]: each.reference for each in _whole_files(found.definitions)}
    owners |= _of_calls(found.definitions)
    found.definitions = sorted((replace(each, part_of=owners.get(each.reference)) for each in found.definitions), key=lambda each: each.reference)
    return found


def _whole_files(definitions: list[Imported]) -> Iterator[Imported]:
    """Deployed definitions, each with the place of its text instead of that of its declaration."""
    for each in definitions:
        place = each.source.locate(Pointer("")) if each.source is not None and each.kind != DEFINITION else None
        if place is not None:
            yield replace(each, location=place)


def _of_calls(definitions: list[Imported]) -> dict[str, str]:
    """Machines of Terraform modules that others call: the reference of the module by itself, to that of the first call."""
    called: dict[str, str] = {}
    for each in sorted(definitions, key=lambda each: each.reference):
        if each.is_called:
            called.setdefault(each.location, each.reference)
    return {each.reference: called[each.location] for each in definitions if not each.is_called and each.location in called}


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        yield from (Path(os.path.normpath(os.path.join(place, name))) for name in sorted(names))


def _glance(file: Path) -> str:
    """A file's text; nothing if it is big or cannot be read."""
    try:
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


def _may_hold_definitions(text: str) -> bool:
    return any(hint in text for hint in HINTS_OF_DEPLOYMENT) or ("StartAt" in text and "States" in text)


def _look(path: Path, into: Inventory, used: set[Path], unread: dict[Path, DefinitionError]) -> None:
    """Adds what a file or a module declares; `used` are files that others are made of, which need not be definitions themselves."""
    files = Files()
    try:
        machines = terraform.machines_in(path, files, {}) if path.is_dir() else declared_in(path, files, {})
    except DefinitionError as error:
        unread[path] = error
        return
    except RecursionError:
        unread[path] = refused("The file is nested deeper than this tool reads", f"{path}:1:1")
        return
    told: set[str] = set()
    for machine in machines:
        found = _imported(path, machine)
        into.definitions.append(replace(found, notes=tuple(note for note in found.notes if note not in told)))
        told.update(found.notes)  # the machines of a module share its notes, which are told where they first matter
    used.update(file for file in files.paths if file != path)


def _imported(path: Path, machine: Declared) -> Imported:
    file = (machine.called_in or machine.spot.file.path) if path.is_dir() else path
    reference = reference_to(file, machine)
    source, error = None, None
    try:
        source = machine.read(reference)
    except DefinitionError as refusal:
        error = refusal
    except RecursionError:
        error = refused("The file is nested deeper than this tool reads", machine.spot)
    return Imported(
        reference,
        machine.kind,
        machine.name,
        str(machine.spot),
        machine.type,
        source,
        error,
        tuple(map(str, machine.notes)),
        is_called=machine.called_in is not None,
    )


def _states(machine: Json) -> Iterator[Json]:
    waiting = [machine]
    while waiting:
        found = waiting.pop()
        states = found.get("States") if isinstance(found, dict) else None
        for state in states.values() if isinstance(states, dict) else ():
            yield state
            if isinstance(state, dict):
                branches = state.get("Branches")
                waiting += branches if isinstance(branches, list) else []
                waiting += [state[name] for name in ("Iterator", "ItemProcessor") if name in state]


def _placeholders(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield from (found[1] for found in _PLACEHOLDER.finditer(value))
        case list():
            for element in value:
                yield from _placeholders(element)
        case dict():
            for member in value.values():
                yield from _placeholders(member)
        case _:
            return
