"""What is installed, what it costs to import, and that both front doors lead into the same house."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import asl_engine
from asl_engine.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"asl_engine", f"asl_engine-{asl_engine.__version__}.dist-info"}
    assert "asl_engine/py.typed" in names


def test_the_versions_agree():
    assert PROJECT["project"]["version"] == asl_engine.__version__


def test_checkout_and_console_script_are_the_same_object():
    spec = importlib.util.spec_from_file_location("checkout_cli", ROOT / "cli.py")
    checkout = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checkout)
    assert checkout.main is main
    assert PROJECT["project"]["scripts"] == {"asl": "asl_engine.cli:main"}


def modules_after(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_imports_nothing_else():
    assert not {"pydantic", "yaml", "jsonata", "jsonpath_ng", "click", "asl_engine.interpreter"} & modules_after("import asl_engine")


def test_running_a_plain_machine_imports_no_library_it_does_not_use(tmp_path):
    (tmp_path / "a.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}')
    code = f"from asl_engine.cli import main; main(['run', {str(tmp_path / 'a.asl.json')!r}], standalone_mode=False)"
    assert not {"pydantic", "yaml", "jsonata", "rich"} & modules_after(code)


def test_every_public_name_exists():
    assert [name for name in asl_engine.__all__ if not hasattr(asl_engine, name)] == []


def test_every_declared_dependency_is_imported_somewhere():
    imported = {"jsonata-python": "jsonata", "jsonpath-ng": "jsonpath_ng", "PyYAML": "yaml"}
    code = "\n".join(path.read_text() for path in (ROOT / "asl_engine").rglob("*.py"))
    for requirement in PROJECT["project"]["dependencies"]:
        name = re.split(r"[<>=!~ ]", requirement)[0]
        assert re.search(rf"^\s*(?:import|from) {imported.get(name, name)}\b", code, re.MULTILINE), f"{name} is not used"
