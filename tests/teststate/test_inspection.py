"""How inspectionData's members are spelled."""

from __future__ import annotations

from asl_engine.teststate.inspection import Inspection


def test_what_was_handed_on_untouched_keeps_its_text() -> None:
    inspection, given = Inspection(), {"a": [1]}
    inspection.keep(given, '{ "a": [1] }')
    inspection.show("input", given)
    inspection.show("afterInputPath", given["a"])
    inspection.show("afterParameters", {"a": [1]})
    assert inspection.data == {"input": '{ "a": [1] }', "afterInputPath": "[1]", "afterParameters": '{"a":[1]}'}


def test_lists_are_joined_with_blanks() -> None:
    inspection = Inspection()
    inspection.show_list("afterItemsPath", [1, "two", {"three": [3, 4]}])
    assert inspection.data == {"afterItemsPath": '[1, "two", {"three":[3,4]}]'}


def test_numbers_are_numbers() -> None:
    inspection = Inspection()
    inspection.show_number("maxConcurrency", 0)
    assert inspection.data == {"maxConcurrency": 0}
