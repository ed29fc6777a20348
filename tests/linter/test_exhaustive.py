import pytest

from asl_engine.linter.exhaustive import is_exhaustive

EVERY = [
    [{"Variable": "$.a", "BooleanEquals": True}, {"Variable": "$.a", "BooleanEquals": False}],
    [{"Variable": "$.a", "IsPresent": False}, {"Variable": "$.b", "IsNull": True}, {"Variable": "$.a", "IsPresent": True}],
    [{"Variable": "$.a", "NumericLessThan": 3}, {"Variable": "$.a", "NumericGreaterThanEquals": 3}],
    [{"Variable": "$.a", "StringEquals": "x"}, {"Not": {"Variable": "$.a", "StringEquals": "x"}}],
    [{"Condition": "{% $a > 3 %}"}, {"Condition": "{% $a <= 3 %}"}],
    [{"Condition": "{% $a %}"}, {"Condition": "{% $not($a) %}"}],
    [{"Condition": "{% $a = true %}"}, {"Condition": "{% $a = false %}"}],
    [{"Condition": True}],
]
SOME = [
    [],
    [{"Variable": "$.a", "BooleanEquals": True}],
    [{"Variable": "$.a", "BooleanEquals": True}, {"Variable": "$.b", "BooleanEquals": False}],
    [{"Variable": "$.a", "NumericLessThan": 3}, {"Variable": "$.a", "NumericGreaterThan": 3}],
    [{"Variable": "$.a", "StringEquals": "x"}, {"Variable": "$.a", "StringEquals": "y"}],
    [{"Condition": "{% $a > 3 %}"}, {"Condition": "{% $a < 3 %}"}],
]


@pytest.mark.parametrize("rules", EVERY)
def test_opposites_leave_nothing_out(rules):
    assert is_exhaustive([{**rule, "Next": f"S{index}"} for index, rule in enumerate(rules)])


@pytest.mark.parametrize("rules", SOME)
def test_others_do(rules):
    assert not is_exhaustive([{**rule, "Next": "A"} for rule in rules])
