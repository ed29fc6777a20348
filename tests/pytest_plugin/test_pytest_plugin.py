"""The pytest plugin as a project meets it: scenario files, `sfn`, failures."""

import json
import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

# Imported here, so that pytester does not throw them away after each run.
import asl_engine.harness.play
import asl_engine.harness.snapshots
import asl_engine.pytest_plugin
import asl_engine.scenario_files
import asl_engine.strategies

pytest_plugins = "pytester"

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Retry": [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
    "ResultPath": "$.charge",
    "Next": "Settle",
}
ORDER = {
    "StartAt": "Charge",
    "States": {
        "Charge": CHARGE,
        "Settle": {"Type": "Wait", "Seconds": 86400, "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Apologise": {"Type": "Fail", "Error": "Order.Refused", "Cause": "the card was declined"},
    },
}
SCENARIOS = """
definition: order.asl.json
scenarios:
  - name: throttled twice
    input: {amount: 40}
    mocks:
      Charge:
        - {throw: {error: Card.Throttled}, times: 2}
        - return: {id: ch_1}
    expect: {path: [Charge, Settle, Done], retries: {Charge: 2}}
  - name: declined
    mocks:
      Charge: {throw: {error: Card.Declined}}
    expect: {status: SUCCEEDED}
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A folder with a definition; `run` is pytest in this process, with our plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    write(pytester, "order.asl.json", json.dumps(ORDER))
    pytester.run_plugin = lambda *arguments: pytester.runpytest_inprocess("-p", "asl_engine.pytest_plugin", *arguments)
    return pytester


@pytest.fixture
def orders(project):
    write(project, "orders.scenario.yaml", SCENARIOS)
    return project


def write(pytester, name, text):
    (pytester.path / name).write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------- scenario files


def test_each_scenario_of_a_file_is_a_test(orders):
    result = orders.run_plugin("--collect-only", "-q")
    result.stdout.fnmatch_lines(["orders.scenario.yaml::throttled twice", "orders.scenario.yaml::declined"])


@pytest.mark.parametrize("suffix", ["yml", "json"])
def test_scenario_files_have_three_suffixes(project, suffix):
    scenario = {"name": "one", "mocks": {"Charge": {"return": 1}}}
    write(project, f"a.scenario.{suffix}", json.dumps({"definition": "order.asl.json", "scenarios": [scenario]}))
    project.run_plugin().assert_outcomes(passed=1)


def test_the_suffixes_are_those_of_scenario_files():
    assert asl_engine.pytest_plugin.SUFFIXES == asl_engine.scenario_files.SUFFIXES


def test_a_failing_scenario_shows_the_path_the_first_difference_and_the_command(orders):
    result = orders.run_plugin()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*declined  orders.scenario.yaml:11:5",
            "*caught by Catch 0 → Apologise: Card.Declined",
            "  first difference: status  orders.scenario.yaml:14:22",
            "    expected  SUCCEEDED",
            "    actual    FAILED (Order.Refused: the card was declined)",
            "  reproduce: asl test orders.scenario.yaml::declined",
        ]
    )
    assert "Traceback" not in result.stdout.str() and "pytest_plugin.py" not in result.stdout.str()


def test_scenarios_are_chosen_by_k_and_by_id(orders):
    orders.run_plugin("-k", "throttled").assert_outcomes(passed=1, deselected=1)
    orders.run_plugin("orders.scenario.yaml::throttled twice").assert_outcomes(passed=1)


def test_x_stops_at_the_first_failure(orders):
    write(orders, "a.scenario.yaml", SCENARIOS)
    orders.run_plugin("-x").assert_outcomes(passed=1, failed=1)


def test_lf_plays_what_failed_last_time(orders):
    orders.run_plugin("-p", "cacheprovider").assert_outcomes(passed=1, failed=1)
    orders.run_plugin("--lf").assert_outcomes(failed=1)


def test_junit_names_scenarios_and_says_why_they_failed(orders):
    orders.run_plugin("--junitxml", "report.xml")
    cases = {case.get("name"): case for case in ElementTree.parse(orders.path / "report.xml").iter("testcase")}
    assert set(cases) == {"throttled twice", "declined"}
    assert "first difference: status" in cases["declined"].find("failure").text


def test_a_broken_file_is_a_collection_error_with_its_places_and_no_traceback(project):
    write(project, "broken.scenario.yaml", "definition: order.asl.json\nscenarios:\n  - name: x\n    imput: {}\n    mocks: 3\n")
    result = project.run_plugin()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['broken.scenario.yaml:4:5: unknown key "imput" in a scenario; did you mean "input"[?]', "broken.scenario.yaml:5:12: *"])
    assert "Traceback" not in result.stdout.str() and "scenario_files" not in result.stdout.str()


def test_text_that_is_no_yaml_is_a_collection_error_too(project):
    write(project, "broken.scenario.yaml", "scenarios: [\n")
    result = project.run_plugin()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["broken.scenario.yaml:*"])


def test_an_unmocked_task_fails_the_scenario_with_the_way_out(project):
    write(project, "a.scenario.yaml", "definition: order.asl.json\nscenarios:\n  - name: nothing\n")
    result = project.run_plugin()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['  UnmockedTask: nothing answers *function:charge in state "Charge" (attempt 0)'])


UNUSED = "definition: order.asl.json\nscenarios:\n  - name: paid\n    mocks:\n      Charge: [{return: 1}, {return: 2}]\n"


def test_an_unused_mock_is_a_warning(project):
    write(project, "a.scenario.yaml", UNUSED)
    result = project.run_plugin()
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(['*UnusedMock: a.scenario.yaml:5:*: state "Charge": returns 2 was never given'])


def test_an_unused_mock_can_be_made_a_failure(project):
    write(project, "a.scenario.yaml", UNUSED)
    result = project.run_plugin("-W", "error::asl_engine.pytest_plugin.UnusedMock")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["paid  a.scenario.yaml:3:5", "  UnusedMock: *"])


def test_the_seed_takes_the_place_of_the_scenarios_own(project):
    drawing = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"n.$": "States.MathRandom(0, 1000000)"}, "End": True}}}
    write(project, "a.scenario.yaml", json.dumps({"definition": drawing, "scenarios": [{"name": "drawn", "expect": {"output": {"n": -1}}}]}))
    shown = [project.run_plugin("--asl-seed", seed).stdout.str() for seed in ("1", "2", "1")]
    actual = [next(line for line in text.splitlines() if line.startswith("    actual")) for text in shown]
    assert actual[0] == actual[2] != actual[1]
    assert "reproduce: asl test a.scenario.yaml::drawn --seed 1" in shown[0]


def test_a_seed_is_a_number(project):
    result = project.run_plugin("--asl-seed", "x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


SNAPSHOT = """# kept
definition: order.asl.json
scenarios:
  - name: paid  # kept too
    mocks:
      Charge: {return: {id: 1}}
    expect:
      snapshot: {}
"""


def test_update_writes_snapshots_and_keeps_comments(project):
    write(project, "a.scenario.yaml", SNAPSHOT)
    project.run_plugin().assert_outcomes(failed=1)
    result = project.run_plugin("--asl-update")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["asl: a.scenario.yaml: snapshots updated"])
    text = (project.path / "a.scenario.yaml").read_text(encoding="utf-8")
    assert "# kept\n" in text and "# kept too\n" in text and "path: [Charge, Settle, Done]" in text
    project.run_plugin().assert_outcomes(passed=1)


def test_update_mends_nothing_but_snapshots(orders):
    before = (orders.path / "orders.scenario.yaml").read_bytes()
    orders.run_plugin("--asl-update").assert_outcomes(passed=1, failed=1)
    assert (orders.path / "orders.scenario.yaml").read_bytes() == before


def test_rows_that_disagree_on_a_snapshot_are_told_and_fail_the_session(project):
    rows = SNAPSHOT.replace("    mocks:\n", "    each: [{n: 1}, {n: 2}]\n    mocks:\n").replace("{id: 1}", "{id: '${n}'}")
    rows = rows.replace("snapshot: {}", "snapshot: {output: 0}")
    write(project, "a.scenario.yaml", rows)
    result = project.run_plugin("--asl-update")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["asl: no snapshot was updated: *share this snapshot and behave differently*"])


# ------------------------------------------------------------------------------------------------------------ sfn

PAID = """
def test_paid(sfn):
    m = sfn.load("order.asl.json")
    m.mocks.state("Charge").throws("Card.Throttled", times=2).returns({"id": "ch_1"})
    r = m.run({"amount": 40})
    assert r.status == "SUCCEEDED" and r.path == ["Charge", "Settle", "Done"]
    assert r.state("Charge").attempts == 3
"""


def test_sfn_loads_mocks_and_runs(project):
    project.makepyfile(PAID)
    project.run_plugin().assert_outcomes(passed=1)


def test_sfn_speaks_for_the_machine_loaded_last(project):
    project.makepyfile(
        """
        def test_paid(sfn):
            sfn.load("order.asl.json")
            sfn.mocks.state("Charge").returns({})
            assert sfn.run().output == {"charge": {}}
        """
    )
    project.run_plugin().assert_outcomes(passed=1)


def test_sfn_without_a_machine_says_how_to_begin(project):
    project.makepyfile("def test_nothing(sfn):\n    sfn.run({})")
    result = project.run_plugin()
    result.stdout.fnmatch_lines(["sfn has no machine yet; begin with sfn.load(…)"])


def test_every_test_gets_machines_of_its_own(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", [1, 2])
        def test_fresh(sfn, n):
            assert sfn.machines == []
            m = sfn.load("order.asl.json")
            m.mocks.state("Charge").returns({})
            m.run({})
            assert len(m.mocks.calls) == 1
        """
    )
    project.run_plugin().assert_outcomes(passed=2)


