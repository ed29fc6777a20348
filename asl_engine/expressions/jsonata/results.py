"""A result as JSON. Source: JSON.stringify, which hands jsonata.js's results on; AWS for infinities and NaN.

Data an expression only hands on is shared, not copied, and where the tree shows that (`finisher`) not even looked at: an
Output of `{% $states.input %}` costs the same for any payload. Nothing here writes to a value.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from asl_engine.expressions.jsonata.repairs import Node
from asl_engine.expressions.jsonata.runtime import Value, is_function, number_text, tidy
from asl_engine.values import MISSING


def plain(value: Value) -> Value:
    """No sequences, whole doubles as integers, infinities and NaN as AWS writes them (text).

    Inside, a function is an empty string, as `$string` has it, and a MISSING in an array is null. A MISSING or a function that
    is the whole result stays: who asked decides.
    """
    return value if is_function(value) else _part(value)


def _part(value: Value) -> Value:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return tidy(value) if math.isfinite(value) else number_text(value)
    if kind is dict:
        members = {key: _part(item) for key, item in value.items()}
        return value if all(members[key] is value[key] for key in members) else members
    if isinstance(value, list):
        items = [None if item is MISSING else _part(item) for item in value]
        return value if kind is list and all(left is right for left, right in zip(items, value, strict=True)) else items
    return "" if is_function(value) else value


def shared(value: Value) -> Value:
    """The result of a path into data: a container of it is JSON as it stands."""
    return value if type(value) is dict or type(value) is list else plain(value)


def finisher(tree: Node) -> Callable[[Value], Value]:
    """`plain`, without the walk where the tree shows that a part of the result is data. Not for a tree that binds names."""
    if tree.predicate is None and tree.group is None:
        if _selects(tree):
            return shared
        if tree.type == "unary" and tree.value == "{":
            return _object(tree)
        if tree.type == "condition" and tree._else is not None:
            then, otherwise = finisher(tree.then), finisher(tree._else)
            return then if then is otherwise else plain
    return plain


def _selects(node: Node) -> bool:
    """Whether a node is `$variable` or `$variable.name.name`: a part of the data, whatever it is."""
    steps = node.steps if node.type == "path" else [node]
    if any(step.stages or step.predicate or step.tuple or step.keep_array or step.group for step in steps):
        return False
    return steps[0].type == "variable" and bool(steps[0].value) and all(step.type == "name" for step in steps[1:])


def _object(node: Node) -> Callable[[Value], Value]:
    finishers = {key.value: finisher(value) for key, value in node.lhs_object if key.type == "string"}
    if shared not in finishers.values():
        return plain

    def finish(value: Value) -> Value:
        if type(value) is not dict:
            return plain(value)
        return {key: "" if is_function(item) else finishers.get(key, _part)(item) for key, item in value.items()}

    return finish
