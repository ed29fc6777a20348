"""`asl check`: what AWS would refuse in definitions, and what it would accept to everybody's regret."""

from __future__ import annotations

import difflib
import os
from codecs import BOM_UTF8 as BYTE_ORDER_MARK
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asl_engine import __version__
from asl_engine.cli import CANNOT_WORK, FINDINGS, options
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError
from asl_engine.imports import Definitions, definitions_in, is_deployment
from asl_engine.imports.inventory import inventory
from asl_engine.linter.checking import examine
from asl_engine.linter.fixes import mended
from asl_engine.linter.pages import page, plain, titles
from asl_engine.linter.remark import Remark
from asl_engine.linter.rule import Knowledge
from asl_engine.linter.selection import PROFILES, Selection
from asl_engine.project import Check, Project, find_project
from asl_engine.render import findings, sarif
from asl_engine.render.findings_junit import junit
from asl_engine.source import Source, read_source, source_from_text

if TYPE_CHECKING:
    from asl_engine.cli.check_answers import Answers

_GRAVITY = {Severity.ADVICE: 0, Severity.WARNING: 1, Severity.ERROR: 2}
FORMATS = ("text", "json", "github", "sarif", "junit")
MOST_ROUNDS = 10
"""Of --fix: what one round mends may show what the next one can."""


def _codes(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip() for text in texts for code in text.split(",") if code.strip())
    for code in codes:
        if not any(known.startswith(code) for known in titles()):
            raise click.BadParameter(f"no code begins with {code!r}; `asl check --explain all` lists them")
    return codes


