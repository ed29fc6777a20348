"""Single mutations of a state machine: small changes a person could make by mistake, each with a sentence that tells it.

`mutations(definition)` enumerates them all, in an order that depends on the definition only. Every mutation is one edit
of one field; nothing is known here of scenarios, and nothing is run. Comments are left alone, and so is what certainly
means the same afterwards: the order of retriers no error matches both of, a path that says what is the default.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Edit: TypeAlias = Callable[[Any], None]
"""Changes the container it is given, in place."""
Found: TypeAlias = "tuple[str, tuple[str | int, ...], str, Edit]"
"""(kind, keys of the container that is edited, the sentence's rest, the edit)"""

PAYLOADS = ("Parameters", "Arguments", "ItemSelector", "ResultSelector", "Output", "Result", "Assign", "BatchInput")
PATHS = ("InputPath", "OutputPath", "ItemsPath", "Items", "ResultSelector", "Output", "Assign", "ItemSelector", "BatchInput")
WILDCARDS = ("States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout")
DEFAULTS = {"InputPath": "$", "OutputPath": "$", "ItemsPath": "$", "Items": "{% $states.input %}"}
SECONDS = ("TimeoutSeconds", "HeartbeatSeconds")
OTHER_WAY = {
    "NumericGreaterThan": "NumericGreaterThanEquals",
    "NumericGreaterThanEquals": "NumericGreaterThan",
    "NumericLessThan": "NumericLessThanEquals",
    "NumericLessThanEquals": "NumericLessThan",
    "NumericEquals": "NumericGreaterThan",
    "TimestampGreaterThan": "TimestampLessThan",
    "TimestampLessThan": "TimestampGreaterThan",
    "StringEquals": "StringGreaterThan",
    "StringMatches": "StringEquals",
    "StringLessThan": "StringLessThanEquals",
    "IsPresent": "IsNull",
    "IsNull": "IsPresent",
}
EXPRESSION_CHANGES = (
    (r" and ", " or "),
    (r" or ", " and "),
    (r" >= ", " > "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" < ", " <= "),
    (r" != ", " = "),
    (r" = ", " != "),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"(?<=[ \[(])\d+(?=[ \])])", "7"),
    (r"'[^']+'", "'other'"),
    (r"\$not\(", "("),
)


@dataclass(frozen=True)
class Mutation:
    """One changed definition, and what was changed."""

    kind: str
    pointer: str
    sentence: str
    state: str | None
    """The innermost state it is in."""
    definition: dict[str, Any]


def mutations(definition: dict[str, Any]) -> Iterator[Mutation]:
    """Every single mutation, without those that change nothing and those another one equals."""
    seen = {_text(definition)}
    for kind, keys, told, edit in _all(definition):
        mutant = copy.deepcopy(definition)
        container: Any = mutant
        for key in keys:
            container = container[key]
        edit(container)
        text = _text(mutant)
        if text not in seen:
            seen.add(text)
            pointer = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
            yield Mutation(kind, pointer or "/", f"{kind} at {pointer or '/'}: {told}", _state_of(keys), mutant)


def _text(value: Any) -> str:
    import json

    # Member order does not matter, but for States, where it does not matter either.
    return json.dumps(value, sort_keys=True)


def _state_of(keys: tuple[str | int, ...]) -> str | None:
    named = [str(keys[index + 1]) for index, key in enumerate(keys[:-1]) if key == "States"]
    return named[-1] if named else None


def _all(definition: dict[str, Any]) -> Iterator[Found]:
    for keys, machine in _machines(definition, ()):
        names = sorted(machine["States"])
        yield from _rerouted("start moved", machine, "StartAt", keys, names)
        if not keys:
            yield from _seconds(machine, keys)
        for name, state in machine["States"].items():
            at = (*keys, "States", name)
            others = [other for other in names if other != name] or names
            for family in (_flow, _handlers, _choice, _data, _waiting):
                yield from family(state, at, others)


