import uuid

import pytest

from asl_engine.chance import Chance
from asl_engine.expressions import ExpressionError, Scope
from asl_engine.expressions.intrinsics import compile_field, compile_intrinsic
from asl_engine.failures import Failure
from asl_engine.values import Json


class WithContext(Scope):
    @property
    def context(self) -> dict[str, Json]:
        return {"StateMachine": {"Id": "arn:sm", "Name": "a-b"}}


SCOPE = WithContext(variables={"name": "Ada", "n": 2})


def value_of(text: str, data: Json = None) -> Json:
    return compile_intrinsic(text)(data, SCOPE)


def cause_of(text: str, data: Json = None) -> str | None:
    with pytest.raises(Failure) as caught:
        value_of(text, data)
    assert caught.value.error == "States.Runtime"
    return caught.value.cause


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Array('a', 1, -1.5, 1e2, null, true, false)", ["a", 1, -1.5, 100.0, None, True, False]),
        ("States.Array()", []),
        ("States.Array( 'a' ,\n'b' )", ["a", "b"]),
        (r"States.Array('it\'s', '\{\}', '\\')", ["it's", "{}", "\\"]),
        ("States.Array('{\"a\": \"b\"}', 'a, (b)')", ['{"a": "b"}', "a, (b)"]),
        ("States.Array($.a.b[0], $$.StateMachine.Name, $name, $.x['k, )'])", [1, "a-b", "Ada", 5]),
        ("States.Array($.a.b[*])", [[1]]),
        ("States.Array($.rows[?(@.k == v)].n)", [[3]]),
        ("States.Array(States.Array($.a.b), States.UUID())", None),
    ],
)
def test_arguments_are_literals_paths_and_calls(text: str, value: Json) -> None:
    result = value_of(text, {"a": {"b": [1]}, "x": {"k, )": 5}, "rows": [{"k": "v", "n": 3}, {"k": "w"}]})
    assert value is None or result == value


@pytest.mark.parametrize(
    "text",
    [
        "", "States.Array", "States.Array(", "States.Array('a'", "States.Array('a)", "States.Array('a' 'b')", "States.Array('a',)", "States.Array(,'a')",
        " States.Array('a')", "States.Array('a') ", "States.Array('a')x", "States.Array ('a')", "States.Array(a)", "States.Array(\"a\")", "States.Array({})",
        "States.Array($.a b)", "States.Array($.)", "States.Array($.a[)", "States.Array(01x)", "States.Array(1e999)", "States.Array(nul)", "states.Array()",
        "States.Xyz($.a)", "States.array()", "States.", "Format('a')", "States.UUID(1)", "States.Format()", "States.MathAdd(1)", "States.MathAdd(1, '-1')",
        "States.MathAdd(1, true)", "States.ArrayLength('a')", "States.JsonMerge($.a, $.b, 'false')",
        r"""States.StringToJson('{"text":"An \"escaped\" quote"}')""",
        "States.Array(" * 11 + ")" * 11, "States.Array(" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_intrinsic(text)
    assert caught.value.aws_code == "SCHEMA_VALIDATION_FAILED"


def test_ten_calls_may_be_nested() -> None:
    assert value_of("States.Array(" * 10 + ")" * 10) == [[[[[[[[[[]]]]]]]]]]


def test_an_unknown_function_is_met_with_a_suggestion() -> None:
    with pytest.raises(ExpressionError, match=r'States\.Fromat, did you mean "States\.Format"'):
        compile_intrinsic("States.Fromat('{}', $.a)")


def test_a_refusal_knows_where_it_stands() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_intrinsic("States.Array($.ok, $.a[x])")
    assert caught.value.offset == len("States.Array($.ok, $.a[")


def test_a_missing_argument_names_the_whole_expression_and_the_input() -> None:
    text = "States.Format('{}', States.MathAdd($.x, 1))"
    assert (
        cause_of(text, {"y": [1, "é"]})
        == f"The function '{text}' had the following error: The JsonPath argument for the field '$.x' could not be found in the input '{{\"y\":[1,\"é\"]}}'"
    )


def test_a_missing_context_argument_is_printed_with_one_dollar() -> None:
    cause = cause_of("States.Array($$.Task.Token)", {})
    assert cause is not None and cause.endswith("The JsonPath argument for the field '$.Task.Token' could not be found in the input '{}'")


def test_an_index_beyond_the_array_is_a_missing_argument() -> None:
    assert "could not be found in the input" in str(cause_of("States.Array($.l[5])", {"l": []}))


def test_indexing_what_is_no_array_tells_the_filter() -> None:
    assert (
        cause_of("States.Array($.v[0])", {"v": 1})
        == "The function 'States.Array($.v[0])' had the following error: Filter: [0] can only be applied to arrays. Current context is: 1"
    )


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("States.ArrayLength($.value)", "States.ArrayLength"),
        ("States.Format('{}', States.ArrayLength($.value))", "States.ArrayLength"),
        (r"States.Array('a\n')", "States.Array"),
        (r"States.Format('\x {}', 1)", "States.Format"),
        ("States.Format('{} {}', 1)", "States.Format"),
        ("States.Format('{}', 1, 2)", "States.Format"),
        ("States.MathAdd($.text, 1)", "States.MathAdd"),
        ("States.MathAdd($.yes, 1)", "States.MathAdd"),
        ("States.Format($.value)", "States.Format"),
    ],
)
def test_arguments_of_the_wrong_kind_name_their_function(text: str, function: str) -> None:
    assert (
        cause_of(text, {"value": 5, "text": "5", "yes": True})
        == f"There was an error while evaluating the intrinsic function: {text}. Invalid arguments in {function}"
    )


