from datetime import UTC, datetime, timedelta

import pytest

from asl_engine.scenario import TaskSource
from asl_engine.scenario_files import find_scenario_files


def test_a_scenario_has_an_id_a_name_and_a_place(load):
    first, second = load("definition: a.asl.json\nscenarios:\n  - name: one\n  - name: two\n")
    assert first.id.endswith("t.scenario.yaml::one")
    assert (first.name, second.name) == ("one", "two")
    assert second.location.endswith("t.scenario.yaml:4:5")


def test_json_is_read_too(load):
    (only,) = load('{"definition": "a.asl.json", "scenarios": [{"name": "one", "input": 7}]}', "t.scenario.json")
    assert only.input == 7


def test_what_is_shared_stands_once_and_a_scenario_replaces_it_key_by_key(load):
    first, second = load(
        """
        definition: a.asl.json
        placeholders: {a: 1, b: 2}
        clock: {start: 2030-01-01T00:00:00+02:00}
        defaults:
          input: {n: 1}
          mocks: {A: {return: 1}, B: {return: 2}}
          expect: {status: SUCCEEDED, duration: 1s}
        scenarios:
          - name: as it is
          - name: otherwise
            placeholders: {b: 3}
            input: {m: 2}
            mocks: {B: {return: 3}}
            expect: {duration: 2s}
        """
    )
    assert (first.input, first.definition.placeholders) == ({"n": 1}, {"a": 1, "b": 2})
    assert first.start == datetime(2029, 12, 31, 22, tzinfo=UTC)
    assert (second.input, second.definition.placeholders) == ({"m": 2}, {"a": 1, "b": 3})
    assert second.mocks == {"A": {"return": 1}, "B": {"return": 3}}
    assert (second.expect.status, second.expect.duration.holds(timedelta(seconds=2))) == ("SUCCEEDED", True)


def test_only_the_scenarios_own_mocks_must_be_used(load):
    (only,) = load("definition: a.asl.json\ndefaults: {mocks: {A: {return: 1}}}\nscenarios: [{name: one, mocks: {B: {return: 2}}}]")
    assert only.own_mocks == ("B",)


def test_an_input_file_takes_the_place_of_a_default_input_and_the_other_way_round(load):
    load.write("seven.json", "7")
    text = "definition: a.asl.json\ndefaults: {%s}\nscenarios: [{name: one, %s}]"
    assert load(text % ("input: 1", "input_file: seven.json"))[0].input == 7
    assert load(text % ("input_file: seven.json", "input: 1"))[0].input == 1


def test_files_are_found_beside_the_scenarios_then_in_the_projects_folders(load):
    load.write("pyproject.toml", '[tool.asl]\ndefinitions = "machines"\n')
    here = load.write("cases/t.scenario.yaml", "").parent
    load.write("machines/b.asl.json", "{}")
    (only,) = load("definition: b.asl.json\nscenarios: [{name: one}]", "cases/t.scenario.yaml")
    assert only.definition.origin == here.parent / "machines" / "b.asl.json"
    assert only.root == here.parent


def test_a_definition_may_stand_in_the_file(load):
    (only,) = load("definition: {StartAt: A, States: {A: {Type: Succeed}}}\nscenarios: [{name: one}]")
    assert only.definition.origin == {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}


def test_fakes_are_named_alone_or_with_arguments(load):
    (only,) = load("definition: a.asl.json\nscenarios: [{name: one, tasks: [mocks.shop, {use: mocks.bank:world, with: {open: false}}]}]")
    assert only.tasks == (TaskSource("mocks.shop"), TaskSource("mocks.bank:world", {"open": False}))


def test_validation_may_be_switched_off(load):
    assert load("definition: a.asl.json\nvalidate: false\nscenarios: [{name: one}]")[0].definition.checked is False


def test_an_anchored_row_list_makes_the_same_table_twice(load):
    names = [scenario.name for scenario in load("definition: a.asl.json\nscenarios:\n  - {name: 'a ${n}', each: &r [{n: 1}]}\n  - {name: 'b ${n}', each: *r}")]
    assert names == ["a 1", "b 1"]


