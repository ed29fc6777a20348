"""Values that are the same but for what every execution makes up."""

from datetime import timedelta

import pytest

from asl_engine.views.matching import Matching

OURS, THEIRS, OTHER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "abc")


def test_one_uuid_stands_for_always_the_same_other():
    matching = Matching()
    assert matching.divergence([OURS, f"x-{OURS}"], [THEIRS, f"x-{THEIRS}"]) is None
    assert matching.divergence([OURS], [OTHER]).pointer == "/0"


def test_two_uuids_do_not_stand_for_one():
    assert Matching().divergence([OURS, OTHER], [THEIRS, THEIRS]).pointer == "/1"


def test_a_uuid_that_was_handed_in_must_come_back():
    assert Matching(given=f'{{"id":"{THEIRS}"}}').divergence(OURS, THEIRS) is not None


def test_a_task_token_stands_for_what_it_was_called_then():
    assert Matching({OURS: "AQB8…"}).divergence({"t": f"<{OURS}>"}, {"t": "<AQB8…>"}) is None


def test_a_key_may_be_made_up_too():
    assert Matching({OURS: THEIRS}).divergence({OURS: 1}, {THEIRS: 1}) is None


def test_instants_may_lie_apart_as_far_as_the_slack_allows():
    near = Matching(slack=timedelta(seconds=2))
    assert near.divergence("2026-01-01T00:00:01Z", "2026-01-01T00:00:02.5Z") is None
    assert near.divergence("2026-01-01T00:00:01Z", "2026-01-01T00:00:04Z") is not None
    assert Matching().divergence("2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z") is not None
    assert near.divergence(1767225600000, 1767225601000) is None


def test_the_number_of_an_event_in_a_cause_says_nothing():
    assert Matching().divergence("'P' (entered at the event id #4)", "'P' (entered at the event id #14)") is None


@pytest.mark.parametrize(("ours", "theirs"), [(1, True), (1, "1"), ("a", "b"), ({"a": 1}, {}), ([], [1]), (None, "")])
def test_everything_else_must_be_equal(ours, theirs):
    assert Matching().divergence(ours, theirs) is not None


def test_a_text_full_of_placeholders_is_not_read_in_every_possible_way():
    assert Matching().divergence("${a}x" * 40 + "y", "x" * 5_000) is not None
    assert Matching().divergence("arn:${region}:${name}", "arn:eu:pay") is None
