"""The place in the definition behind a difference."""

import asl_engine as asl

PUT = "arn:aws:states:::dynamodb:putItem"


def pay(**fields):
    return {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay", "End": True, **fields}


def blamed(old, new, tasks=None, input=None):
    """Pointer behind the first difference when what `old` did is replayed on `new`."""
    execution = asl.run(asl.load(old), input if input is not None else {}, tasks=tasks)
    return asl.replay(asl.load(new), {"events": execution.to_aws_events()}).pointer


def one(**state):
    return {"StartAt": "S", "States": {"S": state}}


def test_another_choice_rule_is_behind_another_transition():
    def machine(than):
        choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": than, "Next": "Big"}], "Default": "Small"}
        return {"StartAt": "How", "States": {"How": choice, "Big": {"Type": "Succeed"}, "Small": {"Type": "Succeed"}}}

    assert blamed(machine(1), machine(9), input={"n": 5}) == "/States/How/Default"
    assert blamed(machine(9), machine(1), input={"n": 5}) == "/States/How/Choices/0"


def test_the_next_of_the_state_that_was_left_is_behind_another_state():
    def machine(following):
        return {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": following}, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Succeed"}}}

    assert blamed(machine("B"), {**machine("C"), "States": {k: v for k, v in machine("C")["States"].items() if k != "B"}}) == "/States/A/Next"


def test_a_path_that_finds_nothing_is_found_by_the_cause_that_names_it():
    def machine(path):
        item = {"kind": {"S.$": "$.kind"}, "id": {"S.$": path}}
        return one(Type="Task", Resource=PUT, Parameters={"TableName": "t", "Item": item}, End=True)

    assert blamed(machine("$.id"), machine("$.body.id"), lambda call: {}, {"id": "7", "kind": "k"}) == "/States/S/Parameters/Item/id/S.$"


def test_the_resource_is_behind_a_call_of_something_else():
    new = one(**pay(Resource=pay()["Resource"] + "-2"))
    assert blamed(one(**pay()), new, lambda call: {}) == "/States/S/Resource"


def test_the_timeout_is_behind_another_timeout():
    assert blamed(one(**pay(TimeoutSeconds=5)), one(**pay(TimeoutSeconds=6)), lambda call: {}) == "/States/S/TimeoutSeconds"


def test_the_fail_state_is_behind_another_error():
    assert blamed(one(Type="Fail", Error="A"), one(Type="Fail", Error="B")) == "/States/S/Error"


def test_assign_is_behind_other_variables():
    def machine(value):
        return one(Type="Pass", Assign={"a": value, "b": 1}, End=True)

    assert blamed(machine(1), machine(2)) == "/States/S/Assign/a"


def test_a_state_inside_an_iteration_is_found():
    def machine(text):
        processor = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Result": text, "End": True}}}
        return {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True}}}

    assert blamed(machine("a"), machine("b"), input=[1]) == "/States/Each/ItemProcessor/States/In/Result"
