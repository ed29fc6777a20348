"""JSON Schemas as shapes: knowledge from outside of a definition.

A schema is read as far as a shape can tell it: type, const, enum, properties, required, additionalProperties, items, prefixItems,
anyOf, oneOf, allOf and local `$ref`s. What else it demands narrows the data and is passed over, which is safe: the shape
has all values the schema allows. Source: JSON Schema 2020-12, "Applying Subschemas", "Validation".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from asl_engine.analysis.dataflow.shapes import (
    ALL_KINDS,
    ANYTHING,
    DEEPEST,
    KIND,
    MOST_SLOTS,
    NOTHING,
    Absence,
    Array,
    Object,
    Shape,
    joined,
    of_kinds,
    shape_of,
)
from asl_engine.values import Json

_KIND_OF_TYPE = {"integer": "number"}


def shape_of_schema(schema: Json) -> Shape:
    """All values that a JSON Schema allows; anything for what is no schema."""
    return _Reading(schema).shape(schema, 0)


class _Reading:
    """One schema document."""

    def __init__(self, root: Json) -> None:
        self.root = root

    def shape(self, schema: Json, depth: int) -> Shape:
        if not isinstance(schema, dict) or depth > DEEPEST:
            return ANYTHING
        if "$ref" in schema:
            return self.shape(self._referred(schema["$ref"]), depth + 1)
        if "const" in schema:
            return shape_of(schema["const"])
        if isinstance(enum := schema.get("enum"), list) and enum:
            return joined(shape_of(value) for value in enum)
        for name in ("anyOf", "oneOf"):
            if isinstance(options := schema.get(name), list) and options:
                shared = {key: value for key, value in schema.items() if key != name}
                return joined(self.shape(_both(shared, option), depth + 1) for option in options)
        if isinstance(parts := schema.get("allOf"), list):
            whole: Json = {key: value for key, value in schema.items() if key != "allOf"}
            for part in parts:
                whole = _both(whole, self._referred(part["$ref"]) if isinstance(part, dict) and "$ref" in part else part)
            return self.shape(whole, depth + 1)
        return self._of_types(schema, depth)

    def _of_types(self, schema: dict[str, Json], depth: int) -> Shape:
        types = schema.get("type")
        listed = types if isinstance(types, list) else [types] if isinstance(types, str) else []
        kinds = frozenset(_KIND_OF_TYPE.get(str(kind), str(kind)) for kind in listed) & ALL_KINDS
        if not kinds:
            if "properties" in schema or "required" in schema:
                kinds = frozenset({"object"})
            elif "items" in schema or "prefixItems" in schema:
                kinds = frozenset({"array"})
            else:
                return ANYTHING
        found = of_kinds(joined(KIND[kind] for kind in sorted(kinds)), kinds)
        if "object" in kinds:
            found = replace(found, object=self._object(schema, depth))
        if "array" in kinds:
            found = replace(found, array=self._array(schema, depth))
        return found

    def _object(self, schema: dict[str, Json], depth: int) -> Object:
        properties: Any = schema.get("properties")
        required: Any = schema.get("required")
        needed = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        members = {name: self.shape(part, depth + 1) for name, part in properties.items()} if isinstance(properties, dict) else {}
        members |= {name: ANYTHING for name in needed if name not in members}
        extra = schema.get("additionalProperties", True)
        patterns = schema.get("patternProperties")
        rest = NOTHING if extra is False and not patterns else replace(self.shape(extra, depth + 1) if not patterns else ANYTHING, absent=Absence.OPEN)
        return Object({name: member if name in needed else replace(member, absent=Absence.OPEN) for name, member in members.items()}, rest)

    def _array(self, schema: dict[str, Json], depth: int) -> Array:
        least = schema.get("minItems")
        count = min(least, MOST_SLOTS) if isinstance(least, int) else 0
        prefix: Any = schema.get("prefixItems")
        listed = [self.shape(part, depth + 1) for part in prefix] if isinstance(prefix, list) else []
        items = schema.get("items", True)
        rest = NOTHING if items is False else replace(self.shape(items, depth + 1), absent=Absence.OPEN)
        slots = [*listed, *[rest] * max(0, count - len(listed))][:MOST_SLOTS]
        return Array(tuple(slot.present if at < count else replace(slot, absent=slot.absent | Absence.OPEN) for at, slot in enumerate(slots)), rest)

    def _referred(self, reference: Json) -> Json:
        if not isinstance(reference, str) or not reference.startswith("#"):
            return True
        found: Any = self.root
        for token in reference[1:].split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            found = found.get(token, True) if isinstance(found, dict) else True
        return found  # type: ignore[no-any-return]


def _both(left: Json, right: Json) -> Json:
    """A schema that asks for what two of them ask for, as far as members and types go."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return right if isinstance(right, dict) else left
    made = {**left, **right}
    for name in ("properties",):
        first, second = left.get(name), right.get(name)
        if isinstance(first, dict) and isinstance(second, dict):
            made[name] = {**first, **second}
    first, second = left.get("required"), right.get("required")
    if isinstance(first, list) and isinstance(second, list):
        made["required"] = [*first, *second]
    return made
