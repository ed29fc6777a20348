"""What may be written in a scenario file: strict pydantic models, no behaviour. Field order is the order people think in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from asl_engine.scenario import Expectation, Strict

LAST_YEAR = 9000


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no instant; write it as 2026-01-31T09:30:00Z") from None
    if not 1 < found.year <= LAST_YEAR:
        raise ValueError(f"{value!r} is out of range: years 2 to {LAST_YEAR} leave room for an execution")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]


class Clock(Strict):
    """Where virtual time begins."""

    start: Instant | None = Field(default=None, description="The instant the execution starts; 2026-01-01T00:00:00Z, if not said.")


class TasksModel(Strict):
    """A fake that is made with arguments."""

    use: str = Field(description="package.module:name, FILE.py or FILE.yaml: what `asl run --mock` takes.")
    given: dict[str, Any] = Field(default_factory=dict, alias="with", description="Keyword arguments of the function that makes it.")


class ServicesModel(Strict):
    """AWS's services in process, and what exists in them."""

    moto: dict[str, Any] | None = Field(description="By service: tables, buckets, queues, topics, buses, secrets, parameters.")


BY_NAME, WITH_CONTENT = "services by name", "services with content"
Services: TypeAlias = Annotated[
    Annotated[Literal["moto"], Tag(BY_NAME)] | Annotated[ServicesModel, Tag(WITH_CONTENT)],
    Discriminator(lambda value: BY_NAME if isinstance(value, str) else WITH_CONTENT),
]


class MachineModel(Strict):
    """A machine that this one starts."""

    definition: str | dict[str, Any]
    placeholders: str | dict[str, Any] | None = None
    type: Literal["STANDARD", "EXPRESS"] | None = None
    checked: bool = Field(default=True, alias="validate")


class LimitsModel(Strict):
    """AWS's quotas, to be made smaller; null lifts one."""

    events: Annotated[int, Field(ge=1)] | None = None
    payload_bytes: Annotated[int, Field(ge=1)] | None = None
    duration_seconds: Annotated[int, Field(ge=1)] | None = None


class Settings(Strict):
    """What a scenario says, or its file's `defaults` say for all."""

    definition: str | dict[str, Any] | None = Field(
        default=None,
        description="The machine: a file beside this one or in the project's definitions (order.asl.json, template.yaml#Order), or the definition itself.",
    )
    type: Literal["STANDARD", "EXPRESS"] | None = None
    checked: bool = Field(default=True, alias="validate", description="false runs a definition AWS would refuse, as far as it can be run.")
    placeholders: str | dict[str, Any] | None = Field(default=None, description="Values of ${…} in the definition, or a JSON or YAML file with them.")
    clock: Clock = Clock()
    seed: Annotated[int, Field(ge=0)] = 0
    execution_name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    input: Any = Field(default_factory=dict, description="The execution's input.")
    input_file: str | None = Field(default=None, description="A JSON or YAML file with the execution's input.")
    mocks: dict[str, Any] = Field(default_factory=dict, description="What each state or resource answers.")
    tasks: Annotated[list[str | TasksModel], BeforeValidator(_listed)] = Field(default_factory=list, description="Asked for what no mock answers.")
    services: Services | None = Field(
        default=None, description="moto: AWS's services in process, asked after mocks and before tasks; a mapping says what exists in them."
    )
    field_validation: Literal["STRICT", "PRESENT", "NONE"] = Field(
        default="PRESENT", description="How what is returned for a service is held against its model, as TestState's fieldValidationMode."
    )
    machines: dict[str, str | MachineModel] = Field(default_factory=dict, description="By ARN or name: what states:startExecution runs.")
    unmocked: Literal["error", "auto", "passthrough-input"] = Field(default="error", description="What happens to a task nobody answers.")
    variables: dict[str, Any] | None = Field(default=None, description="Variables that are visible from the start.")
    context: dict[str, Any] | None = Field(default=None, description="Merged over the Context object, member by member.")
    limits: LimitsModel = LimitsModel()
    expect: Expectation = Expectation()


class ScenarioModel(Settings):
    """One scenario, or with `each` one for every row of a table."""

    name: Annotated[str, Field(min_length=1)]
    description: str | None = None
    each: list[dict[str, Any]] | dict[str, dict[str, Any]] | None = Field(
        default=None, description="Rows of values; ${column} stands for them. A mapping gives the rows names."
    )


class ScenarioFile(Strict):
    """A scenario file: one machine and many cases."""

    schema_: str | None = Field(default=None, alias="$schema")
    definition: str | dict[str, Any] | None = Field(default=None, description="The machine all scenarios are about.")
    type: Literal["STANDARD", "EXPRESS"] | None = None
    checked: bool = Field(default=True, alias="validate", description="false runs a definition AWS would refuse, as far as it can be run.")
    placeholders: str | dict[str, Any] | None = Field(default=None, description="Values of ${…} in the definition, or a JSON or YAML file with them.")
    clock: Clock = Clock()
    seed: Annotated[int, Field(ge=0)] = 0
    machines: dict[str, str | MachineModel] = Field(default_factory=dict)
    defaults: Settings = Settings()
    scenarios: Annotated[list[ScenarioModel], Field(min_length=1)]


SHARED = ("definition", "type", "validate", "placeholders", "clock", "seed", "machines")
"""What a file may say once for all its scenarios, beside `defaults`."""
MERGED = ("placeholders", "clock", "mocks", "machines", "variables", "context", "limits", "expect")
"""Mappings that are joined key by key; a scenario's key replaces the default's. Everything else is replaced whole."""
