"""What changed between two definitions, said in the language's terms."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from asl_engine.analysis.structure import Change, ChangeKind, Structure, structure_of
from asl_engine.analysis.structure.wording import duration, listed

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"
MACHINE: dict[str, Any] = {
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task",
            "Resource": f"{LAMBDA}charge",
            "Parameters": {"id.$": "$.order.id", "mode": "card", "lines": [{"n": 1}]},
            "ResultPath": "$.charged",
            "TimeoutSeconds": 30,
            "Retry": [{"ErrorEquals": ["Card.Busy"], "MaxAttempts": 3}, {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Refuse", "ResultPath": "$.error"}],
            "Next": "Decide",
        },
        "Decide": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.charged.status", "StringEquals": "OK", "Next": "Hold"},
                {"Variable": "$.charged.status", "StringEquals": "LATE", "Next": "Refuse"},
                {"Variable": "$.order.total", "NumericGreaterThan": 100, "Next": "Refuse"},
            ],
            "Default": "Refuse",
        },
        "Hold": {"Type": "Wait", "Seconds": 60, "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "no"},
    },
}


def changed(edit: Callable[[dict[str, Any]], object]) -> Structure:
    new = copy.deepcopy(MACHINE)
    edit(new["States"])
    return structure_of(MACHINE, new)


def said(edit: Callable[[dict[str, Any]], object]) -> list[str]:
    """Of what is not neutral: "Charge: MaxAttempts …"."""
    return [line(change) for change in changed(edit).changes if not change.neutral]


def line(change: Change) -> str:
    return f"{change.state or 'machine'}: {change.sentence}"


def between(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Of one state that is the whole machine."""
    return [change.sentence for change in one_state(old, new).changes]


def one_state(old: dict[str, Any], new: dict[str, Any]) -> Structure:
    return structure_of(*({"StartAt": "S", "States": {"S": {"End": True, **state}}} for state in (old, new)))


# ------------------------------------------------------------------------------------------------------- no change


def test_a_definition_does_not_differ_from_itself() -> None:
    assert changed(lambda states: None).changes == ()


def test_key_order_and_comments_are_no_change() -> None:
    def reversed_(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reversed_(value[key]) for key in reversed(value)} | ({"Comment": "new"} if "Type" in value or "States" in value else {})
        return [reversed_(element) for element in value] if isinstance(value, list) else value

    assert structure_of(MACHINE, reversed_(MACHINE)).changes == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"Type": "Pass"}, {"Type": "Pass", "InputPath": "$", "OutputPath": "$", "ResultPath": "$"}),
        ({"Type": "Task", "Retry": []}, {"Type": "Task", "Catch": [], "TimeoutSeconds": 99999999}),
        (
            {"Type": "Task", "Retry": [{"ErrorEquals": ["A"]}]},
            {"Type": "Task", "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 3, "BackoffRate": 2, "IntervalSeconds": 1, "JitterStrategy": "NONE"}]},
        ),
        ({"Type": "Map", "Iterator": {}, "Parameters": {"a": 1}}, {"Type": "Map", "ItemProcessor": {}, "ItemSelector": {"a": 1}, "MaxConcurrency": 0}),
        ({"Type": "Pass", "Parameters": {"a.$": "$.b.c"}}, {"Type": "Pass", "Parameters": {"a.$": "$['b'].c"}}),
        ({"Type": "Pass", "Parameters": {"a.$": "States.Array($.b,1)"}}, {"Type": "Pass", "Parameters": {"a.$": "States.Array( $['b'], 1 )"}}),
        (
            {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $a+'x' %}"},
            {"Type": "Pass", "QueryLanguage": "JSONata", "Output": '{%$a /* x */ + "x"%}'},
        ),
        ({"Type": "Pass", "Result": 1}, {"Type": "Pass", "Result": 1.0}),
        ({"Type": "Pass"}, {"Type": "Pass", "QueryLanguage": "JSONPath"}),
    ],
)
def test_a_default_written_down_and_another_spelling_are_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert between(old, new) == between(new, old) == []


