"""What each kind of state comes to, what is shown of it, and which handler takes an error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.teststate.states import FAILS, ask, gives, inspected, machine, nothing, output, over, parallel, task

CATCH = {"Catch": [{"ErrorEquals": ["Card.Declined"], "ResultPath": "$.error", "Next": "Apologise"}]}
RETRY = {"Retry": [{"ErrorEquals": ["Card.Declined"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 3}]}
FAILED = {"Error": "Card.Declined", "Cause": "no funds"}


# ------------------------------------------------------------------------------------------------------------- stages


def test_a_pass_shows_its_result_twice_more() -> None:
    """The worked example of the developer guide."""
    definition = nothing(InputPath="$.payload", Parameters={"data": 1}, ResultPath="$.result", OutputPath="$.result.data", Next="Another")
    assert ask(definition, {"payload": {"foo": "bar"}}) == {
        "output": "1",
        "inspectionData": {
            "input": '{"payload": {"foo": "bar"}}',
            "afterInputPath": '{"foo":"bar"}',
            "afterParameters": '{"data":1}',
            "afterResultSelector": '{"data":1}',
            "afterResultPath": '{"payload":{"foo":"bar"},"result":{"data":1}}',
        },
        "nextState": "Another",
        "status": "SUCCEEDED",
    }


def test_a_pass_with_a_result_shows_no_input_stages() -> None:
    assert inspected(nothing(InputPath="$.a", Result={"r": 1}), {"a": 1}) == {
        "input": '{"a": 1}',
        "result": '{"r":1}',
        "afterResultSelector": '{"r":1}',
        "afterResultPath": '{"r":1}',
    }


def test_a_task_shows_every_stage() -> None:
    definition = task(InputPath="$.a", Parameters={"p.$": "$.b"}, ResultSelector={"s.$": "$.StatusCode"}, ResultPath="$.r")
    assert inspected(definition, {"a": {"b": 1}}, mock=gives({"StatusCode": 200})) == {
        "input": '{"a": {"b": 1}}',
        "afterInputPath": '{"b":1}',
        "afterParameters": '{"p":1}',
        "result": '{"StatusCode": 200}',
        "afterResultSelector": '{"s":200}',
        "afterResultPath": '{"a":{"b":1},"r":{"s":200}}',
    }


@pytest.mark.parametrize(
    "definition",
    [
        {"Type": "Choice", "InputPath": "$.a", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "One"}]},
        {"Type": "Wait", "InputPath": "$.a", "Seconds": 1, "Next": "One"},
        {"Type": "Succeed", "InputPath": "$.a"},
    ],
)
def test_states_without_a_result_show_their_input(definition: dict[str, Any]) -> None:
    assert inspected(definition, {"a": {"n": 1}}) == {"input": '{"a": {"n": 1}}', "afterInputPath": '{"n":1}'}


def test_a_fail_shows_its_input_and_fails() -> None:
    assert ask({"Type": "Fail", "ErrorPath": "$.e", "Cause": "c"}, {"e": "E"}) == {
        "error": "E",
        "cause": "c",
        "inspectionData": {"input": '{"e": "E"}', "afterInputPath": '{"e": "E"}'},
        "status": "FAILED",
    }


def test_a_bare_fail_has_neither_error_nor_cause() -> None:
    assert ask({"Type": "Fail"}, inspectionLevel="INFO") == {"status": "FAILED"}


def test_a_jsonata_task_shows_arguments_and_result() -> None:
    definition = task(QueryLanguage="JSONata", Arguments={"n": "{% $states.input.n + 1 %}"}, Output="{% $states.result.StatusCode %}")
    data = inspected(definition, {"n": 1}, mock=gives({"StatusCode": 200}))
    assert data == {"input": '{"n": 1}', "afterArguments": '{"n":2}', "result": '{"StatusCode": 200}'}


@pytest.mark.parametrize(
    "definition",
    [
        nothing(Output="{% 1 %}"),
        {"Type": "Choice", "Choices": [{"Condition": True, "Next": "A", "Output": 3}]},
        {"Type": "Wait", "Seconds": "{% 1 %}", "End": True},
        {"Type": "Succeed", "Output": 1},
        {"Type": "Fail", "Error": "{% 'E' %}"},
    ],
)
def test_other_jsonata_states_show_their_input(definition: dict[str, Any]) -> None:
    assert inspected({**definition, "QueryLanguage": "JSONata"}) == {"input": "{}"}


def test_a_parallel_shows_what_becomes_of_its_result() -> None:
    definition = parallel(machine(A=nothing()), ResultSelector={"a.$": "$[0]"}, ResultPath="$.r")
    data = inspected(definition, {"k": 1}, mock=gives([5]))
    assert data == {"input": '{"k": 1}', "afterResultSelector": '{"a":5}', "afterResultPath": '{"k":1,"r":{"a":5}}'}


def test_a_jsonata_parallel_shows_its_input() -> None:
    definition = parallel(machine(A=nothing()), QueryLanguage="JSONata", Arguments={"a": 1}, Output="{% $states.result[0] %}")
    assert ask(definition, mock=gives([5])) == {"output": "5", "inspectionData": {"input": "{}"}, "status": "SUCCEEDED"}


def test_nothing_is_shown_after_the_stage_that_failed() -> None:
    assert ask(nothing(InputPath="$.a")) == {
        "error": "States.Runtime",
        "cause": "Invalid path '$.a' : No results for path: $['a']",
        "inspectionData": {"input": "{}"},
        "status": "FAILED",
    }
    shown = inspected(task(ResultSelector={"a.$": "$.gone"}), mock=gives({}))
    assert list(shown) == ["input", "afterInputPath", "afterParameters", "result"]


def test_a_cause_has_no_prefix() -> None:
    answer = ask(nothing(QueryLanguage="JSONata", Output="{% $states.input.a %}"))
    assert (answer["error"], answer["cause"]) == (
        "States.QueryEvaluationError",
        "The JSONata expression '$states.input.a' specified for the field 'Output' returned nothing (undefined).",
    )


# -------------------------------------------------------------------------------------------------- where it goes next


def test_a_choice_goes_to_the_rule_that_holds() -> None:
    rules = [{"Variable": "$.n", "NumericEquals": n, "Next": f"Is {n}"} for n in (1, 2)]
    definition = {"Type": "Choice", "Choices": rules, "Default": "Other"}
    assert [ask(definition, {"n": n})["nextState"] for n in (1, 2, 3)] == ["Is 1", "Is 2", "Other"]


def test_a_choice_without_a_way_out_fails() -> None:
    answer = ask({"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}]})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert answer["cause"] == "Failed to transition out of the state. The state does not point to a next state."


def test_a_rules_own_output_and_assign_count() -> None:
    rule = {"Condition": True, "Next": "A", "Output": {"x": 1}, "Assign": {"y": 2}}
    answer = ask({"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule]})
    assert (answer["output"], answer["inspectionData"]["variables"]) == ('{"x":1}', '{"y":2}')


@pytest.mark.parametrize(("seconds", "status"), [(300, "SUCCEEDED"), (301, "FAILED")])
def test_a_wait_takes_no_time_and_five_minutes_at_most(seconds: int, status: str) -> None:
    answer = ask({"Type": "Wait", "Seconds": seconds, "Next": "A"})
    assert (answer["status"], answer.get("error")) == (status, None if status == "SUCCEEDED" else "States.Timeout")


# ---------------------------------------------------------------------------------------------------------- variables


def test_variables_are_shown_as_they_are_after_the_state() -> None:
    definition = nothing(Assign={"oldX.$": "$x", "x": 4})
    assert inspected(definition, variables={"x": 3})["variables"] == '{"oldX":3,"x":4}'


def test_assign_sees_the_result_before_it_is_shaped() -> None:
    definition = task(Assign={"code.$": "$.StatusCode"}, ResultPath=None)
    assert inspected(definition, mock=gives({"StatusCode": 200}))["variables"] == '{"code":200}'


def test_without_variables_none_are_shown() -> None:
    assert "variables" not in inspected(nothing(), variables={})


def test_a_failed_state_assigns_nothing() -> None:
    assert inspected(nothing(Assign={"x": 1}, OutputPath="$.gone"), variables={"y": 2})["variables"] == '{"y":2}'


def test_a_catcher_assigns() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Assign": {"why.$": "$.Error"}, "Next": "A"}]
    assert inspected(task(Catch=catch), mock=FAILS)["variables"] == '{"why":"Card.Declined"}'


# -------------------------------------------------------------------------------------------------- retried and caught


def test_an_error_nobody_handles_fails_the_state() -> None:
    answer = ask(task(), mock=FAILS)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "Card.Declined", "no funds")
    assert list(answer["inspectionData"]) == ["input", "afterInputPath", "afterParameters"]
    assert "output" not in answer


@pytest.mark.parametrize(("count", "seconds"), [(None, 2), (0, 2), (1, 6), (2, 18)])
def test_an_error_is_retried_after_the_retriers_delay(count: int | None, seconds: int) -> None:
    configuration = {} if count is None else {"stateConfiguration": {"retrierRetryCount": count}}
    answer = ask(task(**RETRY, **CATCH), mock=FAILS, **configuration)
    assert (answer["status"], answer["error"], answer["cause"]) == ("RETRIABLE", "Card.Declined", "no funds")
    assert answer["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": seconds}
    assert not {"output", "nextState"} & set(answer)


def test_the_longest_delay_caps_it() -> None:
    retry = [{**RETRY["Retry"][0], "MaxDelaySeconds": 5}]
    assert inspected(task(Retry=retry), mock=FAILS, stateConfiguration={"retrierRetryCount": 2})["errorDetails"]["retryBackoffIntervalSeconds"] == 5


def test_an_exhausted_retrier_is_still_named() -> None:
    answer = ask(task(**RETRY), mock=FAILS, stateConfiguration={"retrierRetryCount": 3})
    assert (answer["status"], answer["inspectionData"]["errorDetails"]) == ("FAILED", {"retryIndex": 0})


def test_after_the_last_retry_the_catchers_are_asked() -> None:
    answer = ask(task(**RETRY, **CATCH), mock=FAILS, stateConfiguration={"retrierRetryCount": 3})
    assert (answer["status"], answer["inspectionData"]["errorDetails"]) == ("CAUGHT_ERROR", {"catchIndex": 0, "retryIndex": 0})


def test_a_caught_error_goes_where_the_catcher_says() -> None:
    answer = ask(task(**CATCH), {"items": [1, 2, 3]}, mock=FAILS)
    assert {key: value for key, value in answer.items() if key != "inspectionData"} == {
        "output": '{"items":[1,2,3],"error":{"Error":"Card.Declined","Cause":"no funds"}}',
        "error": "Card.Declined",
        "cause": "no funds",
        "nextState": "Apologise",
        "status": "CAUGHT_ERROR",
    }
    assert answer["inspectionData"] == {
        "input": '{"items": [1, 2, 3]}',
        "afterInputPath": '{"items": [1, 2, 3]}',
        "afterParameters": '{"items": [1, 2, 3]}',
        "afterResultPath": '{"items":[1,2,3],"error":{"Error":"Card.Declined","Cause":"no funds"}}',
        "errorDetails": {"catchIndex": 0},
    }


def test_the_index_is_that_of_the_handler_which_matches() -> None:
    handlers = [{"ErrorEquals": ["Other"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "Next": "B"}]
    answer = ask(task(Catch=handlers), mock=FAILS)
    assert (answer["nextState"], answer["inspectionData"]["errorDetails"]) == ("B", {"catchIndex": 1})


def test_a_jsonata_catcher_has_its_output() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "A"}]
    answer = ask(task(QueryLanguage="JSONata", Arguments={}, Catch=catch), mock=FAILS)
    assert answer["output"] == '{"Error":"Card.Declined","Cause":"no funds"}'
    assert list(answer["inspectionData"]) == ["input", "afterArguments", "errorDetails"]


def test_a_failure_of_the_catcher_is_not_caught_again() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.gone %}", "Next": "A"}]
    answer = ask(task(QueryLanguage="JSONata", Arguments={}, Catch=catch), mock=FAILS)
    assert (answer["status"], answer["error"]) == ("FAILED", "States.QueryEvaluationError")


@pytest.mark.parametrize(
    ("error", "wildcard", "status"),
    [
        ("States.Timeout", "States.TaskFailed", "FAILED"),
        ("States.Timeout", "States.ALL", "CAUGHT_ERROR"),
        ("Any", "States.TaskFailed", "CAUGHT_ERROR"),
        ("States.Runtime", "States.ALL", "FAILED"),
    ],
)
def test_wildcards_match_as_in_an_execution(error: str, wildcard: str, status: str) -> None:
    definition = task(Catch=[{"ErrorEquals": [wildcard], "Next": "A"}])
    assert ask(definition, mock={"errorOutput": {"error": error}})["status"] == status


def test_a_failed_evaluation_is_handled_like_an_error_of_the_task() -> None:
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% 1 %}", "Next": "A"}]
    definition = task(QueryLanguage="JSONata", Arguments="{% $states.input.gone %}", Catch=catch)
    assert ask(definition, mock=gives({}))["status"] == "CAUGHT_ERROR"


def test_an_output_over_the_payload_quota_is_not_caught() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "A"}]
    definition = task(ResultSelector={"a.$": "$.Payload", "b.$": "$.Payload"}, Catch=catch)
    answer = ask(definition, mock=gives({"Payload": "x" * 200_000}))
    assert (answer["status"], answer["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_a_maps_handlers_see_its_error_output() -> None:
    assert output(over(**CATCH), {"error": 0}, mock=FAILS) == {"error": FAILED}
