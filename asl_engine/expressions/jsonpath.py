"""Paths: the JSONPath dialect of the States Language, Jayway's with the service's own edges, compiled once per text.

Theory: a small grammar of our own reads every path, so that refusals, Reference Paths and AWS's wordings are ours. A
path that names one node is *definite*: it has a value or raises `NoMatch`. Any other is *indefinite*: its value is a
list, empty when nothing is there, even when the parents are missing. Only the comparisons inside a filter are left
to jsonpath_ng. This module knows no field of a state but those that hold nothing but a path.

Where Jayway decides and the States Language is silent: a final `['a', 'b']` makes one object of those members; a
filter on an object tests the object itself; `@` never matches a scalar (developer guide, "Using JSONPath").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple, TypeVar

from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.expressions.path_segments import DESCEND, WILDCARD, Segment, Test, indexed, kept, listing, named, projected, sliced
from asl_engine.expressions.patterns import matcher
from asl_engine.expressions.reference_paths import IndexOutOfRange as IndexOutOfRange
from asl_engine.expressions.reference_paths import Insert, Steps, conflict, from_context, from_input, from_variable, writer
from asl_engine.expressions.reference_paths import NoMatch as NoMatch
from asl_engine.expressions.reference_paths import NotAnArray as NotAnArray
from asl_engine.failures import runtime_failure
from asl_engine.values import Json

NOT_A_PATH = "Value is not a valid JSONPath"
NOT_A_REFERENCE_PATH = "Value is not a Reference Path"
MAX_FILTER_NESTING = 50

_T = TypeVar("_T")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")
_BLANK = re.compile(r"\s*")
_VARIABLE = re.compile(r"[^\s.\[]+")
_NAME = re.compile(r"(?:\\.|[^\s.\[\]()*'\"\\])+", re.DOTALL)
_NAME_IN_FILTER = re.compile(r"(?:\\.|[^\s.\[\]()*'\"\\=<>!&|~,@$])+", re.DOTALL)
_NOT_IN_REFERENCES = re.compile(r"(?:\\.|[^\\@,:?])*[@,:?]", re.DOTALL)
_CALL = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"'((?:\\.|[^'\\])+)'|\"((?:\\.|[^\"\\])+)\"", re.DOTALL)
_INDEX = re.compile(r"-?[0-9]{1,18}")
_SLICE = re.compile(r"(-?[0-9]{1,18})?\s*:\s*(-?[0-9]{1,18})?\s*(?::\s*([0-9]{1,18})?)?")
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![\w.])")
_OPERATOR = re.compile(r"==|!=|<=|>=|=~|<|>|(?:in|nin)(?!\w)")
_REGEX = re.compile(r"/((?:\\.|[^/\\])*)/([imsux]*)", re.DOTALL)
_WORD = re.compile(r"[^\s()\[\]&|!=<>~'\",@$]+")
_LITERALS: dict[str, Json] = {"true": True, "false": False, "null": None}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Path:
    text: str
    root: str
    """"input" ($), "context" ($$) or "variable" ($name)."""
    variable: str | None
    """The variable's name without `$`, or None."""
    definite: bool
    """Whether it names one node; an indefinite path gives a list."""
    is_reference: bool
    """Whether it is a Reference Path: only .name, ['name'] and [n]."""
    steps: Steps
    """The names and indexes of a Reference Path, () for others."""
    find: Evaluate
    """(data, scope) -> value; raises NoMatch."""


@lru_cache(maxsize=8192)
def parse_path(text: str) -> Path:
    """The path a text says. Raises ExpressionError, whose note says what is wrong.

    An unresolved `${…}` of a deployment tool is opaque: what is no path because of it is accepted and matches nothing.
    """
    try:
        return _Reader(text).path()
    except ExpressionError:
        if is_opaque(text):
            return Path(text, "input", None, True, True, (), _nothing(text))
        raise


def is_opaque(text: str) -> bool:
    """Whether a text still holds a `${…}` that a deployment tool would have replaced."""
    return _PLACEHOLDER.search(text) is not None


def path_field(text: str | None) -> Evaluate | None:
    """InputPath and OutputPath, compiled; None for `$`, which changes nothing. JSON null (None) gives `{}`.

    Evaluation raises Failure (States.Runtime, "Invalid path '$.X' : No results for path: $['X']"), compiling ExpressionError.
    """
    if text is None:
        return lambda data, scope: {}
    if text == "$":
        return None
    find = parse_path(text).find

    def evaluate(data: Json, scope: Scope) -> Json:
        try:
            return find(data, scope)
        except NoMatch as missing:
            raise runtime_failure(f"Invalid path '{text}' : {missing.detail}") from None

    return evaluate


