import subprocess
import sys
import warnings

import pytest

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.jsonpath import IndexOutOfRange, NoMatch, NotAnArray, parse_path, path_field, result_path
from asl_engine.failures import Failure
from asl_engine.values import Json

ORDER: Json = {
    "id": 7,
    "detail-type": "placed",
    "größe": "L",
    "b c": 1,
    "customer": {"name": "Ada", "none": None},
    "items": [{"sku": "a", "price": 5}, {"sku": "b", "price": 12}, {"sku": "c", "price": 20}],
    "labels": [{"Name": "Receipt", "C": 1}, {"Name": "Cat"}],
    "wanted": "Cat",
    "matrix": [[1, 2], [3]],
}


class WithContext(Scope):
    @property
    def context(self) -> dict[str, Json]:
        return {"Execution": {"Id": "e1", "Input": ORDER}, "Map": {"Item": {"Value": "it"}}}


SCOPE = WithContext(variables={"x": {"a": [1, 2]}, "größe": 1})


def find(text: str, data: Json = ORDER) -> Json:
    return parse_path(text).find(data, SCOPE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$", ORDER),
        ("$.id", 7),
        ("$.customer.name", "Ada"),
        ("$['customer']['name']", "Ada"),
        ('$["customer"].name', "Ada"),
        ("$.customer.none", None),
        ("$.detail-type", "placed"),
        ("$.größe", "L"),
        ("$['b c']", 1),
        ("$.items[1].sku", "b"),
        ("$.items[-1].sku", "c"),
        ("$.[ 'id' ]", 7),
        (r"$.\i\d", 7),
        ("$$.Execution.Id", "e1"),
        ("$$.Execution.Input.items[0].price", 5),
        ("$$.Map.Item.Value", "it"),
        ("$x", {"a": [1, 2]}),
        ("$x.a[0]", 1),
        ("$größe", 1),
    ],
)
def test_a_definite_path_gives_the_node_itself(text: str, value: Json) -> None:
    path = parse_path(text)
    assert path.definite and path.is_reference
    assert path.find(ORDER, SCOPE) == value


def test_the_whole_context_object_is_a_path() -> None:
    assert find("$$") == SCOPE.context


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$.items[*].price", [5, 12, 20]),
        ("$.items.*.sku", ["a", "b", "c"]),
        ("$.items[1:]", [{"sku": "b", "price": 12}, {"sku": "c", "price": 20}]),
        ("$.items[:1].sku", ["a"]),
        ("$.items[-2:].sku", ["b", "c"]),
        ("$.items[0:3:2].sku", ["a", "c"]),
        ("$.items[0,2].sku", ["a", "c"]),
        ("$.items[0,9].sku", ["a"]),
        ("$..sku", ["a", "b", "c"]),
        ("$.matrix[*][0]", [1, 3]),
        ("$.matrix..[1]", [[3], 2]),
        ("$.customer.*", ["Ada", None]),
        ("$['id','wanted'][*]", []),
        ("$.items[*]['sku','id']", [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]),
        ("$['customer','labels'].name", ["Ada"]),
        ("$x.a[*]", [1, 2]),
        ("$$.Execution.Input.items[?(@.price > 10)].sku", ["b", "c"]),
    ],
)
def test_an_indefinite_path_gives_a_list(text: str, value: Json) -> None:
    path = parse_path(text)
    assert not path.definite and not path.is_reference
    assert path.find(ORDER, SCOPE) == value


def test_a_wildcard_with_one_match_is_still_a_list() -> None:
    assert find("$[*]", {"only": 1}) == [1]


@pytest.mark.parametrize("text", ["$[*]", "$.items[*]", "$.items[1:]", "$.item.items[1:5].itemValue", "$..sku", "$.a.b[?(@.c)]", "$.items[0,1]"])
def test_an_indefinite_path_over_nothing_is_an_empty_list(text: str) -> None:
    assert find(text, {}) == []


