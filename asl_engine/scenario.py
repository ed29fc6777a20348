"""What happens to a machine and what must be observed: `Scenario` and `Expectation`. Data only.

An `Expectation` is what people write, so it is a strict pydantic model; whether it holds is decided by `views.verdict`.
A `Scenario` is what a scenario file means, with defaults applied and tables of values filled in; files are read by
`scenario_files`. Nothing here knows how a program is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from asl_engine.bounds import Bound, count, span
from asl_engine.matchers import well_formed
from asl_engine.tasks.runtime import TaskRuntime
from asl_engine.values import MISSING, Json, Pointer

REST = "..."
"""In an expected path: any number of states, also none."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is wanted: as it is, or /a regular expression/ that is found in it."""

    text: str
    pattern: re.Pattern[str] | None = None

    def equals(self, value: str | None) -> bool:
        return value is not None and (self.pattern.search(value) is not None if self.pattern else value == self.text)

    def within(self, value: str | None) -> bool:
        return value is not None and (self.pattern.search(value) is not None if self.pattern else self.text in value)


def _text(value: Any) -> Any:
    if isinstance(value, Text) or not isinstance(value, str):
        return value
    if len(value) > 2 and value.startswith("/") and value.endswith("/"):
        try:
            return Text(value, re.compile(value[1:-1], re.DOTALL))
        except re.error as error:
            raise ValueError(f"{value} is no regular expression: {error}") from None
    return Text(value)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


