"""`behaves_like`, as a project meets it."""

import json

import pytest

import asl_engine.cli.revision_files
import asl_engine.harness.revisions
import asl_engine.pytest_baseline  # imported here, so that pytester does not throw it away after each run
import asl_engine.pytest_plugin  # noqa: F401

pytest_plugins = "pytester"

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
    "Next": "Done",
}
OLD = {"StartAt": "Charge", "States": {"Charge": CHARGE, "Done": {"Type": "Succeed"}, "Apologise": {"Type": "Fail", "Error": "Sorry"}}}
NEW = {**OLD, "States": {**OLD["States"], "Apologise": {"Type": "Fail", "Error": "Refused"}}}
SCENARIOS = "definition: old.asl.json\nscenarios: [{name: declined, mocks: {Charge: {throw: {error: Card.Declined}}}}]\n"


@pytest.fixture
def project(pytester, monkeypatch):
    """old.asl.json fails with another error than new.asl.json."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name, definition in (("old", OLD), ("new", NEW)):
        (pytester.path / f"{name}.asl.json").write_text(json.dumps(definition), encoding="utf-8")

    def run(call, *arguments):
        pytester.makepyfile(f"from pathlib import Path\nimport asl_engine as asl\n\n\ndef test_it(behaves_like):\n    {call}\n")
        return pytester.runpytest_inprocess("-p", "asl_engine.pytest_plugin", "-p", "no:cacheprovider", *arguments)

    pytester.run_test = run
    return pytester


CALL = 'behaves_like("old.asl.json", "new.asl.json", baseline="accepted.yaml")'


def test_a_revision_that_behaves_alike_passes(project):
    project.run_test('behaves_like("old.asl.json", "old.asl.json")').assert_outcomes(passed=1)


def test_a_difference_fails_with_the_diff_and_the_way_out(project):
    result = project.run_test('behaves_like("old.asl.json", "new.asl.json")')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["- old.asl.json", "+ new.asl.json", "exploration: *", "to accept what is meant, name a file: *"])
    assert "pytest_baseline.py" not in result.stdout.str()


def test_what_is_accepted_passes(project):
    result = project.run_test(CALL)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["to accept what is meant: pytest --asl-update-baselines, and review accepted.yaml"])
    result = project.run_test(CALL, "--asl-update-baselines")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["asl: accepted.yaml: * accepted"])
    project.run_test(CALL).assert_outcomes(passed=1)


def test_a_new_difference_fails_alone(project):
    project.run_test(CALL, "--asl-update-baselines")
    changed = {**NEW, "States": {**NEW["States"], "Charge": {**CHARGE, "TimeoutSeconds": 5, "Resource": CHARGE["Resource"].replace("charge", "pay")}}}
    (project.path / "new.asl.json").write_text(json.dumps(changed), encoding="utf-8")
    result = project.run_test(CALL)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*function pay*"])


def test_an_accepted_difference_that_no_longer_occurs_is_a_warning(project):
    project.run_test(CALL, "--asl-update-baselines")
    (project.path / "new.asl.json").write_text(json.dumps(OLD), encoding="utf-8")
    result = project.run_test(CALL)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*StaleBaseline: accepted.yaml: no longer occurs: *"])
    project.run_test(CALL, "-W", "error::asl_engine.pytest_baseline.StaleBaseline").assert_outcomes(failed=1)


def test_scenarios_about_the_files_are_played(project):
    (project.path / "old.scenario.yaml").write_text(SCENARIOS, encoding="utf-8")
    result = project.run_test('found = behaves_like("old.asl.json", "old.asl.json", explore=None)\n    assert found.compared.scenarios == 1', "-k", "test_it")
    result.assert_outcomes(passed=1)


def test_scenarios_may_be_named_or_none(project):
    (project.path / "x.scenario.yaml").write_text(SCENARIOS, encoding="utf-8")
    count = 'assert behaves_like("old.asl.json", "old.asl.json", scenarios={}, explore=None).compared.scenarios == {}'
    project.run_test(count.format('["x.scenario.yaml"]', 1), "-k", "test_it").assert_outcomes(passed=1)
    project.run_test(count.format("[]", 0), "-k", "test_it").assert_outcomes(passed=1)


def test_values_and_programs_are_revisions_too(project):
    project.run_test('behaves_like(asl.load("old.asl.json"), {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})').assert_outcomes(failed=1)


def test_files_are_found_beside_the_test(project):
    project.makepyfile(**{"folder/test_inner": "def test_it(behaves_like):\n    behaves_like('one.asl.json', 'one.asl.json')\n"})
    (project.path / "folder/one.asl.json").write_text(json.dumps(OLD), encoding="utf-8")
    project.runpytest_inprocess("-p", "asl_engine.pytest_plugin", "folder").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ('behaves_like("old.asl.json", "none.asl.json")', "*FileNotFoundError: there is no file none.asl.json; looked in *"),
        ('Path("accepted.yaml").write_text("accepted: 3"); ' + CALL, "*BaselineError: *accepted.yaml:1:1: accepted differences are a mapping *"),
    ],
)
def test_what_cannot_be_read_is_told(project, call, complaint):
    result = project.run_test(call)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([complaint])


def test_baselines_are_not_updated_in_several_processes(project):
    pytest.importorskip("xdist")
    result = project.run_test(CALL, "-p", "xdist.plugin", "-n", "2", "--asl-update-baselines")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--asl-update-baselines writes to baseline files; run it without -n"])
