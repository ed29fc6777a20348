"""The abstract run of `provenance`, state by state: which fields read, which put, where the value goes next.

Order and defaults are the specification's, "Input and Output Processing". JSONPath is read here, JSONata in
`provenance_jsonata`. Definitions may be wrong in any way; what is no field of its kind is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from asl_engine.analysis.graph import containers, inner_containers
from asl_engine.analysis.needs import Inside, Need, around, examples
from asl_engine.analysis.provenance import INPUT, MOST_ROUNDS, NOTHING, Key, Ledger, Source, Value, error_of, joined, made_of, result_of
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.comparisons import OPERATORS
from asl_engine.expressions.intrinsics import Call, is_intrinsic, parse_intrinsic
from asl_engine.expressions.jsonpath import Path, parse_path
from asl_engine.syntax.reading import Where
from asl_engine.values import Json

Members: TypeAlias = "dict[str, Json]"

_STEP = re.compile(r"\.(?P<name>[^\s.\[\]()*]+)(?!\()|\[\s*['\"](?P<quoted>(?:[^'\"\\]|\\.)+)['\"]\s*\]|\[(?P<index>\d+)\]|(?P<some>\[[^\]]*\]|\.\*)")
_FILTERED = re.compile(r"@\.(?P<path>[\w.]+)(?:\s*(?:==|!=|<=|>=|<|>)\s*(?P<operand>'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?|true|false))?")
_KINDS_OF_ARGUMENTS = {
    "States.ArrayPartition": ("array", "number"),
    "States.ArrayContains": ("array", ""),
    "States.ArrayRange": ("number", "number", "number"),
    "States.ArrayGetItem": ("array", "number"),
    "States.ArrayLength": ("array",),
    "States.ArrayUnique": ("array",),
    "States.Base64Encode": ("string",),
    "States.Base64Decode": ("base64",),
    "States.JsonMerge": ("object", "object"),
    "States.StringSplit": ("string", "string"),
    "States.MathAdd": ("number", "number"),
    "States.MathRandom": ("number", "number"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a field of a state may read."""

    data: Value
    """What `$` is; JSONata's `$states.input`."""
    item: Value = NOTHING
    """The item of the iteration around, $$.Map.Item.Value."""
    result: Value = NOTHING
    """JSONata's `$states.result`."""
    error: Value = NOTHING
    """JSONata's `$states.errorOutput`."""
    where: Where = None
    """The way to what is being read."""

    def at(self, *steps: str | int) -> Place:
        """The same place, seen from a field below."""
        where = self.where
        for step in steps:
            where = where, step
        return Place(self.data, self.item, self.result, self.error, where)


def needs_of(machine: Json) -> dict[Source, Need]:
    """What a whole definition asks of its input, and of its tasks' results and failures."""
    return Walk().of_machine(machine)


