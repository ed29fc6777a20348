"""`asl convert-mocks`: a MockConfigFile.json as scenario files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from asl_engine.harness.steplocal import definitions_by_machine
from asl_engine.scenario_files.converting import converted
from asl_engine.tasks.steplocal import read_mock_config


@click.command("convert-mocks")
@click.argument("config_file", metavar="MOCKCONFIG")
@click.argument("definitions", metavar="[DEFINITION]...", nargs=-1)
@click.option("-o", "--output", "folder", metavar="FOLDER", default=".", show_default=True, help="Where the scenario files go.")
@click.option(
    "-i", "--input", "input_file", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="The execution input of the test cases. Default: {}."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(config_file: str, definitions: tuple[str, ...], folder: str, input_file: str | None, force: bool) -> None:
    """Turn a MockConfigFile.json of Step Functions Local into one scenario file for each of its state machines.

    DEFINITION is a definition's file, or NAME=FILE, for the machine of that name; without one, NAME.asl.json is written down.
    """
    config = read_mock_config(config_file)
    files = definitions_by_machine(config, definitions)
    target = Path(folder)
    shared = None if input_file is None else os.path.relpath(input_file, target)
    texts = {}
    for machine in config.machines():
        definition = os.path.relpath(files[machine], target) if machine in files else f"{machine}.asl.json"
        texts[target / f"{machine}.scenario.yaml"] = converted(config, machine, definition, shared)
    if not force and (there := [str(file) for file in texts if file.exists()]):
        raise click.UsageError(f"{there[0]} is there already; --force writes over it")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")
            click.echo(f"wrote {file}")
    except OSError as error:
        raise click.UsageError(f"{folder}: the files cannot be written: {error.strerror}") from None