def test_several_names_at_the_end_make_one_object() -> None:
    path = parse_path("$['id', 'wanted', 'missing']")
    assert path.definite and not path.is_reference
    assert path.find(ORDER, SCOPE) == {"id": 7, "wanted": "Cat"}
    with pytest.raises(NoMatch):
        find("$.items['sku', 'price']")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$.labels[?(@.Name == 'Cat')]", [{"Name": "Cat"}]),
        ("$.labels[?(@.Name==Receipt)].C", [1]),
        ("$.labels[?(@.Name == $.wanted)].Name", ["Cat"]),
        ("$.labels[?('Cat' == @.Name)].Name", ["Cat"]),
        ("$.items[?(12 <= @.price)].sku", ["b", "c"]),
        ("$.labels[?(@.C)].Name", ["Receipt"]),
        ("$.labels[?(!@.C)].Name", ["Cat"]),
        ("$.labels[?(!(@.C == 1))].Name", ["Cat"]),
        ("$.items[?(@.price > 5 && @.price < 20)].sku", ["b"]),
        ("$.items[?(@.sku == 'a' || @['price'] >= 2e1)].sku", ["a", "c"]),
        ("$.items[?(@.sku in ['a', 'c'])].price", [5, 20]),
        ("$.items[?(@.sku nin ['a', 'c'])].price", [12]),
        ("$.labels[?(@.Name =~ /c.t/i)].Name", ["Cat"]),
        ("$.labels[?(@.Name =~ /a/)].Name", []),
        ("$.labels[?(@.C == true)]", []),
        ("$.customer[?(@.name == 'Ada')].name", ["Ada"]),
        ("$..[?(@.sku == 'b')].price", [12]),
        ("$.matrix[?(@[0] == 3)]", [[3]]),
        ("$.customer[?(@.none == null)].name", ["Ada"]),
    ],
)
def test_a_filter_keeps_what_its_expression_says(text: str, value: Json) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find(text) == value


def test_the_node_of_a_filter_never_is_a_scalar() -> None:
    """Developer guide: `@` in a filter stands for objects, not for scalar values."""
    assert find("$.n[?(@ > 1)]", {"n": [1, 2, 3]}) == []


def test_a_backslash_in_quotes_escapes_only_itself_and_the_quote_in_use() -> None:
    assert find("""$['Test\\""Name"']""", {'Test\\""Name"': "found"}) == "found"
    assert find(r"$['it\'s']", {"it's": 1}) == 1


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("$.no", "No results for path: $['no']"),
        ("$.customer.no", "No results for path: $['customer']['no']"),
        ("$.no.such.path", "Missing property in path $['no']"),
        ("$.customer.no.such", "Missing property in path $['customer']['no']"),
        ("$.id.x", "Property ['x'] not found in path $['id']"),
        ("$$.Task.Token", "Missing property in path $['Task']"),
        ("$y", "No results for path: $['y']"),
        ("$y.z", "Missing property in path $['y']"),
        ("$.items[9]", "No results for path: $['items'][9]"),
        ("$.items[9].sku", "No results for path: $['items'][9]['sku']"),
    ],
)
def test_a_miss_says_what_is_missing(text: str, detail: str) -> None:
    with pytest.raises(NoMatch) as caught:
        find(text)
    assert caught.value.detail == detail


def test_only_a_last_index_beyond_its_array_is_out_of_range() -> None:
    with pytest.raises(IndexOutOfRange):
        find("$.items[3]")
    with pytest.raises(NoMatch) as caught:
        find("$.items[3].sku")
    assert not isinstance(caught.value, IndexOutOfRange)


@pytest.mark.parametrize(("text", "selector"), [("$.id[0]", "[0]"), ("$.id[1:5]", "[1:5]"), ("$.id[0,1]", "[0,1]")])
def test_indexing_what_is_no_array_is_not_a_missing_path(text: str, selector: str) -> None:
    with pytest.raises(NotAnArray) as caught:
        find(text)
    assert caught.value.detail == f"Filter: {selector} can only be applied to arrays. Current context is: 7"


def test_a_slice_of_an_object_root_fails() -> None:
    with pytest.raises(NotAnArray):
        find("$[1:5]", {})


def test_a_string_is_not_indexed_like_an_array() -> None:
    with pytest.raises(NotAnArray):
        find("$.customer.name[0]")


def test_a_path_function_loads_and_is_a_member_that_is_not_there() -> None:
    with pytest.raises(NoMatch) as missing:
        find("$.items.length()")
    assert missing.value.detail == "Property ['length()'] not found in path $['items']"
    assert not parse_path("$.items.length()").is_reference


def test_a_function_of_many_nodes_finds_nothing() -> None:
    with pytest.raises(NoMatch):
        find("$.items[*].length()")


