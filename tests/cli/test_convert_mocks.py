import pytest

CONFIG = {
    "StateMachines": {
        "order": {"TestCases": {"Fine": {"Charge": "Ok"}, "Slow": {"Charge": "Throttled"}, "Gap": {"Charge": "Gap"}, "Lost": {"Charge": "Lost"}}}
    },
    "MockedResponses": {
        "Ok": {"0": {"Return": {"id": 1}}},
        "Throttled": {"0-1": {"Throw": {"Error": "Card.Throttled", "Cause": "slow: down"}}, "2": {"Return": "yes"}},
        "Gap": {"0": {"Throw": {"Error": "Card.Throttled", "Cause": ""}}, "2": {"Return": 2}},
    },
}
WRITTEN = """# From MockConfigFile.json, state machine order.
definition: ../order.asl.json
scenarios:

  - name: Fine
    mocks:
      Charge:  # Ok
        - return: {id: 1}
    expect:  # asl test --update records what happens
      snapshot: {}

  - name: Slow
    mocks:
      Charge:  # Throttled
        - throw: {error: Card.Throttled, cause: "slow: down"}
          times: 2
        - return: "yes"
    expect:  # asl test --update records what happens
      snapshot: {}

  - name: Gap
    mocks:
      Charge:  # Gap
        - throw: {error: Card.Throttled, cause: ""}
        # invocation 1 has no response: Step Functions Local fails the execution there
    expect:  # asl test --update records what happens
      snapshot: {}

  - name: Lost
    mocks:
      Charge:  # Lost
        []
        # MockConfigFile.json:1:179: there is no response "Lost"
    expect:  # asl test --update records what happens
      snapshot: {}
"""


@pytest.fixture
def config(asl, order):
    return asl.write("MockConfigFile.json", CONFIG)


def test_a_mock_configuration_becomes_a_scenario_file(asl, config, tmp_path):
    done = asl("convert-mocks", config, "order.asl.json", "-o", "cases")
    assert (done.exit_code, done.stdout) == (0, "wrote cases/order.scenario.yaml\n")
    assert (tmp_path / "cases" / "order.scenario.yaml").read_text() == WRITTEN


def test_the_scenarios_do_what_the_test_cases_did(asl, config):
    asl("convert-mocks", config, "order.asl.json")
    updated = asl("test", "order.scenario.yaml", "--update")
    assert "2 failed, 2 passed" in updated.stdout
    assert "2 failed, 2 passed" in asl("test", "order.scenario.yaml").stdout
    assert "2 failed, 2 passed" in asl("test", "--mock-config", config, "order.asl.json").stdout


def test_without_a_definition_its_usual_name_is_written_down(asl, config, tmp_path):
    asl("convert-mocks", config)
    assert "definition: order.asl.json\n" in (tmp_path / "order.scenario.yaml").read_text()


def test_nothing_is_written_over_unless_asked(asl, config):
    assert asl("convert-mocks", config).exit_code == 0
    refused = asl("convert-mocks", config)
    assert (refused.exit_code, "order.scenario.yaml is there already; --force writes over it" in refused.stderr) == (2, True)
    assert asl("convert-mocks", config, "--force").exit_code == 0


def test_what_is_no_mock_configuration_is_told(asl):
    done = asl("convert-mocks", asl.write("a.json", {}))
    assert (done.exit_code, '"StateMachines" and "MockedResponses"' in done.stderr) == (2, True)


def test_the_input_of_the_test_cases_is_that_of_the_scenarios(asl, config, tmp_path):
    assert asl("convert-mocks", config, "order.asl.json", "--input", asl.write("input.json", {"amount": 40}), "-o", "cases").exit_code == 0
    assert "\ndefaults: {input_file: ../input.json}\nscenarios:\n" in (tmp_path / "cases" / "order.scenario.yaml").read_text()
    assert "2 failed, 2 passed" in asl("test", "cases", "--update").stdout


def test_an_input_that_is_not_there_is_told(asl, config):
    assert asl("convert-mocks", config, "--input", "nowhere.json").exit_code == 2
