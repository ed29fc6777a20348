"""Six revisions of a real state machine: what AWS would refuse of them, and what happens when the others run."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

import asl_engine as asl
from mocks.orchestrator import Orchestrator

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = ROOT / "definitions" / "orchestrator"
VALUES = json.loads((DEFINITIONS / "values.json").read_text())
FAILURES_OF_THE_BUILD = ["GenerateBuildStatusErrorMessage", "UpdateFailedRecord", "UpdateFailedHistory", "FailForBuild"]


def request_for(revision):
    name = "request-r5.json" if revision in ("r5", "r6") else "request-r3.json"
    return json.loads((ROOT / "scenarios" / "orchestrator" / name).read_text())


def play(revision, world, *, placeholders=VALUES, validate=True):
    program = asl.load(DEFINITIONS / f"{revision}.asl.json", placeholders=placeholders, validate=validate)
    return asl.run(program, request_for(revision), tasks=world.mocks)


def record(world):
    return world.status.get(account_id="210987654321", resource="role#payments-reader")


@pytest.mark.parametrize(
    ("revision", "refused_at"),
    [
        (
            "r1",
            [
                "/States/InsertRequestHistory/Catch/0/Next",
                "/States/TriggerBuild/Catch/0/Next",
                "/States/GetBuildStatus/Catch/0/Next",
                "/States/CheckBuildStatus/Default",
            ],
        ),
        ("r2", ["/States/TriggerBuild/Next", "/States/GetBuildStatus", "/States/CheckBuildStatus", "/States/CheckBuildStatus/Choices/0/Next"]),
        ("r6", ["/States/FailForADLDS/Error.$"]),
    ],
)
def test_what_aws_refuses_is_refused(revision, refused_at):
    with pytest.raises(asl.DefinitionError) as refused:
        asl.load(DEFINITIONS / f"{revision}.asl.json", placeholders=VALUES)
    assert [diagnostic.pointer for diagnostic in refused.value.diagnostics][: len(refused_at)] == refused_at


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_the_others_are_accepted_with_and_without_values(revision):
    for placeholders in (None, VALUES):
        assert "ERROR" not in {finding.severity for finding in asl.check(DEFINITIONS / f"{revision}.asl.json", placeholders=placeholders)}


@pytest.mark.parametrize("placeholders", [VALUES, None], ids=["filled", "opaque"])
@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_when_everything_works_role_and_group_are_recorded(revision, placeholders):
    world = Orchestrator(build_polls=3, adlds_polls=2)
    execution = play(revision, world, placeholders=placeholders)
    poll = ["WaitForBuildStatus", "GetBuildStatus", "CheckBuildStatus"]
    group = ["WaitForADLDSStatus", "GetADLDSStatus", "CheckADLDSStatus"]
    assert execution.status == "SUCCEEDED"
    assert execution.path == [
        *["UpsertRequestRecord", "InsertRequestHistory", "TriggerBuild", *poll * 3, "UpdateSuccessfulRecord", "UpdateSuccessfulHistory"],
        *["TriggerADLDSCreation", "UpdateADLDSRecord", *group * 2, "UpdateSuccessfulADLDSRecord"],
    ]
    assert execution.elapsed == timedelta(minutes=5)
    found = record(world)
    assert (found["status"], found["adlds_status"], found["dry_run"]) == ("COMPLETE", "COMPLETED", False)
    assert found["job_id"] == execution.arn
    assert found["adlds_execution_id"] == "adlds-1"
    assert world.history.get(request_id="7f0c5a1e-0001")["status"] == "COMPLETE"


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_passing_failures_are_retried_with_growing_delays(revision):
    world = Orchestrator(throttled=1, stumbles={"POST build": 2})
    execution = play(revision, world)
    assert execution.status == "SUCCEEDED"
    assert [event.told["delay"] for event in execution.history if "delay" in event.told] == [3, 3, 6]
    assert execution.elapsed == timedelta(minutes=5, seconds=12)


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_a_third_passing_failure_is_one_too_many(revision):
    world = Orchestrator(stumbles={"POST build": 3})
    execution = play(revision, world)
    assert (execution.status, execution.error, execution.path[-3:]) == ("FAILED", "See logs", FAILURES_OF_THE_BUILD[1:])
    assert json.loads(record(world)["error"]) == {"Error": "ProxyTimeout", "Cause": "504: POST build took too long"}


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_a_refused_build_is_not_retried(revision):
    world = Orchestrator(refuses={"POST build": "CustomNonRetryableError"})
    execution = play(revision, world)
    assert (execution.status, execution.elapsed) == ("FAILED", timedelta(0))
    assert record(world)["status"] == "FAILED"


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_a_failed_build_is_recorded(revision):
    world = Orchestrator(build_ends="FAILED")
    execution = play(revision, world)
    assert (execution.error, execution.cause) == ("See logs", "Error deploying IAM role")
    assert execution.path[-4:] == FAILURES_OF_THE_BUILD
    assert record(world)["error"] == '"Build status is not in [SUCCEEDED, IN_PROGRESS]."'


@pytest.mark.parametrize("revision", ["r3", "r4", "r5"])
def test_tables_that_stay_throttled_fail_the_first_state_uncaught(revision):
    execution = play(revision, Orchestrator(throttled=3))
    assert (execution.error, execution.path) == ("DynamoDB.ProvisionedThroughputExceededException", ["UpsertRequestRecord"])


def test_r3_tells_of_a_refused_group_as_if_the_role_had_failed():
    world = Orchestrator(refuses={"POST adlds-creation": "CustomNonRetryableError"})
    execution = play("r3", world)
    assert (execution.path[-1], record(world)["status"]) == ("FailForBuild", "FAILED")


def test_r4_tells_of_a_refused_group_apart():
    world = Orchestrator(refuses={"POST adlds-creation": "CustomNonRetryableError"})
    execution = play("r4", world)
    assert (execution.path[-1], record(world)["status"], record(world)["adlds_status"]) == ("FailForADLDS", "COMPLETE", "FAILED")
    assert json.loads(record(world)["adlds_error"])["Error"] == "CustomNonRetryableError"


def test_r5_cannot_record_a_refused_group():
    """Its failure path reads the answer of a poll that never was: States.Runtime, which nothing catches."""
    world = Orchestrator(refuses={"POST adlds-creation": "CustomNonRetryableError"})
    execution = play("r5", world)
    assert (execution.status, execution.error, execution.path[-1]) == ("FAILED", "States.Runtime", "UpdateFailedADLDSRecord")
    assert "$.adlds_status_results.body.error" in execution.cause
    assert "adlds_status" not in record(world)


@pytest.mark.parametrize("revision", ["r3", "r4"])
def test_before_r5_a_failed_group_is_polled_until_the_history_is_full(revision):
    execution = play(revision, Orchestrator(adlds_ends="FAILED"))
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert len(execution.history) == 25_000
    assert execution.elapsed > timedelta(days=1)


def test_r5_sees_a_failed_group():
    world = Orchestrator(adlds_ends="FAILED")
    execution = play("r5", world)
    assert (execution.error, record(world)["adlds_error"]) == ("See adlds_error in DynamoDB record for details", '"no such entitlement"')


def test_r6_run_all_the_same_takes_a_group_in_progress_for_unexpected():
    world = Orchestrator(adlds_polls=2)
    execution = play("r6", world, validate=False)
    assert (execution.status, execution.error, execution.path[-1]) == ("FAILED", None, "FailForADLDS")
    assert execution.path[-3] == "GenerateADLDSStatusErrorMessage"
    assert json.loads(record(world)["adlds_error"]) == {
        "error_info": {"error_message": "Unexpected ADLDS status: IN_PROGRESS. Error message: the group is IN_PROGRESS"}
    }


def test_r6_run_all_the_same_works_if_the_group_is_ready_at_once():
    assert play("r6", Orchestrator(adlds_polls=1), validate=False).status == "SUCCEEDED"


def test_r6_run_all_the_same_cannot_record_a_failed_group():
    execution = play("r6", Orchestrator(adlds_polls=1, adlds_ends="FAILED"), validate=False)
    assert (execution.error, execution.path[-1]) == ("States.Runtime", "UpdateFailedADLDSRecord")


def test_two_runs_write_the_same_history():
    assert play("r5", Orchestrator()).history.to_json() == play("r5", Orchestrator()).history.to_json()
