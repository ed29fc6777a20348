"""What is stored, as items."""

from __future__ import annotations

import gzip
import io
import sys
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.errors import MissingExtra
from asl_engine.failures import Failure
from asl_engine.interpreter.item_formats import DELIMITERS, csv_items, csv_rows, json_entries, json_value, jsonl_items, parquet_items, text_of
from asl_engine.values import Json


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv_rows(text, delimiter))


def items(text: str, headers: list[str] | None = None, delimiter: str = ",") -> list[dict[str, Json]]:
    return list(csv_items(text, delimiter, headers))


def cause_of(failure: pytest.ExceptionInfo[Failure]) -> str:
    assert failure.value.error == "States.ItemReaderFailed"
    return failure.value.cause or ""


# ------------------------------------------------------------------------------------------------------------- CSV


def test_the_first_row_names_the_fields_of_the_others() -> None:
    assert items("id,name\n1,Ada\n2,Grace\n") == [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Grace"}]


def test_with_given_headers_the_first_row_is_data() -> None:
    assert items("1,Ada\n", ["id", "name"]) == [{"id": "1", "name": "Ada"}]


def test_every_value_is_a_string() -> None:
    assert items("n,b,z\n1,true,null") == [{"n": "1", "b": "true", "z": "null"}]


def test_a_short_row_is_filled_with_empty_strings() -> None:
    assert items("a,b,c\n1\n") == [{"a": "1", "b": "", "c": ""}]


def test_fields_beyond_the_headers_are_skipped() -> None:
    assert items("a\n1,2,3\n") == [{"a": "1"}]


def test_a_blank_header_cell_is_the_empty_key() -> None:
    assert items("a,\n1,2\n") == [{"a": "1", "": "2"}]


@pytest.mark.parametrize(("text", "headers"), [("a,b,a\n1,2,3\n", None), ("1,2\n", ["a", "a"]), ("a,,\n", None)])
def test_headers_cannot_contain_duplicates(text: str, headers: list[str] | None) -> None:
    with pytest.raises(Failure) as failure:
        items(text, headers)
    assert cause_of(failure) == "CSV headers cannot contain duplicates."


def test_a_file_without_any_row_lacks_its_header() -> None:
    with pytest.raises(Failure) as failure:
        items("\n")
    assert cause_of(failure) == "The CSV file has no header row."


def test_headers_are_limited_to_ten_kibibytes() -> None:
    assert items("a" * 10240 + "\n") == []
    with pytest.raises(Failure):
        items("é" * 5121 + "\n")


def test_a_row_of_delimiters_is_a_row_of_empty_strings() -> None:
    assert rows(",,,") == [["", "", "", ""]]


def test_a_line_of_blanks_is_a_row_that_keeps_them() -> None:
    assert rows("a\n   \nb") == [["a"], ["   "], ["b"]]


def test_an_empty_line_is_no_row() -> None:
    assert rows("a\n\n\r\nb\n") == [["a"], ["b"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_end_with_any_newline(newline: str) -> None:
    assert rows(f"a,b{newline}c,d{newline}") == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("delimiter", DELIMITERS.values())
def test_fields_are_separated_by_the_configured_delimiter_alone(delimiter: str) -> None:
    others = "".join(other for other in DELIMITERS.values() if other != delimiter)
    assert rows(f"a{others}{delimiter}b", delimiter) == [[f"a{others}", "b"]]


def test_quotes_enclose_delimiters_and_newlines() -> None:
    assert rows('"a,b","c\r\nd"\n') == [["a,b", "c\r\nd"]]


def test_two_quotes_inside_quotes_are_one() -> None:
    assert rows('"she said ""yes"""') == [['she said "yes"']]


def test_an_enclosed_field_may_be_empty() -> None:
    assert rows('""\n') == [[""]]


def test_a_quote_that_does_not_open_a_field_is_data() -> None:
    assert rows('6" pipe,\'x\', "y"') == [['6" pipe', "'x'", ' "y"']]


def test_what_follows_a_closing_quote_belongs_to_the_field() -> None:
    assert rows('"a"b"c,d') == [['ab"c', "d"]]


def test_a_file_cannot_end_inside_quotes() -> None:
    with pytest.raises(Failure) as failure:
        rows('a,"b\nc')
    assert cause_of(failure) == "The CSV file ends inside a quoted field."


@pytest.mark.parametrize("text", [r"\\", r'"\\"'])
def test_a_backslash_escapes_a_backslash(text: str) -> None:
    assert rows(text) == [["\\"]]


@pytest.mark.parametrize("text", [r"\"a", r'"\"a"'])
def test_a_backslash_escapes_a_quote(text: str) -> None:
    assert rows(text) == [['"a']]


def test_a_backslash_escapes_the_delimiter_that_is_configured_and_no_other() -> None:
    assert rows(r"a\|b\,c", "|") == [["a|b,c"]]


def test_a_backslash_before_anything_else_is_dropped() -> None:
    assert rows(r"C:\Temp,\n" + "\\\nx\\") == [["C:Temp", "n"], ["x"]]


def quoted(field: str) -> str:
    return '"' + field.replace("\\", "\\\\").replace('"', '""') + '"'


def escaped(field: str, delimiter: str) -> str:
    return "".join("\\" + character if character in ("\\", '"', delimiter) else character for character in field)


@given(st.lists(st.lists(st.text(), min_size=1), min_size=1), st.sampled_from(sorted(DELIMITERS.values())))
def test_enclosed_fields_are_read_back_as_written(table: list[list[str]], delimiter: str) -> None:
    assert rows("\n".join(delimiter.join(map(quoted, row)) for row in table), delimiter) == table


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1), min_size=1), min_size=1), st.sampled_from(sorted(DELIMITERS.values())))
def test_escaped_fields_are_read_back_as_written(table: list[list[str]], delimiter: str) -> None:
    assert rows("\r\n".join(delimiter.join(escaped(field, delimiter) for field in row) for row in table), delimiter) == table


