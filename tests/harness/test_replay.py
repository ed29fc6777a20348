"""What a replay tells of a revision."""

import json
from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.history.history import HistoryError

CHARGE = "arn:aws:lambda:us-east-1:123456789012:function:charge"
RETRY = [{"ErrorEquals": ["Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}]


def machine(**states):
    return asl.load({"StartAt": next(iter(states)), "States": states})


def task(**fields):
    return {"Type": "Task", "Resource": CHARGE, **({} if "Next" in fields else {"End": True}), **fields}


def answers(*outcomes):
    """Each call gets the next one."""
    left = list(outcomes)
    return lambda call: left.pop(0)


def recorded(program, tasks=None, input=None, **options):
    """As `get-execution-history` tells it."""
    return {"events": asl.run(program, input if input is not None else {}, tasks=tasks, **options).to_aws_events()}


def test_the_same_definition_is_identical():
    program = machine(Charge=task(Retry=RETRY))
    history = recorded(program, answers(asl.Failed("Throttled", "slow"), asl.Succeeded({"ok": True}, timedelta(seconds=9))))
    assert asl.replay(program, history).kind == "identical"


def test_another_path_to_the_same_calls_and_the_same_end_is_the_same_outcome():
    history = recorded(machine(Charge=task()), lambda call: {"ok": True})
    verdict = asl.replay(machine(Charge=task(Next="Done"), Done={"Type": "Succeed"}), history)
    assert verdict.kind == "same outcome"
    assert verdict.difference.ours.state == "Done"


def test_a_call_with_other_arguments_diverges_though_the_end_is_the_same():
    history = recorded(machine(Charge=task(Parameters={"amount": 1})), lambda call: {})
    verdict = asl.replay(machine(Charge=task(Parameters={"amount": 2})), history)
    assert verdict.kind == "diverges"
    assert (verdict.difference.expected, verdict.difference.actual) == (1, 2)
    assert verdict.pointer == "/States/Charge/Parameters/amount"


def test_a_longer_wait_is_the_same_outcome_in_another_time():
    history = recorded(machine(Sleep={"Type": "Wait", "Seconds": 60, "End": True}))
    verdict = asl.replay(machine(Sleep={"Type": "Wait", "Seconds": 600, "End": True}), history)
    assert verdict.kind == "same outcome"
    assert verdict.pointer == "/States/Sleep/Seconds"
    assert (verdict.difference.expected, verdict.difference.actual) == (60, 600)


def test_one_attempt_more_than_recorded_asks_for_what_was_never_answered():
    program = machine(Charge=task(Retry=RETRY))
    history = recorded(program, lambda call: asl.Failed("Throttled", "slow"))
    more = machine(Charge=task(Retry=[{**RETRY[0], "MaxAttempts": 5}]))
    verdict = asl.replay(more, history)
    assert verdict.kind == "unrecorded"
    assert "3 attempts in this visit, this is attempt 3" in verdict.reasons[0]


def test_one_attempt_less_diverges_at_the_retriers():
    program = machine(Charge=task(Retry=RETRY))
    history = recorded(program, answers(asl.Failed("Throttled"), asl.Failed("Throttled"), asl.Succeeded({})))
    verdict = asl.replay(machine(Charge=task(Retry=[{**RETRY[0], "MaxAttempts": 1}])), history)
    assert verdict.kind == "diverges"
    assert verdict.pointer == "/States/Charge/Retry"


def test_a_catcher_that_no_longer_catches_is_behind_the_difference():
    catch = [{"ErrorEquals": ["Declined"], "Next": "Sorry"}]
    sorry = {"Type": "Pass", "End": True}
    history = recorded(machine(Charge=task(Catch=catch), Sorry=sorry), lambda call: asl.Failed("Declined"))
    verdict = asl.replay(machine(Charge=task(Catch=[{**catch[0], "ErrorEquals": ["Refused"]}]), Sorry=sorry), history)
    assert verdict.kind == "diverges"
    assert verdict.pointer == "/States/Charge/Catch"


def test_a_shorter_timeout_than_the_answer_took_diverges():
    history = recorded(machine(Charge=task(TimeoutSeconds=60)), lambda call: asl.Succeeded({}, timedelta(seconds=30)))
    assert asl.replay(machine(Charge=task(TimeoutSeconds=10)), history).kind == "diverges"


def test_a_task_that_timed_out_without_a_timeout_now_is_never_answered():
    history = recorded(machine(Charge=task(TimeoutSeconds=60)), lambda call: asl.Unanswered())
    assert asl.replay(machine(Charge=task()), history).kind == "unrecorded"


def test_the_second_visit_of_a_state_gets_the_second_answer():
    def loop(wait):
        choice = {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "Done"}], "Default": "Wait"}
        return machine(Poll=task(Next="Ready"), Ready=choice, Wait={"Type": "Wait", "Seconds": wait, "Next": "Poll"}, Done={"Type": "Succeed"})

    history = recorded(loop(5), answers({"done": False}, {"done": False}, {"done": True}))
    verdict = asl.replay(loop(5), history)
    assert verdict.kind == "identical"
    assert verdict.execution.path.count("Poll") == 3


def test_task_tokens_and_uuids_may_be_others():
    send = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"MessageBody": {"t.$": "$$.Task.Token", "id.$": "States.UUID()"}})
    history = recorded(machine(Send=send), lambda call: {}, seed=7)
    assert asl.replay(machine(Send=send), history).kind == "identical"


