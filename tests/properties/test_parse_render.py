"""A definition is the same whether it is given as a value, as JSON text or as YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from tests.properties import machines

FORMS: dict[str, Callable[[Any], str]] = {
    "compact JSON": lambda definition: json.dumps(definition, separators=(",", ":")),
    "indented JSON": lambda definition: json.dumps(definition, indent=2, ensure_ascii=False),
    "YAML": lambda definition: yaml.safe_dump(definition, sort_keys=False, allow_unicode=True),
    "flowing YAML": lambda definition: "# a machine\n" + yaml.safe_dump(definition, default_flow_style=None, width=60),
}


def run_of(program: asl.Program, which: int) -> str:
    random = Random(which)
    try:
        return asl.run(program, machines.execution_input(random), tasks=machines.Outcomes(random), limits=machines.LIMITS, name="e1").history.to_json()
    except asl.AslError as refusal:
        return str(refusal)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60)
@given(which=st.integers(0, 2**64))
def test_a_machine_runs_alike_in_every_form(form: str, which: int) -> None:
    definition = machines.definition(Random(which))
    text = FORMS[form](definition)
    read = asl.loads(text)
    assert read.source.value == definition
    if form != "flowing YAML":  # whose keys are sorted
        assert run_of(read, which) == run_of(asl.load(definition), which)


@pytest.mark.parametrize("form", ["compact JSON", "indented JSON"])
@settings(max_examples=150)
@given(which=st.integers(0, 2**64))
def test_a_broken_machine_is_found_fault_with_alike_in_every_form(form: str, which: int) -> None:
    random = Random(which)
    definition = broken(random, machines.definition(random))
    given_as_value = asl.check(definition)
    try:
        program = asl.loads(FORMS[form](definition), validate=False)
    except asl.DefinitionError as refusal:
        assert refusal.diagnostics
        return
    found = asl.check(program)
    assert [(one.code, one.pointer, one.message, one.hint) for one in found] == [(one.code, one.pointer, one.message, one.hint) for one in given_as_value]
    assert all(one.location for one in found)


def broken(random: Random, value: Any) -> Any:
    """With some members renamed, taken out or made something else."""
    if random.random() < 0.02:
        return random.choice([None, 1, "x", [], {}, "{% $x + %}", "$.a["])
    if isinstance(value, dict):
        return {
            random.choice([key + "x", key]) if random.random() < 0.02 else key: broken(random, member)
            for key, member in value.items()
            if random.random() > 0.02
        }
    return [broken(random, element) for element in value] if isinstance(value, list) else value
