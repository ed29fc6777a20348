"""`asl diff` by its front door."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

CHARGE = {
    "Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
    "Retry": [{"ErrorEquals": ["Card.Throttled"], "IntervalSeconds": 3, "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["Card.Declined"], "Next": "Apologise"}],
    "Next": "Done",
}
OLD = {"StartAt": "Charge", "States": {"Charge": CHARGE, "Done": {"Type": "Succeed"}, "Apologise": {"Type": "Fail", "Error": "Sorry", "Cause": "no funds"}}}
NEW = {**OLD, "States": {**OLD["States"], "Charge": {name: value for name, value in CHARGE.items() if name != "Catch"}, "Done": {"Type": "Succeed"}}}
NEW["States"] = {name: state for name, state in NEW["States"].items() if name != "Apologise"}
SCENARIOS = "definition: {}\nscenarios:\n  - {{name: declined, mocks: {{Charge: {{throw: {{error: Card.Declined}}}}}}, expect: {{error: Sorry}}}}\n"


@pytest.fixture
def orders(asl):
    """old.asl.json catches a declined card, new.asl.json does not; one scenario is about the old one."""
    asl.write("old.asl.json", OLD)
    asl.write("new.asl.json", NEW)
    asl.write("orders.scenario.yaml", SCENARIOS.format("old.asl.json"))
    return asl


def test_all_layers_are_shown(orders):
    result = orders("diff", "old.asl.json", "new.asl.json")
    assert result.exit_code == 0
    assert result.output.startswith("- old.asl.json\n+ new.asl.json\n\nstructure: ")
    assert "scenarios: 1 of 1 differs\n  ! declined: FAILED (Sorry) → FAILED (Card.Declined)  orders.scenario.yaml:3:5\n" in result.output
    assert "      its expectations held, and no longer do\n" in result.output
    assert "exploration: " in result.output
    assert "\ncompared: the definitions, 1 scenario and " in result.output


def test_the_same_definition_says_what_was_compared(orders):
    result = orders("diff", "old.asl.json", "old.asl.json")
    assert result.exit_code == 0
    assert "\nwithin this, nothing differs" in result.output


def test_layers_can_be_left_out(orders):
    output = orders("diff", "old.asl.json", "new.asl.json", "--no-scenarios", "--no-explore").output
    assert "compared: the definitions, no scenario and no explored run\n" in output
    assert "scenarios:" not in output and "exploration:" not in output


def test_scenarios_are_those_that_are_named(orders):
    orders.write("others.scenario.yaml", SCENARIOS.format("old.asl.json").replace("declined", "refused"))
    assert "! refused" in orders("diff", "old.asl.json", "new.asl.json", "--scenarios", "others.scenario.yaml").output


def test_bounds_are_told(orders):
    output = orders("diff", "old.asl.json", "new.asl.json", "--max-runs", "2").output
    assert "at most 2 runs," in output
    assert "ended early: --max-runs 2" in output


def test_two_runs_print_the_same(orders):
    asked = ("diff", "old.asl.json", "new.asl.json")
    assert orders(*asked).output == orders(*asked).output


def test_several_processes_print_the_same(orders):
    orders.write("others.scenario.yaml", SCENARIOS.format("old.asl.json").replace("declined", "refused"))
    asked = ("diff", "old.asl.json", "new.asl.json")
    assert orders(*asked).output == orders(*asked, "-n", "2").output


@pytest.mark.parametrize(("new", "code"), [("old.asl.json", 0), ("new.asl.json", 2)])
def test_the_detailed_exit_code_tells_whether_something_differs(orders, new, code):
    assert orders("diff", "old.asl.json", new, "--detailed-exitcode").exit_code == code


@pytest.mark.parametrize("arguments", [("none.asl.json",), ("new.asl.json", "--max-runs", "none"), ("new.asl.json", "new.asl.json"), ("main:x",)])
def test_what_cannot_work_is_1_with_the_detailed_exit_code_and_2_without(orders, arguments):
    assert orders("diff", "old.asl.json", *arguments).exit_code == 2
    result = orders("diff", "old.asl.json", *arguments, "--detailed-exitcode")
    assert (result.exit_code, "Traceback" in result.output) == (1, False)


def test_what_cannot_be_read_is_told_with_its_place(orders):
    orders.write("odd.asl.json", "{")
    result = orders("diff", "old.asl.json", "odd.asl.json")
    assert result.exit_code == 2
    assert result.stderr.startswith("DefinitionError: odd.asl.json:1:2: ASL002 ")


def test_what_aws_would_refuse_is_compared_and_says_why(orders):
    orders.write("odd.asl.json", {**OLD, "States": {**OLD["States"], "Lost": {"Type": "Pass", "Next": "Nowhere"}}})
    result = orders("diff", "old.asl.json", "odd.asl.json")
    assert result.exit_code == 0
    assert "odd.asl.json cannot be deployed: AWS would refuse it. It was run all the same.\n  odd.asl.json:1:" in result.output
    assert "Missing 'Next' target: Nowhere" in result.output


def test_json_has_everything(orders):
    document = json.loads(orders("diff", "old.asl.json", "new.asl.json", "--format", "json").output)
    assert (document["format_version"], document["differs"], document["new"]["label"]) == (1, True, "new.asl.json")
    assert document["scenarios"][0]["name"] == "declined"


def test_markdown_is_for_a_pull_request(orders):
    output = orders("diff", "old.asl.json", "new.asl.json", "--format", "markdown").output
    assert output.startswith("### `old.asl.json` → `new.asl.json`\n\nstructure: ")
    assert "<details><summary><b>declined</b>: FAILED (Sorry) → FAILED (Card.Declined)<br>" in output


def test_github_gets_annotations_and_a_summary(orders, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("before\n")
    output = orders("diff", "old.asl.json", "new.asl.json", "--format", "github").output
    assert "::warning file=new.asl.json,line=1,col=" in output
    assert (tmp_path / "summary.md").read_text().startswith("before\n### `old.asl.json` → `new.asl.json`\n")


def test_a_file_is_written_where_one_is_asked_for(orders, tmp_path):
    result = orders("diff", "old.asl.json", "new.asl.json", "-o", "diff.txt")
    assert result.output == ""
    assert (tmp_path / "diff.txt").read_text().startswith("- old.asl.json\n")


def test_a_file_that_cannot_be_written_is_told(orders):
    result = orders("diff", "old.asl.json", "new.asl.json", "-o", "none/diff.txt")
    assert result.exit_code == 2
    assert "none/diff.txt: the differences cannot be written" in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("a", "b", "c"), "two revisions are compared, not 3; --chain compares each with the next"),
        (("a", "b", "--no-scenarios", "--scenarios", "x"), "--scenarios and --no-scenarios exclude each other"),
        (("a", "b", "--update-baseline"), "--update-baseline needs to know the file"),
        (("a", "b", "--chain", "--baseline", "x"), "--baseline is about two revisions"),
        (("a", "b", "-n", "none"), "'none' is no number of processes"),
    ],
)
def test_options_that_do_not_go_together_are_told(asl, arguments, complaint):
    result = asl("diff", *arguments)
    assert result.exit_code == 2
    assert complaint in result.output


# ---------------------------------------------------------------- chains and git


def test_a_chain_compares_each_with_the_next(orders):
    orders.write("newest.asl.json", NEW)
    output = orders("diff", "--chain", "old.asl.json", "new.asl.json", "newest.asl.json").output
    assert output.splitlines()[0].startswith("old.asl.json → new.asl.json     structure: ")
    assert output.splitlines()[1] == "new.asl.json → newest.asl.json  nothing differs in what was compared"
    assert "\n\n\n- old.asl.json\n+ new.asl.json\n" in output
    assert "\n\n\n- new.asl.json\n+ newest.asl.json\n" in output


def test_a_chain_as_json_has_each_comparison(orders):
    document = json.loads(orders("diff", "--chain", ".", "--format", "json").output)
    assert [(each["old"]["label"], each["new"]["label"]) for each in document["comparisons"]] == [("new.asl.json", "old.asl.json")]


def test_a_file_is_held_against_head(orders):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    orders.write("order.asl.json", OLD)
    orders.write("order.scenario.yaml", SCENARIOS.format("order.asl.json").replace("declined", "refused"))
    for command in (["init", "-q"], ["add", "."], [*settings, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True, capture_output=True)
    orders.write("order.asl.json", NEW)
    output = orders("diff", "order.asl.json").output
    assert output.startswith("- HEAD:order.asl.json\n+ order.asl.json\n")
    assert "scenarios: 1 of 1 differs\n  ! refused:" in output
    assert "HEAD:order.asl.json:1:" in output


# ---------------------------------------------------------------- emitted scenarios


@pytest.mark.parametrize(("expects", "codes"), [("new", (1, 0)), ("old", (0, 1))])
def test_emitted_scenarios_pass_on_one_revision_and_fail_on_the_other(orders, expects, codes):
    result = orders("diff", "old.asl.json", "new.asl.json", "--no-scenarios", "--emit", "found", "--emit-expects", expects)
    assert "wrote found/" in result.output
    files = sorted(Path("found").iterdir())
    assert files
    for name, code in zip(("old.asl.json", "new.asl.json"), codes, strict=True):
        for file in files:
            file.write_text(file.read_text().replace("../old.asl.json", f"../{name}").replace("../new.asl.json", f"../{name}"))
        outcomes = [orders("test", file).exit_code for file in files]
        assert set(outcomes) == {code}, name


def test_emitted_files_are_written_again_and_others_are_left_alone(orders):
    asked = ("diff", "old.asl.json", "new.asl.json", "--no-scenarios", "--emit", "found")
    orders(*asked)
    first = {file.name: file.read_text() for file in Path("found").iterdir()}
    orders(*asked)
    assert {file.name: file.read_text() for file in Path("found").iterdir()} == first
    mine = Path("found") / next(iter(first))
    mine.write_text("scenarios: []\n")
    orders(*asked)
    assert mine.read_text() == "scenarios: []\n"
    assert len(list(Path("found").iterdir())) == len(first) + 1


def test_emitted_scenarios_know_how_to_load_the_definition(orders):
    orders.write("values.json", {"name": "charge"})
    orders.write("new.asl.json", json.dumps(NEW).replace("function:charge", "function:${name}").replace('"Next": "Done"', '"Next": "Done", "Odd": 1'))
    orders("diff", "old.asl.json", "new.asl.json", "--no-scenarios", "--emit", "found", "--placeholders", "values.json")
    assert [orders("test", file).exit_code for file in Path("found").iterdir()].count(0) == len(list(Path("found").iterdir())) > 0


def test_a_folder_that_cannot_be_written_to_is_told(orders):
    result = orders("diff", "old.asl.json", "new.asl.json", "--emit", "old.asl.json")
    assert result.exit_code == 2
    assert "old.asl.json: the scenarios cannot be written" in result.output


def test_without_a_difference_nothing_is_saved(orders):
    result = orders("diff", "old.asl.json", "old.asl.json", "--emit", "found")
    assert result.output.endswith("nothing to save in found: exploration found no difference\n")
    assert not Path("found").exists()


# ---------------------------------------------------------------- accepted differences


def test_what_was_not_accepted_fails_and_what_was_accepted_does_not(orders):
    asked = ("diff", "old.asl.json", "new.asl.json", "--baseline", "accepted.yaml")
    result = orders(*asked)
    assert result.exit_code == 1
    assert "0 differences accepted in accepted.yaml; what is shown above was not: --update-baseline accepts it" in result.output
    result = orders(*asked, "--update-baseline")
    assert (result.exit_code, "differences accepted" in result.stderr) == (0, True)
    result = orders(*asked)
    assert result.exit_code == 0
    assert "! declined" not in result.output
    assert orders(*asked, "--detailed-exitcode").exit_code == 0


def test_an_accepted_difference_that_no_longer_occurs_is_told(orders):
    asked = ("--baseline", "accepted.yaml")
    orders("diff", "old.asl.json", "new.asl.json", *asked, "--update-baseline")
    result = orders("diff", "old.asl.json", "old.asl.json", *asked)
    assert result.exit_code == 0
    assert "accepted.yaml: no longer occurs: " in result.stderr


def test_a_baseline_that_is_wrong_cannot_work(orders):
    orders.write("accepted.yaml", "accepted: 3")
    result = orders("diff", "old.asl.json", "new.asl.json", "--baseline", "accepted.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith("BaselineError: accepted.yaml:1:1: ")
