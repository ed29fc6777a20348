"""Targets, reachability, ends and names across states."""

from __future__ import annotations

from asl_engine.analysis.check import check_definition
from asl_engine.diagnostics import Diagnostic
from asl_engine.source import source_from_value
from asl_engine.values import Json

END: dict[str, Json] = {"Type": "Pass", "End": True}


def findings(states: dict[str, Json], start: str = "A") -> list[Diagnostic]:
    return check_definition(source_from_value({"StartAt": start, "States": states}))


def said(states: dict[str, Json], start: str = "A") -> list[tuple[str, str]]:
    return [(d.message, d.pointer) for d in findings(states, start)]


def to(target: str) -> dict[str, Json]:
    return {"Type": "Pass", "Next": target}


def parallel(*branches: dict[str, Json]) -> dict[str, Json]:
    return {"Type": "Parallel", "Branches": [{"StartAt": next(iter(branch)), "States": branch} for branch in branches], "End": True}


def test_start_at_must_name_a_state() -> None:
    assert ("Missing 'Next' target: B", "/StartAt") in said({"A": END}, start="B")


def test_every_kind_of_transition_must_name_a_state() -> None:
    task: dict[str, Json] = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "X", "Catch": [{"ErrorEquals": ["E"], "Next": "Y"}]}
    choice: dict[str, Json] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Z"}, {"Variable": "$.a", "IsNull": False, "Next": "C"}],
        "Default": "V",
    }
    places = [pointer for message, pointer in said({"A": task, "B": choice, "C": END}, start="B") if message.startswith("Missing")]
    assert places == ["/States/A/Next", "/States/A/Catch/0/Next", "/States/B/Choices/0/Next", "/States/B/Default"]


def test_a_missing_target_is_suggested() -> None:
    assert findings({"A": to("Finnish"), "Finish": END})[0].hint == 'did you mean "Finish"?'


def test_a_branch_cannot_jump_out() -> None:
    found = findings({"A": parallel({"B": to("C")}), "C": END})
    assert [d.hint for d in found if d.pointer.endswith("/Next")] == ["that state is /States/C; a transition stays within its own States"]


def test_an_unreachable_state_is_refused() -> None:
    assert said({"A": END, "B": END}) == [('State "B" is not reachable.', "/States/B")]


def test_states_inside_branches_must_be_reachable_too() -> None:
    assert said({"A": parallel({"B": END, "C": END})}) == [('State "C" is not reachable.', "/States/A/Branches/0/States/C")]


def test_a_workflow_needs_an_end_and_then_says_nothing_of_reachability() -> None:
    assert said({"A": to("B"), "B": to("A"), "C": to("C")}) == [("Workflow has no terminal state", "")]


def test_state_names_are_unique_in_the_whole_machine() -> None:
    assert said({"A": parallel({"B": END}), "B": END})[0] == ("Duplicate State name: B", "/States/A/Branches/0/States/B")


def test_a_transition_that_has_yet_to_be_filled_in_may_lead_anywhere() -> None:
    assert said({"A": to("${next}"), "B": to("A")}) == []


def test_labels_are_unique_in_the_whole_machine() -> None:
    def labelled(name: str) -> dict[str, Json]:
        processor: Json = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": name, "States": {name: END}}
        return {"Type": "Map", "Label": "same", "ItemProcessor": processor}

    assert said({"A": {**labelled("X"), "Next": "B"}, "B": {**labelled("Y"), "End": True}}) == [("Duplicate Label name: same", "/States/B/Label")]
