"""Deployment files: whatever was written is read back with its places, and whatever is wrong is a `DefinitionError`."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl_engine.errors import DefinitionError
from asl_engine.imports import read_definition
from asl_engine.imports.alignment import aligned
from asl_engine.source import source_from_text
from asl_engine.values import Pointer

FILES = Path(__file__).parents[1] / "imports" / "files"
FRAGMENTS = [
    *("{", "}", "[", "]", "(", ")", '"', "${", "%{", "$${", "~}", "<<-X\n", "\n", "...", "?", ":", "=", "=>", "for", " in ", "if ", "*", "&a ", "*a", "!Sub "),
    *("!If ", "!x ", "- ", "null", "1e999", "\x00", "Fn::If", "${self:}", "${file(serverless.yml)}", "local.prefix", "merge(", "[*]", ".", "||", "%{ endif }"),
    *("/*", "\\", "|", ">", "each.value", "count.index", "var.", "yamldecode(", "templatefile(", "range(", "\ufeff", "\t", "é", "😀"),
]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\x85\u2028\u2029", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts.map(lambda text: f"x{text}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.map(lambda text: f"k{text}"), inner, max_size=3),
    max_leaves=12,
)
definitions = st.dictionaries(texts.map(lambda text: f"k{text}"), values, min_size=1, max_size=4)


def pointers(value, at):
    yield at
    for key, member in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from pointers(member, at / key)


def indented(text, blanks):
    return "\n".join(f"{blanks}{line}" for line in text.split("\n"))


def places(source, value):
    return [tuple(map(int, (source.locate(pointer, key=key) or "").split(":")[-2:])) for pointer in pointers(value, Pointer("")) for key in (True, False)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("imports")


@given(definitions)
@settings(max_examples=150)
def test_a_definition_in_a_heredoc_is_the_definition_and_its_places_are_moved(folder, value):
    text = json.dumps(value, indent=2, ensure_ascii=False)
    plain = source_from_text(text)
    file = folder / "main.tf"
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    file.write_text(f'resource "aws_sfn_state_machine" "m" {{\n  definition = <<-X\n{indented(escaped, "    ")}\n  X\n}}\n', encoding="utf-8")
    source = read_definition(file)
    assert source.value == value
    if escaped == text:
        assert places(source, value) == [(line + 2, column + 4) for line, column in places(plain, value)]


@given(definitions)
@settings(max_examples=150)
def test_a_definition_in_a_template_is_the_definition_and_its_places_are_moved(folder, value):
    text = json.dumps(value, indent=2, ensure_ascii=False)
    plain = source_from_text(text)
    file = folder / "template.yaml"
    head = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: |\n"
    file.write_text(f"{head}{indented(text, '        ')}\n", encoding="utf-8")
    source = read_definition(file)
    assert source.value == value
    assert places(source, value) == [(line + 5, column + 8) for line, column in places(plain, value)]


@given(definitions, st.integers(1, 40))
@settings(max_examples=100)
def test_a_definition_cut_into_pieces_and_joined_is_the_definition(folder, value, width):
    text = json.dumps(value, ensure_ascii=False)
    parts = [text[start : start + width] for start in range(0, len(text), width)]
    file = folder / "joined.template.json"
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Join": ["", parts]}}}
    file.write_text(json.dumps({"Resources": {"M": machine}}), encoding="utf-8")
    assert read_definition(file).value == value


@given(st.text(max_size=40))
def test_every_character_of_a_json_string_is_found_where_it_was_written(text):
    for literal in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        offsets = aligned(text, literal, 1, escapes=True)
        assert offsets == sorted(offsets)
        for character, offset in zip(text, offsets, strict=True):
            assert literal[offset] in (character, "\\")


@given(
    st.sampled_from([path.relative_to(FILES).as_posix() for path in sorted(FILES.rglob("*.*")) if path.suffix in (".tf", ".yaml", ".yml", ".json", ".tftpl")]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(FRAGMENTS)), min_size=1, max_size=4),
)
@settings(max_examples=300)
def test_a_file_that_was_spoilt_is_read_or_refused_and_nothing_else(tmp_path_factory, name, edits):
    folder = tmp_path_factory.mktemp("spoilt")
    for path in FILES.rglob("*.*"):
        if path.is_file():
            target = folder / path.relative_to(FILES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    text = (folder / name).read_text(encoding="utf-8")
    for where, cut, fragment in edits:
        at = int(where * len(text))
        text = text[:at] + fragment + text[at + cut :]
    (folder / name).write_text(text, encoding="utf-8")
    for reference in (
        "terraform/main.tf#orders",
        "terraform#refunds",
        "sam/template.yaml#RefundFlow",
        "sam/template.yaml#AuditFlow",
        "serverless/serverless.yml#orders",
    ):
        try:
            source = read_definition(folder / reference)
        except DefinitionError as refused:
            assert all(diagnostic.location for diagnostic in refused.diagnostics)
        else:
            for pointer in pointers(source.value, Pointer("")):
                assert source.locate(pointer) is not None
