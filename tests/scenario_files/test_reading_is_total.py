"""Whatever stands in a scenario file: scenarios that can be played, or a `ScenarioError` with a place for every complaint."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asl_engine.errors import ScenarioError
from asl_engine.harness.play import play
from asl_engine.scenario import CallExpectation, Expectation, StateExpectation
from asl_engine.scenario_files import load_scenarios
from asl_engine.scenario_files.models import ScenarioFile, ScenarioModel
from asl_engine.tasks.mock_files import AnswerModel

MODELS = (ScenarioFile, ScenarioModel, Expectation, StateExpectation, CallExpectation, AnswerModel)
KEYS = sorted({field.alias or name for model in MODELS for name, field in model.model_fields.items()} | {"A", "use", "with", "visits", "start"})
TEXTS = [
    "",
    "A",
    "A -> B",
    "/(/",
    ">= 2",
    "2..x",
    "3s",
    "${n}",
    "$.x",
    "{% $ %}",
    "{% 1",
    "arn:*",
    "a.asl.json",
    "../..",
    "SUCCEEDED",
    "resource: x",
    "...",
    "a\x00b",
]
scalars = st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(TEXTS)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4), max_leaves=12)
mappings = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("scenarios")
    (found / "a.asl.json").write_text(json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}))
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mappings, st.lists(mappings.map(lambda one: {"name": "one", **one}), max_size=2), mappings)
def test_any_file_is_read_or_refused_with_places(folder, shell, scenarios, defaults):
    file = folder / "t.scenario.json"
    file.write_text(json.dumps({"definition": "a.asl.json", **shell, "defaults": defaults, "scenarios": scenarios}), encoding="utf-8")
    try:
        loaded = load_scenarios(file)
    except ScenarioError as refused:
        assert all(line.startswith("  ") or re.match(rf"{re.escape(str(file))}:\d+:\d+: .", line) for line in str(refused).split("\n") if line)
    else:
        for scenario in loaded:
            play(scenario).explanation()
        assert [scenario.location for scenario in loaded if not re.search(r":\d+:\d+$", scenario.location)] == []
