"""What a mocked service answers: made from the API's output, or checked against it.

`Auto` makes the least a service could say: what its model requires, and what names the thing that was made. Nothing of
it is drawn by chance: the same calls in the same order get the same ids. `ServiceChecked` stands around any runtime and
holds what is sent and what comes back against the models, so that a mock cannot drift from the service unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from asl_engine.chance import Chance, derived
from asl_engine.errors import MockError
from asl_engine.tasks.compose import Checked, as_runtime
from asl_engine.tasks.resource import Resource, parse_resource
from asl_engine.tasks.runtime import ZERO, Outcome, Succeeded, TaskCall, Tasks
from asl_engine.tasks.service_arguments import check_arguments
from asl_engine.tasks.service_models import OF_POLLED, Model, Shape, Strictness, answered_by, place_of_fault, speller
from asl_engine.tasks.service_names import CALLBACK, is_sdk, model_of
from asl_engine.values import Json, Missing, json_text

Validation: TypeAlias = Literal["STRICT", "PRESENT", "NONE"]
"""TestState's fieldValidationMode."""
MODES: tuple[str, ...] = get_args(Validation)

_PARSED: dict[tuple[str, str, str], frozenset[str]] = {
    ("lambda", "invoke", ""): frozenset({"Payload"}),
    ("states", "startExecution", ".sync:2"): frozenset({"Input", "Output"}),
    ("bedrock", "invokeModel", ""): frozenset({"Body"}),
}
"""Members an optimised integration hands on as JSON, though the API answers text."""

_INSTANTS = (str, int, float)
"""Optimised integrations give milliseconds, `aws-sdk` ones ISO 8601; a mock may write either."""


# ---------------------------------------------------------------- checked


class ServiceChecked(Checked):
    """A runtime whose calls of services are checked: the arguments (`ServiceArgumentsError`), and what is answered (`MockError`).

    `answers` is TestState's fieldValidationMode: PRESENT looks at the members that are there, STRICT also misses
    required ones, NONE looks at nothing. What is no service integration, or has no model, passes unseen.
    """

    __slots__ = ("_strictness", "_tasks")

    def __init__(self, tasks: Tasks, *, answers: Validation = "PRESENT") -> None:
        if answers not in MODES:
            raise MockError(f"answers is {answers!r}; results are checked {', '.join(MODES[:-1])} or not at all: {MODES[-1]}")
        self._tasks = as_runtime(tasks)
        self._strictness = None if answers == "NONE" else Strictness(answers)

    def perform(self, call: TaskCall) -> Outcome:
        if model_of(call.resource) is None:
            return self._tasks.perform(call)
        check_arguments(call)
        outcome = self._tasks.perform(call)
        if self._strictness is not None:
            check_answer(call, outcome, self._strictness)
        return outcome


def check_answer(call: TaskCall, outcome: Outcome, strictness: Strictness) -> None:
    """Raises `MockError` with the path and the reason when the service would not answer so."""
    if isinstance(outcome, Succeeded):
        _check(call, call.resource, outcome.output, strictness, "result")
    if not isinstance(outcome.submitted, Missing):
        _check(call, accepting(call.resource), outcome.submitted, strictness, "submitted answer")


def accepting(resource: Resource) -> Resource:
    """The request that starts a job: the resource without its pattern."""
    return parse_resource(resource.arn.removesuffix(resource.pattern))


def _check(call: TaskCall, resource: Resource, value: Json, strictness: Strictness, what: str) -> None:
    seen, parsed = value, _PARSED.get((resource.service, resource.api, resource.pattern))
    if parsed and isinstance(value, dict):
        seen = {name: json_text(member) if name in parsed and not isinstance(member, str) else member for name, member in value.items()}
    found = place_of_fault(resource, seen, strictness, instants=_INSTANTS)
    if found is not None:
        pointer, reason = found
        text = json_text(value)
        raise MockError(
            f'{resource} does not answer what the mock of state "{call.state_path}" gives (attempt {call.attempt})\n'
            f"  at {pointer or '/'} of its {what}: {reason if pointer else 'it must be an object'}\n"
            f"  given {text if len(text) <= 300 else text[:299] + '…'}"
        )


# ---------------------------------------------------------------- made


class Auto:
    """A function of the call that answers as little as the service could: `mocks.state("Send").always(Auto())`.

    Counts its calls, so that no two answers carry the same ids. Answers are due `after` virtual time. Raises
    `MockError` for what has no model.
    """

    __slots__ = ("_after", "_calls")

    def __init__(self, *, after: timedelta = ZERO) -> None:
        self._after = after
        self._calls = 0

    def __call__(self, call: TaskCall) -> Outcome:
        self._calls += 1
        made = _Made(Chance(derived(self._calls, str(call.state_path))), call.at)
        resource = call.resource
        if resource.pattern == CALLBACK:
            return Succeeded({}, self._after, made.answer(accepting(resource), call))
        if resource.pattern:
            return Succeeded(made.answer(resource, call), self._after, made.answer(accepting(resource), call))
        return Succeeded(made.answer(resource, call), self._after)


