"""What a path does with all its items at once: group them by a key, and put them in order. Source: jsonata.js 2.0.6.

Both work on items and on tuples, the objects a path carries that binds variables (`@` is the item).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from asl_engine.expressions.jsonata.collections import merge_sorted
from asl_engine.expressions.jsonata.repairs import Node
from asl_engine.expressions.jsonata.runtime import Evaluator, Frame, InternalFault, JsonataError, Sequence, Value, append, before
from asl_engine.values import MISSING

if TYPE_CHECKING:
    from asl_engine.expressions.jsonata.compile import Compiler

Tuple: TypeAlias = dict[str, Value]


def frame_of(one: Tuple, frame: Frame) -> Frame:
    return Frame(dict(one), frame, frame.run)


class _Group(NamedTuple):
    """A key that was found: by which pair of the constructor, and for which items."""

    pair: int
    data: Value


def grouping(compiler: Compiler, node: Node, depth: int) -> Callable[[Value, Frame], Value]:
    """`{key: value, ...}` applied to a sequence: items with the same key are one group, the value is evaluated for the group."""
    pairs = tuple((compiler.compile(key, depth + 1), compiler.compile(value, depth + 1)) for key, value in node.lhs_object)

    def group(value: Value, frame: Frame) -> Value:
        streaming = type(value) is Sequence and value.tuple_stream
        items = (value if isinstance(value, list) else [value]) or [MISSING]
        if streaming and items[0] is MISSING:
            raise InternalFault  # jsonata.js reads a property of undefined here
        groups: dict[str, _Group] = {}
        many: dict[str, list[Value]] = {}
        frame.run.step(len(items))
        for item in items:
            inner = frame_of(item, frame) if streaming else frame
            context = item["@"] if streaming else item
            for index, (key_of, _) in enumerate(pairs):
                key = key_of(context, inner)
                if key is MISSING:
                    continue
                if type(key) is not str:
                    raise JsonataError("T1003", value=key)
                known = groups.get(key)
                if known is None:
                    groups[key] = _Group(index, item)
                elif known.pair != index:
                    raise JsonataError("D1009", value=key)
                else:
                    _add(many.setdefault(key, _listed(known.data)), item)
        result: dict[str, Value] = {}
        for key, (index, data) in groups.items():
            whole = many.get(key, data)
            value_of = pairs[index][1]
            if streaming:
                merged = _merged(whole)
                context = merged.pop("@")
                found = value_of(context, Frame(merged, frame, frame.run))
            else:
                found = value_of(whole, frame)
            if found is not MISSING:
                result[key] = found
        return result

    return group


def _listed(value: Value) -> list[Value]:
    return [] if value is MISSING else list(value) if isinstance(value, list) else [value]


def _add(items: list[Value], item: Value) -> None:
    if isinstance(item, list):
        items.extend(item)
    elif item is not MISSING:
        items.append(item)


def _merged(tuples: Value) -> Tuple:
    """The tuples of a group as one: what differs becomes an array."""
    if not isinstance(tuples, list):
        return dict(tuples)
    merged = dict(tuples[0])
    for one in tuples[1:]:
        for key, value in one.items():
            merged[key] = append(merged.get(key, MISSING), value)
    return merged


def grouped(evaluator: Evaluator, group: Callable[[Value, Frame], Value]) -> Evaluator:
    return lambda context, frame: group(evaluator(context, frame), frame)


def order(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    """`^(terms)`: stable; undefined last. Raises T2008 for terms that have no order, T2007 for terms of two kinds."""
    terms = tuple((compiler.compile(term.expression, depth + 1), bool(term.descending)) for term in node.terms)

    def evaluate(items: Value, frame: Frame) -> Value:
        if len(items) <= 1:
            return items
        streaming = type(items) is Sequence and items.tuple_stream

        def swaps(left: Value, right: Value) -> bool:
            frame.run.step()
            here, there = (frame_of(left, frame), frame_of(right, frame)) if streaming else (frame, frame)
            one, other = (left["@"], right["@"]) if streaming else (left, right)
            for term, descending in terms:
                compared = _compared(term(one, here), term(other, there))
                if compared in (_LAST, _FIRST):
                    return compared == _LAST
                if compared:
                    return (compared < 0) if descending else (compared > 0)
            return False

        return merge_sorted(list(items), swaps)

    return evaluate


_LAST: Final = 2
_FIRST: Final = -2


def _compared(left: Value, right: Value) -> int:
    """-1, 0 or 1; an undefined one is `_LAST` whichever the direction."""
    if left is MISSING:
        return 0 if right is MISSING else _LAST
    if right is MISSING:
        return _FIRST
    for side in (left, right):
        if type(side) not in (str, int, float):
            raise JsonataError("T2008", value=side)
    if (type(left) is str) is not (type(right) is str):
        raise JsonataError("T2007", value=left, value2=right)
    if left == right:
        return 0
    return -1 if (before(left, right) if type(left) is str else left < right) else 1
