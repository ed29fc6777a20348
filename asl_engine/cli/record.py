"""`asl record`: recorded executions as a scenario file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from asl_engine.cli import options
from asl_engine.harness.recording import scenario_file
from asl_engine.program.load import load


@click.command("record")
@click.argument("histories", metavar="HISTORY...", nargs=-1, required=True)
@click.option("--definition", metavar="FILE", help="The definition the scenarios are for. Each recording is replayed on it.")
@click.option("-o", "--output", "output", metavar="FILE", help="Where the scenario file goes. Default: standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@options.placeholders
@options.machine_type
def command(histories: tuple[str, ...], definition: str | None, output: str | None, force: bool, placeholders: str | None, type_: str | None) -> None:
    """Turn recorded executions into scenarios: the input, what each task answered and when, and how it ended.

    HISTORY is what `aws stepfunctions get-execution-history` prints, saved as JSON, or a history of ours.

    Exit code 0: written. 2: a recording lacks something, or cannot be read.
    """
    program = None if definition is None else load(definition, placeholders=options.read_placeholders(placeholders), type=type_)
    if output is not None and Path(output).exists() and not force:
        raise click.UsageError(f"{output} is there already; --force writes over it")
    folder = Path(output).parent if output is not None else Path()
    named = "definition.asl.json" if definition is None else Path(os.path.relpath(definition, folder)).as_posix()
    text = scenario_file(named, [(_name(file, histories), file) for file in histories], program)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output}: the scenarios cannot be written: {error.strerror}") from None
    click.echo(f"wrote {output}")


def _name(file: str, files: tuple[str, ...]) -> str:
    """The file's name, unless another file has it too."""
    stem = Path(file).stem
    return stem if sum(Path(other).stem == stem for other in files) == 1 else file
