"""Items into batches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.failures import Failure
from asl_engine.interpreter.item_batcher import batches
from asl_engine.values import Json, json_text


def test_a_batch_is_an_object_of_items() -> None:
    assert batches([1, 2, 3], max_items=2) == [{"Items": [1, 2]}, {"Items": [3]}]


def test_batch_input_comes_first_and_only_where_declared() -> None:
    (batch,) = batches([1], max_items=2, batch_input={"a": 1})
    assert json_text(batch) == '{"BatchInput":{"a":1},"Items":[1]}'


def test_batch_input_may_be_null() -> None:
    assert batches([1], max_items=2, batch_input=None) == [{"BatchInput": None, "Items": [1]}]


def test_no_items_make_no_batches() -> None:
    assert batches([], max_items=2, max_bytes=100) == []


def test_without_limits_there_is_one_batch() -> None:
    assert batches([1, 2, 3]) == [{"Items": [1, 2, 3]}]


def test_max_bytes_counts_the_whole_input_of_the_child() -> None:
    limit = len('{"Items":[1,2]}')
    assert batches([1, 2, 3], max_bytes=limit) == [{"Items": [1, 2]}, {"Items": [3]}]
    assert batches([1, 2, 3], max_bytes=limit - 1) == [{"Items": [1]}, {"Items": [2]}, {"Items": [3]}]


def test_max_bytes_counts_utf_8() -> None:
    assert len(batches(["ä", "ä"], max_bytes=len('{"Items":["ä","ä"]}'))) == 2


def test_the_limit_reached_first_closes_the_batch() -> None:
    assert batches([1, 2, 333333, 4], max_items=2, max_bytes=18) == [{"Items": [1, 2]}, {"Items": [333333]}, {"Items": [4]}]


def test_an_item_that_alone_is_too_large_exceeds_the_data_limit() -> None:
    with pytest.raises(Failure) as failure:
        batches([1, "x" * 100], max_bytes=50)
    assert failure.value.error == "States.DataLimitExceeded"


@pytest.mark.parametrize("limits", [{"max_items": 0}, {"max_items": -1}, {"max_bytes": 0}])
def test_limits_must_be_positive(limits: Any) -> None:
    with pytest.raises(Failure) as failure:
        batches([1], **limits)
    assert failure.value.error == "States.Runtime"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(VALUES), st.integers(1, 5), st.integers(200, 400))
def test_batches_hold_all_items_in_order_and_no_batch_is_over_a_limit(items: list[Json], max_items: int, max_bytes: int) -> None:
    try:
        made: list[Any] = batches(items, max_items=max_items, max_bytes=max_bytes)
    except Failure:
        assert any(len(json_text({"Items": [item]}).encode("utf-8", "surrogatepass")) > max_bytes for item in items)
        return
    assert [item for batch in made for item in batch["Items"]] == items
    assert all(1 <= len(batch["Items"]) <= max_items for batch in made)
    assert all(len(json_text(batch).encode("utf-8", "surrogatepass")) <= max_bytes for batch in made)
