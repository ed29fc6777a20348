"""Kinds of plain values: texts, numbers, enumerations, names, timestamps.

A text with an unresolved `${…}` is opaque: it may become anything, so nothing is said about it.
"""

from __future__ import annotations

import re
from math import inf

from asl_engine.expressions.timestamps import parse_timestamp
from asl_engine.syntax.codes import ERROR_NAMES, LABEL, NOT_ALLOWED_VALUE, STATE_NAME, TIMESTAMP, VARIABLE_NAME
from asl_engine.syntax.reading import Kind, Reading, Where
from asl_engine.syntax.shapes import Members, Rule, is_opaque, wrong_type
from asl_engine.values import Json

MAX_SECONDS = 99_999_999
MAX_NAME = 80
MAX_LABEL = 40
_FORBIDDEN_IN_LABEL = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")


def anything(value: Json, where: Where, reading: Reading) -> None:
    """Literal JSON, never looked at."""


def text(value: Json, where: Where, reading: Reading) -> None:
    if type(value) is not str:
        wrong_type("String", value, where, reading)


def comment(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "Comment": a string; null is taken for none."""
    if value is not None:
        text(value, where, reading)


def boolean(value: Json, where: Where, reading: Reading) -> None:
    if type(value) is not bool and not is_opaque(value):
        wrong_type("Boolean", value, where, reading)


def end(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "Transitions": a terminal state says `"End": true`; false says nothing."""
    boolean(value, where, reading)
    if value is False:
        reading.report(NOT_ALLOWED_VALUE, where, "The value of 'End' can only be true", 'remove it, or say where to go with "Next"')


def integer(minimum: int, maximum: int = MAX_SECONDS) -> Kind:
    def read(value: Json, where: Where, reading: Reading) -> None:
        if type(value) is not int:
            if not is_opaque(value):
                wrong_type("Integer", value, where, reading)
        elif value < minimum:
            reading.report(NOT_ALLOWED_VALUE, where, f"Minimum value is {minimum}")
        elif value > maximum:
            reading.report(NOT_ALLOWED_VALUE, where, f"Maximum value is {maximum}")

    return read


def number(minimum: float, maximum: float = inf) -> Kind:
    def read(value: Json, where: Where, reading: Reading) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            if not is_opaque(value):
                wrong_type("Float", value, where, reading)
        elif value < minimum:
            reading.report(NOT_ALLOWED_VALUE, where, f"Minimum value is {minimum}")
        elif value > maximum:
            reading.report(NOT_ALLOWED_VALUE, where, f"Maximum value is {maximum}")

    return read


def one_of(*values: str) -> Kind:
    listed = ", ".join(values)

    def read(value: Json, where: Where, reading: Reading) -> None:
        if value in values or is_opaque(value):
            return
        if not isinstance(value, str):
            wrong_type("String", value, where, reading)
            return
        reading.report(NOT_ALLOWED_VALUE, where, f"Value should be one of the following: [{listed}]", reading.did_you_mean(value, values))

    return read


def timestamp(value: Json, where: Where, reading: Reading) -> None:
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
    elif parse_timestamp(value) is None and not is_opaque(value):
        reading.report(TIMESTAMP, where, "String does not match RFC3339 timestamp", 'write it like "2026-03-14T01:59:00Z"')


def pointer_text(value: Json, where: Where, reading: Reading) -> None:
    """ItemsPointer: an RFC 6901 pointer."""
    text(value, where, reading)
    if isinstance(value, str) and value and not value.startswith("/") and not is_opaque(value):
        reading.report(NOT_ALLOWED_VALUE, where, "Value is not a valid JSON Pointer", f'write it like "/{value}"')


def error_name(value: Json, where: Where, reading: Reading) -> None:
    if type(value) is not str:
        wrong_type("String", value, where, reading)


def label(value: Json, where: Where, reading: Reading) -> None:
    """Developer guide, "Map state processing modes": at most 40 characters that may stand in an ARN."""
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
    elif is_opaque(value):
        return
    elif len(value) > MAX_LABEL:
        reading.report(LABEL, where, f"Label cannot exceed {MAX_LABEL} characters")
    elif not value or _FORBIDDEN_IN_LABEL.search(value):
        reading.report(LABEL, where, "Label contains invalid characters", 'letters, digits, "-" and "_" are safe')


def check_state_name(name: str, where: Where, reading: Reading) -> None:
    """Spec, "States": 1 to 80 Unicode characters."""
    if is_opaque(name):
        return
    if len(name) > MAX_NAME:
        reading.report_key(STATE_NAME, where, f"State name is {len(name)} characters long; the maximum is {MAX_NAME}")
    elif not name:
        reading.report_key(STATE_NAME, where, "State name cannot be empty")


def check_variable_name(name: str, where: Where, reading: Reading) -> bool:
    """Spec, "Assigning variables": a Unicode identifier of at most 80 characters, and not `states`."""
    if name == "states":
        reading.report_key(VARIABLE_NAME, where, "The variable name 'states' is reserved", "choose another name")
    elif not name.isidentifier() or name.startswith("_") or len(name) > MAX_NAME:
        if is_opaque(name):
            return False
        hint = "write it without $" if name.startswith("$") else f"a letter first, then letters, digits and _, at most {MAX_NAME} characters"
        reading.report_key(VARIABLE_NAME, where, f"The variable name '{name}' is not valid", hint)
    else:
        return True
    return False


def all_alone_and_last(handlers: str) -> Rule:
    """Spec, "Errors": "States.ALL" stands alone in its ErrorEquals, and in the last Retrier or Catcher."""

    def read(owner: Members, where: Where, reading: Reading) -> None:
        listed = owner.get(handlers)
        if not isinstance(listed, list):
            return
        for index, handler in enumerate(listed):
            names = handler.get("ErrorEquals") if isinstance(handler, dict) else None
            if isinstance(names, list) and "States.ALL" in names and (len(names) > 1 or index < len(listed) - 1):
                reading.report(ERROR_NAMES, (((where, handlers), index), "ErrorEquals"), "States.ALL must appear alone and at end of list")

    return read


def smaller(lesser: str, greater: str, message: str) -> Rule:
    """A field whose literal number must be below another's."""

    def read(owner: Members, where: Where, reading: Reading) -> None:
        low, high = owner.get(lesser), owner.get(greater)
        if type(low) is int and type(high) is int and low >= high:
            reading.report(NOT_ALLOWED_VALUE, (where, lesser), message)

    return read
