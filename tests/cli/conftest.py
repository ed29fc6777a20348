import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asl_engine.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def asl(tmp_path, monkeypatch):
    """`asl(*arguments)` in an empty folder; `asl.write(name, value)` puts a file there."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)

    def write(name: str, value: object) -> str:
        (tmp_path / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return name

    call.write = write
    return call


@pytest.fixture
def order(asl):
    """A definition that charges with retries and apologises."""
    charge = {
        "Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
        "Retry": [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
        "Next": "Done",
    }
    states = {"Charge": charge, "Done": {"Type": "Succeed"}, "Apologise": {"Type": "Fail", "Error": "Sorry", "Cause": "no funds"}}
    return asl.write("order.asl.json", {"StartAt": "Charge", "States": states})
