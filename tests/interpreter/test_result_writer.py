"""What the children did, as the state's result or as objects in S3."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asl_engine.interpreter.result_writer import ChildRecord, WriterConfig, collect_results, write_results
from asl_engine.values import Json

START = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
ONE = ChildRecord("arn:1", "n1", "arn:machine", "SUCCEEDED", {"i": "ä"}, output=[1, [2]], start=START, stop=START + timedelta(seconds=2))
TWO = replace(ONE, execution_arn="arn:2", name="n2", output={"a": 1})
FAILED = ChildRecord("arn:3", "n3", "arn:machine", "FAILED", 3, error="E", cause="C", start=START, stop=START, redrive_count=1)
PENDING = ChildRecord("arn:4", "n4", "arn:machine", "PENDING", 4)

WHOLE_RECORDS = WriterConfig()

DESCRIBED_ONE = {
    "ExecutionArn": "arn:1",
    "Input": '{"i":"ä"}',
    "InputDetails": {"Included": True},
    "Name": "n1",
    "Output": "[1,[2]]",
    "OutputDetails": {"Included": True},
    "RedriveCount": 0,
    "RedriveStatus": "NOT_REDRIVABLE",
    "StartDate": "2026-01-02T03:04:05.678Z",
    "StateMachineArn": "arn:machine",
    "Status": "SUCCEEDED",
    "StopDate": "2026-01-02T03:04:07.678Z",
}
DESCRIBED_FAILED = {
    "Cause": "C",
    "Error": "E",
    "ExecutionArn": "arn:3",
    "Input": "3",
    "InputDetails": {"Included": True},
    "Name": "n3",
    "RedriveCount": 1,
    "RedriveStatus": "REDRIVABLE_BY_MAP_RUN",
    "StartDate": "2026-01-02T03:04:05.678Z",
    "StateMachineArn": "arn:machine",
    "Status": "FAILED",
    "StopDate": "2026-01-02T03:04:05.678Z",
}


def written(records: list[ChildRecord], config: WriterConfig = WHOLE_RECORDS, prefix: str = "p") -> tuple[dict[str, str], Json]:
    """What each key holds afterwards, and the state's result."""
    writing = write_results("bucket", prefix, config, records, "arn:mapRun", "uuid")
    objects: dict[str, str] = {}
    try:
        call = next(writing)
        while True:
            assert call.api == "putObject"
            assert call.arguments["Bucket"] == "bucket"
            objects[str(call.arguments["Key"])] = str(call.arguments["Body"])
            call = writing.send({})
    except StopIteration as done:
        return objects, done.value


# ---------------------------------------------------------------------------------------------------------- in place


def test_without_result_writer_the_result_is_the_outputs_of_those_that_succeeded() -> None:
    assert collect_results([ONE, FAILED, TWO], WriterConfig()) == [[1, [2]], {"a": 1}]


def test_none_gives_whole_records_in_item_order() -> None:
    result: Any = collect_results([FAILED, ONE], WriterConfig("NONE"))
    assert result == [DESCRIBED_FAILED, DESCRIBED_ONE]
    assert [list(record) for record in result] == [sorted(DESCRIBED_FAILED), sorted(DESCRIBED_ONE)]


def test_compact_gives_outputs() -> None:
    assert collect_results([ONE, TWO], WriterConfig("COMPACT")) == [[1, [2]], {"a": 1}]


def test_flatten_opens_outputs_that_are_arrays_one_level() -> None:
    assert collect_results([ONE, TWO], WriterConfig("FLATTEN")) == [1, [2], {"a": 1}]


@pytest.mark.parametrize("transformation", ["NONE", "COMPACT", "FLATTEN"])
def test_a_failed_child_is_a_whole_record_whatever_the_transformation(transformation: str) -> None:
    assert collect_results([FAILED], WriterConfig(transformation)) == [DESCRIBED_FAILED]


