"""pydantic's findings as sentences with places and suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from asl_engine.scenario import EACH, EVERY, SNAPSHOT_KEYS, CallExpectation, ExecutionExpectation, Expectation, StateExpectation, TableExpectation
from asl_engine.scenario_files.models import (
    BY_NAME,
    WITH_CONTENT,
    Clock,
    LimitsModel,
    MachineModel,
    ScenarioFile,
    ScenarioModel,
    ServicesModel,
    Settings,
    TasksModel,
)
from asl_engine.spell import nearest
from asl_engine.values import Json, json_text, kind_of

_ALIASES = {"checked": "validate", "given": "with", "schema_": "$schema"}
_TAGS = {EVERY, EACH, BY_NAME, WITH_CONTENT, "[key]"}
_WORDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def written(loc: Sequence[object]) -> tuple[str | int, ...]:
    """A pydantic location as the keys a person wrote: no tags of unions, no field names that are not keys."""
    return tuple(_ALIASES.get(token, token) if isinstance(token, str) else int(str(token)) for token in loc if token not in _TAGS and not _is_type(token))


def without_other_members(findings: Sequence[Any]) -> list[Any]:
    """Where text or a mapping may stand and a mapping does, what is wrong inside it is told, not that it is no text."""
    wheres = [tuple(finding["loc"]) for finding in findings]
    return [
        finding
        for finding, loc in zip(findings, wheres, strict=True)
        if not (loc[-1:] == ("str",) and any(other[: len(loc) - 1] == loc[:-1] and other != loc and isinstance(finding["input"], dict) for other in wheres))
    ]


def _is_type(token: object) -> bool:
    """Whether a token names the member of a union that was tried, and no key."""
    return isinstance(token, str) and (token in ("str", *_MODELS) or token.startswith(("list[", "dict[", "function-", "model-")))


def sentence(finding: Mapping[str, Any], keys: Sequence[str | int], value: Json, *, owner: type[BaseModel] | None = None) -> str:
    """What is wrong, without its place."""
    name = str(keys[-1]) if keys else ""
    match finding["type"]:
        case "extra_forbidden":
            owner = owner or _owner(finding["loc"])
            known = [field.alias or _ALIASES.get(key, key) for key, field in owner.model_fields.items()]
            if owner is ScenarioFile and name in {field.alias or key for key, field in Settings.model_fields.items()}:
                return f'"{name}" is said by a scenario, or for all of them under "defaults"'
            if owner is ExecutionExpectation and name in Expectation.model_fields and name not in known:
                return f'"{name}" is expected of the scenario as a whole, not of a machine it starts'
            near = nearest(name, known)
            return f'unknown key "{name}" {_WHERE[owner]}' + (f'; did you mean "{near}"?' if near else f"; known are {', '.join(known)}")
        case "missing":
            return f'"{name}" is missing'
        case "value_error":
            return str(finding["ctx"]["error"])
        case "literal_error" if finding["loc"][-1] == "[key]":
            near = nearest(name, SNAPSHOT_KEYS)
            return f'a snapshot has no "{name}"' + (f'; did you mean "{near}"?' if near else f"; it may have {', '.join(SNAPSHOT_KEYS)}")
        case "literal_error":
            near = nearest(str(value), finding["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", "))
            return f'"{name}" is one of {finding["ctx"]["expected"]}, not {short(value)}' + (f'; did you mean "{near}"?' if near else "")
        case "too_short" | "string_too_short":
            return f'"{name}" is empty'
        case kind if kind in _WORDS:
            return f'"{name}" takes {_WORDS[kind]}, not {"null" if value is None else f"{kind_of(value)} {short(value)}"}'
        case _:
            return f'"{name}": {finding["msg"][:1].lower()}{finding["msg"][1:]}, not {short(value)}'


def _owner(loc: Sequence[object]) -> type[BaseModel]:
    keys = [token for token in loc if isinstance(token, str)]
    if keys[:2] == ["expect", "machines"] and not {"states", "calls"} & set(keys[:-1]):
        return ExecutionExpectation
    for key in reversed(keys[:-1]):
        if key in _OWNERS:
            return _OWNERS[key]
    return ScenarioModel


_OWNERS: dict[str, type[BaseModel]] = {
    "expect": Expectation,
    "states": StateExpectation,
    "calls": CallExpectation,
    "clock": Clock,
    "limits": LimitsModel,
    "TasksModel": TasksModel,
    "MachineModel": MachineModel,
    "services": ServicesModel,
    "dynamodb": TableExpectation,
}
_MODELS = {"TasksModel", "MachineModel"}
_WHERE: dict[type[BaseModel], str] = {
    Expectation: "in an expectation",
    ExecutionExpectation: "in an expectation of a machine",
    StateExpectation: "in a state's expectation",
    CallExpectation: "in an expectation of calls",
    Clock: "in a clock",
    LimitsModel: "in limits",
    TasksModel: "in tasks",
    MachineModel: "in a machine",
    ServicesModel: "in services",
    TableExpectation: "in a table's expectation",
    ScenarioModel: "in a scenario",
    Settings: "in defaults",
    ScenarioFile: "in a scenario file",
}


def short(value: Json) -> str:
    text = json_text(value)
    return text if len(text) <= 60 else text[:59] + "…"
