"""Scenarios and AWS's services: what stands behind a scenario's tasks, and what must be in the services at the end.

`services` of a scenario are an `AwsTasks`, fresh for every play; what a scenario's tasks send and return is held
against the services' models wherever botocore is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from asl_engine.chance import derived
from asl_engine.errors import MockError, ScenarioError
from asl_engine.history.execution import Execution
from asl_engine.scenario import ExecutionExpectation, Expectation, Scenario, TableExpectation
from asl_engine.tasks.runtime import Succeeded, TaskCall, TaskRuntime, Tasks
from asl_engine.values import MISSING, Json, Missing
from asl_engine.views.comparing import lacking
from asl_engine.views.verdict import Mismatch, differing, judge, value_text

if TYPE_CHECKING:
    from asl_engine.tasks.aws import AwsTasks

Keys = tuple[str | int, ...]


def services_of(scenario: Scenario, seed: int | None) -> AwsTasks | None:
    """The services of one play, or None. Raises `MissingExtra`, and `MockError` for what cannot be given to them."""
    if scenario.services is None:
        return None
    from asl_engine.tasks.aws import AwsTasks

    try:
        return AwsTasks(scenario.services, seed=derived(scenario.seed if seed is None else seed, "services"))
    except MockError as error:
        raise MockError(f"{scenario.locate(('services', 'moto'))}: {error}") from None


def checked(tasks: TaskRuntime, scenario: Scenario) -> TaskRuntime:
    """The same tasks, with arguments and answers of service integrations held against their models, if there are models."""
    if scenario.field_validation == "NONE" or not _has_models():
        return tasks
    from asl_engine.tasks.service_answers import ServiceChecked

    return ServiceChecked(tasks, answers=scenario.field_validation)


@cache
def _has_models() -> bool:
    return find_spec("botocore") is not None


def fallback_of(scenario: Scenario) -> list[Tasks]:
    """Who answers what nobody else does, as `unmocked` says."""
    match scenario.unmocked:
        case "passthrough-input":
            return [_passed_through]
        case "auto":
            from asl_engine.tasks.service_answers import Auto

            return [Auto()]
        case _:
            return []


def _passed_through(call: TaskCall) -> Succeeded:
    arguments: Json = call.arguments
    return Succeeded(arguments)


# ---------------------------------------------------------------- expectations

NO_MACHINES: Mapping[str, Sequence[Execution]] = {}
_EXPECTED = ("dynamodb", "s3", "sqs", "sns", "eventbridge", "secretsmanager", "ssm")


def judged(
    execution: Execution, wanted: Expectation, services: AwsTasks | None, started: Mapping[str, Sequence[Execution]] = NO_MACHINES
) -> tuple[Mismatch, ...]:
    """Every mismatch: of the execution, of those it started (`started`: by registered machine), then of what is left in the services."""
    found = (*judge(execution, wanted), *_of_machines(execution, wanted, started))
    said = [name for name in _EXPECTED if getattr(wanted, name) is not None]
    if not said:
        return found
    if services is None:
        raise ScenarioError(f'"{said[0]}" is expected, and there are no services to look into; add "services: moto"')
    return (*found, *_Left(services, len(execution.history)).mismatches(wanted))


def _of_machines(execution: Execution, wanted: ExecutionExpectation, started: Mapping[str, Sequence[Execution]]) -> Iterator[Mismatch]:
    """They show at the end: which event of the parent a child's difference belongs to is nobody's to say."""
    end = len(execution.history)
    for named, expected in (wanted.machines or {}).items():
        runs = started.get(named, ())
        if isinstance(expected, list) and len(runs) != len(expected):
            yield Mismatch(("machines", named), f"machine {named}, executions", str(len(expected)), str(len(runs)), end)
        elif not runs:
            yield Mismatch(("machines", named), f"machine {named}, executions", "at least 1", "0", end)
        each = [((index,), one) for index, one in enumerate(expected)] if isinstance(expected, list) else [((), expected)] * len(runs)
        for index, (run, (keys, one)) in enumerate(zip(runs, each, strict=False)):
            which = f"machine {named}" + (f", execution {index + 1} of {len(runs)}" if len(runs) > 1 else "")
            for mismatch in (*judge(run, one), *_of_machines(run, one, started)):
                yield replace(mismatch, keys=("machines", named, *keys, *mismatch.keys), what=f"{which}: {mismatch.what}", at=end)


class _Left:
    """What an execution left behind, compared with what is wanted of it."""

    def __init__(self, services: AwsTasks, end: int) -> None:
        self._services = services
        self._end = end

    def mismatches(self, wanted: Expectation) -> Iterator[Mismatch]:
        aws = self._services
        for name, table in (wanted.dynamodb or {}).items():
            yield from self._table(name, table)
        for name, objects in (wanted.s3 or {}).items():
            yield from self._bucket(name, objects)
        listed: tuple[tuple[str, Any, Callable[[str], Any]], ...] = (
            ("sqs", wanted.sqs, lambda name: aws.queue(name).messages),
            ("sns", wanted.sns, lambda name: aws.topic(name).published),
            ("eventbridge", wanted.eventbridge, lambda name: aws.bus(name).events),
            ("secretsmanager", wanted.secretsmanager, aws.secret),
            ("ssm", wanted.ssm, aws.parameter),
        )
        for service, expected, read in listed:
            for name, value in (expected or {}).items():
                actual = self._read(service, name, read, name)
                yield from self._compared((service, name), f"{service} {name}", actual, str(value) if service == "ssm" else value)

    def _read(self, service: str, name: str, read: Callable[..., Any], *given: Any) -> Any:
        """What is there; MISSING where the service knows no such thing."""
        from asl_engine.tasks.aws import ServiceError

        try:
            return read(*given)
        except ServiceError:
            return MISSING

    def _compared(self, keys: Keys, what: str, actual: Json | Missing, wanted: Json) -> Iterator[Mismatch]:
        if found := lacking(actual, wanted):
            yield differing(keys, what, found, self._end)

    def _table(self, name: str, wanted: TableExpectation) -> Iterator[Mismatch]:
        table = self._services.table(name)
        items = self._read("dynamodb", name, lambda: table.items)
        if isinstance(items, Missing):
            yield Mismatch(("dynamodb", name), f"table {name}", "a table of that name", "none", self._end)
            return
        each: list[tuple[Keys, dict[str, Json]]] = [(("item",), wanted.item)] if wanted.item is not None else []
        each += [(("items", index), item) for index, item in enumerate(wanted.items or ())]
        for keys, item in each:
            actual = _one_of(items, item, table.key)
            yield from self._compared(("dynamodb", name, *keys), f"table {name}, item {_key_text(item, table.key)}", actual, item)
        for index, key in enumerate(wanted.absent or ()):
            found = _one_of(items, key, table.key)
            if not isinstance(found, Missing):
                what = f"table {name}, item {_key_text(key, table.key)}"
                yield Mismatch(("dynamodb", name, "absent", index), what, "none", value_text(found), self._end)
        if wanted.count is not None and not wanted.count.holds(len(items)):
            yield Mismatch(("dynamodb", name, "count"), f"table {name}, items", wanted.count.text, str(len(items)), self._end)

    def _bucket(self, name: str, wanted: dict[str, Json]) -> Iterator[Mismatch]:
        objects = self._read("s3", name, lambda: self._services.bucket(name).objects)
        if isinstance(objects, Missing):
            yield Mismatch(("s3", name), f"bucket {name}", "a bucket of that name", "none", self._end)
            return
        for key, content in wanted.items():
            keys, what = ("s3", name, key), f"bucket {name}, object {key}"
            if content is not None:
                yield from self._compared(keys, what, objects.get(key, MISSING), content)
            elif key in objects:
                yield Mismatch(keys, what, "none", value_text(objects[key]), self._end)


def _one_of(items: list[dict[str, Json]], wanted: dict[str, Json], key: tuple[str, ...]) -> Json | Missing:
    """The item with the wanted one's key; without a key in it, any item that includes it."""
    if all(name in wanted for name in key):
        return next((item for item in items if all(lacking(item.get(name, MISSING), wanted[name]) is None for name in key)), MISSING)
    return next((item for item in items if lacking(item, wanted) is None), MISSING)


def _key_text(item: dict[str, Json], key: tuple[str, ...]) -> str:
    return value_text({name: item[name] for name in key if name in item} or item)
