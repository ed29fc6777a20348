"""Terraform's expressions, evaluated as far as a module's own files allow.

A value that only a plan or an apply would know is an `Unknown`, named by its address (`aws_lambda_function.pay.arn`) or, if it
was computed, by the text of the expression. What is known stays known around it: a string keeps its known pieces, an
object its known members. Every step is counted, so that no file can keep this busy for long.
Source: Terraform Language, "Expressions".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from asl_engine.imports.hcl_tree import (
    Attribute,
    Call,
    Conditional,
    Constant,
    Expression,
    For,
    ForDirective,
    IfDirective,
    Index,
    Interpolation,
    ObjectConstructor,
    Operation,
    Part,
    Span,
    Splat,
    Template,
    TupleConstructor,
    Variable,
)
from asl_engine.imports.knowing import is_known
from asl_engine.imports.machines import Given
from asl_engine.imports.notes import Notes
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_operations import as_text, bool_of, conditional_kind, number_of, operation
from asl_engine.imports.traced import (
    Array,
    Encoded,
    Literal,
    Node,
    Object,
    Piece,
    Scalar,
    Spot,
    Text,
    Unknown,
    joined,
    json_of,
    made,
    measured,
    node_of,
    text_of,
)

MAX_STEPS = 200_000
"""Expressions evaluated for one module."""
MAX_DEPTH = 150
"""Expressions inside each other, locals and calls followed."""
MAX_STEPS_OF_REFERENCE = 100
"""Attributes and indexes of one reference."""
MAX_NAME = 80
"""Characters of an expression that name an unknown."""


class World(Protocol):
    """What names lead to: the module of an expression."""

    given: Given

    @property
    def notes(self) -> Notes:
        """What is being written down."""
        ...

    def resolve(self, address: tuple[str, ...], spot: Spot) -> tuple[Node, int]:
        """The value a reference leads to, and how many of its names that took."""
        ...

    def call(self, name: str, arguments: list[Node], span: Span, evaluator: Evaluator) -> Node:
        """A function's value. Raises `DefinitionError`."""
        ...

    def attempt(self, name: str, arguments: tuple[Expression, ...], span: Span, evaluator: Evaluator) -> Node | None:
        """The functions that decide themselves what is evaluated; None for all others."""
        ...


