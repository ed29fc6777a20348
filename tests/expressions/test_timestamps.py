from fractions import Fraction

import pytest

from asl_engine.expressions.timestamps import parse_timestamp

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-02T00:00:00Z", DAY),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:00.000000000Z", 0),
        ("2016-03-14T01:59:00Z", 1_457_920_740_000_000),
    ],
)
def test_a_timestamp_is_an_instant(text: str, microseconds: int) -> None:
    assert parse_timestamp(text) == microseconds


def test_no_digit_of_a_fraction_is_lost() -> None:
    assert parse_timestamp("1970-01-01T00:00:00.0000000015Z") == Fraction(3, 2000)


@pytest.mark.parametrize(
    "text",
    [
        "", "2016-03-14", "2016-03-14T01:59:00", "2016-03-14 01:59:00Z", "2016-03-14t01:59:00Z", "2016-03-14T01:59:00z", "2016-13-14T01:59:00Z",
        "2016-02-30T01:59:00Z", "2016-03-14T25:00:00Z", "2016-03-14T24:00:00Z", "2016-03-14T01:59:60Z", "2016-03-14T01:59Z", "14-03-2016T01:59:00Z",
        "2016-03-14T01:59:00.Z", "2016-03-14T01:59:00+0100", "2016-03-14T01:59:00+24:00", "2016-03-14T01:59:00Z\n", " 2016-03-14T01:59:00Z",
        "20160314T015900Z", "2016-03-14T01:59:00٣Z", "0000-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_anything_else_is_no_timestamp(text: str) -> None:
    assert parse_timestamp(text) is None