@given(st.text(st.sampled_from('ab,"\\\r\n |')), st.sampled_from(sorted(DELIMITERS.values())))
def test_any_text_is_rows_or_ends_inside_quotes(text: str, delimiter: str) -> None:
    try:
        assert all(isinstance(field, str) for row in csv_rows(text, delimiter) for field in row)
    except Failure as failure:
        assert failure.cause == "The CSV file ends inside a quoted field."


# ------------------------------------------------------------------------------------------------------------ JSON


def test_an_array_is_iterated_by_element() -> None:
    assert json_entries([1, None], None) == [(None, 1), (None, None)]


def test_a_whole_file_that_is_an_object_is_not_iterable() -> None:
    with pytest.raises(Failure) as failure:
        json_entries({"Hello": "world"}, None)
    assert cause_of(failure) == "Attempting to map over non-iterable node."


def test_an_object_that_items_pointer_names_is_iterated_by_member() -> None:
    assert json_entries({"on": {"a": 1}}, "/on") == [("a", {"Key": "a", "Value": 1})]
    assert json_entries({"a": 1}, "") == [("a", {"Key": "a", "Value": 1})]


def test_items_pointer_steps_through_arrays_and_escaped_names() -> None:
    assert json_entries({"a/b": [{"~": [7]}]}, "/a~1b/0/~0") == [(None, 7)]


@pytest.mark.parametrize("pointer", ["/none", "/list/2", "/list/-1", "/list/01", "/list/x", "/list/²", "/list/0/deeper", "list", "/list/" + "9" * 5000])
def test_items_pointer_must_point_to_something(pointer: str) -> None:
    with pytest.raises(Failure) as failure:
        json_entries({"list": [1, 2]}, pointer)
    said = "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure."
    assert cause_of(failure) == (said if pointer.startswith("/") else "The ItemsPointer list is not a JSON Pointer.")


