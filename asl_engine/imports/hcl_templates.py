"""HCL's template language: text with `${…}` and `%{…}`, in quotes, in a heredoc, or as a whole file.

The three differ in where they end and in their escapes, and share everything else: `$${` is a dollar and a brace,
`~` strips the blanks beside it. A heredoc with `<<-` loses the indentation all its lines share. Literal text keeps the
way back to its characters. Source: HCL Native Syntax Specification, "Templates".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asl_engine.imports.hcl_tree import ForDirective, IfDirective, Interpolation, Part, Span
from asl_engine.imports.traced import File, Literal, Spot, Writing

if TYPE_CHECKING:
    from asl_engine.imports.hcl_parser import Reader

_SPECIAL_IN_QUOTES = re.compile(r'\$\$\{|%%\{|\$\{|%\{|\\|"|\n')
_SPECIAL = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CODE = re.compile(r"u([0-9A-Fa-f]{4})|U(00[01][0-9A-Fa-f]{5})")


@dataclass(slots=True)
class _Directive:
    """A `%{…}` before it was matched with its end."""

    word: str
    part: IfDirective | ForDirective | None
    span: Span


_Item = Part | _Directive


def quoted(reader: Reader) -> tuple[Part, ...]:
    """From after the opening quote to past the closing one."""
    return _nested(reader, _items(reader, len(reader.text), in_quotes=True))


def heredoc(reader: Reader, marker: str, *, indented: bool) -> tuple[Part, ...]:
    """From the line after `<<MARKER` to past the line that is the marker alone, or to the newline after it."""
    start = reader.at
    last = re.compile(rf"^[ \t]*{re.escape(marker)}[ \t]*\r?$", re.MULTILINE).search(reader.text, start)
    if last is None:
        raise reader.wrong(f"The heredoc has no closing {marker} on a line of its own", start - 1)
    end = last.start()
    indentation = _shared_indentation(reader.text[start:end]) if indented else 0
    found = _items(reader, end, in_quotes=False)
    reader.at = last.end()
    if indentation:
        found = [_outdented(item, indentation) if isinstance(item, Literal) else item for item in found]
    return _nested(reader, found)


def template_file(file: File) -> tuple[Part, ...]:
    """A whole file as a template. Raises `DefinitionError`."""
    from asl_engine.imports.hcl_parser import Reader

    reader = Reader(file, 0)
    return _nested(reader, _items(reader, len(file.text), in_quotes=False))


def _items(reader: Reader, end: int, *, in_quotes: bool) -> list[_Item]:
    found: list[_Item] = []
    special = _SPECIAL_IN_QUOTES if in_quotes else _SPECIAL
    writing = Writing.ESCAPED if in_quotes else Writing.PLAIN
    text: list[str] = []
    began = reader.at
    strip = False

    def literal() -> None:
        nonlocal strip
        joined = "".join(text)
        start = began
        if strip:
            start += len(joined) - len(joined.lstrip())
            joined, strip = joined.lstrip(), False
        if joined:
            found.append(Literal(joined, Spot(reader.file, start), writing))
        text.clear()

    while True:
        met = special.search(reader.text, reader.at, end)
        text.append(reader.text[reader.at : met.start() if met else end])
        if met is None:
            if in_quotes:
                raise reader.wrong("A string has no closing quote", began - 1)
            reader.at = end
            literal()
            return found
        reader.at = met.end()
        match met[0]:
            case '"':
                literal()
                return found
            case "\n":
                raise reader.wrong("A string in quotes ends with its line; longer texts are written as heredocs", met.start())
            case "\\":
                text.append(_escape(reader))
            case "$${" | "%%{":
                text.append(met[0][1:])
            case _:
                if reader.takes("~"):
                    text[:] = ["".join(text).rstrip()]
                literal()
                found.append(_interpolation(reader, met.start()) if met[0] == "${" else _directive(reader, met.start()))
                strip = reader.takes("~")
                reader.close("}", met.start())
                began = reader.at


def _escape(reader: Reader) -> str:
    character = reader.text[reader.at : reader.at + 1]
    if character in _ESCAPES:
        reader.at += 1
        return _ESCAPES[character]
    code = _CODE.match(reader.text, reader.at)
    if code is None:
        raise reader.wrong("A backslash is followed by one of n, r, t, a quote, a backslash, u and U", reader.at - 1)
    reader.at = code.end()
    number = int(code[1] or code[2], 16)
    if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        raise reader.wrong("This is the code of no character", code.start() - 1)
    return chr(number)


def _interpolation(reader: Reader, start: int) -> Interpolation:
    expression = reader.within(reader.expression)
    reader.skip_lines()
    return Interpolation(expression, Span(reader.file, start, reader.at + 1))


def _directive(reader: Reader, start: int) -> _Directive:
    reader.skip_lines()
    word = reader.name("the word of a directive")
    part: IfDirective | ForDirective | None = None
    span = Span(reader.file, start, reader.at)
    match word:
        case "if":
            part = IfDirective(reader.within(reader.expression), (), (), span)
        case "for":
            reader.skip_lines()
            first, second = reader.name("the name of the element"), None
            reader.skip_lines()
            if reader.takes(","):
                reader.skip_lines()
                second = reader.name("the name of the element")
                reader.skip_lines()
            if not reader.word("in"):
                raise reader.wrong('In a for directive "in" is expected after the names', reader.at)
            key, value = (first, second) if second is not None else (None, first)
            part = ForDirective(key, value, reader.within(reader.expression), (), span)
        case "else" | "endif" | "endfor":
            pass
        case _:
            raise reader.wrong(f"There is no directive {word}; there are if, else, endif, for and endfor", start)
    reader.skip_lines()
    return _Directive(word, part, span)


def _nested(reader: Reader, items: list[_Item]) -> tuple[Part, ...]:
    """Directives with what stands between them and their ends."""
    open_: list[tuple[_Directive, list[Part], list[Part] | None]] = []
    top: list[Part] = []
    for item in items:
        into = top if not open_ else open_[-1][1] if open_[-1][2] is None else open_[-1][2]
        if not isinstance(item, _Directive):
            into.append(item)
            continue
        if item.part is not None:
            open_.append((item, [], None))
            continue
        if not open_ or (item.word == "endfor") != (open_[-1][0].word == "for"):
            raise reader.wrong(f"This {item.word} ends nothing", item.span.start)
        directive, body, otherwise = open_.pop()
        if item.word == "else":
            if otherwise is not None:
                raise reader.wrong("This if has an else already", item.span.start)
            open_.append((directive, body, []))
            continue
        into = top if not open_ else open_[-1][1] if open_[-1][2] is None else open_[-1][2]
        match directive.part:
            case IfDirective() as part:
                into.append(IfDirective(part.condition, tuple(body), tuple(otherwise or ()), part.span))
            case ForDirective() as part:
                into.append(ForDirective(part.key, part.value, part.collection, tuple(body), part.span))
    if open_:
        raise reader.wrong(f"This {open_[-1][0].word} has no end{open_[-1][0].word}", open_[-1][0].span.start)
    return tuple(top)


def _shared_indentation(text: str) -> int:
    lines = [line for line in text.split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)


def _outdented(literal: Literal, width: int) -> Literal:
    """Without the first `width` blanks of each line that begins in it."""
    at_line_start = literal.spot.offset == 0 or literal.spot.file.text[literal.spot.offset - 1] == "\n"
    lines = literal.text.split("\n")
    cut = [line if index == 0 and not at_line_start else line[min(width, len(line) - len(line.lstrip(" \t"))) :] for index, line in enumerate(lines)]
    skipped = len(lines[0]) - len(cut[0])
    return Literal("\n".join(cut), Spot(literal.spot.file, literal.spot.offset + skipped), literal.writing)
