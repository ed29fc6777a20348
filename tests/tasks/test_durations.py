from datetime import timedelta

import pytest

from asl_engine.tasks.durations import DurationError, duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3s", 3),
        ("2d", 172800),
        ("PT5M", 300),
        ("1h30m", 5400),
        ("500ms", 0.5),
        (0.25, 0.25),
        (7, 7),
        ("P1DT2H", 93600),
        ("PT0.5S", 0.5),
        (timedelta(seconds=4), 4),
        ("0s", 0),
    ],
)
def test_a_duration_is_read(text, seconds):
    assert duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "3", "soon", "P", "PT", "P1DT", "-3s", -1, True, float("nan"), float("inf"), 1e30, "99999999999999w", None, "P1M"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(DurationError):
        duration(text)