def test_a_definition_is_found_beside_the_test_in_the_rootdir_and_in_the_projects_definitions(project):
    (project.path / "pyproject.toml").write_text('[tool.asl]\ndefinitions = "machines"\n', encoding="utf-8")
    for folder in ("tests/deep", "machines"):
        (project.path / folder).mkdir(parents=True)
    for place in ("tests/deep/beside.asl.json", "machines/far.asl.json"):
        (project.path / place).write_text(json.dumps(ORDER), encoding="utf-8")
    test = "import pytest\n@pytest.mark.parametrize('n', ['beside', 'far', 'order'])\ndef test_found(sfn, n):\n    sfn.load(n + '.asl.json')\n"
    (project.path / "tests" / "deep" / "test_found.py").write_text(test, encoding="utf-8")
    project.run_plugin("tests/deep").assert_outcomes(passed=3)


def test_a_definition_that_is_nowhere_names_where_it_was_looked_for(project):
    project.makepyfile("def test_lost(sfn):\n    sfn.load('odrer.asl.json')")
    project.run_plugin().stdout.fnmatch_lines([f"E*FileNotFoundError: there is no file odrer.asl.json; looked in {project.path}"])


def test_a_definition_is_taken_as_a_value_with_placeholders(project):
    project.makepyfile(
        """
        def test_value(sfn):
            definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${arn}", "End": True}}}
            m = sfn.load(definition, placeholders={"arn": "arn:aws:lambda:us-east-1:123456789012:function:f"})
            m.mocks.resource("*:f").returns(7)
            assert m.run({}).output == 7
        """
    )
    project.run_plugin().assert_outcomes(passed=1)


