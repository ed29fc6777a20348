"""Objects of the language: their fields, which of them belong together, and the walker that reads them.

A `Shape` is a row of the specification's tables. It says which fields there are, of which kind, in which query
language; everything about an unknown field, a missing one or two that exclude each other follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from asl_engine.syntax.codes import EMPTY, FIELD_GROUP, MISSING_FIELD, OTHER_LANGUAGE, UNRESOLVED_FUNCTION, UNSUPPORTED_FIELD, WRONG_TYPE
from asl_engine.syntax.reading import Kind, Reading, Where
from asl_engine.values import Json

BOTH = ("JSONPath", "JSONata")
JSONPATH = ("JSONPath",)
JSONATA = ("JSONata",)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind
    languages: tuple[str, ...] = BOTH


Members: TypeAlias = "dict[str, Json]"
Rule: TypeAlias = Callable[[Members, Where, Reading], None]
"""Reads an object as a whole: fields that need or exclude each other."""


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    """As in a sentence: "a Retrier"."""
    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    kinds: Mapping[str, Mapping[str, Kind]] = field(init=False)
    """Query language -> field -> kind: the fields as the walker looks them up."""

    def __post_init__(self) -> None:
        kinds = {language: {f.name: f.kind for f in self.fields if language in f.languages} for language in BOTH}
        object.__setattr__(self, "kinds", kinds)

    def __call__(self, value: Json, where: Where, reading: Reading) -> None:
        if type(value) is not dict:
            wrong_type("Object", value, where, reading)
            return
        kinds = self.kinds[reading.language]
        for name, member in value.items():
            kind = kinds.get(name)
            if kind is None:
                self._unknown(name, where, reading)
            else:
                kind(member, (where, name), reading)
        missing = [name for name in self.required if name not in value]
        if missing:
            reading.report(MISSING_FIELD, where, f"These fields are required: [{', '.join(missing)}]")
        for rule in self.rules:
            rule(value, where, reading)

    def _unknown(self, name: str, where: Where, reading: Reading) -> None:
        other = next((f.languages[0] for f in self.fields if f.name == name), None)
        if other is not None:
            message = f"The QueryLanguage is set to '{reading.language}', but field '{name}' is only supported for the '{other}' QueryLanguage"
            reading.report_key(OTHER_LANGUAGE, (where, name), message, INSTEAD.get((name, reading.language)))
            return
        reading.report_key(UNSUPPORTED_FIELD, (where, name), f"Field '{name}' is not supported", self._suggestion(name, reading))

    def _suggestion(self, name: str, reading: Reading) -> str | None:
        known = self.kinds[reading.language]
        if name.endswith(".$") and f"{name[:-2]}Path" in known:
            return f'use "{name[:-2]}Path"'
        if name.endswith(".$") and name[:-2] in known:
            return f'use "{name[:-2]}"; only members of payload templates end in ".$"'
        return reading.did_you_mean(name, known) or f"it is not a field of {self.name}"


INSTEAD = {
    ("Parameters", "JSONata"): 'use "Arguments"',
    ("ResultSelector", "JSONata"): 'use "Output"',
    ("ResultPath", "JSONata"): 'use "Output", or "Assign" and a variable',
    ("Result", "JSONata"): 'use "Output"',
    ("OutputPath", "JSONata"): 'use "Output"',
    ("ItemsPath", "JSONata"): 'use "Items"',
    ("Variable", "JSONata"): 'use "Condition"',
    ("Arguments", "JSONPath"): 'use "Parameters", or set "QueryLanguage": "JSONata"',
    ("Output", "JSONPath"): 'use "OutputPath" or "ResultSelector", or set "QueryLanguage": "JSONata"',
    ("Items", "JSONPath"): 'use "ItemsPath", or set "QueryLanguage": "JSONata"',
    ("Condition", "JSONPath"): 'use "Variable" and an operator, or set "QueryLanguage": "JSONata"',
}
"""(field, the language it is not for) -> what does its work there."""


def wrong_type(wanted: str, value: Json, where: Where, reading: Reading) -> None:
    """A value of another type; a template function that a deployment tool has yet to resolve is only warned of."""
    if is_template_function(value):
        reading.report(
            UNRESOLVED_FUNCTION, where, "This is a CloudFormation function, which has no value before it is deployed", 'use a placeholder: "${Name}"'
        )
    else:
        reading.report(WRONG_TYPE, where, f"Expected value of type {wanted}")


def is_opaque(value: Json) -> bool:
    """Whether a deployment tool has yet to fill it: text with `${…}`, or a CloudFormation function."""
    return ("${" in value and "}" in value) if isinstance(value, str) else is_template_function(value)


def is_template_function(value: Json) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def list_of(kind: Kind, *, at_least: int = 0) -> Kind:
    def read(value: Json, where: Where, reading: Reading) -> None:
        if type(value) is not list:
            wrong_type("Array", value, where, reading)
            return
        if len(value) < at_least:
            reading.report(EMPTY, where, "Value cannot be empty")
        for index, element in enumerate(value):
            kind(element, (where, index), reading)

    return read


def at_most_one(*names: str) -> Rule:
    listed = ", ".join(names)

    def read(owner: Members, where: Where, reading: Reading) -> None:
        present = [name for name in names if name in owner]
        if len(present) > 1:
            reading.report(FIELD_GROUP, where, f"There should only be one of the following fields: [{listed}]", f"remove {' or '.join(map(_quoted, present))}")

    return read


def exactly_one(*names: str) -> Rule:
    """Of those fields that the state's query language has."""
    only_once = at_most_one(*names)
    listed = ", ".join(names)

    def read(owner: Members, where: Where, reading: Reading) -> None:
        if not any(name in owner for name in names):
            reading.report(FIELD_GROUP, where, f"This object should have only one of the following fields: [{listed}]")
        only_once(owner, where, reading)

    return read


def _quoted(name: str) -> str:
    return f'"{name}"'
