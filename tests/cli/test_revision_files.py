"""Where `asl diff` finds revisions: files and git."""

import shutil
import subprocess
from pathlib import Path

import pytest

from asl_engine.cli.revision_files import RevisionError, chain_of, load_revision, natural, revision_file, two_of
from asl_engine.values import Pointer

WAIT = '{{"StartAt": "A", "States": {{"A": {{"Type": "Wait", "Seconds": {}, "End": true}}}}}}'


def git(*arguments):
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """wait.asl.json with 1 second in the first commit (tag `first`), 2 in the second, 3 in the index, 4 as it stands; the same in a folder."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git("init", "--quiet", "--initial-branch", "main")
    Path("folder").mkdir()
    for seconds in (1, 2, 3):
        Path("wait.asl.json").write_text(WAIT.format(seconds))
        Path("folder/inner.asl.json").write_text(WAIT.format(10 * seconds))
        git("add", ".")
        if seconds < 3:
            git("commit", "--quiet", "--message", f"{seconds}")
        if seconds == 1:
            git("tag", "first")
    Path("wait.asl.json").write_text(WAIT.format(4))
    return tmp_path


def seconds(named):
    program = load_revision(revision_file(named), placeholders=None, type="STANDARD")
    return next(iter(program.source.value["States"].values()))["Seconds"]


def complaint(named):
    with pytest.raises(RevisionError) as caught:
        load_revision(revision_file(named), placeholders=None, type="STANDARD")
    return str(caught.value)


@pytest.mark.parametrize(
    ("named", "found"),
    [("first:wait.asl.json", 1), ("HEAD~1:wait.asl.json", 1), ("main:wait.asl.json", 2), (":wait.asl.json", 3), (":0:wait.asl.json", 3), ("wait.asl.json", 4)],
)
def test_a_file_is_read_as_it_was_in_a_revision(repository, named, found):
    assert seconds(named) == found


def test_a_path_is_relative_to_the_folder_one_is_in(repository, monkeypatch):
    monkeypatch.chdir(repository / "folder")
    assert seconds("HEAD:inner.asl.json") == 20
    assert seconds("HEAD:../wait.asl.json") == 2


def test_a_path_from_the_top_of_the_repository_is_found_too(repository, monkeypatch):
    """As git itself reads REV:path."""
    monkeypatch.chdir(repository / "folder")
    assert seconds("HEAD:wait.asl.json") == 2


def test_an_absolute_path_is_taken(repository):
    assert seconds(f"HEAD:{repository / 'wait.asl.json'}") == 2


def test_a_file_with_such_a_name_wins(repository):
    Path("first:wait.asl.json").write_text(WAIT.format(5))
    assert seconds("first:wait.asl.json") == 5


def test_places_begin_with_the_revision(repository):
    program = load_revision(revision_file("first:wait.asl.json"), placeholders=None, type="STANDARD")
    assert program.source.locate(Pointer("/States/A/Seconds")) == "first:wait.asl.json:1:62"


def test_what_aws_would_refuse_is_loaded_all_the_same(repository):
    Path("odd.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}')
    git("add", ".")
    assert load_revision(revision_file(":odd.asl.json"), placeholders=None, type="STANDARD").source.value["StartAt"] == "A"


def test_no_such_revision_is_told_with_the_nearest(repository):
    assert complaint("man:wait.asl.json") == "man:wait.asl.json: there is no revision 'man'; did you mean 'main'?"
    assert complaint("main") == "main is a revision; which file of it? Write main:order.asl.json"
    assert complaint("v1:wait.asl.json") == "v1:wait.asl.json: there is no revision 'v1'; write a branch, a tag, a commit or HEAD~3"


def test_no_such_file_in_a_revision_is_told_with_the_nearest(repository):
    assert complaint("first:wiat.asl.json") == "first:wiat.asl.json: there is no wiat.asl.json in first; did you mean wait.asl.json?"
    assert complaint("first:inner.asl.json") == "first:inner.asl.json: there is no inner.asl.json in first; did you mean folder/inner.asl.json?"
    assert complaint(":wiat.asl.json").startswith(":wiat.asl.json: there is no wiat.asl.json in git's index")


def test_a_folder_of_a_revision_is_no_file(repository):
    assert "first:folder: " in complaint("first:folder")


def test_an_option_is_no_revision(repository):
    assert complaint("--output=x:wait.asl.json") == "--output=x:wait.asl.json: '--output=x' is no revision"
    assert not Path("x").exists()


def test_outside_of_a_repository_git_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not a git repository" in complaint("main:wait.asl.json")


def test_without_git_only_files_can_be_compared(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert complaint("main:wait.asl.json").startswith("git is not installed")


def test_a_git_that_does_not_answer_is_not_waited_for(repository, monkeypatch):
    def hangs(*arguments, **options):
        raise subprocess.TimeoutExpired("git", options["timeout"])

    monkeypatch.setattr("subprocess.run", hangs)
    assert complaint("main:wait.asl.json") == "git cat-file did not answer within 30 seconds"


def test_what_is_too_large_for_a_definition_is_not_read(repository):
    Path("large.asl.json").write_text(" " * 5_000_000)
    git("add", ".")
    assert complaint(":large.asl.json") == ":large.asl.json: 5,000,000 bytes are more than a definition has, which AWS limits to 1 MiB"


def test_what_is_no_utf_8_is_told(repository):
    Path("odd.asl.json").write_bytes(b'{"\xff"}')
    git("add", ".")
    assert complaint(":odd.asl.json") == ":odd.asl.json: this is not UTF-8: byte 3 is 0xff"


def test_a_revision_without_a_file_is_asked_for_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RevisionError, match="which file of it"):
        revision_file("main:")


def test_one_file_is_held_against_head():
    old, new = two_of(["a.asl.json"])
    assert (old.label, old.revision, new.label, new.revision) == ("HEAD:a.asl.json", "HEAD", "a.asl.json", None)


def test_one_revision_is_held_against_the_file_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    old, new = two_of(["main:./a.asl.json"])
    assert (old.label, new.label, new.revision) == ("main:./a.asl.json", "a.asl.json", None)


def test_a_folder_is_no_revision(tmp_path):
    with pytest.raises(RevisionError, match="is a folder; --chain"):
        load_revision(revision_file(str(tmp_path)), placeholders=None, type="STANDARD")


def test_numbers_in_names_count():
    assert sorted(["r10", "r2", "r1", "rx", "r"], key=natural) == ["r", "r1", "r2", "r10", "rx"]


def test_a_folder_is_a_chain_in_the_order_of_its_numbers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("r10.asl.json", "r2.asl.yaml", "r1.asl.json", "values.json", "README.md"):
        Path(name).write_text("")
    assert [(old.label, new.label) for old, new in chain_of(["."])] == [("r1.asl.json", "r2.asl.yaml"), ("r2.asl.yaml", "r10.asl.json")]


def test_files_of_a_chain_keep_their_order():
    assert [(old.label, new.label) for old, new in chain_of(["b", "a", "HEAD:c"])] == [("b", "a"), ("a", "HEAD:c")]


@pytest.mark.parametrize("names", [[], ["one.asl.json"]])
def test_less_than_two_definitions_are_no_chain(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("")
    with pytest.raises(RevisionError, match="two definitions or more"):
        chain_of([str(tmp_path)])


def test_a_chain_has_a_limit():
    with pytest.raises(RevisionError, match="at most 200 revisions, not 201"):
        chain_of([f"{number}.asl.json" for number in range(201)])
