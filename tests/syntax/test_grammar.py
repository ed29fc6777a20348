"""What each object of the language may hold: AWS's wording, our hints, the place."""

from __future__ import annotations

import pytest

from asl_engine.analysis.check import check_definition
from asl_engine.diagnostics import Diagnostic
from asl_engine.source import source_from_value
from asl_engine.values import Json

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def findings(state: dict[str, Json], **top: Json) -> list[Diagnostic]:
    return check_definition(source_from_value({"StartAt": "S", "States": {"S": state}, **top}))


def said(state: dict[str, Json], **top: Json) -> list[tuple[str, str]]:
    return [(d.message, d.pointer.removeprefix("/States/S")) for d in findings(state, **top)]


def task(**fields: Json) -> dict[str, Json]:
    return {"Type": "Task", "Resource": FUNCTION, "End": True, **fields}


def a_map(**fields: Json) -> dict[str, Json]:
    return {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}, "End": True, **fields}


def distributed(**fields: Json) -> dict[str, Json]:
    processor: Json = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
    return a_map(ItemProcessor=processor, **fields)


@pytest.mark.parametrize(
    "state",
    [
        task(Parameters={"a.$": "$.x", "b": [{"c.$": "States.UUID()"}]}, ResultPath=None, InputPath="$$", OutputPath="$.a[*]"),
        task(
            Retry=[
                {"ErrorEquals": ["A"], "MaxAttempts": 0},
                {"ErrorEquals": ["States.ALL"], "BackoffRate": 1.5, "MaxDelaySeconds": 9, "JitterStrategy": "FULL"},
            ]
        ),
        task(TimeoutSecondsPath="$.t", HeartbeatSeconds=3, Credentials={"RoleArn.$": "$.role"}),
        task(QueryLanguage="JSONata", Arguments="{% $states.input %}", Output={"a": "{% $states.result %}"}, TimeoutSeconds="{% 1 + 1 %}"),
        {"Type": "Wait", "Timestamp": "2016-03-14T01:59:00.123456789+01:00", "End": True},
        {"Type": "Wait", "SecondsPath": "$.a['b'][0]", "End": True},
        {"Type": "Pass", "Result": {"x.$": "literal"}, "End": True},
        {"Type": "Fail"},
        {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{}', $.c)"},
        {"Type": "Succeed", "Comment": None},
        a_map(MaxConcurrencyPath="$.n", ToleratedFailurePercentage=100, ItemsPath="$$.Execution.Input.list"),
        distributed(
            Label="a-b", ItemBatcher={"MaxItemsPerBatch": 2}, ItemReader={"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}}
        ),
        distributed(ResultWriter={"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSONL"}}),
    ],
)
def test_what_the_language_has_is_accepted(state: dict[str, Json]) -> None:
    assert findings(state) == []


@pytest.mark.parametrize(
    ("state", "message", "place"),
    [
        ({"Type": "Tsak"}, "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]", "/Type"),
        ({"End": True}, "These fields are required: [Type]", ""),
        ({"Type": "Pass"}, "This object should have only one of the following fields: [Next, End]", ""),
        ({"Type": "Pass", "Next": "S", "End": True}, "There should only be one of the following fields: [Next, End]", ""),
        ({"Type": "Pass", "End": True, "Catch": []}, "Field 'Catch' is not supported", "/Catch"),
        ({"Type": "Pass", "End": "yes"}, "Expected value of type Boolean", "/End"),
        ({"Type": "Wait", "End": True}, "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]", ""),
        (
            {"Type": "Wait", "Seconds": 1, "SecondsPath": "$.a", "End": True},
            "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]",
            "",
        ),
        ({"Type": "Wait", "Timestamp": "2016-12-05 21:29:29Z", "End": True}, "String does not match RFC3339 timestamp", "/Timestamp"),
        ({"Type": "Wait", "SecondsPath": "$.a[*]", "End": True}, "Value is not a Reference Path", "/SecondsPath"),
        ({"Type": "Wait", "SecondsPath": "$$.Execution.Input", "End": True}, "Value is not a Reference Path", "/SecondsPath"),
        ({"Type": "Wait", "Seconds": -1, "End": True}, "Minimum value is 0", "/Seconds"),
        ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "There should only be one of the following fields: [Error, ErrorPath]", ""),
        (
            {"Type": "Fail", "ErrorPath": "States.ArrayLength($.a)"},
            "Value is not a valid JSONPath or an intrinsic function that returns a string",
            "/ErrorPath",
        ),
        ({"Type": "Parallel", "Branches": [], "End": True}, "Value cannot be empty", "/Branches"),
        ({"Type": "Parallel", "Branches": [[]], "End": True}, "Expected value of type Object", "/Branches/0"),
        (task(TimeoutSeconds=0), "Minimum value is 1", "/TimeoutSeconds"),
        (task(TimeoutSeconds=1, TimeoutSecondsPath="$.t"), "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]", ""),
        (task(TimeoutSeconds=5, HeartbeatSeconds=5), "HeartbeatSeconds must be smaller than TimeoutSeconds", "/HeartbeatSeconds"),
        (task(Credentials={}), "The field 'RoleArn' is required but was missing", "/Credentials"),
        (task(ResultPath="$x"), "Value is not a Reference Path", "/ResultPath"),
        (task(ResultPath="$$.a"), "Value is not a Reference Path", "/ResultPath"),
        (task(InputPath="a"), "Value is not a valid JSONPath", "/InputPath"),
        (task(Parameters={"x.$": "ipsum"}), "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call", "/Parameters"),
        (task(Retry=[{"ErrorEquals": []}]), "Value cannot be empty", "/Retry/0/ErrorEquals"),
        (task(Retry=[{"ErrorEquals": [True]}]), "Expected value of type String", "/Retry/0/ErrorEquals/0"),
        (task(Retry=[{"ErrorEquals": ["A"], "BackoffRate": -2}]), "Minimum value is 1.0", "/Retry/0/BackoffRate"),
        (task(Retry=[{"ErrorEquals": ["A"], "JitterStrategy": "SOME"}]), "Value should be one of the following: [NONE, FULL]", "/Retry/0/JitterStrategy"),
        (task(Retry=[{"ErrorEquals": ["States.ALL", "A"]}]), "States.ALL must appear alone and at end of list", "/Retry/0/ErrorEquals"),
        (task(Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}]), "States.ALL must appear alone and at end of list", "/Retry/0/ErrorEquals"),
        (a_map(Iterator={}), "There should only be one of the following fields: [ItemProcessor, Iterator]", ""),
        ({"Type": "Map", "End": True}, "This object should have only one of the following fields: [ItemProcessor, Iterator]", ""),
        (a_map(ToleratedFailurePercentage=100.1), "Maximum value is 100.0", "/ToleratedFailurePercentage"),
        (distributed(Label="a b"), "Label contains invalid characters", "/Label"),
        (distributed(Label="x" * 41), "Label cannot exceed 40 characters", "/Label"),
        (distributed(ResultWriter={}), "This object should have at least one of the following fields: [Resource, WriterConfig]", "/ResultWriter"),
        (
            a_map(ItemProcessor={"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}),
            "These fields are required: [ExecutionType]",
            "/ItemProcessor/ProcessorConfig",
        ),
        (
            a_map(ItemProcessor={"QueryLanguage": "JSONata", "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}),
            "Field 'QueryLanguage' is not supported",
            "/ItemProcessor/QueryLanguage",
        ),
        ({"Type": "Pass", "Assign": {"states": 1}, "End": True}, "The variable name 'states' is reserved", "/Assign/states"),
        ({"Type": "Pass", "Assign": {"a-b": 1}, "End": True}, "The variable name 'a-b' is not valid", "/Assign/a-b"),
    ],
)
def test_what_the_language_does_not_have_is_refused(state: dict[str, Json], message: str, place: str) -> None:
    assert (message, place) in said(state)


def test_reader_limits_are_awss() -> None:
    reader: Json = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON", "MaxItems": 100_000_001}}
    assert said(distributed(ItemReader=reader)) == [("Maximum value is 100000000", "/ItemReader/ReaderConfig/MaxItems")]


def test_a_field_of_the_other_language_is_refused_at_the_field() -> None:
    (found,) = findings(task(QueryLanguage="JSONata", InputPath="$.a"))
    assert found.message == "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage"
    assert found.pointer == "/States/S/InputPath"


def test_a_jsonpath_state_in_a_jsonata_machine_is_refused() -> None:
    message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
    assert said({"Type": "Succeed", "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata") == [(message, "")]


def test_states_inside_a_jsonata_parallel_keep_the_machines_language() -> None:
    branch: Json = {"StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$.a", "End": True}}}
    assert findings({"Type": "Parallel", "QueryLanguage": "JSONata", "Branches": [branch], "End": True}) == []


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        ({"Type": "Fail", "Error.$": "$.e"}, 'use "ErrorPath"'),
        (task(Retry=[{"ErorEquals": ["A"]}]), 'did you mean "ErrorEquals"?'),
        (task(Arguments={}), 'use "Parameters", or set "QueryLanguage": "JSONata"'),
        ({"Type": "Tsak"}, 'did you mean "Task"?'),
        (task(InputPath="States.UUID()"), "intrinsic functions are for payload templates"),
    ],
)
def test_a_finding_says_what_to_do(state: dict[str, Json], hint: str) -> None:
    assert hint in [d.hint for d in findings(state)]


