"""What a state sends, held against what the service's API takes: unknown, missing and mistyped members.

The rules and the wording are those by which AWS refuses a definition; here they are also asked of evaluated arguments,
where AWS would answer with a failure that tells less. Nested required members count too, since services count them.
Null stands for a member that is not sent. Source: developer guide, "Passing parameters to a service API in Step
Functions"; as recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from asl_engine.errors import ServiceArgumentsError
from asl_engine.spell import nearest
from asl_engine.tasks.resource import Resource
from asl_engine.tasks.runtime import TaskCall
from asl_engine.tasks.service_models import Model, Shape, sent_to, speller
from asl_engine.tasks.service_names import java_member, pascal
from asl_engine.values import Json, Pointer, json_text

BOOLEAN_TEXTS = frozenset({"true", "false", "TRUE", "FALSE", "null", ""})
SMALL = 4096
"""A text that may not be longer than this holds no JSON document."""
DEEPEST = 40
"""Levels of nesting that are looked at: recursive shapes are bounded lower by their services."""

_ALSO: dict[tuple[str, str], tuple[str, ...]] = {("bedrock", "invokeModel"): ("Input", "Output")}
"""Parameters that are Step Functions' own: developer guide, the integration's page."""
_SUPPLIED: dict[tuple[str, str], tuple[str, ...]] = {("bedrock", "invokeModel"): ("body",)}
"""Required by the API, and not always given: Step Functions can take them from elsewhere."""
_NO_DOCUMENTS = frozenset({"StringAttributeValue", "NumberAttributeValue"})
"""Texts without a bound that hold no document all the same: DynamoDB's {"S": …} and {"N": …}."""


SHORTHAND: dict[str, str] = {"dynamodb": "AttributeValue"}
"""Optimised service -> the structure that a text may stand for: {"id": "o-1"} is {"id": {"S": "o-1"}}, since the SDK for Java 1 makes one of a text."""


class Unknown:
    """Stands for a value that only an execution gives; it fits everywhere."""

    __slots__ = ()


UNKNOWN = Unknown()
Opaque: TypeAlias = Callable[[Json], bool]
"""Whether a deployment tool has yet to fill a value."""


_UNKNOWN, _MISSING = "is not supported by Step Functions", "is required but was missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One member that is wrong. `str()` is a line for people."""

    pointer: Pointer
    """In the arguments: "/Item/id/S"."""
    message: str
    """AWS's wording where it is known."""
    hint: str | None = None

    @property
    def missing(self) -> bool:
        return self.message.endswith(_MISSING)

    @property
    def unknown(self) -> bool:
        return self.message.endswith(_UNKNOWN)

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message}" + (f"; {self.hint}" if self.hint else "")


def argument_faults(resource: Resource, arguments: Any) -> list[Fault]:
    """Everything in the arguments that the API does not take. Empty if all is well, or if no model describes the API.

    Raises `MissingExtra` when a model is needed and botocore is not installed.
    """
    found = sent_to(resource)
    if found is None or isinstance(arguments, Unknown):
        return []
    model, operation = found
    named = (resource.service, resource.api)
    shape = model.shape(operation["input"]) if "input" in operation else {"type": "structure", "members": {}}
    shape = {**shape, "required": [name for name in shape.get("required", ()) if name not in _SUPPLIED.get(named, ())]}
    walk = _Walk(model, speller(resource), SHORTHAND.get(resource.service, ""))
    return list(walk.structure({} if arguments is None else arguments, shape, Pointer(""), _ALSO.get(named, ())))


def check_arguments(call: TaskCall) -> None:
    """Raises `ServiceArgumentsError` that names each member, its path and what was probably meant."""
    faults = argument_faults(call.resource, call.arguments)
    if faults:
        text = json_text(call.arguments)
        first = f'{call.resource} does not take what state "{call.state_path}" sends (attempt {call.attempt})'
        raise ServiceArgumentsError("\n".join([first, *(f"  at {fault}" for fault in faults), f"  sent {text if len(text) <= 300 else text[:299] + '…'}"]))


