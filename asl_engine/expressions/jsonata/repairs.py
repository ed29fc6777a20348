"""The JSONata library as we use it, and what had to be repaired in it: the one module that imports it.

`jsonata-python` gives the grammar, the syntax tree with its post-processing (paths, predicates, parent operator, tail
calls), the catalogue of messages and the integer and date pictures. Its evaluator is not used: it confuses null with
undefined, counts its own depth wrongly, keeps the expression being evaluated in a thread's global, and leaves through
bare Python exceptions. `compile` evaluates the tree instead, as jsonata.js 2.0.6 does, the version AWS runs.

Repaired here, each without touching the library's own classes or module state:

* importing it sets the recursion limit of the whole process to 10000; it is put back;
* the tokenizer indexes behind the end of the text (a comment at the end, a lone `/`), copies the rest of the text for
  every number, names the wrong code for an unknown escape, splits surrogate pairs and knows `??` and `?:`, which 2.0.6
  does not;
* an unknown operator is a KeyError; deep nesting is a RecursionError; a tree keeps the parser of its thread alive;
* messages say "Object" where jsonata.js says "function", and fill in values without JSON quotes.

Source of the rules: jsonata.js 2.0.6, parser and error catalogue. This module knows nothing of AWS or of states.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, TypeAlias

_limit = sys.getrecursionlimit()
from jsonata.datetimeutils import DateTimeUtils as DateTimeUtils  # noqa: E402
from jsonata.jexception import JException as JException  # noqa: E402
from jsonata.parser import Parser  # noqa: E402
from jsonata.signature import Signature as LibrarySignature  # noqa: E402
from jsonata.tokenizer import Tokenizer  # noqa: E402

sys.setrecursionlimit(_limit)

Node: TypeAlias = Any
"""A node of the library's tree: `type` says which of the other attributes mean something; absent ones are None."""

PARSE_RECURSION: Final = 50_000
"""Python frames a parse may use; nesting beyond it is a `SyntaxFault`, never a RecursionError."""

MESSAGES: Final[dict[str, str]] = {code: re.sub(r"\bObject\b", "function", text) for code, text in JException.error_codes.items()} | {
    "S0216": "A context variable binding must precede the 'order-by' clause on a step",
    "S0217": "The object representing the 'parent' cannot be derived from this expression",
    "D3140": "Malformed URL passed to ${{{functionName}}}(): {{value}}",
    **{
        code: JException.error_codes[code].replace('"', "'")
        for code in JException.error_codes
        if code.startswith(("D308", "D309")) or code in ("D3133", "D3135")
    },
}
"""Code -> template, as jsonata.js 2.0.6 words it: `{{x}}` is replaced by x as JSON, `{{{x}}}` by x itself."""

_PLACEHOLDER = re.compile(r"\{\{\{?(\w+)\}\}\}?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?")
_BLANKS = " \t\n\r\v"
_DOUBLE = frozenset({"..", ":=", "!=", ">=", "<=", "**", "~>"})
_SINGLE = frozenset(symbol for symbol in Tokenizer.operators if len(symbol) == 1)
_HEX = frozenset("0123456789abcdefABCDEF")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class SyntaxFault(Exception):
    """The text is no expression. `code` as JSONata has it, `inserts` fill its template in order, `position` in characters."""

    def __init__(self, code: str, position: int, *inserts: Any) -> None:
        super().__init__(code, position)
        self.code = code
        self.position = position
        self.inserts = inserts

    def field(self, index: int) -> Any:
        return self.inserts[index] if index < len(self.inserts) else None


class Regex:
    """A regex literal: pattern and flags as written; compiled where it is used."""

    __slots__ = ("flags", "source")

    def __init__(self, source: str, flags: str) -> None:
        self.source = source
        self.flags = flags


class _Symbols(dict[str, Any]):
    def __missing__(self, key: str) -> None:
        return None