class Walk:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.variables: dict[str, Value] = {}
        self.ways: dict[tuple[Where, str], Value] = {}
        """(a state, the name of one it leads to) -> what it hands over."""

    def of_machine(self, machine: Json) -> dict[Source, Need]:
        self.ledger.of(INPUT)
        whole = Value(frozenset({(INPUT, ())}))
        # Twice: a loop may read a variable before the text has come to where it is assigned.
        for _ in range(2):
            self.container(members(machine), text(members(machine), "QueryLanguage", "JSONPath"), whole, Place(NOTHING))
        return self.ledger.sources

    def container(self, owner: Members, language: str, entry: Value, around: Place) -> Value:
        """A machine, branch or item processor at `around.where`; gives what it ends with."""
        states = members(owner.get("States"))
        start = text(owner, "StartAt")
        entries, rounds, ends = {start: entry}, dict.fromkeys(states, 0), [NOTHING]
        waiting = [start]
        while waiting:
            name = waiting.pop(0)
            state = members(states.get(name))
            if not state or rounds[name] >= MOST_ROUNDS:
                continue
            rounds[name] += 1
            here = Place(entries[name], around.item, where=around.where).at("States", name)
            for target, value in self.state(name, state, language, here):
                if target is None:
                    ends.append(value)
                    continue
                self.ways[here.where, target] = joined([self.ways.get((here.where, target), NOTHING), value])
                before = entries.get(target)
                after = value if before is None else joined([before, value])
                if after != before:
                    entries[target] = after
                    waiting.append(target)
        return joined(ends)

    def state(self, name: str, state: Members, machine_language: str, place: Place) -> Iterator[tuple[str | None, Value]]:
        """Where it may lead, None for the end of its container, and with what."""
        if text(state, "QueryLanguage", machine_language) == "JSONata":
            from asl_engine.analysis.provenance_jsonata import jsonata_state

            yield from jsonata_state(self, name, state, machine_language, place)
        else:
            yield from self._jsonpath_state(name, state, machine_language, place)

    def inside(self, state: Members, language: str, given: Value, around: Place) -> Value:
        """What a Parallel or Map makes of what its branches or iterations are given: an array."""
        found: dict[Key, Value] = {}
        for _, index, inner, where in inner_containers(state, around.where):
            found[Inside.ELEMENT if index is None else index] = self.container(inner, language, given, replace(around, where=where))
        return Value(members=found)

    def items(self, name: str, state: Members, given: Value, place: Place) -> Value:
        """One item of a Map: of the array it is given, or of what its ItemReader reads."""
        field = next((field for field in ("ItemReader", "ItemsPath", "Items") if field in state), None)
        self.ledger.where = place.where if field is None else place.at(field).where
        if field == "ItemReader":
            return self.ledger.read(Value(frozenset({(result_of(name), (Inside.ELEMENT,))})))
        return self.ledger.read(given, "array").step(Inside.ELEMENT)

    def failure(self, name: str, state: Members) -> Value:
        """The Error Output a Catcher sees: that of the state's own task, or of any task inside."""
        if text(state, "Type") == "Task":
            return Value(frozenset({(error_of(name), ())}))
        owners = [owner for _, _, inner, _ in inner_containers(state, None) for owner, _ in containers(inner)]
        states = [found for owner in owners for found in members(owner.get("States")).items()]
        return Value(frozenset((error_of(inner), ()) for inner, fields in states if text(members(fields), "Type") == "Task"))

    def assign(self, name: str, value: Value) -> None:
        self.variables[name] = joined([self.variables.get(name, NOTHING), value])

    # ---------------------------------------------------------------- JSONPath

    def _jsonpath_state(self, name: str, state: Members, language: str, place: Place) -> Iterator[tuple[str | None, Value]]:
        raw = place.data
        effective = self.path(state.get("InputPath", "$"), place.at("InputPath"))
        inner = replace(place, data=effective)
        kind = text(state, "Type")
        for field, used_as in (
            ("SecondsPath", "seconds"),
            ("TimestampPath", "timestamp"),
            ("TimeoutSecondsPath", "seconds"),
            ("HeartbeatSecondsPath", "seconds"),
        ):
            if field in state:
                self.ledger.read(self.path(state[field], inner.at(field)), used_as)
        result = self._result(name, kind, state, language, inner)
        after = replace(place, data=result)
        for assigned in state_assigns(state):
            for variable, value in self.template(assigned, after.at("Assign")).members.items():
                self.assign(str(variable), value)
        output = result
        if kind in ("Task", "Parallel", "Map", "Pass"):
            if "ResultSelector" in state:
                output = self.template(state["ResultSelector"], after.at("ResultSelector"))
            output = self._placed(state, raw, output)
        output = self.path(state.get("OutputPath", "$"), replace(place, data=output).at("OutputPath"))
        for target in targets(state):
            yield target, output
        failure = self.failure(name, state)
        for index, catcher in enumerate(map(members, items(state.get("Catch")))):
            for assigned in state_assigns(catcher):
                for variable, value in self.template(assigned, replace(place, data=failure).at("Catch", index, "Assign")).members.items():
                    self.assign(str(variable), value)
            yield text(catcher, "Next"), self._placed(catcher, raw, failure)

    def _placed(self, owner: Members, raw: Value, result: Value) -> Value:
        place = owner.get("ResultPath", "$")
        if place is None:
            return raw
        keys = keys_of(place) if isinstance(place, str) else ()
        return raw.put(keys, result)

    def _result(self, name: str, kind: str, state: Members, language: str, place: Place) -> Value:
        """What the state's own work gives."""
        match kind:
            case "Task":
                if "Parameters" in state:
                    self.template(state["Parameters"], place.at("Parameters"))
                return Value(frozenset({(result_of(name), ())}))
            case "Pass":
                if state.get("Result") is not None:
                    return made_of(state["Result"])
                return self.template(state["Parameters"], place.at("Parameters")) if "Parameters" in state else place.data
            case "Parallel":
                given = self.template(state["Parameters"], place.at("Parameters")) if "Parameters" in state else place.data
                return self.inside(state, language, given, place)
            case "Map":
                return self._map(name, state, language, place)
            case "Choice":
                for index, rule in enumerate(items(state.get("Choices"))):
                    self.rule(members(rule), place.at("Choices", index), 0)
            case "Fail":
                for field in ("ErrorPath", "CausePath"):
                    if field in state:
                        self.ledger.read(self.value(state[field], place.at(field)), "string")
        return place.data

    def _map(self, name: str, state: Members, language: str, place: Place) -> Value:
        items = NOTHING if "ItemReader" in state else self.path(state.get("ItemsPath", "$"), place.at("ItemsPath"))
        item = self.items(name, state, items, place)
        for field in ("ItemReader", "ResultWriter"):
            self.template(members(state.get(field)).get("Parameters"), place.at(field, "Parameters"))
        selector = state.get("ItemSelector", state.get("Parameters"))
        given = item if selector is None else self.template(selector, replace(place, item=item).at("ItemSelector" if "ItemSelector" in state else "Parameters"))
        if batcher := members(state.get("ItemBatcher")):
            shared = self.template(batcher.get("BatchInput"), place.at("ItemBatcher", "BatchInput"))
            given = Value(members={"Items": Value(members={Inside.ELEMENT: given}), "BatchInput": shared})
        return self.inside(state, language, given, replace(place, item=item))

    def rule(self, rule: Members, place: Place, depth: int) -> None:
        if depth > 60:
            return
        for joins in ("And", "Or"):
            for index, inner in enumerate(items(rule.get(joins))):
                self.rule(members(inner), place.at(joins, index), depth + 1)
        if "Not" in rule:
            self.rule(members(rule["Not"]), place.at("Not"), depth + 1)
        self.ledger.where = place.at("Variable").where
        variable = self._follow(rule.get("Variable"), place)
        for operator, kind in OPERATORS.items():
            if operator not in rule:
                continue
            operand = rule[operator]
            if operator == "IsPresent":
                self.ledger.asked_for(variable)
            elif kind == "path":
                self.ledger.compared(variable, self.ledger.read(self.path(operand, place.at(operator)), kind_compared(operator)))
                self.ledger.where = place.at("Variable").where
                self.ledger.read(variable, kind_compared(operator))
            else:
                self.ledger.read(variable, *(() if operator.startswith("Is") else (kind,)), examples=list(examples(operator, operand)), constant=operand)
        for assigned in state_assigns(rule):
            for name, value in self.template(assigned, place.at("Assign")).members.items():
                self.assign(str(name), value)

    # ---------------------------------------------------------------- paths and templates

    def template(self, template: Json, place: Place) -> Value:
        if isinstance(template, dict):
            found: dict[Key, Value] = {}
            for name, member in template.items():
                computed = name.endswith(".$")
                found[name.removesuffix(".$")] = self.value(member, place.at(name)) if computed else self.template(member, place.at(name))
            return Value(members=found)
        if isinstance(template, list):
            return Value(members={index: self.template(element, place.at(index)) for index, element in enumerate(template)})
        return NOTHING

    def value(self, written: Json, place: Place) -> Value:
        """A path or an intrinsic function."""
        if not isinstance(written, str):
            return NOTHING
        if not is_intrinsic(written):
            return self.path(written, place)
        try:
            return self._call(parse_intrinsic(written), place)
        except ExpressionError:
            return NOTHING

    def _call(self, call: Call, place: Place) -> Value:
        given = [
            self.path(argument.text, place) if isinstance(argument, Path) else self._call(argument, place) if isinstance(argument, Call) else NOTHING
            for argument in call.arguments
        ]
        for value, kind in zip(given, _KINDS_OF_ARGUMENTS.get(call.name, ()), strict=False):
            self.ledger.read(value, *([kind] if kind else []))
        match call.name:
            case "States.StringToJson" if given:
                return self.ledger.read(given[0].step(Inside.TEXT))
            case "States.JsonMerge" if len(given) > 1:
                return self.overlaid(given[0], given[1])
            case "States.Array":
                return Value(members=dict(enumerate(given)))
            case "States.ArrayGetItem" if given:
                return given[0].step(Inside.ELEMENT)
            case "States.ArrayUnique" if given:
                return given[0]
            case "States.ArrayPartition" if given:
                return Value(members={Inside.ELEMENT: given[0]})
        return NOTHING

    def overlaid(self, below: Value, above: Value) -> Value:
        """Two objects merged: a member of the second wins if it is there, which is asked of whatever the second comes from."""
        found = {**below.members, **above.members}
        for name in [name for name in below.members if above.origins and name not in above.members]:
            self.ledger.asked_for(above.step(name))
            found[name] = joined([below.members[name], above.step(name)])
        return Value(below.origins | above.origins, found)

    def path(self, written: Json, place: Place) -> Value:
        """What a path leads to; having read it is written down. `$` itself asks for nothing."""
        self.ledger.where = place.where
        value = self._follow(written, place)
        return value if written == "$" else self.ledger.read(value)

    def _follow(self, written: Json, place: Place) -> Value:
        if written == "$":
            return place.data
        if not isinstance(written, str):
            return NOTHING
        try:
            path = parse_path(written)
        except ExpressionError:
            return NOTHING
        start, rest = self.root(path, place), written[len("$" + (path.variable or "")) :]
        if path.root == "context":
            keys = keys_of(rest[1:] if rest.startswith("$") else rest)
            return self.of_context(keys, place)
        self._filters(start, written)
        return start.follow(keys_of(rest))

    def root(self, path: Path, place: Place) -> Value:
        return self.variables.get(path.variable, NOTHING) if path.variable is not None else place.data

    def of_context(self, keys: tuple[Key, ...], place: Place) -> Value:
        """The parts of the Context object that are somebody's data."""
        if keys[:2] == ("Execution", "Input"):
            return Value(frozenset({(INPUT, ())})).follow(keys[2:])
        return place.item.follow(keys[3:]) if keys[:3] == ("Map", "Item", "Value") else NOTHING

    def _filters(self, start: Value, written: str) -> None:
        """What `[?(@.price > 10)]` asks of the elements of the array before it."""
        for opening in re.finditer(r"\[\?", written):
            array = start.follow(keys_of(written[: opening.start()].partition("$")[2]))
            for found in _FILTERED.finditer(written, opening.start()):
                tested = array.step(Inside.ELEMENT).follow(tuple(found["path"].split(".")))
                operand = literal(found["operand"]) if found["operand"] else None
                self.ledger.read(tested, examples=list(around(operand)) if found["operand"] else [])


