"""What a mocked service answers: checked against the API's model, or made from it."""

from datetime import timedelta

import pytest

import asl_engine as asl
from asl_engine.tasks.runtime import Succeeded, Unanswered
from asl_engine.tasks.service_answers import Auto, ServiceChecked, check_answer
from asl_engine.tasks.service_models import Strictness

SEND = "arn:aws:states:::sqs:sendMessage"
SENT = {"QueueUrl": "q", "MessageBody": "m"}


def checked(answer, **how):
    return ServiceChecked(lambda call: answer, **how)


def test_an_answer_of_the_service_passes_as_it_is(call):
    answer = {"MessageId": "1", "MD5OfMessageBody": "2"}
    assert checked(answer).perform(call(resource=SEND, arguments=SENT)) == Succeeded(answer)


def test_a_member_of_another_type_is_told_with_its_path_and_reason(call):
    with pytest.raises(asl.MockError) as refused:
        checked({"Entries": [{"EventId": "a"}, {"EventId": 2}]}).perform(call(resource="arn:aws:states:::events:putEvents", arguments={"Entries": []}))
    assert str(refused.value).splitlines()[1] == "  at /Entries/1/EventId of its result: Field 'EventId' must be a string"
    assert 'the mock of state "Pay"' in str(refused.value)


def test_a_missing_member_is_a_fault_only_when_strict(call):
    started = call(resource="arn:aws:states:::states:startExecution", arguments={"StateMachineArn": "m"})
    assert checked({}).perform(started) == Succeeded({})
    with pytest.raises(asl.MockError, match="at /ExecutionArn of its result: Required field 'ExecutionArn' is missing"):
        checked({}, answers="STRICT").perform(started)


def test_nothing_is_looked_at_when_not_asked_to(call):
    assert checked({"MessageId": 5}, answers="NONE").perform(call(resource=SEND, arguments=SENT)) == Succeeded({"MessageId": 5})


def test_an_unknown_mode_is_told():
    with pytest.raises(asl.MockError, match="answers is 'LOOSE'"):
        checked({}, answers="LOOSE")


def test_what_is_sent_is_checked_before_anybody_is_asked(call):
    asked = []
    with pytest.raises(asl.ServiceArgumentsError, match=r'did you mean "MessageBody"\?'):
        ServiceChecked(asked.append).perform(call(resource=SEND, arguments={"QueueUrl": "q", "MesageBody": "m"}))
    assert asked == []


def test_functions_are_left_alone(call):
    assert checked(5).perform(call()) == Succeeded(5)


def test_failures_and_silence_are_left_alone(call):
    assert checked(asl.Failed("E")).perform(call(resource=SEND, arguments=SENT)) == asl.Failed("E")
    assert checked(Unanswered()).perform(call(resource=SEND, arguments=SENT)) == Unanswered()


@pytest.mark.parametrize(
    ("api", "answer"),
    [
        ("lambda:invoke", {"Payload": {"any": "json"}, "StatusCode": 200}),
        ("states:startExecution.sync:2", {"Status": "SUCCEEDED", "Output": {"a": 1}, "StartDate": 1767225600000}),
        ("states:startExecution.sync", {"Status": "SUCCEEDED", "Output": "{}", "StartDate": "2026-01-01T00:00:00Z"}),
        ("ecs:runTask.sync", {"LastStatus": "STOPPED", "Containers": [{"ExitCode": 0}]}),
        ("sqs:sendMessage.waitForTaskToken", "what the callback gave"),
        ("apigateway:invoke", {"ResponseBody": 1}),
    ],
)
def test_results_are_compared_with_what_the_integration_hands_on(call, api, answer):
    check_answer(call(resource=f"arn:aws:states:::{api}"), Succeeded(answer), Strictness.PRESENT)


def test_a_job_is_compared_with_the_api_that_is_polled(call):
    with pytest.raises(asl.MockError, match="at /Status of its result: Field 'Status' is not an expected value"):
        check_answer(call(resource="arn:aws:states:::states:startExecution.sync"), Succeeded({"Status": "DONE"}), Strictness.PRESENT)


def test_what_a_service_said_when_it_accepted_is_compared_with_the_api_that_was_called(call):
    with pytest.raises(asl.MockError, match="at /MessageId of its submitted answer"):
        check_answer(call(resource=f"{SEND}.waitForTaskToken"), Unanswered(submitted={"MessageId": 5}), Strictness.PRESENT)


# ---------------------------------------------------------------- made

MADE = [
    *("lambda:invoke", "sqs:sendMessage", "sns:publish", "dynamodb:getItem", "dynamodb:putItem", "events:putEvents", "states:startExecution"),
    *("states:startExecution.sync", "states:startExecution.sync:2", "ecs:runTask", "ecs:runTask.sync", "batch:submitJob.sync", "glue:startJobRun.sync"),
    *("athena:startQueryExecution.sync", "codebuild:startBuild.sync", "sagemaker:createTrainingJob.sync", "bedrock:invokeModel", "aws-sdk:kms:encrypt"),
    *("aws-sdk:s3:getObject", "aws-sdk:secretsmanager:getSecretValue", "aws-sdk:sfn:describeExecution", "sqs:sendMessage.waitForTaskToken"),
]


@pytest.mark.parametrize("api", MADE)
def test_a_made_answer_is_valid_even_when_strict(call, api):
    asked = call(resource=f"arn:aws:states:::{api}", arguments={"Entries": [{}]})
    check_answer(asked, Auto()(asked), Strictness.STRICT)


def test_a_made_answer_names_what_was_made(call):
    output = Auto()(call(resource=SEND, arguments=SENT)).output
    assert sorted(output) == ["MessageId", "SdkHttpMetadata", "SdkResponseMetadata"]


def test_a_made_job_has_succeeded(call):
    outcome = Auto()(call(resource="arn:aws:states:::batch:submitJob.sync"))
    assert outcome.output["Status"] == "SUCCEEDED"
    assert set(outcome.submitted) >= {"JobId", "JobName"}


def test_the_same_calls_are_made_the_same_answers_and_no_two_calls_the_same(call):
    asked = call(resource=SEND, arguments=SENT)
    first, again = Auto(), Auto()
    answers = [first(asked), first(asked)]
    assert answers == [again(asked), again(asked)]
    assert answers[0] != answers[1]


def test_a_made_answer_may_take_its_time(call):
    assert Auto(after=timedelta(seconds=3))(call(resource=SEND)).after == timedelta(seconds=3)


def test_nothing_is_made_for_what_has_no_model(call):
    with pytest.raises(asl.MockError, match='so "auto" has none to make'):
        Auto()(call())
