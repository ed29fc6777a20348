"""The examples: AWS would take each definition, every scenario of them holds, and together they leave nothing unplayed.

Whatever stands in `definitions/examples` and `scenarios/examples` is collected; a new example needs nothing here.
"""

from functools import cache
from pathlib import Path

import pytest

import asl_engine as asl

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = sorted((ROOT / "definitions" / "examples").glob("*.asl.*"))
SCENARIOS = [scenario for file in sorted((ROOT / "scenarios" / "examples").glob("*.scenario.*")) for scenario in asl.load_scenarios(file)]


@cache
def verdict_of(index):
    return asl.play(SCENARIOS[index])


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.name)
def test_aws_would_take_the_definition(file):
    assert [str(finding) for finding in asl.check(file)] == []


@pytest.mark.parametrize("index", range(len(SCENARIOS)), ids=[f"{scenario.file.name}::{scenario.name}" for scenario in SCENARIOS])
def test_the_scenario_holds(index):
    verdict = verdict_of(index).strict()
    assert verdict.passed, verdict.explanation()
