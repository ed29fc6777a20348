"""JSONata in its places: delimiters, syntax, what $states holds where."""

from __future__ import annotations

import pytest

from asl_engine.analysis.check import check_definition
from asl_engine.source import source_from_value
from asl_engine.values import Json


def said(**fields: Json) -> list[tuple[str | None, str, str]]:
    state: Json = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True, **fields}
    machine: Json = {"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": state, "E": {"Type": "Succeed"}}}
    if "Catch" not in fields:
        machine["States"].pop("E")  # type: ignore[index, call-overload, union-attr, arg-type]
    return [(d.aws_code, d.message, d.pointer.removeprefix("/States/S")) for d in check_definition(source_from_value(machine))]


def test_a_field_reference_at_the_top_level_is_refused() -> None:
    assert said(Output={"a": "{% phone %}"}) == [("UNSUPPORTED_JSONATA_EXPRESSION", "Reference to 'phone' at the top level is not supported.", "/Output/a")]


def test_wrong_syntax_is_refused_at_the_string() -> None:
    ((code, _, place),) = said(Arguments={"a": ["{% $sum( %}"]})
    assert (code, place) == ("INVALID_JSONATA_EXPRESSION", "/Arguments/a/0")


@pytest.mark.parametrize("text", ["{% 1", "1 %}"])
def test_unbalanced_delimiters_are_refused(text: str) -> None:
    assert [code for code, _, _ in said(Output=text)] == ["INVALID_JSONATA_EXPRESSION"]


@pytest.mark.parametrize("text", [" {% 1 %} ", "$.a", "plain"])
def test_other_text_is_text(text: str) -> None:
    assert said(Output=text) == []


@pytest.mark.parametrize("text", ["{%1%}", "{% \n 1 %}"])
def test_blanks_inside_the_delimiters_are_free(text: str) -> None:
    assert said(Output=text) == []


def test_result_exists_in_output_and_assign() -> None:
    assert said(Output="{% $states.result %}", Assign={"a": "{% $states.result.b %}"}) == []


def test_result_does_not_exist_in_arguments() -> None:
    assert said(Arguments="{% $states.result %}") == [("UNSUPPORTED_JSONATA_EXPRESSION", "Field '$states.result' does not exist.", "/Arguments")]


def test_the_error_exists_in_a_catcher_only() -> None:
    assert said(Catch=[{"ErrorEquals": ["A"], "Next": "E", "Output": "{% $states.errorOutput %}", "Assign": {"e": "{% $states.errorOutput.Error %}"}}]) == []
    assert said(Output="{% $states.errorOutput %}")[0][1] == "Field '$states.errorOutput' does not exist."
