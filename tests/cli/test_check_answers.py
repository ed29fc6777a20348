"""`asl check --scenarios`, and schemas of results in the project's settings."""

import json

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:charge"
STATES = {
    "Charge": {"Type": "Task", "Resource": FUNCTION, "ResultPath": "$.payment", "Next": "Ship"},
    "Ship": {"Type": "Pass", "InputPath": "$.payment.id", "End": True},
}
SCENARIOS = """
definition: order.asl.json
scenarios:
  - name: paid
    mocks: {Charge: {return: {ident: 7}}}
    expect: {status: SUCCEEDED}
"""


def codes(done):
    return [each["code"] for file in json.loads(done.stdout)["files"] for each in file["diagnostics"]]


def test_answers_in_scenarios_are_known_when_they_are_played(asl):
    file = asl.write("order.asl.json", {"StartAt": "Charge", "States": STATES})
    asl.write("order.scenario.yaml", SCENARIOS)
    assert codes(asl("check", file, "--format", "json")) == []
    assert codes(asl("check", file, "--format", "json", "--scenarios", "order.scenario.yaml")) == ["ASL509"]


def test_scenarios_about_another_definition_say_nothing(asl):
    other = asl.write("other.asl.json", {"StartAt": "Charge", "States": STATES})
    asl.write("order.asl.json", {"StartAt": "Charge", "States": STATES})
    asl.write("order.scenario.yaml", SCENARIOS)
    assert codes(asl("check", other, "--format", "json", "--scenarios", "order.scenario.yaml")) == []


def test_scenarios_that_cannot_be_read_are_told(asl):
    file = asl.write("order.asl.json", {"StartAt": "Charge", "States": STATES})
    done = asl("check", file, "--scenarios", "gone.scenario.yaml")
    assert (done.exit_code, "gone.scenario.yaml" in done.stderr, "Traceback" in done.output) == (2, True, False)


def test_schemas_of_results_are_named_by_state_or_resource(asl):
    file = asl.write("order.asl.json", {"StartAt": "Charge", "States": STATES})
    asl.write("charge.json", {"type": "object", "properties": {"ident": {}}, "additionalProperties": False})
    for name in ("Charge", FUNCTION):
        asl.write("pyproject.toml", f'[tool.asl.schemas."order*"]\nresults = {{"{name}" = "charge.json"}}\n')
        assert codes(asl("check", file, "--format", "json")) == ["ASL501"]
