"""Paths: their steps, predicates, order-by, grouping, and the tuples of `@`, `#` and `%`. Source: jsonata.js 2.0.6, evaluatePath.

A step is applied to each item of what the step before it found, and what it finds is flattened. A path that binds variables
carries *tuples* instead of items: objects of the item (`@`) and of what was bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from asl_engine.expressions.jsonata.collections import member
from asl_engine.expressions.jsonata.grouping import Tuple, frame_of, grouping, order
from asl_engine.expressions.jsonata.repairs import Node
from asl_engine.expressions.jsonata.runtime import (
    Cons,
    Evaluator,
    Frame,
    Sequence,
    Value,
    boolean,
    is_array_of_numbers,
    is_numeric,
)
from asl_engine.values import MISSING

if TYPE_CHECKING:
    from asl_engine.expressions.jsonata.compile import Compiler

Filter: TypeAlias = Callable[[Value, Frame], Value]
"""(items, frame) -> the sequence of those that satisfy a predicate."""


class _Step(NamedTuple):
    """One step, compiled."""

    node: Node
    evaluate: Evaluator
    stages: tuple[Callable[[Value, Frame], Value], ...]


def path(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    general = _general(compiler, node, depth)
    first, rest = node.steps[0], node.steps[1:]
    plain = (
        not node.keep_singleton_array and node.group is None and not any(step.stages or step.tuple or step.keep_array or step.predicate for step in node.steps)
    )
    if plain and first.type == "variable" and first.value and all(step.type == "name" for step in rest):
        return _members(first.value, tuple(step.value for step in rest), general)
    return general


def _members(variable: str, names: tuple[str, ...], general: Evaluator) -> Evaluator:
    """`$variable.name.name` over objects; anything else is left to the general path."""

    def evaluate(context: Value, frame: Frame) -> Value:
        value = frame.lookup(variable)
        for each in names:
            if type(value) is not dict:
                return general(context, frame)
            value = value.get(each, MISSING)
            if value is MISSING:
                return MISSING
        return value if type(value) is not Sequence and type(value) is not Cons else general(context, frame)

    return evaluate


def _general(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    steps = tuple(_step(compiler, step, depth) for step in node.steps)
    absolute = node.steps[0].type == "variable"
    group = None if node.group is None else grouping(compiler, node.group, depth)

    def evaluate(context: Value, frame: Frame) -> Value:
        items: Value = context if isinstance(context, list) and not absolute else Sequence([context])
        found: Value = MISSING
        tuples: list[Tuple] | None = None
        streaming = False
        last = len(steps) - 1
        for index, step in enumerate(steps):
            streaming = streaming or bool(step.node.tuple)
            if index == 0 and step.node.consarray:
                found = step.evaluate(items, frame)
            elif streaming:
                tuples = _tuple_step(step, items, tuples, frame)
            else:
                found = _items_step(step, items, frame) if index < last else _last_step(step, items, frame)
            if not streaming and (found is MISSING or not found):
                break
            if step.node.focus is None:
                items = found
        if streaming:
            found = tuples if node.tuple else Sequence(one["@"] for one in tuples or ())
        if node.keep_singleton_array and found is not MISSING:
            found = _kept(found)
        if group is not None:
            return group(tuples if streaming else found, frame)
        return found

    return evaluate


def _kept(found: Value) -> Value:
    """An array that stays one when it has a single member. Arrays of the data are not marked: they never unwrap anyway."""
    if type(found) is Cons:
        found = Sequence([found])
    if type(found) is Sequence:
        found.keep_singleton = True
    return found


def _step(compiler: Compiler, node: Node, depth: int) -> _Step:
    stages = tuple(_stage(compiler, stage, depth) for stage in node.stages or ())
    return _Step(node, order(compiler, node, depth) if node.type == "sort" else compiler.compile(node, depth + 1), stages)


def _stage(compiler: Compiler, stage: Node, depth: int) -> Filter:
    return _filter(compiler, stage.expr, depth) if stage.type == "filter" else _index(stage.value)


def _index(variable: str) -> Filter:
    """`#$variable` behind a predicate: binds the position."""

    def bind(tuples: Value, frame: Frame) -> Value:
        numbered = Sequence({**one, variable: position} for position, one in enumerate(tuples))
        numbered.tuple_stream = True
        return numbered

    return bind


def _items_step(step: _Step, items: Value, frame: Frame) -> Value:
    if step.node.type == "sort":
        return _staged(step, step.evaluate(items, frame), frame)
    return _flat(_results(step, items, frame), frame)


def _last_step(step: _Step, items: Value, frame: Frame) -> Value:
    """The last step's result, where it is one array of the data, is that array itself."""
    if step.node.type == "sort":
        return _staged(step, step.evaluate(items, frame), frame)
    results = _results(step, items, frame)
    if len(results) == 1 and isinstance(results[0], list) and type(results[0]) is not Sequence:
        return results[0]
    return _flat(results, frame)


def _results(step: _Step, items: Value, frame: Frame) -> list[Value]:
    frame.run.step(len(items))
    evaluate, stages = step.evaluate, step.stages
    results = []
    for item in items:
        result = evaluate(item, frame)
        for stage in stages:
            result = stage(result, frame)
        if result is not MISSING:
            results.append(result)
    return results


