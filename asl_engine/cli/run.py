"""`asl run`: one execution of a definition against mocks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click

from asl_engine.cli import CANNOT_WORK, FINDINGS, options
from asl_engine.errors import DefinitionError, InputError
from asl_engine.history.execution import Execution, Status
from asl_engine.interpreter import run
from asl_engine.interpreter.clock import Clock, WallClock
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.program.unfilled import unfilled_numbers
from asl_engine.source import parse_json
from asl_engine.tasks.runtime import TaskRuntime
from asl_engine.values import Json, json_text


@click.command("run")
@click.argument("definition")
@click.option("-i", "--input", "input_file", metavar="FILE", help='The execution input, a JSON file; "-" reads standard input. Default: {}.')
@click.option("--input-json", metavar="TEXT", help="The execution input as JSON text.")
@click.option(
    "--mock",
    "mocks",
    metavar="FILE|MODULE",
    multiple=True,
    help="What answers the tasks: a YAML or JSON file, a Python file or module[:name]. May be repeated; the first that answers does.",
)
@options.placeholders
@click.option("--history", metavar="FILE", help='Write {"events": […]} as `aws stepfunctions get-execution-history` prints it.')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of the tree.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Where every random draw comes from.")
@click.option("--start", callback=options.instant, metavar="INSTANT", help="The clock's start, ISO-8601. Default: 2026-01-01T00:00:00Z on the virtual clock.")
@click.option("--clock", "make_clock", callback=options.clock, default="virtual", show_default=True, metavar="virtual|scaled:N|real", help="How time passes.")
@click.option("--name", callback=options.execution_name, metavar="NAME", help="The execution's name. Default: a UUID drawn from the seed.")
@options.machine_type
@click.option("--no-validate", is_flag=True, help="Run what can be run of a definition AWS would refuse.")
@click.option("--tracebacks", is_flag=True, help="Show Python's traceback with an error, for authors of mocks.")
@click.pass_context
def command(
    context: click.Context,
    definition: str,
    input_file: str | None,
    input_json: str | None,
    mocks: tuple[str, ...],
    placeholders: str | None,
    history: str | None,
    as_json: bool,
    seed: int,
    start: datetime | None,
    make_clock: Callable[[datetime | None], Clock],
    name: str | None,
    type_: str | None,
    no_validate: bool,
    tracebacks: bool,
) -> None:
    """Run one execution of DEFINITION (JSON or YAML) and show what happened.

    Exit code 0: it succeeded. 1: it failed or timed out. 2: it could not be run.
    """
    context.meta["asl.tracebacks"] = tracebacks
    program = _program(context, definition, placeholders, type_, validate=not no_validate)
    input, tasks, clock = _started_with(_input(input_file, input_json)), _tasks(mocks), make_clock(start)
    wall = WallClock()
    begun = wall.now()
    execution = run(program, input, tasks=tasks, clock=clock, seed=seed, name=name)
    took = wall.now() - begun
    if history is not None:
        _write_history(execution, history)
    _show(execution, took, as_json)
    if execution.status is not Status.SUCCEEDED:
        context.exit(FINDINGS)


def _program(context: click.Context, definition: str, placeholders: str | None, type: str | None, *, validate: bool) -> Program:
    values = options.read_placeholders(placeholders)
    try:
        program = load(definition, placeholders=values, type=type, validate=validate)
    except DefinitionError as refused:
        from asl_engine.render.findings import text

        click.echo(text([(definition, refused.diagnostics)], options.lines_of), err=True)
        if validate and not any(finding.code.startswith(options.UNREAD) for finding in refused.diagnostics):
            click.echo("--no-validate runs it all the same, as far as it can be run", err=True)
        context.exit(CANNOT_WORK)
    for note in (*program.source.assumed, *unfilled_numbers(program.source)):
        click.echo(f"note: {note}", err=True)
    return program


def _input(file: str | None, text: str | None) -> Json:
    if file is not None and text is not None:
        raise click.UsageError("give --input or --input-json, not both")
    if text is not None:
        return parse_json(text, "--input-json")
    return options.read_json(file) if file is not None else {}


def _started_with(input: Json) -> Json:
    """The input, if AWS would start an execution with it; `run` itself takes any. Raises `InputError`."""
    most = Limits().payload_bytes
    size = len(json_text(input).encode())
    if most is not None and size > most:
        raise InputError(
            f"the execution input has {size:,} bytes; AWS starts no execution with more than {most:,}\n"
            "  put the data into S3, or play it without that quota from Python: asl.run(program, input, …)"
        )
    return input


def _tasks(named: tuple[str, ...]) -> TaskRuntime | None:
    if not named:
        return None
    from asl_engine.tasks.compose import FirstOf
    from asl_engine.tasks.mock_modules import load_mocks

    _make_importable(named)
    runtimes = [_checked(load_mocks(name), name) for name in named]
    return runtimes[0] if len(runtimes) == 1 else FirstOf(*runtimes)


def _checked(tasks: TaskRuntime, named: str) -> TaskRuntime:
    """What a mock file answers for a service is held against the service's model, if botocore brings models."""
    from importlib.util import find_spec

    if not named.lower().endswith((".yaml", ".yml", ".json")) or find_spec("botocore") is None:
        return tasks
    from asl_engine.tasks.service_answers import ServiceChecked

    return ServiceChecked(tasks)


def _make_importable(named: tuple[str, ...]) -> None:
    """From a subfolder of a project, its packages of mocks are found as from its root."""
    if all(Path(name).is_file() for name in named):
        return
    from asl_engine.project import find_project

    project = find_project(Path.cwd())
    if project is not None and str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))


def _write_history(execution: Execution, file: str) -> None:
    from asl_engine.render.document import history_text

    try:
        Path(file).write_text(history_text(execution), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: the history cannot be written: {error.strerror}") from None


def _show(execution: Execution, took: timedelta, as_json: bool) -> None:
    if as_json:
        from asl_engine.render.document import execution_text

        click.echo(execution_text(execution))
        return
    from asl_engine.cli.terminal import painter
    from asl_engine.render.text import tree

    click.echo(tree(execution, took=took, paint=painter()))
