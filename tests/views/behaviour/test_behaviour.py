from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.harness.telling import told
from asl_engine.tasks.runtime import Unanswered
from asl_engine.views.behaviour import Kind, compare

PAY = "arn:aws:lambda:us-east-1:123456789012:function:pay"
REFUND = "arn:aws:lambda:us-east-1:123456789012:function:refund"
SEND = "arn:aws:states:::sqs:sendMessage"


def task(resource=PAY, **fields):
    return {"Type": "Task", "Resource": resource, **fields}


def line(**states):
    """States that follow each other as they are written, but for those that say themselves what comes next."""
    following = dict(zip(states, [*list(states)[1:], None], strict=True))
    return {"StartAt": next(iter(states)), "States": {name: led(state, following[name]) for name, state in states.items()}}


def led(state, following):
    if state["Type"] in ("Fail", "Succeed", "Choice") or state.keys() & {"Next", "End"}:
        return state
    return {**state, "End": True} if following is None else {**state, "Next": following}


def tell(definition, tasks=lambda call: {}, input=None, **given):
    return told(asl.load(definition, validate=False), input={} if input is None else input, tasks=tasks, **given)


def differences(old, new, tasks=lambda call: {}, *, renamed=None, **given):
    """`tasks` is a function without parameters that makes mocks, or the mocks of both."""
    make = tasks if getattr(tasks, "makes", False) else lambda: tasks
    return compare(tell(old, make(), **given), tell(new, make(), **given), renamed=renamed)


def fresh(make):
    make.makes = True
    return make


def kinds(comparison):
    return [divergence.kind.value for divergence in comparison.all]


# ---------------------------------------------------------------------------------------------- what is no difference


def test_data_that_never_leaves_the_machine_is_no_difference():
    old = line(A={"Type": "Pass", "Result": {"inner": 1, "id": 7}}, B=task(Parameters={"id.$": "$.id"}, ResultPath=None, OutputPath="$.id"))
    new = line(A={"Type": "Pass", "Result": {"other": 2, "id": 7}}, B=task(Parameters={"id.$": "$.id"}, ResultPath=None, OutputPath="$.id"))
    assert not differences(old, new)


def test_a_renamed_state_is_no_difference():
    assert not differences(line(A=task()), line(B=task()), renamed={"A": "B"})


def test_without_being_told_of_the_rename_it_is_another_path():
    assert kinds(differences(line(A=task()), line(B=task())))[0] == "path"


def test_a_cause_of_aws_that_names_a_renamed_state_is_no_difference():
    old, new = line(A=task(Parameters={"id.$": "$.id"})), line(B=task(Parameters={"id.$": "$.id"}))
    assert not differences(old, new, renamed={"A": "B"})


def test_a_uuid_that_is_another_draw_is_no_difference():
    draws = {"Type": "Pass", "Parameters": {"drawn.$": "States.UUID()"}, "ResultPath": "$.nowhere"}
    sends = task(SEND, Parameters={"MessageBody.$": "States.UUID()"}, OutputPath="$.done")
    old = line(A={"Type": "Pass"}, B=sends)
    new = line(A=draws, B=sends)
    assert not differences(old, new, lambda call: {"done": True})


def test_a_uuid_of_the_input_is_none_that_was_drawn():
    given = {"id": "00000000-0000-4000-8000-000000000001"}
    old = line(A=task(Parameters={"id.$": "$.id"}, OutputPath="$.done"))
    new = line(A=task(Parameters={"id.$": "States.UUID()"}, OutputPath="$.done"))
    assert differences(old, new, lambda call: {"done": True}, input=given).first.kind is Kind.CALL_ARGUMENTS


def test_an_instant_that_is_later_because_something_took_longer_follows_from_that():
    sends = task(Parameters={"at.$": "$$.State.EnteredTime"}, OutputPath="$.done")
    old, new = (line(A={"Type": "Wait", "Seconds": seconds}, B=sends) for seconds in (60, 90))
    found = differences(old, new, lambda call: {"done": True})
    assert kinds(found) == ["duration", "duration"]
    assert found.first.sentence == "A takes 1 m 30 s instead of 1 m"


