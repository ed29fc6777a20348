"""What options mean: texts from the command line to values. Raises click.BadParameter, or `AslError` for files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from asl_engine.errors import InputError
from asl_engine.interpreter.clock import Clock, ScaledClock, VirtualClock, WallClock
from asl_engine.interpreter.identity import is_execution_name
from asl_engine.source import parse_json
from asl_engine.values import Json

STANDARD = "STANDARD"
STANDARD_INPUT = "<stdin>"
LAST_YEAR = 9000
UNREAD = "ASL0"
"""Codes of what could not even be read: there is nothing to run, and nothing to say of the machine."""


def read_json(named: str) -> Json:
    """The JSON of a file, or of standard input for "-". Raises `InputError` with file:line:column."""
    origin = STANDARD_INPUT if named == "-" else named
    try:
        data = sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
        return parse_json(data.decode("utf-8-sig"), origin)
    except UnicodeDecodeError as error:
        raise InputError(f"{origin}: this is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{origin}: the file cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_placeholders(named: str | None) -> dict[str, Json] | None:
    """A JSON file with one object: the text between ${ and } to its value."""
    if named is None:
        return None
    found = read_json(named)
    if not isinstance(found, dict):
        raise InputError(f'{named}: placeholders are one JSON object, such as {{"name": "value"}}')
    return found


def instant(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no instant; write it as 2026-01-31T09:30:00Z") from None
    if not 1 < found.year <= LAST_YEAR:
        raise click.BadParameter(f"{text!r} is out of range: years 2 to {LAST_YEAR} leave room for an execution")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def execution_name(context: click.Context, option: click.Parameter, name: str | None) -> str | None:
    if name is not None and not is_execution_name(name):
        raise click.BadParameter(f'Invalid Name: {name!r}; AWS takes 1 to 80 characters, no blanks and none of < > {{ }} [ ] ? * " # % \\ ^ | ~ ` $ & , ; : /')
    return name


def clock(context: click.Context, option: click.Parameter, text: str) -> Callable[[datetime | None], Clock]:
    """A function from the start instant to the clock."""
    kind, _, factor = text.partition(":")
    if kind == "virtual" and not factor:
        return lambda start: VirtualClock(start) if start is not None else VirtualClock()
    if kind == "real" and not factor:
        return _real
    if kind == "scaled":
        try:
            rate = float(factor)
        except ValueError:
            rate = 0.0
        if 0 < rate < float("inf"):
            return lambda start: ScaledClock(rate, start)
    raise click.BadParameter(f'{text!r} is no clock; write "virtual", "scaled:60" (sixty virtual seconds a second) or "real"')


def _real(start: datetime | None) -> Clock:
    if start is not None:
        raise click.UsageError("--clock real starts now; --start needs --clock virtual or scaled")
    return WallClock()


machine_type = click.option(
    "--type", "type_", type=click.Choice(["STANDARD", "EXPRESS"]), help="The state machine's type.  [default: what its deployment file says, else STANDARD]"
)
placeholders = click.option("--placeholders", metavar="FILE", help="JSON object with the values of ${…} in the definition.")


@cache
def lines_of(file: str) -> Sequence[str]:
    """A file's lines, to show beside what is said of them; none when it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return ()