def unfilled(template: Json, is_opaque: Opaque) -> Any:
    """A payload template, or JSONata arguments, as written, with `UNKNOWN` for what an execution fills in."""
    if isinstance(template, (dict, str)) and is_opaque(template):
        return UNKNOWN
    match template:
        case dict():
            return {name.removesuffix(".$"): UNKNOWN if name.endswith(".$") else unfilled(member, is_opaque) for name, member in template.items()}
        case list():
            return [unfilled(element, is_opaque) for element in template]
        case str() if template.strip().startswith("{%"):
            return UNKNOWN
        case _:
            return template


class _Walk:
    """One walk over arguments along the API's input."""

    def __init__(self, model: Model, spell: Callable[[str], str], shorthand: str) -> None:
        self._model = model
        self._spell = spell
        self._shorthand = shorthand

    def structure(self, value: Any, shape: Shape, at: Pointer, also: tuple[str, ...] = ()) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield _mistyped(at, "an OBJECT")
            return
        members = shape.get("members", {})
        names = spelled(tuple(members))
        given, meant = set(), set()
        for name, member in value.items():
            own = names.get(name)
            if own is not None:
                given.add(own)
                yield from self._value(member, self._model.shape(members[own]), at / name)
            elif name not in also:
                near = nearest(name, map(self._spell, members))
                meant.add(near)
                yield Fault(at / name, f'The field "{name}" {_UNKNOWN}', f'did you mean "{near}"?' if near else None)
        for required in shape.get("required", ()):
            shown = self._spell(required)
            # A slip of the pen is one mistake, not two; a token against double calls is made by the SDK.
            if required not in given and shown not in meant and not members[required].get("idempotencyToken"):
                yield Fault(at / shown, f"The field '{shown}' {_MISSING}")

    def _value(self, value: Any, shape: Shape, at: Pointer) -> Iterator[Fault]:
        if value is None or isinstance(value, Unknown) or at.count("/") > DEEPEST:
            return
        match shape["type"]:
            case "structure":
                short = isinstance(value, str) and shape.get("shape") == self._shorthand
                if not short and not shape.get("document") and not shape.get("eventstream"):
                    yield from self.structure(value, shape, at)
            case "list" if isinstance(value, list):
                element = self._model.shape(shape["member"])
                for index, member in enumerate(value):
                    yield from self._value(member, element, at / index)
            case "map" if isinstance(value, dict):
                element = self._model.shape(shape["value"])
                for name, member in value.items():
                    yield from self._value(member, element, at / name)
            case _:
                if wanted := _refused(value, shape):
                    yield _mistyped(at, wanted)


@lru_cache(maxsize=4096)
def spelled(members: tuple[str, ...]) -> Mapping[str, str]:
    """As Step Functions spells a member -> the model's name. Both SDKs' spellings: which one parameters have is not documented."""
    return {java_member(name): name for name in members} | {pascal(name): name for name in members}


def holds_documents(shape: Shape) -> bool:
    """Whether a text is free enough for an object to be sent in its place, as JSON text: a message, an input, a body."""
    return "enum" not in shape and "pattern" not in shape and int(shape.get("max", SMALL + 1)) > SMALL and shape.get("shape") not in _NO_DOCUMENTS


def _mistyped(at: Pointer, wanted: str) -> Fault:
    return Fault(at, f"The value for the field '{at.tokens[-1] if at else 'Parameters'}' must be {wanted}")


def _refused(value: Any, shape: Shape) -> str | None:
    """What a value should be; None if it is taken. Blobs take every value, as JSON text."""
    match shape["type"]:
        case "list":
            return "an ARRAY"
        case "map":
            return "an OBJECT"
        case "string" | "character":
            taken = isinstance(value, str) or "jsonvalue" in shape or (isinstance(value, (dict, list)) and holds_documents(shape))
            return None if taken else "a STRING"
        case "integer" | "long" | "short" | "biginteger":
            return None if isinstance(value, int) and not isinstance(value, bool) else "an INTEGER"
        case "float" | "double" | "bigdecimal":
            return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "a NUMBER"
        case "boolean":
            return None if isinstance(value, int) or (isinstance(value, str) and value.strip() in BOOLEAN_TEXTS) else "a BOOLEAN"
        case "timestamp":
            return None if isinstance(value, (str, int, float)) and not isinstance(value, bool) else "a TIMESTAMP"
        case _:
            return None
