"""`asl test`: plays scenarios and tells what differs from what they expect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from asl_engine.cli import CANNOT_WORK, FINDINGS
from asl_engine.cli.coverage import FORMATS, printed
from asl_engine.cli.terminal import painter
from asl_engine.harness.executors import in_processes, processors, serially
from asl_engine.harness.measuring import coverage_of, unmeasured
from asl_engine.harness.selection import selection
from asl_engine.harness.snapshots import update_files
from asl_engine.harness.suite import Job, Origin, Player, collect, scenarios_of
from asl_engine.interpreter.clock import WallClock
from asl_engine.project import find_project
from asl_engine.render import coverage as render_coverage
from asl_engine.render import suite
from asl_engine.render.junit import junit
from asl_engine.render.text import Paint, plain
from asl_engine.scenario import Scenario
from asl_engine.views.coverage import Coverage
from asl_engine.views.report import Report, Result


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options that say how scenarios are played."""

    expression: str | None
    first_failure: bool
    workers: int
    seed: int | None
    strict: bool
    update: bool
    coverage: bool


def _workers(context: click.Context, option: click.Parameter, text: str) -> int:
    if text == "auto":
        return processors()
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise click.BadParameter(f'{text!r} is no number of processes; write a number, or "auto" for the processors there are')


@click.command("test")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("-k", "expression", metavar="EXPR", help="Only scenarios whose id has these words: 'declined and not r3'.")
@click.option("-x", "--exitfirst", "first_failure", is_flag=True, help="Stop at the first failure.")
@click.option("-n", "workers", metavar="N|auto", default="1", callback=_workers, show_default=True, help="Processes to play in.")
@click.option("--seed", type=click.IntRange(min=0), help="Where every random draw comes from, instead of the scenarios' own seeds.")
@click.option("--junitxml", metavar="FILE", help="Write JUnit XML for CI systems.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="How results are printed.")
@click.option("--update", is_flag=True, help="Write what was observed into the files' snapshots.")
@click.option("--strict-mocks", "strict", is_flag=True, help="A mock that is never used fails its scenario.")
@click.option("--coverage", "measured", is_flag=True, help="Tell what the scenarios never did of their definitions.")
@click.option("--fail-under", metavar="PERCENT", type=click.FloatRange(0, 100), help="With --coverage: exit code 1 if less is covered.")
@click.option("--coverage-format", type=FORMATS, default="text", show_default=True, help="How coverage is printed or written.")
@click.option("--coverage-file", metavar="FILE", help="Where coverage is written, instead of being printed.")
@click.option("--mock-config", metavar="FILE", help="Play the test cases of a MockConfigFile.json; each PATH is a definition, NAME=FILE or ARN#CASE.")
@click.option("-i", "--input", "input_file", metavar="FILE", help="The execution input of --mock-config's test cases. Default: {}.")
@click.option("--placeholders", metavar="FILE", help="JSON object with the values of ${…} in --mock-config's definitions.")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    expression: str | None,
    first_failure: bool,
    workers: int,
    seed: int | None,
    junitxml: str | None,
    format_: str,
    update: bool,
    strict: bool,
    mock_config: str | None,
    input_file: str | None,
    placeholders: str | None,
    measured: bool,
    fail_under: float | None,
    coverage_format: str,
    coverage_file: str | None,
) -> None:
    """Play scenarios and tell what differs from what they expect.

    PATH is a scenario file, a folder with *.scenario.yaml files, or "FILE::SCENARIO". Without PATH: the project's
    scenarios ([tool.asl] in pyproject.toml), else this folder's.

    Exit code 0: all passed. 1: a scenario failed. 2: nothing was collected, or something cannot be read.
    """
    if mock_config is None and (input_file or placeholders):
        raise click.UsageError("--input and --placeholders go with --mock-config; a scenario file says its own")
    if not measured and (fail_under is not None or coverage_file is not None or coverage_format != "text"):
        raise click.UsageError("--fail-under, --coverage-format and --coverage-file go with --coverage")
    asked = _Asked(expression, first_failure, workers, seed, strict, update, measured)
    if mock_config is not None:
        found = _of_config(mock_config, paths, input_file, placeholders)
    else:
        found = collect(paths or _of_the_project())
    chosen = _chosen(found, asked)
    paint = painter() if format_ == "text" else plain
    report = _played(chosen, asked, paint, format_, len(found) - len(chosen))
    if junitxml is not None:
        _write(junitxml, junit(report))
    _show(report, format_, paint, endings=mock_config is not None)
    short = _covered(report, coverage_format, coverage_file, format_, paint, fail_under) if measured else None
    if report.failed or short:
        context.exit(FINDINGS)
    if not report.results:
        context.exit(CANNOT_WORK)


