"""A TestState request, read: every member of the right type and within its bounds, every JSON text parsed but the mock's.

What the members mean together is said elsewhere. Where AWS takes JSON text, an object or an array is taken for the text
it has. Source: API reference, "TestState", "MockInput", "TestStateConfiguration"; developer guide, "Testing state machines
with TestState API".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from asl_engine.errors import InputError
from asl_engine.source import parse_json
from asl_engine.spell import nearest
from asl_engine.teststate.refusals import InvalidArn, InvalidExecutionInput, ValidationException
from asl_engine.values import Json, json_text

MAX_DATA = 262_144
"""Characters of a JSON text other than the definition."""
MAX_DEFINITION = 1_048_576
MAX_NAME = 80
MAX_ARN = 256
MAX_ERROR = 256
MAX_CAUSE = 32_768

Choice = TypeVar("Choice", bound=StrEnum)


class Level(StrEnum):
    """`inspectionLevel`. TRACE adds an HTTP Task's request and response, which exist only where one is sent."""

    INFO = "INFO"
    DEBUG = "DEBUG"
    TRACE = "TRACE"


class Validation(StrEnum):
    """`fieldValidationMode`."""

    STRICT = "STRICT"
    PRESENT = "PRESENT"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Mock:
    """What the state's work gives: a result, as JSON text, or an error."""

    result: str | None
    error: str | None
    cause: str | None
    validation: Validation


@dataclass(frozen=True, slots=True)
class Configuration:
    """`stateConfiguration`."""

    retrier_retry_count: int = 0
    error_caused_by_state: str | None = None
    map_iteration_failure_count: int | None = None
    map_item_reader_data: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    definition: str
    state_name: str | None
    role_arn: str | None
    input_text: str
    input: Json
    level: Level
    variables: Mapping[str, Json]
    mock: Mock | None
    context: Mapping[str, Json] | None
    configuration: Configuration


_MEMBERS = ("definition", "stateName", "roleArn", "input", "inspectionLevel", "revealSecrets", "variables", "mock", "context", "stateConfiguration")


def read_request(members: Mapping[str, Any]) -> Request:
    """Raises `ValidationException`, `InvalidArn` or `InvalidExecutionInput`."""
    _refuse_unknown(members, _MEMBERS, "TestState")
    definition = _text(members, "definition", MAX_DEFINITION, least=1)
    if definition is None:
        raise ValidationException("1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must not be null")
    name = _text(members, "stateName", MAX_NAME, least=1)
    role = _text(members, "roleArn", MAX_ARN, least=1)
    if role is not None and not role.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {role}'")
    text = _text(members, "input", MAX_DATA)
    level = _choice(members, "inspectionLevel", Level.INFO)
    reveal = members.get("revealSecrets")
    if reveal is not None and not isinstance(reveal, bool):
        raise _constraint("revealSecrets", "Member must be a boolean")
    mock = _mock(members.get("mock"))
    if mock is not None and reveal:
        raise ValidationException("TestState does not support RevealSecrets when a mock is specified.")
    configuration = _configuration(members.get("stateConfiguration"))
    if mock is None and configuration.map_iteration_failure_count is not None:
        raise ValidationException("TestState does not support MapIterationFailureCount when a mock is not specified.")
    context = _object(members, "context", "Invalid Context object provided: the Context object must be a valid JSON object")
    if mock is None and context is not None:
        raise ValidationException("TestState does not support Context when a mock is not specified.")
    return Request(
        definition=definition,
        state_name=name,
        role_arn=role,
        input_text="{}" if text is None else text,
        input={} if text is None else _input(text),
        level=level,
        variables=_object(members, "variables", "Variables must be a valid JSON object.") or {},
        mock=mock,
        context=context,
        configuration=configuration,
    )


def _input(text: str) -> Json:
    if not text.strip():
        raise InvalidExecutionInput("Invalid State Machine Execution Input: 'Invalid execution input.'")
    try:
        return parse_json(text, "input")
    except InputError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from None


