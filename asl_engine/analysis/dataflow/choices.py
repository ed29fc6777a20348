"""What a JSONPath Choice rule teaches: what is known where it holds, and where it does not.

Spec, "Choice State". A data test is tried on each constant a value may be; of values that are not known one by one it
keeps those of the kind it asks for. A path that finds nothing fails the state, so behind every test but IsPresent the
path is there. And, Or and Not are evaluated left to right, as they are when they run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from asl_engine.analysis.dataflow.facts import Read, Root, Situation, Visit, join_situations
from asl_engine.analysis.dataflow.places import with_place, with_presence, without_place
from asl_engine.analysis.dataflow.reading import Ground, Reader
from asl_engine.analysis.dataflow.shapes import ANYTHING, EVERY, IMPOSSIBLE, KIND, Shape, join, of_kinds, shape_of
from asl_engine.expressions import Condition, ExpressionError, Scope
from asl_engine.expressions.comparisons import OPERATORS, compile_rule
from asl_engine.failures import Failure
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import Json, Pointer

Branches: TypeAlias = "tuple[Situation | None, Situation | None]"
"""What is known where a condition holds, and where it does not; None where that cannot be."""

DEEPEST_RULE = 60
_SCOPE = Scope()
_KIND_OF_TEST = {"IsNull": "null", "IsNumeric": "number", "IsString": "string", "IsBoolean": "boolean", "IsTimestamp": "string"}
_KIND_OF_FAMILY = {"Str": "string", "Num": "number", "Tim": "string", "Boo": "boolean"}


def refine(rule: Json, known: Situation, reader: Reader, pointer: Pointer, depth: int = 0) -> Branches:
    """Evaluates a rule in a situation; reads are noted at its fields' pointers."""
    if not isinstance(rule, dict) or depth > DEEPEST_RULE:
        return known, known
    for name in ("And", "Or"):
        inner = rule.get(name)
        if isinstance(inner, list):
            return _combined(name, inner, known, reader, pointer / name, depth)
    if "Not" in rule:
        holds, fails = refine(rule["Not"], known, reader, pointer / "Not", depth + 1)
        return fails, holds
    return _data_test(rule, known, reader, pointer)


def _combined(name: str, inner: list[Json], known: Situation, reader: Reader, pointer: Pointer, depth: int) -> Branches:
    going: Situation | None = known
    left: Situation | None = None
    for index, one in enumerate(inner):
        if going is None:
            break
        holds, fails = refine(one, going, reader, pointer / index, depth + 1)
        going, out = (holds, fails) if name == "And" else (fails, holds)
        left = either(left, out)
    return (going, left) if name == "And" else (left, going)


def either(left: Situation | None, right: Situation | None) -> Situation | None:
    if left is None or right is None:
        return left if right is None else right
    return join_situations(left, right)


def _data_test(rule: dict[str, Json], known: Situation, reader: Reader, pointer: Pointer) -> Branches:
    operator = next((name for name in rule if name in OPERATORS), None)
    ground = reader.ground
    ground.raw, ground.variables = known.data, dict(known.variables)
    read = reader.look(rule.get("Variable"), pointer / "Variable")
    if operator is None or read is None:
        return known, known
    if operator == "IsPresent":
        ground.visit.reads.append(replace(read, needed=False))
        there, gone = _presence(read, known)
        return (there, gone) if rule[operator] is True else (gone, there)
    before, ground.dead = ground.dead, False
    value = ground.note(read)
    operand = rule[operator]
    if OPERATORS[operator] == "path":
        reader.path(operand, pointer / operator)
    died, ground.dead = ground.dead, before
    if died:
        return None, None
    here = Situation(ground.raw, dict(ground.variables))
    holds, fails = split(operator, operand, value)
    return _placed(read, here, holds, value), _placed(read, here, fails, value)


