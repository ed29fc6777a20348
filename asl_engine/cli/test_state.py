"""`asl test-state`: AWS's TestState for one state, answered on this machine. Options are named as in the AWS CLI."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from asl_engine.cli import FINDINGS, options
from asl_engine.errors import InputError
from asl_engine.source import parse_json, read_source
from asl_engine.teststate import test_state
from asl_engine.teststate.request import Level
from asl_engine.values import Json, json_text

LOCAL_FILE = "file://"
"""The AWS CLI's mark of a file's name; taken, not needed."""


def _definition(context: click.Context, option: click.Parameter, given: str) -> Json:
    if given == "-" or given.lstrip().startswith("{"):
        return _text(context, option, given)
    return read_source(given.removeprefix(LOCAL_FILE)).value


def _text(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """JSON text as it is; a file's is read. What begins like a document is one, malformed or not."""
    if given is None or given[:1] in ("{", "[", '"', ""):
        return given
    try:
        parse_json(given)
    except InputError:
        return json_text(options.read_json(given.removeprefix(LOCAL_FILE)))
    return given


def _value(context: click.Context, option: click.Parameter, given: str | None) -> Json:
    text = _text(context, option, given)
    return None if text is None else parse_json(text, option.opts[0])


def _json_option(name: str, member: str, read: Callable[[click.Context, click.Parameter, str | None], Json], help: str) -> Callable[[Any], Any]:
    return click.option(name, member, metavar="FILE|TEXT", callback=read, help=help)


@click.command("test-state")
@click.option(
    "--definition",
    required=True,
    metavar="FILE|TEXT",
    callback=_definition,
    help='A state, or with --state-name a state machine: JSON, or a file with JSON or YAML ("-": standard input).',
)
@click.option("--state-name", "stateName", metavar="NAME", help="The state of the machine to test, at any depth.")
@_json_option("--input", "input", _text, "The state's input. Default: {}.")
@_json_option("--mock", "mock", _value, 'What the state\'s work comes to: {"result": …} or {"errorOutput": {"error": …}}; and "fieldValidationMode".')
@click.option("--inspection-level", "inspectionLevel", type=click.Choice([*Level]), help="How much is shown. Default: INFO.")
@_json_option("--context", "context", _text, "The Context object; needs --mock.")
@_json_option("--variables", "variables", _text, "The variables the state sees.")
@_json_option("--state-configuration", "stateConfiguration", _value, "retrierRetryCount, errorCausedByState, mapIterationFailureCount, mapItemReaderData.")
@click.option("--reveal-secrets/--no-reveal-secrets", "revealSecrets", default=None, help="Accepted as AWS accepts it; nothing here is secret.")
@click.option("--role-arn", "roleArn", metavar="ARN", help="The role whose account the Context object names.")
def command(**members: Any) -> None:
    """Test one state: what it makes of its input, which handler takes an error, where it goes next.

    Prints the answer of AWS's TestState. FILE|TEXT is JSON, or the name of a file that holds it.

    Exit code 0: the state succeeded, or its error is retried or caught. 1: it failed. 2: the request was refused.
    """
    answer = test_state(**{name: value for name, value in members.items() if value is not None})
    click.echo(json.dumps(answer, indent=4, ensure_ascii=False))
    if answer["status"] == "FAILED":
        click.get_current_context().exit(FINDINGS)