def test_blanks_inside_a_text_are_a_change() -> None:
    assert between({"Type": "Pass", "Result": "a b"}, {"Type": "Pass", "Result": "a  b"}) != []


# ---------------------------------------------------------------------------------------------------------- states


def test_an_added_state_says_what_it_does_and_where_it_stands() -> None:
    def edit(states: dict[str, Any]) -> None:
        states["Hold"]["Next"] = "Tell"
        states["Tell"] = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "Done"}

    assert said(edit) == ["Hold: Next Done → Tell", "Tell: new Task that calls sns:publish, after Hold, then Done"]


def test_a_state_that_went_on_and_ends_the_execution_says_so_both_ways() -> None:
    def end(states: dict[str, Any]) -> None:
        del states["Hold"]["Next"]
        states["Hold"]["End"] = True

    assert "Hold: Next Done → End" in said(end)
    ended = copy.deepcopy(MACHINE)
    end(ended["States"])
    assert "End → Next Done" in [change.sentence for change in structure_of(ended, MACHINE).changes]


def test_a_removed_state_stands_where_it_stood() -> None:
    def edit(states: dict[str, Any]) -> None:
        del states["Hold"]
        states["Decide"]["Choices"][0]["Next"] = "Done"

    assert said(edit) == [
        'Decide: rule $.charged.status = "OK" leads to Done instead of Hold',
        "Hold: gone; it was a Wait that waits 60 s, after Decide, then Done",
    ]


def test_a_renamed_state_is_one_neutral_change_and_its_transitions_are_none() -> None:
    def edit(states: dict[str, Any]) -> None:
        states["Reject"] = states.pop("Refuse")
        states["Charge"]["Catch"][0]["Next"] = states["Decide"]["Default"] = "Reject"
        states["Decide"]["Choices"][1]["Next"] = states["Decide"]["Choices"][2]["Next"] = "Reject"

    found = changed(edit)
    assert [(change.kind, change.neutral, line(change)) for change in found.changes] == [(ChangeKind.STATE_RENAMED, True, "Reject: was Refuse")]
    assert found.renamed == {"Refuse": "Reject"}


def test_a_transition_to_a_state_that_is_gone_leads_nowhere() -> None:
    found = changed(lambda states: states.pop("Hold"))
    sentence = 'Decide: rule $.charged.status = "OK": Hold leads nowhere: there is no such state any more'
    assert sentence in map(line, found.changes)
    assert [line(change) for change in found.changes if change.state is None] == ["machine: Done can no longer be reached"]


def test_a_change_where_no_execution_gets_is_neutral_and_says_so() -> None:
    old = copy.deepcopy(MACHINE)
    old["States"]["Lost"] = {"Type": "Wait", "Seconds": 1, "End": True}
    new = copy.deepcopy(old)
    new["States"]["Lost"]["Seconds"] = 2
    assert [(change.neutral, line(change)) for change in structure_of(old, new).changes] == [(True, "Lost: waits 1 s → 2 s; no execution gets here")]


