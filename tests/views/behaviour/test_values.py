from datetime import UTC, datetime, timedelta

import pytest

from asl_engine.views.behaviour.alignment import Aligned
from asl_engine.views.behaviour.values import MOST_COUNTED, Correspondence
from asl_engine.views.visits import Visit

START = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO, THREE = (f"00000000-0000-4000-8000-00000000000{digit}" for digit in "123")
AT_ONE, AT_TWO = "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"


def correspondence(given="", renamed=None, pairs=((0, 0), (60, 120))):
    beside = [(Visit("a", "Task", timedelta(seconds=old)), Visit("a", "Task", timedelta(seconds=new))) for old, new in pairs]
    return Correspondence(renamed or {}, Aligned((START, START), beside), lambda: given)


def differs(old, new, **given):
    return [str(found.pointer) for found in correspondence(**given).divergences(old, new)]


def test_a_uuid_stands_for_one_of_the_other_side_and_always_for_the_same():
    same = correspondence()
    assert same.divergences({"id": ONE}, {"id": TWO}) == []
    assert same.divergences(f"again {ONE}", f"again {TWO}") == []
    assert same.divergences(ONE, THREE)
    assert same.divergences(THREE, TWO)


@pytest.mark.parametrize("given", [ONE, TWO])
def test_a_uuid_that_was_handed_in_stands_for_itself_only(given):
    assert differs(ONE, TWO, given=f'{{"id":"{given}"}}') == [""]


@pytest.mark.parametrize(("old", "new"), [(AT_ONE, AT_TWO), (f"since {AT_ONE}", f"since {AT_TWO}"), (1767225660000, 1767225720000), (1767225660, 1767225720)])
def test_an_instant_stands_for_the_other_sides_at_the_same_place(old, new):
    assert differs(old, new) == []


@pytest.mark.parametrize(("old", "new"), [(AT_TWO, AT_ONE), ("2026-01-01T00:00:00Z", AT_ONE), (60, 120)])
def test_any_other_instant_is_a_difference(old, new):
    assert differs(old, new) == [""]


def test_an_event_id_in_a_cause_says_nothing():
    cause = "An error occurred while executing the state 'A' (entered at the event id #{}). Why"
    assert differs(cause.format(2), cause.format(7)) == []


def test_a_renamed_state_in_a_cause_is_no_difference():
    cause = "The state/task '{}' returned a result"
    assert differs(cause.format("A"), cause.format("B"), renamed={"A": "B"}) == []
    assert differs(cause.format("A"), cause.format("B")) == [""]


def test_every_difference_inside_is_told_in_order():
    assert differs({"a": 1, "b": [1, 2], "c": None}, {"a": 1.0, "b": [1, 3, 4], "d": None}) == ["/b/1", "/b/2", "/c", "/d"]


def test_one_is_not_true():
    assert differs([1], [True]) == ["/0"]


def test_values_may_be_nested_more_deeply_than_python_calls():
    old, new = 1, 2
    for _ in range(20_000):
        old, new = [old], {"a": new}
    assert differs(old, new) == [""]
    assert len(differs([[old]], [[[old]]])) == 1


def test_so_many_differences_are_counted():
    assert len(differs(list(range(500)), [])) == MOST_COUNTED
