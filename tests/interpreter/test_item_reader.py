"""Reading a dataset asks S3 for it and gives the items."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.errors import MissingExtra, MockError
from asl_engine.failures import Failure
from asl_engine.interpreter.item_reader import Item, ReaderConfig, S3Call, read_items
from asl_engine.values import Json

FILE: dict[str, Json] = {"Bucket": "b", "Key": "k"}
CSV = ReaderConfig(input_type="CSV")
JSON = ReaderConfig(input_type="JSON")
JSONL = ReaderConfig(input_type="JSONL")


class Bucket:
    """Answers a reader from objects by (bucket, key), and remembers what it was asked."""

    def __init__(self, objects: Mapping[str, Any], pages: int = 1000) -> None:
        self.objects = objects
        self.pages = pages
        self.calls: list[S3Call] = []

    def answer(self, call: S3Call) -> Any:
        self.calls.append(call)
        if call.api == "getObject":
            return {"Body": self.objects[f"{call.arguments['Bucket']}/{call.arguments['Key']}"]}
        start = int(str(call.arguments.get("ContinuationToken", "0")))
        names = [name.partition("/")[2] for name in self.objects][start:]
        more = {"IsTruncated": True, "NextContinuationToken": str(start + self.pages)} if len(names) > self.pages else {}
        return {"Contents": [{"Key": name, "Size": 1} for name in names[: self.pages]], **more}

    def read(self, arguments: dict[str, Json], config: ReaderConfig, max_items: int = 0, api: str = "getObject") -> list[Item]:
        reading = read_items(api, arguments, config, max_items)
        answer: Any = None
        while True:
            try:
                answer = self.answer(reading.send(answer))
            except StopIteration as done:
                return list(done.value)


def read(body: Any, config: ReaderConfig, max_items: int = 0) -> list[Json]:
    return [item.value for item in Bucket({"b/k": body}).read(FILE, config, max_items)]


def answered(answer: Any, api: str = "getObject", config: ReaderConfig = JSON) -> list[Item]:
    reading = read_items(api, FILE, config, 0)
    next(reading)
    with pytest.raises(StopIteration) as done:
        reading.send(answer)
    return list(done.value.value)


# -------------------------------------------------------------------------------------------------------- an object


def test_the_object_is_asked_for_with_the_arguments_as_they_are() -> None:
    bucket = Bucket({"b/k": "[]"})
    arguments: dict[str, Json] = {**FILE, "VersionId": "v", "ExpectedBucketOwner": "o"}
    assert bucket.read(arguments, JSON) == []
    assert bucket.calls == [S3Call("getObject", arguments)]


def test_items_tell_the_object_they_come_from() -> None:
    assert Bucket({"b/k": "[1]"}).read(FILE, JSON) == [Item(1, source="s3://b/k")]


@pytest.mark.parametrize("body", ['[{"a": 1}]', b'[{"a": 1}]', [{"a": 1}]])
def test_a_json_body_may_be_text_bytes_or_parsed(body: Any) -> None:
    assert read(body, JSON) == [{"a": 1}]


def test_items_of_an_object_have_keys() -> None:
    config = ReaderConfig(input_type="JSON", items_pointer="/tasks")
    assert Bucket({"b/k": {"tasks": {"t1": 5}}}).read(FILE, config) == [Item({"Key": "t1", "Value": 5}, "t1", "s3://b/k")]


def test_a_delimited_file_is_read_as_configured() -> None:
    config = ReaderConfig(input_type="CSV", csv_delimiter="PIPE", csv_header_location="GIVEN", csv_headers=("x", "y"))
    assert read("1|2\n3|4", config) == [{"x": "1", "y": "2"}, {"x": "3", "y": "4"}]


def test_a_jsonl_file_is_read_by_line() -> None:
    assert read("1\n\n2\n", JSONL) == [1, 2]


@pytest.mark.parametrize("config", [CSV, JSONL, ReaderConfig(input_type="PARQUET")])
def test_a_mock_may_give_the_rows_themselves(config: ReaderConfig) -> None:
    assert read([{"a": "1"}], config) == [{"a": "1"}]


def test_a_compressed_object_is_known_by_its_key() -> None:
    items = Bucket({"b/k.gz": gzip.compress(b"1\n2")}).read({"Bucket": "b", "Key": "k.gz"}, JSONL)
    assert [item.value for item in items] == [1, 2]


def test_a_config_is_read_from_the_field_of_a_definition() -> None:
    assert ReaderConfig.of({"InputType": "CSV", "CSVDelimiter": "TAB", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "MaxItems": 3}) == ReaderConfig(
        "CSV", "TAB", "GIVEN", ("a",)
    )
    assert ReaderConfig.of({}) == ReaderConfig()


# ---------------------------------------------------------------------------------------------------------- MaxItems


@pytest.mark.parametrize(("max_items", "read_items_count"), [(0, 3), (2, 2), (3, 3), (100_000_001, 3)])
def test_max_items_cuts_and_zero_means_all(max_items: int, read_items_count: int) -> None:
    assert len(read("[1, 2, 3]", JSON, max_items)) == read_items_count


def test_max_items_must_not_be_negative() -> None:
    with pytest.raises(Failure) as failure:
        next(read_items("getObject", FILE, JSON, -1))
    assert (failure.value.error, failure.value.cause) == ("States.ItemReaderFailed", "field MaxItems must be positive")


def test_what_stands_behind_max_items_is_not_looked_at() -> None:
    assert read("1\nbroken", JSONL, 1) == [1]


# ---------------------------------------------------------------------------------------------------------- listings


def test_a_listing_gives_the_metadata_of_each_object() -> None:
    entry = {"Key": "k", "Size": 12, "ETag": '"e"', "LastModified": datetime(2022, 11, 17, 19, 4, 41, tzinfo=UTC), "StorageClass": "GLACIER"}
    assert answered({"Contents": [entry]}, "listObjectsV2", ReaderConfig()) == [
        Item({"Etag": '"e"', "LastModified": 1668711881, "Key": "k", "Size": 12, "StorageClass": "GLACIER"}, source="s3://b")
    ]


@pytest.mark.parametrize(
    ("told", "expected"), [("2022-11-17T19:04:41.000Z", 1668711881), ("2022-11-17T19:04:41", 1668711881), (1668711881, 1668711881), ("<date>", "<date>")]
)
def test_last_modified_is_in_epoch_seconds(told: Json, expected: Json) -> None:
    (item,) = answered({"Contents": [{"Key": "k", "LastModified": told}]}, "listObjectsV2", ReaderConfig())
    assert item.value == {"LastModified": expected, "Key": "k", "StorageClass": "STANDARD"}


def test_an_empty_listing_has_no_items() -> None:
    assert answered({}, "listObjectsV2", ReaderConfig()) == []


def test_a_listing_asks_page_after_page() -> None:
    bucket = Bucket({f"b/{n}": "" for n in range(5)}, pages=2)
    items = bucket.read({"Bucket": "b", "Prefix": ""}, ReaderConfig(), api="listObjectsV2")
    assert [item.value["Key"] for item in items] == ["0", "1", "2", "3", "4"]  # type: ignore[index,call-overload]
    assert [call.arguments for call in bucket.calls] == [
        {"Bucket": "b", "Prefix": ""},
        {"Bucket": "b", "Prefix": "", "ContinuationToken": "2"},
        {"Bucket": "b", "Prefix": "", "ContinuationToken": "4"},
    ]


def test_a_listing_asks_for_no_more_pages_than_max_items_needs() -> None:
    bucket = Bucket({f"b/{n}": "" for n in range(5)}, pages=2)
    assert len(bucket.read({"Bucket": "b"}, ReaderConfig(), 2, "listObjectsV2")) == 2
    assert len(bucket.calls) == 1


def test_a_listing_that_never_ends_is_the_mocks_mistake() -> None:
    reading = read_items("listObjectsV2", {"Bucket": "b"}, ReaderConfig(), 0)
    next(reading)
    endless: Json = {"Contents": [], "NextContinuationToken": "again"}
    reading.send(endless)
    with pytest.raises(MockError, match="never end"):
        reading.send(endless)


def test_load_and_flatten_reads_what_the_listed_objects_hold() -> None:
    config = ReaderConfig(input_type="JSONL", transformation="LOAD_AND_FLATTEN")
    bucket = Bucket({"b/in/": "", "b/in/1": "1\n2", "b/in/2": "3"}, pages=1)
    assert bucket.read({"Bucket": "b", "Prefix": "in/"}, config, api="listObjectsV2") == [
        Item(1, source="s3://b/in/1"),
        Item(2, source="s3://b/in/1"),
        Item(3, source="s3://b/in/2"),
    ]


def test_load_and_flatten_opens_no_object_beyond_max_items() -> None:
    config = ReaderConfig(input_type="JSONL", transformation="LOAD_AND_FLATTEN")
    bucket = Bucket({"b/1": "1\n2", "b/2": "3\n4", "b/3": "5"})
    assert [item.value for item in bucket.read({"Bucket": "b"}, config, 4, "listObjectsV2")] == [1, 2, 3, 4]
    assert [call.arguments.get("Key") for call in bucket.calls] == [None, "1", "2"]


# --------------------------------------------------------------------------------------------------------- manifests

INVENTORY = {"destinationBucket": "arn:aws:s3:::d", "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size", "files": [{"key": "f.csv.gz"}, {"key": "g.csv"}]}


@pytest.mark.parametrize("config", [ReaderConfig(input_type="MANIFEST"), ReaderConfig(manifest_type="S3_INVENTORY")])
def test_an_inventory_lists_objects_in_the_columns_of_its_schema(config: ReaderConfig) -> None:
    bucket = Bucket({"b/k": INVENTORY, "d/f.csv.gz": gzip.compress(b'"b","one","1"\n'), "d/g.csv": '"b","two","2"\n'})
    assert bucket.read({**FILE, "VersionId": "v", "ExpectedBucketOwner": "o"}, config) == [
        Item({"Bucket": "b", "Key": "one", "Size": "1"}, source="s3://d/f.csv.gz"),
        Item({"Bucket": "b", "Key": "two", "Size": "2"}, source="s3://d/g.csv"),
    ]
    assert bucket.calls[1].arguments == {"Bucket": "d", "Key": "f.csv.gz", "ExpectedBucketOwner": "o"}


@pytest.mark.parametrize(
    "manifest",
    ["no json", "[]", {}, {"files": [], "fileSchema": 1}, {**INVENTORY, "fileFormat": "ORC"}, {**INVENTORY, "files": [{}]}, {**INVENTORY, "files": [1]}],
)
def test_what_is_no_inventory_fails_the_reader(manifest: Any) -> None:
    with pytest.raises(Failure) as failure:
        read(manifest, ReaderConfig(input_type="MANIFEST"))
    assert failure.value.error == "States.ItemReaderFailed"
    assert "manifest" in (failure.value.cause or "") or "inventory" in (failure.value.cause or "")


@pytest.mark.parametrize("manifest", ["s3://d/x/1\n\ns3://d/2.gz\n", '"s3://d/x/1"\r\n"s3://d/2.gz"', ["s3://d/x/1", "s3://d/2.gz"]])
def test_an_athena_manifest_lists_the_files_that_hold_the_items(manifest: Any) -> None:
    config = ReaderConfig(input_type="JSONL", manifest_type="ATHENA_DATA")
    bucket = Bucket({"b/k": manifest, "d/x/1": "1", "d/2.gz": gzip.compress(b"2\n3")})
    assert bucket.read(FILE, config, 2) == [Item(1, source="s3://d/x/1"), Item(2, source="s3://d/2.gz")]


@pytest.mark.parametrize("line", ["https://d/1", "s3://d", "s3:///1", "s3://d/"])
def test_an_athena_manifest_lists_nothing_but_uris_of_objects(line: str) -> None:
    with pytest.raises(Failure) as failure:
        read(line, ReaderConfig(input_type="CSV", manifest_type="ATHENA_DATA"))
    assert line in (failure.value.cause or "")


# ------------------------------------------------------------------------------------------------ whose mistake it is


@pytest.mark.parametrize("answer", [None, "text", [], {}, {"body": "[]"}])
def test_an_answer_without_body_is_the_mocks_mistake(answer: Any) -> None:
    reading = read_items("getObject", FILE, JSON, 0)
    next(reading)
    with pytest.raises(MockError, match="s3:getObject must"):
        reading.send(answer)


@pytest.mark.parametrize("contents", [None, {}, ["k"], [{}], [{"Key": 1}]])
def test_a_listing_without_keys_is_the_mocks_mistake(contents: Any) -> None:
    reading = read_items("listObjectsV2", FILE, ReaderConfig(), 0)
    next(reading)
    with pytest.raises(MockError, match="Contents"):
        reading.send({"Contents": contents})


@pytest.mark.parametrize("config", [CSV, JSONL, ReaderConfig(input_type="CSV", manifest_type="ATHENA_DATA")])
@pytest.mark.parametrize("body", [None, 1, {}])
def test_a_body_that_holds_no_rows_is_the_mocks_mistake(config: ReaderConfig, body: Any) -> None:
    with pytest.raises(MockError, match="must be text, bytes or an array"):
        read(body, config)


@pytest.mark.parametrize(("api", "config"), [("headObject", JSON), ("getObject", ReaderConfig())])
def test_what_no_reader_knows_fails_it(api: str, config: ReaderConfig) -> None:
    with pytest.raises(Failure) as failure:
        Bucket({"b/k": ""}).read(FILE, config, api=api)
    assert failure.value.error == "States.ItemReaderFailed"


READERS = [
    CSV,
    JSON,
    JSONL,
    ReaderConfig("MANIFEST"),
    ReaderConfig("CSV", manifest_type="ATHENA_DATA"),
    ReaderConfig("PARQUET"),
    ReaderConfig("JSON", items_pointer="/a"),
]


@given(st.text() | st.binary() | st.text(st.sampled_from('{}[],:"01a\n\\ ')), st.sampled_from(READERS), st.integers(0, 2))
def test_any_object_gives_items_or_fails_the_reader(body: Any, config: ReaderConfig, max_items: int) -> None:
    try:
        assert all(isinstance(item, Item) for item in Bucket({"b/k": body}).read(FILE, config, max_items))
    except MissingExtra:
        assert config.input_type == "PARQUET"
    except Failure as failure:
        assert failure.error == "States.ItemReaderFailed"
        assert failure.cause
