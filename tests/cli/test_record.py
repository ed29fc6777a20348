import pytest


@pytest.fixture
def throttled(asl, order):
    """A history in which Charge was throttled twice and answered after four seconds."""
    asl.write("mocks.yaml", "mocks: {Charge: [{throw: {error: Card.Throttled}, times: 2}, {return: {ok: true}, after: 4s}]}")
    assert asl("run", order, "--mock", "mocks.yaml", "--history", "throttled.json").exit_code == 0
    return "throttled.json"


def test_a_history_becomes_a_scenario_that_replays_it(asl, order, throttled):
    assert asl("record", throttled, "--definition", order, "-o", "throttled.scenario.yaml").output == "wrote throttled.scenario.yaml\n"
    result = asl("test", "throttled.scenario.yaml", "--strict-mocks")
    assert result.exit_code == 0, result.output


def test_answers_stand_in_the_order_given_with_the_time_they_took(asl, order, throttled):
    output = asl("record", throttled, "--definition", order).output
    assert "Charge: [{throw: {error: Card.Throttled}, times: 2}, {return: {ok: true}, after: 4}]\n" in output
    assert "path: [Charge, Done]\n" in output


def test_a_definition_that_does_otherwise_is_told_in_a_comment(asl, order, throttled, tmp_path):
    revised = asl.write("revised.asl.json", (tmp_path / order).read_text().replace('"MaxAttempts": 2', '"MaxAttempts": 1'))
    assert "# the definition does not do what was recorded: diverges; see asl replay" in asl("record", throttled, "--definition", revised).output


def test_nothing_is_written_over_unless_it_is_forced(asl, throttled):
    asl.write("there.yaml", "mine")
    assert asl("record", throttled, "-o", "there.yaml").exit_code == 2
    assert asl("record", throttled, "-o", "there.yaml", "--force").exit_code == 0


def test_a_recording_that_lacks_something_cannot_be_recorded(asl):
    event = {"id": 1, "type": "ExecutionStarted", "timestamp": 1700000000.5, "executionStartedEventDetails": {"input": "{}"}}
    asl.write("running.json", {"events": [event]})
    result = asl("record", "running.json")
    assert result.exit_code == 2
    assert "running: cannot be recorded: the execution was still running" in result.stderr