def test_top_level_fields_are_required_states_first() -> None:
    (found,) = check_definition(source_from_value({}))
    assert (found.message, found.pointer) == ("These fields are required: [States, StartAt]", "")


def test_a_definition_must_be_an_object() -> None:
    (found,) = check_definition(source_from_value([]))
    assert (found.message, found.aws_code) == ("Definition must be a valid JSON object", "SCHEMA_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "state",
    [
        task(Resource="${module.f.arn}", TimeoutSeconds="${t}"),
        {"Type": "Wait", "Timestamp": "${when}", "End": True},
        {"Type": "Wait", "SecondsPath": "${path}", "End": True},
        {"Type": "${kind}", "Anything": 1},
        task(InputPath="${path}", Parameters={"a.$": "${path}"}),
        task(QueryLanguage="JSONata", Arguments="{% ${expression} %}"),
        distributed(Label="${label}"),
    ],
)
def test_an_unresolved_placeholder_is_never_refused(state: dict[str, Json]) -> None:
    assert findings(state) == []


def test_a_cloudformation_function_is_warned_of() -> None:
    (found,) = findings(task(Resource={"Fn::GetAtt": ["F", "Arn"]}))
    assert str(found.severity) == "WARNING"


def test_fields_without_effect_on_an_inline_map_are_warned_of() -> None:
    assert [(str(d.severity), d.pointer) for d in findings(a_map(Label="a"))] == [("WARNING", "/States/S/Label")]


def test_text_that_looks_like_a_path_is_warned_of() -> None:
    (found,) = findings(task(Parameters={"a": "$.x"}))
    assert (found.aws_code, found.hint) == ("NO_DOLLAR", 'if it should be evaluated, name it "a.$"')


def test_a_path_in_a_pass_result_is_warned_of() -> None:
    assert [d.aws_code for d in findings({"Type": "Pass", "Result": {"a.$": "$.x"}, "End": True})] == ["PASS_RESULT_IS_STATIC"]


def test_states_nested_without_end_are_refused() -> None:
    state: dict[str, Json] = {"Type": "Succeed"}
    for depth in range(45):
        state = {"Type": "Parallel", "Branches": [{"StartAt": f"B{depth}", "States": {f"B{depth}": state}}], "End": True}
    assert findings(state) == []
