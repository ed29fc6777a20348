"""Inputs and outcomes made of a definition: what they hold, how they shrink, and that they find what fails."""

import json
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.scenario_files import load_scenarios
from asl_engine.strategies import UNNAMED, Outcomes, inputs, outcomes

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
ORDER = {
    "StartAt": "Size",
    "States": {
        "Size": {"Type": "Choice", "Choices": [{"Variable": "$.amount", "NumericGreaterThan": 1000, "Next": "Review"}], "Default": "Charge"},
        "Review": {
            "Type": "Task",
            "Resource": FUNCTION + "review",
            "TimeoutSeconds": 60,
            "ResultPath": "$.review",
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Refused"}],
            "Next": "Approved",
        },
        "Approved": {"Type": "Choice", "Choices": [{"Variable": "$.review.verdict", "StringEquals": "yes", "Next": "Charge"}], "Default": "Refused"},
        "Charge": {
            "Type": "Task",
            "Resource": FUNCTION + "charge",
            "Retry": [{"ErrorEquals": ["Card.Throttled"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Refused"}],
            "ResultPath": "$.charge",
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
        "Refused": {"Type": "Fail", "Error": "Order.Refused"},
    },
}
FOUND = settings(max_examples=2000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
program = asl.load(ORDER)


def machine(**states):
    return asl.load({"StartAt": next(iter(states)), "States": states})


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION + "f", **({} if "Next" in fields else {"End": True}), **fields}


def some(strategy, condition):
    """The simplest example that fulfils the condition; the search is the same every time."""
    return find(strategy, condition, settings=FOUND, random=Random(0))


# ---------------------------------------------------------------------------------------------------------- inputs


@given(inputs(program, flaws=0))
def test_inputs_have_what_is_read_and_values_on_both_sides_of_a_comparison(input):
    assert input["amount"] in (999, 1000, 1001)


def test_an_input_shrinks_to_the_first_constants():
    assert some(inputs(program), lambda input: True) == {"amount": 1000}


@pytest.mark.parametrize("wrong", [None, "text", True, [], {}])
def test_a_member_may_be_of_another_type(wrong):
    assert some(inputs(program), lambda input: input.get("amount", 0) == wrong and input["amount"] is not False) == {"amount": wrong}


def test_a_member_may_be_absent():
    assert some(inputs(program), lambda input: "amount" not in input) == {}


def test_nothing_is_asked_of_an_input_that_nobody_reads():
    assert some(inputs(machine(A={"Type": "Succeed"})), lambda input: True) == {}


def test_arrays_texts_and_instants_are_made_as_they_are_used():
    inner = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": True}}}
    fan = {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": inner, "ResultPath": None, "Next": "T"}
    text = {"Type": "Pass", "Parameters": {"n.$": "States.StringToJson($.raw)", "at.$": "$.at"}, "Next": "W"}
    strategy = inputs(machine(M=fan, T=text, W={"Type": "Wait", "TimestampPath": "$.at", "End": True}), flaws=0)
    assert some(strategy, lambda input: len(input["list"]) == 2) == {"at": "2026-01-01T00:00:00Z", "list": [{"id": "a"}, {"id": "a"}], "raw": '"a"'}


def test_well_formed_inputs_never_break_a_path():
    @settings(FOUND, max_examples=100)
    @given(inputs(program, flaws=0), outcomes(program, troubles=0))
    def never_breaks(input, answers):
        assert asl.run(program, input, tasks=answers).error in (None, "Order.Refused")

    never_breaks()


def test_a_program_is_asked_for():
    with pytest.raises(TypeError, match=r"strategies are made of a program, asl_engine\.load"):
        inputs("order.asl.json")
    with pytest.raises(TypeError):
        outcomes(ORDER)


# -------------------------------------------------------------------------------------------------------- outcomes


def test_outcomes_shrink_to_success():
    simplest = some(outcomes(program), lambda drawn: True)
    assert simplest.answers == {"Review": [{"return": {"verdict": "yes"}, "always": True}], "Charge": [{"return": {}, "always": True}]}


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("Charge", {"throw": {"error": "Card.Throttled"}}),
        ("Charge", {"throw": {"error": "Card.Throttled"}, "times": 3}),
        ("Charge", {"throw": {"error": "Card.Declined"}}),
        ("Charge", {"throw": {"error": UNNAMED}}),
        ("Charge", {"return": {}, "after": "1s"}),
        ("Review", {"never": True}),
        ("Review", {"return": {}}),
        ("Review", {"return": {"verdict": None}}),
    ],
)
def test_troubles_are_named_errors_once_or_until_the_retrier_gives_up_silence_delay_and_flaws(state, answer):
    assert some(outcomes(program), lambda drawn: drawn.answers[state][0] == answer).answers[state][:-1] == [answer]


def test_a_task_without_any_timeout_always_answers():
    @settings(FOUND, max_examples=200)
    @given(outcomes(program))
    def answers(drawn):
        assert {"never": True} not in drawn.answers["Charge"]

    answers()


def test_a_timeout_of_the_machine_bounds_every_task():
    bounded = asl.load({"StartAt": "A", "TimeoutSeconds": 9, "States": {"A": task()}})
    drawn = some(outcomes(bounded), lambda drawn: {"never": True} in drawn.answers["A"])
    assert asl.run(bounded, {}, tasks=drawn).status == "TIMED_OUT"


def test_a_missed_heartbeat_and_a_timeout_are_told_apart():
    catch = [{"ErrorEquals": [f"States.{name}"], "Next": name} for name in ("HeartbeatTimeout", "Timeout")]
    ends = {name: {"Type": "Succeed"} for name in ("HeartbeatTimeout", "Timeout")}
    activity = task(Resource="arn:aws:states:us-east-1:123456789012:activity:a", TimeoutSeconds=60, HeartbeatSeconds=5, Catch=catch)
    beating = machine(A=activity, **ends)
    for name in ends:
        some(outcomes(beating), lambda drawn, name=name: asl.run(beating, {}, tasks=drawn.fresh()).path[-1] == name)


def test_a_cause_that_is_parsed_is_told_as_json():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    caught = machine(
        A=task(Catch=catch), B={"Type": "Pass", "Parameters": {"c.$": "States.StringToJson($.Cause)"}, "OutputPath": "$.c.errorMessage", "End": True}
    )
    drawn = some(outcomes(caught), lambda drawn: "throw" in drawn.answers["A"][0])
    assert asl.run(caught, {}, tasks=drawn).output == "a"


def test_a_poller_hears_another_answer_in_time():
    """With one answer for ever it would run into the quota of events."""
    rules = [{"Variable": "$.status", "StringEquals": status, "Next": target} for status, target in (("RUNNING", "Wait"), ("DONE", "Done"))]
    poller = machine(
        Poll=task(Next="Look"),
        Look={"Type": "Choice", "Choices": rules, "Default": "Wait"},
        Wait={"Type": "Wait", "Seconds": 60, "Next": "Poll"},
        Done={"Type": "Succeed"},
    )

    @settings(FOUND, max_examples=50)
    @given(outcomes(poller, troubles=0))
    def ends(drawn):
        assert asl.run(poller, {}, tasks=drawn).status == "SUCCEEDED"

    ends()


def test_an_item_reader_is_given_what_the_items_must_have():
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}
    inner = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": task(Parameters={"x.$": "$.id"})}}
    reading = machine(M={"Type": "Map", "ItemReader": reader, "ItemProcessor": inner, "End": True})
    drawn = some(outcomes(reading, troubles=0), lambda drawn: len(drawn.answers["M"][0]["return"]["Body"]) == 2)
    execution = asl.run(reading, {}, tasks=drawn)
    assert [call.arguments for call in execution.calls("function:f")] == [{"x": "a"}, {"x": "a"}]


def test_the_same_outcomes_can_be_played_again():
    drawn = some(outcomes(program), lambda drawn: "throw" in drawn.answers["Charge"][0])
    first, second = (asl.run(program, {"amount": 1}, tasks=drawn.fresh()) for _ in range(2))
    assert first.history.to_json() == second.history.to_json()


# --------------------------------------------------------------------------------------------- finding and telling


def refuses_after_review(example):
    input, drawn = example
    execution = asl.run(program, input, tasks=drawn.fresh())
    return execution.error == "Order.Refused" and "Review" in execution.path


@pytest.mark.parametrize("seed", range(5))
def test_a_failing_run_is_found_in_far_fewer_than_two_hundred_examples(seed):
    """Here: an order that is big enough for a review, and refused after it."""
    tried = []

    def found(example):
        tried.append(example)
        return refuses_after_review(example)

    generate = settings(max_examples=200, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    find(st.tuples(inputs(program), outcomes(program)), found, settings=generate, random=Random(seed))
    assert len(tried) < 100


def exhausted():
    """The shrunk run in which a big, approved order is throttled until the Retrier gives up."""

    def wanted(example):
        execution = asl.run(program, example[0], tasks=example[1].fresh())
        return execution.error == "Card.Throttled" and "Review" in execution.path

    return some(st.tuples(inputs(program), outcomes(program)), wanted)


def test_a_found_run_shrinks_to_what_matters():
    input, drawn = exhausted()
    assert input == {"amount": 1001}
    assert drawn.answers["Review"] == [{"return": {"verdict": "yes"}, "always": True}]
    assert drawn.answers["Charge"][0] == {"throw": {"error": "Card.Throttled"}, "times": 3}


def test_a_found_run_is_told_as_a_scenario():
    input, drawn = exhausted()
    assert drawn.scenario(asl.run(program, input, tasks=drawn.fresh())) == (
        "- name: found by Hypothesis\n"
        "  input: {amount: 1001}\n"
        "  mocks:\n"
        "    Review:\n"
        '      - return: {verdict: "yes"}\n'
        "        always: true\n"
        "    Charge:\n"
        "      - throw: {error: Card.Throttled}\n"
        "        times: 3\n"
        "  expect:\n"
        "    status: FAILED\n"
        "    error: Card.Throttled\n"
        "    path: [Size, Review, Approved, Charge]"
    )


@settings(FOUND, max_examples=60)
@given(inputs(program), outcomes(program))
def test_every_example_can_be_pasted_into_a_scenario_file_and_passes_there(tmp_path_factory, input, answers):
    execution = asl.run(program, input, tasks=answers, seed=7)
    text = answers.scenario(execution)
    file = tmp_path_factory.mktemp("pasted") / "order.scenario.yaml"
    (file.parent / "order.asl.json").write_text(json.dumps(ORDER), encoding="utf-8")
    file.write_text("definition: order.asl.json\nscenarios:\n" + "\n".join(f"  {line}" for line in text.splitlines()) + "\n", encoding="utf-8")
    (scenario,) = load_scenarios(file)
    verdict = asl.play(scenario)
    assert verdict.passed, verdict.explanation()
    assert verdict.warnings == ()
    assert verdict.execution.history.to_json() == execution.history.to_json()


@given(outcomes(program))
def test_the_repr_makes_the_same_outcomes(drawn):
    assert eval(repr(drawn), {"Outcomes": Outcomes}).answers == drawn.answers
