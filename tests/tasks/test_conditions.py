import pytest

from asl_engine.errors import MockError, MockExhausted
from asl_engine.tasks.mock_files import mocks_from
from asl_engine.tasks.runtime import Failed, Succeeded

ORDER = {"amount": 40, "items": [{"sku": "A1", "n": 2}, {"sku": "B2", "n": 0}]}


@pytest.fixture
def answered(call):
    """Whether an answer with this condition is given to a call with ORDER as arguments."""

    def given(when):
        mocks = mocks_from({"Pay": [{"when": when, "return": True}, {"return": False, "always": True}]})
        return mocks.perform(call("Pay", arguments=ORDER, context={"State": {"Name": "Pay"}})).output

    return given


@pytest.mark.parametrize(
    "when",
    [
        {"amount": 40},
        {},
        {"items": ORDER["items"]},
        "$.items[?(@.sku == 'A1')]",
        "$.amount",
        {"$.amount": 40},
        {"$.items[0]": {"sku": "A1"}, "$$.State.Name": "Pay"},
        "{% $states.input.amount > 30 %}",
        "{% $states.context.State.Name = 'Pay' %}",
    ],
)
def test_a_condition_that_holds(answered, when):
    assert answered(when) is True


@pytest.mark.parametrize(
    "when",
    [
        {"amount": 41},
        {"items": []},
        "$.items[?(@.sku == 'C3')]",
        "$.nothing",
        {"$.nothing": None},
        {"$.amount": 41},
        "{% $states.input.amount > 50 %}",
        "{% $states.input.nothing = 1 %}",
        "{% $states.input.nothing %}",
        "{% 1 %}",
    ],
)
def test_a_condition_that_does_not(answered, when):
    assert answered(when) is False


@pytest.mark.parametrize("when", ["$[", "{% $sum( %}", "{% 1"])
def test_what_is_no_condition_is_refused(answered, when):
    with pytest.raises(MockError):
        answered(when)


def test_an_expression_that_fails_is_a_mistake(answered):
    with pytest.raises(MockError, match="cannot be evaluated"):
        answered("{% $number('x') > 1 %}")


def test_answers_may_be_for_attempts(call):
    mocks = mocks_from({"Pay": [{"attempt": [0, 1], "throw": {"error": "Busy"}}, {"return": 1, "always": True}]})
    assert [mocks.perform(call("Pay", attempt=attempt)) for attempt in (0, 1, 2, 0)] == [Failed("Busy"), Failed("Busy"), Succeeded(1), Failed("Busy")]


def test_answers_may_be_written_visit_by_visit(call):
    mocks = mocks_from({"Pay": {"visits": [[{"throw": {"error": "Busy"}}, {"return": 1}], {"return": 2}]}})
    asked = [call("Fan[0]", "Pay", attempt=0), call("Fan[1]", "Pay", attempt=0), call("Fan[0]", "Pay", attempt=1)]
    assert [mocks.perform(one) for one in asked] == [Failed("Busy"), Succeeded(2), Succeeded(1)]
    with pytest.raises(MockExhausted, match="when visit 1 returns 2"):
        mocks.perform(call("Pay", attempt=0))


def test_a_visit_counts_though_another_answer_was_given_to_it(call):
    mocks = mocks_from({"Pay": [{"return": "first"}, {"visit": 1, "return": "second"}]})
    assert [mocks.perform(call("Pay")).output for _ in range(2)] == ["first", "second"]


def test_a_handler_and_a_function_are_imported_when_first_called(call, tmp_path):
    file = tmp_path / "app.py"
    mocks = mocks_from({"A": {"handler": f"{file}:handler"}, "B": {"call": f"{file}:answer"}, "C": {"call": f"{file}:anser"}})
    file.write_text("def handler(event, context):\n    return [event]\n\n\ndef answer(call):\n    return call.state_name\n")
    assert mocks.perform(call("A", arguments=7)) == Succeeded([7])
    assert mocks.perform(call("B")) == Succeeded("B")
    with pytest.raises(MockError, match='no "anser"; did you mean "answer"'):
        mocks.perform(call("C"))
