"""The command line: parse options, one library call, render, exit code. Nothing here is worth a unit test of its own.

Exit codes: 0 fine; 1 findings (an execution that did not succeed, a scenario that failed, a definition AWS would refuse); 2 cannot work
(usage, files, mocks); 3 a bug in this tool. Mistakes of the user are told in a few lines, without a traceback.
A command's module is imported when it is called: `asl run` must not wait for what it does not use.
"""

from __future__ import annotations

import importlib
import io
import sys
from typing import Any

import click

from asl_engine import __version__

FINDINGS = 1
CANNOT_WORK = 2
BUG = 3

_COMMANDS = {
    "check": "Tell what AWS would refuse in definitions, and what will hurt.",
    "convert-mocks": "Turn a MockConfigFile.json into scenario files.",
    "coverage": "Tell what runs of a definition have done, and what they never did.",
    "definitions": "List the definitions of a repository, those in deployment files included.",
    "diff": "Tell what a revision of a definition does differently.",
    "record": "Turn recorded executions into a scenario file.",
    "replay": "Run recorded executions on a definition and tell what it does differently.",
    "run": "Run one execution and show what happened.",
    "schema": "Print the JSON Schema of a file format, for editors.",
    "test": "Play scenario files and tell what differs from what they expect.",
    "test-state": "Test one state with a mock, as AWS's TestState does.",
}


class Asl(click.Group):
    """The group `asl`, whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"asl_engine.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from asl_engine.spell import nearest

            near = nearest(args[0], _COMMANDS)
            if near is not None and args[0] not in _COMMANDS:
                raise click.UsageError(f"No such command '{args[0]}'; did you mean '{near}'?", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from asl_engine.errors import AslError

        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show "→" shows its number
        try:
            return super().invoke(ctx)
        except AslError as error:
            click.echo(f"{error.code}: {error}", err=True)
            if ctx.meta.get("asl.tracebacks"):
                _echo_traceback()
            ctx.exit(CANNOT_WORK)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            click.echo(f"this is a bug in asl-engine {__version__}, please report it: {type(error).__name__}: {error}", err=True)
            _echo_traceback()
            ctx.exit(BUG)


def _echo_traceback() -> None:
    import traceback

    click.echo(traceback.format_exc(), err=True)


@click.group(cls=Asl, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="asl")
def main() -> None:
    """Run, check and test Amazon States Language definitions on this machine.

    Exit codes: 0 fine, 1 findings (an execution that did not succeed, a definition AWS would refuse), 2 cannot work
    (usage, files, mocks), 3 a bug in this tool.
    """
