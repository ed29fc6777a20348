import json
from textwrap import dedent

import pytest

from asl_engine.errors import ScenarioError
from asl_engine.scenario_files import load_scenarios

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture
def load(tmp_path):
    """`load(text)` reads a scenario file beside a.asl.json; `load.write(name, value)` puts another file there."""

    def write(name, value):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return file

    def read(text, name="t.scenario.yaml"):
        return load_scenarios(write(name, dedent(text)))

    write("a.asl.json", PASS)
    read.write = write
    return read


@pytest.fixture
def complaints(load):
    """What is said about a scenario file with this text, without the folder."""

    def read(text, name="t.scenario.yaml"):
        with pytest.raises(ScenarioError) as refused:
            load(text, name)
        folder = str(load.write("x", "").parent)
        return str(refused.value).replace(f"{folder}/{name}:", "").splitlines()

    return read