def _mock(given: object) -> Mock | None:
    if given is None:
        return None
    members = _members(given, "mock", ("result", "errorOutput", "fieldValidationMode"))
    result, output = _text(members, "result", MAX_DATA, owner="mock."), members.get("errorOutput")
    if result is None and output is None:
        raise ValidationException("One of the following fields is required for a test mock: [result, errorOutput].")
    if result is not None and output is not None:
        raise ValidationException("A test mock should have only one of the following fields: [result, errorOutput].")
    validation = _choice(members, "fieldValidationMode", Validation.STRICT, owner="mock.")
    if output is None:
        return Mock(result, None, None, validation)
    error_output = _members(output, "mock.errorOutput", ("error", "cause"))
    error = _text(error_output, "error", MAX_ERROR, owner="mock.errorOutput.")
    if error is None:
        raise ValidationException("An error was not specified in the mocked error output.")
    return Mock(None, error, _text(error_output, "cause", MAX_CAUSE, owner="mock.errorOutput."), validation)


def _configuration(given: object) -> Configuration:
    if given is None:
        return Configuration()
    owner = "stateConfiguration"
    members = _members(given, owner, ("retrierRetryCount", "errorCausedByState", "mapIterationFailureCount", "mapItemReaderData"))
    return Configuration(
        retrier_retry_count=_count(members, "retrierRetryCount") or 0,
        error_caused_by_state=_text(members, "errorCausedByState", MAX_NAME, least=1, owner=f"{owner}."),
        map_iteration_failure_count=_count(members, "mapIterationFailureCount"),
        map_item_reader_data=_text(members, "mapItemReaderData", MAX_DATA, owner=f"{owner}."),
    )


# ---------------------------------------------------------------- members


def _constraint(path: str, rule: str) -> ValidationException:
    """AWS's wording; it does not show the values of members it holds for sensitive."""
    return ValidationException(f"1 validation error detected: Value at '{path}' failed to satisfy constraint: {rule}")


def _refuse_unknown(members: Iterable[str], known: tuple[str, ...], owner: str) -> None:
    for name in members:
        if name not in known:
            near = nearest(name, known)
            raise ValidationException(f"{owner} has no member '{name}'" + (f"; did you mean '{near}'?" if near else f"; it has {', '.join(known)}"))


def _members(given: object, path: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _constraint(path, "Member must be an object")
    _refuse_unknown(given, known, path)
    return given


def _text(members: Mapping[str, Any], name: str, most: int, *, least: int = 0, owner: str = "") -> str | None:
    value = members.get(name)
    if isinstance(value, (dict, list)):
        try:
            value = json_text(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise _constraint(owner + name, f"Member must be JSON ({error})") from None
    if value is None:
        return None
    if not isinstance(value, str):
        raise _constraint(owner + name, "Member must be a string")
    if len(value) < least:
        raise _constraint(owner + name, f"Member must have length greater than or equal to {least}")
    if len(value) > most:
        raise _constraint(owner + name, f"Member must have length less than or equal to {most}")
    return value


def _object(members: Mapping[str, Any], name: str, refusal: str) -> dict[str, Json] | None:
    text = _text(members, name, MAX_DATA)
    if text is None:
        return None
    try:
        value = parse_json(text, name)
    except InputError:
        value = None
    if not isinstance(value, dict):
        raise ValidationException(refusal)
    return value


def _choice(members: Mapping[str, Any], name: str, default: Choice, *, owner: str = "") -> Choice:
    value = members.get(name)
    if value is None:
        return default
    kinds = type(default)
    if value not in list(kinds):
        raise _constraint(owner + name, f"Member must satisfy enum value set: [{', '.join(kinds)}]")
    return kinds(value)


def _count(members: Mapping[str, Any], name: str) -> int | None:
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _constraint(f"stateConfiguration.{name}", "Member must be an integer")
    if value < 0:
        raise _constraint(f"stateConfiguration.{name}", "Member must have value greater than or equal to 0")
    return value
