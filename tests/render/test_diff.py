"""What a behavioural diff looks like, on diffs made by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl_engine.analysis.structure import Change, ChangeKind, Structure
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.history.history import History
from asl_engine.program.compile import compile_machine
from asl_engine.render.diff import chain, text
from asl_engine.render.diff_review import MOST_CHARACTERS, github, markdown, markdown_chain
from asl_engine.render.diff_values import MOST, shortened, sides
from asl_engine.source import source_from_text
from asl_engine.values import MISSING, Pointer
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.revisions import BehaviourDiff, Compared, Revision, ScenarioDifference, Witness

DEFINITION = '{\n  "StartAt": "Charge",\n  "States": {\n    "Charge": {"Type": "Pass", "End": true}\n  }\n}\n'
CHARGE = Pointer("/States/Charge")


def told(origin, status="SUCCEEDED", **more):
    program = compile_machine(source_from_text(DEFINITION, origin=origin), type="STANDARD")
    return Told(program, History([], None), status, **more)


OLD, NEW = told("old.json"), told("new.json", "FAILED", error="States.Timeout", elapsed=timedelta(seconds=3))
ARGUMENTS = Divergence(Kind.CALL_ARGUMENTS, "sends another amount", "Charge", {"amount": 1}, {"amount": 2}, Pointer("/amount"), CHARGE, CHARGE)
STATUS = Divergence(Kind.STATUS, "FAILED instead of SUCCEEDED", None, "SUCCEEDED", "FAILED")
OUTPUT = Divergence(Kind.OUTPUT, "another output", None, 1, 2)
EMPTY = BehaviourDiff(Revision("old.json"), Revision("new.json"))
SCENARIO = ScenarioDifference("declined card", "orders.scenario.yaml:4:5", Comparison(ARGUMENTS, (STATUS, OUTPUT)), OLD, NEW)
WITNESS = Witness("Charge answers 2", Comparison(replace(ARGUMENTS, state="Refund"), (STATUS,)), OLD, NEW, {"name": "Charge answers 2"})


def change(sentence, state="Charge", kind=ChangeKind.RETRIER, **more):
    return Change(kind, state, sentence, **{"old": CHARGE, "new": CHARGE, **more})


# ---------------------------------------------------------------- text


def test_nothing_different_is_only_said_with_what_was_compared():
    compared = Compared(scenarios=3, runs=40, bounds={"max-runs": 500, "max-troubles": 2})
    assert text(replace(EMPTY, compared=compared)).splitlines() == [
        "- old.json",
        "+ new.json",
        "",
        "compared: the definitions, 3 scenarios and 40 explored runs; at most 500 runs, 2 troubles",
        "within these bounds everything was explored",
        "within this, nothing differs",
    ]


def test_what_was_accepted_is_not_said_to_be_no_difference():
    assert text(EMPTY, accepted=2).endswith("within this, nothing differs but what was accepted")
    changed = replace(EMPTY, structure=Structure((change("a"),)), compared=Compared(scenarios=3))
    assert text(changed, accepted=2).endswith("within this, no run differs, or only as was accepted")


def test_a_bound_that_was_reached_is_told():
    shown = text(replace(EMPTY, compared=Compared(runs=500, bounds={"max-runs": 500}, reached=("500 runs were played",))))
    assert "ended early: 500 runs were played" in shown
    assert "everything was explored" not in shown


def test_states_that_no_run_led_to_are_told():
    assert "\nno explored run led to A and B\n" in text(replace(EMPTY, compared=Compared(runs=9, unentered=("A", "B"))))
    assert "no explored run led to A, B, C, D, E and 2 more states" in text(replace(EMPTY, compared=Compared(runs=9, unentered=tuple("ABCDEFG"))))


def test_scenarios_that_could_not_be_played_are_told():
    shown = text(replace(EMPTY, compared=Compared(skipped=(("odd", "it has no input"),))))
    assert "not played: odd: it has no input" in shown


def test_one_change_of_a_state_is_one_line():
    shown = text(replace(EMPTY, structure=Structure((change("MaxAttempts 3→5: worst wait 7 s → 63 s"),))))
    assert "structure: 1 change\n  ~ Charge: MaxAttempts 3→5: worst wait 7 s → 63 s\n" in shown


def test_several_changes_of_a_state_stand_below_its_name():
    shown = text(replace(EMPTY, structure=Structure((change("a"), change("b", old=None), change("c", new=None)))))
    assert "structure: 3 changes\n  ~ Charge\n      ~ a\n      + b\n      - c\n" in shown


def test_what_the_machine_says_of_itself_has_its_name():
    assert "  ~ the machine: TimeoutSeconds 60 s → 90 s\n" in text(replace(EMPTY, structure=Structure((change("TimeoutSeconds 60 s → 90 s", None),))))


def test_renames_and_what_has_no_effect_are_told_apart():
    renamed = change("renamed from Pay", kind=ChangeKind.STATE_RENAMED, neutral=True)
    shown = text(replace(EMPTY, structure=Structure((renamed,))))
    assert "structure: 0 changes, and 1 without effect\n  > Charge: renamed from Pay\n" in shown
    assert shown.endswith("within this, nothing differs but what has no effect by itself")


def test_a_scenario_is_told_with_both_sides_and_their_lines():
    shown = text(replace(EMPTY, scenarios=(SCENARIO,), compared=Compared(scenarios=37)))
    assert shown.split("\n\n")[1].splitlines() == [
        "scenarios: 1 of 37 differs",
        "  ! declined card: SUCCEEDED → FAILED (States.Timeout)  orders.scenario.yaml:4:5",
        "      Charge: sends another amount",
        "        - 1  old.json:4:15",
        "        + 2  new.json:4:15",
        "      and what follows: the output",
    ]


def test_scenarios_that_part_at_the_same_place_are_told_once():
    others = tuple(replace(SCENARIO, name=f"s{number}") for number in range(6))
    shown = text(replace(EMPTY, scenarios=(SCENARIO, *others), compared=Compared(scenarios=37)))
    assert shown.count("!") == 1
    assert "  ! declined card, and 6 more: SUCCEEDED → FAILED (States.Timeout)" in shown
    assert "      alike: s0; s1; s2; and 3 more\n" in shown


@pytest.mark.parametrize(("before", "after", "said"), [(True, False, "held, and no longer do"), (False, True, "did not hold, and now do")])
def test_expectations_that_change_sides_are_told(before, after, said):
    found = replace(SCENARIO, old_passes=before, new_passes=after)
    assert f"      its expectations {said}" in text(replace(EMPTY, scenarios=(found,)))
    assert f"      the expectations of 2 {said}" in text(replace(EMPTY, scenarios=(found, SCENARIO, found)))


def test_a_side_that_could_not_go_on_says_why():
    stuck = replace(NEW, status="RUNNING", error=None, trouble="nothing answers", trouble_code="UnmockedTask")
    assert "declined card: SUCCEEDED → calls what nothing answers" in text(replace(EMPTY, scenarios=(replace(SCENARIO, new=stuck),)))


def test_a_side_without_data_shows_its_line_alone():
    bare = replace(ARGUMENTS, old=MISSING, new=MISSING, old_at=None)
    shown = text(replace(EMPTY, scenarios=(replace(SCENARIO, comparison=Comparison(bare)),)))
    assert "sends another amount\n        + new.json:4:15\n" in shown


def shown(first, *consequences, old=OLD, new=NEW):
    """The lines below a scenario's first."""
    found = replace(SCENARIO, comparison=Comparison(first, consequences), old=old, new=new)
    return text(replace(EMPTY, scenarios=(found,))).split("\n\n")[1].splitlines()[2:]


