"""The orchestrator's scenarios both ways: with the fake tables of `mocks/`, and with moto's DynamoDB in their place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.tasks.aws_views import plain
from mocks.orchestrator import Orchestrator

pytest.importorskip("moto")

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = ROOT / "definitions" / "orchestrator"
STATUS, HISTORY = "iam_orchestrator_execution_status", "iam_orchestrator_request_history"
TABLES = {"dynamodb": {STATUS: {"key": ["account_id", "resource"]}, HISTORY: {"key": "request_id"}}}
SCENARIOS = [scenario for file in sorted((ROOT / "scenarios" / "orchestrator").glob("*.scenario.yaml")) for scenario in asl.load_scenarios(file)]
OWN = asl.load_scenarios(ROOT / "scenarios" / "services" / "orchestrator.scenario.yaml")


def named(scenario):
    return f"{scenario.file.name}::{scenario.name}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
def test_a_scenario_holds_with_real_tables_as_with_fake_ones(scenario):
    verdict = asl.play(replace(scenario, services=TABLES))
    assert verdict.passed, verdict.explanation()


@pytest.mark.parametrize("scenario", OWN, ids=named)
def test_what_is_left_in_the_tables_is_as_expected(scenario):
    verdict = asl.play(scenario).strict()
    assert verdict.passed, verdict.explanation()


@pytest.mark.parametrize("world", [{}, {"build_ends": "FAILED"}, {"adlds_ends": "FAILED"}], ids=["works", "build fails", "group fails"])
@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_fake_and_real_tables_hold_the_same_in_the_end(revision, world):
    program = asl.load(DEFINITIONS / f"{revision}.asl.json", placeholders=json.loads((DEFINITIONS / "values.json").read_text()))
    request = json.loads((ROOT / "scenarios" / "orchestrator" / ("request-r5.json" if revision == "r5" else "request-r3.json")).read_text())
    fake, behind, aws = Orchestrator(**world), Orchestrator(**world), asl.AwsTasks(TABLES)
    executions = [asl.run(program, request, tasks=tasks, name="same") for tasks in (fake.mocks, asl.FirstOf(aws, behind.mocks))]
    assert executions[0].path == executions[1].path
    for name, table in ((STATUS, fake.status), (HISTORY, fake.history)):
        assert aws.table(name).items == [{attribute: plain(value) for attribute, value in item.items()} for item in table.items.values()]
