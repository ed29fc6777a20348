"""`each`: one scenario for every row of a table of values. `${column}` stands for a row's value, in every text and key.

A text that is nothing but `${column}` becomes the value itself, with its type. Only the row's own names are replaced;
any other `${…}` is left to the definition's placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asl_engine.values import Json, json_text

_NAMED = re.compile(r"\$\{([^}]*)\}")


class TableError(ValueError):
    """A table cannot be used. `keys` leads from the scenario to the place."""

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys


def rows_of(scenario: dict[str, Any]) -> Iterator[tuple[str, dict[str, Json]]]:
    """(scenario's name, the scenario without `each`) for every row. Raises `TableError`."""
    each = scenario.get("each")
    body = {key: value for key, value in scenario.items() if key != "each"}
    name = body.get("name")
    if each is None or not isinstance(name, str):
        yield str(name), body
        return
    rows = _rows(each)
    for label, row in rows:
        used: set[str] = set()
        filled = {key: _filled(value, row, used) for key, value in body.items()}
        if unused := [column for column in row if column not in used]:
            near = unused[0]
            raise TableError(f"nothing in this scenario says ${{{near}}}; a column is there to be used", "each", label, near)
        said = f"{filled['name']}" if filled["name"] != name else f"{name} [{_described(label, row)}]"
        yield said, {**filled, "name": said}


def _rows(each: Any) -> list[tuple[str | int, dict[str, Json]]]:
    if not isinstance(each, (list, dict)):
        raise TableError('"each" takes a list of rows, or a mapping of names to rows', "each")
    rows: list[tuple[str | int, Any]] = list(each.items()) if isinstance(each, dict) else list(enumerate(each))
    if not rows:
        raise TableError('"each" has no rows', "each")
    columns: set[str] = set()
    for label, row in rows:
        if not isinstance(row, dict):
            raise TableError("a row is a mapping of columns to values", "each", label)
        columns |= set(row)
    for label, row in rows:
        if lacking := sorted(columns - set(row)):
            raise TableError(f'this row lacks the column "{lacking[0]}", which others have', "each", label)
    return rows


def _described(label: str | int, row: dict[str, Json]) -> str:
    return label if isinstance(label, str) else ", ".join(f"{column}={value if isinstance(value, str) else json_text(value)}" for column, value in row.items())


def _filled(value: Json, row: dict[str, Json], used: set[str]) -> Json:
    if isinstance(value, str):
        whole = _NAMED.fullmatch(value)
        if whole and whole[1] in row:
            used.add(whole[1])
            return row[whole[1]]
        return _text(value, row, used)
    if isinstance(value, list):
        return [_filled(element, row, used) for element in value]
    if isinstance(value, dict):
        return {_text(key, row, used): _filled(member, row, used) for key, member in value.items()}
    return value


def _text(text: str, row: dict[str, Json], used: set[str]) -> str:
    def characters(found: re.Match[str]) -> str:
        if found[1] not in row:
            return found[0]
        used.add(found[1])
        given = row[found[1]]
        return given if isinstance(given, str) else json_text(given)

    return _NAMED.sub(characters, text) if "${" in text else text