def test_an_unresolved_placeholder_is_opaque() -> None:
    with pytest.raises(NoMatch):
        find("${InputPath}")
    assert parse_path("$.a['${Key}']").steps == ("a", "${Key}")


@pytest.mark.parametrize(
    "text",
    [
        "", "a", ".a", " $.a", "$.a ", "$.", "$..", "$...", "$.a.", "$.a..", "$.a b", "$ .a", "$[", "$.a[0", "$['a", "$['']", "$[]", "$[ ]",
        "$a b", "$1", "$a-b", "$.a)", "()", "$[0:1:0]", "$[1,]", "$['a',]", "$[a]", "$.a[?(@.b]", "$.a[?(@.b ==)]", "$.a[?(1 == 1)]", "$.a[?]",
        "$.a[?(@.x =~ /(/)]", "$.a[?(@[?(@.b)])]", "$.a.x().y", "$.a[99999999999999999999]", "$.a\n", "$.a.*b", "$" + "$" * 3,
        "$.a[?(" + "(" * 300 + "@.b" + ")" * 300 + ")]",
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_path(text)
    assert caught.value.message == "Value is not a valid JSONPath"
    assert caught.value.offset is not None and caught.value.__notes__


@pytest.mark.parametrize("text", ["$.a[*]", "$..a", "$.a[0:1]", "$.a[0,1]", "$.a[?(@.b)]", "$['a','b']", "$.a:b", "$.a,b", "$.a@b", "$.a?", "$.a.length()"])
def test_what_may_name_several_nodes_is_no_reference_path(text: str) -> None:
    assert not parse_path(text).is_reference


def test_an_escaped_operator_leaves_a_reference_path() -> None:
    assert parse_path(r"$.foo\@bar.baz\[\[.\?pretty").steps == ("foo@bar", "baz[[", "?pretty")


def test_data_deeper_than_the_stack_can_be_searched() -> None:
    deep: Json = {"leaf": 1}
    for _ in range(5000):
        deep = {"n": deep}
    assert find("$..leaf", deep) == [1]
    assert parse_path("$" + ".n" * 5000 + ".leaf").find(deep, SCOPE) == 1


def test_jsonpath_ng_is_imported_only_for_filters() -> None:
    program = "import sys; from asl_engine.expressions.jsonpath import parse_path; parse_path('$..a[*]'); assert 'jsonpath_ng' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_input_path_null_gives_an_empty_object() -> None:
    evaluate = path_field(None)
    assert evaluate is not None and evaluate(ORDER, SCOPE) == {}


def test_input_path_dollar_is_nothing_to_do() -> None:
    assert path_field("$") is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("$.NoSuch", "Invalid path '$.NoSuch' : No results for path: $['NoSuch']"),
        ("$.no.such.result.path", "Invalid path '$.no.such.result.path' : Missing property in path $['no']"),
        ("$unset", "Invalid path '$unset' : No results for path: $['unset']"),
    ],
)
def test_a_path_field_that_finds_nothing_fails_the_state(text: str, cause: str) -> None:
    evaluate = path_field(text)
    assert evaluate is not None
    with pytest.raises(Failure) as caught:
        evaluate(ORDER, SCOPE)
    assert (caught.value.error, caught.value.cause) == ("States.Runtime", cause)


def test_result_path_null_gives_the_raw_input_back() -> None:
    insert = result_path(None)
    assert insert is not None and insert(ORDER, 1) is ORDER


def test_result_path_dollar_is_nothing_to_do() -> None:
    assert result_path("$") is None


@pytest.mark.parametrize("text", ["$$", "$$.a", "$x", "$.a[*]", "$..a", "$.a[0:1]", "$.a.length()"])
def test_result_path_must_be_a_reference_path_into_the_input(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        result_path(text)
    assert caught.value.message == "Value is not a Reference Path"


@pytest.mark.parametrize("pattern", ["(a|a)*", "(a+)+", "((a{0,9}){0,9}){0,9}"])
def test_a_regular_expression_that_would_never_end_does(pattern: str) -> None:
    path = f"$.l[?(@.x =~ /{pattern}/)].x"
    assert find(path, {"l": [{"x": "aaa"}, {"x": 5}, {}]}) == ["aaa"]
    with pytest.raises(Failure, match="takes too long"):
        find(path, {"l": [{"x": "a" * 40 + "!"}]})
