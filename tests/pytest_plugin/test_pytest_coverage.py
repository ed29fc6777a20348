"""`pytest --asl-coverage`, as a project meets it."""

import json

import pytest

import asl_engine.pytest_coverage  # imported here, so that pytester does not throw it away after each run
import asl_engine.pytest_plugin  # noqa: F401

pytest_plugins = "pytester"

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
    "Next": "Done",
}
ORDER = {"StartAt": "Charge", "States": {"Charge": CHARGE, "Done": {"Type": "Succeed"}, "Apologise": {"Type": "Fail"}}}
SCENARIOS = "definition: order.asl.json\nscenarios: [{name: paid, mocks: {Charge: {return: 1}}}]\n"
DECLINED = 'def test_declined(sfn):\n    m = sfn.load("order.asl.json")\n    m.mocks.state("Charge").throws("Card.Declined")\n    m.run()\n'
GAP = 'order.asl.json:1:*: Charge was never caught by Catch 0 ("Card.Declined"): no run makes it fail with that error'.replace("[", "[[]")


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    (pytester.path / "order.asl.json").write_text(json.dumps(ORDER), encoding="utf-8")
    (pytester.path / "orders.scenario.yaml").write_text(SCENARIOS, encoding="utf-8")
    pytester.run_plugin = lambda *arguments: pytester.runpytest_inprocess("-p", "asl_engine.pytest_plugin", *arguments)
    return pytester


def test_what_no_test_did_is_told_behind_the_results(project):
    result = project.run_plugin("--asl-coverage")
    result.stdout.fnmatch_lines(["*coverage of state machines*", "order.asl.json", "  states *  2 of 3 *", f"  {GAP}", "    so Apologise is never entered"])
    assert result.ret == 0


def test_executions_of_sfn_count(project):
    project.makepyfile(DECLINED)
    result = project.run_plugin("--asl-coverage=100")
    result.stdout.fnmatch_lines(["  all *  6 of 6  100%"])
    assert result.ret == 0


def test_too_little_fails_the_session(project):
    result = project.run_plugin("--asl-coverage=90")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["coverage 50% is less than 90%"])
    assert result.ret == 1


def test_processes_of_xdist_are_merged(project):
    pytest.importorskip("xdist")
    project.makepyfile(DECLINED)
    result = project.run_plugin("-p", "xdist.plugin", "-n", "2", "--asl-coverage=100")
    result.stdout.fnmatch_lines(["  all *  6 of 6  100%"])
    assert result.ret == 0


def test_nothing_is_told_where_nothing_ran(project):
    project.makepyfile(test_nothing="def test_nothing(): pass")
    assert "coverage of" not in project.run_plugin("--asl-coverage=90", "test_nothing.py").stdout.str()


def test_a_path_taken_for_a_percentage_is_explained(project):
    result = project.run_plugin("--asl-coverage", "orders.scenario.yaml")
    result.stderr.fnmatch_lines(["*'orders.scenario.yaml' is no percentage; write --asl-coverage=90*"])
