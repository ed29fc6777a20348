import json

import pytest

import asl_engine as asl
from asl_engine.scenario import expectation
from asl_engine.views.verdict import judge

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Parameters": {"amount.$": "$.amount", "card": {"kind": "visa"}},
    "ResultPath": "$.charged",
    "Retry": [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["Card.Expired"], "Next": "Apologise"}, {"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
    "Next": "Large",
}
ORDER = {
    "StartAt": "Lookup",
    "States": {
        "Lookup": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "tiers"},
            "ResultPath": "$.tier",
            "Next": "Charge",
        },
        "Charge": CHARGE,
        "Large": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.amount", "NumericGreaterThan": 100, "Next": "Wait"}],
            "Default": "Done",
        },
        "Wait": {"Type": "Wait", "Seconds": 60, "Assign": {"slow": {"by": 60}}, "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Apologise": {"Type": "Fail", "Error": "Sorry", "Cause": "there are no funds left"},
    },
}
FAN = {
    "StartAt": "Fan",
    "States": {
        "Fan": {
            "Type": "Map",
            "MaxConcurrency": 1,
            "ItemProcessor": {
                "StartAt": "First",
                "States": {
                    "First": {"Type": "Pass", "Next": "Second"},
                    "Second": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"MessageBody.$": "$.n"}, "End": True},
                },
            },
            "End": True,
        }
    },
}


@pytest.fixture
def order():
    """`order(*charges, amount=…)` is an execution of ORDER; each charge is an error's name or a result."""

    def run(*charges, amount=40):
        mocks = asl.Mocks()
        mocks.state("Lookup").returns({"name": "gold", "since": 2020})
        for charge in charges:
            if isinstance(charge, str):
                mocks.state("Charge").throws(charge, f"the cause of {charge}")
            else:
                mocks.state("Charge").returns(charge)
        return asl.run(asl.loads(json.dumps(ORDER)), {"amount": amount}, tasks=mocks)

    return run


@pytest.fixture
def fan():
    return asl.run(asl.loads(json.dumps(FAN)), [{"n": 1}, {"n": 2}], tasks=lambda call: {"sent": call.arguments["MessageBody"]})


@pytest.fixture
def mismatches():
    """What does not hold, as (keys, expected, actual)."""

    def judged(execution, **said):
        return [(".".join(map(str, found.keys)), found.expected, found.actual) for found in judge(execution, expectation(**said))]

    return judged
