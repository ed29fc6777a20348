import pytest

from asl_engine.expressions.jsonpath import result_path
from asl_engine.failures import Failure
from asl_engine.values import Json


def insert(text: str, raw: Json, result: Json) -> Json:
    place = result_path(text)
    assert place is not None
    return place(raw, result)


@pytest.mark.parametrize(
    ("text", "raw", "expected"),
    [
        ("$.r", {"a": 1}, {"a": 1, "r": "R"}),
        ("$.a", {"a": 1, "b": 2}, {"a": "R", "b": 2}),
        ("$.a.b", {"a": {"c": 1}}, {"a": {"c": 1, "b": "R"}}),
        ("$.a.b", {}, {"a": {"b": "R"}}),
        ("$.a.b.c.d", {"x": 1}, {"x": 1, "a": {"b": {"c": {"d": "R"}}}}),
        ("$['a b'].c", {}, {"a b": {"c": "R"}}),
        ("$.list[1]", {"list": [1, 2, 3]}, {"list": [1, "R", 3]}),
        ("$.list[-1]", {"list": [1, 2, 3]}, {"list": [1, 2, "R"]}),
        ("$.list[0].name", {"list": [{"id": 1}]}, {"list": [{"id": 1, "name": "R"}]}),
        ("$[0]", [1], ["R"]),
        ("$[0].a", [{}], [{"a": "R"}]),
    ],
)
def test_a_result_is_put_where_the_path_says(text: str, raw: Json, expected: Json) -> None:
    assert insert(text, raw, "R") == expected


def test_new_members_come_last_and_others_keep_their_order() -> None:
    assert list(insert("$.a", {"z": 1, "a": 2, "b": 3}, 0)) == ["z", "a", "b"]  # type: ignore[arg-type]
    assert list(insert("$.c", {"z": 1, "a": 2}, 0)) == ["z", "a", "c"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "raw", "printed"),
    [
        ("$.child", 4, "4"),
        ("$.child", "s", '"s"'),
        ("$.child", None, "null"),
        ("$.child", [1, 2], "[1,2]"),
        ("$.a.b", {"a": 1}, '{"a":1}'),
        ("$.a.b", 4, "4"),
        ("$.a.b.c", {"a": {"b": []}}, '{"a":{"b":[]}}'),
        ("$.list[3]", {"list": [1]}, '{"list":[1]}'),
        ("$.list[0]", {}, "{}"),
        ("$[0]", {}, "{}"),
    ],
)
def test_a_place_that_cannot_be_is_a_conflict(text: str, raw: Json, printed: str) -> None:
    """AWS reports the spec's States.ResultPathMatchFailure as States.ReferencePathConflict."""
    with pytest.raises(Failure) as caught:
        insert(text, raw, "R")
    assert (caught.value.error, caught.value.cause) == ("States.ReferencePathConflict", f"Unable to apply ReferencePath {text} to input {printed}")
