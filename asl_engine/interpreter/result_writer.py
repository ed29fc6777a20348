"""The ResultWriter of a Distributed Map: what its children did, as the state's result or as objects in S3.

Writing is a fiber like reading (see `item_reader`): it yields the putObject calls and returns the state's result.
Records are built from what a child's execution tells; this module runs nothing and reads no clock.

Source: developer guide, "ResultWriter (Map)". AWS starts a new file at 5 GB; we never do, so n is always 0.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asl_engine.interpreter.item_reader import S3Call
from asl_engine.values import Json, json_text

SUCCEEDED = "SUCCEEDED"
PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """One child execution of a Map Run, in the order of the items."""

    execution_arn: str
    name: str
    state_machine_arn: str
    status: str
    """"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", or "PENDING" for one that was never started."""
    input: Json
    output: Json = None
    error: str | None = None
    cause: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    redrive_count: int = 0


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """`WriterConfig`, as declared or not."""

    transformation: str | None = None
    """"NONE" (whole records), "COMPACT" (outputs) or "FLATTEN" (outputs, arrays among them opened); None where there is no WriterConfig."""
    output_type: str = "JSON"
    """"JSON" or "JSONL"."""

    @classmethod
    def of(cls, config: Mapping[str, Json]) -> WriterConfig:
        """From the field of a checked definition; empty for none."""
        transformation = config.get("Transformation")
        return cls(None if transformation is None else str(transformation), str(config.get("OutputType", "JSON")))


def collect_results(records: Sequence[ChildRecord], config: WriterConfig) -> Json:
    """The state's result when nothing is written to S3.

    Without WriterConfig, the outputs of the children that succeeded. With one, a child that did not succeed stands as
    its whole record, whatever the Transformation. JSON Lines are no JSON value: they are handed on as one string.
    """
    if config.transformation is None:
        return [record.output for record in records if record.status == SUCCEEDED]
    entries = _transformed(records, config.transformation)
    return _body(entries, "JSONL") if config.output_type == "JSONL" else entries


def write_results(
    bucket: str, prefix: str, config: WriterConfig, records: Sequence[ChildRecord], map_run_arn: str, map_run_uuid: str
) -> Generator[S3Call, Json, Json]:
    """Writes the result files and their manifest under `prefix/map_run_uuid/`, whole records unless `config` says otherwise.

    Returns the state's result, `{"MapRunArn": …, "ResultWriterDetails": {"Bucket": …, "Key": of the manifest}}`.
    """
    folder = "/".join(part for part in (prefix.removesuffix("/"), map_run_uuid) if part)
    extension = config.output_type.lower()
    result_files: dict[str, Json] = {}
    for group, members in _grouped(records).items():
        files: list[Json] = []
        if members:
            key = f"{folder}/{group}_0.{extension}"
            body = _body(_transformed(members, config.transformation or "NONE"), config.output_type)
            yield S3Call("putObject", {"Bucket": bucket, "Key": key, "Body": body})
            files.append({"Key": key, "Size": len(body.encode("utf-8", "surrogatepass"))})
        result_files[group] = files
    manifest: Json = {"DestinationBucket": bucket, "MapRunArn": map_run_arn, "ResultFiles": result_files}
    manifest_key = f"{folder}/manifest.json"
    yield S3Call("putObject", {"Bucket": bucket, "Key": manifest_key, "Body": json_text(manifest)})
    return {"MapRunArn": map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": manifest_key}}


def _grouped(records: Sequence[ChildRecord]) -> dict[str, list[ChildRecord]]:
    """By result file, in the manifest's order: failed, timed out and aborted children share one."""
    groups: dict[str, list[ChildRecord]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for record in records:
        groups[record.status if record.status in (SUCCEEDED, PENDING) else "FAILED"].append(record)
    return groups


def _transformed(records: Sequence[ChildRecord], transformation: str) -> list[Json]:
    entries: list[Json] = []
    for record in records:
        if transformation == "NONE" or record.status != SUCCEEDED:
            entries.append(_described(record))
        elif transformation == "FLATTEN" and isinstance(record.output, list):
            entries += record.output
        else:
            entries.append(record.output)
    return entries


def _described(record: ChildRecord) -> Json:
    """The record as AWS writes it: members in alphabetical order, input and output as JSON text."""
    succeeded = record.status == SUCCEEDED
    members: dict[str, Json] = {
        "Cause": record.cause,
        "Error": record.error,
        "ExecutionArn": record.execution_arn,
        "Input": json_text(record.input),
        "InputDetails": {"Included": True},
        "Name": record.name,
        "Output": json_text(record.output) if succeeded else None,
        "OutputDetails": {"Included": True} if succeeded else None,
        "RedriveCount": record.redrive_count,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE_BY_MAP_RUN",
        "StartDate": _instant(record.start),
        "StateMachineArn": record.state_machine_arn,
        "Status": record.status,
        "StopDate": _instant(record.stop),
    }
    return {name: member for name, member in members.items() if member is not None}


def _instant(when: datetime | None) -> str | None:
    """As AWS writes instants here: UTC, three decimals, "Z"."""
    return None if when is None else when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _body(entries: Sequence[Json], output_type: str) -> str:
    if output_type == "JSONL":
        return "".join(json_text(entry) + "\n" for entry in entries)
    return json_text(list(entries))
