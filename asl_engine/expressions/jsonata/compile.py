"""Compiles the tree of an expression to closures, once; an evaluation then only calls them.

A closure takes the context (what `$` stands for) and the frame (the names), as jsonata.js's evaluate does, and answers as
it does. Depth is AWS's bound of 100 nested evaluations: how deep a node stands in its expression or function body is known
here, so a body is compiled *plain* when it cannot get too deep and *careful* (every node asks) when a call makes that
possible. Source of the rules: jsonata.js 2.0.6. This module knows neither AWS nor states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from asl_engine.expressions.jsonata import paths as paths
from asl_engine.expressions.jsonata.calls import UNBOUND, call, partially
from asl_engine.expressions.jsonata.collections import clone, truthy
from asl_engine.expressions.jsonata.grouping import grouped, grouping
from asl_engine.expressions.jsonata.operators import ACCOUNTED, BINARY, negate
from asl_engine.expressions.jsonata.regex import regex_function
from asl_engine.expressions.jsonata.repairs import Node, parse
from asl_engine.expressions.jsonata.runtime import (
    STACK_OVERFLOW,
    Body,
    BoundReached,
    Cons,
    Evaluator,
    Frame,
    InternalFault,
    JsonataError,
    Lambda,
    Native,
    Run,
    Sequence,
    Thunk,
    Value,
    boolean,
    is_array_of_strings,
    is_function,
)
from asl_engine.expressions.jsonata.signature import Signature
from asl_engine.values import MISSING

_TRANSFORM: Final = Signature.of("<(oa):o>")
_CHAIN: Final = "function($f, $g) { function($x){ $g($f($x)) } }"


def body_of(node: Node, bound: int) -> Body:
    """An expression, or the body of a lambda, ready to run. `bound` is the depth no evaluation can pass anyway."""
    plain = Compiler(bound)
    evaluator = plain.compile(node, 1)
    return Body(evaluator, plain.deepest, lambda: _Careful(bound).compile(node, 1))


class Compiler:
    """Compiles one body. `deepest` is how far its nodes are nested."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.deepest = 0

    def compile(self, node: Node, depth: int) -> Evaluator:
        self.deepest = max(self.deepest, depth)
        if depth > self.bound:
            return _overflow
        evaluator = _COMPILERS[node.type](self, node, depth)
        if node.predicate is not None:
            evaluator = paths.filtered(self, evaluator, [stage.expr for stage in node.predicate], depth)
        if node.type != "path" and node.group is not None:
            evaluator = grouped(evaluator, grouping(self, node.group, depth))
        if node.type in _MAKES_SEQUENCES or node.predicate is not None or node.value == "..":
            evaluator = _unwrapped(evaluator, node)
        return self.guarded(evaluator, depth)

    def guarded(self, evaluator: Evaluator, depth: int) -> Evaluator:
        return evaluator

    def body(self, node: Node) -> Body:
        return body_of(node, self.bound)


class _Careful(Compiler):
    """Compiles a body whose every node checks how deep it is."""

    def guarded(self, evaluator: Evaluator, depth: int) -> Evaluator:
        def evaluate(context: Value, frame: Frame) -> Value:
            if frame.run.base + depth > frame.run.bounds.depth:
                raise BoundReached(STACK_OVERFLOW)
            return evaluator(context, frame)

        return evaluate


def _overflow(context: Value, frame: Frame) -> Value:
    raise BoundReached(STACK_OVERFLOW)


def _unwrapped(evaluator: Evaluator, node: Node) -> Evaluator:
    """A sequence of one is its member, an empty one is undefined; `[]` behind a node keeps a single member an array."""
    keep = bool(node.keep_array)

    def evaluate(context: Value, frame: Frame) -> Value:
        result = evaluator(context, frame)
        if type(result) is Sequence and not result.tuple_stream:
            if keep:
                result.keep_singleton = True
            if not result:
                return MISSING
            if len(result) == 1 and not result.keep_singleton:
                return result[0]
        return result

    return evaluate


