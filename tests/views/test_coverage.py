"""Coverage: what is possible, what was taken, and how what is missing is told."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asl_engine as asl
from asl_engine.harness.recordings import recording_of
from asl_engine.render.document import history_text
from asl_engine.views.coverage import Coverage, CoverageError
from asl_engine.views.coverage_goals import Kind

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
DONE = {"Type": "Succeed"}


def task(**fields):
    return {"Type": "Task", "Resource": FUNCTION, **({} if "Next" in fields else {"End": True}), **fields}


def machine(start, **states):
    return asl.loads(json.dumps({"StartAt": start, "States": states}, indent=1))


def run(program, input=None, tasks=None):
    return asl.run(program, {} if input is None else input, tasks=tasks or (lambda call: {}))


def failing(*errors):
    """The first calls fail so; all later ones succeed."""
    waiting = list(errors)
    return lambda call: asl.Failed(waiting.pop(0)) if waiting else {}


def gaps(program, *executions):
    return [gap.sentence for gap in asl.coverage(program, executions).gaps]


def reached(program, *executions):
    measured = asl.coverage(program, executions).definitions[0]
    return {goal.key for goal in measured.goals if goal.key in measured.counts}


def possible(program):
    return {goal.key for goal in asl.coverage(program, []).definitions[0].goals}


# ---------------------------------------------------------------------------------------------- states and transitions


def test_a_run_that_does_everything_leaves_no_gap():
    program = machine("A", A={"Type": "Pass", "Next": "B"}, B=DONE)
    found = asl.coverage(program, run(program))
    assert (found.percent, found.gaps) == (100, ())


def test_of_a_machine_nobody_ran_only_the_first_state_is_told():
    program = machine("A", A={"Type": "Pass", "Next": "B"}, B=DONE)
    found = asl.coverage(program, [])
    assert [gap.sentence for gap in found.gaps] == ["A was never entered"]
    assert {goal.key for goal in found.gaps[0].consequences} == {"state /States/B", "next /States/A -> /States/B"}


def test_a_state_that_never_completes_is_a_transition_never_taken():
    program = machine("A", A=task(Next="B"), B=DONE)
    assert gaps(program, run(program, tasks=failing("Boom"))) == ["A never went on to B: no run completes A"]


def test_a_gap_has_the_place_in_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.asl.json").write_text('{"StartAt": "A",\n "States": {\n  "A": {"Type": "Succeed"}}}')
    assert asl.coverage(asl.load("a.asl.json"), []).gaps[0].location == "a.asl.json:3:3"


def test_a_definition_without_text_has_no_lines():
    program = asl.load({"StartAt": "A", "States": {"A": DONE}})
    assert asl.coverage(program, []).gaps[0].location == "<definition>"


# ------------------------------------------------------------------------------------------------------------- Choice


def choice(*rules, default="Done"):
    states = {"Pick": {"Type": "Choice", "Choices": [{**rule, "Next": "Other"} for rule in rules], "Default": default}, "Other": DONE, "Done": DONE}
    return machine("Pick", **states)


BIG = {"Variable": "$.n", "NumericGreaterThan": 10}
EVEN = {"Variable": "$.even", "BooleanEquals": True}


def test_a_rule_is_to_be_true_and_false():
    program = choice(BIG, EVEN)
    assert gaps(program, run(program, {"n": 11})) == [
        "Pick's rule 0 ($.n NumericGreaterThan 10) was never false: every run that comes to it is let through by it"
    ]
    assert gaps(program, run(program, {"n": 1, "even": False})) == [
        "Pick's rule 0 ($.n NumericGreaterThan 10) was never true: no run goes on to Other by it",
        "Pick's rule 1 ($.even BooleanEquals true) was never true: no run goes on to Other by it",
    ]


def test_a_default_that_is_never_taken_says_so_once():
    program = choice(BIG, EVEN)
    found = gaps(program, run(program, {"n": 11}), run(program, {"n": 1, "even": True}))
    assert found == ["Pick never fell to its Default (→ Done): in every run one of its rules is true"]


@pytest.mark.parametrize("operator", ["And", "Or"])
def test_each_test_inside_a_rule_is_to_be_true_and_false(operator):
    program = choice({operator: [BIG, EVEN]})
    inputs = [{"n": n, "even": even} for n in (1, 11) for even in (True, False)]
    assert asl.coverage(program, [run(program, each) for each in inputs]).of_kind(Kind.CONDITION) == (4, 4)


def test_a_test_that_was_always_decided_before_was_not_looked_at():
    program = choice({"And": [BIG, {"Not": EVEN}]})
    found = gaps(program, run(program, {"n": 1}))
    assert "$.even BooleanEquals true was never looked at in Pick's rule 0: the tests before it always decide" in found
    assert "$.n NumericGreaterThan 10 was never true in Pick's rule 0" in found


def test_one_test_alone_is_its_rule():
    assert asl.coverage(choice({"Not": BIG}), []).of_kind(Kind.CONDITION) == (0, 0)


def test_tests_see_variables_and_the_context():
    tests = [{"Variable": "$limit", "NumericLessThan": 3}, {"Variable": "$$.Execution.Input.n", "NumericEquals": 7}]
    pick = {"Type": "Choice", "Choices": [{"And": tests, "Next": "Done"}], "Default": "Done"}
    program = machine("Set", Set={"Type": "Pass", "Assign": {"limit": 2}, "Result": {}, "Next": "Pick"}, Pick=pick, Done=DONE)
    found = reached(program, run(program, {"n": 7}))
    assert {"true /States/Pick/Choices/0/And/0", "true /States/Pick/Choices/0/And/1"} <= found


def test_tests_are_not_counted_where_the_history_says_otherwise():
    """A Context object a run was given is not in its history."""
    program = choice({"And": [BIG, {"Variable": "$$.Made.Up", "BooleanEquals": True}]})
    execution = asl.run(program, {"n": 11}, context={"Made": {"Up": True}})
    found = asl.coverage(program, execution)
    assert found.of_kind(Kind.CONDITION)[0] == 0
    assert found.of_kind(Kind.RULE) == (1, 2)


def test_a_choice_in_which_nothing_matched_looked_at_its_rules():
    program = asl.loads(json.dumps({"StartAt": "Pick", "States": {"Pick": {"Type": "Choice", "Choices": [{**BIG, "Next": "Done"}]}, "Done": DONE}}))
    assert "false /States/Pick/Choices/0" in reached(program, run(program, {"n": 1}))


def test_a_jsonata_rule_is_to_be_true_and_false():
    pick = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Next": "Done"}], "Default": "Done"}
    program = machine("Pick", Pick=pick, Done=DONE)
    assert gaps(program, run(program, {"n": 1})) == ["Pick's rule 0 ($states.input.n > 1) was never true: no run goes on to Done by it"]


def test_what_stands_behind_a_rule_that_is_always_true_is_not_possible():
    pick = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{"Condition": "{% true %}", "Next": "A"}, {"Condition": "{% $x %}", "Next": "B"}]}
    program = machine("Pick", Pick={**pick, "Default": "B"}, A=DONE, B=DONE)
    assert possible(program) == {"state /States/Pick", "state /States/A", "next /States/Pick -> /States/A", "true /States/Pick/Choices/0"}


def test_a_rule_that_repeats_an_earlier_one_is_never_true():
    assert "true /States/Pick/Choices/1" not in possible(choice(BIG, BIG))


# ------------------------------------------------------------------------------------------------------------- errors

RETRIED = {"Retry": [{"ErrorEquals": ["Slow"], "MaxAttempts": 2}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]}


def test_a_retrier_fires_and_is_used_up():
    program = machine("A", A=task(Next="Done", **RETRIED), Done=DONE)
    assert 'A never used up Retry 0 ("Slow"): no run makes it fail with that error 3 times in one visit' in gaps(
        program, run(program, tasks=failing("Slow", "Slow"))
    )
    assert {"retried /States/A/Retry/0", "exhausted /States/A/Retry/0", "caught /States/A/Catch/0"} <= reached(
        program, run(program, tasks=failing(*["Slow"] * 3))
    )


def test_another_error_after_the_retries_does_not_use_them_up():
    program = machine("A", A=task(Next="Done", **RETRIED), Done=DONE)
    assert "exhausted /States/A/Retry/0" not in reached(program, run(program, tasks=failing("Slow", "Slow", "Boom")))


def test_a_retrier_is_used_up_by_a_failure_nobody_catches():
    program = machine("A", A=task(Retry=RETRIED["Retry"]))
    assert "exhausted /States/A/Retry/0" in reached(program, run(program, tasks=failing(*["Slow"] * 3)))


def test_a_retrier_of_a_parallel_is_used_up_by_what_fails_inside():
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Slow"}}}
    program = machine("P", P={"Type": "Parallel", "Branches": [branch], "Next": "Done", **RETRIED}, Done=DONE)
    assert {"exhausted /States/P/Retry/0", "fails /States/P/Branches/0"} <= reached(program, run(program))


def test_a_retrier_without_attempts_is_met_or_not():
    program = machine("A", A=task(Retry=[{"ErrorEquals": ["No"], "MaxAttempts": 0}]))
    assert gaps(program, run(program)) == ['A never met Retry 0 ("No"), which does not retry (MaxAttempts is 0): no run makes it fail with that error']
    assert "exhausted /States/A/Retry/0" in reached(program, run(program, tasks=failing("No")))


def test_a_catcher_behind_one_that_takes_its_errors_is_not_possible():
    catch = [{"ErrorEquals": ["X", "Y"], "Next": "Done"}, {"ErrorEquals": ["Y"], "Next": "Done"}, {"ErrorEquals": ["States.ALL"], "Next": "Done"}]
    found = possible(machine("A", A=task(Next="Done", Catch=catch), Done=DONE))
    assert {"caught /States/A/Catch/0", "caught /States/A/Catch/2"} <= found
    assert "caught /States/A/Catch/1" not in found


def test_a_catcher_is_told_with_its_error():
    program = machine("A", A=task(Next="Done", Catch=[{"ErrorEquals": ["Card.Declined"], "Next": "Done"}]), Done=DONE)
    assert gaps(program, run(program)) == ['A was never caught by Catch 0 ("Card.Declined"): no run makes it fail with that error']


def test_timeouts_and_heartbeats_are_told_apart():
    program = machine("A", A=task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={"a": 1}, TimeoutSeconds=60, HeartbeatSeconds=10))
    silent = run(program, tasks=lambda call: asl.Unanswered())
    assert "A never timed out (TimeoutSeconds 60): no run lets it wait that long" in gaps(program, silent)
    beats = tuple(timedelta(seconds=each) for each in range(5, 65, 5))
    beating = run(program, tasks=lambda call: asl.Unanswered(heartbeats=beats))
    assert "A never missed a heartbeat (HeartbeatSeconds 10): no run lets it be silent that long" in gaps(program, beating)
    assert asl.coverage(program, [silent, beating]).of_kind(Kind.TIMEOUT) == (2, 2)


def test_a_machine_that_declares_a_timeout_is_to_time_out():
    program = asl.loads(json.dumps({"StartAt": "W", "TimeoutSeconds": 5, "States": {"W": {"Type": "Wait", "SecondsPath": "$.s", "End": True}}}))
    assert gaps(program, run(program, {"s": 1})) == ["The machine never timed out (TimeoutSeconds 5): no run takes that long"]
    assert asl.coverage(program, [run(program, {"s": 1}), run(program, {"s": 9})]).percent == 100


# --------------------------------------------------------------------------------------------------------- containers


def each_item(**fields):
    processor = {"StartAt": "Do", "States": {"Do": task()}}
    return machine("M", M={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True, **fields})


@pytest.mark.parametrize(("items", "key"), [([], "zero"), ([1], "one"), ([1, 2], "many")])
def test_a_map_runs_on_no_one_and_many_items(items, key):
    program = each_item()
    assert {found.split()[0] for found in reached(program, run(program, {"items": items}))} & {"zero", "one", "many"} == {key}


def test_an_item_fails():
    program = each_item()
    assert "failing /States/M" in reached(program, run(program, {"items": [1, 2]}, failing("Boom")))
    assert "failing /States/M" not in reached(program, run(program, {"items": [1, 2]}))


def test_an_item_that_ends_the_execution_fails_too():
    """States.Runtime leaves no MapIterationFailed."""
    processor = {"StartAt": "Do", "States": {"Do": task(Parameters={"a.$": "$.missing"})}}
    program = machine("M", M={"Type": "Map", "ItemProcessor": processor, "End": True})
    assert "failing /States/M" in reached(program, run(program, [{}]))


def test_children_of_a_distributed_map_count():
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Do", "States": {"Do": task()}}
    program = machine("M", M={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True})
    found = reached(program, run(program, {"items": [1, 2]}, failing("Boom")))
    assert {"state /States/M/ItemProcessor/States/Do", "failing /States/M"} <= found


def test_the_branch_that_fails_first_is_told():
    branches = [{"StartAt": name, "States": {name: task()}} for name in ("Left", "Right")]
    program = machine("P", P={"Type": "Parallel", "Branches": branches, "End": True})
    execution = run(program, tasks=lambda call: asl.Failed("Boom") if call.state_name == "Right" else {})
    assert {found for found in reached(program, execution) if found.startswith("fails")} == {"fails /States/P/Branches/1"}
    assert "Branch 0 of P (from Left) was never the first to fail" in gaps(program, execution)


def test_a_branch_that_cannot_fail_is_not_asked_to():
    branch = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
    assert not {key for key in possible(machine("P", P={"Type": "Parallel", "Branches": [branch], "End": True})) if key.startswith("fails")}


def test_names_with_brackets_and_slashes_are_found_inside():
    inner = {"StartAt": "x[0]/y", "States": {"x[0]/y": task()}}
    program = machine("a/b[1]", **{"a/b[1]": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner, "End": True}})
    assert any(key.endswith("x[0]~1y") and key.startswith("state") for key in reached(program, run(program, {"items": [1]})))


# --------------------------------------------------------------------------------------------------- saved and merged


def test_a_saved_history_counts_as_the_execution_did():
    program = each_item()
    execution = run(program, {"items": [1, 2]}, failing("Boom"))
    assert asl.coverage(program, asl.History.from_json(execution.history.to_json())) == asl.coverage(program, execution)


def test_a_history_of_another_revision_counts_as_far_as_it_is_the_same():
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Do", "States": {"Do": task()}}
    programs = [
        machine("M", M={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "End": True}),
        machine("M", M={"Type": "Parallel", "Branches": [{"StartAt": "Do", "States": {"Do": {"Type": "Fail"}}}], "End": True}),
        machine("M", M=task(**RETRIED, Next="Done"), Done=DONE),
        each_item(),
    ]
    executions = [run(program, {"items": [1, 2]}, failing(*errors)) for program in programs for errors in ([], ["Boom"], ["Slow"] * 3)]
    for program in programs:
        for execution in executions:
            assert "state /States/M" in reached(program, execution)


def test_a_history_that_breaks_off_counts_to_there():
    program = each_item(Retry=RETRIED["Retry"])
    history = run(program, {"items": [1, 2]}, failing("Slow", "Boom")).history
    seen = set()
    for end in range(1, len(history) + 1):
        now = reached(program, asl.History(history.records[:end], history.identity))
        assert seen <= now
        seen = now


def from_aws(program, execution):
    return recording_of(json.loads(history_text(execution)), program)[1]


@pytest.mark.parametrize("errors", [[], ["Slow"], ["Slow"] * 3, ["Slow", "Boom"], ["Boom"]])
def test_a_history_of_aws_counts_though_it_does_not_name_retriers_and_catchers(errors):
    for program in (machine("A", A=task(Next="Done", **RETRIED), Done=DONE), each_item(Retry=RETRIED["Retry"])):
        execution = run(program, {"items": [1, 2]}, failing(*errors))
        assert asl.coverage(program, from_aws(program, execution)) == asl.coverage(program, execution)


@pytest.mark.parametrize("input", [{"n": 1, "even": True}, {"n": 11}, {"n": 1, "even": False}])
def test_a_history_of_aws_counts_though_it_does_not_name_rules(input):
    program = choice(BIG, EVEN)
    execution = run(program, input)
    assert asl.coverage(program, from_aws(program, execution)) == asl.coverage(program, execution)


def test_coverage_is_read_as_it_was_written():
    program = choice(BIG)
    found = asl.coverage(program, run(program, {"n": 11}))
    assert Coverage.from_json(found.to_json()) == found


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": 2}', '{"format_version": 1, "definitions": [{"file": 1}]}', "[" * 100_000])
def test_what_is_no_coverage_is_refused(text):
    with pytest.raises(CoverageError):
        Coverage.from_json(text)


def test_a_changed_definition_is_another():
    one, other = machine("A", A=DONE), machine("B", B=DONE)
    assert len(asl.coverage(one, []).merge(asl.coverage(other, [])).definitions) == 2


PROGRAMS = [choice(BIG, {"Or": [EVEN, {"Not": BIG}]}), each_item(Retry=RETRIED["Retry"])]


@st.composite
def coverages(draw):
    program = draw(st.sampled_from(PROGRAMS))
    given_ = {"n": draw(st.sampled_from([1, 11])), "even": draw(st.booleans()), "items": draw(st.sampled_from([[], [1], [1, 2]]))}
    return asl.coverage(program, [run(program, given_, failing(*draw(st.lists(st.sampled_from(["Slow", "Boom"]), max_size=4))))])


def done(coverage):
    return {(measured.file, measured.digest, key) for measured in coverage.definitions for key in measured.counts}


@settings(max_examples=60, deadline=None)
@given(coverages(), coverages(), coverages())
def test_merging_is_associative_and_loses_nothing(one, other, third):
    assert one.merge(other).merge(third) == one.merge(other.merge(third))
    assert done(one.merge(other)) == done(one) | done(other) == done(other.merge(one))
    assert Coverage().merge(one) == one == one.merge(Coverage())