def test_an_instant_of_another_place_is_a_difference():
    wait = {"Type": "Wait", "Seconds": 60}
    old = line(A=wait, B=task(Parameters={"at.$": "$$.State.EnteredTime"}, OutputPath="$.done"))
    new = line(A=wait, B=task(Parameters={"at.$": "$$.Execution.StartTime"}, OutputPath="$.done"))
    assert differences(old, new, lambda call: {"done": True}).first.kind is Kind.CALL_ARGUMENTS


def test_jitter_that_was_drawn_otherwise_is_no_difference():
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 20, "MaxAttempts": 1, "JitterStrategy": "FULL"}]
    old = line(A={"Type": "Pass"}, B=task(Retry=retry, OutputPath="$.done"))
    new = line(A={"Type": "Pass", "Parameters": {"x.$": "States.UUID()"}}, B=task(Retry=retry, OutputPath="$.done"))
    found = differences(old, new, fresh(lambda: _stumbling("B")))
    assert "retries" not in kinds(found)


def _stumbling(name, times=1, then=None):
    mocks = asl.Mocks()
    mocks.state(name).throws("E", times=times).always(then or {"done": 1})
    return mocks


# ------------------------------------------------------------------------------------------------------------- calls


def test_other_arguments_are_told_with_their_place_inside_and_in_the_definition():
    old = line(A=task(Parameters={"order": {"id.$": "$.id", "kind": "a"}}))
    new = line(A=task(Parameters={"order": {"id.$": "$.id", "kind": "b"}}))
    first = differences(old, new, input={"id": 1}).first
    assert first.kind is Kind.CALL_ARGUMENTS
    assert first.sentence == 'A calls function pay with other arguments: order.kind "a" → "b"'
    assert (first.old, first.new) == ({"order": {"id": 1, "kind": "a"}}, {"order": {"id": 1, "kind": "b"}})
    assert (first.pointer, first.new_at) == ("/order/kind", "/States/A/Parameters/order/kind")


def test_further_members_that_differ_are_counted():
    old, new = line(A=task(Parameters={"a": 1, "b": 1, "c": 1})), line(A=task(Parameters={"a": 2, "b": 2, "d": 1}))
    assert differences(old, new).first.sentence.endswith("a 1 → 2, and 3 more")


def test_another_resource_is_one_difference():
    found = differences(line(A=task(PAY)), line(A=task(REFUND)))
    assert [(each.kind, each.sentence) for each in found.all] == [(Kind.CALL_RESOURCE, "A calls function refund instead of function pay")]


def test_another_function_of_lambda_invoke_is_another_resource():
    old, new = (line(A=task("arn:aws:states:::lambda:invoke", Parameters={"FunctionName": name})) for name in (PAY, REFUND))
    assert differences(old, new).first.sentence == "A calls function refund instead of function pay"


def test_a_call_that_is_added_is_told_after_the_path_that_leads_to_it():
    old, new = line(A=task(), Z={"Type": "Succeed"}), line(A=task(), N=task(SEND), Z={"Type": "Succeed"})
    found = differences(old, new)
    assert [each.sentence for each in found.all] == ["after A: enters N, and only then Z", "calls sqs:sendMessage in N"]
    assert (found.all[1].old_at, found.all[1].new_at) == (None, "/States/N")


def test_a_call_that_is_removed_is_told():
    old, new = line(A=task(), N=task(SEND), Z={"Type": "Succeed"}), line(A=task(), Z={"Type": "Succeed"})
    assert [each.sentence for each in differences(old, new).all] == ["after A: goes straight to Z instead of through N", "no longer calls sqs:sendMessage in N"]


def test_calls_in_another_order_are_neither_added_nor_removed():
    kept = {"ResultPath": None}
    old = line(A=task(SEND, **kept), B=task(**kept), Z={"Type": "Succeed"})
    new = line(B=task(**kept), A=task(SEND, **kept), Z={"Type": "Succeed"})
    found = differences(old, new)
    assert [each.sentence for each in found.all[:2]] == ["begins with B instead of A", "B makes its call before A, no longer after it"]
    assert "call added" not in kinds(found)