def test_values_deeper_than_the_stack_are_invalid_arguments() -> None:
    deep: Json = []
    for _ in range(5000):
        deep = [deep]
    for text in ("States.Format('{}', $)", "States.ArrayUnique($)", "States.JsonToString($)"):
        assert "Invalid arguments" in str(cause_of(text, deep))
    assert "Invalid arguments in States.StringToJson" in str(cause_of("States.StringToJson($)", "[" * 100_000))


@pytest.mark.parametrize(
    ("template", "arguments", "value"),
    [
        ("'{}'", "$", "{Arg1=1, Arg2=[]}"),
        ("'fst={} and snd={}.'", "null, 1.1", "fst=null and snd=1.1."),
        ("''", "", ""),
        (r"'\{{}\} \'{}\' \\'", "'a', 'b'", "{a} 'b' \\"),
        ('\'{"k": "{}"}\'', "true", '{"k": "true"}'),
        ("'s3://${Bucket}/{}'", "'k'", "s3://${Bucket}/k"),
        ("$.Arg1", "", None),
    ],
)
def test_format_fills_its_placeholders_in_order(template: str, arguments: str, value: Json) -> None:
    text = f"States.Format({template}{', ' if arguments else ''}{arguments})"
    if value is None:
        assert "Invalid arguments in States.Format" in str(cause_of(text, {"Arg1": 1, "Arg2": []}))
    else:
        assert value_of(text, {"Arg1": 1, "Arg2": []}) == value


def test_a_template_may_come_from_data() -> None:
    assert value_of("States.Format($.t, $name)", {"t": "Hello {}!"}) == "Hello Ada!"


def test_draws_come_from_the_execution_s_chance() -> None:
    def draws() -> list[Json]:
        scope = Scope(chance=Chance(7))
        return [compile_intrinsic(text)(None, scope) for text in ("States.UUID()", "States.MathRandom(1, 1000000)", "States.MathRandom(1, 1000000)")]

    first = draws()
    assert first == draws() and first[1] != first[2]
    assert uuid.UUID(str(first[0])).version == 4


def test_a_seeded_random_number_does_not_depend_on_earlier_draws() -> None:
    scope = Scope(chance=Chance(7))
    seeded = compile_intrinsic("States.MathRandom(0, 999, 3)")
    before = seeded(None, scope)
    scope.chance.fraction()
    assert seeded(None, scope) == before


def test_a_field_may_hold_a_path_or_a_call() -> None:
    assert compile_field("$.e", "ErrorPath")({"e": "E"}, SCOPE) == "E"
    assert compile_field("States.Format('{}', $.e)", "ErrorPath")({"e": "E"}, SCOPE) == "E"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("$.ErrorX", '{"Error":"E"}'),
        ("$.Error.x", '{"Error":"E"}'),
        ("$.Error[0]", '{"Error":"E"}'),
        ("$$.Execution.Id", '{"StateMachine":{"Id":"arn:sm","Name":"a-b"}}'),
        ("$unset.x", '{"name":"Ada","n":2}'),
    ],
)
def test_a_field_that_finds_nothing_prints_where_it_looked(text: str, printed: str) -> None:
    with pytest.raises(Failure) as caught:
        compile_field(text, "ErrorPath")({"Error": "E"}, SCOPE)
    assert caught.value.error == "States.Runtime"
    assert caught.value.cause == f"The JSONPath '{text}' specified for the field 'ErrorPath' could not be found in the input '{printed}'"


@pytest.mark.parametrize("text", ["nothing", "States.Xyz()", "$.a[", ""])
def test_a_field_that_holds_neither_is_refused_in_aws_s_words(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_field(text, "CausePath")
    assert caught.value.message == "The value for the field 'CausePath' must be a valid JSONPath or a valid intrinsic function call"
    assert caught.value.__notes__
