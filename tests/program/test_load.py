"""From a file, a text or a value to a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asl_engine as asl
from tests.interpreter.definitions import machine, nothing, task

GOOD = machine(A=nothing())
BAD = machine(A=nothing(Nxt="B"))


def test_a_string_is_always_a_path(tmp_path: Path) -> None:
    file = tmp_path / "m.asl.json"
    file.write_text(json.dumps(GOOD))
    for path in (str(file), file):
        assert list(asl.load(path).states) == ["A"]
    with pytest.raises(asl.DefinitionError, match="cannot be read"):
        asl.load(json.dumps(GOOD))


def test_a_file_in_yaml_is_read_as_yaml(tmp_path: Path) -> None:
    file = tmp_path / "m.asl.yaml"
    file.write_text("StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n")
    assert asl.load(file).start_at == "A"


def test_a_text_is_json_or_yaml() -> None:
    assert asl.loads(json.dumps(GOOD)).start_at == "A"
    assert asl.loads("StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n").start_at == "A"


@pytest.mark.parametrize("value", [None, 1, [], True, 0.5, b"{}", object()], ids=lambda value: type(value).__name__)
def test_a_value_that_is_no_definition_is_refused(value: object) -> None:
    with pytest.raises(asl.DefinitionError):
        asl.load(value)  # type: ignore[arg-type]


def test_a_refused_definition_tells_every_mistake_with_its_place() -> None:
    with pytest.raises(asl.DefinitionError) as refused:
        asl.loads(json.dumps({"StartAt": "B", "States": {"A": {"Type": "Pass", "Nxt": "B", "End": True}}}, indent=1))
    pointers = {diagnostic.pointer for diagnostic in refused.value.diagnostics}
    assert "/States/A/Nxt" in pointers
    assert all(diagnostic.location for diagnostic in refused.value.diagnostics)
    assert len(refused.value.diagnostics) > 1


def test_checking_raises_nothing(tmp_path: Path) -> None:
    assert asl.check(GOOD) == []
    assert asl.check(BAD)
    assert asl.check(tmp_path / "gone.json")


def test_a_program_can_be_checked() -> None:
    assert asl.check(asl.load(BAD, validate=False)) == asl.check(BAD)


def test_without_validation_unknown_fields_are_ignored() -> None:
    assert asl.run(asl.load(BAD, validate=False), {"a": 1}).output == {"a": 1}


def test_placeholders_fill_what_they_name() -> None:
    definition = machine(A=task(Resource="${Pay}"))
    program = asl.load(definition, placeholders={"Pay": "arn:aws:lambda:us-east-1:123456789012:function:pay"})
    execution = asl.run(program, {}, tasks=lambda call: str(call.resource))
    assert execution.output == "arn:aws:lambda:us-east-1:123456789012:function:pay"


def test_a_resource_that_nobody_filled_is_a_task_to_mock() -> None:
    assert asl.run(asl.load(machine(A=task(Resource="${Pay}"))), {}, tasks=lambda call: str(call.resource)).output == "${Pay}"


def test_one_program_runs_many_executions() -> None:
    program = asl.load(machine(A=nothing(Parameters={"n.$": "$.n"})))
    assert [asl.run(program, {"n": n}).output for n in range(3)] == [{"n": n} for n in range(3)]
