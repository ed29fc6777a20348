"""Each rule has a definition it complains about, a neighbour it does not, and a text that says what it says."""

import json
import os
from pathlib import Path

import pytest

import asl_engine as asl
from asl_engine.diagnostics import is_refusal
from asl_engine.linter.pages import SECTIONS, sections
from asl_engine.linter.registry import rules

CASES = Path(__file__).parent.parent / "lint"
RULES = {rule.CODE: rule for rule in rules()}
SAID = CASES / "said.json"
MINE = [code for code in RULES if not code.startswith("ASL5")]


def found(code, name):
    return asl.check(CASES / code / f"{name}.asl.json", select=[code])


@pytest.mark.parametrize("code", MINE)
def test_every_rule_has_cases(code):
    assert (CASES / code).is_dir()


@pytest.mark.parametrize("code", MINE)
def test_what_is_wrong_is_found(code):
    assert {diagnostic.code for diagnostic in found(code, "bad")} == {code}


@pytest.mark.parametrize("code", MINE)
def test_its_neighbour_is_let_be(code):
    assert found(code, "good") == []


@pytest.mark.parametrize("code", MINE)
@pytest.mark.parametrize("name", ["bad", "good"])
def test_aws_accepts_all_of_them(code, name):
    assert [str(each) for each in asl.check(CASES / code / f"{name}.asl.json", select=["ASL1", "ASL2"]) if is_refusal(each)] == []


def test_rules_say_what_they_said():
    """The sentences as they read; UPDATE_LINT=1 writes them anew: read the difference."""
    said = {
        code: [f"{each.severity} {each.pointer}: {each.message}" + (f" ({each.hint})" if each.hint else "") for each in found(code, "bad")] for code in MINE
    }
    if os.environ.get("UPDATE_LINT"):
        SAID.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert said == json.loads(SAID.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rules_page_has_its_sections(rule):
    assert tuple(sections(rule)) == SECTIONS
    assert all(sections(rule).values())


def test_codes_and_names_are_used_once():
    assert len({rule.CODE for rule in rules()}) == len({rule.NAME for rule in rules()}) == len(rules())
