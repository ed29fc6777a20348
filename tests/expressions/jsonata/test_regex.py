"""Regular expressions: JavaScript's meaning, and a matcher that ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl_engine.expressions import ExpressionError
from asl_engine.expressions.jsonata import evaluate_bare
from asl_engine.expressions.jsonata.backtracking import Program, worst_case
from asl_engine.expressions.jsonata.regex import compiled
from asl_engine.expressions.jsonata.repairs import Regex


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("a$", "", "a\n", None),
        ("a$", "m", "a\n", "a"),
        (r"\d", "", "٣", None),
        (r"[^\W]", "", "é", None),
        (r"\bé", "", "é", None),
        (".", "", "\u2028", None),
        ("[^]", "", "\n", "\n"),
        ("[]", "", "a", None),
        ("(?<year>[0-9]{4})-\\k<year>", "", "2024-2024", "2024-2024"),
        (r"(a)?\1b", "", "b", "b"),
        ("a{,2}", "", "a{,2}", "a{,2}"),
        (r"\u0041\x42", "", "AB", "AB"),
        (r"[[\]&~]", "", "&", "&"),
        ("A", "i", "xa", "a"),
    ],
)
def test_a_pattern_means_what_it_means_in_javascript(pattern: str, flags: str, text: str, found: str | None) -> None:
    match = compiled(Regex(pattern, flags)).search(text)
    assert (None if match is None else match.group()) == found


@pytest.mark.parametrize("pattern", ["(?i)a", "a++", "(?>a)", "[b-a]", "+a"])
def test_what_javascript_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="Invalid regular expression"):
        evaluate_bare(f"$match('a', /{pattern}/)")


@pytest.mark.parametrize(("pattern", "explodes"), [("(a+)+", True), ("(a|aa)+", True), ("a+b", False), ("abc", False)])
def test_repeats_in_repeats_may_explode(pattern: str, explodes: bool) -> None:
    assert (worst_case(re.compile(pattern))(60) > 1e9) is explodes


PIECES = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "(a)", "(a|b)", "(?:ab|b)", "(?=a)", "(?!b)", "^", r"\Z"])
REPEATS = st.sampled_from(["", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{0,3}?"])
PATTERNS = st.lists(
    st.builds(lambda piece, repeat: piece + ("" if piece.startswith(("(?=", "(?!", "^", "\\")) else repeat), PIECES, REPEATS), min_size=1, max_size=5
)


@settings(max_examples=300, deadline=None)
@given(PATTERNS.map("".join), st.text("abc\n", max_size=9), st.sampled_from([0, re.IGNORECASE, re.MULTILINE]))
def test_the_patient_matcher_finds_what_re_finds(pattern: str, text: str, flags: int) -> None:
    wanted = re.compile(pattern, flags)
    match = wanted.search(text)
    slots = Program(wanted).search(text, 0, lambda: None)
    spans = None if match is None else tuple(place for group in range(wanted.groups + 1) for place in match.span(group))
    assert (None if slots is None else slots[: 2 * (wanted.groups + 1)]) == spans