def test_json_lines_are_one_string() -> None:
    assert collect_results([ONE, TWO], WriterConfig("COMPACT", "JSONL")) == '[1,[2]]\n{"a":1}\n'


def test_a_config_is_read_from_the_field_of_a_definition() -> None:
    assert WriterConfig.of({"Transformation": "FLATTEN", "OutputType": "JSONL"}) == WriterConfig("FLATTEN", "JSONL")
    assert WriterConfig.of({}) == WriterConfig(None, "JSON")


# -------------------------------------------------------------------------------------------------------------- in S3


def test_results_are_written_by_status_and_listed_in_a_manifest() -> None:
    timed_out, aborted = replace(FAILED, status="TIMED_OUT", error="States.Timeout", cause=None), replace(FAILED, status="ABORTED", error=None, cause=None)
    objects, _ = written([ONE, FAILED, timed_out, TWO, aborted, PENDING])
    contents = {key: json.loads(body) for key, body in objects.items()}
    assert [record["Name"] for record in contents["p/uuid/SUCCEEDED_0.json"]] == ["n1", "n2"]
    assert [record["Status"] for record in contents["p/uuid/FAILED_0.json"]] == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert [record["Name"] for record in contents["p/uuid/PENDING_0.json"]] == ["n4"]
    assert contents["p/uuid/manifest.json"] == {
        "DestinationBucket": "bucket",
        "MapRunArn": "arn:mapRun",
        "ResultFiles": {
            group: [{"Key": f"p/uuid/{group}_0.json", "Size": len(objects[f"p/uuid/{group}_0.json"].encode())}] for group in ("FAILED", "PENDING", "SUCCEEDED")
        },
    }


def test_the_result_names_the_manifest() -> None:
    _, result = written([ONE])
    assert result == {"MapRunArn": "arn:mapRun", "ResultWriterDetails": {"Bucket": "bucket", "Key": "p/uuid/manifest.json"}}


def test_the_manifest_is_written_last() -> None:
    objects, _ = written([ONE, FAILED])
    assert list(objects)[-1] == "p/uuid/manifest.json"


def test_without_children_there_is_only_a_manifest() -> None:
    objects, _ = written([])
    assert {key: json.loads(body)["ResultFiles"] for key, body in objects.items()} == {"p/uuid/manifest.json": {"FAILED": [], "PENDING": [], "SUCCEEDED": []}}


@pytest.mark.parametrize(("prefix", "folder"), [("", "uuid"), ("a/b", "a/b/uuid"), ("a/", "a/uuid")])
def test_the_prefix_stands_before_the_map_runs_id(prefix: str, folder: str) -> None:
    objects, _ = written([], prefix=prefix)
    assert list(objects) == [f"{folder}/manifest.json"]


def test_exported_records_are_whole_unless_told_otherwise() -> None:
    objects, _ = written([ONE])
    assert json.loads(objects["p/uuid/SUCCEEDED_0.json"]) == [DESCRIBED_ONE]


def test_exported_outputs_are_transformed_and_failures_are_not() -> None:
    objects, _ = written([ONE, FAILED], WriterConfig("FLATTEN"))
    assert json.loads(objects["p/uuid/SUCCEEDED_0.json"]) == [1, [2]]
    assert json.loads(objects["p/uuid/FAILED_0.json"]) == [DESCRIBED_FAILED]


def test_json_lines_are_written_under_their_own_extension() -> None:
    objects, _ = written([ONE, TWO], WriterConfig("COMPACT", "JSONL"))
    assert objects["p/uuid/SUCCEEDED_0.jsonl"] == '[1,[2]]\n{"a":1}\n'
    assert "p/uuid/manifest.json" in objects


def test_a_child_that_never_started_has_no_dates() -> None:
    (record,) = json.loads(written([PENDING])[0]["p/uuid/PENDING_0.json"])
    assert not {"StartDate", "StopDate", "Output", "Error"} & record.keys()
