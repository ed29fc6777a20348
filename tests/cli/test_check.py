import json

import pytest


@pytest.fixture
def good(asl):
    return asl.write("good.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})


@pytest.fixture
def bad(asl):
    return asl.write("bad.asl.json", '{\n  "StartAt": "A",\n  "States": {"A": {"Type": "Fail", "Error.$": "$.e"}}\n}')


def test_a_good_definition_passes(asl, good):
    done = asl("check", good)
    assert (done.exit_code, done.stdout) == (0, "1 definition checked: nothing to complain about\n")


def test_a_bad_one_is_a_finding_with_place_code_and_pointer(asl, good, bad):
    done = asl("check", good, bad)
    assert done.exit_code == 1
    first, line, caret, place, *_, last = done.stdout.splitlines()
    assert first.startswith("bad.asl.json:3:36: ASL102 error: ")
    assert line == '  3 |   "States": {"A": {"Type": "Fail", "Error.$": "$.e"}}'
    assert caret == "    |                                    ^^^^^^^^^"
    assert place == "  at /States/A/Error.$"
    assert last == "2 definitions checked: 1 error"


def test_json_is_one_document(asl, bad):
    document = json.loads(asl("check", bad, "--format", "json").stdout)
    found = document["files"][0]["diagnostics"][0]
    assert (document["format_version"], document["files"][0]["file"], found["pointer"], found["severity"]) == (1, "bad.asl.json", "/States/A/Error.$", "ERROR")


def test_github_gets_an_annotation(asl, bad):
    assert asl("check", bad, "--format", "github").stdout.startswith("::error file=bad.asl.json,line=3,col=36,title=ASL102::")


def test_github_gets_nothing_for_a_good_definition(asl, good):
    assert asl("check", good, "--format", "github").stdout == ""


def test_a_file_that_cannot_be_read_cannot_be_checked(asl, bad):
    done = asl("check", "none.asl.json", bad)
    assert (done.exit_code, "none.asl.json:1:1" in done.stdout) == (2, True)


def test_no_file_and_no_project_is_a_usage_error(asl):
    done = asl("check")
    assert (done.exit_code, "no project with definitions is around" in done.stderr) == (2, True)


def test_without_a_file_the_projects_definitions_are_checked(asl, tmp_path):
    asl.write("pyproject.toml", '[tool.asl]\ndefinitions = "here"\n')
    (tmp_path / "here").mkdir()
    asl.write("here/a.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert asl("check").stdout == "1 definition checked: nothing to complain about\n"


def test_the_type_decides_what_is_refused(asl):
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "u", "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    file = asl.write("token.asl.json", {"StartAt": "A", "States": {"A": state}})
    assert [asl("check", file, "--type", type).exit_code for type in ("STANDARD", "EXPRESS")] == [0, 1]


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": NaN}', "[" * 1000, '{"a": "\\ud800"}', "a: &a\n  b: *a\n", '"' + "x" * 1_100_000 + '"', '{"StartAt": ${unfilled}}'],
    ids=["empty", "broken", "NaN", "deep", "surrogate", "cyclic", "enormous", "placeholder"],
)
def test_what_cannot_be_read_at_all_is_no_finding(asl, text):
    file = asl.write("a.yaml" if text.startswith("a:") else "a.json", text)
    done = asl("check", file)
    assert (done.exit_code, "Traceback" in done.output) == (2, False)
    assert done.stdout.endswith("1 definition checked: 1 error\n")


def test_what_a_services_api_does_not_take_is_a_finding(asl):
    pytest.importorskip("botocore")
    state = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TabelName": "t", "Key": {}}, "End": True}
    done = asl("check", asl.write("order.asl.json", {"StartAt": "A", "States": {"A": state}}))
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith("order.asl.json:1:")
    assert 'did you mean "TableName"?' in done.stdout


def test_a_folder_is_checked_with_what_cannot_be_read_in_it(asl, good, tmp_path):
    """Silence about a broken file would be taken for its soundness."""
    asl.write("broken.asl.json", '{"StartAt": "A", "States": {"A": {"Type": "Succeed"},}}')
    asl.write("empty.asl.yaml", "")
    asl.write("notes.json", "{")
    done = asl("check", ".")
    assert done.exit_code == 2
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if " error: " in line] == ["broken.asl.json", "empty.asl.yaml"]
    assert done.stdout.endswith("3 definitions checked: 2 errors\n")


def test_what_is_in_a_name_does_not_reach_the_terminal(asl):
    asl.write("odd.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B\x1b[31m\n": {"Type": "Succeed"}}})
    said = asl("check", "odd.asl.json").stdout
    assert "\x1b" not in said and 'State "B [31m " is not reachable.' in said


def test_a_code_is_explained_however_it_is_written(asl):
    assert asl("check", "--explain", "asl310").stdout == asl("check", "--explain", "ASL310").stdout
