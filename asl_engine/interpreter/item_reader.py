"""The ItemReader of a Distributed Map: a dataset in S3, read into items.

Reading is a fiber: it yields an `S3Call`, is sent the service's answer, and returns the items. Who answers, when, and
what becomes of a call that fails, is the caller's: this module does no I/O and knows neither scheduler nor tasks.

Source: developer guide, "ItemReader (Map)"; API reference of S3 for the answers.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TypeAlias, cast

from asl_engine.errors import MockError
from asl_engine.interpreter.item_formats import DELIMITERS, csv_items, csv_rows, json_entries, json_value, jsonl_items, parquet_items, reader_failure, text_of
from asl_engine.values import Json, kind_of


@dataclass(frozen=True, slots=True)
class S3Call:
    """What a fiber asks for.

    getObject is answered `{"Body": text, bytes or parsed JSON}`, listObjectsV2
    `{"Contents": [{"Key", "Size", "ETag"?, "LastModified"?, "StorageClass"?}], "NextContinuationToken"?}`, putObject anything.
    """

    api: str
    """"getObject", "listObjectsV2" or "putObject"."""
    arguments: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a dataset."""

    value: Json
    """What a child gets without ItemSelector. For a member of an object, of which the guide says only "the pair", `{"Key": …, "Value": …}`."""
    key: str | None = None
    """`Map.Item.Key`, when the members of an object are iterated."""
    source: str = "STATE_DATA"
    """`Map.Item.Source`: "STATE_DATA", "s3://bucket" for a listing, "s3://bucket/key" for what was read from an object."""


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """`ReaderConfig` as declared, less MaxItems, which may be computed."""

    input_type: str | None = None
    """"CSV", "JSON", "JSONL", "PARQUET" or "MANIFEST"; None for a listing and for ManifestType S3_INVENTORY."""
    csv_delimiter: str = "COMMA"
    csv_header_location: str = "FIRST_ROW"
    csv_headers: tuple[str, ...] = ()
    items_pointer: str | None = None
    manifest_type: str | None = None
    transformation: str = "NONE"

    @classmethod
    def of(cls, config: Mapping[str, Json]) -> ReaderConfig:
        """From the field of a checked definition."""
        headers = config.get("CSVHeaders")
        return cls(
            input_type=_text(config.get("InputType")),
            csv_delimiter=_text(config.get("CSVDelimiter")) or "COMMA",
            csv_header_location=_text(config.get("CSVHeaderLocation")) or "FIRST_ROW",
            csv_headers=tuple(str(header) for header in headers) if isinstance(headers, list) else (),
            items_pointer=_text(config.get("ItemsPointer")),
            manifest_type=_text(config.get("ManifestType")),
            transformation=_text(config.get("Transformation")) or "NONE",
        )

    @property
    def lists_inventory(self) -> bool:
        """`InputType: MANIFEST` alone is the older spelling of `ManifestType: S3_INVENTORY`."""
        return self.manifest_type == "S3_INVENTORY" or (self.manifest_type is None and self.input_type == "MANIFEST")


Reading: TypeAlias = Generator[S3Call, Json, list[Item]]


def read_items(api: str, arguments: dict[str, Json], config: ReaderConfig, max_items: int) -> Reading:
    """The items `api` ("getObject" or "listObjectsV2") finds, at most `max_items`; 0 means all.

    Raises `Failure("States.ItemReaderFailed")` for a dataset that cannot be read, `MockError` for an answer that is none
    of S3's, `MissingExtra` where Parquet or Zstandard need a library.
    """
    if max_items < 0:
        raise reader_failure("field MaxItems must be positive")  # AWS's wording, though 0 is accepted
    room = min(max_items, sys.maxsize) or None
    match api:
        case "getObject" if config.lists_inventory:
            return (yield from _read_inventory(arguments, config, room))
        case "getObject" if config.manifest_type == "ATHENA_DATA":
            return (yield from _read_athena(arguments, config, room))
        case "getObject":
            return (yield from _read_object(arguments, config, room))
        case "listObjectsV2" if config.transformation == "LOAD_AND_FLATTEN":
            return (yield from _load_and_flatten(arguments, config, room))
        case "listObjectsV2":
            listed = yield from _list_objects(arguments, room)
            source = f"s3://{arguments.get('Bucket')}"
            return [Item(_described(entry), source=source) for entry in listed]
        case _:
            raise reader_failure(f"An ItemReader cannot read with s3:{api}.")


