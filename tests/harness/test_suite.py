import pytest

from asl_engine.errors import ScenarioError
from asl_engine.harness.play import play
from asl_engine.harness.suite import Job, Player, collect, result_of, scenarios_of

FILE = """definition: order.asl.json
scenarios:
  - {name: one, mocks: {Charge: {return: 1}}}
  - {name: 'two', each: [{n: 1}, {n: 2}], mocks: {Charge: {return: '${n}'}}, expect: {output: 1}}
"""


def names(found):
    return [scenario.name for _, scenario in found]


def test_files_folders_and_names_are_collected_once(folder):
    folder("a/t.scenario.yaml", FILE.replace("order.asl.json", "../order.asl.json"))
    assert names(collect(["a", "a/t.scenario.yaml"])) == ["one", "two [n=1]", "two [n=2]"]
    assert names(collect(["a/t.scenario.yaml::one"])) == ["one"]


def test_the_name_of_a_table_means_all_its_rows(folder):
    file = folder("t.scenario.yaml", FILE)
    assert names(collect([f"{file}::two"])) == ["two [n=1]", "two [n=2]"]
    assert names(collect([f"{file}::two [n=2]"])) == ["two [n=2]"]


def test_everything_that_is_wrong_is_told_at_once(folder):
    folder("a.scenario.yaml", "scenarios: 7")
    folder("b.scenario.yaml", FILE)
    with pytest.raises(ScenarioError) as refused:
        collect(["a.scenario.yaml", "b.scenario.yaml::three", "nowhere"])
    assert [line.partition(": ")[2] for line in str(refused.value).splitlines()] == [
        'a scenario file is a mapping with a list under "scenarios"',
        'there is no such scenario; there are "one", "two [n=1]", "two [n=2]"',
        "there is no such file or folder",
    ]


def test_a_result_is_plain_data(folder):
    origin = collect([folder("t.scenario.yaml", FILE)])[0][0]
    results = [Player()(Job(origin, id, None, False)) for id in scenarios_of(origin)]
    assert [result.passed for result in results] == [True, True, False]
    assert (results[0].status, results[0].explanation) == ("SUCCEEDED", "")
    assert results[2].mismatches == (
        {"key": "output", "what": "output", "expected": "1", "actual": "2", "pointer": "", "event": 9, "location": "t.scenario.yaml:4:95"},
    )
    assert results[2].place == "t.scenario.yaml:4:95"


def test_a_snapshot_that_differs_comes_with_what_was_observed(folder):
    text = "definition: order.asl.json\nscenarios:\n  - {name: one, mocks: {Charge: {return: 1}}, expect: {snapshot: SNAPSHOT}}\n"
    expected = (
        ("{}", {"status": "SUCCEEDED", "output": 1, "path": ["Charge", "Done"], "duration": "0s"}),
        ("{events: 0}", {"events": 9}),
        ("{output: 1}", None),
    )
    for said, observed in expected:
        ((_, scenario),) = collect([folder("t.scenario.yaml", text.replace("SNAPSHOT", said))])
        assert result_of(play(scenario), 0.0).snapshot == observed
