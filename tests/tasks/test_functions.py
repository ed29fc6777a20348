import json

import pytest

from asl_engine.errors import MockError
from asl_engine.tasks.compose import as_runtime
from asl_engine.tasks.functions import lambda_handler
from asl_engine.tasks.runtime import Failed, Succeeded, Unanswered

INVOKE = "arn:aws:states:::lambda:invoke"
INVOKING = {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:quote:live", "Payload": {"n": 2}}


def perform(function, call):
    return as_runtime(lambda_handler(function)).perform(call)


def test_a_plain_function_arn_gets_the_arguments_and_gives_the_result(call):
    assert perform(lambda event, context: {"double": 2 * event["n"]}, call(arguments={"n": 4})) == Succeeded({"double": 8})


def test_lambda_invoke_gets_the_payload_and_gives_the_whole_response(call):
    outcome = perform(lambda event, context: (event["n"],), call(resource=INVOKE, arguments=INVOKING))
    assert (outcome.output["Payload"], outcome.output["StatusCode"], outcome.output["ExecutedVersion"]) == ([2], 200, "$LATEST")


def test_the_context_is_lambdas(call):
    seen = []
    perform(lambda event, context: seen.append(context), call(resource=INVOKE, arguments=INVOKING))
    assert (seen[0].function_name, seen[0].get_remaining_time_in_millis()) == ("quote", 900_000)


def test_a_raised_exception_fails_the_task_as_lambda_reports_it(call):
    class Declined(Exception):
        pass

    def handler(event, context):
        raise Declined("no funds")

    outcome = perform(handler, call())
    report = json.loads(outcome.cause)
    assert isinstance(outcome, Failed)
    assert (outcome.error, report["errorType"], report["errorMessage"]) == ("Declined", "Declined", "no funds")
    assert list(report) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert "in handler" in report["stackTrace"][0]


def test_an_event_invocation_does_not_hear_of_the_exception(call):
    outcome = perform(lambda event, context: 1 / 0, call(resource=INVOKE, arguments=INVOKING | {"InvocationType": "Event"}))
    assert outcome.output["StatusCode"] == 202


def test_with_a_task_token_the_response_is_what_was_submitted(call):
    outcome = perform(lambda event, context: "ok", call(resource=INVOKE + ".waitForTaskToken", arguments=INVOKING))
    assert isinstance(outcome, Unanswered)
    assert outcome.submitted["Payload"] == "ok"


def test_the_same_call_has_the_same_request_id(call):
    ids = []
    for _ in range(2):
        perform(lambda event, context: ids.append(context.aws_request_id), call())
    assert ids[0] == ids[1]


def test_a_result_that_is_no_json_is_the_handlers_mistake(call):
    with pytest.raises(MockError, match="at /a: a set is not JSON"):
        perform(lambda event, context: {"a": {1}}, call())
