"""ResultPath is a lens: what was put can be read, what was not named is the same object, and nothing is written to."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from asl_engine.expressions import Scope
from asl_engine.expressions.jsonpath import parse_path, result_path
from asl_engine.failures import Failure
from asl_engine.values import Json

names = st.sampled_from(["a", "b", "c d", "é"])
steps = st.lists(names | st.integers(0, 2), min_size=1, max_size=4)
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12)


def spelled(path: list[str | int]) -> str:
    return "$" + "".join(f"[{step!r}]" for step in path)


def put(path: list[str | int], raw: Json, result: Json) -> Json | Failure:
    insert = result_path(spelled(path))
    assert insert is not None
    try:
        return insert(raw, result)
    except Failure as failure:
        return failure


@given(steps, values, values)
def test_what_was_put_can_be_read(path: list[str | int], raw: Json, result: Json) -> None:
    merged = put(path, raw, result)
    if not isinstance(merged, Failure):
        assert parse_path(spelled(path)).find(merged, Scope()) is result


@given(steps, values, values)
def test_the_raw_input_is_never_written_to(path: list[str | int], raw: Json, result: Json) -> None:
    before = copy.deepcopy(raw)
    put(path, raw, result)
    assert raw == before


@given(steps, values, values)
def test_what_the_path_does_not_name_is_the_same_object(path: list[str | int], raw: Json, result: Json) -> None:
    merged = put(path, raw, result)
    for step in path:
        if isinstance(merged, Failure) or not isinstance(raw, dict | list):
            return
        old = dict(enumerate(raw)) if isinstance(raw, list) else raw
        new = dict(enumerate(merged)) if isinstance(merged, list) else merged
        assert isinstance(new, dict) and new.keys() == old.keys() | {step}
        assert all(new[name] is member for name, member in old.items() if name != step)
        if step not in old:
            return
        raw, merged = old[step], new[step]  # type: ignore[index]


@given(steps, values, values, values)
def test_the_last_put_wins(path: list[str | int], raw: Json, first: Json, second: Json) -> None:
    once = put(path, raw, first)
    if not isinstance(once, Failure):
        assert put(path, once, second) == put(path, raw, second)


@given(steps, values, values)
def test_a_place_that_cannot_be_is_always_a_reference_path_conflict(path: list[str | int], raw: Json, result: Json) -> None:
    merged = put(path, raw, result)
    assert not isinstance(merged, Failure) or merged.error == "States.ReferencePathConflict"