class _Tokens(Tokenizer):  # type: ignore[misc]
    """The library's tokenizer with its scanning replaced, as the module docstring lists."""

    path: str
    position: int
    length: int

    def next(self, prefix: bool) -> Any:
        path, length = self.path, self.length
        self._skip_blanks_and_comments()
        if self.position >= length:
            return None
        char = path[self.position]
        if not prefix and char == "/":
            self.position += 1
            return self.create("regex", self._regex())
        pair = path[self.position : self.position + 2]
        if pair in _DOUBLE:
            self.position += 2
            return self.create("operator", pair)
        if char in _SINGLE:
            self.position += 1
            return self.create("operator", char)
        if char in "\"'":
            return self._string(char)
        number = _NUMBER.match(path, self.position)
        if number is not None:
            return self._number(number)
        if char == "`":
            return self._quoted_name()
        return self._name()

    def _skip_blanks_and_comments(self) -> None:
        path, length = self.path, self.length
        while self.position < length:
            if path[self.position] in _BLANKS:
                self.position += 1
            elif path.startswith("/*", self.position):
                end = path.find("*/", self.position + 2)
                if end < 0:
                    raise SyntaxFault("S0106", self.position)
                self.position = end + 2
            else:
                return

    def _string(self, quote: str) -> Any:
        path, start = self.path, self.position
        pieces: list[str] = []
        self.position += 1
        while self.position < self.length:
            char = path[self.position]
            if char == quote:
                self.position += 1
                text = "".join(pieces)
                return self.create("string", _SURROGATES.sub(_joined_pair, text))
            if char == "\\":
                pieces.append(self._escape())
            else:
                pieces.append(char)
                self.position += 1
        raise SyntaxFault("S0101", start)

    def _escape(self) -> str:
        letter = self.path[self.position + 1 : self.position + 2]
        plain = self.escapes.get(letter)
        if plain is not None:
            self.position += 2
            return str(plain)
        if letter != "u":
            raise SyntaxFault("S0103", self.position + 1, letter)
        digits = self.path[self.position + 2 : self.position + 6]
        if not digits or not _HEX.issuperset(digits):
            raise SyntaxFault("S0104", self.position + 1)
        self.position += 6
        return chr(int(digits, 16))

    def _number(self, match: re.Match[str]) -> Any:
        value = float(match.group())
        if value in (float("inf"), float("-inf")):
            raise SyntaxFault("S0102", self.position, match.group())
        self.position = match.end()
        return self.create("number", int(value) if value.is_integer() and abs(value) < 2**63 else value)

    def _quoted_name(self) -> Any:
        end = self.path.find("`", self.position + 1)
        if end < 0:
            raise SyntaxFault("S0105", self.length)
        name = self.path[self.position + 1 : end]
        self.position = end + 1
        return self.create("name", name)

    def _name(self) -> Any:
        path, start = self.path, self.position
        end = start
        while end < self.length and path[end] not in _BLANKS and path[end] not in _SINGLE:
            end += 1
        self.position = end
        name = path[start:end]
        if name.startswith("$"):
            return self.create("variable", name[1:])
        if name in ("or", "in", "and"):
            return self.create("operator", name)
        if name in ("true", "false", "null"):
            return self.create("value", {"true": True, "false": False, "null": None}[name])
        return self.create("name", name)

    def _regex(self) -> Regex:
        path, start, depth = self.path, self.position, 0
        while self.position < self.length:
            char = path[self.position]
            if char == "/" and depth == 0 and _backslashes_before(path, self.position) % 2 == 0:
                source = path[start : self.position]
                if not source:
                    raise SyntaxFault("S0301", self.position)
                self.position += 1
                flags = self.position
                while self.position < self.length and path[self.position] in "im":
                    self.position += 1
                return Regex(source, path[flags : self.position])
            if path[self.position - 1] != "\\":
                depth += (char in "([{") - (char in ")]}")
            self.position += 1
        raise SyntaxFault("S0302", self.position)


class _Grammar(Parser):  # type: ignore[misc]
    """The library's grammar over our tokens. It keeps the ancestry of the tree it is making, so it makes one at a time."""

    symbol_table: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.symbol_table = _Symbols((key, symbol) for key, symbol in self.symbol_table.items() if key not in ("??", "?:"))

    def tree(self, text: str) -> Node:
        self.source = text
        self.ancestry: list[Any] = []
        self.ancestor_label = self.ancestor_index = 0
        self.lexer = _Tokens(text)
        self.advance()
        parsed = self.expression(0)
        if self.node.id != "(end)":
            raise SyntaxFault("S0201", self.node.position, self.node.value)
        tree = self.process_ast(parsed)
        if tree.type == "parent" or tree.seeking_parent is not None:
            raise SyntaxFault("S0217", tree.position, tree.type)
        return tree


_idle: Final[list[_Grammar]] = []
"""Grammars nobody parses with: making one costs ten times what a short expression does. One that failed is not used again."""


@lru_cache(maxsize=256)
def parse(text: str) -> Node:
    """The tree of an expression of JSONata 2.0.6, never written to. Raises `SyntaxFault` and nothing else."""
    try:
        grammar = _idle.pop() if _idle else _Grammar()
        with recursion(PARSE_RECURSION):
            tree = grammar.tree(text)
        _idle.append(grammar)
        return tree
    except SyntaxFault:
        raise
    except JException as error:
        inserts = [value for value in (error.current, error.expected, error.extra) if value is not None]
        raise SyntaxFault(error.error, max(error.location, 0), *inserts) from None
    except RecursionError:
        raise SyntaxFault("nesting", 0) from None
    except Exception:  # what remains are the grammar's own slips on texts that are no expressions
        raise SyntaxFault("S0500", 0) from None


def template_inserts(template: str) -> list[str]:
    """The names a message's template asks for, in order."""
    return _PLACEHOLDER.findall(template)


def filled(template: str, show: Any, show_raw: Any) -> str:
    """A template with `{{x}}` replaced by `show("x")` and `{{{x}}}` by `show_raw("x")`."""
    return _PLACEHOLDER.sub(lambda match: str((show_raw if match.group().startswith("{{{") else show)(match.group(1))), template)


@contextmanager
def recursion(frames: int) -> Iterator[None]:
    """At least `frames` Python frames of room. Python 3.11 calls Python functions without using the C stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, frames))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _joined_pair(match: re.Match[str]) -> str:
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")


def _backslashes_before(text: str, position: int) -> int:
    count = 0
    while position - count > 0 and text[position - count - 1] == "\\":
        count += 1
    return count


def parameters_of(signature: str) -> list[tuple[str, str, bool, str | None]]:
    """The parameters of a function signature such as `<s-nn?:s>`: (type, pattern of symbols, may be the context, members' type)."""
    return written_parameters(LibrarySignature(signature, ""))


def written_parameters(signature: Any) -> list[tuple[str, str, bool, str | None]]:
    """The same of the signature a lambda node carries."""
    return [(parameter.type, parameter.regex, parameter.context, parameter.subtype) for parameter in signature._params]
