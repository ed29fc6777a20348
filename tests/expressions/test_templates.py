import pytest

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.templates import check_template, compile_template, constant_of
from asl_engine.failures import Failure
from asl_engine.values import MISSING, Json


class WithContext(Scope):
    @property
    def context(self) -> dict[str, Json]:
        return {"Execution": {"Name": "e1"}}


SCOPE = WithContext(variables={"v": {"a": 1}})


def applied(template: Json, data: Json) -> Json:
    return compile_template(template)(data, SCOPE)


def wrong(name: str) -> str:
    return f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"


def test_members_that_end_in_dollar_are_computed_and_renamed() -> None:
    template: Json = {"id.$": "$.id", "name.$": "$$.Execution.Name", "a.$": "$v.a", "all.$": "$", "n.$": "States.MathAdd($.id, 1)"}
    assert applied(template, {"id": 7}) == {"id": 7, "name": "e1", "a": 1, "all": {"id": 7}, "n": 8}


def test_objects_at_every_depth_are_templates_but_strings_in_arrays_are_not() -> None:
    template: Json = {"a": [{"b.$": "$.x"}, "$.x", [{"c": {"d.$": "$.x"}}]], "e": "$.x"}
    assert applied(template, {"x": 1}) == {"a": [{"b": 1}, "$.x", [{"c": {"d": 1}}]], "e": "$.x"}


def test_an_array_may_be_a_template() -> None:
    assert applied([{"a.$": "$"}, 1], 5) == [{"a": 5}, 1]


def test_members_without_dollar_come_first() -> None:
    result = applied({"b.$": "$.x", "z": 1, "n": {"q.$": "$.x"}, "a.$": "$.x", "c": 2}, {"x": 0})
    assert list(result) == ["z", "n", "c", "b", "a"]  # type: ignore[arg-type]


def test_what_is_constant_is_shared_and_the_template_never_written_to() -> None:
    template: dict[str, Json] = {"fixed": {"deep": [1]}, "x.$": "$.x"}
    first, second = applied(template, {"x": 1}), applied(template, {"x": 2})
    assert isinstance(first, dict) and isinstance(second, dict)
    assert first["fixed"] is second["fixed"] is template["fixed"]
    assert (first["x"], second["x"]) == (1, 2) and template == {"fixed": {"deep": [1]}, "x.$": "$.x"}


def test_computed_values_are_the_data_s_own() -> None:
    data: dict[str, Json] = {"x": {"big": [1, 2, 3]}}
    result = applied({"x.$": "$.x"}, data)
    assert isinstance(result, dict) and result["x"] is data["x"]


@pytest.mark.parametrize("template", [None, 1, "$.x", [], {}, {"a": ["$.x", {"b": "States.UUID()"}]}])
def test_a_template_without_computed_members_is_its_own_value(template: Json) -> None:
    assert constant_of(template) is template
    assert applied(template, {"x": 1}) is template


@pytest.mark.parametrize("template", [{"a.$": "$"}, {"a": [{"b": {"c.$": "$"}}]}, [[{"a.$": "$"}]]])
def test_a_template_with_computed_members_is_no_constant(template: Json) -> None:
    assert constant_of(template) is MISSING


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("$.x", '{"int-literal":0}'),
        ("$.x.y", '{"int-literal":0}'),
        ("$$.Execution.Input.x", '{"Execution":{"Name":"e1"}}'),
        ("$unset", '{"v":{"a":1}}'),
        ("$v.b", '{"v":{"a":1}}'),
    ],
)
def test_a_path_that_finds_nothing_fails_with_its_field(path: str, printed: str) -> None:
    with pytest.raises(Failure) as caught:
        applied({"deep": [{"value.$": path}]}, {"int-literal": 0})
    assert caught.value.error == "States.Runtime"
    assert caught.value.cause == f"The JSONPath '{path}' specified for the field 'value.$' could not be found in the input '{printed}'"


def test_an_index_beyond_its_array_is_null() -> None:
    assert applied({"v.$": "$.items[5]"}, {"items": []}) == {"v": None}
    with pytest.raises(Failure):
        applied({"v.$": "$.items[5].name"}, {"items": []})


def test_an_indefinite_path_without_match_is_an_empty_list() -> None:
    assert applied({"v.$": "$.item.items[1:5].itemValue"}, {}) == {"v": []}


def test_every_wrong_member_is_found_with_the_object_that_holds_it() -> None:
    template: Json = {
        "bad1.$": 23,
        "bad2.$": "not a path",
        "ok.$": "$.x",
        "f3": {"bad3.$": None, "f5": [1, {"f/7": {"bad4.$": "States.Xyz()"}}]},
        "bad5.$": r"""States.StringToJson('{"a":"\"b\""}')""",
        "bad6.$": "States.Format('{}', $.a",
    }
    found = [(str(pointer), error.message) for pointer, error in check_template(template)]
    assert found == [
        ("", wrong("bad1.$")),
        ("", wrong("bad2.$")),
        ("/f3", wrong("bad3.$")),
        ("/f3/f5/1/f~17", wrong("bad4.$")),
        ("", wrong("bad5.$")),
        ("", wrong("bad6.$")),
    ]


def test_two_members_may_not_give_one_name() -> None:
    ((pointer, error),) = check_template({"t": {"a": 1, "a.$": "$.a"}})
    assert pointer == "/t" and "'a.$'" in error.message


def test_a_wrong_member_cannot_be_compiled() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_template({"a": {"x.$": "nope"}})
    assert caught.value.message == wrong("x.$") and caught.value.__notes__ == ["a path begins with $"]


def test_a_template_nested_without_end_is_refused() -> None:
    template: Json = {"x.$": "$"}
    for _ in range(900):
        template = [template]
    with pytest.raises(ExpressionError):
        compile_template(template)