@pytest.mark.parametrize("value", ["text", 1, True, None])
def test_a_scalar_is_not_iterable(value: Json) -> None:
    with pytest.raises(Failure) as failure:
        json_entries({"x": value}, "/x")
    assert cause_of(failure) == "Attempting to map over non-iterable node."


@pytest.mark.parametrize("text", ["", "{", "[1,]", "NaN", "[-Infinity]", "1e999", "1" * 5000, "[1] 2", "\x00"])
def test_what_is_not_json_fails_the_reader(text: str) -> None:
    with pytest.raises(Failure) as failure:
        json_value(text, "The JSON file")
    assert cause_of(failure).startswith("The JSON file is not valid JSON: ")


def test_deep_nesting_fails_the_reader() -> None:
    with pytest.raises(Failure) as failure:
        json_value("[" * 100_000, "The JSON file")
    assert cause_of(failure) == "The JSON file is nested too deeply."


def test_a_byte_order_mark_may_precede_json() -> None:
    assert json_value("\ufeff[1]", "The JSON file") == [1]


def test_every_line_of_a_jsonl_file_that_is_not_blank_is_an_item() -> None:
    assert list(jsonl_items('{"a":1}\r\n\n  \n"\u2028"\n[2]')) == [{"a": 1}, "\u2028", [2]]


def test_a_bad_line_of_a_jsonl_file_is_named() -> None:
    with pytest.raises(Failure) as failure:
        list(jsonl_items("1\n\nx\n"))
    assert cause_of(failure).startswith("Line 3 of the JSONL file is not valid JSON")


# ----------------------------------------------------------------------------------------- compression and Parquet


def test_bytes_under_a_gz_key_are_decompressed() -> None:
    assert text_of(gzip.compress("ä".encode()), "data.csv.gz") == "ä"


def test_text_under_a_gz_key_is_taken_as_decompressed() -> None:
    assert text_of("a", "data.csv.gz") == "a"


@pytest.mark.parametrize(
    "data", [b"plain", gzip.compress(b"cut", mtime=0)[:-9], b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff"], ids=["plain", "cut", "empty"]
)
def test_bytes_under_a_gz_key_that_are_not_gzip_fail_the_reader(data: bytes) -> None:
    with pytest.raises(Failure) as failure:
        text_of(data, "data.csv.gz")
    assert cause_of(failure) == "The object data.csv.gz is not compressed with GZIP."


def test_bytes_that_are_not_utf_8_fail_the_reader() -> None:
    with pytest.raises(Failure) as failure:
        text_of(b"\xff", "data.csv")
    assert cause_of(failure) == "The object data.csv is not UTF-8 text."


def test_zstandard_names_the_library_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtra, match="pip install zstandard"):
        text_of(b"", "data.csv.zstd")


def test_parquet_names_the_library_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match="pip install pyarrow"):
        list(parquet_items(b""))


def test_bytes_under_a_zstd_key_are_decompressed() -> None:
    zstandard = pytest.importorskip("zstandard")
    assert text_of(zstandard.compress(b"a") + zstandard.compress(b"b"), "data.csv.zstd") == "ab"
    with pytest.raises(Failure):
        text_of(b"plain", "data.csv.zstd")


def test_the_rows_of_a_parquet_file_are_objects_of_json_values() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "n": [1, None],
        "f": [0.5, float("nan")],
        "t": [datetime(2026, 1, 2), None],
        "d": [Decimal("1.50"), None],
        "b": [b"\x00", None],
        "l": [[{"x": "y"}], []],
    }
    stored = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stored)
    assert list(parquet_items(stored.getvalue())) == [
        {"n": 1, "f": 0.5, "t": "2026-01-02T00:00:00", "d": "1.50", "b": "AA==", "l": [{"x": "y"}]},
        {"n": None, "f": None, "t": None, "d": None, "b": None, "l": []},
    ]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"a,b\n1,2\n"])
def test_bytes_that_are_not_parquet_fail_the_reader(data: bytes) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(Failure) as failure:
        list(parquet_items(data))
    assert cause_of(failure).startswith("The Parquet file cannot be read")