@dataclass(slots=True)
class Evaluator:
    """Evaluates expressions in a module; `names` are those that `for`, `templatefile`, `each` and `count` bind."""

    world: World
    names: Mapping[str, Node] = field(default_factory=dict)
    steps: list[int] = field(default_factory=lambda: [0, 0])
    """How many were taken, and how deep we are: shared by all evaluators of one module."""
    alone: bool = False
    """In a template file only its own names are seen, and no module's."""

    def binding(self, names: Mapping[str, Node], *, alone: bool = False) -> Evaluator:
        return Evaluator(self.world, names if alone else {**self.names, **names}, self.steps, alone or self.alone)

    def count(self, steps: int, span: Span) -> None:
        self.steps[0] += steps
        if self.steps[0] > MAX_STEPS:
            raise refused(f"The module takes more than {MAX_STEPS:,} steps to evaluate", spot_of(span))

    def value(self, expression: Expression) -> Node:
        """The value of an expression. Raises `DefinitionError` with the place of what cannot be one."""
        self.count(1, expression.span)
        self.steps[1] += 1
        if self.steps[1] > MAX_DEPTH:
            raise refused(f"Expressions are nested more than {MAX_DEPTH} levels deep, locals and calls followed", spot_of(expression.span))
        try:
            return measured(self._value(expression))
        finally:
            self.steps[1] -= 1

    def _value(self, expression: Expression) -> Node:
        spot = spot_of(expression.span)
        match expression:
            case Constant():
                return Scalar(expression.value, spot)
            case Template():
                return self.template(expression.parts, expression.span)
            case Variable() | Attribute() | Index():
                return self.reference(expression)
            case Splat():
                return self.splat(expression)
            case Call():
                return self.called(expression)
            case TupleConstructor():
                return Array([self.value(element) for element in expression.elements], spot)
            case ObjectConstructor():
                return self.object(expression)
            case For():
                return self.for_(expression)
            case Conditional():
                return self.conditional(expression)
            case Operation():
                operands = [self.value(operand) for operand in expression.operands]
                return operation(expression.operator, operands, expression.span) or self.unknown(expression.span)

    # ------------------------------------------------------------------------------------------------- templates

    def template(self, parts: tuple[Part, ...], span: Span) -> Node:
        """A template that is one interpolation is that value; any other is a string."""
        if len(parts) == 1 and isinstance(parts[0], Interpolation):
            return self.value(parts[0].expression)
        return self.text(parts, spot_of(span), span)

    def text(self, parts: tuple[Part, ...], spot: Spot, span: Span) -> Text:
        pieces: list[Piece] = []
        self._write(parts, pieces)
        self.count(len(pieces), span)
        return joined([Text(tuple(pieces), spot)], spot)

    def _write(self, parts: tuple[Part, ...], pieces: list[Piece]) -> None:
        for part in parts:
            match part:
                case Literal():
                    pieces.append(Piece(part, 0, len(part.text)))
                case Interpolation():
                    pieces.extend(as_text(self.value(part.expression), part.span).pieces)
                case IfDirective():
                    held = bool_of(self.value(part.condition), part.span)
                    if held is None:
                        self.assume(f"the condition {shown(part.condition.span)} is not known; it is taken as true", part.span)
                    self._write(part.otherwise if held is False else part.then, pieces)
                case ForDirective():
                    collection = self.value(part.collection)
                    if isinstance(collection, Unknown):
                        self.assume(f"{collection.name} is not known; it is taken as empty", part.span)
                        continue
                    for key, value in pairs(collection, part.span):
                        self.count(1, part.span)
                        bound = {part.value: value} | ({part.key: key} if part.key is not None else {})
                        self.binding(bound)._write(part.body, pieces)

    # ------------------------------------------------------------------------------------------------ references

    def reference(self, expression: Variable | Attribute | Index) -> Node:
        root, steps = self._steps(expression)
        if len(steps) > MAX_STEPS_OF_REFERENCE:
            raise refused(f"The reference has more than {MAX_STEPS_OF_REFERENCE} names", spot_of(expression.span))
        if not isinstance(root, Variable):
            return self._follow(self.value(root), steps, expression.span)
        if root.name in self.names:
            return self._follow(self.names[root.name], steps, expression.span)
        spot = spot_of(expression.span)
        if self.alone:
            if root.name in self.world.given:
                return self._follow(node_of(self.world.given[root.name], spot), steps, expression.span)
            raise refused(f'The template names "{root.name}", which is not among the values it is given', spot)
        address, ends = [root.name], [0]
        for index, step in enumerate(steps):
            if isinstance(step, str):
                address.append(step)
                ends.append(index + 1)
                continue
            key = self.value(step)
            if address[0] in ("var", "local") or not is_known(key):
                break
            address[-1] += f"[{_written_key(key)}]"
            ends[-1] = index + 1
        found, taken = self.world.resolve(tuple(address), spot)
        return self._follow(found, steps[ends[taken - 1] :], expression.span)

    def _steps(self, expression: Expression) -> tuple[Expression, list[str | Expression]]:
        steps: list[str | Expression] = []
        while isinstance(expression, (Attribute, Index)):
            steps.append(expression.name if isinstance(expression, Attribute) else expression.key)
            expression = expression.target
        return expression, steps[::-1]

    def _follow(self, node: Node, steps: Iterable[str | Expression], span: Span) -> Node:
        for step in steps:
            key = made(step, spot_of(span)) if isinstance(step, str) else self.value(step)
            node = self.member(node, key, span)
        return node

    def member(self, node: Node, key: Node, span: Span) -> Node:
        if isinstance(node, Encoded):
            raise refused("A string has no attributes; jsondecode makes a value of it", spot_of(span))
        if isinstance(node, Unknown):
            written = key.value if isinstance(key, Text) and isinstance(key.value, str) and key.value.isidentifier() else None
            name = f"{node.name}.{written}" if written else f"{node.name}[{_written_key(key)}]"
            return self.given(name, span)
        if not is_known(key):
            return self.unknown(span)
        if isinstance(node, Array):
            index = number_of(key, span)
            if not isinstance(index, int) or not 0 <= index < len(node.elements):
                raise refused(f"The list has {len(node.elements)} elements, and none at {_written_key(key)}", spot_of(span))
            return node.elements[index]
        if isinstance(node, Object):
            name = text_of(key).value
            if name not in node.members:
                raise refused(f'The object has no "{name}"; it has {", ".join(list(node.members)[:10]) or "nothing"}', spot_of(span))
            return node.members[name]
        raise refused(f"This value has no attribute {_written_key(key)}: it is no object and no list", spot_of(span))

    def splat(self, expression: Splat) -> Node:
        target = self.value(expression.target)
        if isinstance(target, Unknown):
            steps = "".join(f".{step}" if isinstance(step, str) else "[…]" for step in expression.steps)
            return self.given(f"{target.name}[*]{steps}", expression.span, "list")
        if isinstance(target, Scalar) and target.value is None:
            return Array([], target.spot)
        elements = target.elements if isinstance(target, Array) else [target]
        self.count(len(elements), expression.span)
        return Array([self._follow(element, expression.steps, expression.span) for element in elements], spot_of(expression.span))

    # ------------------------------------------------------------------------------------------------ structures

    def object(self, expression: ObjectConstructor) -> Object:
        found = Object({}, spot_of(expression.span))
        for key_expression, value in expression.items:
            key = as_text(self.value(key_expression), key_expression.span)
            name = key.value
            if name in found.members:
                found.repeated.append(name)
            found.members[name] = self.value(value)
            found.keys[name] = spot_of(key_expression.span)
        return found

    def for_(self, expression: For) -> Node:
        collection = self.value(expression.collection)
        if isinstance(collection, Unknown):
            return self.unknown(expression.span, "list" if expression.key_result is None else "object")
        elements: list[Node] = []
        members = Object({}, spot_of(expression.span))
        for key, value in pairs(collection, expression.span):
            self.count(1, expression.span)
            inner = self.binding({expression.value: value} | ({expression.key: key} if expression.key is not None else {}))
            if expression.condition is not None and bool_of(inner.value(expression.condition), expression.condition.span) is False:
                continue
            result = inner.value(expression.result)
            if expression.key_result is None:
                elements.append(result)
                continue
            name = text_of(inner.value(expression.key_result)).value
            if expression.grouped:
                group = members.members.setdefault(name, Array([], result.spot))
                if isinstance(group, Array):
                    group.elements.append(result)
            elif name in members.members:
                raise refused(f'Two elements have the key "{name}"', spot_of(expression.key_result.span), "write ... after the value to group them")
            else:
                members.members[name] = result
            members.keys.setdefault(name, spot_of(expression.key_result.span))
        return Array(elements, members.spot) if expression.key_result is None else members

    def conditional(self, expression: Conditional) -> Node:
        held = bool_of(self.value(expression.condition), expression.condition.span)
        if held is not None:
            return self.value(expression.then if held else expression.otherwise)
        then, otherwise = self.value(expression.then), self.value(expression.otherwise)
        if isinstance(then, (Object, Array)) or isinstance(otherwise, (Object, Array)):
            self.assume(f"the condition {shown(expression.condition.span)} is not known; it is taken as true", expression.span)
            return then
        return self.unknown(expression.span, conditional_kind(then, otherwise))

    def called(self, expression: Call) -> Node:
        found = self.world.attempt(expression.name, expression.arguments, expression.span, self)
        if found is not None:
            return found
        arguments = [self.value(argument) for argument in expression.arguments]
        if expression.expanded and arguments:
            last = arguments.pop()
            if isinstance(last, Unknown):
                return self.unknown(expression.span)
            arguments += [value for _, value in pairs(last, expression.span)]
        self.count(len(arguments), expression.span)
        return self.world.call(expression.name, arguments, expression.span, self)

    # --------------------------------------------------------------------------------------------- what is not known

    def unknown(self, span: Span, kind: str = "any") -> Node:
        return self.given(shown(span), span, kind)

    def given(self, name: str, span: Span, kind: str = "any") -> Node:
        """The value a placeholders file gives for a name, else what is not known."""
        given = self.world.given
        return node_of(given[name], spot_of(span)) if name in given else Unknown(name, spot_of(span), kind)

    def assume(self, what: str, span: Span) -> None:
        self.world.notes.assume(what, spot_of(span))


def spot_of(span: Span) -> Spot:
    return Spot(span.file, span.start)


def shown(span: Span) -> str:
    """An expression as one short line."""
    text = " ".join(span.text.split())
    return text if len(text) <= MAX_NAME else f"{text[: MAX_NAME - 1]}…"


def pairs(collection: Node, span: Span) -> list[tuple[Node, Node]]:
    """Keys and values of a collection, an object's in the order of its keys, as Terraform iterates."""
    match collection:
        case Array():
            return [(Scalar(index, element.spot), element) for index, element in enumerate(collection.elements)]
        case Object():
            return [(made(key, collection.keys.get(key, value.spot)), value) for key, value in sorted(collection.members.items())]
        case _:
            raise refused("A list, a set, an object or a map is expected here", spot_of(span))


def _written_key(key: Node) -> str:
    match key:
        case Scalar():
            return str(json_of(key))
        case Text():
            return f'"{key.value}"'
        case _:
            return "…"
