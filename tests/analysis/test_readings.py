"""Fields of both query languages in one notation."""

from __future__ import annotations

from typing import Any

import pytest

from asl_engine.analysis.readings import INPUT, of_jsonata, of_path, of_template


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("$.a.b[0]", "$states.input.a.b[0]"),
        ("$['a b'].c", "$states.input.`a b`.c"),
        ("$$.Execution.Id", "$states.context.Execution.Id"),
        ("$v.a", "$v.a"),
        ("$", "$states.input"),
        ("States.Format('{}/a/{}', $.x, 1)", "$states.input.x & '/a/' & 1"),
        ("States.Array($.x, 'y')", "[$states.input.x, 'y']"),
        ("States.ArrayLength($.x)", "$count($states.input.x)"),
        ("States.StringToJson($.x)", "$parse($states.input.x)"),
        ("States.UUID()", "$uuid()"),
    ],
)
def test_a_path_and_the_expression_that_means_the_same_have_one_reading(path: str, expression: str) -> None:
    assert of_path(path, INPUT) == of_jsonata(f"{{% {expression} %}}") is not None


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("States.JsonToString($.x)", "$string($states.input.x)"),
        ("States.MathAdd($.x, 1)", "$states.input.x + 1"),
        ("States.StringSplit($.x, ',')", "$split($states.input.x, ',')"),
        ("$.a[*]", "$states.input.a"),
        ("$..a", "$states.input.**.a"),
    ],
)
def test_what_only_looks_alike_has_no_common_reading(path: str, expression: str) -> None:
    assert of_path(path, INPUT) is None or of_path(path, INPUT) != of_jsonata(f"{{% {expression} %}}")


@pytest.mark.parametrize("expression", ["", "(", "$states", "$states.unknown.x", "a.b", "$x[a = 1]", "function($x){$x}", "$eval('1')", "$states.input.a[-1]"])
def test_what_is_not_understood_has_no_reading(expression: str) -> None:
    assert of_jsonata(f"{{% {expression} %}}") is None


def test_a_member_that_is_not_understood_leaves_the_others_readable() -> None:
    found: Any = of_template({"a.$": "$..x", "b": 1}, INPUT)
    assert found == ("object", (("a", None), ("b", ("constant", "1"))))


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert of_template(1.0, INPUT) == of_jsonata(1) == of_jsonata("{% 1 %}")