def _literal(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    value = node.value
    return lambda context, frame: value


def _variable(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    name = node.value
    if name == "":
        return lambda context, frame: context[0] if type(context) is Sequence and context.outer_wrapper else context
    return lambda context, frame: frame.lookup(name)


def _parent(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    slot = node.slot
    return lambda context, frame: frame.lookup(slot.label)  # the label may be shared later on, so it is not taken yet


def _regex(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    function = regex_function(node.value, node.position)
    return lambda context, frame: function


def _binary(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    sign = node.value
    left, right = compiler.compile(node.lhs, depth + 1), compiler.compile(node.rhs, depth + 1)
    if sign == "and":
        right = _claimed(right, sign)
        return lambda context, frame: boolean(left(context, frame)) is True and boolean(right(context, frame)) is True
    if sign == "or":
        right = _claimed(right, sign)
        return lambda context, frame: boolean(left(context, frame)) is True or boolean(right(context, frame)) is True
    accounted = ACCOUNTED.get(sign)
    if accounted is not None:
        return lambda context, frame: accounted(frame.run, left(context, frame), right(context, frame))
    operate = BINARY[sign]
    return lambda context, frame: operate(left(context, frame), right(context, frame))


def _claimed(evaluator: Evaluator, sign: str) -> Evaluator:
    """jsonata.js puts its sign on whatever error the right side of `and` and `or` raises."""

    def evaluate(context: Value, frame: Frame) -> Value:
        try:
            return evaluator(context, frame)
        except JsonataError as error:
            error.fields["token"] = sign
            raise

    return evaluate


def _unary(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    if node.value == "-":
        operand = compiler.compile(node.expression, depth + 1)
        return lambda context, frame: negate(operand(context, frame))
    if node.value == "{":
        return grouping(compiler, node, depth)
    return _array(compiler, node, depth)


def _array(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    items = tuple((item.value == "[", compiler.compile(item, depth + 1)) for item in node.expressions)
    make = Cons if node.consarray else list

    def evaluate(context: Value, frame: Frame) -> Value:
        result: list[Value] = make()
        for nested, item in items:
            value = item(context, frame)
            if value is MISSING:
                continue
            if not nested and isinstance(value, list):
                frame.run.room(len(value))
                result.extend(value)
            else:
                result.append(value)
        return result

    return evaluate


def _condition(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    condition, then = compiler.compile(node.condition, depth + 1), compiler.compile(node.then, depth + 1)
    if node._else is None:
        return lambda context, frame: then(context, frame) if boolean(condition(context, frame)) is True else MISSING
    otherwise = compiler.compile(node._else, depth + 1)
    return lambda context, frame: then(context, frame) if boolean(condition(context, frame)) is True else otherwise(context, frame)


def _block(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    expressions = tuple(compiler.compile(expression, depth + 1) for expression in node.expressions)

    def evaluate(context: Value, frame: Frame) -> Value:
        inner = Frame({}, frame, frame.run)
        result = MISSING
        for expression in expressions:
            result = expression(context, inner)
        return result

    return evaluate


def _bind(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    name = node.lhs.value
    value = compiler.compile(node.rhs, depth + 1)

    def evaluate(context: Value, frame: Frame) -> Value:
        result = frame.names[name] = value(context, frame)
        return result

    return evaluate


def _function(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    invoke = _invocation(compiler, node, depth)
    return lambda context, frame: invoke(context, frame, ())


def _invocation(compiler: Compiler, node: Node, depth: int) -> Callable[[Value, Frame, tuple[Value, ...]], Value]:
    """A call; the last parameter are arguments that come before the written ones (`~>`)."""
    procedure = compiler.compile(node.procedure, depth + 1)
    arguments = tuple(compiler.compile(argument, depth + 1) for argument in node.arguments)
    name = _name_of(node.procedure)
    bare = node.procedure.type == "path"

    def invoke(context: Value, frame: Frame, first: tuple[Value, ...]) -> Value:
        function = procedure(context, frame)
        if function is MISSING and bare and truthy(frame.lookup(name)):
            raise JsonataError("T1005", token=name)
        given = [*first, *(argument(context, frame) for argument in arguments)]
        run = frame.run
        base = run.base
        run.base = base + depth
        try:
            result = call(run, function, given, context)
        except JsonataError as error:
            error.fields.setdefault("token", name)
            raise
        run.base = base
        return result

    return invoke


def _name_of(procedure: Node) -> Value:
    """What messages call the function by."""
    name = procedure.steps[0].value if procedure.type == "path" else procedure.value
    return MISSING if name is None else name


def _apply(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    left = compiler.compile(node.lhs, depth + 1)
    if node.rhs.type == "function":
        invoke = _invocation(compiler, node.rhs, depth)
        return lambda context, frame: invoke(context, frame, (left(context, frame),))
    right = compiler.compile(node.rhs, depth + 1)
    name = node.rhs.value if node.rhs.type == "variable" else MISSING
    chain = compiler.compile(parse(_CHAIN), depth + 1)

    def evaluate(context: Value, frame: Frame) -> Value:
        value = left(context, frame)
        function = right(context, frame)
        if not is_function(function):
            raise JsonataError("T2006", value=function)
        run = frame.run
        base = run.base
        run.base = base + depth
        try:
            result = call(run, chain(None, frame), (value, function)) if is_function(value) else call(run, function, (value,))
        except JsonataError as error:
            error.fields.setdefault("token", name)
            raise
        run.base = base
        return result

    return evaluate


def _partial(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    procedure = compiler.compile(node.procedure, depth + 1)
    arguments = tuple(None if argument.type == "operator" else compiler.compile(argument, depth + 1) for argument in node.arguments)
    name = _name_of(node.procedure)
    bare = node.procedure.type == "path"

    def evaluate(context: Value, frame: Frame) -> Value:
        given = [UNBOUND if argument is None else argument(context, frame) for argument in arguments]
        function = procedure(context, frame)
        if function is MISSING and bare and truthy(frame.lookup(name)):
            raise JsonataError("T1007", token=name)
        try:
            return partially(function, given, frame.run)
        except JsonataError as error:
            error.fields.setdefault("token", name)
            raise

    return evaluate


def _lambda(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    if node.thunk:
        return _thunk(compiler, node.body)
    parameters = tuple(parameter.value for parameter in node.arguments)
    signature = None if node.signature is None else Signature.written(node.signature)
    body = compiler.body(node.body)
    return lambda context, frame: Lambda(parameters, signature, body, context, frame)


def _thunk(compiler: Compiler, node: Node) -> Evaluator:
    procedure = compiler.compile(node.procedure, 1)
    arguments = tuple(compiler.compile(argument, 1) for argument in node.arguments)
    name = _name_of(node.procedure)
    return lambda context, frame: Thunk(procedure, arguments, name, context, frame)


def _transform(compiler: Compiler, node: Node, depth: int) -> Evaluator:
    pattern, update = compiler.body(node.pattern), compiler.body(node.update)
    delete = None if node.delete is None else compiler.body(node.delete)

    def evaluate(context: Value, frame: Frame) -> Value:
        def transform(run: Run, value: Value = MISSING) -> Value:
            if value is MISSING:
                return MISSING
            if not is_function(frame.lookup("clone")):
                raise JsonataError("T2013")
            result = clone(run, value)
            matches = pattern.run(result, frame)
            for match in matches if isinstance(matches, list) else [] if matches is MISSING else [matches]:
                _update(match, update.run(match, frame))
                if delete is not None:
                    _delete(match, delete.run(match, frame))
            return result

        return Native(transform, _TRANSFORM, 1)

    return evaluate


def _update(match: Value, update: Value) -> None:
    if update is MISSING:
        return
    if type(update) is not dict:
        raise JsonataError("T2011", value=update)
    if type(match) is dict:  # a member of the clone, which nobody else has
        match.update(update)
    elif update and not isinstance(match, list):
        raise InternalFault


def _delete(match: Value, names: Value) -> None:
    if names is MISSING:
        return
    wanted = names if isinstance(names, list) else [names]
    if not is_array_of_strings(wanted):
        raise JsonataError("T2012", value=names)
    if type(match) is dict:
        for name in wanted:
            match.pop(name, None)


_COMPILERS: Final[dict[str, Callable[[Compiler, Node, int], Evaluator]]] = {
    "path": paths.path,
    "binary": _binary,
    "unary": _unary,
    "name": paths.name,
    "string": _literal,
    "number": _literal,
    "value": _literal,
    "wildcard": paths.wildcard,
    "descendant": paths.descendant,
    "parent": _parent,
    "condition": _condition,
    "block": _block,
    "bind": _bind,
    "regex": _regex,
    "function": _function,
    "variable": _variable,
    "lambda": _lambda,
    "partial": _partial,
    "apply": _apply,
    "transform": _transform,
}

_MAKES_SEQUENCES: Final = frozenset(("path", "name", "wildcard", "descendant", "function", "apply", "variable", "parent"))
