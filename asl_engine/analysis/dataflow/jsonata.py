"""What JSONata expressions make of shapes, read off their trees without evaluating them.

Here nothing fails for being missing: a path that finds nothing is *undefined*, which travels on as `absent`, and only a field
that must have a value fails (States.QueryEvaluationError). What cannot be followed is anything or nothing, which claims nothing.
Paths map over arrays, so behind one a single element stands for itself. Source: AWS, "Transforming data with JSONata".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from asl_engine.analysis.dataflow import jsonata_functions as functions
from asl_engine.analysis.dataflow import jsonata_operands as operands
from asl_engine.analysis.dataflow.choices import Branches, either
from asl_engine.analysis.dataflow.facts import EXPRESSION, Fault, Place, Problem, Read, Root, Situation
from asl_engine.analysis.dataflow.places import with_mapped_place, with_mapped_presence, without_place
from asl_engine.analysis.dataflow.reading import Ground, literal
from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    ANYTHING_OR_NOTHING,
    BOOLEAN,
    DEEPEST,
    IMPOSSIBLE,
    NOTHING,
    NUMBER,
    PERHAPS_NOTHING,
    TEXT,
    Absence,
    Shape,
    Step,
    array_of,
    join,
    joined,
    object_of,
    shape_of,
    tuple_of,
)
from asl_engine.analysis.provenance_jsonata import constant
from asl_engine.expressions.jsonata.repairs import Node, SyntaxFault, parse
from asl_engine.values import Json, Missing, Pointer

DEEPEST_TREE = 60
"""Levels of an expression that are followed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Names bound inside an expression, and what `$` is there."""

    names: Mapping[str, Shape] = field(default_factory=dict)
    context: Shape = ANYTHING_OR_NOTHING
    depth: int = 0


class Fields:
    """The fields of one JSONata state, seen at one moment: `states` are the members of `$states` beside input and context."""

    def __init__(self, ground: Ground, states: Mapping[str, Shape] | None = None) -> None:
        self.ground = ground
        self.states = states or {}
        self._at = ground.state
        """The field whose expression is read."""

    def value(self, written: Json, pointer: Pointer, depth: int = 0) -> Shape:
        """Any JSON whose texts may be `{% … %}`."""
        if isinstance(written, str):
            return self.text(written, pointer)
        if depth > DEEPEST:
            return ANYTHING
        if isinstance(written, dict):
            return object_of({name: self.value(member, pointer / name, depth + 1) for name, member in written.items()})
        if isinstance(written, list):
            return tuple_of([self.value(element, pointer / index, depth + 1) for index, element in enumerate(written)])
        return shape_of(written)

    def text(self, written: str, pointer: Pointer) -> Shape:
        """The value of an expression, which the field needs; a text that is none stands for itself."""
        if not (written.startswith("{%") and written.endswith("%}") and len(written) >= 4):
            return literal(written)
        tree = parsed(written)
        if tree is None:
            return ANYTHING
        self._at = pointer
        found = self.read(tree, Scope())
        place = self.place_of(tree)
        text = written[2:-2].strip()
        if found.is_impossible:
            return ANYTHING
        return self.ground.note(Read(pointer, text, place or Place(Root.OTHER, EXPRESSION, ()), found, self._owner(place)))

    def _owner(self, place: Place | None) -> Shape:
        if place is None:
            return ANYTHING
        match place.root:
            case Root.INPUT:
                return self.ground.raw
            case Root.VARIABLE:
                return self.ground.variables.get(place.name, NOTHING)
        return self._states().member("result" if place.name == "the result" else "errorOutput" if place.name == "the Error Output" else "context")

    def truth(self, tree: Node, known: Situation, depth: int = 0) -> Branches:
        """What is known where a condition holds, and where it does not."""
        self.ground.raw, self.ground.variables = known.data, dict(known.variables)
        if depth > DEEPEST_TREE:
            return known, known
        if tree.type == "block" and len(tree.expressions) == 1:
            return self.truth(tree.expressions[0], known, depth + 1)
        if tree.type == "binary" and tree.value in ("and", "or"):
            return self._both(tree, known, depth)
        if tree.type == "function" and tree.procedure.type == "variable" and len(tree.arguments) == 1:
            if tree.procedure.value == "not":
                holds, fails = self.truth(tree.arguments[0], known, depth + 1)
                return fails, holds
            if tree.procedure.value == "exists":
                return self._exists(tree.arguments[0], known)
        if tree.type == "binary" and tree.value in ("=", "!="):
            holds, fails = self._equal(tree, known)
            return (holds, fails) if tree.value == "=" else (fails, holds)
        found = self.read(tree, Scope())
        certain = None if found.kinds != {"boolean"} or found.absent or len(found.booleans) != 1 else True in found.booleans
        return (None if certain is False else known), (None if certain is True else known)

    def _both(self, tree: Node, known: Situation, depth: int) -> Branches:
        holds, fails = self.truth(tree.lhs, known, depth + 1)
        if tree.value == "and":
            right, wrong = self.truth(tree.rhs, holds, depth + 1) if holds is not None else (None, None)
            return right, either(fails, wrong)
        right, wrong = self.truth(tree.rhs, fails, depth + 1) if fails is not None else (None, None)
        return either(holds, right), wrong

    def _exists(self, tree: Node, known: Situation) -> Branches:
        found = self.read(tree, Scope())
        place = self.place_of(tree)
        holds = known if found.has_value else None
        fails = known if found.absent else None
        if place is None:
            return holds, fails
        return holds and _changed(known, place, with_mapped_presence), fails and _changed(known, place, without_place)

    def _equal(self, tree: Node, known: Situation) -> Branches:
        left, right = self.read(tree.lhs, Scope()), self.read(tree.rhs, Scope())
        for node, value, operand in ((tree.lhs, left, constant(tree.rhs)), (tree.rhs, right, constant(tree.lhs))):
            place = self.place_of(node)
            if isinstance(operand, (Missing, list | dict)) or place is None:
                continue
            holds = fails = None
            if functions.may_be(value, operand):
                chosen = shape_of(operand)
                holds = _changed(known, place, lambda shape, steps: with_mapped_place(shape, steps, chosen))  # noqa: B023
            others = functions.without(value, operand)
            if others.has_value or others.absent:
                fails = known
            return holds, fails
        return known, known

    # ---------------------------------------------------------------- trees

    def place_of(self, tree: Node) -> Place | None:
        """The place that a plain path names: `$states.input.a.b`, `$variable.a`."""
        steps = list(tree.steps) if tree.type == "path" else [tree]
        if steps[0].type != "variable" or not steps[0].value or any(_is_special(step) for step in steps) or tree.predicate or tree.group:
            return None
        if any(step.type != "name" for step in steps[1:]):
            return None
        names: tuple[Step, ...] = tuple(step.value for step in steps[1:])
        if steps[0].value != "states":
            return Place(Root.VARIABLE, steps[0].value, names)
        if names[:1] == ("input",):
            return Place(Root.INPUT, "", names[1:])
        named = {"result": "the result", "errorOutput": "the Error Output", "context": "the Context object"}
        return Place(Root.OTHER, named[str(names[0])], names[1:]) if names and names[0] in named else None

    def read(self, node: Node, scope: Scope) -> Shape:
        """The value of a node; `absent` where it may be undefined."""
        reading: Callable[[Node, Scope], Shape] | None = getattr(self, f"_{node.type}", None)
        if reading is None or scope.depth > DEEPEST_TREE:
            return ANYTHING_OR_NOTHING
        value = reading(node, replace(scope, depth=scope.depth + 1))
        if node.group is not None:
            return ANYTHING_OR_NOTHING
        for stage in node.predicate or ():
            value = functions.filtered(value, stage)
        return value

    def _string(self, node: Node, scope: Scope) -> Shape:
        return shape_of(node.value)

    _number = _value = _string

    def _variable(self, node: Node, scope: Scope) -> Shape:
        if node.value == "":
            return scope.context
        if node.value in scope.names:
            return scope.names[node.value]
        if node.value == "states":
            return self._states()
        return self.ground.variables.get(node.value, NOTHING)

    def _states(self) -> Shape:
        return object_of({"input": self.ground.raw, "context": self.ground.context, **self.states})

    def _name(self, node: Node, scope: Scope) -> Shape:
        return functions.member(scope.context, node.value)

    def _path(self, node: Node, scope: Scope) -> Shape:
        value = scope.context
        for position, step in enumerate(node.steps):
            if step.tuple or step.focus or step.index or step.ancestor or step.group:
                return ANYTHING_OR_NOTHING
            if step.type == "name":
                value = functions.member(value, step.value)
            elif position == 0:
                value = self.read(step, scope)
                continue  # reading it took its predicates
            elif step.type in ("unary", "function", "block", "condition", "binary") and not value.array and not value.any:
                value = replace(self.read(step, replace(scope, context=value.present)), absent=value.absent)
            else:
                return ANYTHING_OR_NOTHING
            for stage in step.stages or ():
                value = functions.filtered(value, stage)
        if node.keep_singleton_array:
            return replace(array_of(join(value.elements, replace(value, array=None).present)), absent=value.absent)
        return value

    def _binary(self, node: Node, scope: Scope) -> Shape:
        sign = node.value
        left, right = self.read(node.lhs, scope), self.read(node.rhs, scope)
        self._fault(operands.wrong_operands(sign, left, right, (node.lhs, node.rhs)))
        if sign in ("and", "or", "=", "!=", "in"):
            return BOOLEAN
        if sign == "&":
            return TEXT
        absent = left.absent | right.absent
        if sign in ("<", "<=", ">", ">="):
            return replace(BOOLEAN, absent=absent)
        if sign == "..":
            return replace(join(array_of(NUMBER), NUMBER), absent=absent | Absence.OPEN)
        if sign in ("/", "%"):  # by zero gives a text, "Infinity" or "NaN"
            return replace(join(NUMBER, TEXT), absent=absent)
        if sign in ("+", "-", "*"):
            return replace(NUMBER, absent=absent)
        return ANYTHING_OR_NOTHING

    def _unary(self, node: Node, scope: Scope) -> Shape:
        if node.value == "-":
            value = self.read(node.expression, scope)
            self._fault(operands.wrong_negation(value, node.expression))
            return replace(NUMBER, absent=value.absent)
        if node.value == "[":
            return self._array(node, scope)
        if scope.context.array is not None and scope.depth > 1:
            return ANYTHING_OR_NOTHING
        members: dict[str, Shape] = {}
        rest = NOTHING
        for name, part in node.lhs_object:
            value = self.read(part, scope)
            if name.type != "string" or name.value in members:
                rest = ANYTHING_OR_NOTHING
            elif not value.is_impossible:
                members[name.value] = value
        return object_of(members, rest)

    def _array(self, node: Node, scope: Scope) -> Shape:
        found = [(part, self.read(part, scope)) for part in node.expressions]
        if all(not value.absent and not value.any and (value.array is None or part.value == "[") for part, value in found):
            return tuple_of([value for _, value in found])
        inside = joined([joined([value.elements, replace(value, array=None)]).present for _, value in found])
        return array_of(inside)

    def _condition(self, node: Node, scope: Scope) -> Shape:
        before = Situation(self.ground.raw, dict(self.ground.variables))
        holds, fails = self.truth(node.condition, before) if not scope.names else (before, before)
        found = IMPOSSIBLE
        for situation, part in ((holds, node.then), (fails, node._else)):
            if situation is None:
                continue
            self.ground.raw, self.ground.variables = situation.data, dict(situation.variables)
            found = join(found, PERHAPS_NOTHING if part is None else self.read(part, scope))
        self.ground.raw, self.ground.variables = before.data, dict(before.variables)
        return found

    def _block(self, node: Node, scope: Scope) -> Shape:
        value = NOTHING
        names = dict(scope.names)
        for part in node.expressions:
            inner = replace(scope, names=names)
            value = self.read(part, inner)
            if part.type == "bind":
                names[part.lhs.value] = value
        return value

    def _bind(self, node: Node, scope: Scope) -> Shape:
        return self.read(node.rhs, scope)

    def _lambda(self, node: Node, scope: Scope) -> Shape:
        return ANYTHING

    def _apply(self, node: Node, scope: Scope) -> Shape:
        first = self.read(node.lhs, scope)
        if node.rhs.type == "function" and node.rhs.procedure.type == "variable" and node.rhs.procedure.value not in scope.names:
            return self._called(node.rhs.procedure.value, [first, *self._given(node.rhs, scope)], [node.lhs, *node.rhs.arguments])
        if node.rhs.type == "variable" and node.rhs.value not in scope.names:
            return self._called(node.rhs.value, [first], [node.lhs])
        return ANYTHING_OR_NOTHING

    def _function(self, node: Node, scope: Scope) -> Shape:
        if node.procedure.type != "variable" or node.procedure.value in scope.names or node.procedure.value in self.ground.variables:
            return ANYTHING_OR_NOTHING
        given = self._given(node, scope)
        return self._called(node.procedure.value, given, list(node.arguments), scope.context)

    def _called(self, name: str, given: list[Shape], nodes: list[Node], context: Shape = ANYTHING_OR_NOTHING) -> Shape:
        self._fault(operands.wrong_argument(name, given, nodes))
        return functions.called(name, given, nodes, context)

    def _fault(self, clause: str | None) -> None:
        if clause is not None:
            self.ground.visit.problems.append(Problem(Fault.OPERAND, self._at, self.ground.state, True, detail=clause))

    def _given(self, node: Node, scope: Scope) -> list[Shape]:
        return [self.read(argument, scope) for argument in node.arguments]

    # ---------------------------------------------------------------- typed fields

    def wanted(self, written: Json, pointer: Pointer, *kinds: str) -> Shape:
        """A field that takes certain JSON types only, such as Seconds or Items."""
        value = self.value(written, pointer)
        if isinstance(written, str) and not written.startswith("{%"):
            return ANYTHING  # a text that a deployment tool replaces, or that validation speaks of
        wrong = value.kinds - frozenset(kinds)
        if wrong and not value.any and not value.kinds & frozenset(kinds):
            self.ground.visit.problems.append(Problem(Fault.KIND, pointer, self.ground.state, True, _last_read(self.ground, pointer), value, frozenset(kinds)))
            self.ground.dead = True
        return value


def _last_read(ground: Ground, pointer: Pointer) -> Read | None:
    return next((read for read in reversed(ground.visit.reads) if read.pointer == pointer), None)


def _changed(known: Situation, place: Place, change: Callable[[Shape, tuple[Step, ...]], Shape]) -> Situation | None:
    if place.root is Root.INPUT:
        data = change(known.data, place.steps) if place.steps else known.data
        return None if data.is_impossible else replace(known, data=data)
    if place.root is Root.VARIABLE and place.steps:
        owner = change(known.variable(place.name), place.steps)
        return None if owner.is_impossible else replace(known, variables={**known.variables, place.name: owner})
    if place.root is Root.VARIABLE:
        found = known.variable(place.name)
        held = (
            change(found, ())
            if change not in (with_mapped_presence, without_place)
            else found.present
            if change is with_mapped_presence
            else replace(NOTHING, absent=found.absent)
        )
        return replace(known, variables={**known.variables, place.name: held})
    return known


def _is_special(step: Any) -> bool:
    return bool(step.stages or step.predicate or step.tuple or step.group or step.focus or step.index or step.ancestor or step.keep_array)


def parsed(written: str) -> Node | None:
    try:
        return parse(written[2:-2])
    except (SyntaxFault, RecursionError):
        return None