def test_a_state_that_fails_before_it_calls_is_told_with_what_it_could_not_read():
    old, new = line(A=task(Parameters={"id.$": "$.id"})), line(A=task(Parameters={"id.$": "$.order.id"}))
    found = differences(old, new, input={"id": 1})
    assert found.first.sentence == "A fails with States.Runtime ($.order.id is not there) instead of calling function pay"
    assert found.first.new_at == "/States/A/Parameters/id.$"
    assert kinds(found) == ["call removed", "status"]


# ----------------------------------------------------------------------------------------------- retries, time, end


def test_more_retries_are_told_with_the_error_they_are_for():
    old, new = (line(A=task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": times, "BackoffRate": 1}])) for times in (1, 3))
    found = differences(old, new, fresh(lambda: _stumbling("A", times=4)))
    assert found.first.sentence == "A is retried 3 times instead of once (E)"
    assert found.first.new_at == "/States/A/Retry"


def test_other_delays_are_told():
    old, new = (line(A=task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": seconds}])) for seconds in (1, 5))
    found = differences(old, new, fresh(lambda: _stumbling("A", times=2)))
    assert found.first.sentence == "A is retried after 5 s, 10 s instead of 1 s, 2 s"
    assert kinds(found) == ["retries", "duration"]


def test_a_failure_that_is_caught_elsewhere_is_told_at_the_state_that_failed():
    failing = {"R": {"Type": "Pass", "End": True}, "S": {"Type": "Pass", "End": True}}
    old, new = ({"StartAt": "A", "States": {"A": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": to}], End=True), **failing}} for to in "RS")
    first = differences(old, new, fresh(lambda: _stumbling("A"))).first
    assert first.sentence == "after A fails with E: enters S instead of R"
    assert (first.old_at, first.new_at) == ("/States/A/Catch/0", "/States/A/Catch/0")


def test_a_failure_that_is_no_longer_caught_is_told():
    old = {"StartAt": "A", "States": {"A": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "R"}], End=True), "R": {"Type": "Pass", "End": True}}}
    new = {"StartAt": "A", "States": {"A": task(End=True)}}
    found = differences(old, new, fresh(lambda: _stumbling("A")))
    assert [each.sentence for each in found.all] == ["after A fails with E: ends FAILED (E) instead of entering R", "FAILED (E) instead of SUCCEEDED"]


def test_a_timeout_is_told_where_it_happens():
    old, new = (line(A=task(TimeoutSeconds=seconds), B={"Type": "Pass"}) for seconds in (60, 10))
    slow = fresh(lambda: lambda call: asl.Succeeded({}, after=timedelta(seconds=30)))
    assert differences(old, new, slow).first.sentence == "A fails with States.Timeout instead of entering B"


def test_a_machine_that_times_out_is_told_with_the_state_it_was_in():
    slow = line(W={"Type": "Wait", "Seconds": 60}, Z={"Type": "Succeed"})
    first = differences(slow, {**slow, "TimeoutSeconds": 30}).first
    assert first.sentence == "the execution times out in W instead of entering Z"
    assert differences({**slow, "TimeoutSeconds": 30}, slow).first.sentence == "the execution no longer times out in W: it enters Z"


def test_a_state_that_times_out_later_is_told_with_its_place():
    old, new = (line(A=task(f"{SEND}.waitForTaskToken", TimeoutSeconds=seconds)) for seconds in (60, 90))
    first, *_ = differences(old, new, lambda call: Unanswered()).all
    assert (first.kind, first.sentence) == (Kind.DURATION, "A takes 1 m 30 s instead of 1 m")
    assert first.new_at == "/States/A/TimeoutSeconds"


def test_a_state_that_is_added_on_the_way_is_told_with_where_both_meet_again():
    first = differences(line(A=task(), C=task()), line(A=task(), B={"Type": "Pass"}, C=task())).first
    assert (first.kind, first.old, first.new) == (Kind.PATH, ["C"], ["B", "C"])


def test_a_state_that_is_added_at_the_beginning_is_told_with_what_comes_then():
    first = differences(line(B=task()), line(A=task(REFUND), B=task())).first
    assert (first.sentence, first.old, first.new) == ("begins with A, and only then B", ["B"], ["A", "B"])


def test_a_state_in_a_branch_that_fails_before_it_calls_says_what_it_could_not_read():
    old, new = (line(Fan={"Type": "Parallel", "Branches": [line(A=task(Parameters={"id.$": path}))]}) for path in ("$.id", "$.no"))
    first = differences(old, new, input={"id": 1}).first
    assert first.sentence == "A fails with States.Runtime ($.no is not there) instead of calling function pay"


def test_another_cause_of_a_fail_state_is_an_error_with_its_place():
    old, new = (line(A={"Type": "Fail", "Error": "E", "Cause": cause}) for cause in ("no funds", "no card"))
    (only,) = differences(old, new).all
    assert only.kind is Kind.ERROR
    assert only.sentence == 'the cause of E is "no card" instead of "no funds"'
    assert only.new_at == "/States/A/Cause"


def test_another_output_is_told_with_its_place():
    old, new = (line(A={"Type": "Pass", "Result": {"paid": paid, "n": 1}}) for paid in (True, False))
    (only,) = differences(old, new).all
    assert (only.kind, only.sentence, only.pointer) == (Kind.OUTPUT, "the output is another one: paid true → false", "/paid")


def test_one_and_true_are_two_outputs():
    old, new = (line(A={"Type": "Pass", "Result": {"n": value}}) for value in (1, True))
    assert kinds(differences(old, new)) == ["output"]


def test_what_polls_until_its_history_is_full_has_no_end():
    loop = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "Next": "W"}}}
    found = differences(line(W={"Type": "Wait", "Seconds": 60}), loop)
    assert found.first.sentence == "after W: enters W instead of ending SUCCEEDED"
    limit = next(each for each in found.all if each.kind is Kind.LIMIT)
    assert limit.sentence == "goes on until its history is full (25,000 events, 8 d 16 h 19 m) instead of ending SUCCEEDED"


# --------------------------------------------------------------------------------------------------------- unanswered


def mocked():
    mocks = asl.Mocks()
    mocks.state("A").returns({})
    return mocks


def test_a_call_the_story_does_not_answer_is_a_finding():
    old, new = line(A=task()), line(A=task(), N=task(SEND))
    found = differences(old, new, fresh(mocked))
    assert [each.sentence for each in found.all] == ["after A: enters N instead of ending SUCCEEDED", "N calls sqs:sendMessage, which nothing answers"]
    assert found.all[1].kind is Kind.UNANSWERED


def test_what_a_side_would_have_done_after_an_unanswered_call_is_not_known():
    old, new = line(A=task(), B=task(SEND), Z=task(SEND)), line(A=task(), B=task(REFUND))
    assert all(each.kind is not Kind.CALL_REMOVED for each in differences(old, new, fresh(mocked)).all)


def test_both_asking_the_same_unanswered_call_is_no_difference():
    assert not differences(line(A=task(), B=task(SEND)), line(A=task(), B=task(SEND)), fresh(mocked))


def test_an_answer_that_ran_out_is_a_finding():
    old, new = line(A=task()), line(A=task(Next="B"), B={"Type": "Wait", "Seconds": 1, "Next": "A"})
    found = differences(old, new, fresh(mocked))
    assert "A calls function pay more often than it is answered" in [each.sentence for each in found.all]


def test_waiting_for_ever_is_a_limit():
    old, new = (
        line(A=task(TimeoutSeconds=5, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Z"}]), Z={"Type": "Succeed"}),
        line(A=task(), Z={"Type": "Succeed"}),
    )
    found = differences(old, new, lambda call: asl.Unanswered())
    assert (found.first.kind, found.first.sentence) == (Kind.LIMIT, "A waits for function pay for ever")


# --------------------------------------------------------------------------------------------------------- containers


def fan(*branches, **fields):
    return {"Type": "Parallel", "Branches": list(branches), **fields}


def test_branches_in_another_order_are_the_same_branches():
    a, b = line(A=task(ResultSelector={})), line(B=task(SEND, ResultSelector={}))
    old, new = line(Fan=fan(a, b)), line(Fan=fan(b, a))
    assert not differences(old, new)


def test_a_difference_inside_a_branch_comes_before_what_follows_the_parallel():
    old, new = (line(Fan=fan(line(A=task(Parameters={"n": n})), line(B=task())), Z=task(SEND, Parameters={"n": n})) for n in (1, 2))
    found = differences(old, new)
    assert [(each.kind, each.state) for each in found.all] == [(Kind.CALL_ARGUMENTS, "Fan[0]/A"), (Kind.CALL_ARGUMENTS, "Z")]


def test_a_branch_that_is_added_is_told_once():
    old, new = line(Fan=fan(line(A=task()), ResultPath=None)), line(Fan=fan(line(A=task()), line(B=task(SEND)), ResultPath=None))
    assert [each.sentence for each in differences(old, new).all] == ["Fan also runs the branch that begins with B", "calls sqs:sendMessage in B"]


def test_what_is_aborted_follows_from_what_failed():
    slow = line(W={"Type": "Wait", "Seconds": 60}, S=task(SEND))
    old = line(Fan=fan(slow, line(A=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "R"}]), R={"Type": "Pass", "End": True})))
    new = line(Fan=fan(slow, line(A=task())))
    mocks = fresh(lambda: _failing("A"))
    found = differences(old, new, mocks)
    assert found.first.state == "Fan[1]/A"
    assert found.first.sentence == "after A fails with E: goes no further instead of entering R"


