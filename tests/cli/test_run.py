import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RETURNS = "mocks: {Charge: [{throw: {error: Card.Throttled, cause: slow down}}, {return: {id: 1}, after: 1s}]}"
DECLINES = "mocks: {Charge: {throw: {error: Card.Declined, cause: no funds}}}"


def test_an_execution_is_shown_as_a_tree(asl, order):
    done = asl("run", order, "--mock", asl.write("mocks.yaml", RETURNS))
    assert done.exit_code == 0
    *tree, status, output = done.stdout.splitlines()
    assert tree == ["  +0s  Charge  function charge", "  +3s    retry 1 after 3s: Card.Throttled — slow down", "  +4s  Done    Succeed", ""]
    assert status.startswith("SUCCEEDED after 4s  (")
    assert output == 'output  {"id":1}'


def test_an_execution_that_fails_is_a_finding(asl, order):
    done = asl("run", order, "--mock", asl.write("mocks.yaml", DECLINES))
    assert done.exit_code == 1
    assert "caught by Catch 0 → Apologise: Card.Declined — no funds" in done.stdout
    assert done.stdout.endswith("error   Sorry\ncause   no funds\n")


def test_json_is_one_document(asl, order):
    document = json.loads(asl("run", order, "--mock", asl.write("mocks.yaml", RETURNS), "--json").stdout)
    assert list(document) == ["format_version", "status", "output", "error", "cause", "path", "elapsed_seconds", "events"]
    assert (document["format_version"], document["status"], document["path"], document["elapsed_seconds"]) == (1, "SUCCEEDED", ["Charge", "Done"], 4.0)
    assert document["events"][0]["timestamp"] == "2026-01-01T00:00:00.000+00:00"


def test_the_history_is_written_as_the_aws_cli_prints_it(asl, order, tmp_path):
    asl("run", order, "--mock", asl.write("mocks.yaml", RETURNS), "--history", "history.json")
    events = json.loads((tmp_path / "history.json").read_text())["events"]
    assert [event["type"] for event in events][:2] == ["ExecutionStarted", "TaskStateEntered"]
    assert events[1]["stateEnteredEventDetails"] == {"name": "Charge", "input": "{}", "inputDetails": {"truncated": False}}


@pytest.mark.parametrize(("arguments", "stdin"), [(["-i", "input.json"], None), (["--input-json", '{"n": 7}'], None), (["-i", "-"], '{"n": 7}')])
def test_the_input_comes_from_a_file_a_text_or_standard_input(asl, arguments, stdin):
    asl.write("input.json", {"n": 7})
    echo = asl.write("echo.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert json.loads(asl("run", echo, *arguments, "--json", stdin=stdin).stdout)["output"] == {"n": 7}


def test_start_name_and_seed_are_seen_by_the_machine(asl):
    state = {"Type": "Pass", "Parameters": {"at.$": "$$.Execution.StartTime", "name.$": "$$.Execution.Name", "id.$": "States.UUID()"}, "End": True}
    echo = asl.write("echo.asl.json", {"StartAt": "A", "States": {"A": state}})
    runs = [
        json.loads(asl("run", echo, "--start", "2030-06-01T12:00:00+02:00", "--name", "mine", "--seed", seed, "--json").stdout)["output"] for seed in (1, 1, 2)
    ]
    assert (runs[0]["at"][:19], runs[0]["name"]) == ("2030-06-01T10:00:00", "mine")
    assert runs[0] == runs[1] != runs[2]


def test_placeholders_are_filled(asl):
    echo = asl.write("echo.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${a.b}", "End": True}}})
    assert json.loads(asl("run", echo, "--placeholders", asl.write("values.json", {"a.b": "x"}), "--json").stdout)["output"] == "x"


