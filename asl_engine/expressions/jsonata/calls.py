"""Calling functions: lambdas, natives, partial application, and the loop that keeps tail calls from nesting.

Source: jsonata.js 2.0.6, apply, applyProcedure, partialApplyProcedure. This module knows the shape of a function, not the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Many
from typing import Final

from asl_engine.expressions.jsonata.runtime import Body, Frame, JsonataError, Lambda, Native, Run, Thunk, Value
from asl_engine.values import MISSING


class Unbound:
    """The `?` of a partial application: an argument that is still to come."""


UNBOUND: Final = Unbound()


def call(run: Run, function: Value, arguments: Many[Value], context: Value = None) -> Value:
    """Calls `function`. `context` stands in for a missing first argument where the signature allows it.

    Raises T1006 for what is no function.
    """
    result = _once(run, function, arguments, context)
    while type(result) is Thunk:
        tail, frame = result, result.frame
        function = tail.procedure(tail.context, frame)
        try:
            result = _once(run, function, [argument(tail.context, frame) for argument in tail.arguments], context)
        except JsonataError as error:
            error.fields.setdefault("token", tail.name)
            raise
    return result


def _once(run: Run, function: Value, arguments: Many[Value], context: Value) -> Value:
    run.step()
    if type(function) is Lambda:
        if function.signature is not None:
            arguments = function.signature.arguments(arguments, context)
        names = dict(zip(function.parameters, arguments, strict=False))
        if len(names) < len(function.parameters):
            names |= {name: MISSING for name in function.parameters if name not in names}
        return function.body.run(function.context, Frame(names, function.frame, run))
    if type(function) is Native:
        if function.signature is not None:
            arguments = function.signature.arguments(arguments, context)
        elif function.parameters is not None:
            arguments = arguments[: function.parameters]
        for argument in arguments:
            if isinstance(argument, list):
                run.step(len(argument) >> 5)
            elif type(argument) is str:
                run.step(len(argument) >> 10)
        result = function.call(run, *arguments)
        if isinstance(result, list):
            run.room(len(result))
        elif type(result) is str:
            run.hold(result)
        return result
    raise JsonataError("T1006")


def partially(function: Value, arguments: Many[Value], run: Run) -> Lambda:
    """`function` with the given arguments bound; those that are UNBOUND are the new function's parameters.

    A native so wrapped no longer checks its arguments, as in jsonata.js. Raises T1008 for what is no function.
    """
    if type(function) is Native:
        parameters = tuple(f" {index}" for index in range(function.parameters or len(arguments)))
        body, frame, context = _native_body(function.call, parameters), Frame({}, None, run), None
    elif type(function) is Lambda:
        parameters, body, frame, context = function.parameters, function.body, function.frame, function.context
    else:
        raise JsonataError("T1008")
    names: dict[str, Value] = {}
    unbound = []
    for index, name in enumerate(parameters):
        argument = arguments[index] if index < len(arguments) else MISSING
        if argument is UNBOUND:
            unbound.append(name)
        else:
            names[name] = argument
    return Lambda(tuple(unbound), None, body, context, Frame(names, frame, run))


def _native_body(native: Callable[..., Value], parameters: tuple[str, ...]) -> Body:
    def evaluate(context: Value, frame: Frame) -> Value:
        return native(frame.run, *map(frame.lookup, parameters))

    return Body(evaluate, 0, lambda: evaluate)


def mapped(run: Run, function: Value, triples: Iterable[tuple[Value, Value, Value]]) -> Iterator[Value]:
    """The results of `function` for each (item, index or key, whole): it is given as many of the three as it takes."""
    wanted = min(max(arity_of(function), 1), 3)
    for triple in triples:
        yield call(run, function, triple[:wanted])


def arity_of(function: Value) -> int:
    return int(function.arity)