def test_tasks_are_asked_for_what_no_mock_answers(project):
    project.makepyfile(
        """
        def test_both(sfn):
            m = sfn.load("order.asl.json")
            assert m.run({}, tasks=lambda call: "other").output == {"charge": "other"}
        """
    )
    project.run_plugin().assert_outcomes(passed=1)


def test_the_seed_is_that_of_the_command_line(project):
    project.makepyfile(
        """
        def test_seed(sfn, request):
            m = sfn.load("order.asl.json")
            m.mocks.state("Charge").always({})
            assert m.run({}).seed == request.config.getoption("asl_seed") and m.run({}, seed=5).seed == 5
        """
    )
    project.run_plugin("--asl-seed", "3").assert_outcomes(passed=1)


def test_mocks_nobody_asked_are_a_warning_of_a_test_that_passed(project):
    project.makepyfile(PAID.replace('.returns({"id": "ch_1"})', '.returns({"id": "ch_1"}).returns({"id": "ch_2"})'))
    result = project.run_plugin()
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(['*UnusedMock: state "Charge": returns {"id":"ch_2"} was never given'])


# ------------------------------------------------------------------------------------------------------- failures

DECLINED = """
import asl_engine as asl

def declined(sfn):
    m = sfn.load("order.asl.json")
    m.mocks.state("Charge").throws("Card.Declined", "no funds")
    return m

"""


def test_a_status_is_explained_by_how_the_execution_ended(project):
    project.makepyfile(DECLINED + "def test_status(sfn):\n    assert declined(sfn).run({}).status == 'SUCCEEDED'\n")
    result = project.run_plugin()
    result.stdout.fnmatch_lines(
        [
            "E*assert FAILED == 'SUCCEEDED'",
            "E*the execution FAILED: Order.Refused — the card was declined",
            "E*path: Charge → Apologise",
            "*asl: execution*",
            "*caught by Catch 0 → Apologise: Card.Declined — no funds",
            "*asl: reproduce*",
            "pytest *.py::test_status",
        ]
    )


def test_a_path_is_explained_by_its_first_difference(project):
    project.makepyfile(DECLINED + "def test_path(sfn):\n    r = declined(sfn).run({})\n    assert r.path == ['Charge', 'Settle', 'Done']\n")
    project.run_plugin().stdout.fnmatch_lines(
        ['E*first difference: state 2 is "Apologise", "Settle" was expected', "E*the execution FAILED: Order.Refused*"],
    )


def test_an_execution_run_without_sfn_is_shown_too(project):
    project.makepyfile(
        """
        import asl_engine as asl

        def test_it():
            r = asl.run(asl.load("order.asl.json"), {}, tasks=lambda call: asl.Failed("E", "c"))
            assert r.status == "SUCCEEDED"
        """
    )
    project.run_plugin().stdout.fnmatch_lines(["E*the execution FAILED: E — c", "*asl: execution*", "*failed: E — c"])