def test_the_scaled_clock_really_takes_time(asl):
    wait = asl.write("wait.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 5, "End": True}}})
    assert asl("run", wait, "--clock", "scaled:500").exit_code == 0


def test_the_first_of_several_mocks_that_answers_does(asl, order):
    asl.write("others.py", "def mocks():\n    return lambda call: {'id': 2}\n")
    other = asl.write("other.yaml", "mocks: {Other: {return: 1}}")
    assert json.loads(asl("run", order, "--mock", other, "--mock", "others.py", "--json").stdout)["output"] == {"id": 2}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], 'UnmockedTask: nothing answers arn:aws:lambda:us-east-1:123456789012:function:charge in state "Charge" (attempt 0)'),
        (["-i", "none.json"], "none.json: the file cannot be read: No such file or directory"),
        (["--input-json", "{"], "InputError: --input-json:1:"),
        (["--input-json", "NaN"], "InputError: --input-json:1:1"),
        (["-i", "a", "--input-json", "1"], "not both"),
        (["--mock", "none.yaml"], "none.yaml:1:1: The file cannot be read"),
        (["--mock", "no.such.module"], "there is no module no"),
        (["--start", "tomorrow"], "'tomorrow' is no instant"),
        (["--clock", "fast"], "'fast' is no clock"),
        (["--clock", "scaled:0"], "'scaled:0' is no clock"),
        (["--clock", "real", "--start", "2030-01-01"], "--clock real starts now"),
        (["--seed", "-1"], "-1"),
        (["--placeholders", "list.json"], "placeholders are one JSON object"),
        (["--type", "FAST"], "'FAST' is not one of"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(asl, order, arguments, said):
    asl.write("list.json", [])
    done = asl("run", order, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_definition_that_aws_would_refuse_is_refused_unless_asked(asl):
    file = asl.write("bad.asl.json", '{\n  "StartAt": "A",\n  "States": {"A": {"Type": "Fail", "Error.$": "$.e"}}\n}')
    refused = asl("run", file)
    assert (refused.exit_code, "bad.asl.json:3:" in refused.stderr, "--no-validate" in refused.stderr) == (2, True, True)
    assert asl("run", file, "--no-validate").exit_code == 1


@pytest.mark.parametrize(("characters", "exit_code"), [(262_142, 0), (262_143, 2)])
def test_input_that_aws_would_not_start_an_execution_with_is_refused(asl, characters, exit_code):
    asl.write("pass.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    done = asl("run", "pass.json", "-i", asl.write("large.json", json.dumps("x" * characters)))
    assert (done.exit_code, "the execution input has 262,145 bytes" in done.stderr) == (exit_code, exit_code == 2)


@pytest.mark.parametrize(
    ("name", "exit_code"), [("x" * 80, 0), ("Größe_1-a.b", 0), ("x" * 81, 2), ("", 2), ("two words", 2), ("a:b", 2), ("a\x85", 2)], ids=ascii
)
def test_a_name_that_aws_would_not_take_is_refused(asl, name, exit_code):
    asl.write("pass.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    done = asl("run", "pass.json", "--name", name)
    assert (done.exit_code, "Invalid Name" in done.stderr) == (exit_code, exit_code == 2)


@pytest.mark.parametrize("module", ["raise SystemExit(0)", "def mocks():\n    raise SystemExit(0)\n"], ids=["when imported", "when called"])
def test_a_module_of_mocks_that_exits_is_told(asl, order, module):
    done = asl("run", order, "--mock", asl.write("leaving.py", module))
    assert (done.exit_code, "raised SystemExit: 0" in done.stderr) == (2, True)


def test_input_that_is_no_utf8_is_told(asl, order, tmp_path):
    (tmp_path / "latin.json").write_bytes('{"a": "é"}'.encode("latin-1"))
    done = asl("run", order, "-i", "latin.json")
    assert (done.exit_code, "latin.json: this is not UTF-8: byte 8 is 0xe9" in done.stderr) == (2, True)


def test_an_exception_in_a_mock_is_told_with_its_line_and_on_request_its_traceback(asl, order):
    mock = asl.write("broken.py", "def mocks():\n    return lambda call: call.arguments['x']\n")
    done = asl("run", order, "--mock", mock)
    assert (done.exit_code, "raised KeyError: 'x'" in done.stderr, "broken.py:2" in done.stderr, "Traceback" in done.stderr) == (2, True, True, False)
    assert "Traceback" in asl("run", order, "--mock", mock, "--tracebacks").stderr


def test_an_execution_nothing_can_wake_cannot_be_run(asl, order):
    done = asl("run", order, "--mock", asl.write("mocks.yaml", "mocks: {Charge: {never: true}}"))
    assert (done.exit_code, "ExecutionStalled" in done.stderr) == (2, True)


def test_a_projects_mocks_are_found_from_its_subfolders(asl, order, tmp_path, monkeypatch):
    asl.write("pyproject.toml", "[tool.asl]\n")
    asl.write("mocks_of_a_project.py", "def mocks():\n    return lambda call: {'id': 3}\n")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert json.loads(asl("run", "../order.asl.json", "--mock", "mocks_of_a_project", "--json").stdout)["output"] == {"id": 3}


def test_a_terminal_that_cannot_show_a_character_gets_its_number(asl):
    file = asl.write("a.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "é →", "End": True}}})
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "asl_engine", "run", file], capture_output=True, env=environment)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b'output  "\xe9 \\u2192"')


def test_what_a_mock_file_answers_for_a_service_is_held_against_its_model(asl):
    pytest.importorskip("botocore")
    state = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TableName": "t", "Key": {}}, "End": True}
    machine, mocks = asl.write("m.asl.json", {"StartAt": "Get", "States": {"Get": state}}), asl.write("m.json", {"mocks": {"Get": {"return": {"Item": 5}}}})
    done = asl("run", machine, "--mock", mocks)
    assert done.exit_code == 2
    assert "at /Item of its result: Field 'Item' must be an object" in done.output