def test_a_state_that_is_moved_into_a_map_says_from_where() -> None:
    inner = {"Type": "Task", "Resource": f"{LAMBDA}pay", "End": True}
    old = {"StartAt": "Pay", "States": {"Pay": inner}}
    new = {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": {"StartAt": "Pay", "States": {"Pay": inner}}, "End": True}}}
    assert [line(change) for change in structure_of(old, new).changes] == [
        "machine: StartAt Pay → Each",
        "Each: new Map, with Pay inside, at the start",
        "Each/Pay: moved from the machine to Each",
    ]


def test_a_state_of_another_type_is_told_once() -> None:
    assert said(lambda states: states.update(Hold={"Type": "Pass", "Next": "Done"})) == ["Hold: Wait that waits 60 s → Pass"]


# --------------------------------------------------------------------------------------------------------- branches


def fan(*names: str) -> dict[str, Any]:
    def branch(name: str) -> dict[str, Any]:
        return {"StartAt": name, "States": {name: {"Type": "Task", "Resource": f"{LAMBDA}{name}", "End": True}}}

    return {"Type": "Parallel", "Branches": list(map(branch, names))}


def test_an_inserted_branch_moves_the_others_in_the_result() -> None:
    assert between(fan("a", "b"), fan("n", "a", "b")) == [
        "2 branches → 3: the result is an array of 3",
        "branch 0 is new: n",
        "branch 0 is branch 1 now, and so stands its result",
        "branch 1 is branch 2 now, and so stands its result",
    ]


def test_a_change_inside_a_branch_names_the_way_to_it() -> None:
    old, new = fan("a", "b"), fan("a", "b")
    new["Branches"][1]["States"]["b"]["TimeoutSeconds"] = 5
    assert [line(change) for change in one_state(old, new).changes] == ["S[1]/b: times out after 5 s now: TimeoutSeconds is new"]


# ------------------------------------------------------------------------------------------------------ transitions


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda states: states["Hold"].update(Next="Refuse"), "Hold: Next Done → Refuse"),
        (lambda states: (states["Hold"].pop("Next"), states["Hold"].update(End=True)), "Hold: Next Done → End"),
        (lambda states: states["Decide"].update(Default="Hold"), "Decide: Default Refuse → Hold"),
        (lambda states: states["Decide"].pop("Default"), "Decide: Default Refuse → none (States.NoChoiceMatched)"),
    ],
)
def test_a_transition_that_leads_elsewhere_names_both_targets(edit: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert sentence in said(edit)


def test_another_start_is_told_of_the_machine() -> None:
    found = structure_of(MACHINE, MACHINE | {"StartAt": "Decide"}).changes
    assert line(found[0]) == "machine: StartAt Charge → Decide"
    assert found[0].kind == ChangeKind.START


# ------------------------------------------------------------------------------------------------------------ rules


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [
        (
            lambda rules: rules.append({"Variable": "$.order.vip", "IsPresent": True, "Next": "Hold"}),
            ["new rule $.order.vip is present → Hold"],
        ),
        (
            lambda rules: rules.insert(0, {"Variable": "$.order.vip", "BooleanEquals": True, "Next": "Hold"}),
            ['new rule $.order.vip = true → Hold, before $.charged.status = "OK" → Hold and 2 more'],
        ),
        (lambda rules: rules.pop(2), ["rule $.order.total > 100 → Refuse is gone"]),
        (lambda rules: rules[2].update(NumericGreaterThan=50), ["rule to Refuse: $.order.total > 100 → $.order.total > 50"]),
        (lambda rules: rules[0].update(Next="Done"), ['rule $.charged.status = "OK" leads to Done instead of Hold']),
        (lambda rules: rules.insert(0, rules.pop(1)), []),
        (
            lambda rules: rules.insert(0, rules.pop(2)),
            ['rule $.order.total > 100 → Refuse is tested before $.charged.status = "OK" → Hold now'],
        ),
    ],
)
def test_rules_are_compared_by_what_they_test(edit: Callable[[list[Any]], object], sentences: list[str]) -> None:
    found = said(lambda states: edit(states["Decide"]["Choices"]))
    assert [sentence.removeprefix("Decide: ") for sentence in found if sentence.startswith("Decide")] == sentences


def test_rules_that_are_never_both_true_may_change_places() -> None:
    found = changed(lambda states: states["Decide"]["Choices"].insert(0, states["Decide"]["Choices"].pop(1))).changes
    assert [(change.kind, change.neutral) for change in found] == [(ChangeKind.RULE, True)]


# ----------------------------------------------------------------------------------------------------------- errors