def test_a_place_inside_the_data_is_named_where_the_sentence_does_not():
    assert shown(replace(ARGUMENTS, sentence="sends something else"))[1] == "        - amount 1  old.json:4:15"


def test_an_ending_that_the_first_line_cannot_tell_is_told_behind():
    others = told("old.json", "FAILED", error="No", cause="a"), told("new.json", "FAILED", error="No", cause="b")
    error = Divergence(Kind.ERROR, "FAILED (No: b) instead of FAILED (No: a)")
    assert shown(ARGUMENTS, error, old=others[0], new=others[1])[-1] == "      and what follows: FAILED (No: b) instead of FAILED (No: a)"


def test_calls_that_come_and_go_are_named_with_their_states():
    gone = [Divergence(Kind.CALL_REMOVED, f"no longer calls dynamodb:updateItem in {name}", name) for name in ("Record", "History")]
    come = Divergence(Kind.CALL_ADDED, "calls sqs:sendMessage in Tell", "Each[0]/Tell")
    assert (
        shown(ARGUMENTS, *gone, come)[-1] == "      and what follows: no longer calls dynamodb:updateItem in Record and History, calls sqs:sendMessage in Tell"
    )


def test_that_it_takes_as_long_as_one_of_its_states_is_told_once():
    state = Divergence(Kind.DURATION, "Charge takes 3 s instead of 9 s", "Charge", 9.0, 3.0)
    assert not any("what follows" in line for line in shown(state, Divergence(Kind.DURATION, "takes 3 s instead of 9 s", None, 9.0, 3.0)))
    whole = Divergence(Kind.DURATION, "takes 5 s instead of 11 s", None, 11.0, 5.0)
    assert shown(state, whole)[-1] == "      and what follows: takes 5 s instead of 11 s"


