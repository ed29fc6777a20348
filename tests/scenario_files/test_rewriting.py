import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.errors import ScenarioError
from asl_engine.scenario_files.rewriting import block_text, flow_text, with_values
from asl_engine.values import Pointer

AT = Pointer("/s")


def test_only_the_value_changes():
    text = "# head\na:   1   # one\ns: {x: old, 'y':  2}   # kept\n\n# tail\n"
    assert with_values(text, [(AT, {"x": "new", "y": 2})], "f") == "# head\na:   1   # one\ns: {x: new, 'y':  2}   # kept\n\n# tail\n"


def test_comments_between_the_members_of_a_block_stay():
    text = "s:\n  # first\n  x: 1  # one\n  # second\n  y:\n    - a  # the a\n    - b\n"
    assert with_values(text, [(AT, {"x": 2, "y": ["a", "c"]})], "f") == "s:\n  # first\n  x: 2  # one\n  # second\n  y:\n    - a  # the a\n    - c\n"


def test_a_list_of_another_length_is_written_anew_where_it_stands():
    text = "s:\n  y:\n    - a\n    - b\n\n  # z follows\n  z: 1\n"
    assert with_values(text, [(AT, {"y": ["a", "b", "c"], "z": 1})], "f") == "s:\n  y:\n    - a\n    - b\n    - c\n\n  # z follows\n  z: 1\n"


@pytest.mark.parametrize("empty", ["s:", "s: {}", "s: null"])
def test_an_empty_place_becomes_a_block(empty):
    assert with_values(f"{empty}\nt: 1\n", [(AT, {"a": 1, "b": [1, 2]})], "f") == "s:\n  a: 1\n  b: [1, 2]\nt: 1\n"


def test_inside_braces_everything_stays_on_its_line():
    assert with_values("t: {s: {}, u: 1}\n", [(Pointer("/t/s"), {"a": 1})], "f") == "t: {s: {a: 1}, u: 1}\n"


def test_what_no_longer_fits_on_its_line_becomes_a_block():
    long = "x" * 130
    assert with_values("s: {a: null, b: 1}\n", [(AT, {"a": long, "b": 1})], "f") == f"s:\n  a: {long}\n  b: 1\n"


def test_an_equal_value_is_left_as_it_is_written():
    text = "s: {a: 1.0, b: 'x', c: 0x10}\n"
    assert with_values(text, [(AT, {"a": 1, "b": "x", "c": 16})], "f") == text


def test_json_is_rewritten_too():
    assert json.loads(with_values('{"s": {"a": 1, "b": [2]}, "t": 3}', [(AT, {"a": "x: y", "b": []})], "f")) == {"s": {"a": "x: y", "b": []}, "t": 3}


def test_a_value_that_stands_elsewhere_is_refused():
    with pytest.raises(ScenarioError, match="cannot be updated in place"):
        with_values("a: &a {s: 1}\nb: {<<: *a}\n", [(Pointer("/b/s"), 2)], "f")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="utf-8", exclude_characters="\x85\ufeff"), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab :#-{}[],&*!|>'\"%@`?~\n0", max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_reads_back(value):
    assert yaml.safe_load(f"k: {flow_text(value)}") == {"k": value}
    if isinstance(value, (dict, list)) and value:
        assert yaml.safe_load(f"k:\n{block_text(value, 2)}") == {"k": value}


@given(values, values)
def test_any_value_can_take_the_place_of_any_other(before, after):
    for text in (f"s: {flow_text(before)}\nt: 1\n", *([f"s:\n{block_text(before, 2)}\nt: 1\n"] if isinstance(before, (dict, list)) and before else [])):
        assert yaml.safe_load(with_values(text, [(AT, after)], "f")) == {"s": after, "t": 1}