@click.command("check")
@click.argument("definitions", metavar="[FILE]...", nargs=-1)
@click.option("--select", multiple=True, metavar="CODES", callback=_codes, help="Look only for these codes, or for all that begin so: ASL310,ASL4.")
@click.option("--ignore", multiple=True, metavar="CODES", callback=_codes, help="Leave these codes out.")
@click.option("--profile", type=click.Choice(PROFILES), help="strict: more rules, whose advice is right less often.  [default: default]")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How findings are printed.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "advice"]), help="The least grave finding that makes the exit code 1.  [default: error]")
@click.option("--fix", is_flag=True, help="Mend in the files what can be mended with certainty, then tell what is left.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--scenarios", metavar="PATH", multiple=True, help="Play these scenario files or folders: what tasks answer in them is known.")
@click.option("--explain", metavar="CODE", help="Print the page of a code; `all` lists the codes.")
@options.placeholders
@options.machine_type
@click.pass_context
def command(
    context: click.Context,
    definitions: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    format_: str,
    fail_on: str | None,
    fix: bool,
    diff: bool,
    scenarios: tuple[str, ...],
    explain: str | None,
    placeholders: str | None,
    type_: str | None,
) -> None:
    """Tell what AWS would refuse in each FILE, and what it would accept to your regret; without FILE, in the project's definitions
    ([tool.asl] in pyproject.toml). A FILE is JSON or YAML, or a deployment file or a folder, of which every definition is checked.

    Exit code 0: no errors (warnings and advice may be printed; see --fail-on). 1: AWS would refuse a definition; with --profile strict
    also: something in it always fails. 2: a file cannot be read, or what it holds is no JSON or YAML document of a size to be read.
    """
    if explain is not None:
        click.echo(_explained(explain), nl=False)
        return
    project = find_project(Path.cwd())
    settings = project.check if project is not None else Check()
    given = Selection(select or settings.select, ignore or settings.ignore, profile or settings.profile)
    checker = _Checker(project, settings, given, Definitions(options.read_placeholders(placeholders)), type_, _answers(scenarios))
    files = [each for file in definitions for each in _machines_in(file)] or _of_the_project(project)
    if diff or fix:
        changes = [change for file in files for change in checker.mend(file)]
        if diff:
            click.echo("".join(change.diff for change in changes), nl=False)
            context.exit(FINDINGS if changes else 0)
        for change in changes:
            change.write()
            click.echo(f"{change.file}: fixed: {'; '.join(change.what)}", err=True)
    least = _GRAVITY[Severity((fail_on or settings.fail_on).upper())]
    found = [(file, checker.diagnostics(file)) for file in files]
    _print(found, format_, least)
    diagnostics = [diagnostic for _, those in found for diagnostic in those]
    if any(diagnostic.code.startswith(options.UNREAD) and diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        context.exit(CANNOT_WORK)
    if any(_GRAVITY[diagnostic.severity] >= least for diagnostic in diagnostics):
        context.exit(FINDINGS)


def _print(found: Sequence[tuple[str, Sequence[Diagnostic]]], format_: str, least: int) -> None:
    match format_:
        case "json":
            click.echo(findings.json_document(found))
        case "github":
            click.echo(findings.github(_once(found)), nl=False)
        case "sarif":
            codes = {diagnostic.code for _, those in found for diagnostic in those} & titles().keys()
            click.echo(sarif.sarif(_once(found), {code: sarif.Descriptor(titles()[code], page(code)) for code in codes}, version=__version__))
        case "junit":
            click.echo(junit(found, lambda diagnostic: _GRAVITY[diagnostic.severity] >= least), nl=False)
        case _:
            click.echo(findings.text(_once(found), options.lines_of))


def _once(found: Sequence[tuple[str, Sequence[Diagnostic]]]) -> list[tuple[str, list[Diagnostic]]]:
    """Each finding of a place once: the machines that a loop of a deployment file makes of one text share its mistakes."""
    told: set[tuple[str, str, str]] = set()
    left: list[tuple[str, list[Diagnostic]]] = []
    for file, diagnostics in found:
        keys = [(each.code, each.location or f"{file}{each.pointer}", each.message) for each in diagnostics]
        left.append((file, [each for each, key in zip(diagnostics, keys, strict=True) if key not in told]))
        told.update(keys)
    return left


@dataclass(frozen=True, slots=True)
class _Change:
    file: str
    before: str
    after: str
    what: tuple[str, ...]
    mark: bytes
    """A byte order mark before the text."""

    @property
    def diff(self) -> str:
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), self.file, self.file, lineterm="")
        return "".join(f"{line}\n" for line in lines)

    def write(self) -> None:
        Path(self.file).write_bytes(self.mark + self.after.encode())


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks one file after the other as the project and the options want it."""

    project: Project | None
    settings: Check
    selection: Selection
    definitions: Definitions
    type: str | None
    answers: Answers | None
    """What tasks answer in scenarios; None if none are played."""

    def diagnostics(self, file: str) -> list[Diagnostic]:
        try:
            source = self.definitions.read(file)
        except DefinitionError as unreadable:
            return unreadable.diagnostics
        return [remark.diagnostic for remark in self.remarks(file, source)]

    def remarks(self, file: str, source: Source) -> list[Remark]:
        ignored = tuple(code for pattern, codes in self.settings.per_file_ignores.items() if self.fits(file, pattern) for code in codes)
        selection = Selection(self.selection.select, (*self.selection.ignore, *ignored), self.selection.profile)
        express = any(self.fits(file, pattern) for pattern in self.settings.express)
        return examine(source, type="EXPRESS" if express else self.type, selection=selection, knowledge=self.knowledge(file))

    def mend(self, file: str) -> Iterator[_Change]:
        """What can be mended in a file, which is read without values for placeholders: they must not be written into it. A deployment file is left alone."""
        if is_deployment(file):
            return
        try:
            source = read_source(file)
        except DefinitionError:
            return
        before, what = source.text or "", list[str]()
        # A YAML text may begin with a byte order mark, which is no part of it and stays.
        mark = BYTE_ORDER_MARK if Path(file).read_bytes().startswith(BYTE_ORDER_MARK) else b""
        for _ in range(MOST_ROUNDS):
            fixes = [remark.fix for remark in self.remarks(file, source) if remark.fix is not None]
            done = mended(source, fixes) if fixes else None
            if done is None or not done.applied:
                break
            what += [fix.what for fix in done.applied]
            source = source_from_text(done.text, origin=file)
        if source.text != before and Path(file).read_bytes() == mark + before.encode():
            yield _Change(file, before, source.text or "", tuple(what), mark)

    def fits(self, file: str, pattern: str) -> bool:
        root = self.project.root if self.project is not None else Path.cwd()
        return fnmatch(Path(os.path.relpath(file.partition("#")[0], root)).as_posix(), pattern)

    def knowledge(self, file: str) -> Knowledge:
        schemas = next((found for pattern, found in self.settings.schemas.items() if self.fits(file, pattern)), None)
        answers = self.answers.of(file) if self.answers is not None else {}
        if schemas is None:
            return Knowledge(answers=answers)
        return Knowledge(
            options.read_json(str(schemas.input)) if schemas.input is not None else None,
            {name: options.read_json(str(path)) for name, path in schemas.results.items()},
            answers,
        )


def _answers(scenarios: Sequence[str]) -> Answers | None:
    if not scenarios:
        return None
    from asl_engine.cli.check_answers import Answers

    return Answers(scenarios)


def _explained(text: str) -> str:
    code = text.strip().upper()
    if code == "ALL":
        return "".join(f"{known}  {title}\n" for known, title in titles().items())
    if code not in titles():
        raise click.UsageError(f"there is no code {code!r}; `asl check --explain all` lists them")
    return plain(code)


def _machines_in(file: str) -> list[str]:
    """A deployment file or a folder is checked with all it holds, what cannot be read included; what can be read in one way only is left as it is."""
    if "#" in file or not is_deployment(file):
        return [file]
    if not Path(file).is_dir():
        return [each.reference for each in definitions_in(file) if each.part_of is None] or [file]
    held = inventory(file)
    return sorted([*(each.reference for each in held.definitions if each.part_of is None), *held.unread]) or [file]


def _of_the_project(project: Project | None) -> list[str]:
    files = project.definition_files() if project is not None else []
    if not files:
        raise click.UsageError("no FILE is given, and no project with definitions is around (pyproject.toml, [tool.asl])")
    return [os.path.relpath(file) for file in files]