def test_more_attempts_tell_how_long_the_worst_wait_becomes() -> None:
    assert said(lambda states: states["Charge"]["Retry"][0].update(MaxAttempts=6)) == ["Charge: Retrier Card.Busy: MaxAttempts 3→6: worst wait 7 s → 63 s"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ({"MaxAttempts": 3}, {"MaxAttempts": 5}, "MaxAttempts 3→5: worst wait 7 s → 31 s"),
        ({"MaxAttempts": 0}, {}, "MaxAttempts 0→3: now retries, worst wait 7 s"),
        ({}, {"MaxAttempts": 0}, "MaxAttempts 3→0: no longer retries; it did up to 3 times, worst wait 7 s"),
        ({}, {"IntervalSeconds": 2, "BackoffRate": 1}, "IntervalSeconds 1→2, BackoffRate 2→1: worst wait 7 s → 6 s"),
        ({"MaxAttempts": 10}, {"MaxAttempts": 10, "MaxDelaySeconds": 8}, "MaxDelaySeconds none→8: worst wait 17 min 3 s → 63 s"),
        ({}, {"JitterStrategy": "FULL"}, "JitterStrategy NONE→FULL: worst wait 7 s → 7 s less jitter"),
        ({}, {"MaxAttempts": 90}, "MaxAttempts 3→90: worst wait 7 s → more than a year"),
        ({"MaxAttempts": "many"}, {"MaxAttempts": 1}, "MaxAttempts many→1: worst wait unknown → 1 s"),
    ],
)
def test_the_worst_wait_is_computed_with_the_defaults(old: dict[str, Any], new: dict[str, Any], sentence: str) -> None:
    one, other = ({"Type": "Task", "Retry": [{"ErrorEquals": ["States.ALL"], **fields}]} for fields in (old, new))
    assert between(one, other) == [sentence]


def test_waits_that_cannot_be_computed_are_never_neutral() -> None:
    one, other = ({"Type": "Task", "Retry": [{"ErrorEquals": ["A"], "BackoffRate": rate}]} for rate in (-2, -1))
    assert [change.neutral for change in one_state(one, other).changes] == [False]


def test_a_cap_that_no_wait_reaches_is_neutral() -> None:
    one, other = ({"Type": "Task", "Retry": [{"ErrorEquals": ["A"], **fields}]} for fields in ({}, {"MaxDelaySeconds": 4}))
    assert [change.neutral for change in one_state(one, other).changes] == [True]


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [
        (lambda retry: retry.pop(1), ["no longer retries States.ALL: it did up to 2 times, worst wait 6 s"]),
        (lambda retry: retry.pop(0), ["no longer retries Card.Busy: it did up to 3 times, worst wait 7 s; Retrier States.ALL takes it now"]),
        (lambda retry: retry[0]["ErrorEquals"].append("Card.Slow"), ["Retrier: also for Card.Slow now"]),
        (lambda retry: retry[0].update(ErrorEquals=["Card.Slow"]), ["Retrier: for Card.Slow instead of Card.Busy"]),
        (lambda retry: retry[1].update(ErrorEquals=["States.Timeout"]), ["Retrier: only for States.Timeout now, no longer for States.ALL"]),
        (lambda retry: retry.reverse(), ["Retrier States.ALL is asked before Retrier Card.Busy now"]),
        (lambda retry: retry.insert(0, {"ErrorEquals": ["X"], "MaxAttempts": 0}), ["never retries X"]),
    ],
)
def test_retriers_are_compared_by_their_errors(edit: Callable[[list[Any]], object], sentences: list[str]) -> None:
    assert said(lambda states: edit(states["Charge"]["Retry"])) == [f"Charge: {sentence}" for sentence in sentences]


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [
        (lambda catch: catch[0].update(Next="Hold"), ["Catch Card.Declined leads to Hold instead of Refuse"]),
        (lambda catch: catch[0].update(ResultPath=None), ["Catch Card.Declined: the error is no longer kept: ResultPath $.error → null"]),
        (
            lambda catch: catch.append({"ErrorEquals": ["States.ALL"], "Next": "Refuse", "ResultPath": None}),
            ["catches States.ALL, leads to Refuse without the error"],
        ),
        (lambda catch: catch.clear(), ["no longer catches Card.Declined (led to Refuse)"]),
        (lambda catch: catch[0]["ErrorEquals"].append("Card.Lost"), ["Catcher to Refuse: also for Card.Lost now"]),
    ],
)
def test_catchers_are_compared_by_their_errors(edit: Callable[[list[Any]], object], sentences: list[str]) -> None:
    assert said(lambda states: edit(states["Charge"]["Catch"])) == [f"Charge: {sentence}" for sentence in sentences]


