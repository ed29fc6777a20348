"""`asl replay`: recorded executions on a definition."""

from __future__ import annotations

from pathlib import Path

import click

from asl_engine.cli import CANNOT_WORK, FINDINGS, options
from asl_engine.cli.revision_files import load_revision, revision_file
from asl_engine.cli.terminal import painter
from asl_engine.errors import AslError
from asl_engine.harness.replay import Kind, ReplayVerdict, replay
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.render import replay as rendering
from asl_engine.tasks.compose import FirstOf
from asl_engine.tasks.mock_modules import load_mocks


@click.command("replay")
@click.argument("definition")
@click.argument("histories", metavar="HISTORY...", nargs=-1, required=True)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "junit", "markdown"]), default="text", show_default=True, help="How verdicts are printed."
)
@click.option("--was", metavar="OLD", help="The definition the executions were of, a file or git's (main:order.asl.json): states may be renamed since.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The seed a history of `asl run` was recorded with.")
@click.option("--mock", "mocks", metavar="FILE|MODULE", multiple=True, help="What answers tasks the recording does not, such as reading a Map's items from S3.")
@click.option("--no-validate", is_flag=True, help="Replay on what can be run of a definition AWS would refuse.")
@options.placeholders
@options.machine_type
@click.pass_context
def command(
    context: click.Context,
    definition: str,
    histories: tuple[str, ...],
    format_: str,
    was: str | None,
    seed: int,
    mocks: tuple[str, ...],
    no_validate: bool,
    placeholders: str | None,
    type_: str | None,
) -> None:
    """Run recorded executions on DEFINITION and tell what it does differently.

    HISTORY is what `aws stepfunctions get-execution-history` prints, saved as JSON, a history of ours, or a folder of such
    files. The recording answers the tasks, by state path, visit and attempt; of a state that has another name now under
    the old one, if --was OLD says what the definition was.

    Exit code 0: each history that can be replayed ends as recorded, with the same calls. 1: one does not. 2: nothing
    can be replayed.
    """
    values = options.read_placeholders(placeholders)
    program = load(definition, placeholders=values, type=type_, validate=not no_validate)
    old = load_revision(revision_file(was), placeholders=values, type=type_) if was is not None else None
    verdicts = [_verdict(program, file, old, seed, mocks) for file in _files(histories)]
    match format_:
        case "json":
            click.echo(rendering.json_document(verdicts))
        case "junit":
            click.echo(rendering.junit(verdicts, definition), nl=False)
        case "markdown":
            click.echo(rendering.markdown(verdicts, definition))
        case _:
            click.echo(rendering.text(verdicts, painter()))
    replayed = [verdict for verdict in verdicts if verdict.kind is not Kind.IMPOSSIBLE]
    if not replayed:
        context.exit(CANNOT_WORK)
    if not all(verdict.passed for verdict in replayed):
        context.exit(FINDINGS)


def _files(named: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for name in named:
        path = Path(name)
        found += sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not found:
        raise click.UsageError("nothing to replay: there are no *.json files there")
    return found


def _verdict(program: Program, file: Path, was: Program | None, seed: int, mocks: tuple[str, ...]) -> ReplayVerdict:
    """One file among hundreds that is no history must not keep the others from being replayed. Each gets fresh mocks."""
    tasks = FirstOf(*map(load_mocks, mocks)) if mocks else None
    try:
        return replay(program, file, was=was, tasks=tasks, seed=seed)
    except AslError as error:
        return ReplayVerdict(Kind.IMPOSSIBLE, str(file), reasons=(str(error),))
