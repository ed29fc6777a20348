"""Terraform's functions on strings that keep what is known of them: the pieces of a joined string stay where they were written.

Source: Terraform Language, "String Functions".
"""

from __future__ import annotations

import re

from asl_engine.imports.hcl_tree import Span
from asl_engine.imports.knowing import is_known
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_operations import as_text, bool_of, number_of
from asl_engine.imports.terraform_patterns import replaced
from asl_engine.imports.terraform_values import pairs, spot_of
from asl_engine.imports.traced import Array, Encoded, Node, Object, Text, Unknown, joined, made

MAX_REPLACEMENTS = 5_000
_VERB = re.compile(r"%(?:%|([-+ 0#]*)([0-9]{0,3})(?:\.([0-9]{1,3}))?([a-zA-Z]))")


def elements_of(node: Node, span: Span) -> list[Node]:
    """A list's elements, an object's values."""
    return [value for _, value in pairs(node, span)]


def text_of_argument(node: Node, span: Span) -> str:
    return as_text(node, span).value


def format_(arguments: list[Node], span: Span) -> Node | None:
    template = as_text(arguments[0], span)
    if not template.is_known:
        return None
    parts: list[Text] = []
    written, done, rest = template.value, 0, iter(arguments[1:])
    for verb in _VERB.finditer(written):
        parts.append(Text(template.cut(done, verb.start()), template.spot))
        done = verb.end()
        if verb[0] == "%%":
            parts.append(made("%", template.spot))
            continue
        argument = next(rest, None)
        if argument is None:
            raise refused("format has more verbs than values", spot_of(span))
        parts.append(_formatted(verb, argument, span))
    parts.append(Text(template.cut(done, len(written)), template.spot))
    return joined(parts, template.spot)


def _formatted(verb: re.Match[str], argument: Node, span: Span) -> Text:
    flags, width, precision, letter = verb[1] or "", verb[2] or "", verb[3], verb[4]
    if not is_known(argument):
        return (
            as_text(argument, span) if not isinstance(argument, (Array, Object)) else joined([as_text(Encoded(argument, argument.spot), span)], argument.spot)
        )
    match letter:
        case "s":
            text = text_of_argument(argument, span)
            text = text[: int(precision)] if precision else text
        case "d":
            text = f"{int(number_of(argument, span) or 0):{'+' if '+' in flags else ''}d}"
        case "f":
            text = f"{float(number_of(argument, span) or 0):.{precision or 6}f}"
        case "t":
            text = "true" if bool_of(argument, span) else "false"
        case "q":
            text = as_text(Encoded(argument, argument.spot), span).value
        case "v":
            is_structure = isinstance(argument, (Array, Object))
            text = as_text(Encoded(argument, argument.spot), span).value if is_structure else text_of_argument(argument, span)
        case "x" | "X":
            text = f"{int(number_of(argument, span) or 0):{letter}}"
        case _:
            raise refused(f"format has no verb %{letter} here", spot_of(span))
    if width:
        text = text.ljust(int(width)) if "-" in flags else text.zfill(int(width)) if "0" in flags else text.rjust(int(width))
    return made(text, argument.spot)


def join(arguments: list[Node], span: Span) -> Node | None:
    separator = as_text(arguments[0], span)
    parts: list[Text] = []
    for argument in arguments[1:]:
        if isinstance(argument, Unknown):
            return None
        for element in elements_of(argument, span):
            if parts:
                parts.append(separator)
            parts.append(as_text(element, span))
    return joined(parts, spot_of(span))


def replace(arguments: list[Node], span: Span) -> Node | None:
    text = as_text(arguments[0], span)
    found, new = (as_text(argument, span) for argument in arguments[1:3])
    if not text.is_known or not found.is_known:
        return None
    if len(found.value) > 1 and found.value.startswith("/") and found.value.endswith("/"):
        return replaced(text, found.value[1:-1], new, span)
    parts, done, written = [], 0, text.value
    while found.value and (at := written.find(found.value, done)) >= 0:
        parts += [Text(text.cut(done, at), text.spot), new]
        done = at + len(found.value)
        if len(parts) > 2 * MAX_REPLACEMENTS:
            raise refused(f"replace finds its text more than {MAX_REPLACEMENTS:,} times", spot_of(span))
    return joined([*parts, Text(text.cut(done, len(written)), text.spot)], text.spot)


def substr(text: str, offset: str, length: str) -> str:
    start, count = int(offset), int(length)
    start = len(text) + start if start < 0 else start
    return text[start:] if count < 0 else text[start : start + count]


def indent(spaces: str, text: str) -> str:
    return text.replace("\n", "\n" + " " * min(int(spaces), 1000))
