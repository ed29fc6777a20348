from dataclasses import replace

import asl_engine as asl
from asl_engine.harness.revision_names import Named, in_names
from asl_engine.scenario import expectation

NAMES = {"Pay": "Charge", "Fan": "Each", "a/b": "c"}
SAID = Named(NAMES)


def test_paths_are_renamed_part_by_part():
    assert [SAID.state(path) for path in ("Pay", "Fan[2]/Pay", "Fan/Done", "Other", "a/b")] == ["Charge", "Each[2]/Charge", "Each/Done", "Other", "c"]


def test_transitions_and_rests_are_understood():
    assert [SAID.step(text) for text in ("Pay -> Done", "start -> Pay", "...", "Pay")] == ["Charge -> Done", "start -> Charge", "...", "Charge"]


def test_mocks_of_resources_stay():
    written = {"Pay": 1, "resource arn:Pay": 2, "arn:aws:lambda:x:1:function:Pay": 3}
    assert list(SAID.keys(written)) == ["Charge", "resource arn:Pay", "arn:aws:lambda:x:1:function:Pay"]


def test_every_name_in_an_expectation_is_renamed():
    wanted = expectation(
        path=["...", "Pay"],
        visited=["Pay"],
        never=["Pay -> Done"],
        order=["Fan", "Pay"],
        states={"Fan/Pay": {"next": "Pay"}, "Pay": [{"attempts": 1}]},
        retries={"Pay": 2},
        calls={"sqs:sendMessage": {"state": "Pay"}},
        snapshot={"path": ["Pay"], "retries": {"Pay": 1}, "output": {"Pay": 1}},
    )
    found = SAID.expectation(wanted)
    assert (found.path, found.visited, found.never, found.order) == (["...", "Charge"], ["Charge"], ["Charge -> Done"], ["Each", "Charge"])
    assert list(found.states) == ["Each/Charge", "Charge"]
    assert found.states["Each/Charge"].next == "Charge"
    assert list(found.retries) == ["Charge"]
    assert found.calls["sqs:sendMessage"][0].state == "Charge"
    assert found.snapshot == {"path": ["Charge"], "retries": {"Charge": 1}, "output": {"Pay": 1}}
    assert found.says("path")
    assert not found.says("output")


def test_a_runtime_that_knows_states_by_name_is_asked_by_the_name_it_knows(one):
    asked = []

    class Fake:
        def perform(self, call):
            asked.append((call.state_name, str(call.state_path)))
            return asl.Succeeded({})

    program = asl.load(
        {"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}}}, validate=False
    )
    scenario = in_names(replace(one("expect: {status: SUCCEEDED}"), answering=Fake), {"Pay": "Charge"})
    asl.run(program, {}, tasks=scenario.answering())
    assert asked == [("Pay", "Pay")]
