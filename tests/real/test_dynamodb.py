"""The fake DynamoDB of the worked project: it is only worth something if it refuses what DynamoDB refuses."""

import pytest

import asl_engine as asl
from mocks.dynamodb import DynamoDB, Table, updated

ITEM = {"id": {"S": "1"}, "count": {"N": "4"}}


@pytest.mark.parametrize(
    ("expression", "names", "values", "expected"),
    [
        ("SET #a = :v", {"#a": "status"}, {":v": {"S": "x"}}, ITEM | {"status": {"S": "x"}}),
        ("SET #a = :v, b = :w", {"#a": "a"}, {":v": {"S": "x"}, ":w": {"BOOL": True}}, ITEM | {"a": {"S": "x"}, "b": {"BOOL": True}}),
        ("set copy = count", {}, {}, ITEM | {"copy": {"N": "4"}}),
        ("SET count = count + :n", {}, {":n": {"N": "3"}}, ITEM | {"count": {"N": "7"}}),
        ("SET seen = if_not_exists(seen, :n)", {}, {":n": {"N": "1"}}, ITEM | {"seen": {"N": "1"}}),
        ("SET a = :v REMOVE count", {}, {":v": {"S": "x"}}, {"id": {"S": "1"}, "a": {"S": "x"}}),
    ],
)
def test_an_update_expression_is_evaluated(expression, names, values, expected):
    assert updated(ITEM, expression, names, values) == expected


@pytest.mark.parametrize(
    ("expression", "names", "values", "message"),
    [
        ("", {}, {}, "The expression can not be empty"),
        ("status = :v", {}, {":v": {"S": "x"}}, 'Syntax error; token: "status"'),
        ("SET a :v", {}, {":v": {"S": "x"}}, "Syntax error"),
        ("SET a = :v", {}, {}, "attribute value: :v"),
        ("SET #a = :v", {}, {":v": {"S": "x"}}, "attribute name: #a"),
        ("SET a = :v", {"#b": "b"}, {":v": {"S": "x"}}, "unused in expressions: keys: {#b}"),
        ("SET a = missing", {}, {}, "does not exist in the item"),
        ("SET a = :v", {}, {":v": "x"}, "exactly one of the supported datatypes"),
        ("SET a = id + :v", {}, {":v": {"N": "1"}}, "incorrect data type"),
        ("SET a = ;", {}, {}, 'Syntax error; token: ";"'),
    ],
)
def test_a_wrong_update_expression_fails_as_dynamodb_says(expression, names, values, message):
    with pytest.raises(asl.TaskFailure) as failed:
        updated(ITEM, expression, names, values)
    assert failed.value.error == "DynamoDB.AmazonDynamoDBException"
    assert message in failed.value.cause
    assert "Error Code: ValidationException" in failed.value.cause


def answer(api, arguments, table):
    mocks = asl.Mocks()
    mocks.resource("arn:aws:states:::dynamodb:*").served_by(DynamoDB(orders=table))
    state = {"Type": "Task", "Resource": f"arn:aws:states:::dynamodb:{api}", "Parameters": arguments, "End": True}
    return asl.run(asl.load({"StartAt": "T", "States": {"T": state}}), {}, tasks=mocks)


def test_an_item_is_remembered():
    table = Table("id")
    answer("putItem", {"TableName": "orders", "Item": ITEM}, table)
    assert answer("getItem", {"TableName": "orders", "Key": {"id": {"S": "1"}}}, table).output["Item"] == ITEM
    assert table.get(id="1") == {"id": "1", "count": "4"}


@pytest.mark.parametrize(
    ("api", "arguments", "error"),
    [
        ("putItem", {"TableName": "nowhere", "Item": ITEM}, "DynamoDB.ResourceNotFoundException"),
        ("putItem", {"TableName": "orders", "Item": {"a": {"S": "1"}}}, "DynamoDB.AmazonDynamoDBException"),
        ("getItem", {"TableName": "orders", "Key": ITEM}, "DynamoDB.AmazonDynamoDBException"),
    ],
)
def test_failures_have_awss_names(api, arguments, error):
    assert answer(api, arguments, Table("id")).error == error


@pytest.mark.parametrize(
    ("api", "condition", "error"),
    [
        ("putItem", "attribute_not_exists(id)", "DynamoDB.ConditionalCheckFailedException"),
        ("putItem", "attribute_exists(count)", None),
        ("putItem", "attribute_not_exists(#o)", None),
        ("updateItem", "attribute_exists(other)", "DynamoDB.ConditionalCheckFailedException"),
    ],
)
def test_a_condition_is_held_against_the_item_that_is_there(api, condition, error):
    table = Table("id")
    table.items["1",] = dict(ITEM)
    names = {"ExpressionAttributeNames": {"#o": "other"}} if "#o" in condition else {}
    asked = {"Item": ITEM} if api == "putItem" else {"Key": {"id": {"S": "1"}}, "UpdateExpression": "REMOVE count"}
    execution = answer(api, {"TableName": "orders", "ConditionExpression": condition, **asked, **names}, table)
    assert execution.error == error
    assert table.get(id="1") == {"id": "1", "count": "4"}


def test_a_condition_the_fake_cannot_decide_is_no_success():
    with pytest.raises(asl.MockError, match="count > 3"):
        answer("putItem", {"TableName": "orders", "Item": ITEM, "ConditionExpression": "count > 3"}, Table("id"))
