from datetime import timedelta

import pytest

from asl_engine.errors import MockError, MockExhausted, UnmockedTask
from asl_engine.tasks.mocks import Mocks, spellings
from asl_engine.tasks.runtime import Failed, StatePath, Succeeded, Unanswered

PUT = "arn:aws:states:::dynamodb:putItem"


def test_answers_are_used_up_from_the_front(call):
    mocks = Mocks()
    mocks.state("Pay").throws("Card.Throttled", "slow down", times=2).returns({"id": 1}, after="3s")
    given = [mocks.perform(call()) for _ in range(3)]
    assert given == [Failed("Card.Throttled", "slow down"), Failed("Card.Throttled", "slow down"), Succeeded({"id": 1}, timedelta(seconds=3))]


def test_running_out_names_state_attempt_and_what_was_declared(call):
    mocks = Mocks()
    mocks.state("Pay").throws("Card.Throttled", times=2)
    mocks.perform(call())
    mocks.perform(call(attempt=1))
    with pytest.raises(MockExhausted) as error:
        mocks.perform(call(attempt=2))
    assert str(error.value).splitlines() == [
        'the answers ran out: state "Pay" has none for attempt 2 of state "Pay" (call 3 of this route)',
        '  declared: throws "Card.Throttled" ×2',
        "  add another answer, or say that one repeats with .always(…)",
    ]


def test_a_route_without_answers_is_exhausted_at_once(call):
    mocks = Mocks()
    mocks.state("Pay")
    with pytest.raises(MockExhausted, match="declared: nothing"):
        mocks.perform(call())


def test_always_repeats(call):
    mocks = Mocks()
    mocks.state("Pay").throws("E").always({"ok": True})
    assert [mocks.perform(call()) for _ in range(3)] == [Failed("E"), Succeeded({"ok": True}), Succeeded({"ok": True})]


def test_nothing_follows_always():
    with pytest.raises(MockError, match="nothing can follow"):
        Mocks().state("Pay").always(1).returns(2)


def test_never_is_an_answer_like_others(call):
    mocks = Mocks()
    mocks.state("Pay").never(heartbeats=("1s",)).returns(1)
    assert [mocks.perform(call()), mocks.perform(call())] == [Unanswered((timedelta(seconds=1),)), Succeeded(1)]


def test_answers_takes_values_outcomes_and_functions(call):
    mocks = Mocks()
    mocks.state("Pay").answers({"a": 1}, Failed("E"), lambda call: call.attempt)
    assert [mocks.perform(call(attempt=7)) for _ in range(3)] == [Succeeded({"a": 1}), Failed("E"), Succeeded(7)]


def test_when_answers_by_arguments(call):
    mocks = Mocks()
    mocks.state("Pay").when({"who": {"id": 7}}, "gold").always("plain")
    assert [mocks.perform(call(arguments=arguments)).output for arguments in ({"who": {"id": 7, "x": 1}}, {"who": {"id": True}}, {"who": 7}, [])] == [
        "gold",
        "plain",
        "plain",
        "plain",
    ]


def test_when_nothing_fits_the_arguments_are_shown(call):
    mocks = Mocks()
    mocks.state("Pay").when({"id": 7}, "gold")
    with pytest.raises(MockExhausted, match=r'(?s)no answer fits.*called with \{"id":8\}'):
        mocks.perform(call(arguments={"id": 8}))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (["Fan[2]/Pay", "Fan/Pay", "Pay"], "Fan[2]/Pay"),
        (["Pay", "Fan/Pay"], "Fan/Pay"),
        (["Fan[1]/Pay", "Pay"], "Pay"),
    ],
)
def test_the_most_specific_route_of_a_state_wins(call, declared, expected):
    mocks = Mocks()
    for name in declared:
        mocks.state(name).always(name)
    assert mocks.perform(call("Fan[2]", "Pay")) == Succeeded(expected)


def test_precedence_is_state_then_arn_then_pattern_in_order_then_otherwise(call):
    mocks = Mocks()
    mocks.otherwise(lambda call: "otherwise")
    mocks.resource("arn:aws:states:::*:putItem").returns("first pattern", times=9)
    mocks.resource("arn:aws:states:::dynamodb:*").returns("second pattern", times=9)
    asked = [("A", PUT), ("B", PUT.replace("dynamodb", "other")), ("C", "arn:aws:states:::dynamodb:getItem"), ("D", "arn:aws:states:::sqs:sendMessage")]
    assert [mocks.perform(call(state, resource=arn)).output for state, arn in asked] == ["first pattern", "first pattern", "second pattern", "otherwise"]
    mocks.resource(PUT).always("exact")
    mocks.state("A").always("state")
    assert [mocks.perform(call(state, resource=arn)).output for state, arn in [*asked[:1], ("Z", PUT)]] == ["state", "exact"]


def test_brackets_and_braces_in_a_pattern_are_literal(call):
    mocks = Mocks()
    mocks.resource("${module.f[0].*}").always(1)
    assert mocks.perform(call(resource="${module.f[0].arn}")) == Succeeded(1)


def test_nothing_matches_is_an_error_with_the_nearest_route_and_the_line_to_add(call):
    mocks = Mocks()
    mocks.state("Payy").always({})
    with pytest.raises(UnmockedTask) as error:
        mocks.perform(call(arguments={"amount": 3}))
    assert error.value.code == "UnmockedTask"
    assert str(error.value).splitlines() == [
        'nothing answers arn:aws:lambda:us-east-1:123456789012:function:pay in state "Pay" (attempt 0)',
        '  called with {"amount":3}',
        '  the nearest route is state "Payy"',
        '  add: mocks.state("Pay").returns({})',
    ]


def test_a_function_is_registered_by_decorating_it(call):
    mocks = Mocks()

    @mocks.resource(PUT)
    def put(call):
        return {"seen": call.arguments}

    assert mocks.perform(call(resource=PUT, arguments={"a": 1})) == Succeeded({"seen": {"a": 1}})
    assert put.__name__ == "put"


def test_a_stateful_fake_is_served_by_api_name(call):
    class Table:
        def __init__(self):
            self.items = []

        def put_item(self, call):
            self.items.append(call.arguments["Item"])
            return {"count": len(self.items)}

    table, mocks = Table(), Mocks()
    mocks.resource("arn:aws:states:::dynamodb:*").served_by(table)
    mocks.perform(call(resource=PUT, arguments={"Item": 1}))
    assert mocks.perform(call(resource=PUT, arguments={"Item": 2})) == Succeeded({"count": 2})
    with pytest.raises(MockError, match=r'Table serves .* but has no method "get_item"'):
        mocks.perform(call(resource="arn:aws:states:::dynamodb:getItem"))


def test_calls_and_unused_tell_what_happened(call):
    mocks = Mocks()
    mocks.state("Pay").returns(1, times=3)
    mocks.state("Refund").always({})
    mocks.perform(call())
    assert [str(asked.state_path) for asked in mocks.calls] == ["Pay"]
    assert mocks.unused() == ['state "Pay": returns 1 was given 1 of 3 times', 'state "Refund": returns {} was never given']


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "2"])
def test_times_counts_from_one(times):
    with pytest.raises(MockError, match="times"):
        Mocks().state("Pay").returns(1, times=times)


def test_a_wrong_value_is_refused_where_it_is_declared():
    with pytest.raises(MockError, match='state "Pay": the value is not JSON, at /a/0: a set is not JSON'):
        Mocks().state("Pay").returns({"a": [{1}]})


def test_a_deep_path_has_boundedly_many_spellings():
    assert len(spellings(StatePath(f"M[{index}]" for index in range(40)))) == 1024
