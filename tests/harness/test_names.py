"""Misspelled names never pass silently, and names of other revisions are no mistakes."""

import pytest

from asl_engine.harness.play import play
from asl_engine.scenario_files import load_scenarios

CHARGE = "arn:aws:lambda:us-east-1:123456789012:function:charge"
PAY = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": True}
FAN = {
    "StartAt": "Fan",
    "States": {
        "Fan": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "Pay", "States": {"Pay": PAY}}, {"StartAt": "Tell", "States": {"Tell": {"Type": "Pass", "End": True}}}],
            "Next": "Each",
        },
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}, "End": True},
    },
}


@pytest.fixture
def fan(folder):
    """`fan(expectations)` is the verdict on a machine with branches and iterations."""
    folder("fan.asl.json", FAN)

    def playing(expect, mocks="{Pay: {return: {MessageId: m, MD5OfMessageBody: d}}}"):
        text = f"definition: fan.asl.json\nscenarios:\n  - name: one\n    input: [1, 2]\n    mocks: {mocks}\n    expect: {expect}\n"
        (only,) = load_scenarios(folder("fan.scenario.yaml", text))
        return play(only)

    return playing


@pytest.mark.parametrize(
    ("expect", "complaint"),
    [
        ("{never: [Chrge]}", 'there is no state "Chrge"; did you mean "Charge"?'),
        ("{never: Charge -> Dnoe}", ':5:21: there is no state "Dnoe"; did you mean "Done"?'),
        ("{visited: [Charg]}", 'there is no state "Charg"; did you mean "Charge"?'),
        ("{order: [Charge, Dome]}", 'there is no state "Dome"; did you mean "Done"?'),
        ("{path: [Charge, ..., Doone]}", 'there is no state "Doone"; did you mean "Done"?'),
        ("{transitions: [start -> Charged]}", 'there is no state "Charged"; did you mean "Charge"?'),
        ("{retries: {Chagre: 0}}", 'there is no state "Chagre"; did you mean "Charge"?'),
        ("{states: {Chagre: {visits: 0}}}", 'there is no state "Chagre"; did you mean "Charge"?'),
        ("{states: {Charge: {next: Dune}}}", 'there is no state "Dune"; did you mean "Done"?'),
        ("{calls: {'function:charge': {state: Chage, count: 0}}}", 'there is no state "Chage"; did you mean "Charge"?'),
        (
            "{calls: {'function:chrge': 0}}",
            'no state of the definition calls "function:chrge", so expecting none always holds; did you mean "function:charge"?',
        ),
    ],
)
def test_a_name_the_machine_has_not_is_a_mistake_with_its_place(one, expect, complaint):
    verdict = play(one("mocks: {Charge: {return: 1}}", f"expect: {expect}"))
    assert verdict.fault.startswith("ScenarioError: t.scenario.yaml:5:")
    assert verdict.fault.endswith(complaint)


def test_all_unknown_names_are_told_at_once_and_the_execution_is_kept(one):
    verdict = play(one("mocks: {Charge: {return: 1}}", "expect: {never: [A, B], retries: {C: 0}}"))
    assert len(verdict.fault.splitlines()) == 3
    assert verdict.execution.path == ["Charge", "Done"]


@pytest.mark.parametrize("named", ["Pay", "Fan/Pay", "Fan[0]/Pay", "One", "Each/One", "Each[7]/One", "Each"])
def test_states_at_any_depth_are_known_by_name_and_by_path(fan, named):
    assert fan(f"{{retries: {{'{named}': 0}}}}").passed


@pytest.mark.parametrize("named", ["Fan[1]/Pay", "Fan[2]/Pay", "Each/Pay", "Fan/One", "Fan/Pya"])
def test_a_path_that_leads_to_no_state_is_unknown(fan, named):
    assert f'there is no state "{named}"' in fan(f"{{never: ['{named}']}}").fault


@pytest.mark.parametrize("named", ["sqs:sendMessage", "sqs:*", "*:sendMessage", "arn:aws:states:::sqs:sendMessage"])
def test_a_resource_that_is_called_may_be_expected_however_often(fan, named):
    assert fan(f"{{calls: {{'{named}': '<= 1'}}}}").passed


def test_what_defaults_say_need_be_known_in_one_definition_of_the_file(folder):
    folder("fan.asl.json", FAN)
    text = """
        defaults: {expect: {never: [Each, Refnd]}}
        scenarios:
          - {name: a, definition: order.asl.json, mocks: {Charge: {return: 1}}}
          - {name: b, definition: fan.asl.json, mocks: {Pay: {return: {}}}, expect: {never: []}}
    """
    first, second = load_scenarios(folder("two.scenario.yaml", text))
    assert play(first).fault.splitlines() == ['ScenarioError: two.scenario.yaml:2:35: there is no state "Refnd"']
    assert play(second).fault is None


def test_the_rows_of_a_table_may_be_about_several_revisions(folder):
    folder("fan.asl.json", FAN)
    text = """
        scenarios:
          - name: on ${revision}
            each: [{revision: order.asl.json}, {revision: fan.asl.json}]
            definition: ${revision}
            input: []
            mocks: {Charge: {return: 1}, Pay: {return: {MessageId: m, MD5OfMessageBody: d}}}
            expect: {retries: {Charge: 0, Pay: 0}}
    """
    assert [play(scenario).fault for scenario in load_scenarios(folder("rows.scenario.yaml", text))] == [None, None]


def test_a_mock_of_an_unknown_state_has_a_label_of_its_own_and_a_suggestion(one):
    verdict = play(one("mocks: {Charge: {return: 1}, Chagre: {return: 2}}"))
    assert verdict.warnings == ('t.scenario.yaml:4:42: UnknownState: there is no state "Chagre"; did you mean "Charge"?',)
    assert verdict.strict().fault == 'UnusedMock: t.scenario.yaml:4:42: UnknownState: there is no state "Chagre"; did you mean "Charge"?'


def test_a_mock_of_a_resource_nothing_calls_has_one_too(one):
    verdict = play(one("mocks: {Charge: {return: 1}, 'arn:aws:lambda:*:function:chrge': {return: 2}}"))
    assert verdict.warnings == (f't.scenario.yaml:4:69: UnknownResource: no state calls arn:aws:lambda:*:function:chrge; did you mean "{CHARGE}"?',)


def test_a_task_nobody_answers_is_explained_by_the_misspelled_mock(one):
    verdict = play(one("mocks: {Chagre: {return: 2}}"))
    assert verdict.fault.startswith("UnmockedTask")
    assert verdict.warnings == ('t.scenario.yaml:4:21: UnknownState: there is no state "Chagre"; did you mean "Charge"?',)


def test_mocks_of_shared_defaults_that_only_other_definitions_know_are_not_noisy(folder):
    text = """
        definition: order.asl.json
        defaults: {mocks: {Pay: {return: {}}}}
        scenarios: [{name: a, mocks: {Charge: {return: 1}}}]
    """
    (only,) = load_scenarios(folder("d.scenario.yaml", text))
    assert play(only).warnings == ()


def test_states_of_a_machine_that_is_started_are_its_own(folder):
    folder("fan.asl.json", FAN)
    text = """
        definition: order.asl.json
        machines: {fan: fan.asl.json}
        scenarios: [{name: a, mocks: {Charge: {return: 1}, Pay: {return: 1}}, expect: {never: [Pay]}}]
    """
    (only,) = load_scenarios(folder("m.scenario.yaml", text))
    assert play(only).fault == 'ScenarioError: m.scenario.yaml:4:88: there is no state "Pay"; the machine "fan" has one: expect it under machines'