def test_catchers_no_error_matches_both_of_may_change_places() -> None:
    catchers = [{"ErrorEquals": [name], "Next": "S"} for name in "AB"]
    found = one_state({"Type": "Task", "Catch": catchers}, {"Type": "Task", "Catch": catchers[::-1]}).changes
    assert [(change.kind, change.neutral) for change in found] == [(ChangeKind.CATCHER, True)]


# ------------------------------------------------------------------------------------------------- time and resource


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ({"TimeoutSeconds": 30}, {"TimeoutSeconds": 300}, "TimeoutSeconds 30 s → 5 min"),
        ({}, {"TimeoutSeconds": 30}, "times out after 30 s now: TimeoutSeconds is new"),
        ({"HeartbeatSeconds": 30}, {}, "needs no heartbeat: HeartbeatSeconds 30 s is gone"),
        ({"TimeoutSeconds": 30}, {"TimeoutSecondsPath": "$.t"}, "TimeoutSeconds 30 s → $.t"),
        ({"Seconds": 60}, {"Seconds": 3600}, "waits 60 s → 1 h"),
        ({"Seconds": 60}, {"TimestampPath": "$.at"}, "waits 60 s → until $.at"),
        ({"Resource": f"{LAMBDA}a"}, {"Resource": f"{LAMBDA}b"}, "calls the function b instead of the function a"),
        (
            {"Resource": "arn:aws:states:::dynamodb:putItem"},
            {"Resource": "arn:aws:states:::dynamodb:updateItem"},
            "calls dynamodb:updateItem instead of dynamodb:putItem",
        ),
        (
            {"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"},
            {"Resource": "arn:aws:states:::sqs:sendMessage"},
            "sqs:sendMessage no longer waits for the task token: Resource .waitForTaskToken → without pattern",
        ),
        ({"Resource": "${Pay}"}, {"Resource": "${Charge}"}, "calls ${Charge} instead of ${Pay}"),
    ],
)
def test_time_and_resources_are_told_in_their_units(old: dict[str, Any], new: dict[str, Any], sentence: str) -> None:
    assert between({"Type": "Task", **old}, {"Type": "Task", **new}) == [sentence]


def test_the_machines_timeout_is_told_of_the_machine() -> None:
    assert [line(change) for change in structure_of(MACHINE, MACHINE | {"TimeoutSeconds": 60}).changes] == [
        "machine: times out after 60 s now: TimeoutSeconds is new"
    ]


# ------------------------------------------------------------------------------------------------------------- data


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [
        (lambda parameters: parameters.update({"id.$": "$.id"}), ["Parameters.id: $.order.id → $.id"]),
        (lambda parameters: parameters.update({"mode": "cash"}), ['Parameters.mode: "card" → "cash"']),
        (lambda parameters: parameters.update({"new": 1}), ["Parameters.new is new: 1"]),
        (lambda parameters: parameters.pop("mode"), ['Parameters.mode is gone: it was "card"']),
        (lambda parameters: (parameters.pop("mode"), parameters.update({"mode.$": "$.mode"})), ['Parameters.mode: "card" → $.mode']),
        (lambda parameters: parameters["lines"].insert(0, {"n": 0}), ['Parameters.lines[0] is new: {"n":0}']),
        (lambda parameters: parameters["lines"][0].update(n=2), ["Parameters.lines[0].n: 1 → 2"]),
    ],
)
def test_templates_are_compared_member_by_member(edit: Callable[[dict[str, Any]], object], sentences: list[str]) -> None:
    assert said(lambda states: edit(states["Charge"]["Parameters"])) == [f"Charge: {sentence}" for sentence in sentences]


