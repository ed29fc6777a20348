"""Whether Choice Rules leave no value out, as far as their form shows it.

Two rules that are each other's opposite do: a test and its Not, true and false of one Variable, below and at least the same number.
"""

from __future__ import annotations

import re

from asl_engine.values import Json, canonical_text

_OPPOSITES = {
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericGreaterThan": "NumericLessThanEquals",
    "StringLessThan": "StringGreaterThanEquals",
    "StringGreaterThan": "StringLessThanEquals",
    "TimestampLessThan": "TimestampGreaterThanEquals",
    "TimestampGreaterThan": "TimestampLessThanEquals",
}
_OPPOSITES |= {f"{left}Path": f"{right}Path" for left, right in _OPPOSITES.items()}
_OPPOSITES |= {right: left for left, right in _OPPOSITES.items()}
_NOT = re.compile(r"\$not\((?P<inner>.*)\)", re.DOTALL)
_TRUE_OR_FALSE = re.compile(r"(?P<of>[^=!<>?]*?)\s*(?:=\s*(?P<equal>true|false))?", re.DOTALL)


def is_exhaustive(rules: list[Json]) -> bool:
    """Whether for every value one of the rules certainly holds; a condition that cannot be evaluated is not thought of."""
    tests = [_without_target(rule) for rule in rules if isinstance(rule, dict)]
    written = {canonical_text(test) for test in tests}
    return any(_always(test) or any(canonical_text(other) in written for other in _opposites(test)) for test in tests)


def _without_target(rule: dict[str, Json]) -> dict[str, Json]:
    test = {name: value for name, value in rule.items() if name not in ("Next", "Comment", "Assign", "Output")}
    condition = test.get("Condition")
    if isinstance(condition, str) and condition.startswith("{%") and condition.endswith("%}"):
        test["Condition"] = " ".join(condition[2:-2].split())
    return test


def _always(test: dict[str, Json]) -> bool:
    return test in ({"Condition": True}, {"Condition": "true"})


def _opposites(test: dict[str, Json]) -> list[Json]:
    found: list[Json] = [{"Not": test}]
    for name, value in test.items():
        rest = {other: member for other, member in test.items() if other != name}
        if name == "Not":
            found.append(value)
        elif name in ("BooleanEquals", "IsPresent", "IsNull", "IsBoolean", "IsNumeric", "IsString", "IsTimestamp") and type(value) is bool:
            found.append({**rest, name: not value})
        elif name in _OPPOSITES:
            found.append({**rest, _OPPOSITES[name]: value})
        elif name == "Condition" and isinstance(value, str):
            found += [{"Condition": opposite} for opposite in _opposite_texts(value)]
    return found


def _opposite_texts(condition: str) -> list[str]:
    found = [f"$not({condition})"]
    if negated := _NOT.fullmatch(condition):
        found.append(negated["inner"])
    tested = _TRUE_OR_FALSE.fullmatch(condition)
    if tested is not None and tested["equal"] != "false":
        found += [f"{tested['of']} = false"]
    for operator, opposite in ((" < ", " >= "), (" > ", " <= "), (" = ", " != "), (" >= ", " < "), (" <= ", " > "), (" != ", " = ")):
        if condition.count(operator) == 1:
            found.append(condition.replace(operator, opposite))
    return found
