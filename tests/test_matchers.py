import pytest

from asl_engine.matchers import fits, matcher_of, well_formed
from asl_engine.values import MISSING


@pytest.mark.parametrize(
    ("word", "said", "fitting", "unfitting"),
    [
        ("$matches", "^ch_\\d+$", ["ch_1"], ["xch_1", 7, None]),
        ("$type", "string", ["", "a"], [1, None, MISSING]),
        ("$type", "integer", [0, 1.0, -3], [1.5, True, "1"]),
        ("$type", "number", [0, 1.5], [True, "1", None]),
        ("$type", "boolean", [True, False], [0, "true"]),
        ("$type", "null", [None], [0, "", MISSING]),
        ("$type", "array", [[], [1]], [{}, "a"]),
        ("$type", "object", [{}, {"a": 1}], [[], None]),
        ("$type", "any", [None, 0, {}], [MISSING]),
        ("$number", "> 0, <= 1.5", [1, 1.5, 0.1], [0, 2, True, "1"]),
        ("$number", "-1..1", [-1, 0, 1], [-1.5, 2]),
        ("$length", ">= 2", ["ab", [1, 2], {"a": 1, "b": 2}], ["a", [], 7]),
        ("$absent", True, [MISSING], [None, 0]),
    ],
)
def test_a_word_fits_what_it_says_and_nothing_else(word, said, fitting, unfitting):
    assert [fits(word, said, value) for value in fitting] == [True] * len(fitting)
    assert [fits(word, said, value) for value in unfitting] == [False] * len(unfitting)


@pytest.mark.parametrize("data", [{"$.a": 1}, {"x.$": "$.a"}, {"$ref": "#/a"}, {"$schema": "s"}, {"$matches": "a"}, {}, [], "$type", {"$x": 1, "$y": 2}])
def test_only_a_mapping_whose_sole_key_is_a_word_is_a_matcher(data):
    assert (matcher_of(data) is not None) is (data == {"$matches": "a"})
    assert well_formed(data) is data


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ({"id": {"$matchs": "a"}}, 'at /id: unknown matcher "$matchs"; did you mean "$matches"? For data that looks so write {$literal: …}'),
        ({"$type": "string", "a": 1}, '"$type" stands alone in its mapping; for data that has 2 members like this write {$literal: …}'),
        ([{"$matches": "("}], "at /0: '(' is no regular expression: missing ), unterminated subpattern at position 0"),
        ({"$matches": 7}, "$matches takes a regular expression, written as text, not 7"),
        (
            {"$type": "strin"},
            '$type is one of string, number, integer, boolean, null, array, object, any; did you mean "string"?',
        ),
        ({"$number": "> x"}, '$number: \'> x\' is no number to compare with; write 3, ">= 0.5", "> 1, <= 4" or "-1..1"'),
        ({"$length": -1}, '$length: -1 is no number to compare with; write 3, ">= 3", "> 1, <= 4" or "2..4"'),
        ({"$absent": False}, "$absent takes true: {$absent: true}"),
        ({"a": {"$exact": {"$typ": "string"}}}, 'at /a/$exact: unknown matcher "$typ"; did you mean "$type"? For data that looks so write {$literal: …}'),
    ],
)
def test_a_matcher_that_means_nothing_is_a_mistake_with_its_place(wanted, complaint):
    with pytest.raises(ValueError) as raised:
        well_formed(wanted)
    assert str(raised.value) == complaint


def test_what_is_literal_is_data_whatever_it_looks_like():
    assert well_formed({"$literal": {"$matches": "(", "$typ": 1}})


def test_a_value_nested_without_end_is_refused():
    deep = []
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested more than 200 levels deep"):
        well_formed(deep)
