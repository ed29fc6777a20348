import json

import pytest

import asl_engine as asl
from asl_engine.analysis.structure import Change, ChangeKind, Structure
from asl_engine.harness.telling import told
from asl_engine.values import Pointer
from asl_engine.views.behaviour import compare
from asl_engine.views.revisions import BehaviourDiff, Compared, Revision, ScenarioDifference, Witness

OLD = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "End": True}}}
NEW = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}}


def change(**given):
    return Change(ChangeKind.DATA, "A", "Result 1 → 2", Pointer("/States/A/Result"), Pointer("/States/A/Result"), 1, 2, **given)


@pytest.fixture
def sides():
    return [told(asl.loads(json.dumps(definition))) for definition in (OLD, NEW)]


def test_neutral_changes_alone_are_no_difference():
    neutral = BehaviourDiff(Revision("a"), Revision("b"), Structure((change(neutral=True),)))
    assert not neutral.differs
    assert BehaviourDiff(Revision("a"), Revision("b"), Structure((change(),))).differs


def test_json_holds_what_was_found_and_what_was_compared(sides):
    old, new = sides
    comparison = compare(old, new)
    diff = BehaviourDiff(
        Revision("a", program=old.program),
        Revision("b", program=new.program),
        Structure((change(),)),
        scenarios=(ScenarioDifference("paid", "x.yaml:1:1", comparison, old, new, True, None),),
        witnesses=(Witness("nothing goes wrong", comparison, old, new, {"name": "w", "input": {}}, ("late",), 3),),
        compared=Compared(1, (("other", "it is about c"),), 9, {"max-runs": 10}, ("max-runs",), ("Far",)),
    )
    found = json.loads(json.dumps(diff.to_json()))
    assert (found["format_version"], found["differs"]) == (1, True)
    assert found["structure"]["changes"][0]["new_at"] == {"pointer": "/States/A/Result", "location": "<definition>:1:34"}
    assert (found["structure"]["changes"][0]["before"], found["structure"]["changes"][0]["after"]) == (1, 2)
    (scenario,) = found["scenarios"]
    assert (scenario["old_passes"], scenario["new_passes"]) == (True, None)
    assert (scenario["old"]["output"], "output" in scenario["new"], scenario["new"]["error"]) == (1, False, "E")
    assert scenario["divergences"][0]["sentence"] == "FAILED (E) instead of SUCCEEDED"
    (witness,) = found["witnesses"]
    assert (witness["scenario"], witness["troubles"], witness["runs"]) == ({"name": "w", "input": {}}, ["late"], 3)
    assert found["compared"] == {
        "scenarios": 1,
        "skipped": [{"name": "other", "why": "it is about c"}],
        "runs": 9,
        "bounds": {"max-runs": 10},
        "reached": ["max-runs"],
        "unentered": ["Far"],
    }


def test_json_has_no_locations_without_a_text():
    diff = BehaviourDiff(Revision("a"), Revision("b"), Structure((change(),)))
    assert diff.to_json()["structure"]["changes"][0]["new_at"]["location"] is None
