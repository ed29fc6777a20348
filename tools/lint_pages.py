"""Writes docs/lint/*.md: one page for each lint rule, and an index of all codes.

    python tools/lint_pages.py

The texts are the docstrings of the rules' modules and the table of the grammar's codes; a test compares.
"""

from __future__ import annotations

from pathlib import Path

from asl_engine.linter.codes import PAGES
from asl_engine.linter.pages import gravity, page, titles
from asl_engine.linter.registry import rules

FOLDER = Path(__file__).parent.parent / "docs" / "lint"
_INDEX = """# What `asl check` can say

`asl check --explain CODE` prints a page. Generated from the rules by tools/lint_pages.py.

## Rules

| Code | Name | Severity | Profile | What |
|---|---|---|---|---|
{rules}

## What AWS refuses or warns of, and what is said about files and suppressions

| Code | What | |
|---|---|---|
{codes}
"""


def pages() -> dict[str, str]:
    """File name -> text."""
    listed = "\n".join(f"| [{rule.CODE}]({rule.CODE}.md) | `{rule.NAME}` | {gravity(rule)} | {rule.PROFILE} | {titles()[rule.CODE]} |" for rule in rules())
    others = "\n".join(f"| {code} | {found.title} | {found.text} |" for code, found in PAGES.items())
    return {"README.md": _INDEX.format(rules=listed, codes=others)} | {f"{rule.CODE}.md": page(rule.CODE) for rule in rules()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