def _failing(name):
    mocks = asl.Mocks()
    mocks.state(name).throws("E")
    return mocks.otherwise(lambda call: {})


def test_iterations_are_told_once_for_all_and_by_their_number():
    each = {"Type": "Map", "ItemProcessor": line(A=task()), "ResultPath": None}
    old, new = line(Each={**each, "ItemsPath": "$.two"}), line(Each={**each, "ItemsPath": "$.three"})
    found = differences(old, new, input={"two": [1, 2], "three": [1, 2, 3]})
    assert [each.sentence for each in found.all] == ["Each runs over 3 items instead of 2", "A calls function pay 3 times instead of twice"]


def test_a_map_that_takes_longer_because_less_runs_at_once_is_told_at_the_map():
    each = {"Type": "Map", "ItemProcessor": line(W={"Type": "Wait", "Seconds": 10}), "ItemsPath": "$.items"}
    old, new = line(Each={**each, "MaxConcurrency": 2}), line(Each={**each, "MaxConcurrency": 1})
    found = differences(old, new, input={"items": [1, 2]})
    assert found.first.sentence == "Each takes 20 s instead of 10 s"
    assert found.first.new_at == "/States/Each/MaxConcurrency"


def test_distributed_iterations_are_compared_too():
    def mapped(n):
        processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **line(A=task(Parameters={"n": n}))}
        return line(Each={"Type": "Map", "ItemProcessor": processor, "ItemsPath": "$.items"})

    assert differences(mapped(1), mapped(2), input={"items": [1, 2]}).first.state == "Each[0]/A"


