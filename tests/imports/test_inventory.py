from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.imports import definitions_in
from asl_engine.imports.inventory import inventory

FILES = Path(__file__).parent / "files"
ONE = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'


@pytest.fixture(autouse=True)
def in_files(monkeypatch):
    monkeypatch.chdir(FILES)


def test_a_repository_is_listed_with_references_that_can_be_read():
    found = definitions_in(".")
    assert [(each.reference, each.kind, each.type) for each in found] == [
        ("cdk.out/Shop.template.json#OrderFlowABCD", "cdk", "EXPRESS"),
        ("cdk.out/Shop.template.json#ReportFlow99", "cdk", "STANDARD"),
        ("cdk.out/asset.4f2a.json", "definition", None),
        ("sam/template.yaml#AuditFlow", "cloudformation", "STANDARD"),
        ("sam/template.yaml#FarFlow", "sam", "STANDARD"),
        ("sam/template.yaml#OrderFlow", "sam", "EXPRESS"),
        ("sam/template.yaml#RefundFlow", "sam", "STANDARD"),
        ("serverless/serverless.yml#orders", "serverless", "EXPRESS"),
        ("serverless/serverless.yml#refunds", "serverless", "STANDARD"),
        ("terraform/main.tf#orders", "terraform", "EXPRESS"),
        ("terraform/main.tf#refunds", "terraform", "STANDARD"),
        ('terraform/main.tf#report["alpha"]', "terraform", "STANDARD"),
        ('terraform/main.tf#report["beta"]', "terraform", "STANDARD"),
    ]
    for each in found:
        assert each.error is not None or asl.imports.read_definition(each.reference).value == each.source.value


def test_each_tells_where_it_is_declared_where_it_starts_and_what_it_needs():
    found = next(each for each in definitions_in("terraform") if each.name == "refunds")
    assert (found.location, found.start_at, found.states) == ("terraform/main.tf:42:1", "Ask", 2)
    assert found.placeholders == ("var.patience", "aws_lambda_function.charge.arn", "amount")


def test_states_of_branches_and_maps_are_counted(folder):
    inner = '{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}'
    fan = f'{{"Type": "Parallel", "Branches": [{inner}, {inner}], "End": true}}'
    folder({"a.asl.json": f'{{"StartAt": "F", "States": {{"F": {fan}, "M": {{"Type": "Map", "ItemProcessor": {inner}, "End": true}}}}}}'})
    assert definitions_in("a.asl.json")[0].states == 5


def test_a_file_that_is_a_machines_definition_says_whose():
    found = {each.reference: each.part_of for each in definitions_in("cdk.out")}
    assert found["cdk.out/asset.4f2a.json"] == "cdk.out/Shop.template.json#ReportFlow99"


def test_a_file_with_bare_placeholders_is_no_complaint_if_a_template_fills_them():
    assert inventory("sam").notes == []


def test_folders_of_tools_are_skipped(folder):
    folder({f"{name}/a.asl.json": ONE for name in ("node_modules", ".git", ".terraform", ".venv", ".aws-sam", "kept")})
    assert [each.reference for each in definitions_in(".")] == ["kept/a.asl.json"]


def test_what_looks_like_a_definition_and_cannot_be_read_is_told(folder):
    folder(
        {
            "a.asl.json": '{"StartAt": "A", "States": {',
            "b.yaml": "Resources: {M: {Type: AWS::StepFunctions::StateMachine",
            "c/main.tf": 'resource "aws_sfn_state_machine" "m" {',
        }
    )
    assert [note.partition(" ")[0] for note in inventory(".").notes] == ["a.asl.json:1:29:", "b.yaml:1:55:", "c/main.tf:1:1:"]


def test_other_documents_are_passed_over(folder):
    folder({"a.json": '{"a": 1}', "b.yaml": "kind: List\n---\nkind: List\n", "c.yaml": "\t:", "main.tf": "locals {"})
    assert inventory(".").definitions == [] and inventory(".").notes == []


def test_code_of_the_serverless_framework_is_told(folder):
    folder({"serverless.ts": "export default { stepFunctions: {} }\n"})
    assert inventory(".").notes[0].startswith("serverless.ts:1:1: this is code, which is not run")


def test_a_path_that_is_not_there_is_refused():
    with pytest.raises(asl.DefinitionError, match=r"nope:1:1: ASL001"):
        definitions_in("nope")