def _flat(results: list[Value], frame: Frame) -> Sequence:
    flat = Sequence()
    room = frame.run.room
    for result in results:
        if isinstance(result, list) and type(result) is not Cons:
            room(len(flat) + len(result) if len(result) > 64 else len(result))
            flat.extend(result)
        else:
            flat.append(result)
    room(len(flat))
    return flat


def _staged(step: _Step, found: Value, frame: Frame) -> Value:
    for stage in step.stages:
        found = stage(found, frame)
    return found


def _tuple_step(step: _Step, items: Value, tuples: list[Tuple] | None, frame: Frame) -> Value:
    node = step.node
    if node.type == "sort":
        if tuples is not None:
            return _staged(step, step.evaluate(tuples, frame), frame)
        ordered = Sequence({"@": item, **({} if node.index is None else {node.index: index})} for index, item in enumerate(step.evaluate(items, frame)))
        ordered.tuple_stream = True
        return _staged(step, ordered, frame)
    stream = Sequence()
    stream.tuple_stream = True
    if tuples is None:
        tuples = [{"@": item} for item in items]
    frame.run.room(len(tuples))
    for one in tuples:
        result = step.evaluate(one["@"], frame_of(one, frame))
        if result is MISSING:
            continue
        streamed = type(result) is Sequence and result.tuple_stream
        for index, item in enumerate(result if isinstance(result, list) else [result]):
            stream.append({**one, **item} if streamed else _tuple(node, one, item, index))
        frame.run.step(len(stream) >> 6)
    return _staged(step, stream, frame)


def _tuple(node: Node, one: Tuple, item: Value, index: int) -> Tuple:
    following = {**one, "@": one["@"], node.focus: item} if node.focus is not None else {**one, "@": item}
    if node.index is not None:
        following[node.index] = index
    if node.ancestor is not None:
        following[node.ancestor.label] = one["@"]
    return following


def filtered(compiler: Compiler, evaluator: Evaluator, predicates: Iterable[Node], depth: int) -> Evaluator:
    """A node's result behind its predicates."""
    stages = tuple(_filter(compiler, predicate, depth) for predicate in predicates)

    def evaluate(context: Value, frame: Frame) -> Value:
        result = evaluator(context, frame)
        for stage in stages:
            result = stage(result, frame)
        return result

    return evaluate


def _filter(compiler: Compiler, predicate: Node, depth: int) -> Filter:
    if predicate.type == "number":
        return _at(predicate.value // 1)
    condition = compiler.compile(predicate, depth + 1)

    def keep(value: Value, frame: Frame) -> Value:
        items = value if isinstance(value, list) else [value]
        streaming = type(value) is Sequence and value.tuple_stream
        kept = Sequence()
        if streaming:
            kept.tuple_stream = True
        size = len(items)
        frame.run.step(size)
        for index, item in enumerate(items):
            result = condition(item["@"], frame_of(item, frame)) if streaming else condition(item, frame)
            if type(result) is bool:
                if result:
                    kept.append(item)
            elif is_numeric(result):
                if _place(result, size) == index:
                    kept.append(item)
            elif is_array_of_numbers(result):
                frame.run.step(len(result) >> 4)
                kept.extend(item for place in result if _place(place, size) == index)
            elif boolean(result) is True:
                kept.append(item)
        return kept

    return keep


def _place(number: float, size: int) -> float:
    whole = number // 1
    return whole + size if whole < 0 else whole


def _at(place: float) -> Filter:
    """`[3]`: the member at a place, from the end for a negative one."""

    def pick(value: Value, frame: Frame) -> Value:
        items = value if isinstance(value, list) else [value]
        kept = Sequence()
        if type(value) is Sequence and value.tuple_stream:
            kept.tuple_stream = True
        index = int(place) + len(items) if place < 0 else int(place)
        if 0 <= index < len(items) and items[index] is not MISSING:
            if isinstance(items[index], list):
                return items[index]
            kept.append(items[index])
        return kept

    return pick


def name(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    key = node.value
    return lambda context, frame: context.get(key, MISSING) if type(context) is dict else member(context, key)


def wildcard(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    def evaluate(context: Value, frame: Frame) -> Value:
        if type(context) is Sequence and context.outer_wrapper and context:
            context = context[0]
        values = context.values() if type(context) is dict else context if isinstance(context, list) else ()
        found: Value = Sequence()
        for value in values:
            if isinstance(value, list):
                flat: list[Value] = []
                _flatten(value, flat)
                found = [*found, *flat]  # no sequence any more, as in jsonata.js
            else:
                found.append(value)
        frame.run.room(len(found))
        return found

    return evaluate


def _flatten(value: Value, flat: list[Value]) -> None:
    for item in value:
        if isinstance(item, list):
            _flatten(item, flat)
        else:
            flat.append(item)


def descendant(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    def evaluate(context: Value, frame: Frame) -> Value:
        if context is MISSING:
            return MISSING
        found = Sequence()
        _descend(context, found)
        frame.run.room(len(found))
        return found[0] if len(found) == 1 else found

    return evaluate


def _descend(value: Value, found: Sequence) -> None:
    if isinstance(value, list):
        for item in value:
            _descend(item, found)
        return
    found.append(value)
    if type(value) is dict:
        for item in value.values():
            _descend(item, found)
