"""Choice rules in words, and what can be told of two of them without data."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.analysis.structure.conditions import canonical, condition_change, condition_in_words, exclusive, interchangeable


def asked(variable: str, **operator: Any) -> dict[str, Any]:
    return {"Variable": variable, **operator}


A, B = (asked("$.s", StringEquals=text) for text in "ab")
THERE, NOT_THERE = (asked("$.s", IsPresent=present) for present in (True, False))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (A, '$.s = "a"'),
        (asked("$.n", NumericGreaterThanEquals=3), "$.n ≥ 3"),
        (asked("$.n", NumericLessThanPath="$.m"), "$.n < $.m (as numbers)"),
        (asked("$.t", TimestampLessThan="2026-01-01T00:00:00Z"), "$.t < 2026-01-01T00:00:00Z"),
        (asked("$.s", StringMatches="a*"), '$.s matches "a*"'),
        (THERE, "$.s is present"),
        (NOT_THERE, "$.s is absent"),
        (asked("$.s", IsNumeric=False), "$.s is not a number"),
        ({"And": [A, {"Or": [B, THERE]}]}, '$.s = "a" and ($.s = "b" or $.s is present)'),
        ({"Not": A}, 'not ($.s = "a")'),
        ({"Not": {"And": [A, B]}}, 'not ($.s = "a" and $.s = "b")'),
        ({"Condition": "{% $states.input.a = 1 %}"}, "$states.input.a = 1"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: Any, words: str) -> None:
    assert condition_in_words(rule) == words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"And": [A, THERE]}, {"And": [B, THERE]}, '$.s = "a" → $.s = "b"'),
        ({"And": [A, THERE]}, {"And": [A, THERE, B]}, 'asks also $.s = "b"'),
        ({"And": [A, THERE]}, {"And": [A]}, "no longer asks $.s is present"),
        ({"Or": [A, B]}, {"Or": [A, B, THERE]}, "is true also of $.s is present"),
        (A, {"Not": A}, '$.s = "a" → not ($.s = "a")'),
    ],
)
def test_a_changed_rule_shows_the_parts_that_changed(old: Any, new: Any, words: str) -> None:
    assert condition_change(old, new) == words


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"And": [A, THERE]}, {"And": [THERE, A]}),
        ({"And": [A]}, A),
        ({"Not": {"Not": A}}, A),
        ({"Not": THERE}, NOT_THERE),
        (asked("$['s']", StringEquals="a"), A),
        ({"Condition": "{% $a='x' %}"}, {"Condition": '{% $a = "x" %}'}),
    ],
)
def test_rules_that_ask_the_same_are_the_same(left: Any, right: Any) -> None:
    assert canonical(left) == canonical(right)


def number(operator: str, operand: float) -> dict[str, Any]:
    return {"Variable": "$.n", f"Numeric{operator}": operand}


@pytest.mark.parametrize(
    ("left", "right", "never_both"),
    [
        (A, B, True),
        (A, A, False),
        (A, {"Not": A}, True),
        (A, asked("$.s", NumericEquals=1), True),
        (A, asked("$.other", StringEquals="b"), False),
        (THERE, NOT_THERE, True),
        (NOT_THERE, A, True),
        (number("LessThan", 5), number("GreaterThanEquals", 5), True),
        (number("LessThanEquals", 5), number("GreaterThanEquals", 5), False),
        (number("LessThan", 5), number("GreaterThan", 3), False),
        (number("Equals", 4), number("GreaterThan", 4), True),
        ({"And": [A, number("Equals", 1)]}, {"And": [A, number("Equals", 2)]}, True),
        ({"Or": [A, number("Equals", 1)]}, B, False),
        ({"Or": [A, asked("$.s", StringEquals="c")]}, B, True),
        (A, asked("$.s", StringMatches="a*"), False),
        (A, asked("$.s", StringEqualsPath="$.t"), False),
        ({"Condition": "{% $a.b = 'x' %}"}, {"Condition": '{% $a.b = "y" %}'}, True),
        ({"Condition": "{% $a.b = 'x' or true %}"}, {"Condition": '{% $a.b = "y" %}'}, False),
    ],
)
def test_rules_exclude_each_other_where_that_can_be_seen(left: Any, right: Any, never_both: bool) -> None:
    assert exclusive(left, right) is exclusive(right, left) is never_both


@pytest.mark.parametrize(
    ("left", "right", "either_way"),
    [
        (A, B, True),
        (NOT_THERE, A, False),
        (NOT_THERE, THERE, True),
        ({"And": [THERE, A]}, {"And": [THERE, B]}, True),
        ({"And": [THERE, A]}, NOT_THERE, True),
        ({"And": [A, asked("$.x", BooleanEquals=True)]}, B, False),
        ({"And": [A, asked("$.x", BooleanEquals=True)]}, {"And": [B, asked("$.x", BooleanEquals=True)]}, True),
        ({"Condition": "{% $a = 'x' %}"}, {"Condition": "{% $a = 'y' %}"}, True),
        ({"Condition": "{% $a = 'x' and $b < 3 %}"}, {"Condition": "{% $a = 'y' %}"}, False),
    ],
)
def test_the_order_of_two_rules_means_nothing_if_neither_can_fail_in_place_of_the_other(left: Any, right: Any, either_way: bool) -> None:
    """A path that finds nothing fails the execution, so a rule that asks for presence may not go behind one that does not."""
    assert interchangeable(left, right) is interchangeable(right, left) is either_way