def _machines(machine: dict[str, Any], keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    yield keys, machine
    for name, state in machine["States"].items():
        at = (*keys, "States", name)
        for index, branch in enumerate(state.get("Branches", ())):
            yield from _machines(branch, (*at, "Branches", index))
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                yield from _machines(state[field], (*at, field))


# ---------------------------------------------------------------- edits


def put(key: str | int, value: Any) -> Edit:
    def edit(container: Any) -> None:
        container[key] = value

    return edit


def drop(key: str | int) -> Edit:
    def edit(container: Any) -> None:
        del container[key]

    return edit


def _swap(first: int, second: int) -> Edit:
    def edit(items: list[Any]) -> None:
        items[first], items[second] = items[second], items[first]

    return edit


def _both(*edits: Edit) -> Edit:
    def edit(container: Any) -> None:
        for one in edits:
            one(container)

    return edit


# ---------------------------------------------------------------- where it goes


def _rerouted(kind: str, owner: dict[str, Any], field: str, at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    if field in owner:
        for other in names:
            if other != owner[field]:
                yield kind, at, f"{field} leads to {other!r} instead of {owner[field]!r}", put(field, other)


def _flow(state: dict[str, Any], at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    yield from _rerouted("Next rerouted", state, "Next", at, names)
    yield from _rerouted("Default rerouted", state, "Default", at, names)
    if "Next" in state:
        yield "End instead of Next", at, f"it ends instead of leading to {state['Next']!r}", _both(drop("Next"), put("End", True))
    if "Default" in state:
        yield "Default removed", at, f"no Default {state['Default']!r}", drop("Default")
    if state.get("Type") == "Fail":
        for field in ("Error", "Cause"):
            if isinstance(state.get(field), str) and not state[field].startswith("{%"):
                yield "Fail says something else", at, f"{field} is 'other'", put(field, "other")
        for field in ("Error", "Cause", "ErrorPath", "CausePath"):
            if field in state:
                yield "Fail says less", at, f"no {field}", drop(field)
    if "Resource" in state and not state["Resource"].startswith("arn:aws:states:::"):
        yield "another resource", at, f"{state['Resource']}-other", put("Resource", f"{state['Resource']}-other")
    if state.get("Resource", "").endswith((".sync", ".sync:2", ".waitForTaskToken")):
        kept, _, pattern = state["Resource"].partition(".")
        yield "does not wait for the job", at, f"no .{pattern}", put("Resource", kept)


# ---------------------------------------------------------------- Retry and Catch


def _handlers(state: dict[str, Any], at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    for field, one in (("Catch", "catcher"), ("Retry", "retrier")):
        handlers = state.get(field, [])
        for index, handler in enumerate(handlers):
            errors = ", ".join(handler["ErrorEquals"])
            if len(handlers) == 1:
                yield f"{one} removed", at, f"{field} 0 ({errors})", drop(field)
            else:
                yield f"{one} removed", (*at, field), f"{field} {index} ({errors})", drop(index)
            if index and _overlap(handlers[index - 1], handler):
                yield f"{one}s swapped", (*at, field), f"{field} {index - 1} and {index}", _swap(index - 1, index)
            here = (*at, field, index)
            for place, error in enumerate(handler["ErrorEquals"]):
                if len(handler["ErrorEquals"]) > 1:
                    yield f"{one} for fewer errors", (*here, "ErrorEquals"), f"without {error}", drop(place)
                elif error != "States.ALL":
                    yield f"{one} for another error", (*here, "ErrorEquals"), f"Other.Error instead of {error}", put(place, "Other.Error")
                if error == "States.ALL":
                    yield f"{one} for fewer errors", (*here, "ErrorEquals"), "States.Timeout instead of States.ALL", put(place, "States.Timeout")
            if field == "Catch":
                yield from _rerouted("catcher rerouted", handler, "Next", here, names)
                yield from _result_path(handler, here)
                yield from _paths(handler, here)
                yield from _payloads(handler, here)
            else:
                yield from _retrier(handler, here)


def _overlap(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether an error can match both. If none can, their order means nothing."""
    names = {*first["ErrorEquals"]}, {*second["ErrorEquals"]}
    return bool(names[0] & names[1]) or any(name in WILDCARDS for name in names[0] | names[1])


def _retrier(retrier: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    attempts, interval, rate = retrier.get("MaxAttempts", 3), retrier.get("IntervalSeconds", 1), retrier.get("BackoffRate", 2)
    if attempts:
        yield "an attempt fewer", at, f"MaxAttempts {attempts} → {attempts - 1}", put("MaxAttempts", attempts - 1)
        yield "interval changed", at, f"IntervalSeconds {interval} → {interval + 1}", put("IntervalSeconds", interval + 1)
    yield "an attempt more", at, f"MaxAttempts {attempts} → {attempts + 1}", put("MaxAttempts", attempts + 1)
    if attempts > 1:
        yield "backoff changed", at, f"BackoffRate {rate} → {rate + 1}", put("BackoffRate", rate + 1)
        if "MaxDelaySeconds" in retrier:
            yield "cap of the delay removed", at, f"no MaxDelaySeconds {retrier['MaxDelaySeconds']}", drop("MaxDelaySeconds")


# ---------------------------------------------------------------- Choice


def _choice(state: dict[str, Any], at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    rules = state.get("Choices", [])
    for index, rule in enumerate(rules):
        here = (*at, "Choices", index)
        if len(rules) > 1:
            yield "rule removed", (*at, "Choices"), f"Choices {index}", drop(index)
        if index:
            yield "rules swapped", (*at, "Choices"), f"Choices {index - 1} and {index}", _swap(index - 1, index)
        yield from _rerouted("rule rerouted", rule, "Next", here, names)
        yield from _tests(rule, here)
        yield from _paths(rule, here)
        yield from _payloads(rule, here)


def _tests(rule: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    if isinstance(rule.get("Condition"), str):
        yield from _expression("condition changed", rule, "Condition", at)
    for field, other in (("And", "Or"), ("Or", "And")):
        parts = rule.get(field, [])
        if parts:
            yield "And and Or exchanged", at, f"{other} instead of {field}", _both(put(other, copy.deepcopy(parts)), drop(field))
        for index, part in enumerate(parts):
            if len(parts) > 1:
                yield "part of a rule removed", (*at, field), f"{field} {index}", drop(index)
            yield from _tests(part, (*at, field, index))
    if "Not" in rule:
        inner = copy.deepcopy(rule["Not"])
        yield "Not removed", at, "what was to be false must be true", _both(drop("Not"), lambda container: container.update(inner))
        yield from _tests(rule["Not"], (*at, "Not"))
    for operator in [key for key in rule if key in OTHER_WAY or key.startswith(("Is", "Boolean", "Numeric", "String", "Timestamp"))]:
        constant = rule[operator]
        if operator in OTHER_WAY and not (operator.startswith("Is") and constant is False):
            yield "operator changed", at, f"{OTHER_WAY[operator]} instead of {operator}", _both(drop(operator), put(OTHER_WAY[operator], constant))
        if not operator.endswith("Path"):
            changed = _changed(constant)
            yield "constant of a rule changed", at, f"{operator} {changed!r} instead of {constant!r}", put(operator, changed)


def _changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            return f"1999{value[4:]}"
        case _:
            return "other"


# ---------------------------------------------------------------- data


def _data(state: dict[str, Any], at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    yield from _paths(state, at)
    yield from _payloads(state, at)
    if state.get("Type") in ("Task", "Map", "Parallel", "Pass"):
        yield from _result_path(state, at)


def _result_path(owner: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    if "ResultPath" in owner:
        written = owner["ResultPath"]
        yield "ResultPath changed", at, f"none instead of {written}", drop("ResultPath")
        yield "ResultPath changed", at, f"$.elsewhere instead of {written}", put("ResultPath", "$.elsewhere")


def _paths(owner: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    for field in PATHS:
        if field in owner and owner[field] != DEFAULTS.get(field):
            yield f"{field} dropped", at, f"no {field}", drop(field)
    for field in ("InputPath", "OutputPath", "ItemsPath", "Variable"):
        if isinstance(owner.get(field), str):
            yield from _expression("path changed", owner, field, at)


def _payloads(owner: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    for field in PAYLOADS:
        if field in owner:
            yield from _inside(owner, field, at, field)


def _inside(owner: Any, key: str | int, at: tuple[str | int, ...], field: str) -> Iterator[Found]:
    value = owner[key]
    match value:
        case dict() | list():
            for inner in value if isinstance(value, dict) else range(len(value)):
                yield "member dropped", (*at, key), f"{field} without {inner!r}", drop(inner)
                yield from _inside(value, inner, (*at, key), field)
        case str() if value.startswith("{%") or (isinstance(key, str) and key.endswith(".$")):
            yield from _expression("expression changed", owner, key, at)
        case None:
            return
        case _:
            changed = _changed(value)
            yield "constant changed", at, f"{key!r} is {changed!r} instead of {value!r}", put(key, changed)


def _expression(kind: str, owner: Any, key: str | int, at: tuple[str | int, ...]) -> Iterator[Found]:
    """A JSONata expression with one operator or literal changed; a JSONPath with its last member cut."""
    written = owner[key]
    if not written.startswith("{%"):
        shorter = re.sub(r"(\.\w+|\[\d+\])$", "", written)
        if shorter != written and shorter not in ("", "$$"):
            yield kind, at, f"{shorter} instead of {written}", put(key, shorter)
        for found in re.finditer(r"(?<=[ (])\d+(?=[,) ])", written):
            changed = f"{written[: found.start()]}{int(found[0]) + 1}{written[found.end() :]}"
            yield kind, at, f"{changed} instead of {written}", put(key, changed)
        return
    for pattern, replacement in EXPRESSION_CHANGES:
        for found in re.finditer(pattern, written):
            changed = written[: found.start()] + replacement + written[found.end() :]
            yield kind, at, f"{changed} instead of {written}", put(key, changed)


# ---------------------------------------------------------------- time and numbers


def _seconds(owner: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Found]:
    for field in SECONDS:
        if isinstance(owner.get(field), int):
            yield f"{field} removed", at, f"no {field} {owner[field]}", drop(field)
            yield f"{field} changed", at, f"{owner[field]} → {owner[field] + 1}", put(field, owner[field] + 1)
            if owner[field] > 1:
                yield f"{field} changed", at, f"{owner[field]} → {owner[field] - 1}", put(field, owner[field] - 1)
        elif field in owner:
            yield f"{field} removed", at, f"no {field} {owner[field]}", drop(field)


def _waiting(state: dict[str, Any], at: tuple[str | int, ...], names: list[str]) -> Iterator[Found]:
    yield from _seconds(state, at)
    if isinstance(state.get("Seconds"), int):
        yield "Wait changed", at, f"Seconds {state['Seconds']} → {state['Seconds'] + 1}", put("Seconds", state["Seconds"] + 1)
    for field in ("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"):
        if isinstance(state.get(field), int):
            yield f"{field} changed", at, f"{state[field]} → {state[field] + 1}", put(field, state[field] + 1)
            yield f"{field} removed", at, f"no {field} {state[field]}", drop(field)
    branches = state.get("Branches", [])
    for index in range(len(branches) if len(branches) > 1 else 0):
        yield "branch removed", (*at, "Branches"), f"Branches {index}", drop(index)