def keys_of(path: str) -> tuple[Key, ...]:
    """The steps of a path's text, as far as they can be followed: `$.a[*].b` gives ("a", ELEMENT, "b")."""
    found: list[Key] = []
    at = 1 if path.startswith("$") else 0
    while step := _STEP.match(path, at):
        at = step.end()
        if step["name"] or step["quoted"]:
            found.append(step["name"] or re.sub(r"\\(.)", r"\1", step["quoted"]))
        else:
            found.append(int(step["index"]) if step["index"] and len(step["index"]) < 9 else Inside.ELEMENT)
    return tuple(found)


def kind_compared(operator: str) -> str:
    return "number" if operator.startswith("Numeric") else operator.partition("Equals")[0].partition("Less")[0].partition("Greater")[0].lower()


def literal(text: str) -> Json:
    if text[0] in "'\"":
        return text[1:-1]
    return {"true": True, "false": False}[text] if text in ("true", "false") else float(text) if "." in text else int(text)


def targets(state: Members) -> Iterator[str | None]:
    """Where a state leads when nothing fails; None is the end."""
    for rule in items(state.get("Choices")):
        yield text(members(rule), "Next")
    for name in ("Default", "Next"):
        if isinstance(state.get(name), str):
            yield text(state, name)
    if state.get("End") is True or state.get("Type") == "Succeed":
        yield None


def state_assigns(owner: Members) -> Iterator[Json]:
    if "Assign" in owner:
        yield owner["Assign"]


def members(value: Json) -> Members:
    return value if isinstance(value, dict) else {}


def items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def text(owner: Members, name: str, default: str = "") -> str:
    value = owner.get(name, default)
    return value if isinstance(value, str) else default
