"""Results nobody looks at: said only where nobody can."""

import pytest

from asl_engine.analysis.dataflow import dataflow_of
from asl_engine.analysis.dataflow.uses import assigned_in_vain, unused_results

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION, **({} if "Next" in fields else {"End": True}), **fields}


def unused(**following):
    states = {"Keep": task(ResultPath="$.kept", Next=next(iter(following))), **following}
    definition = {"StartAt": "Keep", "States": states}
    return [(each.state.tokens[-1], each.place) for each in unused_results(dataflow_of(definition).walk)]


def test_a_result_that_is_replaced_before_anybody_looks_is_unused():
    assert unused(Last=task(Parameters={"id.$": "$.id"})) == [("Keep", ("kept",))]


def test_a_result_that_another_one_overwrites_is_unused():
    assert unused(Again=task(Parameters={}, ResultPath="$.kept", Next="Use"), Use=task(Parameters={"x.$": "$.kept.x"})) == [("Keep", ("kept",))]


@pytest.mark.parametrize(
    "reader",
    [
        task(Parameters={"x.$": "$.kept.part"}),
        task(Parameters={"x.$": "$"}),
        task(),
        task(InputPath="$.kept"),
        task(Parameters={"x.$": "$..id"}),
        task(Parameters={"x.$": "States.Format('{}', $.kept)"}),
        task(Parameters={"x.$": "${path}"}),
        task(Parameters={}, ResultPath="$.other"),
        {"Type": "Succeed"},
        {"Type": "Pass", "OutputPath": "$.kept", "End": True},
        {"Type": "Choice", "Choices": [{"Variable": "$.kept", "IsPresent": True, "Next": "Use"}]},
        {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {}, "End": True}}}], "End": True},
        {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input %}", "End": True},
    ],
)
def test_whoever_may_look_at_it_uses_it(reader):
    assert unused(Use=reader) == []


def test_a_result_that_one_way_uses_is_used():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.go", "BooleanEquals": True, "Next": "Use"}], "Default": "Drop"}
    assert unused(Which=choice, Use=task(Parameters={"x.$": "$.kept"}), Drop=task(Parameters={})) == []


def test_a_variable_that_no_text_names_is_assigned_in_vain():
    states = {
        "A": task(Assign={"read.$": "$.a", "lost.$": "$.b"}, Next="B"),
        "B": task(Parameters={"x.$": "$read.id"}),
    }
    assert assigned_in_vain({"StartAt": "A", "States": states}) == {"lost": "/States/A/Assign/lost.$"}


def test_a_variable_that_only_an_expression_names_is_read():
    states = {"A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "B"}, "B": {"Type": "Succeed", "Output": "{% $v + 1 %}"}}
    assert assigned_in_vain({"StartAt": "A", "QueryLanguage": "JSONata", "States": states}) == {}
