import pytest

from asl_engine.harness.selection import SelectionError, selection

IDS = ["r3.scenario.yaml::declined card", "r3.scenario.yaml::Paid", "r4.scenario.yaml::declined card"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("declined", [0, 2]),
        ("paid", [1]),
        ("declined card", [0, 2]),
        ("card declined", []),
        ("declined and r3", [0]),
        ("not declined", [1]),
        ("r4 or Paid", [1, 2]),
        ("not (r3 and declined)", [1, 2]),
        ("not not paid", [1]),
        ("'declined card' and not r3", [2]),
        ('"and"', []),
    ],
)
def test_words_are_joined_as_in_pytest(text, meant):
    test = selection(text)
    assert [index for index, id in enumerate(IDS) if test(id)] == meant


@pytest.mark.parametrize("text", ["", "and", "a and", "(a", "a)", "not", "'a", "(" * 10_000, "not " * 10_000 + "a"])
def test_what_means_nothing_is_refused(text):
    with pytest.raises(SelectionError):
        selection(text)
