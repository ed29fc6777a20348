"""Options and settings of `asl check`."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def poll(asl):
    return asl.write("poll.asl.json", (ROOT / "tests/lint/ASL310/bad.asl.json").read_text(encoding="utf-8"))


@pytest.fixture
def literal(asl):
    return asl.write("literal.asl.json", '{"StartAt": "A",\n "States": {"A": {"Type": "Fail", "Cause":  "$.cause"}}}\n')


def codes(done):
    return [each["code"] for file in json.loads(done.stdout)["files"] for each in file["diagnostics"]]


def test_warnings_do_not_fail_unless_asked(asl, poll):
    assert [asl("check", poll, *options).exit_code for options in ([], ["--fail-on", "warning"], ["--fail-on", "advice"])] == [0, 1, 1]


def test_codes_are_selected_and_ignored_by_their_beginnings(asl, poll):
    assert codes(asl("check", poll, "--format", "json", "--select", "ASL44,ASL321")) == ["ASL440", "ASL321"]
    assert codes(asl("check", poll, "--format", "json", "--ignore", "ASL31")) == []


def test_a_code_there_is_not_is_a_usage_error(asl, poll):
    done = asl("check", poll, "--select", "ASL8")
    assert (done.exit_code, "no code begins with 'ASL8'" in done.stderr) == (2, True)


def test_a_page_is_printed_and_all_codes_are_listed(asl):
    assert asl("check", "--explain", "ASL310").stdout.startswith("ASL310 A polling loop")
    assert asl("check", "--explain", "ASL102").stdout.startswith("ASL102 A field")
    assert "\nASL310  A polling loop" in asl("check", "--explain", "all").stdout
    assert asl("check", "--explain", "ASL999").exit_code == 2


def test_fix_mends_the_file_and_tells_what_is_left(asl, literal, tmp_path):
    done = asl("check", literal, "--fix")
    assert (tmp_path / literal).read_text() == '{"StartAt": "A",\n "States": {"A": {"Type": "Fail", "CausePath":  "$.cause"}}}\n'
    assert done.stderr == "literal.asl.json: fixed: rename Cause to CausePath\n"
    assert done.stdout == "1 definition checked: nothing to complain about\n"


def test_diff_shows_the_change_and_makes_none(asl, literal, tmp_path):
    before = (tmp_path / literal).read_text()
    done = asl("check", literal, "--fix", "--diff")
    assert (done.exit_code, (tmp_path / literal).read_text()) == (1, before)
    assert '- "States": {"A": {"Type": "Fail", "Cause":  "$.cause"}}}\n+ "States": {"A": {"Type": "Fail", "CausePath":  "$.cause"}}}\n' in done.stdout


def test_diff_of_what_needs_no_mending_is_nothing(asl, poll):
    assert (asl("check", poll, "--diff").exit_code, asl("check", poll, "--diff").stdout) == (0, "")


def test_mending_keeps_line_ends_and_placeholders(asl, tmp_path):
    file = tmp_path / "a.asl.yaml"
    file.write_bytes(b"StartAt: A\r\nStates:\r\n  A:\r\n    Type: Fail\r\n    Cause: $.cause   # why\r\n    Error: ${Name}\r\n")
    values = asl.write("values.json", {"Name": "Order.Lost"})
    assert asl("check", file.name, "--fix", "--placeholders", values).exit_code == 0
    assert file.read_bytes() == b"StartAt: A\r\nStates:\r\n  A:\r\n    Type: Fail\r\n    CausePath: $.cause   # why\r\n    Error: ${Name}\r\n"


def test_a_project_sets_profile_codes_and_types(asl, poll):
    asl.write("pyproject.toml", '[tool.asl.check]\nprofile = "strict"\nignore = ["ASL5", "ASL321"]\n')
    assert codes(asl("check", poll, "--format", "json")) == ["ASL310", "ASL440"]
    assert codes(asl("check", poll, "--format", "json", "--ignore", "ASL310,ASL5")) == ["ASL440", "ASL321"]
    asl.write("pyproject.toml", '[tool.asl.check]\nexpress = ["po*"]\n')
    assert codes(asl("check", poll, "--format", "json")) == []
    asl.write("pyproject.toml", '[tool.asl.check]\nper-file-ignores = {"p*.json" = ["ASL31"]}\n')
    assert codes(asl("check", poll, "--format", "json")) == []
    asl.write("pyproject.toml", '[tool.asl.check]\nfail-on = "warning"\n')
    assert asl("check", poll).exit_code == 1


def test_schemas_of_the_project_tell_what_comes_in(asl):
    state = {"Type": "Pass", "InputPath": "$.order.id", "End": True}
    file = asl.write("order.asl.json", {"StartAt": "A", "States": {"A": state}})
    asl.write("input.json", {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"], "additionalProperties": False})
    assert codes(asl("check", file, "--format", "json")) == []
    asl.write("pyproject.toml", '[tool.asl.schemas."order*"]\ninput = "input.json"\n')
    assert [code[:4] for code in codes(asl("check", file, "--format", "json"))] == ["ASL5"]


def test_a_schema_that_cannot_be_read_is_told(asl, poll):
    asl.write("pyproject.toml", '[tool.asl.schemas."*"]\ninput = "gone.json"\n')
    done = asl("check", poll)
    assert (done.exit_code, "gone.json" in done.stderr, "Traceback" in done.output) == (2, True, False)


def test_junit_fails_where_the_exit_code_does(asl, poll):
    from xml.etree import ElementTree

    good = asl.write("good.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    lenient, severe = (ElementTree.fromstring(asl("check", good, poll, "--format", "junit", "--fail-on", least).stdout) for least in ("error", "warning"))
    assert [case.get("name") for case in severe.iter("testcase")] == [good, poll]
    assert (lenient.get("failures"), severe.get("failures")) == ("0", "1")
    assert [failure.get("type") for failure in severe.iter("failure")] == ["ASL310"]
    assert "ASL310" in next(lenient.iter("system-out")).text


def test_a_definition_on_one_line_is_cut_around_the_place(asl):
    states = {f"State{index}": {"Type": "Pass", "Next": f"State{index + 1}"} for index in range(40)} | {"State40": {"Type": "Fail", "Cause": "$.x"}}
    file = asl.write("one.asl.json", {"StartAt": "State0", "States": states})
    _, line, caret, *_ = asl("check", file).stdout.splitlines()
    assert len(line) < 140
    assert line[caret.index("^") :].startswith('"$.x"')


def test_every_definition_of_a_deployment_file_is_checked_and_none_is_said_to_be_mendable(asl):
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"StartAt": "A", "States": {"A": {"Type": "Fail", "Cause": "$.x"}}}}}
    file = asl.write("template.json", {"Resources": {"One": machine, "Two": machine}})
    done = asl("check", file)
    assert done.stdout.endswith("2 definitions checked: 2 warnings\n")
    assert "--fix" not in done.stdout
    assert asl("check", file, "--fix", "--diff").stdout == ""


def test_a_byte_order_mark_stays_where_it_is(asl, tmp_path):
    (tmp_path / "marked.asl.yaml").write_bytes(b"\xef\xbb\xbfStartAt: A\nStates:\n  A: {Type: Fail, Cause: $.cause}\n")
    asl("check", "marked.asl.yaml", "--fix")
    assert (tmp_path / "marked.asl.yaml").read_bytes() == b"\xef\xbb\xbfStartAt: A\nStates:\n  A: {Type: Fail, CausePath: $.cause}\n"


def test_a_field_that_stands_twice_is_not_said_to_be_mendable(asl):
    """Which of the two is meant nobody knows."""
    file = asl.write("twice.asl.json", '{"StartAt": "A", "States": {"A": {"Type": "Fail", "Cause": "$.x", "Cause": "$.y"}}}')
    before = Path(file).read_bytes()
    assert "--fix" not in asl("check", file).stdout
    asl("check", file, "--fix")
    assert Path(file).read_bytes() == before
