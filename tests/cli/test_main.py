import subprocess
import sys
from pathlib import Path

import asl_engine
from asl_engine import cli

ROOT = Path(__file__).resolve().parents[2]


def test_the_version_is_told(asl):
    assert asl("--version").stdout == f"asl, version {asl_engine.__version__}\n"


def test_help_names_every_command_and_the_exit_codes(asl):
    said = " ".join(asl("--help").stdout.split())
    assert all(text in said for text in (" check Tell", " run Run", "3 a bug in this tool"))


def test_a_misspelt_command_is_told_the_nearest(asl):
    done = asl("chek")
    assert (done.exit_code, "did you mean 'check'?" in done.stderr) == (2, True)


def test_a_bug_in_the_tool_says_so(asl, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError("oops")

    monkeypatch.setattr("asl_engine.cli.check.examine", broken)
    done = asl("check", asl.write("a.asl.json", {}))
    assert (done.exit_code, "this is a bug in asl-engine" in done.stderr) == (3, True)


def test_the_commands_listed_are_the_modules_there_are():
    modules = {path.stem for path in Path(cli.__file__).parent.glob("*.py") if "@click.command(" in path.read_text(encoding="utf-8")}
    assert {name.replace("-", "_") for name in cli._COMMANDS} == modules


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "asl_engine", "--version"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("asl, version ")
