import json
from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.imports import read_definition
from asl_engine.values import Pointer

FILES = Path(__file__).parent / "files"
HEAD = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"


@pytest.fixture(autouse=True)
def in_files(monkeypatch):
    monkeypatch.chdir(FILES)


def refusal(reference, **options):
    with pytest.raises(asl.DefinitionError) as refused:
        read_definition(reference, **options)
    return str(refused.value)


def test_a_definition_in_the_template_is_evaluated():
    states = read_definition("sam/template.yaml#RefundFlow").value["States"]
    assert states["Refund"] == {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "${ChargeFunction.Arn}"},
        "TimeoutSeconds": 30,
        "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 1}],
        "Next": "Tell",
    }
    assert states["Tell"]["Parameters"] == {"TopicArn": "${AlertTopic}", "Message": "refunded, in a test", "Subject": "refund-test-b"}


def test_what_is_given_takes_the_place_of_parameters_and_attributes():
    given = {"Stage": "prod", "ChargeFunction.Arn": "arn:charge", "AlertTopic": "arn:alerts", "AWS::Partition": "aws-cn"}
    states = read_definition("sam/template.yaml#RefundFlow", placeholders=given).value["States"]
    assert states["Refund"]["Resource"] == "arn:aws-cn:states:::lambda:invoke"
    assert states["Refund"]["Parameters"] == {"FunctionName": "arn:charge"}
    assert states["Refund"]["Retry"][0]["MaxAttempts"] == 5
    assert states["Tell"]["Parameters"] == {"TopicArn": "arn:alerts", "Message": "refunded", "Subject": "refund-prod-b"}


def test_a_definition_file_is_filled_with_its_substitutions():
    charge = read_definition("sam/template.yaml#OrderFlow").value["States"]["Charge"]
    assert (charge["Resource"], charge["TimeoutSeconds"]) == ("${ChargeFunction.Arn}", 30)


def test_a_substitution_can_be_given_by_its_own_name():
    charge = read_definition("sam/template.yaml#OrderFlow", placeholders={"ChargeArn": "arn:charge"}).value["States"]["Charge"]
    assert charge["Resource"] == "arn:charge"


def test_places_of_a_definition_file_are_its_own():
    source = read_definition("sam/template.yaml#OrderFlow")
    assert source.locate(Pointer("/States/Charge/TimeoutSeconds"), key=True) == "sam/statemachine/order.asl.json:7:7"
    assert source.locate(Pointer("/States/Charge/Catch/0/Next")) == "sam/statemachine/order.asl.json:8:57"


def test_places_of_text_in_a_template_are_lines_of_the_template():
    source = read_definition("sam/template.yaml#AuditFlow")
    assert source.locate(Pointer("/States/Audit/Nxt"), key=True) == "sam/template.yaml:75:15"
    assert source.value["States"]["Audit"]["Parameters"] == {"price": "${amount}"}


def test_places_of_values_in_a_template_are_those_of_its_nodes():
    source = read_definition("sam/template.yaml#RefundFlow")
    assert source.locate(Pointer("/States/Refund/TimeoutSeconds"), key=True) == "sam/template.yaml:49:13"
    assert source.locate(Pointer("/States/Tell/Parameters/Message")) == "sam/template.yaml:59:47"


def test_text_the_cdk_joined_is_one_definition():
    charge = read_definition("cdk.out/Shop.template.json#OrderFlow").value["States"]["Charge"]
    assert charge["Resource"] == "arn:aws:states:::lambda:invoke"
    assert charge["Parameters"] == {"FunctionName": "${ChargeFn1234.Arn}", "Payload.$": "$"}


def test_places_in_joined_text_are_inside_the_strings_of_the_template():
    source = read_definition("cdk.out/Shop.template.json#OrderFlowABCD")
    file, line, column = (source.locate(Pointer("/States/Charge/Nxt"), key=True) or "").split(":")
    assert (FILES / file).read_text().splitlines()[int(line) - 1][int(column) - 1 :].startswith('\\"Nxt')


def test_an_asset_beside_the_template_is_its_definition():
    source = read_definition("cdk.out/Shop.template.json#ReportFlow")
    assert source.value["States"]["Work"]["Resource"] == "${ChargeFn1234.Arn}"
    assert source.locate(Pointer("/States/Work/Resource")) == "cdk.out/asset.4f2a.json:1:69"


def test_a_definition_in_s3_is_not_fetched():
    assert refusal("sam/template.yaml#FarFlow").startswith(
        "sam/template.yaml:83:22: ASL009 The definition is at s3://bucket/order.asl.json, and nothing is fetched"
    )


def test_a_definition_in_a_bucket_is_not_fetched_either(folder):
    folder({"t.yaml": HEAD + "      DefinitionS3Location: {Bucket: b, Key: k.json}\n"})
    assert "The definition is in S3 (s3://b/k.json), and nothing is fetched" in refusal("t.yaml")


def test_a_definition_file_that_is_missing_is_told_at_its_name(folder):
    folder({"t.yaml": HEAD + "      DefinitionS3Location: no.asl.json\n"})
    assert refusal("t.yaml").startswith("t.yaml:5:29: ASL001 The file no.asl.json cannot be read: No such file or directory")


def test_a_definition_that_only_deployment_knows_can_be_given(folder):
    folder({"t.yaml": "Parameters: {D: {Type: String}}\n" + HEAD + "      DefinitionString: !Ref D\n"})
    assert 'give it a value: {"D": …} in --placeholders' in refusal("t.yaml")
    assert read_definition("t.yaml", placeholders={"D": '{"StartAt": "A"}'}).value == {"StartAt": "A"}


def test_a_machine_without_a_definition_says_what_it_may_have(folder):
    folder({"t.yaml": HEAD + "      RoleArn: x\n"})
    assert "The state machine M has none of DefinitionString, Definition" in refusal("t.yaml")


def test_a_machine_with_two_definitions_is_refused(folder):
    folder({"t.yaml": HEAD + '      Definition: {}\n      DefinitionString: "{}"\n'})
    assert "has both DefinitionString and Definition" in refusal("t.yaml")


def test_text_that_is_no_json_is_told_at_its_line(folder):
    folder({"t.yaml": HEAD + '      DefinitionString: |\n        {\n          "StartAt": "A",,\n        }\n'})
    assert refusal("t.yaml").startswith("t.yaml:7:26: ASL002 Unexpected character (',' (code 44))")


def test_a_template_in_json_has_places_too(folder):
    resources = {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}}}
    folder({"t.json": json.dumps({"Resources": resources}, indent=2)})
    assert read_definition("t.json").locate(Pointer("/States/A/Type"), key=True) == "t.json:10:15"


def test_keys_that_occur_twice_are_told(folder):
    folder({"t.yaml": HEAD + "      Definition: {StartAt: A, States: {A: {Type: Pass, Type: Succeed}}}\n"})
    assert any("t.yaml:5:" in str(finding) for finding in asl.check("t.yaml#M") if "Duplicate" in finding.message or "twice" in finding.message.lower())
