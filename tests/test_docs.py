"""What the pages show is what happens: every snippet runs, every output is compared.

A block with `file=NAME` is written to that file. In a `console` block each line after "$ " is run (`asl` is this
checkout's, `pytest` has its plugin) and must print the lines below it. `python` blocks of one page share a namespace and run in order.
Regenerate the outputs with `UPDATE_DOCS=1`.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
WALL_TIME = re.compile(r"\(\d+ ms on this machine\)|in \d+\.\d\ds")

MODULES = {"asl": ["asl_engine"], "pytest": ["pytest", "-p", "asl_engine.pytest_plugin", "-p", "no:cacheprovider"]}
# Only what a program needs to start: what a build server sets (CI, BUILD_NUMBER, ...) changes what pytest and Hypothesis print.
INHERITED = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL")
QUIET = {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "COLUMNS": "80"}


def run(command, folder):
    arguments = shlex.split(command)
    assert arguments[0] in MODULES, f"only asl and pytest are run: {command}"
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment = inherited | QUIET | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *MODULES[arguments[0]], *arguments[1:]]
    done = subprocess.run(command, capture_output=True, cwd=folder, env=environment, encoding="utf-8", timeout=60)
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout + done.stderr


def played(body, folder):
    """The console block as it should read."""
    commands = [line for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{run(command[2:], folder)}" for command in commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_snippet_of_a_page_runs_as_shown(page, tmp_path, monkeypatch):
    for name in ("definitions", "mocks", "scenarios"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    shown, happened, namespace = [], {}, {"__name__": page.stem}
    for block in BLOCK.finditer(text):
        kind, _, file = block["info"].partition(" file=")
        if file:
            (tmp_path / file).write_text(block["body"], encoding="utf-8")
        elif kind == "python":
            exec(compile(block["body"], f"{page.name}", "exec"), namespace)
        elif kind == "console":
            shown.append(block["body"])
            happened[block["body"]] = played(block["body"], tmp_path)
    if os.environ.get("UPDATE_DOCS"):
        for before, after in happened.items():
            text = text.replace(f"```console\n{before}```", f"```console\n{after}```")
        page.write_text(text, encoding="utf-8")
        return
    assert [WALL_TIME.sub("", body) for body in shown] == [WALL_TIME.sub("", happened[body]) for body in shown]


def test_every_option_of_every_command_is_in_the_pages_or_its_help():
    from asl_engine.cli import _COMMANDS

    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in _COMMANDS if f"asl {name}" not in pages] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_makefile_has_what_the_readme_names():
    named = re.findall(r"\bmake (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    made = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= set(made)
