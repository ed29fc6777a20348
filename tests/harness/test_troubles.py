"""What can go wrong in the world of two revisions, as their definitions say, and what is mined from them."""

import asl_engine as asl
from asl_engine.harness.stories import Reach
from asl_engine.harness.worlds import world_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION + "pay", **({} if "Next" in fields else {"End": True}), **fields}


def machine(**states):
    return asl.load({"StartAt": next(iter(states)), "States": states}, validate=False)


def world(old, new=None, **renamed):
    return world_of(old, new or old, renamed)


def said(world, state="Pay"):
    return [trouble.said for trouble in world.at_call(state, 0, Reach.FROM)]


def retry(*errors, **fields):
    return {"Retry": [{"ErrorEquals": [*errors], **fields}]}


# ------------------------------------------------------------------------------------------------------------ errors


def test_errors_of_both_revisions_are_thrown():
    found = said(world(machine(Pay=task(**retry("A"))), machine(Pay=task(**retry("B")))))
    assert found == [
        "fails with A",
        "fails once with A",
        "fails with B",
        "fails once with B",
        *["fails with an error nobody names"],
        *["fails once with an error nobody names"],
    ]


def test_errors_the_same_handlers_take_are_one_trouble():
    assert said(world(machine(Pay=task(**retry("A", "B", "C")))))[::2] == ["fails with A", "fails with an error nobody names"]


def test_an_error_one_revision_handles_otherwise_is_a_trouble_of_its_own():
    old, new = machine(Pay=task(**retry("A", "B"))), machine(Pay=task(**retry("A")))
    assert said(world(old, new))[::2] == ["fails with A", "fails with B", "fails with an error nobody names"]


def test_errors_are_named_by_the_containers_around_too():
    inside = {"StartAt": "Pay", "States": {"Pay": task()}}
    around = {"Type": "Parallel", "Branches": [inside], "Catch": [{"ErrorEquals": ["A"], "Next": "Done"}], "End": True}
    assert said(world(machine(Fan=around, Done={"Type": "Succeed"}))) == ["fails with A", "fails with an error nobody names"]


def test_nobody_is_silent_for_ever_without_a_timeout():
    assert "never answers" not in said(world(machine(Pay=task())))
    assert "never answers" in said(world(machine(Pay=task()), machine(Pay=task(TimeoutSeconds=9))))


def test_a_worker_may_report_until_the_timeout():
    (trouble,) = [one for one in world(machine(Pay=task(TimeoutSeconds=60, HeartbeatSeconds=21))).at_call("Pay", 0, Reach.FROM) if "alive" in one.said]
    assert trouble.turn == ({"never": True, "heartbeats": [20, 40, 60]},)


def test_a_state_that_calls_nothing_has_no_troubles():
    assert said(world(machine(Pay=task())), "Nobody") == []


# ----------------------------------------------------------------------------------------------------------- answers


def test_answers_are_made_of_what_either_revision_reads_of_them():
    def reading(path):
        return machine(Pay=task(ResultPath="$.r", Next="Tell"), Tell=task(Parameters={"x.$": path}))

    found = world(reading("$.r.id"), reading("$.r.price"))
    assert found.answers["Pay"] == {"id": "Pay.id", "price": "Pay.price"}
    assert said(found)[:2] == ["answers without id", "answers without price"]


def test_an_answer_nobody_reads_says_whose_it_is():
    assert world(machine(Pay=task())).answers == {"Pay": {"of": "Pay"}}


def test_what_an_items_reader_reads_is_an_object_of_s3():
    states = {"One": task()}
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "One", "States": states}
    ((answer,),) = world(machine(Each={"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True})).plain.turns["Each"]
    assert set(answer["return"]) == {"Body", "Contents"}


# ------------------------------------------------------------------------------------------------------------- input


def test_the_input_has_not_what_the_machine_writes_itself():
    catch = {"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}]}
    program = machine(Pay=task(ResultPath="$.paid", **catch), Tell=task(Parameters={"id.$": "$.id", "paid.$": "$.paid.id"}))
    assert world(program).base == {"id": "id"}


def test_what_only_one_revision_reads_is_left_out_all_at_once():
    old, new = machine(Pay=task(Parameters={"a.$": "$.a", "b.$": "$.b"})), machine(Pay=task(Parameters={"a.$": "$.a", "b.$": "$.c"}))
    words = [trouble.words for trouble in world(old, new).inputs()]
    assert words == ["input as the old revision asks for it", "input as the new revision asks for it", "input without a"]


def test_a_member_that_got_another_name_keeps_its_value():
    old, new = machine(Pay=task(Parameters={"a.$": "$.sort_key"})), machine(Pay=task(Parameters={"a.$": "$.resource"}))
    assert world(old, new).base == {"sort_key": "resource", "resource": "resource"}


def test_what_dynamodb_takes_as_a_boolean_or_a_number_is_one():
    item = {"id": {"N.$": "$.id"}, "dry": {"BOOL.$": "$.dry"}}
    program = machine(Put={"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {"TableName": "t", "Item": item}, "End": True})
    assert world(program).base == {"id": "1", "dry": False}


def test_a_rename_that_would_make_one_name_mean_two_states_is_passed_over():
    old = machine(A=task(Next="B"), B=task())
    assert world_of(old, old, {"A": "B", "B": "A"}).renamed == {}


def test_definitions_that_are_wrong_in_many_ways_have_a_world():
    program = asl.load({"StartAt": "Pay", "States": {"Pay": task(Next="Nowhere", Retry=[])}}, validate=False)
    assert world(program).callers.keys() == {"Pay"}
