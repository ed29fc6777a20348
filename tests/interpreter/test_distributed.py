"""A Map in DISTRIBUTED mode: a Map Run of child executions. Events as recorded."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

import asl_engine as asl
from tests.interpreter.definitions import distributed, events, machine, nothing, parallel, play, task, types, wait

ONE_OR_MORE = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericGreaterThan": 0, "Next": "Fine"}], "Default": "Bad"}
CHOOSY = machine(Look=ONE_OR_MORE, Fine=nothing(), Bad={"Type": "Fail", "Error": "Low", "Cause": "too low"})
"""Succeeds for numbers from 1 and fails for all others."""


def children(execution: asl.Execution) -> list[asl.Execution]:
    """Of the only Map Run."""
    (run,) = execution.children.values()
    return run


# --------------------------------------------------------------------------------------------------- what is recorded


def test_the_parent_tells_of_the_map_run_and_not_of_its_children() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()))), [1, 2, 3])
    assert [(event.type, event.previous) for event in execution.history] == [
        ("ExecutionStarted", 0),
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("MapRunStarted", 3),
        ("MapRunSucceeded", 4),
        ("MapStateSucceeded", 5),
        ("MapStateExited", 4),
        ("ExecutionSucceeded", 7),
    ]
    assert execution.output == [1, 2, 3]


def test_each_child_has_a_history_of_its_own() -> None:
    execution = play(machine(M=distributed(machine(A=nothing(Next="B"), B=nothing()))), [1, 2])
    for child, item in zip(children(execution), (1, 2), strict=True):
        assert types(child) == ["ExecutionStarted", *["PassStateEntered", "PassStateExited"] * 2, "ExecutionSucceeded"]
        assert [event.id for event in child.history] == [1, 2, 3, 4, 5, 6]
        assert (child.status, child.output, child.path) == ("SUCCEEDED", item, ["A", "B"])


def test_children_are_found_by_the_arn_that_the_parent_tells() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()), Label="Pay")), [1], name="e1")
    (started,) = events(execution, "MapRunStarted")
    (arn,) = execution.children
    assert started.details == {"mapRunArn": arn}
    assert arn.startswith("arn:aws:states:us-east-1:123456789012:mapRun:StateMachine/Pay:")
    (child,) = children(execution)
    assert child.arn == f"arn:aws:states:us-east-1:123456789012:execution:StateMachine/Pay:{child.name}"
    assert child.history.state_machine_arn == "arn:aws:states:us-east-1:123456789012:stateMachine:StateMachine/Pay"


def test_a_child_has_a_context_of_its_own() -> None:
    """Its own input and machine, no Map."""
    execution = play(machine(M=distributed(machine(A=nothing(Parameters={"all.$": "$$"})))), [{"n": 1}])
    output: Any = children(execution)[0].output
    context = output["all"]
    assert context["Execution"]["Input"] == {"n": 1}
    assert (context["StateMachine"]["Name"], "Map" in context) == ("StateMachine", False)


def test_a_child_sees_no_variables_of_its_parent() -> None:
    inner = machine(L={"Type": "Choice", "Choices": [{"Variable": "$x", "IsPresent": True, "Next": "Y"}], "Default": "N"}, Y=nothing(), N=nothing())
    execution = play(machine(A=nothing(Assign={"x": 1}, Next="M"), M=distributed(inner)), [1])
    assert children(execution)[0].path == ["L", "N"]


def test_a_task_in_a_child_knows_its_place() -> None:
    paths: list[str] = []
    play(machine(M=distributed(machine(A=task()))), [1, 2], tasks=lambda call: paths.append(str(call.state_path)))
    assert paths == ["M[0]/A", "M[1]/A"]


def test_children_wait_side_by_side() -> None:
    execution = play(machine(M=distributed(machine(W=wait(60)))), list(range(100)))
    assert execution.elapsed == timedelta(seconds=60)


def test_concurrency_is_as_declared() -> None:
    execution = play(machine(M=distributed(machine(W=wait(60)), MaxConcurrency=10)), list(range(100)))
    assert execution.elapsed == timedelta(seconds=600)


def test_the_events_quota_is_each_executions_own() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()))), list(range(10_000)))
    assert (execution.status, len(execution.history)) == ("SUCCEEDED", 8)


def test_a_child_whose_history_is_full_fails_like_any_execution() -> None:
    loop = machine(A=nothing(Next="B"), B={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "C"}], "Default": "A"}, C=nothing())
    execution = play(machine(M=distributed(loop, ToleratedFailurePercentage=100)), [1], limits=asl.Limits(events=100))
    (child,) = children(execution)
    assert (child.error, len(child.history), child.history[-1].type, child.history[-1].previous) == ("States.Runtime", 100, "ExecutionFailed", 99)


@pytest.mark.parametrize("events", [5, 6])
def test_a_childs_last_event_may_not_fit_either(events: int) -> None:
    execution = play(machine(M=distributed(machine(A=nothing(Next="B"), B=nothing()), ToleratedFailurePercentage=100)), [1], limits=asl.Limits(events=events))
    if execution.children:
        assert children(execution)[0].error == "States.Runtime"


# ----------------------------------------------------------------------------------------------------------- failures


def test_one_failure_is_too_many_unless_some_are_tolerated() -> None:
    execution = play(machine(M=distributed(CHOOSY)), [1, 0, 1])
    assert (execution.error, execution.cause) == ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
    assert types(execution)[3:] == ["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    (failed,) = events(execution, "MapRunFailed")
    assert failed.details == {"error": execution.error, "cause": execution.cause}


TOLERANCES: list[tuple[dict[str, Any], list[int], bool]] = [
    ({"ToleratedFailureCount": 1}, [0, 1, 1, 1], True),
    ({"ToleratedFailureCount": 1}, [0, 0, 1, 1], False),
    ({"ToleratedFailureCount": 0}, [0, 1, 1, 1], False),
    ({"ToleratedFailurePercentage": 25}, [0, 1, 1, 1], True),
    ({"ToleratedFailurePercentage": 25}, [0, 0, 1, 1], False),
    ({"ToleratedFailurePercentage": 100}, [0, 0, 0, 0], True),
    ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 25}, [0, 0, 1, 1], False),
    ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 90}, [0, 0, 1, 1], False),
    ({}, [], True),
]


@pytest.mark.parametrize(("fields", "items", "succeeds"), TOLERANCES)
def test_failures_are_tolerated_up_to_the_count_and_the_percentage(fields: dict[str, Any], items: list[int], succeeds: bool) -> None:
    execution = play(machine(M=distributed(CHOOSY, **fields)), items)
    assert execution.status == ("SUCCEEDED" if succeeds else "FAILED")
    if succeeds:
        assert execution.output == [item for item in items if item]


def test_a_failed_batch_counts_its_items() -> None:
    failing = machine(F={"Type": "Fail"})
    for tolerated, status in ((4, "SUCCEEDED"), (3, "FAILED")):
        state = distributed(failing, ItemBatcher={"MaxItemsPerBatch": 2}, ToleratedFailureCount=tolerated)
        assert play(machine(M=state), [1, 2, 3, 4]).status == status


def test_a_failed_child_tells_its_error() -> None:
    execution = play(machine(M=distributed(CHOOSY, ToleratedFailureCount=1)), [0])
    (child,) = children(execution)
    assert (child.status, child.error, child.cause) == ("FAILED", "Low", "too low")


def test_beyond_the_tolerance_the_others_are_aborted() -> None:
    slow = machine(L={**ONE_OR_MORE}, Fine=wait(100), Bad=wait(5, Next="F"), F={"Type": "Fail"})
    execution = play(machine(M=distributed(slow)), [1, 0, 1])
    assert [str(child.status) for child in children(execution)] == ["ABORTED", "FAILED", "ABORTED"]
    assert execution.elapsed == timedelta(seconds=5)
    last = children(execution)[0].history[-1]
    assert (last.type, last.previous) == ("ExecutionAborted", 0)


def test_a_map_run_that_failed_can_be_caught() -> None:
    state = distributed(CHOOSY, Catch=[{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "B"}])
    assert play(machine(M=state, B=nothing()), [0]).path == ["M", "B"]


def test_a_retried_map_run_is_another_one() -> None:
    state = distributed(CHOOSY, Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}])
    execution = play(machine(M=state), [0])
    assert len(execution.children) == 2
    assert types(execution).count("MapRunStarted") == 2


def test_a_runtime_failure_in_a_child_is_the_childs() -> None:
    execution = play(machine(M=distributed(machine(A=nothing(InputPath="$.x")), ToleratedFailureCount=1)), [1])
    assert (execution.status, children(execution)[0].error) == ("SUCCEEDED", "States.Runtime")


# ------------------------------------------------------------------------------------------------------------ aborted


def running(definition: dict[str, Any], seconds: int) -> asl.Run:
    found = asl.start(asl.load(definition), [1, 2])
    found.advance(until=found.execution.history.started_at + timedelta(seconds=seconds))
    return found


def test_children_end_with_an_aborted_execution() -> None:
    run = running(machine(M=distributed(machine(W=wait(60)))), 5)
    assert [str(child.status) for child in children(run.execution)] == ["RUNNING", "RUNNING"]
    run.abort("Stop")
    assert [(str(child.status), types(child)[-1]) for child in children(run.execution)] == [("ABORTED", "ExecutionAborted")] * 2


def test_children_end_with_an_execution_that_timed_out() -> None:
    execution = play({**machine(M=distributed(machine(W=wait(60)))), "TimeoutSeconds": 5}, [1])
    assert (execution.status, children(execution)[0].status) == ("TIMED_OUT", "ABORTED")


def test_children_end_with_the_branch_their_map_stands_in() -> None:
    fan = parallel(machine(M=distributed(machine(W=wait(60)))), machine(W2=wait(5, Next="F"), F={"Type": "Fail", "Error": "E"}))
    execution = play(machine(P={**fan, "Catch": [{"ErrorEquals": ["E"], "Next": "Z"}]}, Z=wait(100)), [1])
    (child,) = children(execution)
    assert (child.status, child.elapsed) == ("ABORTED", timedelta(seconds=5))


# ------------------------------------------------------------------------------------------------------------ Express


def test_an_express_child_ends_after_five_minutes() -> None:
    execution = play(machine(M=distributed(machine(W=wait(400)), "EXPRESS", ToleratedFailureCount=1)), [1])
    (child,) = children(execution)
    assert (child.status, child.error, child.elapsed) == ("TIMED_OUT", None, timedelta(minutes=5))
    assert types(child) == ["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]


def test_an_express_child_may_take_all_of_five_minutes() -> None:
    assert play(machine(M=distributed(machine(W=wait(299)), "EXPRESS")), [1]).status == "SUCCEEDED"


def test_a_standard_child_may_take_longer() -> None:
    assert play(machine(M=distributed(machine(W=wait(400)))), [1]).status == "SUCCEEDED"


def test_an_express_child_that_ended_leaves_no_timer_behind() -> None:
    """Else time would move to it while a token is waited for."""
    ask = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"QueueUrl": "q", "MessageBody": "b"})
    run = asl.start(asl.load(machine(M=distributed(machine(A=nothing()), "EXPRESS", Next="Ask"), Ask=ask)), [1], tasks=lambda call: asl.Unanswered())
    run.advance()
    assert run.execution.elapsed == timedelta(0)


def test_an_express_childs_arn_is_an_express_one() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()), "EXPRESS")), [1])
    assert ":express:StateMachine/" in children(execution)[0].arn


# ---------------------------------------------------------------------------------------------------- data in and out


class Bucket:
    """S3 as far as Map Runs use it."""

    def __init__(self, **objects: str) -> None:
        self.objects: dict[str, Any] = dict(objects)

    def perform(self, call: asl.TaskCall) -> asl.Outcome:
        key = call.arguments.get("Key")
        match call.resource.api:
            case "getObject" if key in self.objects:
                return asl.Succeeded({"Body": self.objects[key]})
            case "getObject":
                return asl.Failed("S3.NoSuchKeyException", f"no {key}", timedelta(seconds=2))
            case "putObject":
                self.objects[key] = call.arguments["Body"]
                return asl.Succeeded({}, timedelta(seconds=3))
            case "listObjectsV2":
                return asl.Succeeded({"Contents": [{"Key": key, "Size": len(self.objects[key])} for key in self.objects]})
        raise asl.NotMine(str(call.resource))


def reader(key: str, kind: str = "JSON", **config: Any) -> dict[str, Any]:
    return {
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": "b", "Key": key},
            "ReaderConfig": {"InputType": kind, **config},
        }
    }


def test_items_are_read_through_the_task_runtime() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()), **reader("k"))), tasks=Bucket(k='[{"a": 1}, 2]'))
    assert execution.output == [{"a": 1}, 2]
    assert events(execution, "MapStateStarted")[0].details == {"length": 0}


def test_csv_rows_and_max_items() -> None:
    config = {"CSVHeaderLocation": "FIRST_ROW", "MaxItems": 2}
    execution = play(machine(M=distributed(machine(A=nothing()), **reader("k", "CSV", **config))), tasks=Bucket(k="a,b\n1,2\n3\n4,5\n"))
    assert execution.output == [{"a": "1", "b": "2"}, {"a": "3", "b": ""}]


def compressed() -> asl.Mocks:
    mocks = asl.Mocks()
    mocks.resource("arn:aws:states:::s3:getObject").returns({"Body": gzip.compress(b"a,b\n1,2\n")})
    return mocks


@pytest.mark.parametrize("bucket", [Bucket(**{"k.gz": gzip.compress(b"a,b\n1,2\n")}), compressed()], ids=["runtime", "mocks"])
def test_an_object_may_be_answered_as_bytes(bucket: Any) -> None:
    fields = reader("k.gz", "CSV", CSVHeaderLocation="FIRST_ROW")
    assert play(machine(M=distributed(machine(A=nothing()), **fields)), tasks=bucket).output == [{"a": "1", "b": "2"}]


def test_bytes_are_for_the_reader_of_a_map_only() -> None:
    mocks = asl.Mocks()
    mocks.state("A").returns({"Body": b"x"})
    with pytest.raises(asl.MockError, match="at /Body: a bytes is not JSON"):
        play(machine(A=task()), tasks=mocks)
    with pytest.raises(asl.MockError, match="bytes"):
        asl.run(asl.load(machine(A=task(Resource="arn:aws:states:::s3:getObject")), validate=False), {}, tasks=lambda call: {"Body": b"x"})


def test_max_items_may_be_larger_than_any_list() -> None:
    fields = reader("k", MaxItemsPath="$.n")
    assert play(machine(M=distributed(machine(A=nothing()), **fields)), {"n": 10**15}, tasks=Bucket(k="[1]")).output == [1]


def test_a_dataset_that_cannot_be_read_fails_the_map_run() -> None:
    execution = play(machine(M=distributed(machine(A=nothing()), **reader("gone"))), tasks=Bucket())
    assert (execution.error, execution.cause) == ("States.ItemReaderFailed", "no gone")
    assert types(execution)[3:] == ["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]


def test_a_reader_nobody_answers_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(asl.UnmockedTask, match="s3:getObject"):
        play(machine(M=distributed(machine(A=nothing()), **reader("k"), Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]), B=nothing()))


@pytest.mark.parametrize("field", ["ItemReader", "ResultWriter"])
def test_arguments_that_are_no_object_fail_the_state(field: str) -> None:
    api = "getObject" if field == "ItemReader" else "putObject"
    more = {"ReaderConfig": {"InputType": "JSON"}} if field == "ItemReader" else {}
    fields: dict[str, Any] = {field: {"Resource": f"arn:aws:states:::s3:{api}", "Arguments": "{% 1 %}", **more}}
    state = distributed(machine(A=nothing()), **fields)
    execution = asl.run(asl.load({"QueryLanguage": "JSONata", **machine(M=state)}, validate=False), [1], tasks=Bucket())
    assert execution.error == "States.Runtime"


def test_batches_go_to_children_with_their_common_input() -> None:
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"who.$": "$.who"}}
    execution = play(machine(M=distributed(machine(A=nothing()), ItemsPath="$.items", ItemBatcher=batcher)), {"items": [1, 2, 3], "who": "x"})
    assert execution.output == [{"BatchInput": {"who": "x"}, "Items": [1, 2]}, {"BatchInput": {"who": "x"}, "Items": [3]}]


def test_selected_values_are_what_is_batched() -> None:
    fields: dict[str, Any] = {"ItemSelector": {"v.$": "$$.Map.Item.Value"}, "ItemBatcher": {"MaxItemsPerBatch": 5}}
    assert play(machine(M=distributed(machine(A=nothing()), **fields)), [1, 2]).output == [{"Items": [{"v": 1}, {"v": 2}]}]


def test_the_items_source_is_known_to_the_selector() -> None:
    fields: dict[str, Any] = {"ItemSelector": {"from.$": "$$.Map.Item.Source"}}
    assert play(machine(M=distributed(machine(A=nothing()), **fields)), [1]).output == [{"from": "STATE_DATA"}]
    read = play(machine(M=distributed(machine(A=nothing()), **fields, **reader("k"))), tasks=Bucket(k="[1]"))
    assert read.output == [{"from": "s3://b/k"}]


def test_results_are_written_and_their_place_is_the_result() -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}
    bucket = Bucket()
    execution = play(machine(M=distributed(CHOOSY, ResultWriter=writer, ToleratedFailureCount=1)), [1, 0], tasks=bucket)
    output: Any = execution.output
    uuid = output["MapRunArn"].rpartition(":")[2]
    assert output["ResultWriterDetails"] == {"Bucket": "b", "Key": f"p/{uuid}/manifest.json"}
    (succeeded,) = json.loads(bucket.objects[f"p/{uuid}/SUCCEEDED_0.json"])
    assert (succeeded["Input"], succeeded["Output"], succeeded["Status"]) == ("1", "1", "SUCCEEDED")
    (failed,) = json.loads(bucket.objects[f"p/{uuid}/FAILED_0.json"])
    assert (failed["Error"], failed["Cause"]) == ("Low", "too low")
    assert execution.elapsed == timedelta(seconds=9)  # three files, three seconds each


def test_a_result_that_cannot_be_written_fails_the_map_run() -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}
    execution = play(machine(M=distributed(machine(A=nothing()), ResultWriter=writer)), [1], tasks=lambda call: asl.Failed("S3.AccessDenied", "no"))
    assert (execution.error, execution.cause) == ("States.ResultWriterFailed", "no")


def test_the_same_seed_gives_the_same_children() -> None:
    definition = machine(M=distributed(machine(A=nothing(Parameters={"id.$": "States.UUID()"}))))
    first, second, other = (play(definition, [1, 2], seed=seed) for seed in (5, 5, 6))
    assert first.output == second.output != other.output
    assert [child.history.to_json() for child in children(first)] == [child.history.to_json() for child in children(second)]
    assert first.output[0] != first.output[1]  # type: ignore[index]