def test_another_way_from_which_nothing_follows_says_so():
    path = Divergence(Kind.PATH, "after A: enters B, and only then C", "A", ["C"], ["B", "C"])
    assert shown(path, new=told("new.json"))[-1] == "      and what follows: nothing"


def test_a_failure_without_an_error_says_that_there_is_none():
    found = replace(SCENARIO, new=told("new.json", "FAILED", cause="it did not work"))
    assert "declined card: SUCCEEDED → FAILED (no Error: it did not work)" in text(replace(EMPTY, scenarios=(found,)))


def test_many_consequences_of_a_kind_are_counted():
    more = [Divergence(Kind.CALL_ADDED, f"calls x in {name}", name) for name in "ABCDE"]
    assert (
        shown(ARGUMENTS, *more, Divergence(Kind.DURATION, "takes 3 s instead of 9 s"))[-1] == "      and what follows: takes 3 s instead of 9 s, 5 calls more"
    )


def test_what_goes_on_until_its_history_is_full_is_told_so():
    cause = "The execution reached the maximum number of history events (25000)."
    endless = told("old.json", "FAILED", error="States.Runtime", cause=cause)
    limit = Divergence(Kind.LIMIT, "ends FAILED (States.Timeout) instead of going on until its history is full (25,000 events, 2 d)")
    found = replace(SCENARIO, comparison=Comparison(ARGUMENTS, (limit,)), old=endless)
    lines = text(replace(EMPTY, scenarios=(found,))).split("\n\n")[1].splitlines()
    assert lines[1].startswith("  ! declined card: FAILED (history full: 0 events) → FAILED (States.Timeout)")
    assert not any("what follows" in line for line in lines)


def test_a_long_name_is_cut_between_words():
    long = "a group that " + "was asked for " * 10
    shown = text(replace(EMPTY, scenarios=(SCENARIO, replace(SCENARIO, name=long))))
    assert "      alike: a group that was asked for was asked for was asked for was asked for …\n" in shown


def test_paths_are_shown_with_their_loops_folded():
    path = Divergence(Kind.PATH, "enters Fail instead of Wait", "Check", ["Wait", "Poll"] * 4000 + ["Full"], ["Fail"], old_at=CHARGE)
    assert shown(path)[1:] == ["        - (Wait → Poll) ×4,000 → Full  old.json:4:15", "        + Fail"]
    assert shown(replace(path, old=["Try"] * 3, new=[]))[1:] == ["        - Try ×3   old.json:4:15", "        + the end"]


def test_a_call_is_shown_as_one():
    call = {"resource": "arn:aws:states:::dynamodb:putItem", "arguments": {"a": 1}}
    other = {"resource": "arn:aws:lambda:us-east-1:123456789012:function:pay", "arguments": {"a": 1}}
    found = shown(Divergence(Kind.CALL_ADDED, "calls function pay instead of dynamodb:putItem", "Charge", call, other))
    assert found[1:] == ['        - dynamodb:putItem with {"a":1}', '        + function:pay with {"a":1}']


def test_where_one_side_calls_and_the_other_fails_the_sentence_says_all():
    call = {"resource": "arn:aws:states:::dynamodb:putItem", "arguments": {"a": 1}}
    assert shown(Divergence(Kind.CALL_REMOVED, "fails with No instead of calling dynamodb:putItem", "Charge", call, {"error": "No", "cause": ""}))[1:] == []


