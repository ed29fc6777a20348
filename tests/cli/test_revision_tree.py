"""Deployment files of a git revision, with what they refer to there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from asl_engine.cli import revision_tree
from asl_engine.cli.git import RevisionError
from asl_engine.cli.revision_files import load_revision, revision_file
from asl_engine.cli.revision_tree import RevisionTree
from asl_engine.errors import AslError
from asl_engine.values import Pointer

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties: {Type: EXPRESS, DefinitionUri: sm/orders.asl.json}
"""
MODULE = """\
resource "aws_sfn_state_machine" "orders" {
  definition = templatefile("${path.module}/orders.tpl", {seconds = var.seconds})
}
variable "seconds" {}
"""
WAIT = '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": %s, "End": true}}}'


def git(*arguments):
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """`main` has infra/template.yaml and a module, tf, that wait one second; the working tree has other files."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git("init", "--quiet", "--initial-branch", "main")
    for name, text in {
        "infra/template.yaml": TEMPLATE,
        "infra/sm/orders.asl.json": WAIT % 1,
        "tf/main.tf": MODULE,
        "tf/orders.tpl": WAIT % "${seconds}",
        "tf/terraform.tfvars": "seconds = 1",
        "plain/README.md": "nothing",
    }.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    os.symlink("sm/orders.asl.json", "infra/linked.asl.json")
    os.symlink("loop.json", "infra/loop.json")
    git("add", ".")
    git("commit", "--quiet", "--message", "1")
    shutil.rmtree("infra")
    shutil.rmtree("tf")
    return tmp_path


def loaded(named):
    return load_revision(revision_file(named), placeholders=None, type=None)


def seconds(named):
    return loaded(named).source.value["States"]["A"]["Seconds"]


def complaint(named):
    with pytest.raises(AslError) as caught:
        loaded(named)
    return str(caught.value)


@pytest.mark.parametrize(
    "named", ["main:infra/template.yaml#Orders", "main:infra/template.yaml", "main:infra#Orders", ":infra/template.yaml", "main:tf", "main:tf/main.tf#orders"]
)
def test_a_deployment_file_is_read_with_what_it_refers_to_in_its_revision(repository, named):
    assert seconds(named) == 1


def test_places_are_in_the_files_of_the_revision(repository):
    assert loaded("main:infra/template.yaml#Orders").source.locate(Pointer("/States/A")) == "main:infra/sm/orders.asl.json:1:34"
    assert loaded("main:tf#orders").source.locate(Pointer("/States/A")) == "main:tf/orders.tpl:1:34"


def test_the_type_is_that_of_the_revision(repository):
    assert loaded("main:infra/template.yaml").type == "EXPRESS"


def test_paths_begin_in_the_folder_one_is_in_or_at_the_top(repository, monkeypatch):
    Path("infra").mkdir()
    monkeypatch.chdir("infra")
    assert seconds("main:template.yaml") == seconds("main:infra/template.yaml") == seconds("main:../tf") == seconds(f"main:{repository}/tf") == 1


def test_what_is_not_in_the_revision_is_not_taken_from_the_disk(repository):
    git("rm", "-r", "--cached", "--quiet", "infra/sm")
    Path("infra/sm").mkdir(parents=True)
    Path("infra/sm/orders.asl.json").write_text(WAIT % 9)
    assert complaint(":infra/template.yaml").startswith(
        ":infra/template.yaml:5:48: ASL001 The file infra/sm/orders.asl.json cannot be read: No such file in the index"
    )


def test_a_missing_file_and_a_missing_machine_are_told_with_the_nearest(repository):
    assert "there is no infra/tmplate.yaml in main; did you mean infra/template.yaml?" in complaint("main:infra/tmplate.yaml#Orders")
    assert "did you mean main:infra/template.yaml#Orders?" in complaint("main:infra/template.yaml#Ordres")


def test_a_revision_that_is_none_is_told(repository):
    assert "there is no revision 'mian'; did you mean 'main'?" in complaint("mian:infra/template.yaml#Orders")


def test_a_folder_without_machines_is_asked_for_a_definition(repository):
    assert complaint("main:plain") == "main:plain: this is a folder; name a definition in it"


def test_links_are_followed_and_not_for_ever(repository):
    tree = RevisionTree("main")
    assert tree.read(Path("infra/linked.asl.json"), 1000).decode() == WAIT % 1
    assert not tree.is_file(Path("infra/loop.json"))
    assert tree.names(Path("infra")) == ["linked.asl.json", "template.yaml"]


def test_what_is_outside_of_the_repository_is_not_there(repository):
    assert not RevisionTree("main").is_file(Path("../x"))
    assert not RevisionTree("main").is_file(Path("/etc/hostname"))


def test_a_revision_has_a_limit_of_files(repository, monkeypatch):
    monkeypatch.setattr(revision_tree, "MOST_FILES", 3)
    with pytest.raises(RevisionError, match="main has more than 3 files"):
        RevisionTree("main").is_file(Path("tf/main.tf"))
