"""`asl check`: what AWS would refuse in definitions, and what it would accept to everybody's regret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import click

from asl_engine.cli import CANNOT_WORK, FINDINGS, options
from asl_engine.diagnostics import Diagnostic, is_refusal
from asl_engine.errors import DefinitionError
from asl_engine.program.load import check
from asl_engine.render import findings
from asl_engine.source import read_source
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Json


@click.command("check")
@click.argument("definitions", metavar="[FILE]...", nargs=-1)
@click.option("--format", "format_", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="How findings are printed.")
@options.placeholders
@options.machine_type
@click.pass_context
def command(context: click.Context, definitions: tuple[str, ...], format_: str, placeholders: str | None, type_: str) -> None:
    """Tell what AWS would refuse in each FILE (JSON or YAML); without FILE, in the project's definitions ([tool.asl] in pyproject.toml).

    Exit code 0: nothing to refuse (warnings and advice may be printed). 1: AWS would refuse a definition. 2: a file cannot be read,
    or what it holds is no JSON or YAML document of a size to be read.
    """
    values = options.read_placeholders(placeholders)
    found = [(file, [*check(file, placeholders=values, type=type_), *_of_services(file, values)]) for file in definitions or _of_the_project()]
    match format_:
        case "json":
            click.echo(findings.json_document(found))
        case "github":
            click.echo(findings.github(found), nl=False)
        case _:
            click.echo(findings.text(found))
    diagnostics = [diagnostic for _, those in found for diagnostic in those]
    refusals = list(filter(is_refusal, diagnostics))
    if any(diagnostic.code.startswith(options.UNREAD) for diagnostic in refusals):
        context.exit(CANNOT_WORK)
    if refusals:
        context.exit(FINDINGS)


def _of_services(file: str, values: Mapping[str, Json] | None) -> list[Diagnostic]:
    """What the APIs of called services do not take; nothing without botocore, which brings their models."""
    if find_spec("botocore") is None:
        return []
    from asl_engine.tasks.service_definitions import UNKNOWN_ARGUMENT, service_diagnostics

    try:
        source = read_source(file, placeholders=values)
    except DefinitionError:
        return []  # told by `check`
    found = service_diagnostics(source.value, is_opaque)
    return [replace(finding, location=source.locate(finding.pointer, key=finding.code == UNKNOWN_ARGUMENT)) for finding in found]


def _of_the_project() -> list[str]:
    from asl_engine.project import find_project

    project = find_project(Path.cwd())
    files = project.definition_files() if project is not None else []
    if not files:
        raise click.UsageError("no FILE is given, and no project with definitions is around (pyproject.toml, [tool.asl])")
    return [os.path.relpath(file) for file in files]
