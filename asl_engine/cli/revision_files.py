"""Which two revisions `asl diff` is asked about: files, or files as git has them (`main:order.asl.json`).

Of a plain definition git is asked for its one blob; a reference into a deployment file (`main:template.yaml#OrderFlow`)
is read with all it refers to from that revision. Nothing is written, fetched or checked out. A file that exists under
the name that was given wins over the revision it might name. What a definition says is not looked at here.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from asl_engine.cli.git import RevisionError, first_line, git
from asl_engine.cli.revision_tree import RevisionTree
from asl_engine.harness.suite import collect
from asl_engine.imports import read_definition
from asl_engine.imports.reading import DISK
from asl_engine.imports.references import HINTS_OF_DEPLOYMENT, TERRAFORM, is_module, split_reference
from asl_engine.program import Program
from asl_engine.program.compile import compile_machine
from asl_engine.program.load import load
from asl_engine.project import find_project
from asl_engine.scenario import Scenario
from asl_engine.source import MAX_CHARACTERS, Source, source_from_text
from asl_engine.spell import nearest
from asl_engine.values import Json

SUFFIXES = (".asl.json", ".asl.yaml", ".asl.yml")
MOST_REVISIONS = 200
"""In one chain."""
HEAD = "HEAD"
INDEX = ""
"""What stands before the colon in `:order.asl.json`: the file as it is staged."""


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """One definition in one revision."""

    label: str
    """As it was asked for: "order.asl.json", "main:order.asl.json"."""
    path: Path
    """The file it is about in the working tree, where it need not exist: whose scenarios apply."""
    revision: str | None = None
    """A commit, branch or tag; "" is git's index; None is the file as it stands."""


def revision_file(named: str) -> RevisionFile:
    """`REV:path` or a path, from the command line. Nothing is read but whether the file exists."""
    revision, colon, path = named.partition(":")
    if not colon or Path(named).exists():
        return RevisionFile(named, Path(named))
    if revision == INDEX and (stage := re.match(r"[0-3]:", path)):
        revision, path = f":{stage[0][0]}", path[2:]
    if not path:
        raise RevisionError(f"{named}: which file of it? Write {named}order.asl.json")
    return RevisionFile(named, Path(path), revision)


def two_of(named: Sequence[str]) -> tuple[RevisionFile, RevisionFile]:
    """OLD and NEW; of one argument its counterpart follows: a file is held against HEAD, a revision against the file."""
    first = revision_file(named[0])
    if len(named) == 2:
        return first, revision_file(named[1])
    if first.revision is None and _is_bare_revision(named[0]):
        return first, first
    if first.revision is not None:
        return first, RevisionFile(os.path.relpath(first.path), first.path)
    return RevisionFile(f"{HEAD}:{named[0]}", first.path, HEAD), first


def chain_of(named: Sequence[str]) -> list[tuple[RevisionFile, RevisionFile]]:
    """Each revision with the next. Files keep the order they are given in; those of a folder follow their numbers, r2 before r10."""
    found: list[RevisionFile] = []
    for name in named:
        folder = Path(name)
        found += [RevisionFile(str(path), path) for path in _definitions_in(folder)] if folder.is_dir() else [revision_file(name)]
    if len(found) < 2:
        raise RevisionError(f"a chain has two definitions or more (*.asl.json, *.asl.yaml), and {', '.join(named)} has {'one' if found else 'none'}")
    if len(found) > MOST_REVISIONS:
        raise RevisionError(f"a chain has at most {MOST_REVISIONS} revisions, not {len(found)}")
    return list(pairwise(found))


def _definitions_in(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if path.name.endswith(SUFFIXES) and path.is_file()), key=lambda path: natural(path.name))


