"""Knowledge from outside: JSON Schemas as shapes."""

from asl_engine.analysis.dataflow.schemas import shape_of_schema
from asl_engine.analysis.dataflow.shapes import ANYTHING, Absence


def test_a_required_member_is_there():
    assert not shape_of_schema({"type": "object", "required": ["id"]}).member("id").absent


def test_an_optional_member_may_be_missing():
    shape = shape_of_schema({"type": "object", "properties": {"id": {"type": "string"}}})
    assert shape.member("id").kinds == {"string"} and shape.member("id").absent == Absence.OPEN


def test_an_object_without_further_properties_is_closed():
    assert shape_of_schema({"type": "object", "additionalProperties": False}).member("x").absent == Absence.KNOWN


def test_an_enum_gives_constants():
    assert shape_of_schema({"enum": ["A", "B"]}).strings == {"A", "B"}


def test_one_of_gives_a_choice():
    assert shape_of_schema({"oneOf": [{"type": "string"}, {"type": "null"}]}).kinds == {"string", "null"}


def test_a_local_reference_is_followed():
    schema = {"$ref": "#/$defs/id", "$defs": {"id": {"type": "integer"}}}
    assert shape_of_schema(schema).kinds == {"number"}


def test_a_reference_to_itself_ends():
    assert shape_of_schema({"$ref": "#"}).any


def test_what_is_no_schema_says_nothing():
    assert shape_of_schema("nonsense") == ANYTHING


def test_all_of_asks_for_everything():
    shape = shape_of_schema({"allOf": [{"required": ["a"]}, {"required": ["b"]}]})
    assert not shape.member("a").absent and not shape.member("b").absent