def test_the_last_three_of_many_executions_are_shown(project):
    project.makepyfile(
        """
        def test_it(sfn):
            m = sfn.load("order.asl.json")
            m.mocks.state("Charge").always({})
            runs = [m.run({}) for _ in range(5)]
            assert 0
        """
    )
    result = project.run_plugin()
    result.stdout.fnmatch_lines(["*asl: execution 3 of 5*", "*asl: execution 4 of 5*", "*asl: execution 5 of 5*"])
    assert "execution 2 of 5" not in result.stdout.str()


def test_the_command_repeats_the_seed_and_quotes_the_name(project):
    test = DECLINED + "import pytest\n@pytest.mark.parametrize('n', ['a b'])\ndef test_it(sfn, n):\n    declined(sfn).run({})\n    assert 0\n"
    project.makepyfile(test_it=test)
    project.run_plugin("--asl-seed", "3").stdout.fnmatch_lines(["pytest 'test_it.py::test_it[[]a b[]]' --asl-seed 3"])


def test_an_unmocked_task_shows_the_test_and_not_the_engine(project):
    project.makepyfile("def test_it(sfn):\n    m = sfn.load('order.asl.json')\n    m.run({})\n")
    result = project.run_plugin()
    result.stdout.fnmatch_lines([">*m.run({})", "E*UnmockedTask: nothing answers *function:charge in state *", 'E*add: mocks.state("Charge").returns({})'])
    assert "interpreter" not in result.stdout.str()


def test_a_definition_that_is_refused_shows_its_diagnostics(project):
    project.makepyfile("def test_it(sfn):\n    sfn.load({'StartAt': 'A', 'States': {'B': {'Type': 'Succeed'}}})\n")
    result = project.run_plugin()
    result.stdout.fnmatch_lines(["E*ASL201 Missing 'Next' target: A*"])
    assert "load.py" not in result.stdout.str()


def test_a_verdict_that_failed_is_explained(orders):
    orders.makepyfile(
        """
        import asl_engine as asl

        def test_it():
            verdict = asl.play(asl.load_scenarios("orders.scenario.yaml")[1])
            assert verdict.passed
        """
    )
    orders.run_plugin("-k", "test_it").stdout.fnmatch_lines(["*asl: scenario*", "*first difference: status*"])


def test_a_failing_property_shows_the_scenario_to_paste(project):
    project.makepyfile(
        """
        import asl_engine as asl
        from hypothesis import given, settings
        from asl_engine.strategies import inputs, outcomes

        program = asl.load("order.asl.json")

        @settings(database=None)
        @given(inputs(program), outcomes(program))
        def test_it(input, outcomes):
            execution = asl.run(program, input, tasks=outcomes)
            assert execution.error != "Card.Throttled"
        """
    )
    told = ["- name: found by Hypothesis", "  input: {}", "      - throw: {error: Card.Throttled}", "        times: 3", "    error: Card.Throttled"]
    project.run_plugin().stdout.fnmatch_lines(["*to paste below `scenarios:`*", *told])


def test_failures_of_tests_without_machines_are_left_alone(project):
    project.makepyfile("def test_it():\n    assert [1] == [2]\n")
    assert "asl" not in project.run_plugin("--no-header", "-p", "no:cacheprovider").stdout.str().replace("asl_engine.pytest_plugin", "")


# ------------------------------------------------------------------------------------------- processes, and the cost


@pytest.mark.parametrize("arguments", [("-n", "2"), ("-n", "2", "--dist", "loadfile")])
def test_scenarios_and_tests_are_spread_over_processes(orders, arguments):
    pytest.importorskip("xdist")
    orders.makepyfile(PAID)
    result = orders.runpytest_subprocess("-p", "asl_engine.pytest_plugin", "-p", "xdist", *arguments)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["  first difference: status  orders.scenario.yaml:14:22", "  reproduce: asl test orders.scenario.yaml::declined"])


def test_update_is_refused_in_several_processes(orders):
    pytest.importorskip("xdist")
    result = orders.runpytest_subprocess("-p", "asl_engine.pytest_plugin", "-p", "xdist", "-n", "2", "--asl-update")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--asl-update writes to scenario files; run it without -n"])


def test_the_plugin_imports_nothing_in_a_project_that_does_not_use_it(project):
    project.makepyfile("def test_it():\n    pass\n")
    loaded = "print(sorted(name for name in sys.modules if name.startswith('asl_engine')))"
    code = f"import sys, pytest; pytest.main(['-q', '-p', 'asl_engine.pytest_plugin']); {loaded}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project.path, env=environment)
    assert done.stdout.splitlines()[-1] == "['asl_engine', 'asl_engine.pytest_plugin']"


def test_the_plugin_is_found_by_its_entry_point():
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"asl": "asl_engine.pytest_plugin"}
