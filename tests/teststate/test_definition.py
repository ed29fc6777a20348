"""Which state is tested, and what is refused in its definition."""

from __future__ import annotations

import json
from typing import Any

import pytest

import asl_engine as asl
from tests.teststate.states import ask, gives, machine, nothing, output, over, parallel, refusal, task


def test_a_state_of_a_machine_is_tested_by_its_name() -> None:
    assert ask(machine(A=nothing(Next="B"), B=nothing(Result=2)), stateName="B")["output"] == "2"


@pytest.mark.parametrize(
    "outer",
    [
        parallel(machine(X=nothing()), machine(Wanted=nothing(Result="found"))),
        over(nothing(Result="not me")) | {"ItemProcessor": machine(Wanted=nothing(Result="found"))},
        {"Type": "Map", "Iterator": machine(P=parallel(machine(Wanted=nothing(Result="found")))), "End": True},
    ],
    ids=["in a branch", "in an item processor", "in a branch in an iterator"],
)
def test_the_name_is_looked_for_at_any_depth(outer: dict[str, Any]) -> None:
    assert output(machine(Outer=outer), stateName="Wanted") == "found"


@pytest.mark.parametrize("definition", [machine(A=nothing()), nothing(), {"States": []}, {"States": {"A": 1}}])
def test_a_name_that_is_not_there_is_refused(definition: Any) -> None:
    assert refusal(definition, stateName="B") == "ValidationException: State not found in definition"


def test_the_machines_query_language_is_the_states() -> None:
    assert output({"QueryLanguage": "JSONata", **machine(A=nothing(Output="{% 1 + 1 %}"))}, stateName="A") == 2


def test_the_machines_query_language_is_that_of_inner_states() -> None:
    inner = machine(B=nothing(Output="{% 1 + 1 %}"))
    assert output({"QueryLanguage": "JSONata", **machine(A=parallel(inner))}, stateName="B") == 2


def test_a_state_alone_may_go_to_states_that_are_not_there() -> None:
    assert ask(nothing(Next="Elsewhere"))["nextState"] == "Elsewhere"


def test_mistakes_are_told_with_aws_location_in_a_state_alone() -> None:
    assert refusal(parallel(), mock=gives([])) == (
        "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/StateName/Branches'"
    )


def test_mistakes_are_told_where_the_state_stands() -> None:
    definition = machine(P=parallel(machine(A=nothing()), machine(B={"Type": "Passs", "End": True})))
    assert refusal(definition, stateName="B").endswith("Parallel, Map] at /States/P/Branches[1]/States/B/Type'")


def test_a_refusal_keeps_the_findings() -> None:
    with pytest.raises(asl.AslError) as refused:
        ask({"Type": "Pass", "Nxt": "B"})
    assert [finding.aws_code for finding in refused.value.diagnostics] == ["SCHEMA_VALIDATION_FAILED"] * 2  # type: ignore[attr-defined]


def test_mistakes_of_other_states_do_not_matter() -> None:
    assert ask(machine(A=nothing(), B={"Type": "Nonsense"}), stateName="A")["status"] == "SUCCEEDED"


@pytest.mark.parametrize("text", ["[]", "null", '"x"', " "])
def test_a_definition_is_an_object(text: str) -> None:
    with pytest.raises(asl.AslError, match="SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null"):
        asl.test_state(definition=text)


def test_a_definition_that_is_no_json_is_refused() -> None:
    with pytest.raises(asl.AslError, match="INVALID_JSON_DESCRIPTION: ") as refused:
        asl.test_state(definition=json.dumps(task())[:-1])
    assert refused.value.code == "InvalidDefinition"
