"""What `asl.check` promises about any definition."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import asl_engine as asl

ROOT = Path(__file__).parents[2]
LINT = sorted((ROOT / "tests" / "lint").glob("*/*.asl.json"))
DEFINITIONS = [*sorted((ROOT / "definitions").rglob("*.asl.json")), *LINT]
ORDER = ["ERROR", "WARNING", "ADVICE"]


def test_errors_come_first_and_each_severity_in_document_order():
    found = asl.check(ROOT / "definitions/orchestrator/r6.asl.json", profile="strict")
    severities = [ORDER.index(each.severity) for each in found]
    assert severities == sorted(severities)
    lines = [[int(each.location.rsplit(":", 2)[1]) for each in found if each.severity == severity] for severity in ORDER]
    assert all(numbers == sorted(numbers) for numbers in lines)


def test_one_mistake_does_not_hide_the_others():
    found = {each.code for each in asl.check(ROOT / "definitions/orchestrator/r6.asl.json")}
    assert {"ASL102", "ASL310", "ASL313"} <= found


def test_what_is_loaded_is_checked_without_raising():
    definition = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 60, "Next": "A"}, "B": {"Type": "Succeed"}}}
    assert {"ASL202", "ASL312"} <= {each.code for each in asl.check(definition)}


def test_load_refuses_only_what_aws_refuses():
    program = asl.load(ROOT / "tests/lint/ASL310/bad.asl.json")
    assert [each.code for each in asl.check(program)] == ["ASL310"]


def test_the_type_of_a_loaded_machine_is_known():
    file = ROOT / "tests/lint/ASL310/bad.asl.json"
    assert asl.check(asl.load(file, type="EXPRESS"), select=["ASL310"]) == []


def test_an_unknown_type_is_a_finding():
    assert [each.code for each in asl.check({}, type="FAST")] == ["ASL902"]


def test_a_profile_is_the_default_and_more():
    file = ROOT / "definitions/orchestrator/r4.asl.json"
    default, strict = ({(each.code, each.pointer) for each in asl.check(file, profile=profile)} for profile in ("default", "strict"))
    assert default < strict


JUNK = st.sampled_from([None, True, 0, -1, 1.5, "", "$.a", "${x}", "{% $x %}", [], {}, [{}], [[]], {"Fn::Sub": "x"}, {"States": {}}, ["States.ALL"], [None]])


def places(value, way=()):
    yield way
    if isinstance(value, dict):
        for key, member in value.items():
            yield from places(member, (*way, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from places(element, (*way, index))


def put(value, way, new):
    if not way:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = put(copy[way[0]], way[1:], new)
    return copy


@st.composite
def damaged(draw):
    definition = json.loads(draw(st.sampled_from(DEFINITIONS)).read_text(encoding="utf-8"))
    for _ in range(draw(st.integers(1, 3))):
        definition = put(definition, draw(st.sampled_from(list(places(definition)))), draw(JUNK))
    return definition


@given(damaged(), st.sampled_from(["STANDARD", "EXPRESS"]))
def test_whatever_is_wrong_nothing_is_raised(definition, type):
    for each in asl.check(definition, type=type, profile="strict"):
        assert str(each)


@pytest.mark.parametrize("file", LINT, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_json_and_yaml_get_the_same_findings(file, tmp_path):
    import yaml

    other = tmp_path / "a.asl.yaml"
    other.write_text(yaml.safe_dump(json.loads(file.read_text(encoding="utf-8")), sort_keys=False), encoding="utf-8")
    first, second = ([(each.code, each.pointer, each.message) for each in asl.check(path, profile="strict")] for path in (file, other))
    assert first == second


NEVER_THERE = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {}, "Next": "B"}, "B": {"Type": "Pass", "InputPath": "$.x", "End": True}}}


@pytest.mark.parametrize(("profile", "severity"), [("default", "WARNING"), ("strict", "ERROR")])
def test_what_aws_accepts_and_always_fails_is_an_error_in_the_strict_profile_only(profile, severity):
    (found,) = asl.check(NEVER_THERE, select=["ASL501"], profile=profile)
    assert found.severity == severity
    assert "so every execution that gets here fails with States.Runtime" in found.message


def test_a_path_that_was_meant_is_no_constant():
    """AWS refuses Error.$; that the Fail says the same words each time would be untrue all the same."""
    call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
    call["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Stop"}]
    definition = {"StartAt": "Call", "States": {"Call": call, "Stop": {"Type": "Fail", "Error.$": "$.Error", "Cause": "Sorry"}}}
    assert asl.check(definition, select=["ASL327"]) == []


def test_a_loop_is_told_with_the_answer_that_keeps_it_going():
    rules = [{"Variable": "$.state", "StringEquals": "RUNNING", "Next": "Wait"}]
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ask", "Next": "Done?"},
        "Done?": {"Type": "Choice", "Choices": rules, "Default": "Ship"},
        "Ship": {"Type": "Succeed"},
    }
    (told,) = asl.check({"StartAt": "Wait", "States": states}, select=["ASL310"])
    assert told.message.endswith('fails. Done? goes round as long as `$.state` is "RUNNING"')
    rules.insert(0, {"Variable": "$.enough", "BooleanEquals": True, "Next": "Ship"})
    (told,) = asl.check({"StartAt": "Wait", "States": states}, select=["ASL310"])
    assert told.message.endswith("fails")
