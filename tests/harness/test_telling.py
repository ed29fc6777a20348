import pytest

import asl_engine as asl
from asl_engine.harness.telling import told

CHARGE = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "End": True}
ORDER = {"StartAt": "Look", "States": {"Look": {"Type": "Pass", "Next": "Charge"}, "Charge": CHARGE}}


def program(**fields):
    return asl.load({**ORDER, "States": {**ORDER["States"], "Charge": {**CHARGE, **fields}}})


def test_a_story_told_to_its_end_has_no_trouble():
    found = told(program(), input={}, tasks=lambda call: {"paid": True})
    assert (found.status, found.output, found.path, found.trouble) == ("SUCCEEDED", {"paid": True}, ("Look", "Charge"), None)


def test_a_failure_of_the_machine_is_an_end():
    mocks = asl.Mocks()
    mocks.state("Charge").throws("Declined", "no funds")
    found = told(program(), tasks=mocks)
    assert (found.status, found.error, found.cause, found.trouble) == ("FAILED", "Declined", "no funds", None)
    assert found.output is not None and repr(found.output) == "MISSING"


def test_an_unanswered_call_ends_the_telling_there():
    found = told(program())
    assert (found.status, found.trouble_code, found.path) == ("RUNNING", "UnmockedTask", ("Look", "Charge"))
    assert found.trouble == f'nothing answers {CHARGE["Resource"]} in state "Charge" (attempt 0)'
    assert [event.type for event in found.history][-1] == "LambdaFunctionStarted"


def test_answers_that_ran_out_end_it_too():
    mocks = asl.Mocks()
    mocks.state("Charge").throws("E")
    assert told(program(Retry=[{"ErrorEquals": ["E"]}]), tasks=mocks).trouble_code == "MockExhausted"


def test_a_mock_that_fails_ends_it_too():
    assert told(program(), tasks=lambda call: call.arguments["nothing"]).trouble_code == "MockError"


def test_waiting_for_nothing_is_told_in_one_sentence():
    found = told(program(), tasks=lambda call: asl.Unanswered())
    assert found.trouble_code == "ExecutionStalled"
    assert found.trouble == f'nothing can ever wake the execution again: "Charge" waits for {CHARGE["Resource"]} to be answered'


def test_a_limit_of_this_tool_ends_it_too():
    loop = asl.load({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "W"}}}, validate=False)
    assert told(loop, limits=asl.Limits(events=None, records=50)).trouble_code == "LimitExceeded"


def test_what_is_no_story_at_all_is_raised():
    with pytest.raises(asl.InputError):
        told(program(), input={1, 2})
