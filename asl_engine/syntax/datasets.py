"""What belongs to a Distributed Map: where its items come from, how they are batched, where results go.

Developer guide: "ItemReader", "ItemBatcher", "ResultWriter", "Map state in Distributed mode".
"""

from __future__ import annotations

from asl_engine.syntax.codes import FIELD_GROUP, MISSING_FIELD, NOT_ALLOWED_VALUE
from asl_engine.syntax.expressions import jsonata_value, number_path, or_expression, payload, template
from asl_engine.syntax.reading import Reading, Where
from asl_engine.syntax.resources import dataset_resource
from asl_engine.syntax.scalars import integer, one_of, pointer_text, text
from asl_engine.syntax.shapes import JSONATA, JSONPATH, Field, Members, Shape, at_most_one, list_of

MAX_ITEMS = 100_000_000
MAX_BATCH_BYTES = 262_144


def reader_config_fits(config: Members, where: Where, reading: Reading) -> None:
    """Which options go with which input: CSVHeaders with GIVEN, InputType with the kind of manifest."""
    kind, manifest = config.get("InputType"), config.get("ManifestType")
    if config.get("CSVHeaderLocation") == "GIVEN" and "CSVHeaders" not in config:
        reading.report(MISSING_FIELD, where, "These fields are required: [CSVHeaders]", 'CSVHeaderLocation is "GIVEN"')
    if manifest == "S3_INVENTORY" and "InputType" in config and kind not in ("CSV", "MANIFEST"):
        reading.report(NOT_ALLOWED_VALUE, (where, "InputType"), "An S3 inventory is always CSV", "remove InputType")
    if manifest == "ATHENA_DATA" and kind not in ("CSV", "JSONL", "PARQUET"):
        reading.report(NOT_ALLOWED_VALUE, where, "Value should be one of the following: [CSV, JSONL, PARQUET]", "InputType names the format of Athena's files")


def batch_is_limited(batcher: Members, where: Where, reading: Reading) -> None:
    limits = ("MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath")
    if not any(limit in batcher for limit in limits):
        reading.report(FIELD_GROUP, where, f"This object should have at least one of the following fields: [{', '.join(limits)}]")


def writes_somehow(writer: Members, where: Where, reading: Reading) -> None:
    """WriterConfig alone formats the state's result in place; Resource needs to be told where to write."""
    needed = ("Resource", "Arguments" if reading.language == "JSONata" else "Parameters")
    missing = [name for name in needed if name not in writer]
    if len(missing) == 1:
        reading.report(MISSING_FIELD, where, f"These fields are required: [{missing[0]}]")
    if not any(name in writer for name in ("Resource", "WriterConfig")):
        reading.report(FIELD_GROUP, where, "This object should have at least one of the following fields: [Resource, WriterConfig]")


READER_CONFIG = Shape(
    "a ReaderConfig",
    (
        Field("InputType", one_of("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
        Field("Transformation", one_of("NONE", "LOAD_AND_FLATTEN")),
        Field("ManifestType", one_of("S3_INVENTORY", "ATHENA_DATA")),
        Field("CSVDelimiter", one_of("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
        Field("CSVHeaderLocation", one_of("FIRST_ROW", "GIVEN")),
        Field("CSVHeaders", list_of(text)),
        Field("ItemsPointer", pointer_text),
        Field("MaxItems", or_expression(integer(0, MAX_ITEMS))),
        Field("MaxItemsPath", number_path, JSONPATH),
    ),
    rules=(at_most_one("MaxItems", "MaxItemsPath"), reader_config_fits),
)

ITEM_READER = Shape(
    "an ItemReader",
    (
        Field("Resource", dataset_resource),
        Field("Parameters", template, JSONPATH),
        Field("Arguments", jsonata_value, JSONATA),
        Field("ReaderConfig", READER_CONFIG),
    ),
    required=("Resource",),
)

ITEM_BATCHER = Shape(
    "an ItemBatcher",
    (
        Field("BatchInput", payload),
        Field("MaxItemsPerBatch", or_expression(integer(1))),
        Field("MaxItemsPerBatchPath", number_path, JSONPATH),
        Field("MaxInputBytesPerBatch", or_expression(integer(1, MAX_BATCH_BYTES))),
        Field("MaxInputBytesPerBatchPath", number_path, JSONPATH),
    ),
    rules=(
        at_most_one("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        at_most_one("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
        batch_is_limited,
    ),
)

WRITER_CONFIG = Shape(
    "a WriterConfig",
    (
        Field("Transformation", one_of("NONE", "COMPACT", "FLATTEN")),
        Field("OutputType", one_of("JSON", "JSONL")),
    ),
    required=("Transformation", "OutputType"),
)

RESULT_WRITER = Shape(
    "a ResultWriter",
    (
        Field("Resource", dataset_resource),
        Field("Parameters", template, JSONPATH),
        Field("Arguments", jsonata_value, JSONATA),
        Field("WriterConfig", WRITER_CONFIG),
    ),
    rules=(writes_somehow,),
)
