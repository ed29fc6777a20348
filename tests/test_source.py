"""Reading definitions: JSON and YAML, places, placeholders, and everything that is no definition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asl_engine.diagnostics import Diagnostic
from asl_engine.errors import DefinitionError, InputError
from asl_engine.source import MAX_CHARACTERS, parse_json, read_source, source_from_text, source_from_value
from asl_engine.values import Json, Pointer


def refusals(text: str, **placeholders: Json) -> list[Diagnostic]:
    with pytest.raises(DefinitionError) as refused:
        source_from_text(text, origin="m.json", placeholders=placeholders)
    return refused.value.diagnostics


def only_refusal(text: str, **placeholders: Json) -> Diagnostic:
    (found,) = refusals(text, **placeholders)
    return found


def test_a_value_is_located_by_line_and_column() -> None:
    source = source_from_text('{\n  "States": {"A": [1,\n    2]}\n}', origin="m.json")
    assert source.locate(Pointer("/States/A/1")) == "m.json:3:5"


def test_a_key_is_located_on_request() -> None:
    source = source_from_text('{\n  "StartAt":   "A"}', origin="m.json")
    assert (source.locate(Pointer("/StartAt")), source.locate(Pointer("/StartAt"), key=True)) == ("m.json:2:16", "m.json:2:3")


def test_a_missing_value_is_located_at_its_object() -> None:
    assert source_from_text('{"States":\n {}}', origin="m.json").locate(Pointer("/States/A/Next")) == "m.json:2:2"


def test_a_definition_given_as_a_value_has_no_locations() -> None:
    assert source_from_value({"StartAt": "A"}).locate(Pointer("/StartAt")) is None


def test_a_key_that_occurs_twice_is_remembered_with_its_pointer() -> None:
    assert source_from_text('{"States": {"A~/": 1, "A~/": 2}}').duplicates == (Pointer("/States") / "A~/",)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("not a definition", "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", "m.json:1:1"),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", "m.json:1:2"),
        ('{"a": 1,\n}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", "m.json:2:1"),
        ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", "m.json:1:6"),
        ('{"a": [1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", "m.json:1:10"),
        ('{"a": [', "Unexpected end-of-input: expected close marker for Array (start marker at line: 1, column: 7)", "m.json:1:8"),
        ('{"a": "b', "Unexpected end-of-input: was expecting closing quote for a string value", "m.json:1:7"),
        ('{"a": "\n"}', "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value", "m.json:1:8"),
        ('{"a": "\\x"}', "Unrecognized character escape 'x' (code 120)", "m.json:1:8"),
        ('{"a": 01}', "Invalid numeric value: Leading zeroes not allowed", "m.json:1:7"),
        ('{"a": NaN}', "Unrecognized token 'NaN': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", "m.json:1:7"),
        ('{"a": 1e999}', "Numeric value (1e999) out of range of double", "m.json:1:7"),
        ('{"a": "\\ud800"}', "A string holds half of a surrogate pair, which is no Unicode text", "m.json:1:7"),
        ('{"a": 1} x', "Unexpected text after the end of the JSON value", "m.json:1:10"),
        ("\ufeff{}", "The text begins with a byte order mark", "m.json:1:1"),
    ],
)
def test_what_is_no_json_is_refused_in_the_words_of_awss_parser(text: str, message: str, place: str) -> None:
    found = only_refusal(text)
    assert (found.message, found.location, found.aws_code) == (message, place, "INVALID_JSON_DESCRIPTION")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_no_definition(text: str) -> None:
    found = only_refusal(text)
    assert (found.message, found.aws_code) == ("Definition must be a valid JSON object", "SCHEMA_VALIDATION_FAILED")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_deep_nesting_is_refused_and_never_exhausts_the_stack(opening: str) -> None:
    text = opening * (300_000 // len(opening))
    assert "nested more than 200 levels" in only_refusal(text).message


def test_a_number_of_absurd_length_is_refused() -> None:
    assert "exceeds the maximum allowed" in only_refusal('{"a": ' + "1" * 5000 + "}").message


def test_more_than_one_mebibyte_is_refused() -> None:
    assert "1 MiB" in only_refusal(json.dumps({"Comment": "x" * MAX_CHARACTERS})).message


def test_a_surrogate_pair_is_one_character() -> None:
    assert source_from_text('{"a": "\\ud83d\\ude00"}').value == {"a": "\U0001f600"}


def test_a_placeholder_inside_a_string_is_escaped() -> None:
    assert source_from_text('{"a": "x${n}"}', placeholders={"n": 'q"\n'}).value == {"a": 'xq"\n'}


def test_a_placeholder_inside_a_string_may_stand_for_any_json() -> None:
    assert source_from_text('{"a": "${n}"}', placeholders={"n": {"k": 1}}).value == {"a": '{"k": 1}'}


def test_a_placeholder_outside_a_string_becomes_json() -> None:
    assert source_from_text('{"a": ${n}, "b": ${o}}', placeholders={"n": 5, "o": "x"}).value == {"a": 5, "b": "x"}


def test_placeholders_that_were_not_given_stay_text_inside_strings() -> None:
    assert source_from_text('{"a": "${n}${module.f.arn}"}', placeholders={"n": "1"}).value == {"a": "1${module.f.arn}"}


def test_every_unquoted_placeholder_without_a_value_is_named_and_placed() -> None:
    found = refusals('{"a": ${x},\n "b": "${fine}", "c": ${y.z}}')
    assert [(d.location, d.message) for d in found] == [
        ("m.json:1:7", "The placeholder ${x} stands outside a string and has no value"),
        ("m.json:2:23", "The placeholder ${y.z} stands outside a string and has no value"),
    ]


def test_places_are_those_of_the_text_before_placeholders_were_filled() -> None:
    source = source_from_text('{"a": "${n}", "b": 1}', origin="m.json", placeholders={"n": "long\n" * 9})
    assert source.locate(Pointer("/b")) == "m.json:1:20"


def test_a_mistake_behind_a_filled_placeholder_is_placed_in_the_original_text() -> None:
    assert only_refusal('{"a": "${n}" "b": 1}', n="x" * 50).location == "m.json:1:14"


def test_placeholders_are_filled_in_a_value() -> None:
    assert source_from_value({"${n}": ["a${n}"]}, placeholders={"n": "1"}).value == {"1": ["a1"]}


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {2, 3}}, {"a": float("nan")}, [(1,)]])
def test_a_python_value_that_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(DefinitionError):
        source_from_value(value)  # type: ignore[arg-type]


def test_a_value_that_contains_itself_is_refused() -> None:
    value: dict[str, Json] = {}
    value["a"] = value["b"] = value
    with pytest.raises(DefinitionError):
        source_from_value(value)


def test_yaml_has_only_the_values_of_json() -> None:
    text = "a: 2024-01-01\nb: yes\nc: on\nd: 007\ne: 1.5\nf: null\ng: 'true'\nh: true\ni: 1_000"
    assert source_from_text(text).value == {"a": "2024-01-01", "b": "yes", "c": "on", "d": "007", "e": 1.5, "f": None, "g": "true", "h": True, "i": "1_000"}


def test_yaml_values_are_located() -> None:
    assert source_from_text("States:\n  A:\n    Type: Pass\n", origin="m.yaml").locate(Pointer("/States/A/Type")) == "m.yaml:3:11"


def test_yaml_placeholders_are_filled_after_parsing() -> None:
    text = 'a: ${n}\nb: x${n}\nc: "${n}"'
    assert source_from_text(text, placeholders={"n": 5}).value == {"a": 5, "b": "x5", "c": "5"}


def test_cloudformation_tags_in_yaml_are_unresolved_placeholders() -> None:
    assert source_from_text("a: !Ref X\nb: !GetAtt X.Arn\nc: !Sub 'p-${X}'").value == {"a": "${X}", "b": "${X.Arn}", "c": "p-${X}"}


def test_yaml_anchors_and_merges_are_expanded() -> None:
    assert source_from_text("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a").value == {"a": {"x": 1, "y": 2}, "b": {"y": 3, "x": 1}, "c": {"x": 1, "y": 2}}


def test_a_yaml_anchor_that_contains_itself_is_refused() -> None:
    assert only_refusal("a: &a [*a]").message == "The anchor &a contains itself"


def test_yaml_aliases_that_would_explode_are_refused() -> None:
    lines = ["l0: &l0 [x,x,x,x,x,x,x,x,x]", *(f"l{n + 1}: &l{n + 1} [{','.join([f'*l{n}'] * 9)}]" for n in range(20))]
    assert "when its aliases are expanded" in only_refusal("\n".join(lines)).message


@pytest.mark.parametrize("text", ["a: {", "a: b: c", "a: 1\n---\nb: 2", "a: !Unknown 1", "? [x]\n: 1", "a: *nobody", 'a: "\x01"'])
def test_what_is_no_yaml_is_refused_with_a_place(text: str) -> None:
    found = only_refusal(f"first: 1\n{text}")
    assert found.code == "ASL003"
    assert found.location is not None


def test_json_in_a_yaml_file_is_read_as_json(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text('{\t"a": "\\ud83d\\ude00"}')
    assert read_source(file).value == {"a": "\U0001f600"}


@pytest.mark.parametrize("content", [b'{"a": "\xff"}', b"", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"\x00"])
def test_bytes_that_are_no_definition_give_a_diagnostic(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "m.json"
    file.write_bytes(content)
    with pytest.raises(DefinitionError) as refused:
        read_source(file)
    assert refused.value.diagnostics[0].location == f"{file}:1:1"


def test_a_file_that_cannot_be_read_gives_a_diagnostic(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json", "a\0b"):
        with pytest.raises(DefinitionError, match="cannot be read"):
            read_source(path)


def test_an_input_that_is_no_json_says_where() -> None:
    with pytest.raises(InputError, match=r"^input\.json:1:2: Unexpected character"):
        parse_json("{'a': 1}", "input.json")


def test_any_json_value_is_an_input() -> None:
    assert [parse_json(text) for text in ('"s"', "1", "null", "[1.0]")] == ["s", 1, None, [1.0]]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!python/tuple", "!!set", "!!omap", "!!seq", "!Foo"])
def test_a_tag_that_makes_a_mapping_anything_else_is_refused(tag: str) -> None:
    finding = only_refusal(f"StartAt: A\nStates: {tag}\n  A: {{Type: Pass, End: true}}\n")
    assert finding.message.startswith("The tag ")
    assert finding.message.endswith(" is not understood here")


def test_a_mapping_and_a_sequence_may_say_what_they_are() -> None:
    assert source_from_text("a: !!map {b: !!seq [1]}\n").value == {"a": {"b": [1]}}
