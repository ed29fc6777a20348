"""The JSON Schemas of what people write, for editors: `asl schema scenario`, `asl schema mocks`.

They are generated from the models, so they know every key. A text such as "${count}" is accepted wherever a number or
a truth value stands, since a table of values may fill it. What takes more than a schema (which answer says what, which
file exists) is told by `asl test`.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from asl_engine.scenario_files.models import ScenarioFile
from asl_engine.tasks.mock_files import ANSWERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = ("mocks", "scenario")
_FILLED = {"type": "string", "pattern": r"^\$\{[^}]+\}$"}


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
    found = _with_filled(found)
    return {"$schema": DIALECT, **found, "title": title}


def _with_filled(schema: Any) -> Any:
    """Numbers and truth values may come from a table; titles that only repeat the key are left out."""
    if isinstance(schema, list):
        return [_with_filled(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _with_filled(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    if found.get("type") in ("integer", "number", "boolean"):
        described = {key: found.pop(key) for key in ("description", "default") if key in found}
        return {"anyOf": [found, _FILLED], **described}
    return found
