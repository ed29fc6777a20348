"""Small mistakes in the worked examples' definitions do not go by unnoticed: `bench/mutants.py` on a few of them."""

import copy
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from mutants import draw, is_noticed, subjects  # noqa: E402
from mutations import mutations  # noqa: E402

DEFINITION = json.loads((ROOT / "definitions" / "orchestrator" / "r5.asl.json").read_text())


def differences(before, after, at=""):
    """Pointers at which two values differ; containers with other members count once."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [found for key in before for found in differences(before[key], after[key], f"{at}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [found for index, pair in enumerate(zip(before, after, strict=True)) for found in differences(*pair, f"{at}/{index}")]
    return [] if before == after else [at]


def test_a_mutation_changes_one_container_and_leaves_the_definition_alone():
    original = copy.deepcopy(DEFINITION)
    for mutation in mutations(DEFINITION):
        inside = mutation.pointer.rstrip("/")
        places = differences(original, mutation.definition)
        assert places and all(place.startswith(inside) for place in places), mutation.sentence
    assert original == DEFINITION


def test_no_two_mutations_are_the_same():
    texts = [json.dumps(mutation.definition, sort_keys=True) for mutation in mutations(DEFINITION)]
    assert len(texts) == len(set(texts)) > 500


def test_one_seed_draws_the_same_mutants(monkeypatch):
    monkeypatch.chdir(ROOT)
    (subject,) = subjects(["scenarios/examples/batch-job.scenario.yaml"])
    sentences = [[job.mutation.sentence for job in draw(subject, 20, seed)[0]] for seed in (7, 7, 8)]
    assert sentences[0] == sentences[1] != sentences[2]


@pytest.mark.parametrize("path", ["scenarios/orchestrator/r5.scenario.yaml", "scenarios/examples/should-i-deploy.scenario.yaml"])
def test_scenarios_notice_what_is_drawn(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (subject,) = subjects([path])
    unnoticed = [job.mutation.sentence for job in draw(subject, 25, 0)[0] if not is_noticed(job)]
    assert unnoticed == []
