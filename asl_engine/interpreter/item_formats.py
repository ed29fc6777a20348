"""What an object in S3 contains, as items: CSV, JSON, JSON Lines, Parquet.

Each parser takes what was stored and gives the entries one by one, so that a reader with MaxItems looks no further
than it must. What cannot be read is `Failure("States.ItemReaderFailed")`, the dataset's fault; a missing optional
library is `MissingExtra`, the tool's user's. This module knows neither buckets nor states.

Source: developer guide, "ItemReader (Map)". Wordings marked AWS's are recorded; for the others none is known.
"""

from __future__ import annotations

import gzip
import importlib
import io
import json
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from asl_engine.errors import MissingExtra
from asl_engine.failures import ITEM_READER_FAILED, Failure
from asl_engine.values import MISSING, Json, Missing, Pointer

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
"""`CSVDelimiter`."""
CSV_HEADER_BYTES = 10 * 1024


def reader_failure(cause: str) -> Failure:
    return Failure(ITEM_READER_FAILED, cause)


def text_of(body: str | bytes, key: str) -> str:
    """The text stored under `key`, decompressed when the key ends in `.gz` or `.zstd`. Text is taken to be decompressed already."""
    if isinstance(body, str):
        return body
    if key.endswith(".gz"):
        body = _gunzip(body, key)
    elif key.endswith(".zstd"):
        body = _unzstd(body, key)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise reader_failure(f"The object {key} is not UTF-8 text.") from None


def _gunzip(data: bytes, key: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise reader_failure(f"The object {key} is not compressed with GZIP.") from None


def _unzstd(data: bytes, key: str) -> bytes:
    zstandard = _optional("zstandard", "zstandard", f"reading {key}")
    try:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return bytes(stream.read())
    except zstandard.ZstdError:
        raise reader_failure(f"The object {key} is not compressed with Zstandard.") from None


def _optional(module: str, package: str, purpose: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise MissingExtra(f"{purpose} needs {package}, which is not installed; pip install {package} brings it") from None


def csv_items(text: str, delimiter: str, headers: Sequence[str] | None) -> Iterator[dict[str, Json]]:
    """The records of a delimited file, their fields by header. Without `headers` the first row holds them.

    Every value is a string; a short row is filled with "", fields beyond the headers are skipped.
    """
    rows = csv_rows(text, delimiter)
    names = next(rows, None) if headers is None else list(headers)
    if names is None:
        raise reader_failure("The CSV file has no header row.")
    if len(set(names)) < len(names):
        raise reader_failure("CSV headers cannot contain duplicates.")  # AWS's wording
    if sum(len(name.encode("utf-8", "surrogatepass")) + 1 for name in names) - 1 > CSV_HEADER_BYTES:
        raise reader_failure("CSV headers cannot be larger than 10 KiB.")
    width = len(names)
    for row in rows:
        yield dict(zip(names, row + [""] * (width - len(row)), strict=False))


def csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a delimited text as AWS reads them, which is not as Python's `csv` does.

    Double quotes may enclose a field, and only at its start do they: elsewhere they are data. Inside them a delimiter
    and a newline are data, and "" is one quote. A backslash, enclosed or not, makes data of a backslash, a quote or the
    delimiter; before anything else it is dropped. An empty line is no record, a line of blanks is one.
    """
    special = re.escape(delimiter)
    tokens = re.compile(rf'(?P<text>[^"\\\r\n{special}]+)|\\(?P<escaped>["\\{special}])|(?P<quote>")|(?P<delimiter>{special})|(?P<newline>\r\n|\r|\n)|\\')
    row: list[str] = []
    field = ""
    opened = enclosed = False  # opened: something of this field was read; enclosed: its closing quote was not
    closing = -1  # where the last closing quote ended: a quote right there is the second of a pair
    for token in tokens.finditer(text):
        kind = token.lastgroup
        if enclosed:
            if kind == "quote":
                enclosed, closing = False, token.end()
            else:
                field += token["escaped"] or ("" if kind is None else token[0])
        elif kind == "text" or kind == "escaped":
            field += token[kind]
            opened = True
        elif kind == "delimiter":
            row.append(field)
            field, opened = "", False
        elif kind == "newline":
            if row or opened:
                yield [*row, field]
            row, field, opened = [], "", False
        elif kind == "quote":
            if token.start() == closing:
                field, enclosed = field + '"', True
            elif opened:
                field += '"'
            else:
                opened = enclosed = True
    if enclosed:
        raise reader_failure("The CSV file ends inside a quoted field.")
    if row or opened:
        yield [*row, field]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits} is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def json_value(text: str, what: str) -> Json:
    """The JSON value a text holds. `what` names the text in the failure."""
    try:
        value: Json = _DECODER.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise reader_failure(f"{what} is nested too deeply.") from None
    except ValueError as error:
        raise reader_failure(f"{what} is not valid JSON: {error}") from None
    return value


def json_entries(value: Json, pointer: str | None) -> list[tuple[str | None, Json]]:
    """The entries of a JSON dataset: (None, element) of an array, (key, {"Key", "Value"}) of an object that ItemsPointer names.

    A file whose whole is an object is refused, as recorded: its members are iterated when ItemsPointer asks for them
    ("" names the whole document).
    """
    chosen = value if pointer is None else _at(value, pointer)
    if isinstance(chosen, list):
        return [(None, element) for element in chosen]
    if isinstance(chosen, dict) and pointer is not None:
        return [(key, {"Key": key, "Value": member}) for key, member in chosen.items()]
    raise reader_failure("Attempting to map over non-iterable node.")  # AWS's wording


def _at(value: Json, pointer: str) -> Json:
    """What an RFC 6901 pointer names."""
    if pointer and not pointer.startswith("/"):
        raise reader_failure(f"The ItemsPointer {pointer} is not a JSON Pointer.")
    for token in Pointer(pointer).tokens:
        step = _step(value, token)
        if isinstance(step, Missing):
            raise reader_failure("The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.")  # AWS's wording
        value = step
    return value


def _step(value: Json, token: str) -> Json | Missing:
    if isinstance(value, dict):
        return value.get(token, MISSING)
    if isinstance(value, list) and re.fullmatch(r"0|[1-9][0-9]{0,9}", token) and int(token) < len(value):
        return value[int(token)]
    return MISSING


def jsonl_items(text: str) -> Iterator[Json]:
    """One item for each line that is not blank."""
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if line.strip():
            yield json_value(line, f"Line {number} of the JSONL file")


def parquet_items(data: bytes) -> Iterator[Json]:
    """The rows of a Parquet file as objects. Instants and decimals become text, binary becomes base64: AWS tells no shape for them.

    Raises `MissingExtra` without pyarrow.
    """
    parquet = _optional("pyarrow.parquet", "pyarrow", "InputType PARQUET")
    try:
        for batch in parquet.ParquetFile(io.BytesIO(data)).iter_batches():
            for row in batch.to_pylist():
                yield _as_json(row)
    except (ValueError, OSError, NotImplementedError) as error:
        raise reader_failure(f"The Parquet file cannot be read: {error}") from None


def _as_json(value: Any) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0 else None
        case dict():
            return {str(key): _as_json(member) for key, member in value.items()}
        case list() | tuple():
            return [_as_json(member) for member in value]
        case bytes():
            return b64encode(value).decode()
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
