from datetime import timedelta

import pytest

from asl_engine.scenario import expectation


@pytest.mark.parametrize(
    ("written", "holding", "failing"),
    [
        (3, [3], [2, 4]),
        ("3", [3], [2]),
        (">= 2", [2, 3], [1]),
        ("> 1, <= 4", [2, 4], [1, 5]),
        ("2..4", [2, 3, 4], [1, 5]),
        ("!= 0", [1], [0]),
    ],
)
def test_a_count_is_a_number_comparisons_or_a_range(written, holding, failing):
    bound = expectation(events=written).events
    assert [bound.holds(value) for value in [*holding, *failing]] == [True] * len(holding) + [False] * len(failing)


@pytest.mark.parametrize(("written", "seconds"), [("3s", 3), (3, 3), (0.5, 0.5), ("PT5M", 300), ("== 1h30m", 5400)])
def test_a_duration_is_written_as_everywhere(written, seconds):
    assert expectation(duration=written).duration.holds(timedelta(seconds=seconds))


def test_durations_are_compared():
    bound = expectation(duration=">= 2d, < 3d").duration
    assert [bound.holds(timedelta(days=days)) for days in (1, 2, 3)] == [False, True, False]


def test_too_little_is_told_from_too_much():
    bound = expectation(events="2..4").events
    assert [bound.wants_more_than(value) for value in (1, 3, 5)] == [True, False, False]


def test_a_text_between_slashes_is_a_regular_expression():
    wanted = expectation(error="/Declined|Expired/", cause="no funds")
    assert wanted.error.equals("Card.Expired")
    assert not wanted.error.equals("Card.Throttled")
    assert wanted.cause.within("there are no funds left")
    assert not wanted.cause.equals("there are no funds left")


def test_one_name_may_be_written_without_a_list():
    assert expectation(never="Refund").never == ["Refund"]


def test_output_null_is_an_expectation_and_silence_is_none():
    assert expectation(output=None).says("output")
    assert not expectation().says("output")


@pytest.mark.parametrize(
    "said",
    [
        {"statsu": "FAILED"},
        {"status": "FINE"},
        {"error": "/(/"},
        {"duration": "soon"},
        {"events": -1},
        {"events": True},
        {"retries": {"Charge": "many"}},
        {"path": "Charge"},
        {"states": {"Charge": {"attemps": 1}}},
        {"calls": {"x": [{"cout": 1}]}},
        {"snapshot": {"color": 1}},
    ],
)
def test_what_is_no_expectation_is_refused(said):
    with pytest.raises(ValueError):
        expectation(**said)
