import json

import pytest

TASK = '{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}'
FAILS = '{"errorOutput": {"error": "E", "cause": "c"}}'


def answer(done):
    return json.loads(done.stdout)


def test_the_answer_is_awss(asl):
    done = asl("test-state", "--definition", TASK, "--input", '{"a": 1}', "--mock", '{"result": "{}"}')
    assert (done.exit_code, answer(done)) == (0, {"output": "{}", "status": "SUCCEEDED"})


def test_a_failed_state_is_a_finding(asl):
    done = asl("test-state", "--definition", TASK, "--mock", FAILS)
    assert (done.exit_code, answer(done)["error"]) == (1, "E")


def test_a_caught_error_is_none(asl):
    caught = json.dumps({**json.loads(TASK), "Catch": [{"ErrorEquals": ["E"], "Next": "H"}]})
    done = asl("test-state", "--definition", caught, "--mock", FAILS)
    assert (done.exit_code, answer(done)["nextState"]) == (0, "H")


def test_a_refusal_is_told_by_awss_name(asl):
    done = asl("test-state", "--definition", TASK)
    assert (done.exit_code, done.stderr) == (2, "ValidationException: RoleArn must be specified when testing a Task state\n")


def test_a_state_of_a_machine_in_a_yaml_file_is_tested(asl):
    file = asl.write("order.asl.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n  B: {Type: Succeed}\n")
    assert answer(asl("test-state", "--definition", file, "--state-name", "A"))["nextState"] == "B"


@pytest.mark.parametrize("spelled", ["state.json", "file://state.json", "-"])
def test_a_definition_comes_from_a_file_or_standard_input(asl, spelled):
    text = '{"Type": "Succeed"}'
    asl.write("state.json", text)
    assert answer(asl("test-state", "--definition", spelled, stdin=text))["status"] == "SUCCEEDED"


@pytest.mark.parametrize("input", ["3", "null", '"text"', "[1]", "-1"])
def test_an_input_that_is_json_is_no_files_name(asl, input):
    assert answer(asl("test-state", "--definition", '{"Type": "Succeed"}', "--input", input))["output"] == input


def test_every_text_may_be_a_file(asl):
    asl.write("input.json", {"a": 1})
    asl.write("mock.json", {"result": "{}"})
    asl.write("context.json", {"State": {"Name": "N"}})
    asl.write("variables.json", {"v": 2})
    asl.write("configuration.json", {"retrierRetryCount": 1})
    definition = json.dumps({**json.loads(TASK), "ResultSelector": {"name.$": "$$.State.Name", "v.$": "$v"}, "ResultPath": "$.r"})
    files = ["--input", "input.json", "--mock", "mock.json", "--context", "context.json", "--variables", "variables.json"]
    done = asl("test-state", "--definition", definition, *files, "--state-configuration", "configuration.json")
    assert json.loads(answer(done)["output"]) == {"a": 1, "r": {"name": "N", "v": 2}}


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(asl):
    done = asl("test-state", "--definition", '{"Type": "Succeed"}', "--input", "none.json")
    assert (done.exit_code, done.stderr) == (2, "InputError: none.json: the file cannot be read: No such file or directory\n")


def test_levels_and_secrets_are_passed_on(asl):
    done = asl("test-state", "--definition", TASK, "--mock", FAILS, "--inspection-level", "DEBUG", "--no-reveal-secrets", "--role-arn", "arn:aws:iam::1:role/r")
    assert answer(done)["inspectionData"]["input"] == "{}"
    assert "RevealSecrets" in asl("test-state", "--definition", TASK, "--mock", FAILS, "--reveal-secrets").stderr
