"""The page of every code: a rule's from the docstring of its module, the grammar's from a table.

`asl check --explain` prints them and docs/lint holds them as Markdown; both come from here, so neither can lie about the other.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache

from asl_engine.diagnostics import Severity
from asl_engine.linter.codes import PAGES
from asl_engine.linter.registry import rules
from asl_engine.linter.rule import DEFAULT, Rule

SECTIONS = ("What", "Why", "Example", "Instead")
_CODE_LINE = re.compile(r'\s*["{}\[\]]')


@cache
def titles() -> dict[str, str]:
    """Every code there is, in order, and its title."""
    found = {code: page.title for code, page in PAGES.items()} | {rule.CODE: _title(rule) for rule in rules()}
    return dict(sorted(found.items()))


def profile_of(code: str) -> str:
    """The profile that looks for a code."""
    return _profiles().get(code, DEFAULT)


@cache
def _profiles() -> dict[str, str]:
    return {rule.CODE: rule.PROFILE for rule in rules()}


def page(code: str) -> str:
    """The page of a code as Markdown. `code` is one of `titles()`."""
    rule = next((rule for rule in rules() if code == rule.CODE), None)
    if rule is None:
        return f"# {code}: {PAGES[code].title}\n\n{PAGES[code].text}\n"
    return "\n".join(_of_rule(rule))


def plain(code: str) -> str:
    """The same for a terminal: the text as its author wrote it."""
    rule = next((rule for rule in rules() if code == rule.CODE), None)
    if rule is None:
        return f"{code} {PAGES[code].title}\n\n{PAGES[code].text}\n"
    title, _, rest = inspect.cleandoc(rule.__doc__ or "").partition("\n")
    return f"{rule.CODE} {title}\n{rule.NAME}, {gravity(rule).lower()}, profile {rule.PROFILE}\n{rest}\n"


def _of_rule(rule: Rule) -> Iterator[str]:
    yield f"# {rule.CODE}: {_title(rule)}\n"
    yield f"`{rule.NAME}` · {gravity(rule)} · profile {rule.PROFILE}\n"
    for name, text in sections(rule).items():
        yield f"## {name}\n"
        yield "\n\n".join(_paragraph(paragraph) for paragraph in text.split("\n\n")) + "\n"


def gravity(rule: Rule) -> str:
    """An error of a rule is one in the strict profile only."""
    return "WARNING, in profile strict ERROR" if rule.SEVERITY is Severity.ERROR else rule.SEVERITY


def _paragraph(text: str) -> str:
    return f"```json\n{text}\n```" if _CODE_LINE.match(text) else text


def sections(rule: Rule) -> dict[str, str]:
    """Heading -> text of a rule's docstring, as far as it has them."""
    found: dict[str, list[str]] = {}
    for line in inspect.cleandoc(rule.__doc__ or "").split("\n")[1:]:
        if line in SECTIONS:
            found[line] = []
        elif found:
            found[next(reversed(found))].append(line.removeprefix("    "))
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}


def _title(rule: Rule) -> str:
    return inspect.cleandoc(rule.__doc__ or "").partition("\n")[0]
