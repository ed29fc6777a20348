"""Terraform's regular expressions, run by Python's `re`: `regex`, `regexall` and `replace` with `/…/`.

Terraform's are RE2's. What the two write alike and mean differently is translated; what RE2 does not have is refused, as
Terraform refuses it; what Python does not have is not evaluated. RE2 takes linear time and `re` need not, so
matches are counted and given up. Source: Terraform Language, "regex Function"; RE2, "Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl_engine.imports.hcl_tree import Span
from asl_engine.imports.knowing import is_known
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_operations import as_text
from asl_engine.imports.terraform_values import spot_of
from asl_engine.imports.traced import Array, Node, Object, Scalar, Text, joined, made

MAX_MATCHES = 5_000
MAX_PATTERN = 1_000
"""Characters of one."""
ENOUGH = 2_000
"""Hundreds of steps after which a match is given up: less than a second."""

_TOKEN = re.compile(r"\\[\s\S]|\[:\^?[a-z]+:\]|\[\^?\]?|\]|\$|\(\?(?:<?[=!]|P=|\()|[\s\S]")
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\t ",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_NOT_IN_RE2 = "Terraform's regular expressions have no look-around, no conditions and no back-references"
_REPLACED = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")

Groups = tuple[tuple[int, int], ...]
"""Where a match and its groups begin and end; -1 for a group that took no part."""


def regex(arguments: list[Node], span: Span) -> Node | None:
    found = _compiled(arguments, span)
    if found is None:
        return None
    pattern, text = found
    first = next(_matches(pattern, text.value, span), None)
    if first is None:
        raise refused("The pattern matches nothing in the string", spot_of(span), "try(…) or regexall takes that")
    return _captured(pattern, text, first, span)


def regexall(arguments: list[Node], span: Span) -> Node | None:
    found = _compiled(arguments, span)
    if found is None:
        return None
    pattern, text = found
    return Array([_captured(pattern, text, match, span) for match in _matches(pattern, text.value, span)], spot_of(span))


def replaced(text: Text, pattern: str, new: Text, span: Span) -> Node | None:
    """`replace(text, "/pattern/", new)`; `$1` and `${name}` in the new text are groups."""
    compiled = _translated(pattern, span)
    if compiled is None or not new.is_known:
        return None
    parts, done = [], 0
    for match in _matches(compiled, text.value, span):
        parts += [Text(text.cut(done, match[0][0]), text.spot), *_filled(compiled, text, match, new)]
        done = match[0][1]
    return joined([*parts, Text(text.cut(done, len(text.value)), text.spot)], text.spot)


def _filled(pattern: re.Pattern[str], text: Text, match: Groups, new: Text) -> Iterator[Text]:
    done = 0
    for found in _REPLACED.finditer(new.value):
        yield Text(new.cut(done, found.start()), new.spot)
        done = found.end()
        name = found[1] or found[2]
        if name is None:
            yield made("$", new.spot)
            continue
        group = int(name) if name.isdecimal() else pattern.groupindex.get(name, -1)
        if 0 <= group < len(match) and match[group][0] >= 0:
            yield Text(text.cut(*match[group]), text.spot)
    yield Text(new.cut(done, len(new.value)), new.spot)


def _compiled(arguments: list[Node], span: Span) -> tuple[re.Pattern[str], Text] | None:
    pattern, text = arguments
    if not is_known(pattern) or not is_known(text):
        return None
    compiled = _translated(as_text(pattern, span).value, span)
    return (compiled, as_text(text, span)) if compiled is not None else None


def _captured(pattern: re.Pattern[str], text: Text, match: Groups, span: Span) -> Node:
    """The match, a list of its groups, or an object of those that have names."""
    parts: list[Node] = [Text(text.cut(*group), text.spot) if group[0] >= 0 else Scalar(None, spot_of(span)) for group in match]
    if pattern.groupindex:
        return Object({name: parts[number] for name, number in pattern.groupindex.items()}, spot_of(span))
    return Array(parts[1:], spot_of(span)) if pattern.groups else parts[0]


def _translated(pattern: str, span: Span) -> re.Pattern[str] | None:
    """The pattern as Python writes it; None if Python cannot say it."""
    if len(pattern) > MAX_PATTERN:
        raise refused(f"The pattern has more than {MAX_PATTERN:,} characters", spot_of(span))
    parts: list[str] = []
    in_class = False
    for token in _TOKEN.findall(pattern):
        if token[0] == "\\":
            if token[1:].isdigit() and token != "\\0":
                raise refused(_NOT_IN_RE2, spot_of(span))
            if token[1:] in "pPQEC":
                return None
            parts.append(r"\Z" if token == r"\z" else token)
        elif in_class and token.startswith("[:"):
            if token[2:-2] not in _POSIX:
                return None
            parts.append(_POSIX[token[2:-2]])
        elif in_class:
            in_class = token != "]"
            parts.append("\\" + token[0] + token[1:] if token[0] == "[" else token)
        elif token[0] == "[":
            in_class = not token.endswith(":]")
            parts.append(token if not in_class else token.replace("]", r"\]"))
        elif token.startswith("(?"):
            raise refused(_NOT_IN_RE2, spot_of(span))
        else:
            # RE2's `$` is the end of the text, and not also before its last line break.
            parts.append(r"\Z" if token == "$" and not re.match(r"\(\?[a-z]*m", pattern) else token)
    try:
        return re.compile("".join(parts), re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


def _matches(pattern: re.Pattern[str], text: str, span: Span) -> Iterator[Groups]:
    """All matches from left to right. Raises `DefinitionError` for what takes too long."""
    # Imported here: only modules with regular expressions pay for it.
    from asl_engine.expressions.jsonata.backtracking import PATIENCE, Program, TooLarge, worst_case

    spent = 0

    def spend() -> None:
        nonlocal spent
        spent += 1
        if spent > ENOUGH:
            raise refused("Matching this regular expression takes too long", spot_of(span))

    at_worst = worst_case(pattern)(len(text)) * len(text)
    try:
        stepwise = None if at_worst <= PATIENCE else Program(pattern)
    except TooLarge:
        raise refused("Matching this regular expression takes too long", spot_of(span)) from None
    at = count = 0
    while at <= len(text):
        if stepwise is None:
            match = pattern.search(text, at)
            found = tuple(match.span(number) for number in range(pattern.groups + 1)) if match is not None else None
        else:
            slots = stepwise.search(text, at, spend)
            found = tuple(zip(slots[::2], slots[1::2], strict=True)) if slots is not None else None
        if found is None:
            return
        count += 1
        if count > MAX_MATCHES:
            raise refused(f"The pattern matches more than {MAX_MATCHES:,} times", spot_of(span))
        yield found
        at = found[0][1] if found[0][1] > found[0][0] else found[0][1] + 1
