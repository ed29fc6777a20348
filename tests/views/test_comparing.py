import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.values import MISSING
from asl_engine.views.comparing import Departure, departure, exceeding, lacking, unequal

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)
names = st.lists(st.sampled_from("ABC"), max_size=6)


@given(values)
def test_a_value_includes_and_equals_itself(value):
    assert lacking(value, value) is unequal(value, value) is None


def test_objects_are_included_member_by_member_and_arrays_element_by_element():
    assert lacking({"a": [{"x": 1, "y": 2}], "b": 1}, {"a": [{"x": 1}]}) is None
    found = lacking({"a": [{"x": 1}, 2]}, {"a": [{"x": 1}]})
    assert (found.pointer, found.expected, found.actual) == ("/a/1", MISSING, 2)


def test_numbers_are_equal_as_json_has_it():
    assert unequal({"n": 1}, {"n": 1.0}) is None
    assert unequal(1, True).pointer == ""


def test_a_member_too_many_is_unequal():
    found = unequal({"a": 1, "b": 2}, {"a": 1})
    assert (found.pointer, found.expected, found.actual) == ("/b", MISSING, 2)


@given(names)
def test_a_path_is_itself_and_anything(path):
    assert departure(path, path) is departure(path, ["..."]) is departure(path, ["...", *path, "..."]) is None


@given(names, names)
def test_a_path_without_rests_is_wanted_exactly(actual, wanted):
    assert (departure(actual, wanted) is None) is (actual == wanted)


@given(names, names, names)
def test_a_rest_in_the_middle_stands_for_whatever_is_there(before, middle, after):
    assert departure([*before, *middle, *after], [*before, "...", *after]) is None


def test_the_departure_is_the_farthest_place_reached():
    assert departure(["A", "B", "C"], ["A", "C"]) == Departure(1, 1)
    assert departure(["A", "B"], ["A", "B", "C"]) == Departure(2, 2)
    assert departure(["A", "B", "C"], ["A", "B"]) == Departure(2, 2)
    assert departure(["A", "B", "A", "C"], ["...", "A", "D"]) == Departure(2, 3)


@pytest.mark.parametrize(
    ("actual", "wanted"),
    [
        ({"id": "ch_1", "at": "now"}, {"id": {"$matches": "^ch_"}}),
        ({"items": [{"n": 1, "x": 0}]}, {"items": {"$contains": {"n": 1}}}),
        ({"items": [{"n": 1}]}, {"items": [{"n": {"$number": ">= 1"}}]}),
        ({"a": 1, "b": {"c": 1}}, {"b": {"$exact": {"c": 1}}}),
        ({"a": 1}, {"b": {"$absent": True}}),
        ({"$matches": "x"}, {"$literal": {"$matches": "x"}}),
        ("slow down", {"$contains": "slow"}),
    ],
)
def test_matchers_stand_for_parts_of_what_is_wanted(actual, wanted):
    assert lacking(actual, wanted) is None


@pytest.mark.parametrize(
    ("actual", "wanted", "pointer"),
    [
        ({"id": "x"}, {"id": {"$matches": "^ch_"}}, "/id"),
        ({"b": {"c": 1, "d": 2}}, {"b": {"$exact": {"c": 1}}}, "/b/d"),
        ({"items": [{"n": 2}]}, {"items": {"$contains": {"n": 1}}}, "/items"),
        ({"b": None}, {"b": {"$absent": True}}, "/b"),
        ({"a": "x"}, {"a": {"$literal": {"$matches": "x"}}}, "/a"),
    ],
)
def test_a_matcher_that_does_not_fit_is_the_place_of_the_difference(actual, wanted, pointer):
    assert str(lacking(actual, wanted).pointer) == pointer


def test_the_whole_value_may_have_matchers_in_it():
    assert exceeding({"id": "ch_1", "n": [1]}, {"id": {"$type": "string"}, "n": [{"$number": 1}]}) is None
    assert str(exceeding({"id": "ch_1", "n": 1}, {"id": {"$type": "string"}}).pointer) == "/n"
    assert str(exceeding({"id": "ch_1"}, {"id": {"$type": "string"}, "n": 1}).pointer) == "/n"
    assert exceeding({"id": 1}, {"id": 1, "n": {"$absent": True}}) is None


def test_in_data_nothing_is_a_matcher():
    assert unequal("abc", {"$matches": "abc"}) is not None