HEAD = "definition: a.asl.json\nscenarios:\n  - name: one\n"
NO_DEFINITION = 'no "definition" is given, neither by the file nor by the scenario'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", ['1:1: a scenario file is a mapping with a list under "scenarios"']),
        ("", ['1:1: a scenario file is a mapping with a list under "scenarios"']),
        ("# nothing yet", ['1:1: a scenario file is a mapping with a list under "scenarios"']),
        ("definition: a.asl.json\nmocks: {}\nscenarios: [{name: one}]", ['2:1: "mocks" is said by a scenario, or for all of them under "defaults"']),
        ("scenarios: []", ["1:12: there are no scenarios"]),
        (
            "defintion: a.asl.json\nscenarios: [{name: one}]",
            [
                '1:1: unknown key "defintion" in a scenario file; did you mean "definition"?',
                f"2:13: {NO_DEFINITION}",
            ],
        ),
        ("definition: b.asl.json\nscenarios: [{name: one}]", ["1:13: there is no file b.asl.json; looked in {folder}"]),
        ("scenarios:\n  - name: one", [f"2:5: {NO_DEFINITION}"]),
        ("definition: a.asl.json\nscenarios:\n  - nmae: one", ['3:5: "name" is missing', '3:5: unknown key "nmae" in a scenario; did you mean "name"?']),
        ("definition: a.asl.json\nscenarios:\n  - one", ["3:5: a scenario is a mapping"]),
        ("definition: a.asl.json\ndefaults: {inptu: 1}\nscenarios: [{name: one}]", ['2:12: unknown key "inptu" in defaults; did you mean "input"?']),
        ("definition: a.asl.json\nscenarios:\n  - {name: one, seed: x}", ['3:23: "seed" takes a whole number, not string "x"']),
        ("definition: a.asl.json\nscenarios:\n  - {name: one, clock: {start: soon}}", ["3:32: 'soon' is no instant; write it as 2026-01-31T09:30:00Z"]),
        (
            f"{HEAD}    mocks: {{A: {{retrun: 1}}}}",
            ['4:25: unknown key "retrun" in an answer; did you mean "return"?', "  at /A/retrun"],
        ),
        (
            f"{HEAD}    expect: {{states: {{A: [{{attemps: 1}}]}}}}",
            ['4:28: unknown key "attemps" in a state\'s expectation; did you mean "attempts"?'],
        ),
        (
            "definition: a.asl.json\nscenarios:\n  - name: one\n    expect: {status: SUCEEDED}",
            ["4:22: \"status\" is one of 'SUCCEEDED', 'FAILED', 'TIMED_OUT' or 'ABORTED', not \"SUCEEDED\"; did you mean \"SUCCEEDED\"?"],
        ),
        ("definition: a.asl.json\nscenarios: [{name: one, name: two}]", ['2:25: "name" is written twice']),
        ("definition: a.asl.json\nscenarios:\n  - {name: one}\n  - {name: one}", ['4:5: there is already a scenario named "one", at 3:5']),
        ("definition: a.asl.json\nscenarios: [{name: one, input_file: no.json}]", ["2:37: there is no file no.json; looked in {folder}"]),
        ("a: [", ["1:5: The text is no YAML: while parsing a flow node, did not find expected node content"]),
    ],
)
def test_a_mistake_is_told_with_its_place(complaints, tmp_path, text, expected):
    assert complaints(text) == [line.replace("{folder}", str(tmp_path)) for line in expected]


def test_every_mistake_is_told_at_once(complaints):
    assert len(complaints("definition: a.asl.json\nscenarios:\n  - {name: one, a: 1}\n  - {name: two, b: 1}\n  - 7\n")) == 3


def test_a_mistake_in_defaults_is_told_once_and_at_its_place(complaints):
    text = "definition: a.asl.json\ndefaults:\n  expect: {durations: 1s}\nscenarios: [{name: one}, {name: two}]"
    assert complaints(text) == ['3:12: unknown key "durations" in an expectation; did you mean "duration"?']


def test_a_folder_holds_the_files_below_it(load, tmp_path):
    for name in ("b/z.scenario.yml", "a.scenario.yaml", "c.scenario.json", "d.yaml"):
        load.write(name, "")
    assert [str(file.relative_to(tmp_path)) for file in find_scenario_files(tmp_path)] == ["a.scenario.yaml", "b/z.scenario.yml", "c.scenario.json"]
