"""Whatever is written where a path or a call is expected, it is compiled or refused, and what was compiled gives a value or a failure of the machine."""

from hypothesis import given
from hypothesis import strategies as st

from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.intrinsics import compile_intrinsic
from asl_engine.expressions.jsonpath import NoMatch, parse_path
from asl_engine.expressions.templates import check_template, compile_template
from asl_engine.failures import Failure
from asl_engine.values import Json

DATA: list[Json] = [None, 1, "s", [], {}, {"a": {"b": [1, {"c": "x"}]}}, [[1], {"a": None}]]

path_parts = st.sampled_from(
    [
        "$",
        "$$",
        "$x",
        ".a",
        ".b",
        "..",
        ".*",
        "[*]",
        "[0]",
        "[-1]",
        "[1:2]",
        "[0,1]",
        "['a']",
        "['a','b']",
        "[?(@.c == 'x')]",
        "[?(",
        "@.a",
        " == ",
        "&&",
        "!",
        ")]",
        "'",
        '"',
        "\\",
        " ",
        ".",
        "[",
        "]",
        "é",
        "/x/",
        "=~",
        " in ",
        "${P}",
    ]
)
call_parts = st.sampled_from(
    [
        "States.",
        "Format",
        "Array",
        "MathAdd",
        "ArrayRange",
        "StringSplit",
        "Hash",
        "JsonMerge",
        "UUID",
        "(",
        ")",
        ",",
        " ",
        "'{}'",
        "'a\\",
        "'",
        "1",
        "-2.5",
        "null",
        "true",
        "$.a",
        "$$.b",
        "$.a.b[0]",
        "$",
        "$.a[?(@.b == ')')]",
    ]
)
paths = st.lists(path_parts, max_size=8).map("".join) | st.text(max_size=20)
calls = st.lists(call_parts, max_size=12).map("".join) | st.text(max_size=20).map("States.Array({})".format) | st.text(max_size=20)


@given(paths)
def test_a_path_is_read_or_refused_and_finds_or_misses(text: str) -> None:
    try:
        path = parse_path(text)
    except ExpressionError:
        return
    for data in DATA:
        try:
            value = path.find(data, Scope(variables={"x": data}))
        except NoMatch as missing:
            assert isinstance(missing.detail, str)
        else:
            assert path.definite or isinstance(value, list)


@given(calls)
def test_a_call_is_read_or_refused_and_gives_a_value_or_a_failure(text: str) -> None:
    try:
        evaluate = compile_intrinsic(text)
    except ExpressionError:
        return
    for data in DATA:
        try:
            evaluate(data, Scope(variables={"x": data}))
        except Failure as failure:
            assert failure.error == "States.Runtime"


keys = st.sampled_from(["a", "b", "a.$", "b.$", ".$", "$"])
templates = st.recursive(
    st.none() | st.integers() | paths | calls,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(templates)
def test_a_template_is_compiled_unless_its_check_finds_something(template: Json) -> None:
    found = list(check_template(template))
    try:
        compile_template(template)
    except ExpressionError:
        assert found
    else:
        assert not found
