"""What `run` and `start` take, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import QUEUE, machine, nothing, play, task

GOOD = machine(A=nothing())


@pytest.mark.parametrize("program", [GOOD, "order.asl.json", None])
def test_a_definition_must_be_loaded_first(program: Any) -> None:
    with pytest.raises(asl.DefinitionError, match="is no program"):
        asl.run(program, {})


@pytest.mark.parametrize("type", ["express", "", "standard"])
def test_a_type_is_standard_or_express(type: str) -> None:
    with pytest.raises(asl.DefinitionError, match="STANDARD or EXPRESS"):
        asl.load(GOOD, type=type)


@pytest.mark.parametrize("seed", [None, "x", 1.0, True])
def test_a_seed_is_an_integer(seed: Any) -> None:
    """None would draw from the system, and nothing could be repeated."""
    with pytest.raises(asl.InputError, match="seed"):
        play(GOOD, seed=seed)


@pytest.mark.parametrize(
    "context", [[1], "x", {"Execution": "x"}, {"StateMachine": None}, {"Execution": {"Name": float("nan")}}, {"Extra": {1, 2}}, {1: 2}], ids=repr
)
def test_a_context_is_an_object_of_json(context: Any) -> None:
    with pytest.raises(asl.InputError, match="context"):
        play(GOOD, context=context)


@pytest.mark.parametrize("variables", [[1], {"x": float("nan")}, {"x": {1}}, {1: 2}], ids=repr)
def test_variables_are_an_object_of_json(variables: Any) -> None:
    with pytest.raises(asl.InputError, match="variables"):
        play(GOOD, variables=variables)


def test_a_context_belongs_to_the_caller() -> None:
    given: dict[str, Any] = {"Execution": {"Name": "e1"}, "Extra": {"list": [1]}}
    execution = play(machine(A=nothing(Parameters={"extra.$": "$$.Extra"})), context=given)
    given["Extra"]["list"].append(2)
    assert execution.output == {"extra": {"list": [1]}}


@pytest.mark.parametrize("limits", [{"events": 0}, {"payload_bytes": -1}, {"inline_map_concurrency": 0}, {"duration_seconds": -5}], ids=repr)
def test_a_limit_is_at_least_one(limits: Any) -> None:
    with pytest.raises(asl.LimitExceeded, match="at least 1"):
        asl.Limits(**limits)


NO_ANSWERS: list[Any] = [
    asl.Succeeded(float("nan")),
    asl.Succeeded("\ud800"),
    asl.Succeeded((1,)),  # type: ignore[arg-type]
    asl.Succeeded({1: 2}),  # type: ignore[dict-item]
    asl.Failed(5),  # type: ignore[arg-type]
    asl.Unanswered(),
    {"plain": "value"},
    None,
]


def asking() -> tuple[asl.Run, str]:
    """A run that waits for its token, and the token."""
    tokens: list[Any] = []

    def answer(call: asl.TaskCall) -> asl.Outcome:
        tokens.append(call.token)
        return asl.Unanswered()

    running = asl.start(asl.load(machine(A=task(Resource=QUEUE, Parameters={"QueueUrl": "q", "MessageBody": "b"}))), {}, tasks=answer)
    running.advance()
    return running, tokens[0]


@pytest.mark.parametrize("outcome", NO_ANSWERS, ids=repr)
def test_what_is_no_answer_is_not_delivered(outcome: Any) -> None:
    running, token = asking()
    with pytest.raises(asl.MockError):
        running.deliver(token, outcome)
    running.deliver(token, asl.Succeeded({}))
    running.advance()
    assert running.execution.status == "SUCCEEDED"


def test_what_is_delivered_is_due_now() -> None:
    running, token = asking()
    running.deliver(token, asl.Succeeded({}, timedelta(hours=1)))
    running.advance()
    assert running.execution.elapsed == timedelta(0)


def test_what_is_delivered_belongs_to_the_deliverer() -> None:
    running, token = asking()
    value: Any = {"n": [1]}
    running.deliver(token, asl.Succeeded(value))
    value["n"].append(2)
    running.advance()
    assert running.execution.output == {"n": [1]}


@pytest.mark.parametrize("wrong", [{"clock": 5}, {"name": 5}, {"seed": "1"}], ids=["clock", "name", "seed"])
def test_arguments_of_the_wrong_kind_are_named(wrong: dict[str, Any]) -> None:
    program = asl.load({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    with pytest.raises(asl.InputError, match=next(iter(wrong))):
        asl.run(program, {}, **wrong)
