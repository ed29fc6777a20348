"""The worked example's scenarios: all pass, and between them they take every way a revision has."""

import json
from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.views.visits import every_visit

ROOT = Path(__file__).resolve().parents[2]
REVISIONS = ["r3", "r4", "r5", "r6"]


@pytest.fixture(scope="module", params=REVISIONS)
def revision(request):
    """(its states, the verdicts of its scenarios)"""
    states = json.loads((ROOT / "definitions" / "orchestrator" / f"{request.param}.asl.json").read_text())["States"]
    return states, [asl.play(scenario) for scenario in asl.load_scenarios(ROOT / "scenarios" / "orchestrator" / f"{request.param}.scenario.yaml")]


@pytest.fixture(scope="module")
def visits(revision):
    return [visit for verdict in revision[1] for visit in every_visit(verdict.execution)]


def test_every_scenario_passes_and_uses_its_mocks(revision):
    assert [verdict.explanation() for verdict in revision[1] if not verdict.passed or verdict.warnings] == []


def test_every_state_is_visited(revision, visits):
    assert {visit.name for visit in visits} == set(revision[0])


def test_every_choice_rule_and_default_is_taken(revision, visits):
    ways = {f"/States/{name}/Choices/{index}" for name, state in revision[0].items() for index in range(len(state.get("Choices", [])))}
    ways |= {f"/States/{name}/Default" for name, state in revision[0].items() if "Default" in state}
    assert {visit.rule for visit in visits if visit.rule} == ways


def test_every_catcher_catches(revision, visits):
    catchers = {f"/States/{name}/Catch/{index}" for name, state in revision[0].items() for index in range(len(state.get("Catch", [])))}
    assert {visit.catcher for visit in visits if visit.catcher} == catchers


def test_every_retrier_retries_and_is_exhausted(revision, visits):
    """An exhausted retrier was named by the last failure, and was used as often as it may."""
    exhausted, helped = set(), set()
    for visit in (visit for visit in visits if visit.attempts):
        retriers = revision[0][visit.name].get("Retry", [])
        for index, retrier in enumerate(retriers):
            last = visit.attempts[-1]
            others = {error for earlier in retriers[:index] for error in earlier["ErrorEquals"]}
            named = last.error in retrier["ErrorEquals"] or ("States.ALL" in retrier["ErrorEquals"] and last.error not in others)
            if last.failed and named and len(visit.attempts) == retrier.get("MaxAttempts", 3) + 1:
                exhausted.add((visit.name, index))
            if not last.failed and len(visit.attempts) == retrier.get("MaxAttempts", 3) + 1 > 1:
                helped.add((visit.name, index))
    there = {(name, index) for name, state in revision[0].items() for index in range(len(state.get("Retry", [])))}
    assert exhausted == there
    assert helped == {(name, index) for name, index in there if revision[0][name]["Retry"][index].get("MaxAttempts") != 0}
