"""An expression where only text is taken

What
    A path, an intrinsic function or a JSONata expression in a place that is taken as it stands: Error and Cause of a Fail in JSONPath,
    the operand of a comparison, any text of a state in the other query language.

Why
    AWS accepts it, and the text itself is passed on, compared or reported: the error of the execution is named "$.error", and no status
    ever equals "$.expected". Members of Parameters whose name lacks ".$" are ASL301, those of Result are ASL302.

Example
    {"Type": "Fail", "Error": "$.error.Error", "Cause": "States.Format('order {}', $.order)"}

Instead
    {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "States.Format('order {}', $.order)"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.edits import Fix, Rename
from asl_engine.linter.rule import DEFAULT, Advice, Facts, StateAt
from asl_engine.values import Json, Pointer

CODE = "ASL450"
NAME = "literal-expression"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

_PATH = re.compile(r"\$\$?(?:\.[A-Za-z_][\w-]*|\[(?:\d+|\*|'[^']*')\])+")
_INTRINSIC = re.compile(r"States\.(?:Format|StringToJson|JsonToString|Array\w*|Base64\w+|Hash|Json\w+|Math\w+|StringSplit|UUID)\(.*\)", re.DOTALL)
_JSONATA = re.compile(r"\s*\{%.*%\}\s*", re.DOTALL)
_TEXTS = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Result", "BatchInput")
_JSONATA_TEXTS = ("Arguments", "Output", "Assign", "Items", "ItemSelector")


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.states:
        if state.language == "JSONPath":
            yield from _of_fail(state)
            yield from _of_choice(state)
            yield from _jsonata_in_jsonpath(state)
        else:
            yield from _jsonpath_in_jsonata(state)


def _of_fail(state: StateAt) -> Iterator[Advice]:
    for name in ("Error", "Cause") if state.type == "Fail" else ():
        value = state.value.get(name)
        if isinstance(value, str) and _is_expression(value):
            pointer = state.pointer / name
            fix = Fix(f"rename {name} to {name}Path", (Rename(pointer, f"{name}Path"),)) if f"{name}Path" not in state.value else None
            yield Advice(pointer, f"{name} is taken as text: the execution fails with {value!r} itself", f'use "{name}Path"', fix=fix)


def _of_choice(state: StateAt) -> Iterator[Advice]:
    if state.type != "Choice":
        return
    for pointer, name, value in _members(state.value.get("Choices"), state.pointer / "Choices"):
        if name.startswith("String") and not name.endswith(("Path", "Matches")) and _is_expression(value):
            yield Advice(pointer, f"{name} compares with the text {value!r} itself", f'"{name}Path" compares with what stands there')


def _jsonata_in_jsonpath(state: StateAt) -> Iterator[Advice]:
    for field in _TEXTS:
        for pointer, _, value in _members(state.value.get(field), state.pointer / field):
            if _JSONATA.fullmatch(value):
                yield Advice(
                    pointer, f"{state.name} is a JSONPath state: this JSONata expression is passed on as text", 'add "QueryLanguage": "JSONata" to the state'
                )


def _jsonpath_in_jsonata(state: StateAt) -> Iterator[Advice]:
    for field in _JSONATA_TEXTS:
        for pointer, name, value in _members(state.value.get(field), state.pointer / field):
            if _is_expression(value):
                key = f' under the name "{name}"' if name.endswith(".$") else ""
                hint = "write {% $states.input… %} or {% $states.context… %}" if value.startswith("$") else "write it in JSONata: {% … %}"
                yield Advice(pointer, f"{state.name} is a JSONata state: {value!r} is passed on as text{key}", hint)


def _is_expression(text: str) -> bool:
    return bool(_PATH.fullmatch(text) or _INTRINSIC.fullmatch(text))


def _members(root: Json, at: Pointer) -> Iterator[tuple[Pointer, str, str]]:
    """Each text below a value: (its place, the name of the member that holds it, itself), in document order."""
    waiting: list[tuple[Json, Pointer, str]] = [(root, at, "")]
    while waiting:
        value, pointer, name = waiting.pop()
        if isinstance(value, str):
            yield pointer, name, value
        elif isinstance(value, dict):
            waiting.extend((member, pointer / key, key) for key, member in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((element, pointer / index, name) for index, element in reversed(list(enumerate(value))))
