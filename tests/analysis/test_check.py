"""All findings at once: their order, their places, and a state alone."""

from __future__ import annotations

from asl_engine.analysis.check import check_definition, check_state
from asl_engine.source import source_from_text, source_from_value
from asl_engine.values import Json

TWO_MISTAKES = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Task", "Resource": "approve", "Next": "B",
          "Retry": [{"ErorEquals": ["E"]}]}
  }
}"""


def test_errors_come_first_each_in_document_order() -> None:
    found = check_definition(source_from_text(TWO_MISTAKES, origin="m.json"))
    assert [(d.code, d.location) for d in found] == [
        ("ASL203", "m.json:1:1"),
        ("ASL201", "m.json:4:58"),
        ("ASL101", "m.json:5:21"),
        ("ASL102", "m.json:5:22"),
        ("ASL121", "m.json:4:39"),
    ]


def test_a_finding_reads_as_place_message_pointer_and_hint() -> None:
    found = check_definition(source_from_text(TWO_MISTAKES, origin="m.json"))[3]
    assert str(found) == "m.json:5:22: ASL102 Field 'ErorEquals' is not supported\n  at /States/A/Retry/0/ErorEquals\n  did you mean \"ErrorEquals\"?"


def test_a_key_that_occurs_twice_is_warned_of_at_its_second_place() -> None:
    source = source_from_text('{"StartAt": "A", "States": {"A": {"Type": "Pass"},\n"A": {"Type": "Succeed"}}}', origin="m.json")
    assert [(d.code, str(d.severity), d.location) for d in check_definition(source)] == [("ASL007", "WARNING", "m.json:2:1")]


def test_a_state_alone_may_lead_anywhere() -> None:
    assert check_state(source_from_value({"Type": "Pass", "Next": "Elsewhere"})) == []


def test_a_state_alone_is_called_state_name() -> None:
    (found,) = check_state(source_from_value({"Type": "Parallel", "Branches": [], "End": True}))
    assert (found.message, found.pointer) == ("Value cannot be empty", "/States/StateName/Branches")


def test_what_a_lone_map_holds_is_checked_as_a_whole() -> None:
    state: Json = {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "J"}}}, "End": True}
    assert [d.message for d in check_state(source_from_value(state))] == ["Missing 'Next' target: J"]


def test_thousands_of_mistakes_are_all_reported_in_reasonable_time() -> None:
    state: Json = {"Type": "Succeed", **{f"field{number}": 1 for number in range(20_000)}}
    assert len(check_definition(source_from_value({"StartAt": "A", "States": {"A": state}}))) == 20_000
