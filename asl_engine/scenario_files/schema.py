"""The JSON Schemas of what people write, for editors: `asl schema scenario`, `asl schema mocks`.

They are generated from the models, so they know every key. What a model takes in a shorter spelling (one answer without
a list, a count instead of an expectation of calls, a column of a table for a number) is added here. What takes more
than a schema (which answer says what, which file exists) is told by `asl test`.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from asl_engine.scenario import COUNT_SCHEMA
from asl_engine.scenario_files.models import ScenarioFile
from asl_engine.tasks.mock_files import ANSWERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = ("mocks", "scenario")
_FILLED = {"type": "string", "pattern": r"\$\{[^}]+\}"}
_ALONE = ("AnswerModel", "CallExpectation")
"""Models of which one may stand where a list of them is taken."""
_ALONE_KEYS = ("tasks", "visited", "never", "attempt", "visit")
"""Keys that take one value instead of a list."""
_WRITTEN_OUT = ("scenarios", "each")
"""Lists no column can stand for: an editor tells what is wrong inside them."""
_COUNTED = ("retries",)
"""Keys that take a count instead of a mapping."""


class _Quiet(GenerateJsonSchema):
    """A default that is no JSON means: this key may be left out."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - as pydantic declares it


def schema_of(format: str) -> dict[str, Any]:
    """ "scenario" or "mocks" """
    routes = ANSWERS.json_schema(schema_generator=_Quiet)
    routes_definitions = routes.pop("$defs", {})
    if format == "mocks":
        found: dict[str, Any] = {"type": "object", "properties": {"mocks": routes}, "required": ["mocks"], "additionalProperties": False}
        found["$defs"] = routes_definitions
        title = "Mocks of asl-engine"
    else:
        found = TypeAdapter(ScenarioFile).json_schema(schema_generator=_Quiet)
        found["$defs"] |= routes_definitions
        for name in ("Settings", "ScenarioModel"):
            found["$defs"][name]["properties"]["mocks"] = {**routes, "description": "What each state or resource answers."}
        title = "Scenario file of asl-engine"
    return {"$schema": DIALECT, **_as_written(found), "title": title}


def _as_written(schema: Any, key: str = "") -> Any:
    """The schema with the shorter spellings, without titles that only repeat the key."""
    if isinstance(schema, list):
        return [_as_written(element, key) for element in schema]
    if not isinstance(schema, dict):
        return schema
    if key in ("properties", "$defs"):
        return {name: _as_written(member, name) for name, member in schema.items()}
    found = {name: _as_written(value, key if name in ("anyOf", "oneOf") else name) for name, value in schema.items() if not _is_title(name, value)}
    if shorter := _shorter(found, key):
        described = {name: found.pop(name) for name in ("description", "default") if name in found}
        return {"anyOf": [found, *shorter], **described}
    return found


def _shorter(schema: dict[str, Any], key: str) -> list[Any]:
    if "enum" in schema or "const" in schema:
        return [_FILLED]
    match schema.get("type"):
        case "integer" | "number" | "boolean":
            return [_FILLED]
        case "array" if key not in _WRITTEN_OUT:
            items = schema.get("items", {})
            model = str(items.get("$ref", "")).rpartition("/")[2] if isinstance(items, dict) else ""
            counted = [COUNT_SCHEMA] if model == "CallExpectation" else []
            return [items, *counted, _FILLED] if model in _ALONE or key in _ALONE_KEYS else [_FILLED]
        case "object" if key in _COUNTED:
            return [COUNT_SCHEMA]
        case _:
            return []


def _is_title(name: str, value: object) -> bool:
    return name == "title" and isinstance(value, str)
