"""What cannot be compiled is refused with its place, and never with a traceback; all else is compiled."""

from __future__ import annotations

from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import LAMBDA, machine, nothing, over, parallel, task


def state_of(**fields: Any) -> Any:
    return asl.load(machine(A=nothing(**fields)), validate=False).states["A"]


def test_states_know_their_place_in_the_definition() -> None:
    program = asl.load(machine(P=parallel(machine(M=over(machine(A=nothing()))))))
    inner: Any = program.states["P"].body
    assert inner.branches[0].pointer == "/States/P/Branches/0"
    innermost = inner.branches[0].states["M"].body.processor
    assert innermost.states["A"].pointer == "/States/P/Branches/0/States/M/ItemProcessor/States/A"


def test_the_defaults_of_a_retrier_are_the_specs() -> None:
    (retrier,) = asl.load(machine(A=task(Retry=[{"ErrorEquals": ["E"]}]))).states["A"].retriers
    assert (retrier.interval, retrier.max_attempts, retrier.backoff_rate, retrier.max_delay, retrier.jitter) == (1, 3, 2.0, None, False)


def test_the_deprecated_iterator_is_an_item_processor() -> None:
    definition = machine(M={"Type": "Map", "Iterator": machine(A=nothing(Result=1)), "End": True})
    assert asl.run(asl.load(definition), [0, 0]).output == [1, 1]


def test_inner_states_inherit_the_machines_language_and_not_their_containers() -> None:
    fan = parallel(machine(A=nothing(Parameters={"x.$": "$.n"})), QueryLanguage="JSONata", Arguments="{% {'n': 1} %}")
    assert asl.run(asl.load(machine(P=fan)), {}).output == [{"x": 1}]


def test_an_end_wins_over_a_next_when_nobody_validated() -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True, "Next": "B"}, "B": nothing()}}
    assert asl.run(asl.load(definition, validate=False), {}).path == ["A"]


WRONG: dict[str, tuple[Any, str]] = {
    "no machine": ([], ""),
    "no StartAt": ({"States": {}}, "/StartAt"),
    "no States": ({"StartAt": "A"}, "/States"),
    "States that are an array": ({"StartAt": "A", "States": []}, "/States"),
    "a state that is none": (machine(A=1), "/States/A"),  # type: ignore[arg-type]
    "no Type": (machine(A={"End": True}), "/States/A/Type"),
    "an unknown Type": (machine(A={"Type": "Pas"}), "/States/A/Type"),
    "a Next that is none": (machine(A={"Type": "Pass", "Next": 1}), "/States/A/Next"),
    "no Resource": (machine(A={"Type": "Task", "End": True}), "/States/A/Resource"),
    "a path that is none": (machine(A=nothing(InputPath="a.b[")), "/States/A/InputPath"),
    "a ResultPath that is none": (machine(A=nothing(ResultPath="$..a")), "/States/A/ResultPath"),
    "a template with a wrong path": (machine(A=nothing(Parameters={"x.$": "no"})), "/States/A/Parameters"),
    "an expression that is none": (machine(A=nothing(QueryLanguage="JSONata", Output="{% 1 + %}")), "/States/A/Output"),
    "a Wait without a time": (machine(A={"Type": "Wait", "End": True}), "/States/A"),
    "a Wait of text": (machine(A={"Type": "Wait", "Seconds": "soon", "End": True}), "/States/A/Seconds"),
    "retriers that are none": (machine(A=task(Retry=[1])), "/States/A/Retry/0"),
    "an ErrorEquals of numbers": (machine(A=task(Retry=[{"ErrorEquals": [1]}])), "/States/A/Retry/0/ErrorEquals"),
    "an interval of text": (machine(A=task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": "1"}])), "/States/A/Retry/0/IntervalSeconds"),
    "a catcher without Next": (machine(A=task(Catch=[{"ErrorEquals": ["E"]}])), "/States/A/Catch/0/Next"),
    "branches that are none": (machine(A={"Type": "Parallel", "Branches": 1, "End": True}), "/States/A/Branches"),
    "a Map without processor": (machine(A={"Type": "Map", "End": True}), "/States/A/Iterator"),
    "an Assign that is no object": (machine(A=nothing(Assign=[])), "/States/A/Assign"),
    "an Assign that is one expression": (machine(A=nothing(QueryLanguage="JSONata", Assign="{% {'a':1} %}")), "/States/A/Assign"),
    "a timeout of text": ({**machine(A=nothing()), "TimeoutSeconds": "x"}, "/TimeoutSeconds"),
}


@pytest.mark.parametrize(("definition", "pointer"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_compiled_is_refused_with_its_place(definition: Any, pointer: str) -> None:
    with pytest.raises(asl.DefinitionError) as refused:
        asl.load(definition, validate=False)
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.pointer == pointer


def nested(levels: int, kind: str) -> dict[str, Any]:
    inner = machine(**{f"S{levels}": nothing()})
    for level in range(levels):
        name = f"S{level}"
        inner = machine(**{name: parallel(inner) if kind == "Parallel" else over(inner)})
    return inner


@pytest.mark.parametrize(("kind", "levels"), [("Parallel", 48), ("Map", 60)])
def test_states_may_be_nested_deeper_than_any_real_machine(kind: str, levels: int) -> None:
    """Forty-eight Parallels are nearly two hundred levels of JSON, which is as deep as a definition may be."""
    assert asl.run(asl.load(nested(levels, kind), validate=False), []).status == "SUCCEEDED"


@pytest.mark.parametrize("levels", [61, 100, 3000])
def test_states_nested_deeper_are_refused(levels: int) -> None:
    with pytest.raises(asl.DefinitionError, match="nested more than"):
        asl.load(nested(levels, "Parallel"), validate=False)


def test_rules_nested_deeply_are_refused_and_do_not_exhaust_python() -> None:
    rule: dict[str, Any] = {"Variable": "$.a", "IsNull": True}
    for _ in range(5000):
        rule = {"Not": rule}
    definition = machine(C={"Type": "Choice", "Choices": [{**rule, "Next": "A"}]}, A=nothing())
    for validate in (True, False):
        with pytest.raises(asl.DefinitionError):
            asl.load(definition, validate=validate)


def test_a_definition_is_not_written_to() -> None:
    definition = machine(P=parallel(machine(T=task(Retry=[{"ErrorEquals": ["E"]}]))), Z=nothing())
    before = repr(definition)
    asl.run(asl.load(definition, validate=False), {}, tasks=lambda call: {})
    assert repr(definition) == before
    assert LAMBDA in before
