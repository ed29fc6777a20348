"""Differences that were accepted: the file, and what of a diff it leaves."""

from dataclasses import replace

import pytest

from asl_engine.analysis.structure import Change, ChangeKind, Structure
from asl_engine.harness.baseline import Accepted, BaselineError, baseline_text, differences, judged, read_baseline, write_baseline
from asl_engine.history.history import History
from asl_engine.program.load import load
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.revisions import BehaviourDiff, Revision, ScenarioDifference, Witness

TOLD = Told(load({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}), History([], None), "SUCCEEDED")
PATH = Divergence(Kind.PATH, "enters Fail instead of Wait", "Check")
OUTPUT = Divergence(Kind.OUTPUT, "another output: yes #1", None)
INPUT = Change(ChangeKind.INPUT, None, "now reads `$.account_id`", None, None)
EMPTY = BehaviourDiff(Revision("old.json"), Revision("new.json"))
DIFF = replace(
    EMPTY,
    structure=Structure((Change(ChangeKind.START, None, "StartAt A → B", None, None),)),
    contract=(INPUT,),
    scenarios=(ScenarioDifference("declined", None, Comparison(PATH), TOLD, TOLD), ScenarioDifference("paid", None, Comparison(OUTPUT), TOLD, TOLD)),
    witnesses=(Witness("Charge fails", Comparison(PATH, (OUTPUT,)), TOLD, TOLD, {}),),
)
ALL = (
    Accepted("input", None, "now reads `$.account_id`"),
    Accepted("path", "Check", "enters Fail instead of Wait"),
    Accepted("output", None, "another output: yes #1"),
)


def test_a_difference_is_one_however_many_runs_show_it():
    assert differences(DIFF) == ALL


def test_what_nobody_accepted_is_left():
    found = judged(DIFF, ALL[:2])
    assert [each.name for each in found.unaccepted.scenarios] == ["paid"]
    assert (found.unaccepted.contract, found.unaccepted.witnesses, found.passed) == ((), (), False)


def test_what_was_accepted_passes():
    found = judged(DIFF, ALL)
    assert found.passed and found.accepted == ALL and found.stale == ()


def test_another_state_or_sentence_is_another_difference():
    assert not judged(DIFF, (ALL[0], replace(ALL[1], state="Other"), ALL[2])).passed
    assert not judged(DIFF, (ALL[0], replace(ALL[1], differs="enters Fail instead of Retry"), ALL[2])).passed


def test_a_change_of_the_definition_alone_needs_no_permission():
    assert judged(replace(EMPTY, structure=DIFF.structure), ()).passed


def test_what_no_longer_occurs_is_stale():
    assert judged(EMPTY, ALL).stale == ALL


def test_a_file_reads_as_it_was_written(tmp_path):
    file = tmp_path / "accepted.yaml"
    assert write_baseline(file, DIFF) == 3
    assert read_baseline(file) == ALL


def test_the_file_is_for_people():
    assert baseline_text(replace(DIFF, contract=())).splitlines()[1:] == [
        "old: old.json",
        "new: new.json",
        "accepted:",
        "  - kind: path",
        "    state: Check",
        "    differs: enters Fail instead of Wait",
        "  - kind: output",
        '    differs: "another output: yes #1"',
    ]


def test_a_diff_without_differences_accepts_nothing(tmp_path):
    file = tmp_path / "accepted.yaml"
    write_baseline(file, EMPTY)
    assert file.read_text().endswith("accepted: []\n")
    assert read_baseline(file) == ()


def test_reasons_are_kept_when_the_file_is_written_anew(tmp_path):
    file = tmp_path / "accepted.yaml"
    write_baseline(file, DIFF)
    file.write_text(file.read_text().replace("instead of Wait\n", "instead of Wait\n    because: r5 sees FAILED\n"))
    write_baseline(file, replace(DIFF, contract=()))
    assert read_baseline(file) == (replace(ALL[1], because="r5 sees FAILED"), ALL[2])


def test_no_file_accepts_nothing(tmp_path):
    assert read_baseline(tmp_path / "none.yaml") == ()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[]", '1:1: accepted differences are a mapping with a list under "accepted"'),
        ("accepted: 3", '1:1: accepted differences are a mapping with a list under "accepted"'),
        ("", '1:1: accepted differences are a mapping with a list under "accepted"'),
        ("accepted: [\n", "2:1: "),
        ("acepted: []\naccepted: []", '1:1: unknown key "acepted"; there are old, new and accepted'),
        ("accepted:\n  - 3", "2:5: an accepted difference is a mapping with kind, state, differs and because"),
        ("accepted:\n  - kind: path", '2:5: "differs" is missing'),
        ("accepted:\n  - {kind: path, differs: x, state: 3}", '2:37: "state" takes a text'),
        ("accepted:\n  - {kind: path, differs: x, stat: y}", '2:30: unknown key "stat"; there are kind, state, differs, because'),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path, content, complaint):
    file = tmp_path / "accepted.yaml"
    file.write_text(content)
    with pytest.raises(BaselineError) as caught:
        read_baseline(file)
    assert str(caught.value).startswith(f"{file}:{complaint}")


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(BaselineError, match="cannot be written: No such file or directory"):
        write_baseline(tmp_path / "none" / "accepted.yaml", DIFF)


def test_a_folder_is_no_baseline(tmp_path):
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path)
