"""`-k EXPR`: which scenarios are meant, in pytest's small language.

An expression is made of words with `and`, `or`, `not` and parentheses; a word is part of a scenario's id, without
regard to case. Quotes keep words with spaces together: `-k "'declined card' and not r3"`. Two words side by side are
one text with a space between them, so that a scenario's name can be pasted as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from asl_engine.errors import AslError

Select: TypeAlias = Callable[[str], bool]
_TOKEN = re.compile(r"""\s*(?:(?P<sign>[()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()"'][^\s()]*))""")
MOST_NESTED = 50


class SelectionError(AslError):
    """The expression after -k means nothing."""


def selection(text: str) -> Select:
    """A test of scenario ids. Raises `SelectionError`."""
    reader = _Reader(_tokens(text), text)
    found = reader.either(0)
    if reader.at < len(reader.tokens):
        raise reader.refused(f'"{reader.tokens[reader.at][1]}" is one too many')
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise SelectionError(f"-k {text!r}: a quote is not closed")
        at = found.end()
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "sign" or (kind == "word" and value in ("and", "or", "not")):
            tokens.append(("sign", value))
        elif tokens and tokens[-1][0] == "text" and kind == "word":
            tokens[-1] = ("text", f"{tokens[-1][1]} {value}")
        else:
            tokens.append(("text", value))
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = 0

    def refused(self, why: str) -> SelectionError:
        return SelectionError(f"-k {self.text!r}: {why}; write words with and, or, not and parentheses")

    def took(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign):
            self.at += 1
            return True
        return False

    def either(self, depth: int) -> Select:
        tests = [self.both(depth)]
        while self.took("or"):
            tests.append(self.both(depth))
        return lambda id: any(test(id) for test in tests)

    def both(self, depth: int) -> Select:
        tests = [self.one(depth)]
        while self.took("and"):
            tests.append(self.one(depth))
        return lambda id: all(test(id) for test in tests)

    def one(self, depth: int) -> Select:
        if depth > MOST_NESTED:
            raise self.refused("it is nested too deeply")
        if self.took("not"):
            denied = self.one(depth + 1)
            return lambda id: not denied(id)
        if self.took("("):
            inner = self.either(depth + 1)
            if not self.took(")"):
                raise self.refused("a parenthesis is not closed")
            return inner
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "text":
            raise self.refused("a word is missing")
        word = self.tokens[self.at][1].casefold()
        self.at += 1
        return lambda id: word in id.casefold()
