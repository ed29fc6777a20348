"""What holds for every expression: typed errors only, inputs untouched, and the library's own evaluator where it is right."""

from __future__ import annotations

import copy
import math
import sys
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

_limit = sys.getrecursionlimit()
from jsonata import JException, Jsonata  # noqa: E402
from jsonata.utils import Utils  # noqa: E402

sys.setrecursionlimit(_limit)

from asl_engine.chance import Chance  # noqa: E402
from asl_engine.expressions import ExpressionError, Scope  # noqa: E402
from asl_engine.expressions.jsonata import analyse, compile_expression, evaluate_bare  # noqa: E402
from asl_engine.expressions.jsonata.runtime import BoundReached, InternalFault, JsonataError  # noqa: E402
from asl_engine.failures import Failure  # noqa: E402
from asl_engine.values import MISSING, json_text, same_json  # noqa: E402

NAMES = st.sampled_from(["a", "b", "c", "items", "n", "zz"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-50, 50), st.sampled_from([0.5, -2.25]), st.text("ab ", max_size=3))
DATA = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)), max_leaves=12)
OBJECTS = st.dictionaries(NAMES, DATA, max_size=5)

ALPHABET = st.sampled_from([*"abx$.[](){}<>=!?:;,&|+-*/%^@#~'\"`\\ \n012", "$states.input", "function($x){", ":=", "..", "and", "true", "/a+/", "$map", "~>"])
TEXTS = st.lists(ALPHABET, max_size=14).map("".join)

LITERALS = st.one_of(st.integers(-9, 9).map(str), st.sampled_from(['"s"', '""', "true", "false", "null", "1.5"]))
PATHS = st.builds(lambda root, names: ".".join([root, *names]), st.sampled_from(["$states.input", "$v"]), st.lists(NAMES, max_size=3))
SIMPLE = st.recursive(
    st.one_of(LITERALS, PATHS),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "=", "!=", "<", ">=", "&", "and", "or"]), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(lambda items: "{" + ", ".join(f'"k{i}": {item}' for i, item in enumerate(items)) + "}"),
        st.builds("{}({})".format, st.sampled_from(["$count", "$exists", "$not", "$type", "$keys", "$string", "$sum"]), inner),
        st.builds("{}[{}]".format, PATHS, st.integers(-2, 2)),
        st.builds("$map({}, function($x){{ [$x, {}] }})".format, inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_an_expression_or_an_expression_error(text: str) -> None:
    try:
        analyse(f"{{%{text}%}}")
        evaluate = compile_expression(f"{{%{text}%}}", "Output")
    except ExpressionError:
        return
    try:
        json_text(evaluate({"a": [1, {"b": "x"}]}, Scope(chance=Chance(1))))
    except Failure as failure:
        assert failure.error == "States.QueryEvaluationError"


@settings(max_examples=300, deadline=None)
@given(SIMPLE, OBJECTS, DATA)
def test_an_evaluation_gives_json_or_a_failure_and_leaves_its_data_alone(expression: str, data: dict[str, Any], variable: Any) -> None:
    before = copy.deepcopy([data, variable])
    try:
        value = compile_expression(f"{{% {expression} %}}", "Output")(data, Scope(variables={"v": variable}))
        assert_json(value)
    except Failure as failure:
        assert failure.error == "States.QueryEvaluationError"
    assert [data, variable] == before


def assert_json(value: Any) -> None:
    assert type(value) in (type(None), bool, int, float, str, list, dict)
    assert type(value) is not float or (math.isfinite(value) and not (value.is_integer() and abs(value) < 2**63))
    for item in value.values() if type(value) is dict else value if type(value) is list else ():
        assert_json(item)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SIMPLE, OBJECTS)
def test_simple_expressions_mean_what_they_mean_to_the_library(expression: str, data: dict[str, Any]) -> None:
    """Nulls are left out, which the library takes for undefined here and there, and predicates, which it skips on undefined."""
    if has_null(data) or "null" in expression:
        return
    states = {"input": data}
    try:
        ours = evaluate_bare(expression, MISSING, {"states": states, "v": 3})
    except (JsonataError, BoundReached, InternalFault):
        ours = "an error"
    theirs = by_library(expression, {"states": copy.deepcopy(states), "v": 3})
    assert ours is theirs if MISSING in (ours, theirs) or "an error" in (ours, theirs) else same_json(ours, theirs)  # type: ignore[arg-type]


def by_library(expression: str, names: dict[str, Any]) -> Any:
    compiled = Jsonata(expression)
    compiled.set_output_convert_nulls(False)
    try:
        value = compiled.evaluate(None, names)
    except (JException, TypeError, ValueError, ArithmeticError, AttributeError):
        return "an error"
    return MISSING if value is None else Utils.convert_nulls(value)


def has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(has_null, value)))
