"""What a state sends, held against the service's API."""

import pytest

import asl_engine as asl
from asl_engine.syntax.shapes import is_opaque
from asl_engine.tasks.resource import parse_resource
from asl_engine.tasks.service_arguments import argument_faults, check_arguments, unfilled


def faults(api, arguments):
    return [str(fault) for fault in argument_faults(parse_resource(f"arn:aws:states:::{api}"), arguments)]


PUT = {"TableName": "orders", "Item": {"id": {"S": "o-1"}}}


def test_arguments_as_the_api_takes_them_have_no_fault():
    assert faults("dynamodb:putItem", PUT) == []


def test_an_unknown_member_is_told_with_what_was_meant():
    assert faults("dynamodb:putItem", {**PUT, "ConditonExpression": "x"}) == [
        '/ConditonExpression: The field "ConditonExpression" is not supported by Step Functions; did you mean "ConditionExpression"?'
    ]


def test_a_slip_in_a_required_member_is_one_fault_and_not_two():
    assert faults("aws-sdk:s3:getObject", {"Buckett": "b", "Key": "k"}) == [
        '/Buckett: The field "Buckett" is not supported by Step Functions; did you mean "Bucket"?'
    ]


def test_a_missing_member_is_told_in_awss_words():
    assert faults("aws-sdk:s3:getObject", {"Key": "k"}) == ["/Bucket: The field 'Bucket' is required but was missing"]


def test_a_member_required_inside_counts_too():
    assert faults("sqs:sendMessage", {"QueueUrl": "q", "MessageBody": "m", "MessageAttributes": {"a": {"StringValue": "x"}}}) == [
        "/MessageAttributes/a/DataType: The field 'DataType' is required but was missing"
    ]


@pytest.mark.parametrize(
    ("api", "arguments", "fault"),
    [
        ("dynamodb:putItem", {"TableName": "t", "Item": {"n": {"N": 5}}}, "/Item/n/N: The value for the field 'N' must be a STRING"),
        ("dynamodb:putItem", {"TableName": "t", "Item": {"n": {"S": {"a": 1}}}}, "/Item/n/S: The value for the field 'S' must be a STRING"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b", "MaxKeys": "2"}, "/MaxKeys: The value for the field 'MaxKeys' must be an INTEGER"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b", "MaxKeys": 2.0}, "/MaxKeys: The value for the field 'MaxKeys' must be an INTEGER"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": 5}, "/Bucket: The value for the field 'Bucket' must be a STRING"),
        ("ecs:runTask", {"TaskDefinition": "t", "Overrides": []}, "/Overrides: The value for the field 'Overrides' must be an OBJECT"),
        ("events:putEvents", {"Entries": {}}, "/Entries: The value for the field 'Entries' must be an ARRAY"),
        ("events:putEvents", {"Entries": [{"Resources": [1]}]}, "/Entries/0/Resources/0: The value for the field '0' must be a STRING"),
        (
            "dynamodb:getItem",
            {"TableName": "t", "Key": {}, "ConsistentRead": "TrUe"},
            "/ConsistentRead: The value for the field 'ConsistentRead' must be a BOOLEAN",
        ),
        ("sns:publish", "text", "/: The value for the field 'Parameters' must be an OBJECT"),
    ],
)
def test_a_mistyped_member_is_told_with_its_path(api, arguments, fault):
    assert faults(api, arguments) == [fault]


@pytest.mark.parametrize("value", [True, False, 0, 1, "true", "FALSE", " true ", "null", ""])
def test_booleans_may_be_written_in_the_ways_aws_takes(value):
    assert faults("dynamodb:getItem", {"TableName": "t", "Key": {}, "ConsistentRead": value}) == []


@pytest.mark.parametrize(
    ("api", "arguments"),
    [
        ("sqs:sendMessage", {"QueueUrl": "q", "MessageBody": {"id": 7}}),
        ("sns:publish", {"TopicArn": "t", "Message": [1, 2]}),
        ("events:putEvents", {"Entries": [{"Detail": {"a": 1}, "DetailType": "t", "Source": "s"}]}),
        ("states:startExecution", {"StateMachineArn": "m", "Input": {"a": 1}}),
        ("aws-sdk:sfn:startExecution", {"StateMachineArn": "m", "Input": {"a": 1}}),
        ("lambda:invoke", {"FunctionName": "f", "Payload": [1]}),
        ("aws-sdk:s3:putObject", {"Bucket": "b", "Key": "k", "Body": {"a": 1}}),
    ],
)
def test_an_object_may_stand_where_its_json_text_is_sent(api, arguments):
    assert faults(api, arguments) == []


def test_a_text_may_stand_for_an_attribute_of_the_optimised_dynamodb():
    assert faults("dynamodb:putItem", {"TableName": "t", "Item": {"id": "o-1", "l": {"L": ["a"]}}}) == []
    assert faults("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": {"id": "o-1"}}) == ["/Item/id: The value for the field 'id' must be an OBJECT"]


def test_null_fits_everywhere():
    assert faults("dynamodb:putItem", {"TableName": None, "Item": None, "ReturnValues": None}) == []


def test_a_token_against_double_calls_need_not_be_given():
    assert faults("aws-sdk:ssm:startChangeRequestExecution", {"DocumentName": "d", "Runbooks": []}) == []
    assert faults("ecs:runTask", {"TaskDefinition": "t"}) == []


def test_a_job_that_is_waited_for_is_sent_what_its_start_takes():
    assert faults("ecs:runTask.sync", {"TaskDefinition": "t", "StartedBy": "AWS Step Functions"}) == []
    assert faults("states:startExecution.sync:2", {"StateMachineArn": "m", "Inputt": {}})[0].startswith("/Inputt: ")


def test_what_has_no_model_is_left_alone():
    assert faults("http:invoke", {"Anything": 1}) == []
    assert argument_faults(parse_resource("arn:aws:lambda:us-east-1:123456789012:function:f"), {"any": 1}) == []


def test_deep_values_are_looked_at_to_a_limit():
    value = {"S": "x"}
    for _ in range(400):
        value = {"L": [value]}
    assert faults("dynamodb:putItem", {"TableName": "t", "Item": {"id": value}}) == []


def test_the_error_names_state_path_and_what_was_sent(call):
    sent = call("Put", resource="arn:aws:states:::dynamodb:putItem", arguments={"TabelName": "orders", "Item": {}})
    with pytest.raises(asl.ServiceArgumentsError) as refused:
        check_arguments(sent)
    assert str(refused.value).splitlines() == [
        'arn:aws:states:::dynamodb:putItem does not take what state "Put" sends (attempt 0)',
        '  at /TabelName: The field "TabelName" is not supported by Step Functions; did you mean "TableName"?',
        '  sent {"TabelName":"orders","Item":{}}',
    ]
    assert refused.value.code == "ServiceArgumentsError"


def test_a_template_counts_as_far_as_it_is_written():
    resource = parse_resource("arn:aws:states:::dynamodb:putItem")
    written = {"TableName.$": "$.table", "Item": {"id": {"S.$": "$.id"}, "n": {"N": "${Count}"}, "m": "{% $x %}", "f": {"Fn::Sub": "x"}}}
    assert argument_faults(resource, unfilled(written, is_opaque)) == []
    wrong = argument_faults(resource, unfilled({"Tabel.$": "$.table", "Item": {}}, is_opaque))
    assert [fault.pointer for fault in wrong] == ["/Tabel", "/TableName"]