def _ask(call: S3Call) -> Generator[S3Call, Json, dict[str, Json]]:
    answer = yield call
    if not isinstance(answer, dict):
        raise MockError(f"the answer to s3:{call.api} must be an object, not {kind_of(answer)}")
    return answer


# --------------------------------------------------------------------------------------------------------- objects


def _get(arguments: dict[str, Json]) -> Generator[S3Call, Json, Json | bytes]:
    answer = yield from _ask(S3Call("getObject", arguments))
    if "Body" not in answer:
        raise MockError('the answer to s3:getObject must have a "Body": the text, the bytes or the JSON value of the object')
    return cast("Json | bytes", answer["Body"])


def _read_object(arguments: dict[str, Json], config: ReaderConfig, room: int | None) -> Reading:
    body = yield from _get(arguments)
    key = str(arguments.get("Key", ""))
    return list(islice(_items_in(body, key, f"s3://{arguments.get('Bucket')}/{key}", config), room))


def _read_all(objects: Iterable[tuple[str, str]], arguments: dict[str, Json], config: ReaderConfig, room: int | None) -> Reading:
    """The items of one object after the other, each given as (bucket, key), until there is no more room."""
    items: list[Item] = []
    for bucket, key in objects:
        if room is not None and len(items) >= room:
            break
        items += yield from _read_object(_neighbour(arguments, bucket, key), config, None if room is None else room - len(items))
    return items


def _neighbour(arguments: dict[str, Json], bucket: str, key: str) -> dict[str, Json]:
    """Another object's getObject arguments: the owner to be checked is the same, a version is not."""
    owner = {"ExpectedBucketOwner": arguments["ExpectedBucketOwner"]} if "ExpectedBucketOwner" in arguments else {}
    return {"Bucket": bucket, "Key": key, **owner}


def _items_in(body: Json | bytes, key: str, source: str, config: ReaderConfig) -> Iterator[Item]:
    if config.input_type == "JSON":
        value = json_value(text_of(body, key), "The JSON file") if isinstance(body, (str, bytes)) else body
        return (Item(entry, name, source) for name, entry in json_entries(value, config.items_pointer))
    if isinstance(body, list):  # a mock may give the rows as they are meant
        return (Item(row, source=source) for row in body)
    if not isinstance(body, (str, bytes)):
        raise MockError(f'the "Body" of {source} must be text, bytes or an array of items, not {kind_of(body)}')
    return (Item(row, source=source) for row in _rows_in(body, key, config))


def _rows_in(body: str | bytes, key: str, config: ReaderConfig) -> Iterator[Json]:
    match config.input_type:
        case "CSV":
            given = config.csv_headers if config.csv_header_location == "GIVEN" else None
            return iter(csv_items(text_of(body, key), DELIMITERS.get(config.csv_delimiter, ","), given))
        case "JSONL":
            return jsonl_items(text_of(body, key))
        case "PARQUET":
            return parquet_items(body.encode() if isinstance(body, str) else body)
        case other:
            raise reader_failure(f"An ItemReader cannot read an object with InputType {other}.")


# --------------------------------------------------------------------------------------------------------- listings


def _list_objects(arguments: dict[str, Json], room: int | None) -> Generator[S3Call, Json, list[dict[str, Json]]]:
    found: list[dict[str, Json]] = []
    seen: set[str] = set()
    page = arguments
    while True:
        answer = yield from _ask(S3Call("listObjectsV2", page))
        contents = answer.get("Contents", [])
        if not isinstance(contents, list) or not all(isinstance(entry, dict) and isinstance(entry.get("Key"), str) for entry in contents):
            raise MockError('the "Contents" of s3:listObjectsV2 must be an array of objects with a "Key"')
        found += cast("list[dict[str, Json]]", contents)
        token = answer.get("NextContinuationToken")
        if not isinstance(token, str) or answer.get("IsTruncated") is False or (room is not None and len(found) >= room):
            return found[:room]
        if token in seen:
            raise MockError(f'the answers to s3:listObjectsV2 never end: "NextContinuationToken" {token} came twice')
        seen.add(token)
        page = {**arguments, "ContinuationToken": token}


