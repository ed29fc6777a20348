"""The ItemBatcher of a Distributed Map: items into the inputs of fewer children. It knows values and nothing else.

Source: developer guide, "ItemBatcher (Map)"; the shape of a batch is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from asl_engine.failures import DATA_LIMIT_EXCEEDED, Failure, runtime_failure
from asl_engine.values import MISSING, Json, Missing, json_text


def batches(items: Sequence[Json], *, max_items: int | None = None, max_bytes: int | None = None, batch_input: Json | Missing = MISSING) -> list[Json]:
    """`{"BatchInput": …, "Items": […]}` for each child, `BatchInput` only where declared.

    A batch takes items in order until it has `max_items`, or another would make it larger than `max_bytes`: the UTF-8
    bytes of the child's whole input, `BatchInput` included, as compact JSON. The guide does not say what becomes of an
    item that alone is too large; it is a payload over its limit, so States.DataLimitExceeded.
    """
    for name, limit in (("MaxItemsPerBatch", max_items), ("MaxInputBytesPerBatch", max_bytes)):
        if limit is not None and limit < 1:
            raise runtime_failure(f"field {name} must be positive")
    empty = _size(_batch([], batch_input))
    result: list[Json] = []
    batch: list[Json] = []
    size = empty
    for item in items:
        if max_items is not None and len(batch) >= max_items:
            result.append(_batch(batch, batch_input))
            batch, size = [], empty
        if max_bytes is not None:
            length = _size(item)
            if batch and size + 1 + length > max_bytes:
                result.append(_batch(batch, batch_input))
                batch, size = [], empty
            size += length + bool(batch)  # a comma before each but the first
            if size > max_bytes:
                raise Failure(DATA_LIMIT_EXCEEDED, f"The batch of a single item has a size of {size} bytes, exceeding MaxInputBytesPerBatch ({max_bytes}).")
        batch.append(item)
    if batch:
        result.append(_batch(batch, batch_input))
    return result


def _batch(items: list[Json], batch_input: Json | Missing) -> Json:
    return {"Items": items} if isinstance(batch_input, Missing) else {"BatchInput": batch_input, "Items": items}


def _size(value: Json) -> int:
    return len(json_text(value).encode("utf-8", "surrogatepass"))