_DONE = (
    "SUCCEEDED",
    "Succeeded",
    "COMPLETED",
    "Completed",
    "COMPLETE",
    "STOPPED",
    "ACTIVE",
    "Active",
    "AVAILABLE",
    "Available",
    "SUCCESS",
    "ENABLED",
    "Enabled",
)
"""How a job that is over, or a thing that is ready, says so; the first that the API knows is answered."""
_NAMING = ("Id", "Arn", "ARN", "Url", "ETag")
_SAID: dict[tuple[str, str, str], dict[str, Json]] = {
    ("athena", "startQueryExecution", ".sync"): {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}},
    ("bedrock", "createModelCustomizationJob", ".sync"): {"Status": "Completed"},
    ("codebuild", "startBuild", ".sync"): {"Build": {"BuildStatus": "SUCCEEDED"}},
    ("codebuild", "startBuildBatch", ".sync"): {"BuildBatch": {"BuildBatchStatus": "SUCCEEDED"}},
    ("databrew", "startJobRun", ".sync"): {"State": "SUCCEEDED"},
    ("ecs", "runTask", ""): {"Failures": []},
    ("ecs", "runTask", ".sync"): {"LastStatus": "STOPPED"},
    ("events", "putEvents", ""): {"FailedEntryCount": 0},
    ("glue", "startJobRun", ".sync"): {"JobRunState": "SUCCEEDED"},
    ("lambda", "invoke", ""): {"ExecutedVersion": "$LATEST", "Payload": {}, "StatusCode": 200},
    ("mediaconvert", "createJob", ".sync"): {"Job": {"Status": "COMPLETE"}},
    ("states", "startExecution", ".sync"): {"Output": "{}"},
    ("states", "startExecution", ".sync:2"): {"Output": {}},
}
"""What the integration's result says beside what its model requires: developer guide, examples of each integration."""
WITHOUT_METADATA = frozenset({("events", "putEvents")})
"""Optimised request-response integrations whose result carries no SdkHttpMetadata, as recorded."""


class _Made:
    """One answer in the making."""

    def __init__(self, chance: Chance, at: datetime) -> None:
        self._chance = chance
        self._at = at

    def answer(self, resource: Resource, call: TaskCall) -> dict[str, Json]:
        described = answered_by(resource)
        if described is None:
            if model_of(resource) is None:
                raise MockError(
                    f'nothing is known of what {resource} answers, so "auto" has none to make\n  in state "{call.state_path}"; write "return" with the result'
                )
            return self._metadata(resource)
        model, shape = described
        for step in OF_POLLED.get((resource.service, resource.api), ()) if resource.pattern else ():
            shape = model.shape(shape["member"] if isinstance(step, int) else shape["members"][step])
        said = _SAID.get((resource.service, resource.api, resource.pattern), {})
        made = self._structure(model, shape, speller(resource), ())
        if not made and not said:
            made = self._named(model, shape, speller(resource))
        entries: dict[str, Json] = {"Entries": self._entries(call)} if (resource.service, resource.api) == ("events", "putEvents") else {}
        return {**made, **said, **entries, **self._metadata(resource)}

    def _entries(self, call: TaskCall) -> list[Json]:
        sent = call.arguments.get("Entries") if isinstance(call.arguments, dict) else None
        return [{"EventId": self._chance.uuid()} for _ in sent] if isinstance(sent, list) else []

    def _metadata(self, resource: Resource) -> dict[str, Json]:
        if is_sdk(resource) or resource.pattern or (resource.service, resource.api) in WITHOUT_METADATA:
            return {}
        return metadata(200, {}, self._chance.uuid())

    def _structure(self, model: Model, shape: Shape, spell: Callable[[str], str], inside: tuple[str, ...]) -> dict[str, Json]:
        members: Mapping[str, Any] = shape.get("members", {})
        return {spell(name): self._value(model, model.shape(members[name]), name, spell, inside) for name in shape.get("required", ())}

    def _named(self, model: Model, shape: Shape, spell: Callable[[str], str]) -> dict[str, Json]:
        """What names the thing that was made, where the model requires nothing: a MessageId, a JobRunId."""
        texts = {name: found for name, member in shape.get("members", {}).items() if (found := model.shape(member))["type"] == "string"}
        return {spell(name): self._text(text, name) for name, text in texts.items() if name.endswith(_NAMING) and not re.search("KMS|Kms|Version", name)}

    def _value(self, model: Model, shape: Shape, name: str, spell: Callable[[str], str], inside: tuple[str, ...]) -> Json:
        match shape["type"]:
            case "structure":
                own = shape.get("shape", "")
                return {} if own in inside else self._structure(model, shape, spell, (*inside, own))
            case "list":
                element = model.shape(shape["member"])
                return [self._value(model, element, name, spell, inside) for _ in range(int(shape.get("min", 0)))]
            case "map":
                return {}
            case "boolean":
                return False
            case "timestamp":
                return self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            case "string" | "blob" | "character":
                return self._text(shape, name)
            case _:
                return max(0, int(shape.get("min", 0)))

    def _text(self, shape: Shape, name: str) -> str:
        if known := shape.get("enum"):
            return next((done for done in _DONE if done in known), str(known[0]))
        if name.lower().endswith("id"):
            text = self._chance.uuid()
        elif name.lower().endswith("arn"):
            text = f"arn:aws:mocked:us-east-1:123456789012:{self._chance.uuid()}"
        else:
            text = f"{name}-{self._chance.uuid()[:8]}"
        return text.ljust(int(shape.get("min", 0)), "0")[: shape.get("max")]


def metadata(status: int, headers: Mapping[str, str], request_id: str) -> dict[str, Json]:
    """What optimised integrations add to a result: developer guide, examples of each integration; as recorded."""
    return {
        "SdkHttpMetadata": {"AllHttpHeaders": {name: [value] for name, value in headers.items()}, "HttpHeaders": dict(headers), "HttpStatusCode": status},
        "SdkResponseMetadata": {"RequestId": request_id},
    }
