from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.imports import is_deployment, read_definition
from asl_engine.values import Pointer

FILES = Path(__file__).parent / "files"
ONE = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
TEMPLATE = """
    Resources:
      Orders:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineName: take-orders
          StateMachineType: EXPRESS
          Definition: {StartAt: A, States: {A: {Type: Succeed}}}
"""
SECOND = """
      Refunds:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          Definition: {StartAt: B, States: {B: {Type: Succeed}}}
"""


def refusal(reference, **options):
    with pytest.raises(asl.DefinitionError) as refused:
        read_definition(reference, **options)
    return str(refused.value)


def test_a_plain_definition_is_read_as_ever(folder):
    folder({"order.asl.json": ONE})
    source = read_definition("order.asl.json")
    assert source.value["StartAt"] == "A"
    assert source.locate(Pointer("")) == "order.asl.json:1:1"
    assert source.text == ONE


def test_a_deployment_file_with_one_machine_needs_no_name(folder):
    folder({"template.yaml": TEMPLATE})
    assert read_definition("template.yaml").value["StartAt"] == "A"


def test_several_machines_are_listed_with_the_references_to_write(folder):
    folder({"template.yaml": TEMPLATE + SECOND})
    assert refusal("template.yaml") == "template.yaml:1:1: ASL008 The file declares 2 state machines\n  say which: template.yaml#Orders, template.yaml#Refunds"


@pytest.mark.parametrize("name", ["Orders", "take-orders"])
def test_a_machine_is_named_by_its_logical_id_or_its_own_name(folder, name):
    folder({"template.yaml": TEMPLATE + SECOND})
    assert read_definition(f"template.yaml#{name}").value["StartAt"] == "A"


def test_a_mistyped_name_is_told_with_what_was_meant(folder):
    folder({"template.yaml": TEMPLATE + SECOND})
    assert "did you mean template.yaml#Refunds?" in refusal("template.yaml#Refund")


def test_a_name_far_from_all_is_told_with_all(folder):
    folder({"template.yaml": TEMPLATE + SECOND})
    assert "there is: template.yaml#Orders, template.yaml#Refunds" in refusal("template.yaml#xyz")


def test_a_file_whose_name_has_a_hash_is_that_file(folder):
    folder({"a#b.asl.json": ONE})
    assert read_definition("a#b.asl.json").value["StartAt"] == "A"


def test_a_folder_is_what_the_files_in_it_declare(folder):
    folder({"infra/template.yaml": TEMPLATE, "infra/other.yaml": "a: 1\n"})
    assert read_definition("infra").value["StartAt"] == "A"
    assert read_definition("infra#Orders").value["StartAt"] == "A"


def test_a_folder_without_machines_says_so(folder):
    folder({"infra/other.yaml": "a: 1\n"})
    assert refusal("infra") == "infra:1:1: ASL008 The folder declares no state machine"


def test_a_file_that_is_not_there_is_told_in_either_grammar(folder):
    folder({})
    assert refusal("nope.yaml").startswith("nope.yaml:1:1: ASL001 The file cannot be read")
    assert refusal("nope.yaml#Orders").startswith("nope.yaml:1:1: ASL001 The file cannot be read")
    assert refusal("nope.tf").startswith("nope.tf:1:1: ASL001 The file cannot be read")


def test_a_definition_that_mentions_a_deployment_is_still_one(folder):
    folder({"order.asl.json": ONE.replace('"StartAt"', '"Comment": "makes an AWS::StepFunctions::StateMachine", "StartAt"')})
    assert read_definition("order.asl.json").value["StartAt"] == "A"


def test_load_takes_references_and_the_type_they_declare(folder):
    folder({"template.yaml": TEMPLATE})
    assert asl.load("template.yaml#Orders").type == "EXPRESS"
    assert asl.load("template.yaml#Orders", type="STANDARD").type == "STANDARD"
    assert asl.load(FILES / "serverless/serverless.yml#orders").type == "EXPRESS"


def test_a_type_that_is_none_is_refused(folder):
    folder({"template.yaml": TEMPLATE.replace("EXPRESS", "FAST")})
    with pytest.raises(asl.DefinitionError, match="STANDARD or EXPRESS, not 'FAST'"):
        asl.load("template.yaml")


def test_what_may_declare_machines_is_told_from_what_is_one(folder):
    folder({"order.asl.json": ONE, "template.yaml": TEMPLATE, "main.tf": "", "infra/x": ""})
    assert [name for name in ("order.asl.json", "template.yaml", "main.tf", "infra", "x.json#a") if is_deployment(name)] == [
        "template.yaml",
        "main.tf",
        "infra",
        "x.json#a",
    ]


def test_an_imported_source_knows_the_files_it_was_made_of(folder):
    folder(
        {
            "template.yaml": TEMPLATE.replace("Definition: {StartAt: A, States: {A: {Type: Succeed}}}", "DefinitionS3Location: order.asl.json"),
            "order.asl.json": ONE,
        }
    )
    assert read_definition("template.yaml").files == (Path("template.yaml"), Path("order.asl.json"))
