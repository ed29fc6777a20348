"""`asl definitions`."""

import json

from asl_engine.imports.reading import Disk

TEMPLATE = """Resources:
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineType: EXPRESS
      Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt Fn.Arn, End: true}}}
  Fn: {Type: AWS::Lambda::Function}
"""


def test_a_list_has_what_commands_take_in_its_first_column(asl, order):
    asl.write("template.yaml", TEMPLATE)
    listed = asl("definitions")
    assert listed.exit_code == 0
    assert listed.stdout == (
        "REFERENCE             KIND            TYPE     STATES  STARTS AT  DECLARED AT\n"
        "order.asl.json        definition      -        3       Charge     order.asl.json:1:1\n"
        "template.yaml#Orders  cloudformation  EXPRESS  1       A          template.yaml:2:3\n"
        "  placeholders: Fn.Arn (string)\n"
    )


def test_every_command_takes_a_reference(asl):
    asl.write("template.yaml", TEMPLATE)
    asl.write("mocks.yaml", "mocks: {A: {return: {ok: true}}}\n")
    ran = asl("run", "template.yaml#Orders", "--mock", "mocks.yaml")
    assert (ran.exit_code, "SUCCEEDED" in ran.stdout) == (0, True), ran.output
    asl.write(
        "orders.scenario.yaml",
        "definition: template.yaml#Orders\nscenarios:\n  - name: taken\n    mocks: {A: {return: {ok: true}}}\n    expect: {status: SUCCEEDED}\n",
    )
    tested = asl("test", "orders.scenario.yaml")
    assert tested.exit_code == 0, tested.output
    assert asl("check", "template.yaml#Orders").exit_code == 0


def test_a_changed_deployment_file_is_read_again(asl):
    asl.write("template.yaml", TEMPLATE)
    asl.write(
        "orders.scenario.yaml", "definition: template.yaml#Orders\nscenarios:\n  - name: taken\n    mocks: {A: {return: {ok: true}}}\n    expect: {path: [A]}\n"
    )
    assert asl("test", "orders.scenario.yaml").exit_code == 0
    asl.write("template.yaml", TEMPLATE.replace("A: {Type", "Bee: {Type").replace("StartAt: A", "StartAt: Bee"))
    assert asl("test", "orders.scenario.yaml").exit_code == 1


def test_the_list_as_json(asl, order):
    document = json.loads(asl("definitions", "--format", "json").stdout)
    assert document["format_version"] == 1
    assert [each["reference"] for each in document["definitions"]] == ["order.asl.json"]
    assert document["definitions"][0]["states"] == 3


def test_what_cannot_be_read_makes_the_exit_code_1(asl):
    asl.write("bad.asl.json", '{"StartAt": "A", "States": {')
    listed = asl("definitions", ".")
    assert listed.exit_code == 1
    assert "cannot be read: bad.asl.json:1:29: ASL002" in listed.stdout


def test_a_folder_without_definitions_says_so(asl):
    listed = asl("definitions", ".")
    assert (listed.exit_code, listed.stdout) == (0, ".: no definitions\n")


def test_a_path_that_is_not_there_is_an_error(asl):
    listed = asl("definitions", "nope")
    assert listed.exit_code == 2
    assert listed.stderr.startswith("DefinitionError: nope:1:1: ASL001 The file cannot be read")


def test_what_was_assumed_is_told_by_check_and_run_too(asl):
    machine = 'definition = jsonencode({ StartAt = "A", States = var.stage == "prod" ? { A = { Type = "Succeed" } } : {} })'
    asl.write("main.tf", f'variable "stage" {{}}\nresource "aws_sfn_state_machine" "a" {{\n  {machine}\n}}\n')
    told = 'The condition var.stage == "prod" is not known; it is taken as true'
    assert asl("check", "main.tf").output.startswith(f"main.tf:3:53: ASL011 advice: {told}\n")
    assert asl("check", "main.tf", "--ignore", "ASL011").output == "1 definition checked: nothing to complain about\n"
    assert f"note: main.tf:3:53: ASL011 {told}\n" in asl("run", "main.tf").stderr


def test_a_mistake_that_several_machines_share_is_told_once(asl):
    asl.write(
        "main.tf", 'resource "aws_sfn_state_machine" "a" {\n  count = 3\n  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pas" } } })\n}\n'
    )
    checked = asl("check", "main.tf")
    assert checked.stdout.count("ASL104") == 1
    assert checked.stdout.endswith("3 definitions checked: 2 errors, 1 warning\n")
    assert len(json.loads(asl("check", "main.tf", "--format", "json").stdout)["files"]) == 3


def test_a_file_is_read_once_for_all_its_machines(asl, monkeypatch):
    reads = []
    read = Disk.read
    monkeypatch.setattr(Disk, "read", lambda self, path, most: reads.append(path.name) or read(self, path, most))
    asl.write(
        "main.tf",
        'resource "aws_sfn_state_machine" "a" {\n  count = 9\n  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Succeed" } } })\n}\n',
    )
    assert asl("check", "main.tf").exit_code == 0
    assert reads.count("main.tf") == 2  # once to find out what there is, once to check it
