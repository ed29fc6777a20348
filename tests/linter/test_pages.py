"""docs/lint is what the rules say of themselves."""

import runpy
from pathlib import Path

import pytest

import asl_engine.syntax.codes as grammar
from asl_engine.linter.codes import PAGES
from asl_engine.linter.pages import page, titles
from asl_engine.linter.registry import rules

ROOT = Path(__file__).parents[2]
WRITTEN = runpy.run_path(str(ROOT / "tools" / "lint_pages.py"))["pages"]()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_as_the_rule_has_it(name):
    """If not: python tools/lint_pages.py"""
    assert (ROOT / "docs" / "lint" / name).read_text(encoding="utf-8") == WRITTEN[name]


def test_there_is_no_other_page():
    assert {path.name for path in (ROOT / "docs" / "lint").iterdir()} == set(WRITTEN)


def test_every_code_of_the_grammar_has_a_page():
    codes = {code.number for code in vars(grammar).values() if isinstance(code, grammar.Code)}
    assert codes <= PAGES.keys()


def test_rules_and_grammar_share_no_code():
    assert not PAGES.keys() & {rule.CODE for rule in rules()}


def test_every_code_has_a_page():
    assert all(page(code).startswith(f"# {code}: {title}") for code, title in titles().items())
