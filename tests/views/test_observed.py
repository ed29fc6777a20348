"""What tests ask of an execution."""

from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.views.observed import VisitError

CHARGE = "arn:aws:lambda:us-east-1:123456789012:function:charge"


def machine(start, **states):
    return asl.load({"StartAt": start, "States": states})


def task(resource=CHARGE, **fields):
    return {"Type": "Task", "Resource": resource, **({"End": True} if "Next" not in fields else {}), **fields}


@pytest.fixture
def retried():
    """Charge fails twice, then pays."""
    retry = [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}]
    program = machine("Charge", Charge=task(Retry=retry, ResultPath="$.charge", Next="Done"), Done={"Type": "Succeed"})
    mocks = asl.Mocks()
    mocks.state("Charge").throws("Card.Throttled", "slow down", times=2).returns({"id": "ch_1"}, after="1s")
    return asl.run(program, {"amount": 40}, tasks=mocks)


@pytest.fixture
def fanned():
    """A Map that pays for three items; the second payment is declined and caught."""
    pay = task(Catch=[{"ErrorEquals": ["Card.Declined"], "Next": "Sorry"}])
    fan = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": {"StartAt": "Pay", "States": {"Pay": pay, "Sorry": {"Type": "Pass", "End": True}}},
        "End": True,
    }
    mocks = asl.Mocks()
    mocks.state("Fan[1]/Pay").throws("Card.Declined")
    mocks.state("Pay").always({"paid": True})
    return asl.run(machine("Fan", Fan=fan), {"items": [1, 2, 3]}, tasks=mocks)


def test_a_state_tells_attempts_and_retries(retried):
    assert (retried.state("Charge").attempts, retried.state("Charge").retries) == (3, 2)


def test_a_state_tells_its_data(retried):
    charge = retried.state("Charge")
    assert charge.input == charge.arguments == {"amount": 40}
    assert charge.result == {"id": "ch_1"}
    assert charge.output == {"amount": 40, "charge": {"id": "ch_1"}}
    assert charge.elapsed == timedelta(seconds=3 + 6 + 1)


def test_the_error_of_the_last_attempt_is_told_though_it_was_caught(fanned):
    assert fanned.state("Fan[1]/Pay").error == "Card.Declined"
    assert fanned.state("Fan[0]/Pay").error is None


def test_a_path_without_index_names_all_iterations(fanned):
    assert fanned.state("Fan/Pay").paths == ["Fan[0]/Pay", "Fan[1]/Pay", "Fan[2]/Pay"]
    assert fanned.state("Fan[2]/Pay").input == 3


def test_visits_are_asked_one_by_one(fanned):
    assert [visit.input for visit in fanned.state("Pay").visits] == [1, 2, 3]


def test_a_state_that_was_never_entered_has_no_attempts(retried):
    refund = retried.state("Refund")
    assert (refund.attempts, refund.retries, refund.visits) == (0, 0, [])


def test_asking_a_state_that_was_never_entered_for_data_names_what_was_meant(retried):
    with pytest.raises(VisitError, match='"Chrage" was never visited, so it has no input; did you mean "Charge"'):
        _ = retried.state("Chrage").input


def test_asking_many_visits_for_one_input_is_refused(fanned):
    with pytest.raises(VisitError, match=r'"Pay" was visited 3 times; say which: \.visits\[0\]\.input'):
        _ = fanned.state("Pay").input


def test_a_state_in_which_the_execution_ended_has_no_output():
    execution = asl.run(machine("Charge", Charge=task()), {}, tasks=lambda call: asl.Failed("E"))
    with pytest.raises(VisitError, match="has no output: the execution ended in it"):
        _ = execution.state("Charge").output
    with pytest.raises(VisitError, match="has no result: its last attempt did not succeed"):
        _ = execution.state("Charge").result


def test_a_state_tells_the_variables_it_assigned():
    execution = asl.run(machine("Set", Set={"Type": "Pass", "Assign": {"total": 7}, "End": True}), {})
    assert execution.state("Set").assigned == {"total": 7}


def test_calls_are_found_by_arn_pattern_and_end():
    put = "arn:aws:states:::dynamodb:putItem"
    program = machine("Charge", Charge=task(Next="Save"), Save=task(put, Parameters={"TableName": "orders"}))
    execution = asl.run(program, {}, tasks=lambda call: {})
    assert [call.resource for call in execution.calls()] == [CHARGE, put]
    for named in (put, "dynamodb:putItem", "putItem", "*dynamodb*"):
        assert [call.arguments for call in execution.calls(named)] == [{"TableName": "orders"}]
    assert execution.calls("sqs:sendMessage") == []


def test_each_attempt_is_a_call_with_its_outcome(retried):
    told = [(call.attempt, call.outcome, call.error, call.result, call.at.total_seconds()) for call in retried.calls("function:charge")]
    assert told == [(0, "failed", "Card.Throttled", None, 0), (1, "failed", "Card.Throttled", None, 3), (2, "succeeded", None, {"id": "ch_1"}, 9)]


def test_a_timeout_is_a_failed_call_and_a_call_cut_off_is_unanswered():
    program = machine("Charge", Charge=task(TimeoutSeconds=5))
    assert [call.error for call in asl.run(program, {}, tasks=lambda call: asl.Unanswered()).calls()] == ["States.Timeout"]
    endless = asl.load({"StartAt": "Charge", "TimeoutSeconds": 5, "States": {"Charge": task()}})
    assert [call.outcome for call in asl.run(endless, {}, tasks=lambda call: asl.Unanswered()).calls()] == ["unanswered"]


def test_calls_of_distributed_children_stand_in_the_order_of_time():
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Pay",
        "States": {"Pay": task(Next="Rest"), "Rest": {"Type": "Wait", "Seconds": 5, "Next": "Thank"}, "Thank": task()},
    }
    program = machine("Fan", Fan={"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "End": True})
    execution = asl.run(program, [1, 2], tasks=lambda call: {})
    assert [(call.path, call.at.total_seconds()) for call in execution.calls()] == [
        ("Fan[0]/Pay", 0),
        ("Fan[0]/Thank", 5),
        ("Fan[1]/Pay", 5),
        ("Fan[1]/Thank", 10),
    ]


def test_transitions_are_told_in_order(retried):
    assert retried.transitions == ["start -> Charge", "Charge -> Done"]


def test_transitions_inside_iterations_are_told_too(fanned):
    assert fanned.transitions.count("start -> Pay") == 3
    assert "Pay -> Sorry" in fanned.transitions


def test_a_saved_history_answers_as_the_execution_did(retried):
    saved = asl.Execution(retried.status, retried.output, None, asl.History.from_json(retried.history.to_json()), 0)
    assert saved.state("Charge").result == {"id": "ch_1"}
    assert [call.attempt for call in saved.calls()] == [0, 1, 2]
