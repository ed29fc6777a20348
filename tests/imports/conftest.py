import textwrap
from pathlib import Path

import pytest

from asl_engine.imports import read_definition

FILES = Path(__file__).parent / "files"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to be in; `folder(name=text)` writes files, "__" in a name standing for a dot and "/" for itself."""
    monkeypatch.chdir(tmp_path)

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).removeprefix("\n"), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def terraform(folder):
    """`terraform(definition, rest)`: the value of a machine's definition, an HCL expression, in a module with the rest."""

    def value(definition, rest="", *, placeholders=None):
        folder({"main.tf": f'resource "aws_sfn_state_machine" "m" {{\n  definition = {definition}\n}}\n', "rest.tf": rest})
        return read_definition("main.tf", placeholders=placeholders).value

    return value


@pytest.fixture
def evaluated(terraform):
    """`evaluated(expression, rest)`: the value of any HCL expression."""

    def value(expression, rest="", *, placeholders=None):
        return terraform(f"jsonencode({{ value = {expression} }})", rest, placeholders=placeholders)["value"]

    return value


@pytest.fixture
def resolved(folder):
    """`resolved(yaml, rest)`: the value of a CloudFormation expression in a template with the rest."""

    def value(expression, rest="", *, placeholders=None):
        text = f"Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n        value: {expression}\n"
        folder({"template.yaml": text + "  Fn: {Type: AWS::Lambda::Function}\n" + textwrap.dedent(rest)})
        return read_definition("template.yaml", placeholders=placeholders).value.get("value", "nothing")

    return value