def test_what_changes_alike_in_many_states_is_told_once():
    moved = [change("Parameters.x: $.a → $.b", name, ChangeKind.DATA, before="$.a", after="$.b") for name in ("Pay", "Notify", "Done")]
    lines = text(replace(EMPTY, structure=Structure((moved[0], change("c", "Pay"), *moved[1:])))).split("\n\n")[1]
    assert lines == "structure: 4 changes\n  ~ $.a → $.b in 3 states: Pay, Notify, Done\n  ~ Pay: c"


def test_of_several_comparisons_each_fits_a_screen():
    data = tuple(change(f"Parameters.{name}", kind=ChangeKind.DATA) for name in "abcd")
    several = tuple(replace(SCENARIO, comparison=Comparison(replace(ARGUMENTS, state=f"S{number}"), (OUTPUT,))) for number in range(12))
    found = replace(EMPTY, structure=Structure((*data, *(change("x", f"S{number}") for number in range(20)))), scenarios=several)
    lines = chain([found]).splitlines()
    assert "      and what follows: the output" in lines
    assert not any(line.startswith("        - 1 ") for line in lines)
    assert "  ~ Charge: Parameters.a, and 3 more of its data" in lines
    assert "  … and 5 more lines" in lines
    assert "  … and 6 other differences" in lines
    assert len(lines) < 50


def test_of_a_group_one_that_ends_otherwise_is_told_in_full():
    same = replace(SCENARIO, name="same", old=told("old.json", "FAILED"), new=told("new.json", "FAILED"))
    assert "  ! declined card, and 1 more: SUCCEEDED → FAILED" in text(replace(EMPTY, scenarios=(same, SCENARIO)))


def test_a_witness_of_what_scenarios_show_is_only_named():
    both = replace(EMPTY, scenarios=(SCENARIO,), witnesses=(replace(WITNESS, comparison=Comparison(ARGUMENTS)),))
    assert "  ! what scenarios above show too: Charge answers 2\n" in text(both)


def test_a_witness_says_how_it_is_saved():
    shown = text(replace(EMPTY, witnesses=(WITNESS,), compared=Compared(runs=40)))
    assert "exploration: 1 difference in 40 runs\n  ! Charge answers 2: SUCCEEDED → FAILED (States.Timeout)\n" in shown
    assert "--emit DIR saves each as a scenario" in shown


def test_what_cannot_be_deployed_says_why():
    refusals = tuple(Diagnostic("ASL102", Severity.ERROR, CHARGE, f"Field {number}", location=f"new.json:{number}:1") for number in range(1, 6))
    shown = text(replace(EMPTY, new=Revision("new.json", refusals)))
    assert "new.json cannot be deployed: AWS would refuse it. It was run all the same.\n  new.json:1:1: ASL102 Field 1\n" in shown
    assert "  and 2 more: asl check new.json\n" in shown


def test_a_chain_begins_with_a_table():
    third = replace(EMPTY, old=Revision("new.json"), new=Revision("newest.json"), scenarios=(SCENARIO,), compared=Compared(scenarios=37))
    assert chain([EMPTY, third]).splitlines()[:2] == [
        "old.json → new.json     nothing differs in what was compared",
        "new.json → newest.json  scenarios: 1 of 37 differs",
    ]


def test_colour_is_the_callers():
    painted = text(replace(EMPTY, scenarios=(SCENARIO,)), lambda role, said: f"<{role}>{said}</>")
    assert "<bad>!</> declined card" in painted


# ---------------------------------------------------------------- values


def test_of_long_texts_the_part_that_differs_is_shown():
    before, after = sides("a" * 500 + "x" + "b" * 500, "a" * 500 + "y" + "b" * 500, Pointer(""))
    assert before.startswith("…aaa") and "x" in before and before.endswith("… (1,003 characters)")
    assert "y" in after


def test_what_is_not_there_is_nothing():
    assert sides({"a": 1}, {}, Pointer("/a")) == ("1", "nothing")


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_texts_that_differ_are_shown_differently_and_short(same, old, new):
    before, after = shortened(same + old, same + new)
    assert (before == after) == (old == new)
    assert len(before) < MOST + 40


# ---------------------------------------------------------------- reviews


