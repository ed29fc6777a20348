"""JSONata as AWS runs it: `{% ... %}` compiled into functions of `$states.input` and the scope.

`compile_expression` and `compile_typed` make an `Evaluate`; `analyse` reads what an expression refers to; `evaluate_bare`
runs one against a context of its own, as plain JSONata does. Behind them: `repairs` parses with the library,
`compile` makes closures of the tree, `texts` words the failures.
Source: AWS, "Transforming data with JSONata"; recorded executions; jsonata.js 2.0.6. This module knows JSON, not states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from asl_engine.expressions import Evaluate, Scope
from asl_engine.expressions.jsonata.analysis import Facts, facts_of
from asl_engine.expressions.jsonata.compile import body_of
from asl_engine.expressions.jsonata.functions import FUNCTIONS
from asl_engine.expressions.jsonata.repairs import SyntaxFault, parse, recursion
from asl_engine.expressions.jsonata.results import finisher, plain
from asl_engine.expressions.jsonata.runtime import (
    AWS_BOUNDS,
    STACK_OVERFLOW,
    Body,
    BoundReached,
    Bounds,
    Frame,
    InternalFault,
    JsonataError,
    Run,
    Sequence,
    Value,
    is_function,
)
from asl_engine.expressions.jsonata.texts import fail, nothing, unexpected, unsupported, wrong_expression
from asl_engine.values import MISSING, Json, Missing, json_text, kind_of

__all__ = ["Facts", "analyse", "compile_expression", "compile_typed", "delimiter_error", "evaluate_bare", "is_expression", "unwrap"]

OPENING, CLOSING = "{%", "%}"

EVALUATION_RECURSION = 20_000
"""Python frames for data and functions nested far deeper than any of AWS's."""


def is_expression(text: str) -> bool:
    """Whether a string is an expression: it begins with `{%` and ends with `%}`, with nothing outside."""
    return len(text) >= 4 and text.startswith(OPENING) and text.endswith(CLOSING)


def unwrap(text: str) -> str:
    """The expression between the delimiters, trimmed, as causes print it."""
    return text[2:-2].strip()


def delimiter_error(text: str) -> str | None:
    """What is wrong with a string that has one delimiter of an expression but not the other; None if nothing is."""
    if is_expression(text) or text.startswith(OPENING) is text.endswith(CLOSING) is False:
        return None
    missing = CLOSING if text.startswith(OPENING) else OPENING
    return f"The JSONata expression is missing the delimiter '{missing}'"


def analyse(text_with_delimiters: str) -> Facts:
    """What an expression refers to. Raises `ExpressionError` with AWS's message for a text that is none."""
    return facts_of(unwrap(text_with_delimiters))


def compile_expression(text_with_delimiters: str, location: str) -> Evaluate:
    """The function of an expression in a field. `location` names the field as AWS does: `Output/a/b[0]`.

    Raises `ExpressionError` now for what is no expression; the function raises `Failure` States.QueryEvaluationError for an
    evaluation that fails, and for one that gives nothing or a function.
    """
    expression = unwrap(text_with_delimiters)
    evaluate = _compiled(expression)

    def value_of(data: Json, scope: Scope) -> Json:
        try:
            value = evaluate(data, scope)
        except (JsonataError, BoundReached, InternalFault) as error:
            fail(expression, location, error)
        if value is MISSING:
            raise nothing(expression, location)
        if is_function(value):
            raise unsupported(expression, location)
        return value  # type: ignore[no-any-return]

    return value_of


def compile_typed(text_with_delimiters: str, location: str, expected: str) -> Evaluate:
    """The same, for a field that takes only one type: array, object, string, boolean, number, integer, or "array or object"."""
    expression = unwrap(text_with_delimiters)
    evaluate = compile_expression(text_with_delimiters, location)
    accepted = frozenset(expected.split(" or "))

    def value_of(data: Json, scope: Scope) -> Json:
        value = evaluate(data, scope)
        kind = kind_of(value)
        if kind in accepted or (kind == "number" and "integer" in accepted and value == math.floor(value)):  # type: ignore[arg-type]
            return value
        raise unexpected(expression, location, expected, kind, json_text(value))

    return value_of


def evaluate_bare(
    expression: str, data: Json | Missing = MISSING, bindings: Mapping[str, Json] | None = None, *, bounds: Bounds = AWS_BOUNDS
) -> Json | Missing:
    """Plain JSONata: `expression` without delimiters, `$` is `data`, `bindings` are variables. MISSING is undefined.

    Raises `ExpressionError`, `JsonataError`, `BoundReached` or `InternalFault`.
    """
    body = _body(expression, bounds.depth)
    run = Run(bounds, Scope())
    context: Value = data
    if isinstance(data, list):
        context = Sequence([data])
        context.outer_wrapper = True
    result: Json | Missing = _finished(body, context, Frame({**(bindings or {}), "$": data}, Frame(FUNCTIONS, None, run), run))
    return result


@lru_cache(maxsize=4096)
def _body(expression: str, depth: int) -> Body:
    try:
        return body_of(parse(expression), depth)
    except SyntaxFault as fault:
        raise wrong_expression(fault) from fault
    except RecursionError:
        raise wrong_expression(SyntaxFault("nesting", 0)) from None


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Callable[[Json, Scope], Value]:
    """(data, scope) -> value or MISSING, a function at worst; raises what evaluations raise."""
    body = _body(expression, AWS_BOUNDS.depth)
    facts = facts_of(expression)
    wanted = frozenset(("input", "result", "errorOutput", "context")) if facts.whole_states else facts.states_members
    only_input = wanted == {"input"}
    used = tuple(facts.variables)
    finish = finisher(parse(expression)) if ":=" not in expression else plain

    def evaluate(data: Json, scope: Scope) -> Value:
        run = Run(AWS_BOUNDS, scope)
        names: dict[str, Value] = {}
        if used:
            variables = scope.variables
            for name in used:
                if name in variables:
                    names[name] = variables[name]
        if only_input:
            names["states"] = {"input": data}
        elif wanted:
            names["states"] = _states(wanted, data, scope)
        return _finished(body, MISSING, Frame(names, Frame(FUNCTIONS, None, run), run), finish)

    return evaluate


def _states(wanted: frozenset[str], data: Json, scope: Scope) -> dict[str, Json]:
    """The reserved variable. The Context object is built only for who asks."""
    states: dict[str, Json] = {}
    if "input" in wanted:
        states["input"] = data
    if "result" in wanted and not isinstance(scope.result, Missing):
        states["result"] = scope.result
    if "errorOutput" in wanted and not isinstance(scope.error, Missing):
        states["errorOutput"] = scope.error
    if "context" in wanted:
        states["context"] = scope.context
    return states


def _finished(body: Body, context: Value, frame: Frame, finish: Callable[[Value], Value] = plain) -> Value:
    """Runs a body. What overflows Python's stack is run again with more of it: AWS's bound decides, not who called us how deep."""
    try:
        return finish(body.run(context, frame))
    except RecursionError:
        try:
            frame.run.base = 0
            with recursion(EVALUATION_RECURSION):
                return finish(body.run(context, frame))
        except RecursionError:
            raise BoundReached(STACK_OVERFLOW) from None
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, MemoryError):
        # A native that is applied partially checks no argument: where JavaScript throws an error of its own, so does Python.
        raise InternalFault from None
