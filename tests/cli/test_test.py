import json
from xml.etree import ElementTree

import pytest

PAID = "mocks: {Charge: {return: {id: 1}}}"
FILE = f"""definition: order.asl.json
scenarios:
  - name: paid
    {PAID}
  - name: declined          # the expectation is wrong
    mocks: {{Charge: {{throw: {{error: Card.Declined}}}}}}
    expect: {{path: [Charge, Done]}}
"""


@pytest.fixture
def orders(asl, order):
    return asl.write("orders.scenario.yaml", FILE)


def test_scenarios_that_pass_are_dots(asl, orders):
    done = asl("test", orders, "-k", "paid")
    assert done.exit_code == 0
    first, _, last, *_ = done.stdout.splitlines()
    assert first == "orders.scenario.yaml . [100%]"
    assert last.startswith("1 passed, 1 deselected in 0.")


def test_a_failure_shows_path_difference_place_and_command(asl, orders):
    done = asl("test", orders)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:-2] == [
        "orders.scenario.yaml .F [100%]",
        "",
        "FAILURES",
        "",
        "declined  orders.scenario.yaml:5:5",
        "  +0s  Charge     function charge",
        "  +0s    caught by Catch 0 → Apologise: Card.Declined",
        "  +0s  Apologise  Fail",
        "  first difference: path, state 2  orders.scenario.yaml:7:29",
        "    expected  Charge → [Done]",
        "    actual    Charge → [Apologise]",
        "  and 1 more difference, at the same place or later:",
        "    status: expected SUCCEEDED (nothing else is said), not FAILED (Sorry: no funds)",
        "  reproduce: asl test orders.scenario.yaml::declined",
    ]


def test_the_command_that_is_shown_plays_that_scenario_alone(asl, orders):
    done = asl("test", "orders.scenario.yaml::declined")
    assert (done.exit_code, "1 failed in" in done.stdout) == (1, True)


def test_the_first_failure_stops_it_on_request(asl, order):
    file = asl.write("many.scenario.yaml", "definition: order.asl.json\nscenarios:\n" + "".join(f"  - {{name: a{n}}}\n" for n in range(5)))
    assert "5 failed" in asl("test", file).stdout
    assert "1 failed" in asl("test", file, "-x").stdout


def test_processes_tell_the_same(asl, orders):
    def without_seconds(done):
        document = json.loads(done.stdout)
        return [{**scenario, "seconds": 0} for scenario in document["scenarios"]]

    assert without_seconds(asl("test", orders, "--format", "json")) == without_seconds(asl("test", orders, "--format", "json", "-n", "2"))
    assert asl("test", orders, "-n", "auto").exit_code == 1


def test_json_is_one_document(asl, orders):
    document = json.loads(asl("test", orders, "--format", "json").stdout)
    assert (document["format_version"], document["passed"], document["failed"]) == (1, 1, 1)
    paid, declined = document["scenarios"]
    assert (paid["passed"], paid["status"], paid["location"]) == (True, "SUCCEEDED", "orders.scenario.yaml:3:5")
    assert [mismatch["key"] for mismatch in declined["mismatches"]] == ["path.1", ""]


def test_github_gets_an_annotation_at_the_expectation(asl, orders):
    lines = asl("test", orders, "--format", "github").stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("::error file=orders.scenario.yaml,line=7,col=29,title=declined::declined  orders.scenario.yaml:5:5%0A")


def test_junit_has_a_case_for_each_scenario(asl, orders, tmp_path):
    asl("test", orders, "--junitxml", "report.xml")
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    cases = root.findall("testsuite/testcase")
    assert [(case.get("name"), case.get("line"), case.find("failure") is not None) for case in cases] == [("paid", "3", False), ("declined", "5", True)]
    assert cases[1].find("failure").get("message") == "path, state 2: expected Charge → [Done], not Charge → [Apologise]"


def test_without_paths_the_projects_scenarios_are_played(asl, orders, tmp_path, monkeypatch):
    asl.write("pyproject.toml", '[tool.asl]\nscenarios = "cases"\ndefinitions = "."\n')
    (tmp_path / "cases" / "deep").mkdir(parents=True)
    (tmp_path / orders).rename(tmp_path / "cases" / "deep" / orders)
    assert "cases/deep/orders.scenario.yaml .F" in asl("test").stdout
    monkeypatch.chdir(tmp_path / "cases" / "deep")
    assert "../orders" not in asl("test").stdout
    assert "1 passed" in asl("test", "-k", "paid").stdout


def test_without_a_project_those_of_this_folder(asl, orders):
    assert "orders.scenario.yaml .F" in asl("test").stdout


def test_an_unused_mock_is_a_warning_or_a_failure(asl, order):
    file = asl.write("t.scenario.yaml", "definition: order.asl.json\nscenarios: [{name: one, mocks: {Charge: {return: 1}, Done: {return: 2}}}]")
    done = asl("test", file)
    assert (done.exit_code, 'state "Done": returns 2 was never given' in done.stdout, "1 passed, 1 with warnings" in done.stdout) == (0, True, True)
    assert asl("test", file, "--strict-mocks").exit_code == 1