def natural(name: str) -> list[tuple[int, str]]:
    """A key by which "r2" comes before "r10"."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def load_revision(file: RevisionFile, *, placeholders: Mapping[str, Json] | None, type: str | None) -> Program:
    """What can be compiled of it, even if AWS would refuse it; its places begin with the label. Raises `AslError` for what cannot be read."""
    if file.revision is None:
        if file.path.is_dir() and not is_module(DISK.names(file.path)):
            raise RevisionError(f"{file.label} is a folder; --chain compares the definitions in it, each with the next")
        if _is_bare_revision(file.label):
            raise RevisionError(f"{file.label} is a revision; which file of it? Write {file.label}:order.asl.json")
        return load(file.label, placeholders=placeholders, type=type, validate=False)
    if file.revision.startswith("-"):
        raise RevisionError(f"{file.label}: {file.revision!r} is no revision")
    kind, name = _object(file, file.revision)
    if kind == "tree" or name.endswith(TERRAFORM) or ("#" in file.path.name and "#" not in name):
        return _referred(file, file.revision, placeholders, type)
    data = _blob(file, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RevisionError(f"{file.label}: this is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from None
    if any(hint in text for hint in HINTS_OF_DEPLOYMENT):
        return _referred(file, file.revision, placeholders, type)
    return _compiled(source_from_text(text, origin=file.label, placeholders=placeholders), type)


def _referred(file: RevisionFile, revision: str, placeholders: Mapping[str, Json] | None, type: str | None) -> Program:
    """What a deployment file declares, or a folder of them, with what it refers to in this revision."""
    tree = RevisionTree(revision)
    path, name = split_reference(file.path, tree)
    is_folder = tree.is_folder(path)
    if is_folder and name is None and not is_module(tree.names(path)):
        raise RevisionError(f"{file.label}: this is a folder; name a definition in it")
    source = read_definition(file.path, placeholders=placeholders, tree=tree)
    return _compiled(replace(source, origin=file.label), type)


def _compiled(source: Source, type: str | None) -> Program:
    return compile_machine(source, type=type or source.type or "STANDARD")


def scenarios_in(named: Sequence[str]) -> list[Scenario]:
    """The scenarios of files and folders. Raises `ScenarioError`."""
    return [scenario for _, scenario in collect(named)]


def scenarios_about(files: Sequence[RevisionFile]) -> list[Scenario]:
    """The project's scenarios (else this folder's) that are about one of the files, in whichever revision. Raises `ScenarioError`."""
    project = find_project(Path.cwd())
    wanted = {file.path.resolve() for file in files}
    found = scenarios_in([os.path.relpath(project.scenarios)] if project is not None and project.scenarios.is_dir() else ["."]) if wanted else []
    return [scenario for scenario in found if isinstance(scenario.definition.origin, Path) and scenario.definition.origin.resolve() in wanted]


# ---------------------------------------------------------------- git


def _check_revision(file: RevisionFile, revision: str) -> None:
    """That git can be asked, and knows the revision. Raises `RevisionError`."""
    inside = git("rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        raise RevisionError(f"{file.label}: there is no file of that name, and git cannot be asked for a revision: {first_line(inside.stderr)}")
    if not _is_index(revision) and git("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}").returncode:
        refs = git("for-each-ref", "--format=%(refname:short)").stdout.decode("utf-8", "replace").splitlines()
        near = nearest(revision, refs)
        raise RevisionError(
            f"{file.label}: there is no revision {revision!r}" + (f"; did you mean {near!r}?" if near else "; write a branch, a tag, a commit or HEAD~3")
        )


def _is_index(revision: str) -> bool:
    return revision in (INDEX, ":0", ":1", ":2", ":3")


def _blob(file: RevisionFile, name: str) -> bytes:
    size = git("cat-file", "-s", name).stdout.strip()
    if size.isdigit() and int(size) > 4 * MAX_CHARACTERS:
        raise RevisionError(f"{file.label}: {int(size):,} bytes are more than a definition has, which AWS limits to 1 MiB")
    found = git("cat-file", "blob", name)
    if found.returncode:
        raise RevisionError(f"{file.label}: git has no file there: {first_line(found.stderr)}")
    return found.stdout


def _object(file: RevisionFile, revision: str) -> tuple[str, str]:
    """What the file or folder is for git ("blob", "tree") and its name: from this folder, else from the top, as git itself reads `REV:path`."""
    whole = Path(os.path.relpath(file.path)) if file.path.is_absolute() else file.path
    # A reference's file ends before its last "#", unless there is a file of the whole name.
    for path in dict.fromkeys((whole, Path(str(whole).rpartition("#")[0] or "."))) if "#" in str(whole) else (whole,):
        for place in (f"./{path.as_posix()}", path.as_posix()):
            asked = git("cat-file", "-t", f"{revision}:{place}")
            if asked.returncode == 0:
                return asked.stdout.decode().strip(), f"{revision}:{place}"
    _check_revision(file, revision)
    raise RevisionError(f"{file.label}: {_why(path, revision)}")


def _is_bare_revision(named: str) -> bool:
    """Whether this is no file, and git knows a commit of that name."""
    if Path(named).exists() or named.startswith("-") or "#" in named or shutil.which("git") is None:
        return False
    return git("rev-parse", "--verify", "--quiet", f"{named}^{{commit}}").returncode == 0


def _why(path: Path, revision: str) -> str:
    """Why git has nothing there."""
    listing = ("ls-files",) if _is_index(revision) else ("ls-tree", "-r", "--name-only", revision)
    files = git(*listing).stdout.decode("utf-8", "replace").splitlines()
    near = nearest(path.as_posix(), files) or next((name for name in files if Path(name).name == path.name), None)
    where = "git's index" if _is_index(revision) else revision
    return f"there is no {path.as_posix()} in {where}" + (f"; did you mean {near}?" if near else "")
