"""What is known of the data at each state, and what fields read in vain."""

import json
from pathlib import Path

import pytest

from asl_engine.analysis.dataflow import dataflow_of
from asl_engine.analysis.dataflow.facts import Fault
from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import hint, reason, spelled
from asl_engine.analysis.dataflow.shapes import object_of, shape_of
from asl_engine.values import Pointer

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
ORCHESTRATOR = Path(__file__).resolve().parents[3] / "definitions" / "orchestrator"


def machine(start, language="JSONPath", **states):
    return {"StartAt": start, "QueryLanguage": language, "States": states}


def made(value, following="Use"):
    return {"Type": "Pass", "Result": value, "Next": following}


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION, **({} if "Next" in fields else {"End": True}), **fields}


def reading(path, **fields):
    return {"Type": "Pass", "Parameters": {"x.$": path}, "End": True, **fields}


def misses(definition, *certainties, **knowledge):
    found = dataflow_of(definition, **knowledge).misses
    return [(miss.state.tokens[-1], spelled(miss.missing, miss.read.text)) for miss in found if not certainties or miss.certainty in certainties]


def at(definition, name, **knowledge):
    return dataflow_of(definition, **knowledge).shape_at(Pointer("/States") / name)


def test_a_result_put_beside_the_input_leaves_the_rest():
    definition = machine("Make", Make=made({"a": 1}, "Add"), Add={"Type": "Pass", "Result": 2, "ResultPath": "$.b", "Next": "Use"}, Use=reading("$.a"))
    assert str(at(definition, "Use")) == "{a: 1, b: 2}"


def test_what_a_pass_does_not_make_is_never_there():
    assert misses(machine("Make", Make=made({"a": 1}), Use=reading("$.b"))) == [("Use", "$.b")]


def test_a_certain_failure_is_told_once_and_nothing_behind_it():
    definition = machine("Make", Make=made({"a": 1}), Use=reading("$.b", Next="Next", End=None), Next=reading("$.c"))
    definition["States"]["Use"].pop("End")
    assert misses(definition) == [("Use", "$.b")]


def test_what_was_read_once_is_asked_for_once():
    definition = machine("A", A=task(Parameters={"x.$": "$.id"}, ResultPath=None, Next="B"), B=task(Parameters={"x.$": "$.id"}))
    assert misses(definition) == [("A", "$.id")]


def test_is_present_guards_what_it_asks_for():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.id", "IsPresent": True, "Next": "B"}], "Default": "C"}
    assert misses(machine("A", A=choice, B=task(Parameters={"x.$": "$.id"}), C={"Type": "Succeed"})) == []


def test_the_other_side_of_is_present_knows_that_it_is_missing():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.id", "IsPresent": False, "Next": "B"}], "Default": "C"}
    shape = at(machine("Make", Make=task(ResultPath="$.r", Next="A"), A=choice, B=reading("$.id"), C={"Type": "Succeed"}), "B")
    assert not shape.member("id").has_value


def test_a_member_of_the_cause_is_a_member_of_a_text():
    definition = machine("A", A=task(Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "B"}]), B=reading("$.e.Cause.errorMessage"))
    (miss,) = dataflow_of(definition).misses
    assert miss.certainty is Certainty.NEVER
    assert hint(miss) == "Cause is text: if it is JSON, parse it first, with States.StringToJson or $parse"


def test_a_variable_that_one_way_does_not_assign_may_be_missing():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Set"}], "Default": "Use"}
    definition = machine("A", A=choice, Set={"Type": "Pass", "Assign": {"v": 1}, "Next": "Use"}, Use=reading("$v"))
    assert misses(definition, Certainty.ROUTE) == [("Use", "$v")]


def test_branches_read_the_variables_around_them():
    fan = {"Type": "Parallel", "Branches": [machine("In", In=reading("$v"))], "End": True}
    assert misses(machine("Set", Set={"Type": "Pass", "Assign": {"v": 1}, "Next": "Fan"}, Fan=fan)) == []


