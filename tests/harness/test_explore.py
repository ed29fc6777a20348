"""What exploration finds between two revisions, what it says of it, and where it stops."""

import pytest

import asl_engine as asl
from asl_engine.errors import LimitExceeded
from asl_engine.harness.executors import in_processes
from asl_engine.harness.explore import ExploreBounds, explored
from asl_engine.views.behaviour import Kind

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


def machine(start="Pay", **states):
    return asl.load({"StartAt": start, "States": states}, validate=False)


def task(name="pay", **fields):
    return {"Type": "Task", "Resource": FUNCTION + name, **({} if "Next" in fields else {"End": True}), **fields}


def catching(target, *errors, **fields):
    return {"Catch": [{"ErrorEquals": [*errors], "ResultPath": "$.error", "Next": target}], "ResultPath": "$.paid", **fields}


def retrying(attempts, **fields):
    return {"Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": attempts, **fields}]}


FAIL = {"Type": "Fail", "Error": "Order.Refused"}
POLL = {
    "Ask": task("ask", ResultPath="$.answer", Next="Done?"),
    "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
    "Good": {"Type": "Succeed"},
    "Bad": FAIL,
}


def polling(*rules, default="Rest"):
    choices = [{"Variable": "$.answer.status", "StringEquals": status, "Next": target} for status, target in rules]
    return machine("Ask", **POLL, **{"Done?": {"Type": "Choice", "Choices": choices, "Default": default}})


def names(exploration):
    return [witness.name for witness in exploration.witnesses]


# ------------------------------------------------------------------------------------------------------------ finding


def test_what_is_the_same_has_no_witness_and_was_explored_whole():
    program = machine(Pay=task(**catching("Tell", "Card.Declined")), Tell=task("tell"))
    exploration = explored(program, program)
    assert (exploration.witnesses, exploration.reached) == ((), ())
    assert exploration.runs > 3


def test_a_catcher_for_another_error_is_found_by_that_error():
    old = machine(Pay=task(**catching("Tell", "Card.Declined")), Tell=task("tell"))
    new = machine(Pay=task(**catching("Tell", "Card.Expired")), Tell=task("tell"))
    assert names(explored(old, new)) == ["Pay fails with Card.Declined", "Pay fails with Card.Expired"]


def test_a_retrier_with_more_attempts_is_found_by_a_failure_that_lasts():
    (witness,) = explored(machine(Pay=task(**retrying(2))), machine(Pay=task(**retrying(3)))).witnesses
    assert witness.name == "Pay fails with Busy"
    assert witness.comparison.first.kind in (Kind.RETRIES, Kind.DURATION)


def test_a_timeout_that_is_new_is_found_by_silence():
    (witness,) = explored(machine(Pay=task()), machine(Pay=task(TimeoutSeconds=30))).witnesses
    assert witness.name == "Pay never answers"
    assert (witness.old.trouble_code, witness.new.error) == ("ExecutionStalled", "States.Timeout")


def test_a_timeout_of_a_worker_that_reports_is_found():
    old = machine(Pay=task(TimeoutSeconds=100, HeartbeatSeconds=20))
    new = machine(Pay=task(HeartbeatSeconds=20))
    assert "Pay is alive and never answers" in names(explored(old, new))


def test_an_answer_another_rule_takes_is_found_from_the_constants_of_both():
    old = polling(("DONE", "Good"), ("FAILED", "Bad"))
    new = polling(("DONE", "Good"), ("FAILED", "Bad"), ("CANCELLED", "Bad"))
    (witness,) = explored(old, new).witnesses
    assert witness.name == "Ask answers status CANCELLED"


def test_a_poll_that_never_ends_is_told_with_the_verdict_of_aws():
    (witness,) = explored(polling(("DONE", "Good")), polling(("DONE", "Good"), ("FAILED", "Bad"))).witnesses
    assert witness.name == "Ask answers status FAILED"
    assert (witness.old.status, len(witness.old.history)) == ("FAILED", 25_000)
    assert (witness.new.error, witness.new.elapsed.total_seconds()) == ("Order.Refused", 0)


def test_a_poll_may_answer_otherwise_in_a_later_visit():
    rested = {"Ask": task("ask", ResultPath="$.answer", Next="Done?"), "Rest": {"Type": "Pass", "Result": True, "ResultPath": "$.rested", "Next": "Ask"}}
    rules = [{"Variable": "$.answer.status", "StringEquals": "DONE", "Next": "Good"}]
    failed = {"Variable": "$.answer.status", "StringEquals": "FAILED"}
    late = {"And": [failed, {"Variable": "$.rested", "IsPresent": True}], "Next": "Bad"}

    def poll(*more):
        return machine("Ask", **{**POLL, **rested}, **{"Done?": {"Type": "Choice", "Choices": [*rules, *more, {**failed, "Next": "Good"}], "Default": "Rest"}})

    (witness,) = explored(poll(), poll(late)).witnesses
    assert witness.troubles == ("Ask answers status other in the first visit", "Ask answers status FAILED from visit 2 on")