def test_a_member_is_pointed_at_on_both_sides() -> None:
    (change,) = changed(lambda states: states["Charge"]["Parameters"].update({"id.$": "$.id"})).changes
    assert (change.old, change.new) == ("/States/Charge/Parameters/id.$",) * 2
    assert (change.before, change.after) == ("$.order.id", "$.id")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ({"ResultPath": "$.x"}, {"ResultPath": None}, "the result is no longer kept: ResultPath $.x → null"),
        ({"ResultPath": None}, {"ResultPath": "$.x"}, "the result is now kept at $.x: ResultPath null → $.x"),
        ({"ResultPath": "$.x"}, {}, "the result replaces the whole input: ResultPath $.x → $"),
        ({}, {"ResultPath": "$.x"}, "the result is kept at $.x and no longer replaces the input: ResultPath $ → $.x"),
        ({}, {"InputPath": "$.a"}, "sees only $.a of its input: InputPath $ → $.a"),
        ({"OutputPath": "$.a"}, {"OutputPath": None}, "passes on {} only: OutputPath $.a → null"),
    ],
)
def test_paths_are_told_by_what_they_do(old: dict[str, Any], new: dict[str, Any], sentence: str) -> None:
    assert between({"Type": "Pass", **old}, {"Type": "Pass", **new}) == [sentence]


def test_of_two_long_texts_the_difference_is_shown() -> None:
    start = "SET #status = :status, " * 10
    (sentence,) = between({"Type": "Pass", "Result": f"{start}a"}, {"Type": "Pass", "Result": f"{start}b"})
    assert sentence == 'Result: …SET #status = :status, a" → …SET #status = :status, b"'


def test_a_field_no_state_of_the_type_has_is_said_to_be_none() -> None:
    (sentence,) = between({"Type": "Fail"}, {"Type": "Fail", "Error.$": "$.e"})
    assert sentence == 'Error.$ (no field of a Fail state): nothing → "$.e"'


# --------------------------------------------------------------------------------------------------- broken and big


@pytest.mark.parametrize("broken", [None, 3, [], {}, {"States": {"A": {"Type": [], "Next": 3, "Retry": {}, "Choices": [None], "Catch": [{}]}}}])
def test_a_broken_definition_is_compared_as_far_as_it_goes(broken: Any) -> None:
    assert structure_of(broken, broken).changes == ()
    assert structure_of(MACHINE, broken).changes != ()
    assert structure_of(broken, MACHINE).changes != ()


def test_a_deeply_nested_definition_is_compared() -> None:
    def nested(seconds: int) -> dict[str, Any]:
        owner: dict[str, Any] = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": True}}}
        for level in range(150):
            owner = {"StartAt": f"M{level}", "States": {f"M{level}": {"Type": "Map", "ItemProcessor": owner, "End": True}}}
        return owner

    assert [change.sentence for change in structure_of(nested(1), nested(2)).changes] == ["waits 1 s → 2 s"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (63, "63 s"), (120, "120 s"), (1.5, "1.5 s"), (303, "5 min 3 s"), (3600, "1 h"), (90061, "1 d 1 h"), (float("inf"), "inf s")],
)
def test_lengths_of_time_are_written_in_their_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert [listed("ab"), listed("abcde"), listed("abcdefg")] == ["a and b", "a, b, c, d and e", "a, b, c, d and 3 more"]
