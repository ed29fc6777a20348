import json
from textwrap import dedent

import pytest

from asl_engine.scenario_files import load_scenarios

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Retry": [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}],
    "TimeoutSeconds": 60,
    "Next": "Done",
}
ORDER = {"StartAt": "Charge", "States": {"Charge": CHARGE, "Done": {"Type": "Succeed"}}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with order.asl.json; `folder(name, text)` puts a file there and returns its name."""
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(content) if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return name

    write("order.asl.json", ORDER)
    return write


@pytest.fixture
def one(folder):
    """`one(text)` is the only scenario of a file with this definition and these lines."""

    def load(*lines):
        text = "definition: order.asl.json\nscenarios:\n  - name: one\n" + "".join(f"    {line}\n" for line in lines)
        (only,) = load_scenarios(folder("t.scenario.yaml", text))
        return only

    return load
