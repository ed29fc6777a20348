"""What an expression refers to."""

from __future__ import annotations

import pytest

from asl_engine.expressions import ExpressionError
from asl_engine.expressions.jsonata import analyse


@pytest.mark.parametrize(
    ("expression", "references"),
    [
        ("phone", ("phone",)),
        ("phone.number & name", ("phone", "name")),
        ("$", ("$",)),
        ("$$", ("$$",)),
        ("$.a", ("$",)),
        ("{'a': phone}", ("phone",)),
        ("$map($x, function($v){ phone })", ("phone",)),
        ("sum(1)", ("sum",)),
        ("$states.input.items[price > $.min]", ()),
        ("$states.input.items.price", ()),
        ("$states.input.items^(price){id: price}", ()),
        ("$x.(a + b)", ()),
        ("$x[$$.y]", ("$$",)),
        ("$states.input ~> |items|{'a': b}|", ()),
    ],
)
def test_only_what_reads_the_missing_context_is_a_top_level_reference(expression: str, references: tuple[str, ...]) -> None:
    assert analyse(f"{{% {expression} %}}").top_level_references == references


def test_members_of_states_are_told() -> None:
    facts = analyse("{% $states.input.a & $states.context.Execution.Id %}")
    assert facts.states_members == {"input", "context"}
    assert not facts.whole_states
    assert analyse("{% $string($states) %}").whole_states


@pytest.mark.parametrize(
    ("expression", "variables"),
    [
        ("$x + $y.z", {"x", "y"}),
        ("$states.input & $string($count([]))", set()),
        ("($x := 1; $x + $y)", {"y"}),
        ("($x := $x + 1; $x)", {"x"}),
        ("$map($items, function($v, $i){ $v + $i + $k })", {"items", "k"}),
        ("($f := function($n){ $n = 0 ? 1 : $f($n - 1) }; $f(3))", set()),
        ("$list#$i@$o.{'i': $i, 'o': $o, 'z': $z}", {"list", "z"}),
        ("$nope()", {"nope"}),
    ],
)
def test_variables_are_those_bound_nowhere_in_the_expression(expression: str, variables: set[str]) -> None:
    assert analyse(f"{{% {expression} %}}").variables == variables


def test_built_in_functions_are_told_apart() -> None:
    assert analyse("{% $map($x, $string) %}").functions == {"map", "string"}
    assert "eval" in analyse("{% $eval('1') %}").variables


def test_a_wrong_expression_is_told_with_its_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        analyse("{% $sum([1, 2) %}")
    assert caught.value.aws_code == "INVALID_JSONATA_EXPRESSION"
    assert caught.value.offset is not None