def test_update_writes_snapshots_and_leaves_the_rest(asl, order, tmp_path):
    text = f"# ours\ndefinition: order.asl.json\nscenarios:\n  - name: paid   # and shipped\n    {PAID}\n    expect:\n      snapshot: {{}}\n"
    file = asl.write("t.scenario.yaml", text)
    assert asl("test", file).exit_code == 1
    done = asl("test", file, "--update")
    assert (done.exit_code, "updated  t.scenario.yaml" in done.stdout) == (0, True)
    written = "      snapshot:\n        status: SUCCEEDED\n        output: {id: 1}\n        path: [Charge, Done]\n        duration: 0s\n"
    assert (tmp_path / file).read_text() == text.replace("      snapshot: {}\n", written)
    assert asl("test", file).exit_code == 0


def test_update_records_a_failure_where_nothing_else_is_expected(asl, order, tmp_path):
    text = "definition: order.asl.json\nscenarios:\n  - {name: declined, mocks: {Charge: {throw: {error: Card.Declined}}}, expect: {snapshot: {}}}\n"
    file = asl.write("t.scenario.yaml", text)
    assert asl("test", file).exit_code == 1
    assert asl("test", file, "--update").exit_code == 0
    assert "snapshot: {status: FAILED" in (tmp_path / file).read_text()
    assert asl("test", file).exit_code == 0


def test_update_does_not_hide_what_was_expected_by_hand(asl, order):
    file = asl.write(
        "t.scenario.yaml", f"definition: order.asl.json\nscenarios:\n  - name: paid\n    {PAID}\n    expect: {{output: 7, snapshot: {{events: 0}}}}\n"
    )
    done = asl("test", file, "--update")
    assert (done.exit_code, "updated" in done.stdout, "output" in done.stdout) == (1, True, True)


def test_rows_that_share_a_snapshot_must_agree(asl, order):
    row = "name: '${n}', each: [{n: 1}, {n: 2}], mocks: {Charge: {return: '${n}'}}, expect: {snapshot: {}}"
    done = asl("test", asl.write("t.scenario.yaml", f"definition: order.asl.json\nscenarios: [{{{row}}}]"), "--update")
    assert (done.exit_code, "share this snapshot and behave differently" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-k", "nothing"], "nothing to play: -k 'nothing' leaves none of 2 scenarios"),
        (["-k", "(paid"], "a parenthesis is not closed"),
        (["-n", "many"], "'many' is no number of processes"),
        (["-n", "0"], "'0' is no number of processes"),
        (["--seed", "-1"], "-1"),
        (["none.scenario.yaml"], "none.scenario.yaml: there is no such file or folder"),
        (["orders.scenario.yaml::paaid"], 'there is no such scenario; there are "paid", "declined"'),
        (["empty"], "nothing to play: there are no *.scenario.yaml files"),
        (["--input", "x.json"], "go with --mock-config"),
        (["--junitxml", "no/folder/report.xml"], "the results cannot be written"),
    ],
)
def test_what_cannot_be_played_is_told_without_a_traceback(asl, orders, tmp_path, arguments, said):
    (tmp_path / "empty").mkdir()
    done = asl("test", *arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.output


def test_a_scenario_file_that_is_wrong_stops_everything(asl, orders):
    asl.write("wrong.scenario.yaml", "definition: order.asl.json\nscenarios:\n  - {name: a, expct: {}}\n")
    done = asl("test")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == 'ScenarioError: wrong.scenario.yaml:3:15: unknown key "expct" in a scenario; did you mean "expect"?\n'


CONFIG = {
    "StateMachines": {
        "order": {"TestCases": {"Fine": {"Charge": "Ok"}, "Slow": {"Charge": "Throttled"}, "Short": {"Charge": "Once"}, "Sorry": {"Charge": "No"}}}
    },
    "MockedResponses": {
        "Ok": {"0": {"Return": {"id": 1}}},
        "Throttled": {"0-1": {"Throw": {"Error": "Card.Throttled", "Cause": "slow"}}, "2": {"Return": 2}},
        "Once": {"0": {"Throw": {"Error": "Card.Throttled", "Cause": "slow"}}},
        "No": {"0": {"Throw": {"Error": "Card.Declined", "Cause": "no"}}},
    },
}


def test_a_mock_configuration_runs_unchanged(asl, order):
    config = asl.write("MockConfigFile.json", CONFIG)
    done = asl("test", "--mock-config", config, order)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:4] == ["MockConfigFile.json ..F. [100%]", "  order#Fine   SUCCEEDED", "  order#Slow   SUCCEEDED", "  order#Sorry  FAILED"]
    assert 'invocation 1 of "Charge" has no response' in done.stdout
    assert "reproduce: asl test --mock-config MockConfigFile.json order.asl.json 'order#Short'" in done.stdout


@pytest.mark.parametrize("named", ["order#Slow", "arn:aws:states:us-east-1:123456789012:stateMachine:order#Slow"])
def test_a_test_case_is_named_as_step_functions_local_takes_it(asl, order, named):
    config = asl.write("MockConfigFile.json", CONFIG)
    done = asl("test", "--mock-config", config, order, named)
    assert (done.exit_code, "1 passed" in done.stdout, "order#Slow" in done.stdout) == (0, True, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "needs the definitions it is for"),
        (["order.asl.json", "order#slow"], "there is no test case order#slow"),
        (["none.asl.json"], "none.asl.json: there is no such definition"),
        (["Ordr=order.asl.json"], 'has no state machine "Ordr"; did you mean "order=order.asl.json"?'),
    ],
)
def test_a_mock_configuration_that_does_not_fit_is_told(asl, order, arguments, said):
    done = asl("test", "--mock-config", asl.write("MockConfigFile.json", CONFIG), *arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
