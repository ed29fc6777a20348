"""The tested Map: its items found, selected and batched as for a run, its iterations left to the mock.

Source: developer guide, "Testing Map and Parallel states", "Map state failure thresholds"; order and texts as recorded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from asl_engine.errors import InputError, MockError
from asl_engine.failures import EXCEED_TOLERATED_FAILURE_THRESHOLD, runtime_failure
from asl_engine.interpreter.frame import Settled
from asl_engine.interpreter.item_batcher import batches
from asl_engine.interpreter.item_reader import Item, ReaderConfig, read_items
from asl_engine.program import Batcher, Map, Reader
from asl_engine.source import parse_json
from asl_engine.teststate.mocked import writes_result
from asl_engine.teststate.refusals import ValidationException
from asl_engine.teststate.visit import Visit
from asl_engine.values import MISSING, Json

TOLERANCE_EXCEEDED = "The specified tolerated failure threshold was exceeded"


def map_result(visit: Visit, body: Map) -> Json:
    """The mocked result of the whole Map. Raises `Failure`s of the state, and `ValidationException` for a mock that does not fit the items."""
    inspection = visit.inspection
    effective = visit.entered()
    concurrency = visit.number(body.max_concurrency, effective) or 0
    if concurrency < 0:
        raise runtime_failure("MaxConcurrency cannot be negative.")
    inspection.show_number("maxConcurrency", concurrency)
    tolerated = _tolerated(visit, body, effective)
    iterations = len(_inputs(visit, body, effective))
    failed = visit.configuration.map_iteration_failure_count or 0
    if failed > iterations:
        raise ValidationException("Map iteration failure count must be less than or equal to the number of Map iterations")
    if visit.work.failure is None and _exceeded(failed, iterations, tolerated):
        raise Settled(EXCEED_TOLERATED_FAILURE_THRESHOLD, TOLERANCE_EXCEEDED)
    result = visit.worked()
    if isinstance(result, list) and len(result) != iterations and not writes_result(body.distributed):
        raise ValidationException("Input array does not equal the mocked result array's size")
    return result


def _tolerated(visit: Visit, body: Map, effective: Json) -> tuple[int | None, float | None]:
    count = visit.number(body.tolerated_count, effective)
    if count is not None:
        if count < 0:
            raise runtime_failure("ToleratedFailureCount cannot be negative.")
        visit.inspection.show_number("toleratedFailureCount", count)
    percentage: Any = body.tolerated_percentage
    if callable(percentage):
        percentage = percentage(effective, visit.scope)
    if percentage is not None:
        if not 0 <= percentage <= 100:
            raise runtime_failure("ToleratedFailurePercentage must be between 0 and 100.")
        visit.inspection.show_number("toleratedFailurePercentage", float(percentage))
    return count, percentage


def _exceeded(failed: int, iterations: int, tolerated: tuple[int | None, float | None]) -> bool:
    """Unlike a Map Run, a tested Map without a declared tolerance tolerates every failure: as recorded."""
    count, percentage = tolerated
    return (count is not None and failed > count) or (percentage is not None and failed * 100 > percentage * iterations)


def _inputs(visit: Visit, body: Map, effective: Json) -> list[Json]:
    """What each iteration gets."""
    dataset = _dataset(visit, body, effective)
    values = [item.value for item in dataset]
    if body.selector is not None:
        values = [_selected(visit, body, effective, index, item) for index, item in enumerate(dataset)]
        visit.inspection.show_list("afterItemSelector", values)
    batcher = body.distributed.batcher if body.distributed is not None else None
    if batcher is None:
        return values
    batched = _batched(visit, batcher, effective, values)
    visit.inspection.show_batches(batched)
    return batched


def _dataset(visit: Visit, body: Map, effective: Json) -> list[Item]:
    reader = body.distributed.reader if body.distributed is not None else None
    if reader is not None:
        return _read(visit, reader, effective)
    items: Any = body.items(effective, visit.scope)
    if visit.state.before:  # stages there are only JSONPath's
        if isinstance(items, list):
            visit.inspection.show_list("afterItemsPath", items)
        else:
            visit.inspection.show("afterItemsPath", items)
    if isinstance(items, dict):
        return [Item({"Key": key, "Value": value}, key=key) for key, value in items.items()]
    return [Item(value) for value in items]


def _selected(visit: Visit, body: Map, effective: Json, index: int, item: Item) -> Json:
    value = item.value["Value"] if item.key is not None and isinstance(item.value, dict) else item.value
    entry: dict[str, Json] = {"Index": index, "Value": value}
    if body.distributed is not None:
        entry["Source"] = item.source
    if item.key is not None:
        entry["Key"] = item.key
    visit.scope.item = entry
    try:
        assert body.selector is not None
        return body.selector(effective, visit.scope)
    finally:
        visit.scope.item = None


def _batched(visit: Visit, batcher: Batcher, effective: Json, values: list[Json]) -> list[Json]:
    return batches(
        values,
        max_items=visit.number(batcher.max_items, effective),
        max_bytes=visit.number(batcher.max_bytes, effective),
        batch_input=MISSING if batcher.batch_input is None else batcher.batch_input(effective, visit.scope),
    )


# ---------------------------------------------------------------- ItemReader


def _read(visit: Visit, reader: Reader, effective: Json) -> list[Item]:
    """The items in `mapItemReaderData`, which is what the reader would have found, as found there."""
    arguments: Any = reader.arguments(effective, visit.scope)
    most = visit.number(reader.max_items, effective) or 0
    config = ReaderConfig.of(reader.config)
    text = visit.configuration.map_item_reader_data or ""
    if reader.api == "listObjectsV2" or config.lists_inventory or config.manifest_type is not None:
        read = _listed(text, arguments, most)
    else:
        read = _in_object(text, arguments, config if config.input_type is not None else replace(config, input_type="JSON"), most)
    if config.items_pointer is not None:
        visit.inspection.show("afterItemsPointer", [item.value for item in read])
    return read


def _listed(text: str, arguments: dict[str, Json], most: int) -> list[Item]:
    """A listing or a manifest leads to objects that are not there: the data are the items themselves."""
    try:
        items = parse_json(text, "mapItemReaderData")
    except InputError as error:
        raise ValidationException(f"ItemReader data must be valid JSON: {error}") from None
    if not isinstance(items, list):
        raise ValidationException("ItemReader data must be an array of the items when ItemReader lists objects or reads a manifest.")
    source = f"s3://{arguments.get('Bucket')}"
    return [Item(item, source=source) for item in (items[:most] if most else items)]


def _in_object(text: str, arguments: dict[str, Json], config: ReaderConfig, most: int) -> list[Item]:
    reading = read_items("getObject", arguments, config, most)
    try:
        next(reading)
        reading.send({"Body": text})
    except StopIteration as done:
        read: list[Item] = done.value
        return read
    except MockError as error:
        raise ValidationException(f"ItemReader data cannot be read: {error}") from None
    raise AssertionError("an object is read with one call")
