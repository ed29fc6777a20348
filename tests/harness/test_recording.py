"""Recorded executions as scenario files."""

import asl_engine as asl
from asl_engine.harness.recording import scenario_file

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:poll"


def test_visits_of_a_loop_keep_their_answers_apart(folder):
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.done", "BooleanEquals": True, "Next": "Done"}], "Default": "Poll"}
    poll = {"Type": "Task", "Resource": FUNCTION, "Retry": [{"ErrorEquals": ["Busy"]}], "Next": "Ready"}
    definition = {"StartAt": "Poll", "States": {"Poll": poll, "Ready": choice, "Done": {"Type": "Succeed"}}}
    folder("poll.asl.json", definition)
    program, left = asl.load(definition), [asl.Failed("Busy"), asl.Succeeded({"done": False}), asl.Succeeded({"done": True})]
    execution = asl.run(program, tasks=lambda call: left.pop(0))
    text = scenario_file("poll.asl.json", [("twice", execution)], program)
    assert "Poll: {visits: [[{throw: {error: Busy}}, {return: {done: false}}], {return: {done: true}}]}" in text
    (scenario,) = asl.load_scenarios(folder("poll.scenario.yaml", text))
    assert asl.play(scenario).passed


def test_iterations_are_answered_by_their_own_paths(folder):
    processor = {"StartAt": "Pay", "States": {"Pay": {"Type": "Task", "Resource": FUNCTION, "End": True}}}
    definition = {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True}}}
    folder("each.asl.json", definition)
    execution = asl.run(asl.load(definition), [1, 2], tasks=lambda call: call.arguments * 10)
    text = scenario_file("each.asl.json", [("two", execution)])
    assert '"Each[0]/Pay": {return: 10}' in text
    (scenario,) = asl.load_scenarios(folder("each.scenario.yaml", text))
    assert asl.play(scenario).passed


def test_an_output_that_is_made_up_anew_is_not_expected(folder):
    definition = {"StartAt": "Name", "States": {"Name": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}}}
    folder("name.asl.json", definition)
    program = asl.load(definition)
    history = {"events": asl.run(program, seed=7).to_aws_events()}
    text = scenario_file("name.asl.json", [("named", history)], program)
    assert "output_exact" not in text and "# the output is left out" in text
    (scenario,) = asl.load_scenarios(folder("name.scenario.yaml", text))
    assert asl.play(scenario).passed