COUNT_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "examples": [">= 2", "2..4"]}]}
_SPAN_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "examples": ["3s", ">= 2d", "1m..2m", "PT5M"]}]}
_TEXT_SCHEMA: dict[str, Any] = {"type": "string", "examples": ["Card.Declined", "/Declined|Expired/"]}
Count: TypeAlias = Annotated[Bound, BeforeValidator(count), WithJsonSchema(COUNT_SCHEMA)]
Span: TypeAlias = Annotated[Bound, BeforeValidator(span), WithJsonSchema(_SPAN_SCHEMA)]
Texts: TypeAlias = Annotated[Text, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
Wanted: TypeAlias = Annotated[Any, AfterValidator(well_formed)]
"""A value, in which matchers may stand for parts of it: see `matchers`."""
Names: TypeAlias = Annotated[list[str], BeforeValidator(_listed)]


class Strict(BaseModel):
    """What people write: unknown keys are mistakes, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)

    def says(self, name: str) -> bool:
        """Whether the key was written at all: `output: null` is an expectation."""
        return name in self.model_fields_set


class StateExpectation(Strict):
    """Of one state's visits. Written as a mapping it holds for every visit, as a list for each in turn."""

    input: Wanted = Field(default=MISSING, description="What every visit's input must include.", json_schema_extra={"default": None})
    arguments: Wanted = Field(default=MISSING, description="What every attempt's evaluated Parameters or Arguments must include.")
    resource: str | None = Field(default=None, description='What it calls: an ARN, a pattern with *, or its end such as "dynamodb:putItem".')
    result: Wanted = Field(default=MISSING, description="What the task's raw result must include.")
    output: Wanted = Field(default=MISSING, description="What every visit's output must include.")
    input_exact: Wanted = Field(default=MISSING, description="Every visit's whole input.")
    arguments_exact: Wanted = Field(default=MISSING, description="The whole of every attempt's arguments.")
    result_exact: Wanted = Field(default=MISSING, description="The task's whole raw result.")
    output_exact: Wanted = Field(default=MISSING, description="Every visit's whole output.")
    assigned: dict[str, Wanted] | None = Field(default=None, description="Variables every visit must assign, with values they must include.")
    attempts: Count | None = Field(default=None, description="Attempts of each visit: 1 is a first try that was not retried.")
    visits: Count | None = Field(default=None, description="How often the state is entered.")
    error: Texts | None = Field(default=None, description="Error with which each visit's last attempt fails.")
    caught: int | bool | None = Field(default=None, description="Number of the Catcher that takes the failure, or whether one does.")
    next: str | None = Field(default=None, description="The state each visit leads to.")
    rule: int | Literal["default"] | None = Field(default=None, description="Number of the Choice rule each visit takes, or default.")
    duration: Span | None = Field(default=None, description="Virtual time each visit takes.")


class CallExpectation(Strict):
    """So many calls of a resource have such arguments."""

    arguments: Wanted = Field(default=MISSING, description="Only calls whose arguments include this are counted.")
    state: str | None = Field(default=None, description="Only calls of this state are counted.")
    count: Count = Field(default=count(">= 1"), description="How many there must be; at least one, if not said.", json_schema_extra={"default": ">= 1"})


def _calls(value: Any) -> Any:
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return [{"count": value}]
    return _listed(value)


def _retries(value: Any) -> Any:
    return value if isinstance(value, dict) else {"": value}


class TableExpectation(Strict):
    """Of one DynamoDB table, when the execution has ended. Attributes are written as plain values: 7, not {N: "7"}."""

    item: dict[str, Wanted] | None = Field(default=None, description="There is an item with this key, and it includes all of this.")
    items: list[dict[str, Wanted]] | None = Field(default=None, description="For each of these there is such an item.")
    absent: Annotated[list[dict[str, Wanted]] | None, BeforeValidator(_listed)] = Field(default=None, description="There is no item with this key.")
    count: Count | None = Field(default=None, description="How many items there are.")


def _transitions(value: Any) -> Any:
    return value if isinstance(value, list) else count(value)


SNAPSHOT_KEYS = ("status", "output", "error", "cause", "path", "duration", "transitions", "retries", "calls", "variables", "events")
SnapshotKey: TypeAlias = Literal["status", "output", "error", "cause", "path", "duration", "transitions", "retries", "calls", "variables", "events"]
Status: TypeAlias = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
EVERY, EACH = "every visit", "visit by visit"
States: TypeAlias = Annotated[
    Annotated[StateExpectation, Tag(EVERY)] | Annotated[list[StateExpectation], Tag(EACH)],
    Discriminator(lambda value: EACH if isinstance(value, list) else EVERY),
]


Runs: TypeAlias = Annotated[
    Annotated["ExecutionExpectation", Tag(EVERY)] | Annotated[list["ExecutionExpectation"], Tag(EACH)],
    Discriminator(lambda value: EACH if isinstance(value, list) else EVERY),
]


class ExecutionExpectation(Strict):
    """What must be observed of one execution. Nothing said about the end means SUCCEEDED."""

    status: Status | Literal["RUNNING"] | None = Field(default=None, description="How the execution ends. Not said, and no error or cause either: SUCCEEDED.")
    error: Texts | None = Field(default=None, description="The execution's error: a text, or /a regular expression/; null: there is none.")
    cause: Texts | None = Field(default=None, description="Part of the execution's cause, or /a regular expression/; null: there is none.")
    output: Wanted = Field(default=MISSING, description="What the output must include: objects member by member, arrays element by element.")
    output_exact: Wanted = Field(default=MISSING, description="The whole output.")
    path: list[str] | None = Field(default=None, description='The top-level states in the order entered; "..." is any number of them.')
    visited: Names | None = Field(default=None, description='States, or transitions "A -> B", at any depth that must occur.')
    never: Names | None = Field(default=None, description='States, or transitions "A -> B", at any depth that must not occur.')
    order: list[str] | None = Field(default=None, description="States that must be entered in this order, whatever lies between.")
    states: dict[str, States] | None = Field(default=None, description='By name, or by path such as "Fan[2]/Pay".')
    transitions: Annotated[Bound | list[str] | None, BeforeValidator(_transitions), WithJsonSchema({"anyOf": [COUNT_SCHEMA, {"type": "array"}]})] = Field(
        default=None, description='How many states are entered, or transitions "A -> B" that must occur.'
    )
    retries: Annotated[dict[str, Count] | None, BeforeValidator(_retries)] = Field(default=None, description="Retries in all, or by state.")
    duration: Span | None = Field(default=None, description="Virtual time from start to end.")
    calls: dict[str, Annotated[list[CallExpectation], BeforeValidator(_calls)]] | None = Field(
        default=None, description='By resource: its ARN, a pattern with *, or its end such as "dynamodb:putItem".'
    )
    variables: dict[str, Wanted] | None = Field(default=None, description="Values the variables must include at the end.")
    events: Count | None = Field(default=None, description="How many events the history has.")
    machines: dict[str, Runs] | None = Field(
        default=None, description="By registered machine: what holds for every execution of it, or in a list for each in the order started."
    )


class Expectation(ExecutionExpectation):
    """What must be observed of a scenario's execution, and of what it left in the services."""

    status: Status | None = Field(default=None, description="How the execution ends. Not said, and no error or cause either: SUCCEEDED.")
    dynamodb: dict[str, TableExpectation] | None = Field(default=None, description="By table: what is in it at the end.")
    s3: dict[str, dict[str, Wanted]] | None = Field(default=None, description="By bucket: objects, and what they must include; null for one that must not be.")
    sqs: dict[str, list[Wanted]] | None = Field(default=None, description="By queue: the messages that were sent, in order, and what each must include.")
    sns: dict[str, list[Wanted]] | None = Field(default=None, description="By topic: the messages that were published, in order.")
    eventbridge: dict[str, list[Wanted]] | None = Field(default=None, description="By bus: the events that were put, in order.")
    secretsmanager: dict[str, Wanted] | None = Field(default=None, description="By name: what the secret must include.")
    ssm: dict[str, Wanted] | None = Field(default=None, description="By name: the parameter's value.")
    snapshot: dict[SnapshotKey, Any] | None = Field(
        default=None, description="What was observed last time; `asl test --update` writes it. Empty: nothing is recorded yet."
    )


def expectation(**said: Any) -> Expectation:
    """An `Expectation` as it would be written in a file. Raises `ValueError`."""
    return Expectation.model_validate(said)


Locate: TypeAlias = Callable[[Sequence[str | int]], str]
"""("expect", "path", 2) -> file:line:column of what was written there, or of what is nearest to it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Which machine: a path or a reference into a deployment file, or a value, and how it is loaded."""

    origin: Path | dict[str, Any]
    placeholders: Mapping[str, Json] = field(default_factory=dict)
    type: str | None = None
    """STANDARD or EXPRESS; None is what the file says, else STANDARD."""
    checked: bool = True
    """Whether what AWS would refuse is refused (`validate` in files)."""


@dataclass(frozen=True, slots=True)
class TaskSource:
    """What `--mock` takes, and the arguments its factory is called with."""

    named: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """One case of a scenario file. `id` is what `asl test` takes: "orders.scenario.yaml::declined card"."""

    id: str
    name: str
    location: str
    """file:line:column"""
    file: Path
    root: Path
    """The project's folder, else the file's: where modules of mocks are found."""
    definition: Definition
    input: Json = field(default_factory=dict)
    start: datetime | None = None
    seed: int = 0
    execution_name: str | None = None
    mocks: Json = None
    """The block `mocks_from` takes."""
    own_mocks: tuple[str, ...] = ()
    """Routes the scenario itself declares: those must be used, defaults need not."""
    tasks: tuple[TaskSource, ...] = ()
    """Asked for what no mock answers."""
    services: Mapping[str, Any] | None = None
    """What exists in AWS's services, which are asked before `tasks` (see `tasks.aws_given`); None: no services."""
    field_validation: Literal["STRICT", "PRESENT", "NONE"] = "PRESENT"
    """How what is returned for a service is held against its model; NONE also leaves arguments alone."""
    machines: Mapping[str, Definition] = field(default_factory=dict)
    """By ARN or name: what states:startExecution runs."""
    unmocked: str = "error"
    """What happens to a task nobody answers: error, auto, or passthrough-input."""
    variables: Mapping[str, Json] | None = None
    context: Mapping[str, Json] | None = None
    limits: Mapping[str, int | None] = field(default_factory=dict)
    answering: Callable[[], TaskRuntime] | None = field(default=None, repr=False)
    """Makes a runtime that is asked first, for scenarios that come from elsewhere than a scenario file."""
    expect: Expectation | None = field(default_factory=Expectation)
    """None: it must only come to an end."""
    reproduce: str = ""
    """What `asl test` takes to play it again; "" for its id."""
    locate: Locate = field(default=lambda keys: "", repr=False)
    pointer: Callable[[Sequence[str | int]], Pointer] = field(default=lambda keys: Pointer(""), repr=False)
    """The place in the file at which what stands under these keys was written, defaults included."""
    written_for: Callable[[Sequence[str | int]], Sequence[Definition]] = field(default=lambda keys: (), repr=False)
    """The definitions of all scenarios for which what stands under these keys was written: by defaults, by a table, or once."""