def test_the_order_of_calls_in_two_branches_is_that_of_their_instants():
    def waiting(first, second):
        return line(
            Fan=fan(
                line(V={"Type": "Wait", "Seconds": first}, A=task()),
                line(W={"Type": "Wait", "Seconds": second}, B=task(SEND)),
            )
        )

    found = differences(waiting(1, 2), waiting(3, 2))
    assert found.first.sentence == "V takes 3 s instead of 1 s"
    assert "B makes its call before A, no longer after it" in [each.sentence for each in found.all]


@pytest.mark.parametrize("turns", [2, 3])
def test_the_turn_of_a_loop_in_which_the_sides_part_is_told(turns):
    def polling(wanted):
        choice = {"Type": "Choice", "Choices": [{"Variable": "$.s", "StringEquals": wanted, "Next": "Z"}], "Default": "A"}
        return {"StartAt": "A", "States": {"A": task(Next="C"), "C": choice, "Z": {"Type": "Succeed"}}}

    def polls():
        mocks = asl.Mocks()
        mocks.state("A").returns({"s": "no"}, times=turns - 1).returns({"s": "almost"}).always({"s": "yes"})
        return mocks

    first = differences(polling("yes"), polling("almost"), fresh(polls)).first
    assert first.sentence == f"after C (visit {turns}): enters Z instead of A"
    assert (first.old_at, first.new_at) == ("/States/C/Default", "/States/C/Choices/0")