def _described(entry: dict[str, Json]) -> dict[str, Json]:
    """A listed object as an item. AWS spells `Etag` here, and tells instants in epoch seconds."""
    etag = entry.get("Etag", entry.get("ETag"))
    return {
        **({} if etag is None else {"Etag": etag}),
        **({"LastModified": _epoch_seconds(entry["LastModified"])} if "LastModified" in entry else {}),
        "Key": entry["Key"],
        **({"Size": entry["Size"]} if "Size" in entry else {}),
        "StorageClass": entry.get("StorageClass", "STANDARD"),
    }


def _epoch_seconds(instant: Json) -> Json:
    """Whole seconds since 1970 of a `datetime` or an ISO-8601 text; anything else as it is."""
    when: object = instant
    if isinstance(instant, str):
        try:
            when = datetime.fromisoformat(instant)
        except ValueError:
            return instant
    if not isinstance(when, datetime):
        return instant
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _load_and_flatten(arguments: dict[str, Json], config: ReaderConfig, room: int | None) -> Reading:
    """`Transformation: LOAD_AND_FLATTEN`: what the listed objects hold. A key that ends in "/" is a console's folder, not a file."""
    listed = yield from _list_objects(arguments, None)
    bucket = str(arguments.get("Bucket", ""))
    keys = (str(entry["Key"]) for entry in listed)
    return (yield from _read_all(((bucket, key) for key in keys if not key.endswith("/")), arguments, config, room))


# -------------------------------------------------------------------------------------------------------- manifests


def _read_inventory(arguments: dict[str, Json], config: ReaderConfig, room: int | None) -> Reading:
    """S3 user guide, "Inventory manifest": CSV files without header, their columns named by `fileSchema`."""
    body = yield from _get(arguments)
    manifest = json_value(text_of(body, str(arguments.get("Key", ""))), "The manifest") if isinstance(body, (str, bytes)) else body
    if not isinstance(manifest, dict):
        raise reader_failure("The manifest is not a JSON object.")
    files, schema = manifest.get("files"), manifest.get("fileSchema")
    if not isinstance(files, list) or not isinstance(schema, str):
        raise reader_failure("The manifest of an S3 inventory needs files and fileSchema.")
    if manifest.get("fileFormat", "CSV") != "CSV":
        raise reader_failure("The files of an S3 inventory must be CSV.")
    keys = [file.get("key") for file in files if isinstance(file, dict)]
    if len(keys) < len(files) or not all(isinstance(key, str) for key in keys):
        raise reader_failure("Each of the manifest's files needs a key.")
    bucket = str(manifest.get("destinationBucket") or arguments.get("Bucket", "")).removeprefix("arn:aws:s3:::")
    columns = tuple(column.strip() for column in schema.split(","))
    rows = ReaderConfig(input_type="CSV", csv_header_location="GIVEN", csv_headers=columns)
    return (yield from _read_all([(bucket, str(key)) for key in keys], arguments, rows, room))


def _read_athena(arguments: dict[str, Json], config: ReaderConfig, room: int | None) -> Reading:
    """Athena user guide, "UNLOAD": the manifest is a list of the data files' URIs, one a line; InputType names their format."""
    body = yield from _get(arguments)
    if isinstance(body, (str, bytes)):
        uris: list[Json] = [row[0].strip() for row in csv_rows(text_of(body, str(arguments.get("Key", ""))), ",") if row[0].strip()]
    elif isinstance(body, list):
        uris = body
    else:
        raise MockError(f'the "Body" of an Athena manifest must be text, bytes or an array of URIs, not {kind_of(body)}')
    return (yield from _read_all([_place(uri) for uri in uris], arguments, config, room))


def _place(uri: Json) -> tuple[str, str]:
    """(bucket, key) of "s3://bucket/key"."""
    bucket, slash, key = uri.removeprefix("s3://").partition("/") if isinstance(uri, str) and uri.startswith("s3://") else ("", "", "")
    if not (bucket and slash and key):
        raise reader_failure(f"The manifest lists {uri!r}, which is not the URI of an S3 object.")
    return bucket, key


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