def test_a_distributed_map_sees_no_variables():
    inner = {**machine("In", In=reading("$v")), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    each = {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": inner, "End": True}
    definition = machine("Set", Set={"Type": "Pass", "Result": {"list": [1]}, "Assign": {"v": 1}, "Next": "Each"}, Each=each)
    assert misses(definition, Certainty.NEVER) == [("In", "$v")]


def test_a_parallel_gives_an_array_of_what_its_branches_end_with():
    branches = [machine("L", L={"Type": "Pass", "Result": {"a": 1}, "End": True}), machine("R", R={"Type": "Pass", "Result": "b", "End": True})]
    assert str(at(machine("Fan", Fan={"Type": "Parallel", "Branches": branches, "Next": "Use"}, Use={"Type": "Succeed"}), "Use")) == '[{a: 1}, "b"]'


def test_an_iteration_gets_an_element():
    each = {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": machine("In", In=reading("$.b")), "End": True}
    assert misses(machine("Make", Make=made({"list": [{"a": 1}, {"a": 2}]}, "Each"), Each=each)) == [("In", "$.b")]


def test_a_map_over_what_is_no_array_fails():
    each = {"Type": "Map", "ItemProcessor": machine("In", In={"Type": "Pass", "End": True}), "End": True}
    (problem,) = dataflow_of(machine("Make", Make=made({"a": 1}, "Each"), Each=each)).problems
    assert problem.fault is Fault.KIND and problem.certain


def test_an_index_behind_an_array_is_null_in_a_template():
    """As recorded: the state succeeds."""
    assert misses(machine("Make", Make=made({"list": [1]}), Use=reading("$.list[5]"))) == []


def test_a_loop_ends():
    wrapping = {"Type": "Pass", "Parameters": {"before.$": "$"}, "Next": "A"}
    assert at(machine("A", A=wrapping), "A") is not None


def test_what_a_known_api_answers_is_asked_of_who_knows_it():
    definition = machine("Get", Get={"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:x:get", "Next": "Use"}, Use=reading("$.b"))
    assert misses(definition, Certainty.NEVER, service_shapes=lambda resource: shape_of({"a": 1})) == [("Use", "$.b")]


def test_a_schema_says_what_the_input_has():
    schema = {"type": "object", "required": ["id"], "additionalProperties": False}
    definition = machine("A", A={"Type": "Pass", "Parameters": {"x.$": "$.id", "y.$": "$.other"}, "End": True})
    assert misses(definition, input_schema=schema) == [("A", "$.other")]


def test_examples_of_results_and_schemas_are_given_by_state_or_resource():
    definition = machine("A", A=task(Next="Use"), Use=reading("$.b"))
    closed = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
    for name in ("A", FUNCTION):
        assert misses(definition, Certainty.NEVER, result_schemas={name: closed}) == [("Use", "$.b")]
    assert misses(definition, Certainty.NEVER, result_shapes={"A": object_of({"a": shape_of(1)})}) == [("Use", "$.b")]


def test_jsonata_that_finds_nothing_fails_its_field():
    definition = machine(
        "Make", "JSONata", Make={"Type": "Pass", "Output": {"a": 1}, "Next": "Use"}, Use={"Type": "Succeed", "Output": "{% $states.input.b %}"}
    )
    assert misses(definition) == [("Use", "$states.input.b")]


def test_jsonata_leaves_out_a_member_that_is_undefined():
    use = {"Type": "Succeed", "Output": "{% {'x': $states.input.b, 'y': $states.input.a} %}"}
    definition = machine("Make", "JSONata", Make={"Type": "Pass", "Output": {"a": 1}, "Next": "Use"}, Use=use)
    assert misses(definition) == []
    assert not dataflow_of(definition).output.member("x").has_value


def test_exists_guards_a_jsonata_path():
    use = {"Type": "Succeed", "Output": "{% $exists($states.input.b) ? $states.input.b : 'none' %}"}
    definition = machine("Make", "JSONata", Make={"Type": "Pass", "Output": {"a": 1}, "Next": "Use"}, Use=use)
    assert misses(definition) == []


@pytest.mark.parametrize(
    "definition", [None, [], "x", {}, {"States": 3}, {"StartAt": "A", "States": {"A": {"Type": "Map"}}}, {"StartAt": "A", "States": {"A": {}}}]
)
def test_nonsense_is_analysed_without_a_complaint(definition):
    dataflow_of(definition).misses  # noqa: B018


def orchestrator(revision):
    definition = json.loads((ORCHESTRATOR / f"{revision}.asl.json").read_text(encoding="utf-8"))
    return dataflow_of(definition).misses


def test_the_handler_of_r5_reads_a_status_that_its_catcher_never_set():
    (miss,) = [miss for miss in orchestrator("r5") if miss.certainty is Certainty.ELSEWHERE]
    assert spelled(miss.missing, miss.read.text) == "$.adlds_status_results"
    assert str(miss.routes[0]).endswith("TriggerADLDSCreation (Catch 0) → UpdateFailedADLDSRecord")


def test_the_handler_of_r6_is_reached_by_a_rule_that_set_no_error():
    (miss,) = [miss for miss in orchestrator("r6") if miss.certainty is Certainty.ELSEWHERE]
    assert spelled(miss.missing, miss.read.text) == "$.error_info"
    assert str(miss.routes[0]).endswith("CheckADLDSStatus (rule 1) → UpdateFailedADLDSRecord")


def test_the_error_of_r6_is_nested_once_too_often():
    (miss,) = [miss for miss in orchestrator("r6") if miss.certainty is Certainty.ROUTE]
    assert spelled(miss.missing, miss.read.text) == "$.error_info.error_message"
    assert reason(miss) == "Catch 0 of TriggerADLDSCreation puts the Error Output at $.error_info, which has only Error and Cause"
    assert [reason(miss, which) for which in range(len(miss.routes))][-1].endswith("puts its result at $.error_info, which has only error_info")
