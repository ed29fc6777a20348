"""Numbers a placeholder stands for."""

from asl_engine.program.unfilled import unfilled_numbers
from asl_engine.source import source_from_text

TEXT = """{
 "StartAt": "A", "TimeoutSeconds": "${a}",
 "States": {
  "A": {"Type": "Wait", "Seconds": "${b}", "Next": "B"},
  "B": {"Type": "Task", "Resource": "${arn}", "Parameters": {"Seconds": "${c}"}, "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": "${d}"}], "Next": "C"},
  "C": {"Type": "Map", "MaxConcurrency": 3, "ItemProcessor": {"StartAt": "D", "States": {"D": {"Type": "Wait", "Seconds": "${e}", "End": true}}}, "End": true}
 }
}"""


def test_numbers_of_states_and_retriers_are_told_and_no_text_is():
    found = unfilled_numbers(source_from_text(TEXT, origin="x.json"))
    assert [each.message.split(",")[0] for each in found] == [
        "The field 'TimeoutSeconds' is ${a}",
        "The field 'Seconds' is ${b}",
        "The field 'MaxAttempts' is ${d}",
        "The field 'Seconds' is ${e}",
    ]


def test_the_place_is_that_of_the_value():
    assert unfilled_numbers(source_from_text(TEXT, origin="x.json"))[1].location == "x.json:4:36"


def test_a_value_that_was_given_is_not_told():
    given = dict.fromkeys("abcde", 1)
    assert unfilled_numbers(source_from_text(TEXT, placeholders=given)) == []


def test_what_is_no_machine_is_passed_over():
    assert unfilled_numbers(source_from_text('{"States": {"A": 1, "B": {"Retry": [3], "Branches": [4], "Iterator": 5}}}')) == []
