"""The lattice: what is known of a value, joined, widened, and asked for its parts."""

import pytest

from asl_engine.analysis.dataflow.places import put, with_presence, without_place
from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    DEEPEST,
    EVERY,
    IMPOSSIBLE,
    MOST_CONSTANTS,
    MOST_MEMBERS,
    MOST_WEIGHT,
    TEXT,
    Absence,
    Shape,
    array_of,
    join,
    joined,
    object_of,
    shape_of,
    tuple_of,
)
from asl_engine.analysis.dataflow.widening import clipped, loosened


def test_a_member_of_a_closed_object_is_certainly_missing():
    found = shape_of({"a": 1}).member("b")
    assert not found.has_value and found.absent == Absence.KNOWN


def test_a_member_of_anything_is_missing_for_all_anybody_knows():
    assert ANYTHING.member("b").absent == Absence.OPEN


@pytest.mark.parametrize("value", ["text", 1, True, None, [1]])
def test_what_is_no_object_has_no_members(value):
    assert shape_of(value).member("a").absent == Absence.KNOWN


def test_what_one_side_of_a_join_lacks_may_be_missing():
    found = join(shape_of({"a": 1, "b": 2}), shape_of({"a": 3})).member("b")
    assert found.numbers == {2} and found.absent == Absence.KNOWN


def test_a_join_that_adds_nothing_is_the_left_side_itself():
    left = join(shape_of({"a": 1}), shape_of({"a": 2}))
    assert join(left, shape_of({"a": 2})) is left


def test_too_many_constants_become_any():
    assert joined(shape_of(str(number)) for number in range(MOST_CONSTANTS + 1)).strings is EVERY


def test_an_array_of_exact_elements_ends_where_it_ends():
    assert shape_of([1, 2]).element(2).absent == Absence.KNOWN


def test_an_array_of_any_length_may_end_anywhere():
    assert array_of(shape_of(1)).element(0).absent == Absence.OPEN


def test_an_object_with_an_impossible_member_is_impossible():
    assert object_of({"a": IMPOSSIBLE}).is_impossible


def test_depth_is_bounded():
    shape = shape_of(1)
    for _ in range(DEEPEST * 2):
        shape = object_of({"a": shape})
    assert clipped(shape).follow(["a"] * DEEPEST).any


def test_what_was_put_somewhere_is_there_and_the_rest_stays():
    found = put(shape_of({"a": 1}), ("b", "c"), shape_of(2))
    assert found.follow(["b", "c"]).numbers == {2} and found.member("a").numbers == {1}


def test_nothing_can_be_put_into_a_text():
    assert put(shape_of("text"), ("a",), shape_of(1)).is_impossible


def test_a_member_made_on_the_way_is_not_known_to_lack_what_the_input_may_have():
    """`$.config.token` set into an unknown input: `$.config.url` may be there as before."""
    assert put(ANYTHING, ("config", "token"), shape_of("t")).follow(["config", "url"]).absent == Absence.OPEN


def test_what_was_read_is_there_from_then_on():
    assert not with_presence(ANYTHING, ("a", "b")).follow(["a", "b"]).absent


def test_what_was_found_missing_is_known_to_be():
    assert without_place(with_presence(ANYTHING, ("a",)), ("b",)).member("b") == Shape(absent=Absence.KNOWN)


def test_what_must_be_there_cannot_be_found_missing():
    assert without_place(shape_of({"a": 1}), ("a",)).is_impossible


def test_a_shape_reads_like_a_type():
    assert str(join(shape_of({"id": "a", "n": 1}), shape_of({"id": "b"}))) == '{id: "a" | "b", n?: 1}'


def test_a_heavy_shape_keeps_its_light_members():
    heavy = tuple_of([object_of({str(at): TEXT for at in range(MOST_MEMBERS)}) for _ in range(9)])
    found = object_of({"light": shape_of(1), "heavy": heavy, "too": heavy})
    assert found.weight <= MOST_WEIGHT
    assert (str(found.member("light")), str(found.member("heavy"))) == ("1", "any")


def test_what_keeps_changing_may_be_anything_and_what_may_be_missing_may_still_be():
    before, after = shape_of({"same": 1, "counter": 1}), object_of({"same": shape_of(1), "counter": shape_of(2)})
    found = loosened(before, join(before, after))
    assert found.member("same").numbers == {1}
    assert found.member("counter").any and not found.member("counter").absent
