import json

import pytest

from asl_engine.linter.checking import examine
from asl_engine.linter.edits import Fix, Remove, Rename, Replace
from asl_engine.linter.fixes import mended
from asl_engine.source import source_from_text, source_from_value
from asl_engine.values import Pointer

JSON = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Task",   "Resource": "${Fn}",
          "Retry": [{"ErrorEquals": ["X"]},
                    {"ErrorEquals": ["X"]}],
          "End": true}
  }
}
"""
YAML = """\
# the order
StartAt: A
States:
  A:   # first
    Type: Task
    Resource: ${Fn}
    Retry:
    - ErrorEquals: [X]
    - ErrorEquals: [X]   # again
      MaxAttempts: 2
    End: true
"""


def edited(text, *edits):
    done = mended(source_from_text(text), [Fix("x", edits)])
    return done.text if done and done.applied else None


def test_taking_a_member_away_leaves_every_other_character():
    assert edited(JSON, Remove(Pointer("/States/A/Resource"))) == JSON.replace('"Resource": "${Fn}",\n          ', "")


def test_the_last_member_takes_the_comma_before_it():
    assert edited(JSON, Remove(Pointer("/States/A/End"))) == JSON.replace(',\n          "End": true', "")


def test_the_last_element_takes_the_comma_before_it():
    assert edited(JSON, Remove(Pointer("/States/A/Retry/1"))) == JSON.replace(',\n                    {"ErrorEquals": ["X"]}', "")


def test_a_key_is_renamed_and_a_scalar_replaced():
    assert edited(JSON, Rename(Pointer("/States/A/Resource"), "R")) == JSON.replace('"Resource"', '"R"')
    assert edited(JSON, Replace(Pointer("/States/A/End"), False)) == JSON.replace("true", "false")


def test_yaml_keeps_its_comments():
    assert edited(YAML, Remove(Pointer("/States/A/Retry/1"))) == YAML.replace("    - ErrorEquals: [X]   # again\n      MaxAttempts: 2\n", "")
    assert edited(YAML, Rename(Pointer("/States/A/Resource"), "R")) == YAML.replace("Resource:", "R:")
    assert edited(YAML, Remove(Pointer("/States/A/Retry"))) == YAML.replace(YAML[YAML.index("    Retry") : YAML.index("    End")], "")


def test_what_is_not_understood_is_left_alone():
    text = '{StartAt: A, States: {A: {Type: Succeed, Comment: "x"}}}'
    done = mended(source_from_text(f"---\n{text}"), [Fix("x", (Remove(Pointer("/States/A/Comment")),))])
    assert done is not None
    assert (done.text, done.applied) == (f"---\n{text}", ())


def test_a_fix_that_cannot_be_made_does_not_hinder_the_others():
    good, bad = Fix("good", (Remove(Pointer("/States/A/End")),)), Fix("bad", (Rename(Pointer("/States/A/Retry/0"), "x"),))
    done = mended(source_from_text(JSON), [bad, good])
    assert (done.applied, done.left) == ((good,), (bad,))


def test_a_value_has_no_text_to_mend():
    assert mended(source_from_value({"StartAt": "A"}), [Fix("x", (Remove(Pointer("/StartAt")),))]) is None


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        ({"Type": "Fail", "Error.$": "$.e"}, {"Type": "Fail", "ErrorPath": "$.e"}),
        ({"Type": "Fail", "Cause": "$.e.Cause"}, {"Type": "Fail", "CausePath": "$.e.Cause"}),
        ({"Type": "Pass", "End": False, "Next": "B"}, {"Type": "Pass", "Next": "B"}),
        ({"Type": "Wait", "Seconds.$": "$.n", "Next": "B"}, {"Type": "Wait", "SecondsPath": "$.n", "Next": "B"}),
    ],
)
def test_what_can_be_meant_in_one_way_only_is_mended(state, becomes):
    source = source_from_text(json.dumps({"StartAt": "A", "States": {"A": state, "B": {"Type": "Succeed"}}}))
    fixes = [remark.fix for remark in examine(source) if remark.fix]
    assert json.loads(mended(source, fixes).text)["States"]["A"] == becomes
