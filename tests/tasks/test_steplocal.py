"""Source: the counting of Step Functions Local 2.0.0, as measured."""

import json

import pytest

from asl_engine.errors import MockError, MockExhausted, UnmockedTask
from asl_engine.tasks.runtime import Failed, Succeeded
from asl_engine.tasks.steplocal import read_mock_config

CONFIG = {
    "StateMachines": {"Order": {"TestCases": {"Fine": {"Pay": "Twice", "Unused": "Nowhere"}, "Gap": {"Pay": "Gap"}, "Lazy": {"Pay": "Nowhere"}}}},
    "MockedResponses": {
        "Twice": {"0-1": {"Throw": {"Error": "Slow", "Cause": "down"}}, "2": {"Return": {"StatusCode": 200, "Payload": "done"}}, "3": {"Bad": 1}},
        "Gap": {"1": {"Return": 1}},
    },
}


@pytest.fixture
def config(tmp_path):
    def read(content=CONFIG):
        file = tmp_path / "MockConfigFile.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return read_mock_config(file)

    return read


def test_one_counter_for_each_state_and_execution_advances_with_every_call(config, call):
    tasks = config().runtime("Order", "Fine")
    asked = [call("Pay", attempt=0), call("Fan[0]", "Pay", attempt=1), call("Fan[1]", "Pay", attempt=0)]
    assert [tasks.perform(one) for one in asked] == [Failed("Slow", "down"), Failed("Slow", "down"), Succeeded({"StatusCode": 200, "Payload": "done"})]


def test_every_execution_counts_anew(config, call):
    first, second = (config().runtime("Order", "Fine") for _ in range(2))
    assert first.perform(call("Pay")) == second.perform(call("Pay")) == Failed("Slow", "down")


def test_a_number_without_a_response_ends_it_and_nothing_is_repeated(config, call):
    with pytest.raises(MockExhausted) as exhausted:
        config().runtime("Order", "Gap").perform(call("Pay"))
    assert str(exhausted.value).startswith('invocation 0 of "Pay" has no response (attempt 0 of state "Pay")\n  Order#Gap answers it with "Gap", which has "1"')


def test_a_state_that_is_not_mocked_is_not_called_for_real(config, call):
    with pytest.raises(UnmockedTask, match='Order#Fine mocks no state "Payy"; did you mean "Pay"'):
        config().runtime("Order", "Fine").perform(call("Payy"))


def test_responses_are_looked_at_when_they_are_reached(config, call):
    lazy, broken = config().runtime("Order", "Lazy"), config().runtime("Order", "Fine")
    with pytest.raises(MockError, match='there is no response "Nowhere"'):
        lazy.perform(call("Pay"))
    for _ in range(3):
        broken.perform(call("Pay"))
    with pytest.raises(MockError, match=r'a response is \{"Return"'):
        broken.perform(call("Pay"))


def test_what_was_never_invoked_is_told(config):
    assert config().runtime("Order", "Fine").unused() == [f'Order#Fine: "{state}" is mocked and was never invoked' for state in ("Pay", "Unused")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", 'a mock configuration has "StateMachines" and "MockedResponses"'),
        ({"StateMachine": {}}, 'not "StateMachine"'),
        ({"StateMachines": {}, "MockedResponse": {}}, 'the key is "MockedResponses", not "MockedResponse"'),
        ({"StateMachines": []}, '"StateMachines" is a mapping'),
        ("{", "MockConfigFile.json:1:"),
    ],
)
def test_what_is_no_mock_configuration_is_refused(config, content, said):
    with pytest.raises(MockError) as refused:
        config(content)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("machine", "case", "said"),
    [("Ordr", "Fine", 'no state machine "Ordr"; did you mean "Order"'), ("Order", "fine", 'no test case "fine"; did you mean "Fine"')],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(config, machine, case, said):
    with pytest.raises(MockError, match=said):
        config().runtime(machine, case)


@pytest.mark.parametrize("key", ["one", "2-1", "-1", "0-"])
def test_a_key_is_a_number_or_a_range(config, call, key):
    content = {"StateMachines": {"M": {"TestCases": {"C": {"Pay": "R"}}}}, "MockedResponses": {"R": {key: {"Return": 1}}}}
    with pytest.raises(MockError, match="is no invocation number"):
        config(content).runtime("M", "C").perform(call("Pay"))