def _presence(read: Read, known: Situation) -> Branches:
    steps, found = read.place.steps, read.found
    there: Situation | None = known if found.has_value else None
    gone: Situation | None = known if found.absent else None
    match read.place.root:
        case Root.INPUT:
            there = _possible(there and replace(known, data=with_presence(known.data, steps)))
            gone = _possible(gone and replace(known, data=without_place(known.data, steps)))
        case Root.VARIABLE if steps:
            owner, name = known.variable(read.place.name), read.place.name
            there = there and replace(known, variables={**known.variables, name: with_presence(owner, steps)})
        case Root.VARIABLE:
            name = read.place.name
            there = there and replace(known, variables={**known.variables, name: found.present})
            gone = gone and replace(known, variables={**known.variables, name: replace(IMPOSSIBLE, absent=found.absent)})
    return there, gone


def _possible(situation: Situation | None) -> Situation | None:
    return None if situation is None or situation.data.is_impossible else situation


def _placed(read: Read, here: Situation, value: Shape, before: Shape) -> Situation | None:
    """The situation in which the read value has this shape."""
    if not value.has_value:
        return None
    if value is before:
        return here
    if read.place.root is Root.INPUT:
        return _possible(replace(here, data=with_place(here.data, read.place.steps, value)))
    if read.place.root is Root.VARIABLE:
        name = read.place.name
        return replace(here, variables={**here.variables, name: with_place(here.variable(name), read.place.steps, value)})
    return here


def split(operator: str, operand: Json, value: Shape) -> tuple[Shape, Shape]:
    """Those of a value's possibilities for which a data test holds, and those for which it does not."""
    kind = _KIND_OF_TEST.get(operator) or _KIND_OF_FAMILY.get(operator[:3], "string")
    if OPERATORS[operator] == "path":
        return of_kinds(value, frozenset({kind})), value
    if is_opaque(operand):
        return value, value
    try:
        test = compile_rule({"Variable": "$", operator: operand})
        holds, fails = _tested(test, value, operator, kind, operand)
    except (ExpressionError, Failure):
        return value, value
    if value.any:
        holds = join(holds, ANYTHING if operand is False and operator in _KIND_OF_TEST else _asked_for(operator, operand, kind))
        fails = join(fails, ANYTHING)
    return holds, value if fails == value else fails


def _asked_for(operator: str, operand: Json, kind: str) -> Shape:
    return shape_of(operand) if operator in ("StringEquals", "NumericEquals", "BooleanEquals") else KIND[kind]


def _tested(test: Condition, value: Shape, operator: str, kind: str, operand: Json) -> tuple[Shape, Shape]:
    """What is known of a value, tried constant by constant; a text or number not known may go either way if the test is about its kind."""
    holds: list[Shape] = []
    fails: list[Shape] = []
    constants: list[Json] = [None] if value.null else []
    constants += sorted(value.booleans)
    for name, known in (("number", value.numbers), ("string", value.strings)):
        if known is not EVERY:
            constants += sorted(known)
            continue
        by_kind = operator in _KIND_OF_TEST and operator != "IsTimestamp"
        if by_kind:
            (holds if (name == kind) is operand else fails).append(KIND[name])
            continue
        fails.append(KIND[name])
        if name == kind:
            holds.append(_asked_for(operator, operand, kind))
        elif operand is False:  # IsTimestamp: false
            holds.append(KIND[name])
    for constant in constants:
        (holds if test(constant, _SCOPE) else fails).append(shape_of(constant))
    if value.object is not None:
        (holds if test({}, _SCOPE) else fails).append(Shape(object=value.object))
    if value.array is not None:
        (holds if test([], _SCOPE) else fails).append(Shape(array=value.array))
    return _all(holds), _all(fails)


def _all(shapes: list[Shape]) -> Shape:
    found = IMPOSSIBLE
    for shape in shapes:
        found = join(found, shape)
    return found


def muted(ground: Ground) -> Ground:
    """The same knowledge with nobody listening: for asking what would be."""
    return Ground(ground.state, ground.raw, dict(ground.variables), ground.context, Visit())