def test_markdown_folds_the_data_and_shows_what_a_reviewer_decides_on():
    shown = markdown(replace(EMPTY, scenarios=(SCENARIO,), structure=Structure((change("a"),)), compared=Compared(scenarios=37)))
    assert shown.startswith("### `old.json` → `new.json`\n\nstructure: 1 change; scenarios: 1 of 37 differs\n")
    assert "<details><summary>structure: 1 change</summary>\n\n```diff\n~ Charge: a\n```\n\n</details>" in shown
    title = "<b>declined card</b>: SUCCEEDED → FAILED (States.Timeout)<br>Charge: sends another amount<br>and what follows: the output"
    assert f"<details><summary>{title}</summary>" in shown
    assert "```diff\n- 1  old.json:4:15\n+ 2  new.json:4:15\n```" in shown


def test_nothing_in_a_comment_is_markup_by_accident():
    odd = replace(SCENARIO, name="<b>*a*_b_`c`|", comparison=Comparison(replace(ARGUMENTS, sentence="sends ```x```")))
    shown = markdown(replace(EMPTY, scenarios=(odd,)))
    assert "<details><summary><b>&lt;b&gt;*a*_b_`c`|</b>: " in shown
    again = markdown(replace(EMPTY, scenarios=(odd, replace(odd, name="<b>*a*_b_`c`|"))))
    assert r"- alike: &lt;b&gt;\*a\*\_b\_\`c\`\|" in again


def test_a_comment_names_what_scenarios_show_already_once():
    both = replace(EMPTY, scenarios=(SCENARIO,), witnesses=(replace(WITNESS, comparison=Comparison(ARGUMENTS)),))
    shown = markdown(both)
    assert shown.count("<b>") == 1
    assert "What scenarios above show too: Charge answers 2" in shown


def test_a_comment_tells_whose_expectations_changed_sides():
    assert "- its expectations held, and no longer do" in markdown(replace(EMPTY, scenarios=(replace(SCENARIO, old_passes=True, new_passes=False),)))


def test_data_with_fences_stands_in_a_longer_fence():
    odd = replace(ARGUMENTS, old={"amount": "```"}, new={"amount": "````"})
    assert "`````diff\n" in markdown(replace(EMPTY, scenarios=(replace(SCENARIO, comparison=Comparison(odd)),)))


def test_a_comment_is_not_longer_than_github_takes():
    many = tuple(change("x" * 300, f"S{number}") for number in range(150))
    scenarios = tuple(replace(SCENARIO, name="n" * 3000, comparison=Comparison(replace(ARGUMENTS, state=f"S{number}"))) for number in range(60))
    shown = markdown(replace(EMPTY, structure=Structure(many), scenarios=scenarios))
    assert len(shown) < MOST_CHARACTERS + 200
    assert "characters are left out here" in shown


def test_a_chain_of_comments_begins_with_a_table():
    shown = markdown_chain([EMPTY, replace(EMPTY, scenarios=(SCENARIO,), compared=Compared(scenarios=2))])
    assert shown.startswith(
        "| from | to | differences |\n|---|---|---|\n| `old.json` | `new.json` |  |\n| `old.json` | `new.json` | scenarios: 1 of 2 differs |\n"
    )


def test_annotations_stand_on_the_new_files_lines():
    refused = Revision("new.json", (Diagnostic("ASL102", Severity.ERROR, CHARGE, "Field", location="new.json:4:15"),), NEW.program)
    full = replace(
        EMPTY,
        new=refused,
        scenarios=(SCENARIO,),
        structure=Structure((change("a"), change("b", neutral=True), change("c", new=None))),
        witnesses=(replace(WITNESS, comparison=SCENARIO.comparison),),
    )
    shown = github(full, "definitions/new.json").splitlines()
    assert shown == [
        "::error file=definitions/new.json,line=4,col=15,title=ASL102::Field",
        "::warning file=definitions/new.json,line=4,col=15,title=call arguments::scenario declined card: SUCCEEDED → FAILED (States.Timeout)%0A"
        "Charge: sends another amount%0Aand what follows: the output",
        "::notice file=definitions/new.json,line=4,col=15,title=retrier::Charge: a",
        "::notice file=definitions/new.json,title=retrier::Charge: c",
    ]


def test_annotations_stand_in_the_files_that_a_deployment_file_names():
    refusal = Diagnostic("ASL102", Severity.ERROR, CHARGE, "Field", location="main:infra/order.asl.json:4:15")
    found = replace(EMPTY, new=Revision("main:infra/main.tf#orders", (refusal,), NEW.program))
    assert github(found, "infra/main.tf#orders") == "::error file=infra/order.asl.json,line=4,col=15,title=ASL102::Field\n"
