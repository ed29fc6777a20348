"""`asl coverage`: what scenarios and saved histories did of a definition, and what they never did."""

from __future__ import annotations

import os
from pathlib import Path

import click

from asl_engine.cli import FINDINGS, options
from asl_engine.cli.terminal import painter
from asl_engine.harness.measuring import coverage_of
from asl_engine.harness.play import play
from asl_engine.harness.recordings import recording_of
from asl_engine.harness.suite import collect
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.project import find_project
from asl_engine.render import coverage as render
from asl_engine.render.text import Paint, plain
from asl_engine.scenario import Scenario
from asl_engine.views.coverage import Coverage, coverage

FORMATS = click.Choice(["text", "json", "lcov", "cobertura"])


@click.command("coverage")
@click.argument("definition")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--histories",
    metavar="FILE",
    multiple=True,
    help="A saved history, AWS's or ours. May be repeated; scenarios are then played only of PATHs that are given.",
)
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True, help="How it is printed; lcov and cobertura are for other tools.")
@click.option("--fail-under", metavar="PERCENT", type=click.FloatRange(0, 100), help="Exit code 1 if less is covered.")
@options.placeholders
@options.machine_type
@click.pass_context
def command(
    context: click.Context,
    definition: str,
    paths: tuple[str, ...],
    histories: tuple[str, ...],
    format_: str,
    fail_under: float | None,
    placeholders: str | None,
    type_: str | None,
) -> None:
    """Tell what runs of DEFINITION have done, and what they never did.

    Runs are those of the scenarios in each PATH (a scenario file, a folder, or "FILE::SCENARIO") that run DEFINITION,
    as their own or as a registered machine, and saved histories. Without either: the project's scenarios, else this folder's. Whether scenarios pass is not
    asked here: `asl test --coverage` asks both.

    Exit code 0: fine. 1: less than --fail-under is covered. 2: something cannot be read.
    """
    found = Coverage()
    for scenario in [] if histories and not paths else _scenarios(definition, paths):
        verdict = play(scenario)
        found = found.merge(coverage_of(verdict))
        if verdict.fault is not None:
            click.echo(f"{scenario.location}: {scenario.name} was not played to its end; {verdict.reproduce} says why", err=True)
    found = Coverage(tuple(measured for measured in found.definitions if Path(measured.file).resolve() == Path(definition).resolve()))
    if histories or not found.definitions:
        program = load(os.path.relpath(definition), placeholders=options.read_placeholders(placeholders), type=type_, validate=False)
        found = _of_files(program, histories).merge(found)
    click.echo(printed(found, format_, painter() if format_ == "text" else plain))
    if short := render.too_little(found, fail_under):
        click.echo(short, err=True)
        context.exit(FINDINGS)


def printed(found: Coverage, format_: str, paint: Paint = plain) -> str:
    """Without a final line break."""
    match format_:
        case "json":
            return found.to_json()
        case "lcov":
            return render.lcov(found).removesuffix("\n")
        case "cobertura":
            return render.cobertura(found).removesuffix("\n")
        case _:
            return render.text(found, paint)


def _scenarios(definition: str, paths: tuple[str, ...]) -> list[Scenario]:
    wanted = Path(definition).resolve()
    found = [scenario for _, scenario in collect(paths or _of_the_project())]
    return [scenario for scenario in found if any(_is_at(each.origin, wanted) for each in (scenario.definition, *scenario.machines.values()))]


def _is_at(origin: object, wanted: Path) -> bool:
    return isinstance(origin, Path) and origin.resolve() == wanted


def _of_the_project() -> list[str]:
    project = find_project(Path.cwd())
    return ["."] if project is None or not project.scenarios.is_dir() else [os.path.relpath(project.scenarios)]


def _of_files(program: Program, files: tuple[str, ...]) -> Coverage:
    found = coverage(program, [])
    for file in files:
        reading, execution = recording_of(file, program)
        for reason in reading.reasons:
            click.echo(f"{file}: {reason}", err=True)
        found = found.merge(coverage(program, execution))
    return found
