import json
from xml.etree import ElementTree

import pytest

SCENARIOS = """definition: order.asl.json
scenarios:
  - name: paid
    mocks: {Charge: {return: {id: 1}}}
  - name: declined
    mocks: {Charge: {throw: {error: Card.Declined}}}
    expect: {status: FAILED}
"""
RETRIED = 'order.asl.json:1:140: Charge was never retried by Retry 0 ("Card.Throttled"): no run makes it fail with that error'


@pytest.fixture
def orders(asl, order):
    return asl.write("orders.scenario.yaml", SCENARIOS)


def test_the_scenarios_of_a_definition_are_played(asl, orders):
    done = asl("coverage", "order.asl.json")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "order.asl.json"
    assert lines[1].split() == ["states", "█" * 20, "3", "of", "3", "100%"]
    assert lines[-2:] == ["never done", f"  {RETRIED}"]


def test_scenarios_can_be_chosen(asl, orders):
    done = asl("coverage", "order.asl.json", f"{orders}::paid")
    assert "    so Apologise is never entered" in done.stdout.splitlines()


def test_too_little_is_a_finding(asl, orders):
    done = asl("coverage", "order.asl.json", "--fail-under", "80")
    assert (done.exit_code, done.stderr) == (1, "coverage 75% is less than 80%\n")
    assert asl("coverage", "order.asl.json", "--fail-under", "75").exit_code == 0


def test_a_definition_without_scenarios_is_a_gap(asl, order):
    done = asl("coverage", order)
    assert done.exit_code == 0
    assert "  order.asl.json:1:34: Charge was never entered" in done.stdout.splitlines()


def test_histories_count_as_aws_prints_them(asl, orders):
    mocks = asl.write("mocks.json", {"mocks": {"Charge": [{"throw": {"error": "Card.Throttled"}, "times": 3}]}})
    assert asl("run", "order.asl.json", "--mock", mocks, "--history", "history.json").exit_code == 1
    document = json.loads(asl("coverage", "order.asl.json", "--histories", "history.json", "--format", "json").stdout)
    counts = {goal["key"]: goal["count"] for goal in document["definitions"][0]["goals"]}
    assert (counts["retried /States/Charge/Retry/0"], counts["exhausted /States/Charge/Retry/0"]) == (2, 1)
    assert counts["caught /States/Charge/Catch/0"] == 0


def test_histories_and_scenarios_are_merged(asl, orders):
    mocks = asl.write("mocks.json", {"mocks": {"Charge": [{"throw": {"error": "Card.Throttled"}, "times": 3}]}})
    asl("run", "order.asl.json", "--mock", mocks, "--history", "history.json")
    assert asl("coverage", "order.asl.json", orders, "--histories", "history.json", "--fail-under", "100").exit_code == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"events": 7}', "[" * 3000])
def test_what_is_no_history_is_refused(asl, order, content):
    done = asl("coverage", order, "--histories", asl.write("history.json", content))
    assert done.exit_code == 2
    assert "history.json" in done.stderr or "history" in done.stderr


def test_a_definition_that_cannot_be_read_is_refused(asl):
    assert asl("coverage", "none.asl.json", "--histories", "h.json").exit_code == 2


def test_json_has_every_goal_with_its_line(asl, orders):
    document = json.loads(asl("coverage", "order.asl.json", "--format", "json").stdout)
    assert document["percent"] == 75
    assert document["kinds"]["states"] == {"reached": 3, "possible": 3}
    assert {"kind": "catchers", "count": 1, "line": 1}.items() <= {
        key: value for goal in document["definitions"][0]["goals"] if goal["kind"] == "catchers" for key, value in goal.items()
    }.items()


def test_lcov_maps_to_lines(asl, order):
    asl.write("lines.asl.json", json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, indent=1))
    asl.write("lines.scenario.yaml", "definition: lines.asl.json\nscenarios: [{name: one}, {name: two}]")
    lines = asl("coverage", "lines.asl.json", "--format", "lcov").stdout.splitlines()
    assert lines == ["TN:", "SF:lines.asl.json", "BRDA:6,0,0,2", "BRF:1", "BRH:1", "DA:4,2", "DA:6,2", "LF:2", "LH:2", "end_of_record"]


def test_cobertura_maps_to_lines(asl, orders):
    root = ElementTree.fromstring(asl("coverage", "order.asl.json", "--format", "cobertura").stdout)
    assert root.tag == "coverage"
    owner = root.find("packages/package/classes/class")
    assert owner.get("filename") == "order.asl.json"
    (line,) = owner.findall("lines/line")
    assert line.attrib == {"number": "1", "hits": "2", "branch": "true", "condition-coverage": "60% (3/5)"}


def test_a_registered_machine_counts(asl, order):
    start = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "order", "Input": {}}, "End": True}
    asl.write("outer.asl.json", {"StartAt": "Start", "States": {"Start": start}})
    scenario = {"name": "both", "definition": "outer.asl.json", "machines": {"order": "order.asl.json"}, "mocks": {"Charge": {"return": 1}}}
    asl.write("outer.scenario.json", {"scenarios": [scenario]})
    assert asl("coverage", order).stdout.splitlines()[1].split()[2:5] == ["2", "of", "3"]
    assert "2 definitions" in asl("test", "outer.scenario.json", "--coverage").stdout.splitlines()


# ------------------------------------------------------------------------------------------------ asl test --coverage


@pytest.mark.parametrize("workers", ["1", "2"])
def test_asl_test_tells_it_behind_the_results(asl, orders, workers):
    done = asl("test", orders, "--coverage", "-n", workers)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == f"  {RETRIED}"


def test_asl_test_merges_files(asl, orders):
    slow = {"name": "slow", "mocks": {"Charge": {"throw": {"error": "Card.Throttled"}, "times": 3}}, "expect": {"status": "FAILED"}}
    asl.write("more.scenario.json", {"definition": "order.asl.json", "scenarios": [slow]})
    assert asl("test", "--coverage", "--fail-under", "100").exit_code == 0


def test_asl_test_fails_under(asl, orders):
    done = asl("test", orders, "--coverage", "--fail-under", "80")
    assert (done.exit_code, done.stderr) == (1, "coverage 75% is less than 80%\n")


def test_asl_test_writes_a_file(asl, orders, tmp_path):
    done = asl("test", orders, "--coverage", "--coverage-format", "lcov", "--coverage-file", "lcov.info")
    assert (tmp_path / "lcov.info").read_text().startswith("TN:\nSF:order.asl.json\n")
    assert "never done" not in done.stdout


def test_a_document_on_standard_output_stays_one(asl, orders):
    assert json.loads(asl("test", orders, "--coverage", "--format", "json").stdout)["passed"] == 2


def test_options_of_coverage_need_it(asl, orders):
    done = asl("test", orders, "--fail-under", "80")
    assert done.exit_code == 2
    assert "go with --coverage" in done.stderr