def test_a_failure_route_that_reads_an_answer_that_never_was_is_found():
    route = {"Pay": task(**catching("Tell", "States.ALL"), Next="Done"), "Done": {"Type": "Succeed"}}
    old = machine(**route, Tell=task("tell", Parameters={"why.$": "$.error.Error"}))
    new = machine(**route, Tell=task("tell", Parameters={"why.$": "$.paid.reason"}))
    (witness,) = explored(old, new).witnesses
    assert witness.name == "Pay fails with an error nobody names"
    assert (witness.old.status, witness.new.error) == ("SUCCEEDED", "States.Runtime")


def test_an_iteration_that_fails_is_found_by_the_state_in_it():
    def each(error):
        inside = {"StartAt": "One", "States": {"One": task("one", **catching("Skip", error)), "Skip": {"Type": "Succeed"}}}
        return machine("Each", Each={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inside, "End": True})

    assert names(explored(each("A"), each("B"))) == ["One fails with A", "One fails with B"]


def test_how_many_items_run_at_once_is_found():
    def each(concurrency):
        inside = {"StartAt": "One", "States": {"One": task("one")}}
        return machine("Each", Each={"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": concurrency, "ItemProcessor": inside, "End": True})

    assert names(explored(each(4), each(5))) == ["input with items of 5 elements"]


# -------------------------------------------------------------------------------------------------------------- input


def test_an_input_the_old_revision_takes_and_the_new_one_does_not():
    old = machine(Pay=task(Parameters={"id.$": "$.order.id"}))
    new = machine(Pay=task(Parameters={"id.$": "$.id"}))
    first, second = explored(old, new).witnesses
    assert (first.name, first.old.status, first.new.status) == ("input as the old revision asks for it", "SUCCEEDED", "FAILED")
    assert (second.name, second.old.status, second.new.status) == ("input as the new revision asks for it", "FAILED", "SUCCEEDED")


def test_a_member_that_moved_is_no_difference_of_every_call_that_sends_it():
    states = {"Tell": task("tell", Parameters={"key.$": "$.b"})}
    old = machine(**states, Pay=task(Parameters={"sent.$": "$.order.account_id"}, ResultPath=None, Next="Tell"))
    new = machine(**states, Pay=task(Parameters={"sent.$": "$.account"}, ResultPath=None, Next="Tell"))
    assert {witness.comparison.first.kind for witness in explored(old, new).witnesses} == {Kind.CALL_REMOVED, Kind.CALL_ADDED}


def test_two_members_that_were_swapped_are_a_difference_of_the_call():
    old = machine(Pay=task(Parameters={"a.$": "$.a.id", "b.$": "$.b.id"}))
    new = machine(Pay=task(Parameters={"a.$": "$.b.id", "b.$": "$.a.id"}))
    (witness,) = explored(old, new).witnesses
    assert (witness.name, witness.comparison.first.kind) == ("nothing goes wrong", Kind.CALL_ARGUMENTS)


# ------------------------------------------------------------------------------------------------------------- saying


def test_a_difference_every_story_has_is_told_once_and_hides_no_other():
    old = machine(Pay=task(Parameters={"v": 1}, **catching("Tell", "A")), Tell=task("tell"))
    new = machine(Pay=task(Parameters={"v": 2}, **catching("Tell", "B")), Tell=task("tell"))
    assert names(explored(old, new)) == ["nothing goes wrong", "Pay fails with A", "Pay fails with B"]


def test_what_goes_wrong_behind_a_known_parting_is_no_new_difference():
    old = machine(Pay=task(**catching("Tell", "A")), Tell=task("tell", **retrying(2)), Warn=task("warn", **retrying(2)))
    new = machine(Pay=task(**catching("Warn", "A")), Tell=task("tell", **retrying(2)), Warn=task("warn", **retrying(2)))
    assert names(explored(old, new)) == ["Pay fails with A"]


def test_states_that_were_renamed_tell_the_same_story():
    old = machine(Pay=task(Parameters={"n": 1}, ResultPath="$.r", **retrying(1), Next="Tell"), Tell=task("tell", Parameters={"x.$": "$.r.id"}))
    new = machine("Charge", Charge=task(Parameters={"n": 1}, ResultPath="$.r", **retrying(1), Next="Tell"), Tell=task("tell", Parameters={"x.$": "$.r.id"}))
    assert explored(old, new, renamed={"Pay": "Charge"}).witnesses == ()


def test_another_order_of_what_is_missing_is_no_difference():
    old = machine(Pay=task(Parameters={"a.$": "$.o.a", "b.$": "$.o.b"}))
    new = machine(Pay=task(Parameters={"b.$": "$.o.b", "a.$": "$.o.a"}))
    assert explored(old, new).witnesses == ()