def test_a_uuid_drawn_where_one_was_read_from_the_input_is_a_difference():
    given = {"id": "0b9a7b7c-1111-4222-8333-444455556666"}
    history = recorded(machine(Name={"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": True}), input=given)
    verdict = asl.replay(machine(Name={"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}), history)
    assert verdict.kind == "diverges"


def test_names_nobody_recorded_may_stand_for_any():
    program = machine(Name={"Type": "Pass", "Parameters": {"run.$": "States.Format('{}!', $$.Execution.Name)", "arn.$": "$$.Execution.Id"}, "End": True})
    assert asl.replay(program, recorded(program, name="order-7")).kind == "identical"


def test_a_branch_that_fails_first_is_told_in_its_own_container():
    def fan(seconds):
        slow = {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 10, "End": True}}}
        quick = {"StartAt": "Pay", "States": {"Pay": task(TimeoutSeconds=seconds)}}
        return machine(Fan={"Type": "Parallel", "Branches": [slow, quick], "End": True})

    history = recorded(fan(60), lambda call: asl.Succeeded({}, timedelta(seconds=5)))
    verdict = asl.replay(fan(2), history)
    assert verdict.difference.branch == "Fan[1]"
    assert asl.replay(fan(60), history).kind == "identical"


def test_children_of_a_map_run_are_replayed_from_their_own_histories():
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Pay", "States": {"Pay": task()}}
    program = machine(Each={"Type": "Map", "ItemProcessor": processor, "End": True})
    execution = asl.run(program, [1, 2], tasks=lambda call: call.arguments)
    document = {"events": execution.to_aws_events()}
    assert "children of its Map Run" in asl.replay(program, document).reasons[0]
    document["children"] = {arn: [{"events": child.to_aws_events()} for child in run] for arn, run in execution.children.items()}
    assert asl.replay(program, document).kind == "identical"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda events: events[0]["executionStartedEventDetails"].update(inputDetails={"truncated": True}), "AWS cut off the input of event 1"),
        (lambda events: events.pop(), "still running: its last event is TaskStateExited"),
        (lambda events: events.pop(2), "event 3 is missing"),
        (lambda events: events[0]["executionStartedEventDetails"].pop("input"), "includeExecutionData"),
        (lambda events: events[-1].update(type="ExecutionRedriven"), "it was redriven (event"),
        (lambda events: events[-1].update(type="ExecutionAborted"), "stopped from outside"),
    ],
)
def test_what_a_recording_lacks_is_said(change, reason):
    program = machine(Charge=task())
    history = recorded(program, lambda call: {})
    change(history["events"])
    verdict = asl.replay(program, history)
    assert verdict.kind == "impossible"
    assert any(reason in said for said in verdict.reasons)


def test_pages_are_put_together_from_a_file_or_a_list(tmp_path):
    program = machine(Charge=task())
    events = recorded(program, lambda call: {})["events"]
    pages = [{"events": events[:4], "nextToken": "more"}, {"events": events[3:]}]
    assert asl.replay(program, pages).kind == "identical"
    assert '"nextToken", so there are more pages' in asl.replay(program, pages[:1]).reasons[0]
    (tmp_path / "pages.json").write_text("\n".join(json.dumps({"events": page}, default=str) for page in (events[:3], events[3:])))
    assert asl.replay(program, tmp_path / "pages.json").kind == "identical"


@pytest.mark.parametrize("document", [7, [], {}, {"events": []}, {"events": [{"id": "1"}]}, {"mapRunArn": "arn"}, {"events": [{"id": 1, "type": "x"}]}])
def test_what_is_no_history_is_refused(document):
    with pytest.raises(HistoryError, match="history"):
        asl.replay(machine(Charge=task()), document)


def test_a_renamed_state_gets_what_was_recorded_for_the_one_it_was():
    poll = {"Wait": {"Type": "Wait", "Seconds": 60, "Next": "Charge"}, "Charge": task()}
    renamed = {"Pause": {"Type": "Wait", "Seconds": 60, "Next": "Pay"}, "Pay": task()}
    old, new = machine(**poll), machine(**renamed)
    history = recorded(old, lambda call: {"ok": True})
    verdict = asl.replay(new, history)
    assert verdict.kind == "unrecorded"
    assert 'there is no state "Wait" any more: if it is called otherwise now' in verdict.reasons[0]
    assert asl.replay(new, history, was=old).kind == "identical"


def test_a_renamed_parallel_and_what_is_inside_it_are_found_under_their_old_names():
    def fan(around, *inside):
        branches = [{"StartAt": name, "States": {name: task(Parameters={"n": number})}} for number, name in enumerate(inside)]
        return machine(**{around: {"Type": "Parallel", "Branches": branches, "End": True}})

    old, new = fan("Fan", "A/1", "B[0]"), fan("All at once", "First", "Second")
    history = recorded(old, lambda call: call.arguments)
    assert asl.replay(new, history, was=old).kind == "identical"


def test_the_renamed_state_in_a_cause_is_no_difference():
    old, new = (machine(**{name: task(Parameters={"id.$": "$.no"})}) for name in ("Charge", "Pay"))
    assert asl.replay(new, recorded(old), was=old).kind == "identical"


def test_what_a_renamed_state_does_otherwise_is_told_all_the_same():
    old, new = machine(Charge=task(Parameters={"amount": 1})), machine(Pay=task(Parameters={"amount": 2}))
    verdict = asl.replay(new, recorded(old, lambda call: {}), was=old)
    assert (verdict.kind, verdict.pointer) == ("diverges", "/States/Pay/Parameters/amount")
