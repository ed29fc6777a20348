"""The abstract run of `provenance` for JSONata states: what an expression reads, and what it gives.

An expression is read off its tree without being evaluated. A name behind an array maps over its elements, which only
data decides: `Need` keeps both, and whoever makes up data sees from the other uses whether it is an array.
Source of the functions: AWS, "Transforming data with JSONata".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from asl_engine.analysis.needs import Inside, around, equal_or_not
from asl_engine.analysis.provenance import NOTHING, Key, Value, joined, result_of
from asl_engine.analysis.provenance_states import Members, Place, Walk, items, members, targets, text
from asl_engine.expressions.jsonata.repairs import Node, SyntaxFault, parse
from asl_engine.syntax.reading import Where
from asl_engine.values import MISSING, Json, Missing

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_ARITHMETIC = ("+", "-", "*", "/", "%", "..")
_OF_ARRAYS = ("count", "sum", "max", "min", "average", "map", "filter", "reduce", "single", "each", "sort", "reverse", "join", "partition", "distinct")
_OF_TEXTS = ("substring", "length", "uppercase", "lowercase", "trim", "split", "contains", "match", "replace", "substringBefore", "substringAfter", "pad")
_OVER_ITEMS = ("map", "filter", "single", "sort", "each")


def jsonata_state(walk: Walk, name: str, state: Members, language: str, place: Place) -> Iterator[tuple[str | None, Value]]:
    reader = Reader(walk, place)
    kind = text(state, "Type")
    for field_name, used_as in (("Seconds", "seconds"), ("Timestamp", "timestamp"), ("TimeoutSeconds", "seconds"), ("HeartbeatSeconds", "seconds")):
        reader.used(state.get(field_name), used_as, field_name)
    for field_name in ("Error", "Cause"):
        reader.used(state.get(field_name), "string", field_name)
    arguments = reader.value(state["Arguments"], "Arguments") if "Arguments" in state else place.data
    result = place.data
    if kind == "Task":
        result = Value(frozenset({(result_of(name), ())}))
    elif kind == "Parallel":
        result = walk.inside(state, language, arguments, place)
    elif kind == "Map":
        result = _map(walk, reader, name, state, language, place)
    after = Reader(walk, replace(place, result=result if kind in ("Task", "Parallel", "Map") else NOTHING))
    output = after.value(state["Output"], "Output") if "Output" in state else result
    after.assign(state)
    for index, rule in enumerate(map(members, items(state.get("Choices")))):
        within = Reader(walk, place.at("Choices", index))
        within.condition(rule.get("Condition"))
        within.assign(rule)
        yield text(rule, "Next"), within.value(rule["Output"], "Output") if "Output" in rule else place.data
    for target in targets({key: value for key, value in state.items() if key != "Choices"}):
        yield target, output
    failure = walk.failure(name, state)
    for index, catcher in enumerate(map(members, items(state.get("Catch")))):
        caught = Reader(walk, replace(place, error=failure).at("Catch", index))
        caught.assign(catcher)
        yield text(catcher, "Next"), caught.value(catcher["Output"], "Output") if "Output" in catcher else failure


def _map(walk: Walk, reader: Reader, name: str, state: Members, language: str, place: Place) -> Value:
    item = walk.items(name, state, reader.value(state["Items"], "Items") if "Items" in state else place.data, place)
    for field_name in ("ItemReader", "ResultWriter"):
        reader.value(members(state.get(field_name)).get("Arguments"), field_name, "Arguments")
    given = item
    if "ItemSelector" in state:
        given = Reader(walk, replace(place, item=item)).value(state["ItemSelector"], "ItemSelector")
    if batcher := members(state.get("ItemBatcher")):
        given = Value(
            members={"Items": Value(members={Inside.ELEMENT: given}), "BatchInput": reader.value(batcher.get("BatchInput"), "ItemBatcher", "BatchInput")}
        )
    return walk.inside(state, language, given, replace(place, item=item))


@dataclass
class Scope:
    """Names bound inside an expression, and what `$` is there."""

    names: dict[str, Value] = field(default_factory=dict)
    context: Value = NOTHING

    def inner(self, names: dict[str, Value] | None = None, context: Value | None = None) -> Scope:
        return Scope({**self.names, **(names or {})}, self.context if context is None else context)


class Reader:
    """Reads the fields of one state."""

    def __init__(self, walk: Walk, place: Place) -> None:
        self.walk = walk
        self.place = place
        self.ledger = walk.ledger

    def value(self, written: Json, *steps: str | int) -> Value:
        """Any JSON whose texts may be `{% … %}`; it stands so many steps below the place."""
        return self._json_at(written, self.place.at(*steps).where)

    def _json_at(self, written: Json, where: Where) -> Value:
        if isinstance(written, dict):
            return Value(members={name: self._json_at(member, (where, name)) for name, member in written.items()})
        if isinstance(written, list):
            return Value(members={index: self._json_at(element, (where, index)) for index, element in enumerate(written)})
        tree = parsed(written)
        self.ledger.where = where
        return NOTHING if tree is None else self.read(tree, Scope())

    def used(self, written: Json, kind: str, *steps: str) -> None:
        if (tree := parsed(written)) is not None:
            self.ledger.where = self.place.at(*steps).where
            self.ledger.read(self.read(tree, Scope()), kind)

    def condition(self, written: Json) -> None:
        if (tree := parsed(written)) is not None:
            self.ledger.where = self.place.at("Condition").where
            self.truth(tree, Scope())

    def assign(self, owner: Members) -> None:
        for name, written in members(owner.get("Assign")).items():
            self.walk.assign(name, self.value(written, "Assign", name))

    # ---------------------------------------------------------------- expressions

    def read(self, node: Node, scope: Scope) -> Value:
        reading: Callable[[Node, Scope], Value] | None = getattr(self, f"_{node.type}", None)
        value = reading(node, scope) if reading is not None else NOTHING
        for stage in node.predicate or ():
            value = self._filtered(value, stage, scope)
        return value

    def truth(self, node: Node, scope: Scope) -> None:
        """A node whose value decides: if nothing else is asked of it, it is a boolean."""
        value = self.read(node, scope)
        if node.type in ("path", "variable"):
            self.ledger.read(value, examples=[True, False])

    def _path(self, node: Node, scope: Scope) -> Value:
        steps = list(node.steps)
        value = self._start(steps, scope)
        for step in steps:
            if step.type == "name":
                value = self.ledger.read(value.step(step.value))
            elif step.type == "wildcard":
                value = value.step(Inside.ELEMENT)
            elif step.type == "sort":
                for term in step.terms:
                    self.read(term.expression, scope.inner(context=value.step(Inside.ELEMENT)))
            elif step.type in ("unary", "block", "function", "condition", "binary"):
                value = self.read(step, scope.inner(context=value))
            else:
                return NOTHING
            for stage in step.stages or ():
                value = self._filtered(value, stage, scope)
        return value

    def _start(self, steps: list[Any], scope: Scope) -> Value:
        """Takes the first steps off, as many as say where the path begins."""
        first = steps[0]
        if first.type == "variable" and first.value == "states":
            named = [step.value for step in steps[1:] if step.type == "name"]
            del steps[:2]
            if named[:1] == ["context"]:
                keys: tuple[Key, ...] = tuple(named[1:])
                del steps[: 2 if keys[:2] == ("Execution", "Input") else 3]
                return self.walk.of_context(keys[: 2 if keys[:2] == ("Execution", "Input") else 3], self.place)
            return {"input": self.place.data, "result": self.place.result, "errorOutput": self.place.error}.get(named[0] if named else "", NOTHING)
        if first.type == "name":
            return scope.context
        value = self.read(first, scope)
        for stage in first.stages or ():
            value = self._filtered(value, stage, scope)
        del steps[:1]
        return value

    def _filtered(self, value: Value, stage: Any, scope: Scope) -> Value:
        if stage.type != "filter":
            return value
        test = stage.expr
        if test.type == "number":
            return self.ledger.read(value.step(int(test.value))) if test.value == int(test.value) else value
        self.truth(test, scope.inner(context=value.step(Inside.ELEMENT)))
        return value

    def _variable(self, node: Node, scope: Scope) -> Value:
        if node.value == "":
            return scope.context
        return scope.names.get(node.value) or self.walk.variables.get(node.value, NOTHING)

    def _name(self, node: Node, scope: Scope) -> Value:
        return self.ledger.read(scope.context.step(node.value))

    def _binary(self, node: Node, scope: Scope) -> Value:
        sign = node.value
        if sign in ("and", "or"):
            self.truth(node.lhs, scope)
            self.truth(node.rhs, scope)
            return NOTHING
        left, right = self.read(node.lhs, scope), self.read(node.rhs, scope)
        if sign in _COMPARISONS:
            for value, other in ((left, constant(node.rhs)), (right, constant(node.lhs))):
                if not isinstance(other, Missing):
                    self.ledger.read(value, examples=list((equal_or_not if sign in ("=", "!=") else around)(other)), constant=other)
            self.ledger.compared(left, right)
            if sign not in ("=", "!="):
                self.ledger.read(left, "number")
        elif sign == "in":
            listed, wanted = constant(node.rhs), constant(node.lhs)
            if isinstance(listed, list):
                self.ledger.read(left, examples=[example for member in listed for example in equal_or_not(member)])
            if not isinstance(wanted, Missing):
                self.ledger.read(right, examples=list(equal_or_not(wanted)))
        elif sign in _ARITHMETIC:
            self.ledger.read(left, "number")
            self.ledger.read(right, "number")
        return NOTHING

    def _unary(self, node: Node, scope: Scope) -> Value:
        if node.value == "[":
            return Value(members={index: self.read(part, scope) for index, part in enumerate(node.expressions)})
        if node.value == "-":
            self.ledger.read(self.read(node.expression, scope), "number")
            return NOTHING
        found: dict[Key, Value] = {}
        for name, part in node.lhs_object:
            value = self.read(part, scope)
            if name.type == "string":
                found[name.value] = value
            else:
                self.read(name, scope)
        return Value(members=found)

    def _condition(self, node: Node, scope: Scope) -> Value:
        self.truth(node.condition, scope)
        return joined([self.read(part, scope) for part in (node.then, node._else) if part is not None])

    def _block(self, node: Node, scope: Scope) -> Value:
        inner, value = scope.inner(), NOTHING
        for part in node.expressions:
            value = self.read(part, inner)
        return value

    def _bind(self, node: Node, scope: Scope) -> Value:
        scope.names[node.lhs.value] = value = self.read(node.rhs, scope)
        return value

    def _apply(self, node: Node, scope: Scope) -> Value:
        first = self.read(node.lhs, scope)
        if node.rhs.type == "function":
            return self._called(node.rhs, [first], scope, [node.lhs])
        return NOTHING

    def _lambda(self, node: Node, scope: Scope) -> Value:
        self.read(node.body, scope.inner(dict.fromkeys((parameter.value for parameter in node.arguments), NOTHING)))
        return NOTHING

    def _function(self, node: Node, scope: Scope) -> Value:
        return self._called(node, [], scope, [])

    def _called(self, node: Node, before: list[Value], scope: Scope, nodes: list[Any]) -> Value:
        """A function called; `before` is what `~>` gives it as its first argument."""
        name = node.procedure.value if node.procedure.type == "variable" else ""
        written = [*nodes, *node.arguments]
        first = before[0] if before else self.read(written[0], scope) if written else NOTHING
        given = [first]
        for part in written[1:]:
            if part.type == "lambda" and name in _OVER_ITEMS and part.arguments:
                bound = {part.arguments[0].value: first.step(Inside.ELEMENT)}
                (self.truth if name in ("filter", "single") else self.read)(part.body, scope.inner(bound))
            else:
                given.append(self.read(part, scope))
        return self._given(name, given, written)

    def _given(self, name: str, given: list[Value], written: list[Any]) -> Value:
        first = given[0]
        if name in _OF_ARRAYS:
            self.ledger.read(first, "array")
        elif name in _OF_TEXTS:
            self.ledger.read(first, "string")
        match name:
            case "exists":
                self.ledger.asked_for(first)
            case "not" | "boolean":
                self.ledger.read(first, examples=[True, False])
            case "contains" if len(written) > 1 and isinstance(part := constant(written[1]), str):
                self.ledger.read(first, examples=[part, f"x{part}x", "x"])
            case "number":
                self.ledger.read(first, "number")
            case "parse":
                return self.ledger.read(first.step(Inside.TEXT))
            case "merge":
                merged = NOTHING
                for member in [first.step(index) for index in sorted(key for key in first.members if isinstance(key, int))]:
                    merged = self.walk.overlaid(merged, member)
                return merged
            case "append":
                return Value(members={Inside.ELEMENT: joined([value.step(Inside.ELEMENT) for value in given])})
            case "lookup" if len(written) > 1 and isinstance(key := constant(written[1]), str):
                return self.ledger.read(first.step(key))
            case "filter" | "sort" | "reverse" | "distinct":
                return first
        return NOTHING


def parsed(written: Json) -> Node | None:
    """The tree of a `{% … %}`; None for anything else."""
    if not isinstance(written, str) or not (written.startswith("{%") and written.endswith("%}")):
        return None
    try:
        return parse(written[2:-2])
    except (SyntaxFault, RecursionError):
        return None


def constant(node: Any) -> Json | Missing:
    """The value a tree says, if it says one."""
    if node.type in ("string", "number", "value"):
        value: Json = node.value
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if node.type == "unary" and node.value == "[":
        found = [constant(part) for part in node.expressions]
        return [value for value in found if not isinstance(value, Missing)]
    if node.type == "unary" and node.value == "-":
        inner = constant(node.expression)
        return -inner if isinstance(inner, (int, float)) and not isinstance(inner, bool) else MISSING
    return MISSING