def test_what_is_absent_is_set_aside_where_the_query_language_changed_and_said_to_be():
    old = machine(Pay=task(Parameters={"id.$": "$.id"}))
    new = machine(Pay=task(QueryLanguage="JSONata", Arguments={"id": "{% $states.input.id %}"}))
    exploration = explored(old, new)
    assert exploration.witnesses == ()
    assert "set aside" in " ".join(exploration.reached)


# ------------------------------------------------------------------------------------------------------------- bounds


def test_the_bound_that_ended_the_search_is_named():
    program = machine(Pay=task(**catching("Tell", "A", "B")), Tell=task("tell", **retrying(2)))
    exploration = explored(program, program, bounds=ExploreBounds(max_runs=4))
    assert exploration.runs <= 6
    assert exploration.reached[0].startswith("--max-runs 4: ")
    assert exploration.bounds["max-runs"] == 4


def test_stories_that_end_on_neither_side_are_told_of():
    program = polling(("DONE", "Good"))
    (reason,) = explored(program, program).reached
    assert reason == "--max-events 1500: neither revision was at its end by then when Ask answers status other, and in 1 more story"


def test_more_differences_than_witnesses_are_counted():
    old = machine(Pay=task(**catching("Tell", "A")), Tell=task("tell"))
    new = machine(Pay=task(**catching("Tell", "B")), Tell=task("tell"))
    exploration = explored(old, new, bounds=ExploreBounds(max_witnesses=1))
    assert len(exploration.witnesses) == 1
    assert exploration.reached == ("--max-witnesses 1: 1 more differences were found",)


def test_a_bound_of_nothing_is_refused():
    with pytest.raises(LimitExceeded, match=r"ExploreBounds\(max_runs=0\): a limit is at least 1"):
        ExploreBounds(max_runs=0)


def test_progress_counts_stories_told_and_known():
    seen = []
    program = machine(Pay=task(**catching("Tell", "A")), Tell=task("tell"))
    exploration = explored(program, program, progress=lambda told, waiting: seen.append((told, waiting)))
    assert seen[-1] == (exploration.runs, 0)


def test_processes_find_what_is_found_here():
    old, new = polling(("DONE", "Good")), polling(("DONE", "Good"), ("FAILED", "Bad"))
    assert names(explored(old, new, execute=in_processes(2))) == names(explored(old, new))


@pytest.mark.parametrize("missing", ["Next", "Resource of nothing"])
def test_a_definition_aws_would_refuse_is_explored_as_far_as_it_runs(missing):
    old = machine(Pay=task(Next="Nowhere"))
    new = machine(Pay=task())
    (witness,) = explored(old, new).witnesses
    assert (witness.name, witness.old.error, witness.new.status) == ("nothing goes wrong", "States.Runtime", "SUCCEEDED")


def test_what_several_members_of_one_answer_decide_is_found():
    rules = [
        {"Variable": "$.total", "NumericGreaterThan": 1000, "Next": "Good"},
        {"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Good"},
        {"Variable": "$.vip", "BooleanEquals": True, "Next": "Good"},
    ]

    def deciding(default):
        choice = {"Type": "Choice", "Choices": rules, "Default": default}
        return machine("Ask", Ask=task("ask", Next="Decide"), Decide=choice, Good={"Type": "Succeed"}, Bad=FAIL)

    assert names(explored(deciding("Bad"), deciding("Good"))) == ["Ask answers total 100 and vip false"]


def test_what_several_members_of_the_input_decide_is_found():
    def deciding(least):
        both = [{"Variable": "$.kind", "StringEquals": "express"}, {"Variable": "$.n", "NumericGreaterThan": least}]
        choice = {"Type": "Choice", "Choices": [{"And": [{"Not": both[0]}, both[1]], "Next": "Good"}], "Default": "Bad"}
        return machine("Decide", Decide=choice, Good={"Type": "Succeed"}, Bad=FAIL)

    assert names(explored(deciding(5), deciding(7))) == ["input with kind other and n 6"]


def test_that_a_story_takes_longer_for_a_known_reason_is_no_difference_of_its_own():
    def waiting(seconds):
        until = {"Type": "Wait", "TimestampPath": "$.until", "End": True}
        return machine("Ask", Ask=task("ask", Next="Rest"), Rest={"Type": "Wait", "Seconds": seconds, "Next": "Until"}, Until=until)

    assert names(explored(waiting(10), waiting(11))) == ["nothing goes wrong"]


def test_states_that_no_story_led_to_are_named():
    numbers = {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsNumeric": True, "Next": "Good"}], "Default": "Bad"}
    stays = {"Stay": {"Type": "Pass", "Result": {"n": 1}, "Next": "Decide"}, "Decide": numbers, "Good": {"Type": "Succeed"}, "Bad": FAIL}
    assert explored(machine("Stay", **stays), machine("Stay", **stays)).unentered == ("Bad",)
