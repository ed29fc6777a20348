import pytest

import asl_engine as asl


def machine(comment=None, inner=None):
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ask", "Next": "Done?"},
        "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.status", "StringEquals": "DONE", "Next": "Ship"}], "Default": "Wait"},
        "Ship": {"Type": "Succeed"},
    }
    if inner is not None:
        states["Wait"]["Comment"] = inner
    return {"StartAt": "Wait", **({"Comment": comment} if comment is not None else {}), "States": states}


def codes(definition, **options):
    return [diagnostic.code for diagnostic in asl.check(definition, **options)]


def test_without_a_suppression_it_is_said():
    assert codes(machine()) == ["ASL310"]


@pytest.mark.parametrize(
    "comment",
    [
        "asl-ignore: ASL310 the service answers within minutes",
        "Waits a minute. asl-ignore: ASL310 the service answers within minutes",
        "asl-ignore: ASL310: the service answers within minutes",
        "asl-ignore:ASL310 — the service answers within minutes",
    ],
)
def test_a_states_comment_suppresses_what_is_said_of_the_state(comment):
    assert codes(machine(inner=comment)) == []


def test_the_machines_comment_suppresses_in_all_of_it():
    assert codes(machine("asl-ignore: ASL310 a sample")) == []


def test_several_codes_share_a_reason_and_a_comment_has_several_suppressions():
    assert codes(machine("asl-ignore: ASL310, ASL440 a sample\nasl-ignore: ASL321 never throttled"), profile="strict", ignore=["ASL5"]) == []


def test_without_a_reason_nothing_is_suppressed():
    assert codes(machine(inner="asl-ignore: ASL310")) == ["ASL310", "ASL911"]


def test_a_code_there_is_not_is_told():
    assert codes(machine(inner="asl-ignore: ASL31O typing fast")) == ["ASL310", "ASL911"]


def test_words_without_a_code_are_told():
    assert codes(machine(inner="asl-ignore: this one")) == ["ASL310", "ASL911"]


def test_a_suppression_of_nothing_is_told():
    definition = machine(inner="asl-ignore: ASL410 nobody waits here")
    assert codes(definition) == ["ASL310", "ASL910"]


def test_a_suppression_of_what_was_not_looked_for_is_not_useless():
    assert codes(machine(inner="asl-ignore: ASL440 cheap"), ignore=["ASL310"]) == []
    assert codes(machine(inner="asl-ignore: ASL310 fine"), select=["ASL41", "ASL9"]) == []


YAML = """\
StartAt: Wait{machine}
States:
  {before}
  Wait:{line}
    Type: Wait
    Seconds: 60
    Next: Ask
  Ask: {{Type: Task, Resource: "arn:aws:lambda:us-east-1:123456789012:function:ask", Next: Done}}
  Done:
    Type: Choice
    Choices:
      - {{Variable: $.status, StringEquals: DONE, Next: Ship}}
    Default: Wait
  Ship: {{Type: Succeed}}
"""


def yaml_codes(tmp_path, **places):
    file = tmp_path / "a.asl.yaml"
    file.write_text(YAML.format(**{"machine": "", "before": "", "line": "", **places}))
    return [(diagnostic.code, (diagnostic.location or "").rsplit(":", 2)[1]) for diagnostic in asl.check(file)]


def test_a_comment_of_yaml_suppresses_on_its_line(tmp_path):
    assert yaml_codes(tmp_path, line="  # asl-ignore: ASL310 minutes at most") == []


def test_a_comment_line_of_yaml_suppresses_on_the_next(tmp_path):
    assert yaml_codes(tmp_path, before="# asl-ignore: ASL310 minutes at most") == []


def test_a_comment_on_another_line_suppresses_nothing_and_is_told_with_its_line(tmp_path):
    assert sorted(yaml_codes(tmp_path, machine="  # asl-ignore: ASL310 minutes at most")) == [("ASL310", "4"), ("ASL910", "1")]


TEMPLATE = """\
Resources:
  Poll:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Wait
        States:
          # asl-ignore: ASL310 minutes at most
          Wait: {Type: Wait, Seconds: 60, Next: Ask}
          Ask: {Type: Task, Resource: "arn:aws:lambda:us-east-1:123456789012:function:ask", Next: Done}
          Done: {Type: Choice, Choices: [{Variable: $.status, StringEquals: DONE, Next: Ship}], Default: Wait}
          Ship: {Type: Succeed}
  Other:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition: {StartAt: A, States: {A: {Type: Succeed}}}
"""


def test_a_comment_in_a_deployment_file_suppresses_too_and_is_not_unused_for_its_neighbours(tmp_path):
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    assert [str(each) for name in ("Poll", "Other") for each in asl.check(f"{file}#{name}")] == []
    file.write_text(TEMPLATE.replace("asl-ignore", "ignored"))
    assert [each.code for each in asl.check(f"{file}#Poll")] == ["ASL310"]


@pytest.mark.parametrize("place", ["before", "beside"])
def test_a_comment_beside_the_name_of_a_state_holds_for_the_whole_state(tmp_path, place):
    words = "# asl-ignore: ASL450, ASL415 as it was agreed"
    lines = ["StartAt: A", "States:", f"  {words}" if place == "before" else "", f"  A:{'  ' + words if place == 'beside' else ''}"]
    lines += ["    Type: Task", "    Resource: ${f}", "    TimeoutSeconds: 900", "    Next: B", "  B:", "    Type: Fail", "    Cause: $.cause", ""]
    file = tmp_path / "a.asl.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = [(each.code, str(each.pointer)) for each in asl.check(file, type="EXPRESS", select=["ASL4", "ASL9"])]
    assert sorted(found) == [("ASL450", "/States/B/Cause"), ("ASL910", "")]


@pytest.mark.parametrize("mark", ["#", "//"])
def test_a_comment_of_terraform_suppresses_as_one_of_yaml_does(tmp_path, mark):
    states = [
        '"Wait" = { Type = "Wait", Seconds = 60, Next = "Ask" }',
        '"Ask" = { Type = "Task", Resource = "arn:aws:lambda:us-east-1:123456789012:function:ask", Next = "Done" }',
        '"Done" = { Type = "Choice", Choices = [{ Variable = "$.status", StringEquals = "DONE", Next = "Ship" }], Default = "Wait" }',
        '"Ship" = { Type = "Succeed" }',
    ]
    lines = ['resource "aws_sfn_state_machine" "poll" {', "  definition = jsonencode({", '    StartAt = "Wait"', "    States = {"]
    lines += [f"      {mark} asl-ignore: ASL310 minutes at most", *(f"      {state}" for state in states), "    }", "  })", "}", ""]
    (tmp_path / "main.tf").write_text("\n".join(lines), encoding="utf-8")
    assert asl.check(f"{tmp_path / 'main.tf'}#poll") == []
