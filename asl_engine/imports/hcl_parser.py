"""A reader of HCL's native syntax: files of blocks, and expressions, each with its place.

It reads what Terraform reads, in one pass and without tokens: at every place there is one question, and one regular
expression that answers it. A newline ends an attribute and an object's item, but means nothing in parentheses and brackets.
Source: HCL Native Syntax Specification. What a name or function means is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from asl_engine.errors import DefinitionError
from asl_engine.imports.hcl_templates import heredoc, quoted
from asl_engine.imports.hcl_tree import (
    Attribute,
    Block,
    Body,
    Call,
    Conditional,
    Constant,
    Expression,
    For,
    Index,
    ObjectConstructor,
    Operation,
    Span,
    Splat,
    Template,
    TupleConstructor,
    Variable,
)
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import File, Literal, Spot, Writing

MAX_DEPTH = 100
"""Expressions and blocks inside each other."""

_BLANKS = re.compile(r"(?:[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_LINES = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*")
_FUNCTION = re.compile(r"(?:[^\W\d][\w-]*::)*[^\W\d][\w-]*")
_NUMBER = re.compile(r"[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|<|>|\+|-|\*|/|%")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_body(file: File) -> Body:
    """A whole file. Raises `DefinitionError` with the place."""
    return Reader(file, 0).body(None)


class Reader:
    """A place in a file, and the ways on from it."""

    def __init__(self, file: File, at: int) -> None:
        self.file = file
        self.text = file.text
        self.at = at
        self.lines_matter = True
        self.depth = 0

    # ------------------------------------------------------------------------------------------------------ blocks

    def body(self, opened: int | None) -> Body:
        """Attributes and blocks up to the closing brace of the block opened at `opened`, or to the end of the file."""
        self.deeper()
        found = Body()
        while True:
            self.skip(_LINES)
            if self.at >= len(self.text):
                if opened is not None:
                    raise self.wrong("The block that begins here has no closing brace", opened)
                break
            if opened is not None and self.takes("}"):
                break
            start = self.at
            name = self.name("an attribute or a block")
            self.skip(_BLANKS)
            if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
                self.at += 1
                found.attributes[name] = self.expression()
                self.end_of_line()
            else:
                found.blocks.append(self.block(name, start))
        self.depth -= 1
        return found

    def block(self, type_: str, start: int) -> Block:
        labels = []
        while not self.takes("{"):
            self.skip(_BLANKS)
            if self.text.startswith('"', self.at):
                end = self.text.find('"', self.at + 1)
                if end < 0:
                    raise self.wrong("A label has no closing quote", self.at)
                labels.append(self.text[self.at + 1 : end])
                self.at = end + 1
            elif _NAME.match(self.text, self.at):
                labels.append(self.name("a label"))
            else:
                raise self.wrong(f'After "{type_}" an equals sign, a label or an opening brace is expected', self.at)
            self.skip(_BLANKS)
        span = Span(self.file, start, self.at)
        return Block(type_, tuple(labels), self.body(start), span)

    def end_of_line(self) -> None:
        self.skip(_BLANKS)
        if self.at < len(self.text) and self.text[self.at] not in "\n}":
            raise self.wrong("An attribute ends with its line; this is not expected after it", self.at)

    # ------------------------------------------------------------------------------------------------- expressions

    def expression(self, least: int = 0) -> Expression:
        """An expression whose operators bind at least so strongly; `least` 0 takes a conditional too."""
        self.deeper()
        self.blank()
        start = self.at
        left = self.operand()
        while True:
            self.blank()
            operator = _OPERATOR.match(self.text, self.at)
            if operator is None or _PRECEDENCE[operator[0]] <= least or self.text.startswith(("=>", "/*", "//"), self.at):
                break
            self.at = operator.end()
            left = Operation(operator[0], (left, self.expression(_PRECEDENCE[operator[0]])), self.span(start))
        if least == 0 and self.takes("?"):
            then = self.expression()
            self.blank()
            self.expect(":", "between the two results of a conditional")
            left = Conditional(left, then, self.expression(), self.span(start))
        self.depth -= 1
        return left

    def operand(self) -> Expression:
        start = self.at
        if self.text.startswith(("!", "-"), self.at):
            self.at += 1
            return Operation(self.text[start], (self.expression(6),), self.span(start))
        found = self.primary(start)
        while True:
            if self.text.startswith(".*", self.at):
                self.at += 2
                found = self.splat(found, start, attributes_only=True)
            elif self.text.startswith("[*]", self.at):
                self.at += 3
                found = self.splat(found, start, attributes_only=False)
            elif (step := self.step()) is not None:
                found = Attribute(found, step, self.span(start)) if isinstance(step, str) else Index(found, step, self.span(start))
            else:
                return found

    def step(self) -> str | Expression | None:
        """`.name`, `.0` or `[key]`, if one follows."""
        if self.text.startswith(".", self.at) and not self.text.startswith("...", self.at):
            found = _NAME.match(self.text, self.at + 1) or re.compile(r"\d{1,9}").match(self.text, self.at + 1)
            if found is None:
                raise self.wrong("After a dot the name of an attribute is expected", self.at + 1)
            self.at = found.end()
            return found[0] if not found[0].isdecimal() else Constant(int(found[0]), self.span(found.start()))
        if self.text.startswith("[", self.at):
            opened = self.at
            self.at += 1
            key = self.within(self.expression)
            self.close("]", opened)
            return key
        return None

    def splat(self, target: Expression, start: int, *, attributes_only: bool) -> Expression:
        steps: list[str | Expression] = []
        while self.text.startswith("." if attributes_only else (".", "["), self.at) and not self.text.startswith(("...", ".*", "[*]"), self.at):
            step = self.step()
            if step is not None:
                steps.append(step)
        return Splat(target, tuple(steps), self.span(start))

    def primary(self, start: int) -> Expression:
        if self.takes("("):
            inner = self.within(self.expression)
            self.close(")", start)
            return inner
        if self.takes("["):
            return self.within(lambda: self.tuple_from(start))
        if self.takes("{"):
            return self.object_from(start)
        if self.takes('"'):
            return Template(quoted(self), self.span(start))
        if begins := _HEREDOC.match(self.text, self.at):
            self.at = begins.end()
            return Template(heredoc(self, begins[2], indented=begins[1] == "-"), self.span(start))
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            value = float(number[0]) if set(number[0]) & set(".eE") else int(number[0])
            if value == float("inf"):
                raise self.wrong("This number is out of range", start)
            return Constant(value, self.span(start))
        if name := _FUNCTION.match(self.text, self.at):
            self.at = name.end()
            if self.takes("("):
                return self.within(lambda: self.call_from(name[0], start))
            if name[0] in _CONSTANTS:
                return Constant(_CONSTANTS[name[0]], self.span(start))
            return Variable(name[0], self.span(start))
        raise self.wrong("A value is expected here", self.at)

    def call_from(self, name: str, start: int) -> Expression:
        arguments: list[Expression] = []
        expanded = False
        while True:
            self.blank()
            if self.takes(")"):
                return Call(name, tuple(arguments), expanded, self.span(start))
            arguments.append(self.expression())
            self.blank()
            if self.text.startswith("...", self.at):
                self.at += 3
                expanded = True
                self.blank()
            if not self.takes(",") and not self.text.startswith(")", self.at):
                raise self.wrong(f"The arguments of {name} are separated by commas and end with a parenthesis", self.at)

    def tuple_from(self, start: int) -> Expression:
        self.blank()
        if self.word("for"):
            return self.for_from(start, "]")
        elements: list[Expression] = []
        while True:
            self.blank()
            if self.takes("]"):
                return TupleConstructor(tuple(elements), self.span(start))
            elements.append(self.expression())
            self.blank()
            if not self.takes(",") and not self.text.startswith("]", self.at):
                raise self.wrong("The elements of a list are separated by commas and end with a bracket", self.at)

    def object_from(self, start: int) -> Expression:
        self.skip(_LINES)
        if self.word("for"):
            return self.within(lambda: self.for_from(start, "}"))
        outside, self.lines_matter = self.lines_matter, True
        items: list[tuple[Expression, Expression]] = []
        while True:
            self.skip(_LINES)
            if self.takes("}"):
                self.lines_matter = outside
                return ObjectConstructor(tuple(items), self.span(start))
            key = self.key()
            self.skip(_BLANKS)
            if not self.takes("=") and not self.takes(":"):
                raise self.wrong("Between the key and the value of an object an equals sign is expected", self.at)
            items.append((key, self.expression()))
            self.skip(_BLANKS)
            if not self.takes(",") and not self.text.startswith(("\n", "}"), self.at):
                raise self.wrong("An item of an object ends with a comma or its line", self.at)

    def key(self) -> Expression:
        """An object's key: a name means itself; in parentheses it is an expression."""
        name = _NAME.match(self.text, self.at)
        if name and re.compile(r"[ \t\r]*[=:]").match(self.text, name.end()):
            self.at = name.end()
            return Template((Literal(name[0], Spot(self.file, name.start()), Writing.PLAIN),), self.span(name.start()))
        return self.expression()

    def for_from(self, start: int, closer: str) -> Expression:
        """What follows `[for` or `{for`."""
        self.blank()
        first, second = self.name("the name of the element"), None
        self.blank()
        if self.takes(","):
            self.blank()
            second = self.name("the name of the element")
            self.blank()
        if not self.word("in"):
            raise self.wrong('In a for expression "in" is expected after the names', self.at)
        collection = self.expression()
        self.blank()
        self.expect(":", "before the result of a for expression")
        key_result, result, grouped = None, self.expression(), False
        self.blank()
        if closer == "}":
            if not self.text.startswith("=>", self.at):
                raise self.wrong("In a for expression with braces => is expected between key and value", self.at)
            self.at += 2
            key_result, result = result, self.expression()
            self.blank()
            if self.text.startswith("...", self.at):
                self.at += 3
                grouped = True
                self.blank()
        condition = self.expression() if self.word("if") else None
        self.blank()
        self.close(closer, start)
        key, value = (first, second) if second is not None else (None, first)
        return For(key, value, collection, key_result, result, condition, grouped, self.span(start))

    # ---------------------------------------------------------------------------------------------------- the ways on

    def within(self, read: Callable[[], Expression]) -> Expression:
        """Reads what stands in brackets, where lines do not matter."""
        outside, self.lines_matter = self.lines_matter, False
        found = read()
        self.lines_matter = outside
        return found

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(f"Expressions are nested more than {MAX_DEPTH} levels deep", self.at)

    def skip(self, blanks: re.Pattern[str]) -> None:
        found = blanks.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def blank(self) -> None:
        self.skip(_BLANKS if self.lines_matter else _LINES)

    def skip_lines(self) -> None:
        self.skip(_LINES)

    def takes(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def word(self, text: str) -> bool:
        found = _NAME.match(self.text, self.at)
        if found is None or found[0] != text:
            return False
        self.at = found.end()
        return True

    def name(self, what: str) -> str:
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise self.wrong(f"The name of {what} is expected here" if not what.startswith("the") else f"{what.capitalize()} is expected here", self.at)
        self.at = found.end()
        return found[0]

    def expect(self, text: str, where: str) -> None:
        if not self.takes(text):
            raise self.wrong(f'A "{text}" is expected {where}', self.at)

    def close(self, text: str, opened: int) -> None:
        self.blank()
        if not self.takes(text):
            raise self.wrong(f'A "{text}" is expected, which closes what begins at {self.file.place(opened)}', self.at)

    def span(self, start: int) -> Span:
        return Span(self.file, start, self.at)

    def wrong(self, message: str, at: int) -> DefinitionError:
        return refused(message, Spot(self.file, min(at, len(self.text))))
