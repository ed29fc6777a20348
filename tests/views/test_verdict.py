import pytest

from asl_engine.history.history import History
from asl_engine.scenario import expectation
from asl_engine.views.verdict import judge

PAID = {"ok": True}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"status": "SUCCEEDED"},
        {"output": {"charged": {"ok": True}}},
        {"output_exact": {"amount": 40, "tier": {"name": "gold", "since": 2020}, "charged": {"ok": True}}},
        {"path": ["Lookup", "Charge", "Large", "Done"]},
        {"path": ["Lookup", "...", "Done"]},
        {"path": ["...", "Large", "..."]},
        {"path": ["...", "Lookup", "...", "Charge", "..."]},
        {"visited": ["Charge", "Large -> Done"]},
        {"never": ["Apologise", "Charge -> Apologise"]},
        {"order": ["Lookup", "Done"]},
        {"transitions": 4},
        {"transitions": ["start -> Lookup", "Charge->Large"]},
        {"retries": 1},
        {"retries": {"Charge": 1, "Lookup": 0}},
        {"duration": "3s"},
        {"duration": "> 1s, < 1m"},
        {"calls": {"dynamodb:getItem": 1, "*:function:charge": ">= 2", "sqs:*": 0}},
        {"calls": {"function:charge": [{"arguments": {"amount": 40}, "count": 2}, {"arguments": {"amount": 41}, "count": 0}]}},
        {"calls": {"*": {"state": "Charge", "count": 2}}},
        {"events": "10..100"},
        {"snapshot": {"status": "SUCCEEDED", "retries": {"Charge": 1}, "transitions": 4}},
    ],
)
def test_what_happened_holds(order, mismatches, said):
    assert mismatches(order("Card.Throttled", PAID), **said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": "FAILED"}, ("status", "FAILED", "SUCCEEDED")),
        ({"error": "Sorry"}, ("error", "a failure", "SUCCEEDED")),
        ({"output": {"charged": {"ok": False}}}, ("output", "false", "true")),
        ({"output": {"paid": 1}}, ("output", "1", "nothing")),
        ({"output_exact": {"amount": 40}}, ("output_exact", "nothing", '{"name":"gold","since":2020}')),
        ({"path": ["Lookup", "Charge", "Done"]}, ("path.2", "Lookup → Charge → [Done]", "Lookup → Charge → [Large] → Done")),
        ({"path": ["Lookup", "Charge"]}, ("path", "Lookup → Charge → [the end]", "Lookup → Charge → [Large] → Done")),
        ({"path": ["Lookup", "...", "Refund"]}, ("path.2", "Lookup → ... → [Refund]", "… → Charge → Large → Done → [the end]")),
        ({"visited": ["Chrage"]}, ("visited.0", "at least once", 'never (but "Charge" was)')),
        ({"visited": "Charge -> Done"}, ("visited.0", "at least once", "never")),
        ({"never": ["Refund", "Charge"]}, ("never.1", "not at all", "once")),
        ({"order": ["Done", "Lookup"]}, ("order.1", "Done … Lookup", "Lookup only before Done")),
        ({"order": ["Lookup", "Refund"]}, ("order.1", "Lookup … Refund", "Refund never")),
        ({"transitions": 3}, ("transitions", "3", "4")),
        ({"transitions": ["Charge -> Done"]}, ("transitions.0", "at least once", "never")),
        ({"retries": 2}, ("retries", "2", "1")),
        ({"retries": {"Charge": 2}}, ("retries.Charge", "2", "1")),
        ({"retries": {"Refund": 1}}, ("retries.Refund", "1", "0 (Refund was never entered)")),
        ({"duration": ">= 2d"}, ("duration", ">= 2d", "3s")),
        ({"calls": {"dynamodb:getItem": 2}}, ("calls.dynamodb:getItem.0.count", "2", "1")),
        ({"calls": {"dynamodb:getItme": 1}}, ("calls.dynamodb:getItme.0.count", "1", '0 (but "getItem" was called)')),
        ({"calls": {"function:charge": {"arguments": {"amount": 7}}}}, ("calls.function:charge.0.arguments", "7", "40")),
        ({"calls": {"function:charge": {"arguments": {"amount": 40}, "count": 1}}}, ("calls.function:charge.0.count", "1", "2")),
        ({"variables": {"slow": 1}}, ("variables.slow", "1", "never assigned")),
        ({"events": "< 5"}, ("events", "< 5", "19")),
        ({"snapshot": {}}, ("snapshot", "a record", "nothing is recorded yet; asl test --update writes it")),
        ({"snapshot": {"duration": "4s"}}, ("snapshot.duration", '"4s"', '"3s"')),
        ({"snapshot": {"path": ["Lookup"]}}, ("snapshot.path", "Lookup → [the end]", "Lookup → [Charge] → Large → Done")),
    ],
)
def test_what_did_not_happen_is_told(order, mismatches, said, expected):
    assert mismatches(order("Card.Throttled", PAID), **said)[0] == expected


def test_silence_is_no_licence_to_fail(order, mismatches):
    assert mismatches(order("Card.Declined")) == [("", "SUCCEEDED (nothing else is said)", "FAILED (Sorry: there are no funds left)")]
    assert mismatches(order("Card.Declined"), error="Sorry") == []
    assert mismatches(order("Card.Declined"), cause="no funds") == []
    assert mismatches(order("Card.Declined"), snapshot={"status": "FAILED"}) == []
    assert [keys for keys, *_ in mismatches(order("Card.Declined"), snapshot={})] == ["snapshot"]


def test_error_and_cause_may_be_patterns(order, mismatches):
    assert mismatches(order("Card.Declined"), error="/^S.*y$/", cause="/funds/") == []
    assert mismatches(order("Card.Declined"), error="/^X/", cause="/gold/") == [
        ("error", "text like /^X/", '"Sorry"'),
        ("cause", "text like /gold/", '"there are no funds left"'),
    ]


def test_a_failed_execution_has_no_output(order, mismatches):
    assert mismatches(order("Card.Declined"), status="FAILED", output=None) == [("output", "null", "none: the execution FAILED")]


def test_variables_are_those_of_the_end(order, mismatches):
    execution = order(PAID, amount=200)
    assert mismatches(execution, variables={"slow": {"by": 60}}) == []
    assert mismatches(execution, variables={"slow": {"by": 61}}) == [("variables.slow", "61", "60")]


def test_the_earliest_difference_comes_first(order):
    found = judge(
        order("Card.Declined"), expectation(status="SUCCEEDED", path=["Lookup", "Charge", "Large", "Done"], states={"Lookup": {"input": {"amount": 41}}})
    )
    assert [mismatch.keys[0] for mismatch in found] == ["states", "path", "status"]
    assert found[0].pointer == "/amount"


def test_a_saved_history_is_judged_alike(order):
    execution = order("Card.Throttled", PAID)
    wanted = expectation(states={"Charge": {"attempts": 3, "next": "Done"}}, transitions=["Lookup -> Large"], calls={"getItem": 3})
    before = judge(execution, wanted)
    execution.history = History.from_json(execution.history.to_json())
    assert judge(execution, wanted) == before != ()