def result_path(text: str | None) -> Insert | None:
    """ResultPath as (raw input, result) -> output; None for `$`, where the result is the output. JSON null (None) drops the result.

    Spec, "ResultPath": a Reference Path below `$`; anything else raises ExpressionError. Applying it raises Failure
    (States.ReferencePathConflict) where the raw input has no place for it.
    """
    if text is None:
        return lambda raw, result: raw
    path = parse_path(text)
    if not path.is_reference or path.root != "input":
        raise ExpressionError(NOT_A_REFERENCE_PATH)
    if is_opaque(text) and not path.steps:
        return lambda raw, result: _no_place(text, raw)
    return writer(text, path.steps) if path.steps else None


def _no_place(text: str, raw: Json) -> Json:
    raise conflict(text, raw)


def _nothing(text: str) -> Evaluate:
    def find(data: Json, scope: Scope) -> Json:
        raise NoMatch(text)

    return find


class _Reader:
    """Reads one path, left to right. Every refusal knows its offset."""

    name = _NAME

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at
        self.is_reference = True
        self.calls = False

    def refused(self, reason: str) -> ExpressionError:
        error = ExpressionError(NOT_A_PATH, offset=self.at)
        error.add_note(reason)
        return error

    def took(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found

    def path(self) -> Path:
        if not self.took("$"):
            raise self.refused("a path begins with $")
        root, variable = "input", None
        if self.took("$"):
            root = "context"
        elif found := self.match(_VARIABLE):
            root, variable = "variable", found[0]
            if not variable.isidentifier() or len(variable) > 80:
                raise self.refused(f"{variable!r} is no variable name")
        segments = self.segments()
        if self.at < len(self.text):
            raise self.refused(f"unexpected {self.text[self.at]!r}")
        if self.calls and any(segment.step is None for segment in segments):
            return Path(self.text, root, variable, True, False, (), _nothing(self.text))
        return _compiled(self.text, root, variable, segments, self.is_reference and not self.calls)

    def segments(self) -> list[Segment]:
        """As many segments as follow; stops before what is none."""
        segments: list[Segment] = []
        while not self.calls:
            if self.took(".."):
                segments.append(DESCEND)
            elif not self.took(".") and not self.text.startswith("[", self.at):
                break
            if self.took("["):
                segments.append(self.bracket())
            elif self.took("*"):
                segments.append(WILDCARD)
            elif found := self.match(self.name):
                if _NOT_IN_REFERENCES.match(found[0]):
                    self.is_reference = False
                name = re.sub(r"\\(.)", r"\1", found[0], flags=re.DOTALL)
                # Seen on the service: `$.jobs.sum()` is accepted at creation, and at run time "Property ['sum()'] not found in path $['jobs']".
                call = self.match(_CALL)
                self.calls = call is not None
                segments.append(named((name + call[0] if call else name,)))
            else:
                raise self.refused("a name is missing")
        return segments

    def bracket(self) -> Segment:
        self.match(_BLANK)
        segment = self.selector()
        self.match(_BLANK)
        if not self.took("]"):
            raise self.refused("a ] is missing")
        return segment

    def selector(self) -> Segment:
        if self.took("*"):
            return WILDCARD
        if self.took("?"):
            inner = _FilterReader(self.text, self.at)
            test = inner.either(0)
            self.at = inner.at
            return kept(test)
        if found := self.match(_SLICE):
            start, stop, step = (int(number) if number else None for number in found.groups())
            if step == 0:
                raise self.refused("the step of a slice is 0")
            return sliced(slice(start, stop, step), f"[{found[0]}]")
        if self.text.startswith(("'", '"'), self.at):
            return named(self.listed(self.quoted))
        return indexed(self.listed(self.index))

    def listed(self, item: Callable[[], _T]) -> tuple[_T, ...]:
        items = [item()]
        self.match(_BLANK)
        while self.took(","):
            self.match(_BLANK)
            items.append(item())
            self.match(_BLANK)
        return tuple(items)

    def quoted(self) -> str:
        """A name or string in quotes. Only the backslash and the quote in use are escaped; `\\"` within '…' stays two characters."""
        if not (found := self.match(_QUOTED)):
            raise self.refused("a quoted name is missing or not closed")
        if found[1] is not None:
            return re.sub(r"\\(['\\])", r"\1", found[1])
        return re.sub(r"\\([\"\\])", r"\1", found[2])

    def index(self) -> int:
        if not (found := self.match(_INDEX)):
            raise self.refused("an index or a quoted name is missing")
        return int(found[0])


class _FilterReader(_Reader):
    """Reads what stands behind `[?`: the logic is ours, each comparison is evaluated by jsonpath_ng."""

    name = _NAME_IN_FILTER

    def selector(self) -> Segment:
        if self.text.startswith("?", self.at):
            raise self.refused("a filter stands inside a filter")
        return super().selector()

    def either(self, depth: int) -> Test:
        tests = [self.both(depth)]
        while self.next("||"):
            tests.append(self.both(depth))
        return tests[0] if len(tests) == 1 else lambda node, root: any(test(node, root) for test in tests)

    def both(self, depth: int) -> Test:
        tests = [self.single(depth)]
        while self.next("&&"):
            tests.append(self.single(depth))
        return tests[0] if len(tests) == 1 else lambda node, root: all(test(node, root) for test in tests)

    def single(self, depth: int) -> Test:
        if depth > MAX_FILTER_NESTING:
            raise self.refused(f"a filter is nested more than {MAX_FILTER_NESTING} deep")
        if self.next("!"):
            negated = self.single(depth + 1)
            return lambda node, root: not negated(node, root)
        if self.next("("):
            test = self.either(depth + 1)
            if not self.next(")"):
                raise self.refused("a ) is missing")
            return test
        return self.comparison()

    def next(self, token: str) -> bool:
        self.match(_BLANK)
        return self.took(token)

    def comparison(self) -> Test:
        left = self.operand()
        self.match(_BLANK)
        if not (found := self.match(_OPERATOR)):
            return self.compared(left, None, None)
        operator = found[0]
        self.match(_BLANK)
        if operator == "=~":
            return self.matched(left, self.regex())
        if operator not in ("in", "nin"):
            right = self.operand()
            return (
                self.compared(right, _MIRRORED[operator], left)
                if isinstance(right, _Query) and not isinstance(left, _Query)
                else self.compared(left, operator, right)
            )
        if self.took("["):
            self.match(_BLANK)
            choices: tuple[Json | _Query, ...] = self.listed(self.operand)
            if not self.took("]"):
                raise self.refused("a ] is missing")
        else:
            members = self.operand()
            choices = (_Query(f"{members.spelled}[*]") if isinstance(members, _Query) else members,)
        tests = [self.compared(left, "==", choice) for choice in choices]
        if operator == "in":
            return lambda node, root: any(test(node, root) for test in tests)
        return lambda node, root: not any(test(node, root) for test in tests)

    def operand(self) -> Json | _Query:
        start = self.at
        if self.took("@") or self.took("$"):
            segments = self.segments()
            if self.calls or len(segments) > MAX_FILTER_NESTING:
                raise self.refused(f"a path inside a filter has a function or more than {MAX_FILTER_NESTING} segments")
            return _Query(self.text[start] + "".join(segment.spelled for segment in segments))
        if self.text.startswith(("'", '"'), start):
            return "" if self.took("''") or self.took('""') else self.quoted()
        if found := self.match(_NUMBER):
            return float(found[0]) if found[1] or found[2] else int(found[0])
        # Seen in definitions that run: a string without quotes, `[?(@.Name==Receipt)]`.
        if found := self.match(_WORD):
            return _LITERALS.get(found[0], found[0])
        raise self.refused("a path or a value is missing")

    def regex(self) -> str:
        if not (found := self.match(_REGEX)):
            raise self.refused("a regular expression is missing")
        flags = f"(?{''.join(sorted(set(found[2])))})" if found[2] else ""
        pattern = rf"{flags}\A(?:{found[1]})\Z"
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            raise self.refused("the regular expression is wrong") from None
        return pattern

    def matched(self, left: Json | _Query, pattern: str) -> Test:
        found, matches = self.found(left, None, None), matcher(pattern)
        return lambda node, root: any(isinstance(datum.value, str) and matches(datum.value) for datum in found(node, root))

    def compared(self, left: Json | _Query, operator: str | None, right: Json | _Query) -> Test:
        found = self.found(left, operator, right)
        return lambda node, root: bool(found(node, root))

    def found(self, left: Json | _Query, operator: str | None, right: Json | _Query) -> Callable[[Json, Json], list[Any]]:
        """What jsonpath_ng finds for a comparison, or for a path alone."""
        if not isinstance(left, _Query):
            raise self.refused("a comparison needs a path")
        # Imported here: only definitions with filters pay for it.
        from jsonpath_ng import DatumInContext, This
        from jsonpath_ng.exceptions import JSONPathError
        from jsonpath_ng.ext.filter import Expression
        from jsonpath_ng.ext.parser import parse

        try:
            expression = Expression(parse(left.spelled), operator, parse(right.spelled) if isinstance(right, _Query) else right)
        except JSONPathError as error:
            raise self.refused(str(error)) from None

        return lambda node, root: expression.find(DatumInContext(node, This(), DatumInContext(root)))  # type: ignore[no-untyped-call]


class _Query(NamedTuple):
    """A path inside a filter, spelled for jsonpath_ng."""

    spelled: str


def _compiled(text: str, root: str, variable: str | None, segments: list[Segment], is_reference: bool) -> Path:
    steps: Steps = tuple(segment.step for segment in takewhile(lambda segment: segment.step is not None, segments) if segment.step is not None)
    rest = segments[len(steps) :]

    def read(steps: Steps) -> Evaluate:
        if variable is not None:
            return from_variable(text, variable, steps)
        return from_context(text, steps) if root == "context" else from_input(text, steps)

    if not rest:
        return Path(text, root, variable, True, is_reference, steps, read(steps))
    if len(rest) == 1 and rest[0].names:
        return Path(text, root, variable, True, False, (), projected(text, read(steps), rest[0]))
    return Path(text, root, variable, False, False, (), listing(text, read(()), steps, rest))