def _of_the_project() -> list[str]:
    project = find_project(Path.cwd())
    if project is None or not project.scenarios.is_dir():
        return ["."]
    return [os.path.relpath(project.scenarios)]


def _of_config(file: str, paths: tuple[str, ...], input: str | None, placeholders: str | None) -> list[tuple[Origin, Scenario]]:
    """An argument with a "#" names a case, as Step Functions Local takes it after an ARN; all others are definitions."""
    cases = [path.rpartition(":")[2] if path.startswith("arn:") else path for path in paths if "#" in path]
    definitions = tuple(path for path in paths if "#" not in path)
    if not definitions:
        raise click.UsageError(f"--mock-config {file} needs the definitions it is for: asl test --mock-config {file} order.asl.json")
    origin = Origin(file, definitions, input, placeholders, is_config=True)
    scenarios = scenarios_of(origin)
    if unknown := [case for case in cases if case not in scenarios]:
        raise click.UsageError(f"there is no test case {unknown[0]}; there are {', '.join(scenarios)}")
    return [(origin, scenario) for scenario in scenarios.values() if not cases or scenario.name in cases]


def _chosen(found: list[tuple[Origin, Scenario]], asked: _Asked) -> list[Job]:
    meant = selection(asked.expression) if asked.expression is not None else lambda id: True
    jobs = [Job(origin, scenario.id, asked.seed, asked.strict) for origin, scenario in found if meant(scenario.id)]
    if not jobs:
        why = f"-k {asked.expression!r} leaves none of {len(found)} scenarios" if found else "there are no *.scenario.yaml files with scenarios here"
        raise click.UsageError(f"nothing to play: {why}")
    return jobs


def _played(jobs: list[Job], asked: _Asked, paint: Paint, format_: str, deselected: int) -> Report:
    wall = WallClock()
    begun = wall.now()
    progress = suite.Progress(len(jobs), paint)
    results = []
    for result in _until(_results(jobs, asked, paint), stop=asked.first_failure):
        results.append(result)
        if format_ == "text":
            click.echo(progress.of(result), nl=False)
    if format_ == "text":
        click.echo()
    updated: list[str] = []
    if asked.update:
        origins = {job.id: job.origin for job in jobs}
        recorded = [(scenarios_of(origins[result.id])[result.id], result.snapshot) for result in results if result.snapshot is not None]
        updated = update_files([(scenario, snapshot) for scenario, snapshot in recorded])
        results = [_after_update(result) for result in results]
    return Report(tuple(results), (wall.now() - begun).total_seconds(), deselected, tuple(updated))


def _results(jobs: list[Job], asked: _Asked, paint: Paint) -> Iterator[Result]:
    execute = in_processes(asked.workers) if asked.workers > 1 else serially
    yield from execute(Player(paint, coverage_of if asked.coverage else unmeasured), jobs)


def _until(results: Iterator[Result], *, stop: bool) -> Iterator[Result]:
    for result in results:
        yield result
        if stop and not result.passed:
            return


def _after_update(result: Result) -> Result:
    """A scenario that only differed from its snapshot passes with the new one."""
    if result.snapshot is None or not all(str(mismatch["key"]).startswith("snapshot") for mismatch in result.mismatches):
        return result
    return replace(result, passed=True, mismatches=(), explanation="", snapshot=None)


def _covered(report: Report, format_: str, file: str | None, shown_as: str, paint: Paint, least: float | None) -> str | None:
    """Prints or writes coverage, unless standard output is a document already; says whether it is too little."""
    found = Coverage.of(result.coverage for result in report.results if result.coverage is not None)
    if file is not None:
        _write(file, (printed(found, format_) + "\n").encode())
    elif shown_as == "text":
        click.echo("\n" + printed(found, format_, paint if format_ == "text" else plain))
    short = render_coverage.too_little(found, least)
    if short is not None:
        click.echo(short, err=True)
    return short


def _write(file: str, content: bytes) -> None:
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{file}: the results cannot be written: {error.strerror}") from None


def _show(report: Report, format_: str, paint: Paint, *, endings: bool) -> None:
    match format_:
        case "json":
            click.echo(suite.json_document(report))
        case "github":
            click.echo(suite.github(report), nl=False)
        case _:
            if endings:
                click.echo(suite.endings(report, paint))
            click.echo(suite.ending(report, paint))
