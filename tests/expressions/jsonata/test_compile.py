"""The language, as jsonata.js 2.0.6 has it: above all where ports of it go wrong."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.expressions.jsonata import evaluate_bare
from asl_engine.expressions.jsonata.runtime import InternalFault, JsonataError
from asl_engine.values import MISSING

DATA: Any = {
    "order": [{"id": "a", "price": 3, "tags": ["x"]}, {"id": "b", "price": 1, "tags": []}, {"id": "a", "price": 2, "tags": ["y", "z"]}],
    "one": [{"v": 7}],
    "none": None,
    "nulls": [None, 1],
    "nest": [[1, 2], [3]],
}


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("order.price", [3, 1, 2]),
        ("one.v", 7),
        ("one", [{"v": 7}]),
        ("one.v[]", [7]),
        ("order[price > 1].id", ["a", "a"]),
        ("order[0].id", "a"),
        ("order[-1].price", 2),
        ("order.tags", ["x", "y", "z"]),
        ("nest", [[1, 2], [3]]),
        ("nest.$", [1, 2, 3]),
        ("nest[0]", [1, 2]),
        ("order^(price).price", [1, 2, 3]),
        ("order^(id, >price).price", [3, 2, 1]),
        ("order{id: $sum(price)}", {"a": 5, "b": 1}),
        ("order.{'k': id}", [{"k": "a"}, {"k": "b"}, {"k": "a"}]),
        ("order#$i[price < 3].$i", [1, 2]),
        ("order@$o.{'of': $o.id, 'first': $o.tags[0]}", [{"of": "a", "first": "x"}, {"of": "b"}, {"of": "a", "first": "y"}]),
        ("order.tags.%.price", [3, 2, 2]),
        ("order.*[$type($) = 'number']", [3, 1, 2]),
        ("**.v", 7),
        ("[1..3]", [1, 2, 3]),
        ("[1, [2, 3], 4]", [1, [2, 3], 4]),
        ("[nest]", [[1, 2], [3]]),
        ("{'a': nope, 'b': 1}", {"b": 1}),
        ("none", None),
        ("nulls.$", [None, 1]),
        ("$type(none)", "null"),
        ("nope = nope", False),
        ("1 = 1.0", True),
        ("true in [1]", False),
        ("1 in [1, 2]", True),
        ("'a' & 1 & true & none & nope & [1]", "a1truenull[1]"),
        ("5 % 3", 2),
        ("5.5 % 2", 1.5),
        ("6 / 2", 3),
        ("0.1 + 0.2", 0.30000000000000004),
        ("9007199254740993 + 0", 9007199254740992),
        ("1/0", "Infinity"),
        ("[-1/0]", ["-Infinity"]),
        ("{'k': 0/0}", {"k": "NaN"}),
        ("1 < 2 and 'a' < 'b'", True),
        ("false and $error('no')", False),
        ("true or $error('no')", True),
        ("true ? 1 : 2", 1),
        ("false ? 1", MISSING),
        ("($x := 1; ($x := 2; $x); $x)", 1),
        ("($f := function($x, $y){ $x + $y }; $g := $f(?, 10); $g(1))", 11),
        ("$map([1, 2], $string)", ["1", "2"]),
        ("[3, 1] ~> $sort ~> $reverse", [3, 1]),
        ("($twice := $uppercase ~> $trim; $twice(' a '))", "A"),
        ("function($x)<n:n>{ $x }(1)", 1),
        ("($f := function($n, $a){ $n = 0 ? $a : $f($n - 1, $a + $n) }; $f(1000, 0))", 500500),
        ("1 /* a comment at the end */", 1),
        ("`none`", None),
        ("$$.none", None),
    ],
)
def test_an_expression_means(expression: str, result: Any) -> None:
    assert evaluate_bare(expression, DATA) == result or (result is MISSING and evaluate_bare(expression, DATA) is MISSING)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("order.price + 1", "T2001"),
        ("none + 1", "T2001"),
        ("{'a': 1, 'a': 2}", "D1009"),
        ("{1: 2}", "T1003"),
        ("sum(1)", "T1005"),
        ("1 ~> 2", "T2006"),
        ("$nope(?)", "T1008"),
        ("order^($)", "T2008"),
        ("[1.5..2]", "T2003"),
        ("(1/0) + 1", "D1001"),
        ("$string(1/0)", "D3001"),
        ("$ ~> |order|1|", "T2011"),
        ("none < 1", "T2010"),
    ],
)
def test_an_error_has_its_code(expression: str, code: str) -> None:
    with pytest.raises(JsonataError) as caught:
        evaluate_bare(expression, DATA)
    assert caught.value.code == code


def test_whole_numbers_are_ints_and_others_floats() -> None:
    assert type(evaluate_bare("4 / 2")) is int
    assert type(evaluate_bare("1.5 * 2")) is int
    assert type(evaluate_bare("1 / 4")) is float
    assert type(evaluate_bare("1e300 * 10")) is float


def test_a_whole_number_of_the_data_is_kept_to_the_last_digit() -> None:
    assert evaluate_bare("id", {"id": 9223372036854775807}) == 9223372036854775807


def test_what_javascript_would_stumble_over_is_an_internal_fault() -> None:
    with pytest.raises(InternalFault):
        evaluate_bare("$substring(?, 1)(1)")


def test_an_array_as_data_is_one_input() -> None:
    assert evaluate_bare("$", [1]) == [1]
    assert evaluate_bare("$count($)", [1, 2]) == 2
    assert evaluate_bare("[0]", [5]) == [0]
