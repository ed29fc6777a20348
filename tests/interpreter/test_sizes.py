"""How many bytes a value takes as JSON text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asl_engine.errors import MockError
from asl_engine.interpreter.sizes import Sizes

VALUES: list[Any] = [
    None,
    True,
    0,
    -1.5,
    1e21,
    10**40,
    "",
    'é😀\x00\\"',
    [],
    {},
    [[], {}, [None]],
    {"é": {"a": [1, 2.5, "x" * 2000]}},
    {str(index): index for index in range(100)},
    [{"id": index, "tags": ["a", "é"]} for index in range(2000)],
]


def text_size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_the_size_is_that_of_the_compact_utf_8_text(value: Any) -> None:
    assert Sizes().of(value) == text_size(value)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_a_bound_is_never_too_small_and_exact_where_it_matters(value: Any) -> None:
    size = text_size(value)
    for limit in (0, size - 1, size, 10 * size + 100):
        assert Sizes().bound(value, limit) >= size
        assert (Sizes().bound(value, limit) <= limit) is (size <= limit)


def test_a_value_that_was_measured_is_measured_with_one_more_member() -> None:
    sizes = Sizes()
    large: Any = {"list": ["x" * 100] * 100}
    assert sizes.of(large) == text_size(large)
    assert sizes.of({**large, "new": 1}) == text_size({**large, "new": 1})


def test_sizes_of_values_that_are_gone_are_not_given_to_others() -> None:
    """Sizes are remembered by identity, and Python uses addresses again."""
    sizes = Sizes()
    for length in range(1500, 1600):
        assert sizes.of(["x" * length]) == length + 4


@pytest.mark.parametrize("value", [float("nan"), {"a": float("inf")}, [{1, 2}], "\ud800", [b"x"]], ids=["nan", "inf", "set", "surrogate", "bytes"])
def test_what_is_not_json_has_no_size(value: Any) -> None:
    with pytest.raises(MockError, match="not JSON"):
        Sizes().of(value)


@pytest.mark.parametrize("value", [{1: 2}, (1,), {"a": [(1,)]}, {"a" * 40: {2: 3}}], ids=repr)
def test_a_strangers_containers_are_looked_at(value: Any) -> None:
    with pytest.raises(MockError, match=r"not a string|is a tuple"):
        Sizes().of_foreign(value)
