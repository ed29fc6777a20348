"""Scenarios whose tasks talk to AWS's services, and what must be in them at the end."""

import json

import pytest

import asl_engine as asl

pytest.importorskip("moto")

PUT = {
    "StartAt": "Put",
    "States": {
        "Put": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}, "status": {"S": "PAID"}}},
            "ResultPath": None,
            "Next": "Send",
        },
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/receipts", "MessageBody": {"id.$": "$.id"}},
            "ResultPath": None,
            "Next": "Store",
        },
        "Store": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
            "Parameters": {"Bucket": "uploads", "Key": "done.json", "Body": {"id.$": "$.id"}},
            "ResultPath": None,
            "End": True,
        },
    },
}
SERVICES = {"moto": {"dynamodb": {"orders": {"key": "id", "items": [{"id": "o-0"}]}}, "sqs": ["receipts"], "s3": ["uploads"]}}


@pytest.fixture
def verdict(tmp_path):
    def played(machine=PUT, **said):
        (tmp_path / "m.asl.json").write_text(json.dumps(machine))
        file = tmp_path / "t.scenario.json"
        file.write_text(json.dumps({"definition": "m.asl.json", "scenarios": [{"name": "one", "input": {"id": "o-1"}, **said}]}))
        return asl.play(asl.load_scenarios(file)[0])

    return played


def test_what_an_execution_leaves_in_services_can_be_expected(verdict):
    found = verdict(
        services=SERVICES,
        expect={
            "dynamodb": {"orders": {"item": {"id": "o-1", "status": "PAID"}, "items": [{"id": "o-0"}], "absent": {"id": "o-2"}, "count": 2}},
            "sqs": {"receipts": [{"id": "o-1"}]},
            "s3": {"uploads": {"done.json": {"id": "o-1"}, "gone": None}},
        },
    )
    assert found.passed, found.explanation()


@pytest.mark.parametrize(
    ("expect", "keys", "told"),
    [
        ({"dynamodb": {"orders": {"item": {"id": "o-1", "status": "OPEN"}}}}, ("dynamodb", "orders", "item"), ('"OPEN"', '"PAID"')),
        ({"dynamodb": {"orders": {"item": {"id": "o-9"}}}}, ("dynamodb", "orders", "item"), ('{"id":"o-9"}', "nothing")),
        ({"dynamodb": {"orders": {"absent": {"id": "o-1"}}}}, ("dynamodb", "orders", "absent", 0), ("none", '{"id":"o-1","status":"PAID"}')),
        ({"dynamodb": {"orders": {"count": 1}}}, ("dynamodb", "orders", "count"), ("1", "2")),
        ({"dynamodb": {"ordes": {"count": 1}}}, ("dynamodb", "ordes"), ("a table of that name", "none")),
        ({"sqs": {"receipts": []}}, ("sqs", "receipts"), ("nothing", '{"id":"o-1"}')),
        ({"sqs": {"other": []}}, ("sqs", "other"), ("[]", "nothing")),
        ({"s3": {"uploads": {"done.json": None}}}, ("s3", "uploads", "done.json"), ("none", '{"id":"o-1"}')),
        ({"s3": {"nowhere": {}}}, ("s3", "nowhere"), ("a bucket of that name", "none")),
        ({"ssm": {"/a": 1}}, ("ssm", "/a"), ('"1"', "nothing")),
        ({"secretsmanager": {"a": {}}}, ("secretsmanager", "a"), ("{}", "nothing")),
    ],
)
def test_what_differs_is_told(verdict, expect, keys, told):
    (mismatch,) = verdict(services=SERVICES, expect=expect).mismatches
    assert (mismatch.keys, (mismatch.expected, mismatch.actual)) == (keys, told)


def test_each_play_has_services_of_its_own(verdict):
    for _ in range(2):
        assert verdict(services=SERVICES, expect={"dynamodb": {"orders": {"count": 2}}}).passed


def test_mocks_stand_before_services(verdict):
    found = verdict(services="moto", mocks={"Put": {"return": {}}, "Send": {"return": {}}, "Store": {"return": {}}})
    assert found.passed, found.explanation()


def test_an_expectation_of_services_needs_services(verdict):
    found = verdict(unmocked="auto", expect={"s3": {"uploads": {}}})
    assert found.fault == 'ScenarioError: "s3" is expected, and there are no services to look into; add "services: moto"'


def test_what_cannot_be_given_is_told_with_its_place(verdict):
    fault = verdict(services={"moto": {"dynamo": {}}}).fault
    assert fault.startswith("MockError: ")
    assert "t.scenario.json:1:" in fault
    assert 'did you mean "dynamodb"?' in fault


def test_answers_are_held_against_the_services_models(verdict):
    mocks = {"Put": {"auto": True}, "Send": {"return": {"MessageId": 5}}}
    assert "at /MessageId of its result: Field 'MessageId' must be a string" in verdict(mocks=mocks).fault


def test_answers_are_not_looked_at_when_nobody_wants_it(verdict):
    mocks = {"Put": {"return": {}}, "Send": {"return": {"MessageId": 5}}, "Store": {"return": {}}}
    assert verdict(mocks=mocks, field_validation="NONE").passed


def test_a_slip_in_the_definition_is_told_before_anything_is_mocked(verdict):
    slip = json.loads(json.dumps(PUT).replace('"TableName"', '"TabelName"'))
    assert 'did you mean "TableName"?' in verdict(slip, unmocked="auto").fault


def test_what_nobody_answers_may_be_made(verdict):
    assert verdict(unmocked="auto").passed
