"""Intrinsic functions of JSONPath states: `States.Format('{}', $.name)`, compiled once.

Theory: a text is read into calls, literals and paths, with every refusal knowing its offset; each call becomes a
closure over its arguments' closures. The functions themselves stand in `FUNCTIONS`: an entry says which kinds of
argument a function takes, so that neither its body nor its caller has to ask. Spec and developer guide,
"Intrinsic functions"; what the texts leave open is as recorded on the service.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from asl_engine.expressions import Evaluate, ExpressionError, Scope
from asl_engine.expressions.functions import FUNCTIONS, Function, InvalidArguments, formatted, java_round, java_text, placeholders
from asl_engine.expressions.jsonpath import IndexOutOfRange, NoMatch, NotAnArray, Path, parse_path
from asl_engine.failures import Failure, runtime_failure
from asl_engine.spell import nearest
from asl_engine.values import Json, json_text, kind_of

MAX_NESTING = 10
STRING_FUNCTIONS = frozenset(f"States.{name}" for name in ("ArrayGetItem", "Base64Encode", "Base64Decode", "Format", "JsonToString", "Hash", "UUID"))
"""What ErrorPath and CausePath may call: the functions that give a string."""

_NAME = re.compile(r"States\.([A-Za-z0-9_]*)\(")
_BLANK = re.compile(r"\s*")
_STRING = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]+)?([eE][+-]?[0-9]+)?(?=[\s,)])")
_WORD = re.compile(r"(null|true|false)(?=[\s,)])")
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_WORDS: dict[str, Json] = {"null": None, "true": True, "false": False}


class Call(NamedTuple):
    name: str
    """With its prefix: "States.Format"."""
    arguments: tuple[Argument, ...]


class Text(NamedTuple):
    raw: str
    """A string literal as written between its quotes, escapes and all."""


class Literal(NamedTuple):
    value: Json


Argument: TypeAlias = "Call | Text | Literal | Path"


def is_intrinsic(text: str) -> bool:
    """Whether a text is meant as a call: what is not, is meant as a path."""
    return text.startswith("States.")


@lru_cache(maxsize=4096)
def parse_intrinsic(text: str) -> Call:
    """Raises ExpressionError; its message says what is wrong, since AWS only says that something is."""
    reader = _Reader(text)
    call = reader.call(1)
    if reader.at < len(text):
        raise reader.refused(f"unexpected {text[reader.at]!r}")
    return call


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def refused(self, reason: str, offset: int | None = None) -> ExpressionError:
        return ExpressionError(reason, offset=self.at if offset is None else offset)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found

    def call(self, depth: int) -> Call:
        start = self.at
        if not (found := self.match(_NAME)):
            raise self.refused("an intrinsic function call, States.Name(…), is missing")
        if (function := FUNCTIONS.get(found[1])) is None:
            known = nearest(found[1], FUNCTIONS)
            raise self.refused(f"unknown intrinsic function States.{found[1]}" + (f', did you mean "States.{known}"?' if known else ""), start)
        if depth > MAX_NESTING:
            raise self.refused(f"intrinsic functions are nested more than {MAX_NESTING} deep", start)
        call = Call(f"States.{found[1]}", tuple(self.arguments(depth)))
        self.check(call, function, start)
        return call

    def arguments(self, depth: int) -> list[Argument]:
        arguments: list[Argument] = []
        self.match(_BLANK)
        while not self.text.startswith(")", self.at):
            arguments.append(self.argument(depth))
            self.match(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
                self.match(_BLANK)
                if self.text.startswith(")", self.at):
                    raise self.refused("an argument is missing")
            elif not self.text.startswith(")", self.at):
                raise self.refused("a , or ) is missing")
        self.at += 1
        return arguments

    def argument(self, depth: int) -> Argument:
        start = self.at
        if self.text.startswith("$", start):
            self.at = _path_end(self.text, start)
            try:
                return parse_path(self.text[start : self.at])
            except ExpressionError as error:
                raise self.refused(f"{self.text[start : self.at]!r} is no valid path", start + (error.offset or 0)) from error
        if self.text.startswith("States.", start):
            return self.call(depth + 1)
        if found := self.match(_STRING):
            # Recorded: refused when the definition is created, while any other unknown escape fails when it runs.
            if '"' in _ESCAPE.findall(found[1]):
                raise self.refused("a double quote may not be escaped inside an intrinsic function's string", start)
            return Text(found[1])
        if found := self.match(_NUMBER):
            value = float(found[0]) if found[1] or found[2] else int(found[0])
            if not math.isfinite(value):
                raise self.refused("a number is too large", start)
            return Literal(value)
        if found := self.match(_WORD):
            return Literal(_WORDS[found[0]])
        raise self.refused("an argument is missing or not closed")

    def check(self, call: Call, function: Function, start: int) -> None:
        """What could never work, whatever the data: a wrong number of arguments, a literal of the wrong kind."""
        if not function.takes(len(call.arguments)):
            raise self.refused(f"{call.name} does not take {len(call.arguments)} arguments", start)
        for kind, argument in zip(function.kinds_of(len(call.arguments)), call.arguments, strict=True):
            given = "string" if isinstance(argument, Text) else kind_of(argument.value) if isinstance(argument, Literal) else None
            if given is not None and kind not in ("any", given):
                raise self.refused(f"{call.name} takes a value of kind {kind} here, not {given}", start)


def _path_end(text: str, at: int) -> int:
    """Where a path among arguments ends: before a comma, bracket or blank that is not inside its own brackets."""
    depth, quote = 0, ""
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif depth and character in "'\"":
            quote = character
        elif character in "[(":
            depth += 1
        elif depth:
            depth -= character in "])"
        elif character in ",)" or character.isspace():
            return at
        at += 1
    return min(at, len(text))


@lru_cache(maxsize=4096)
def compile_intrinsic(text: str) -> Evaluate:
    """The value of a call. Raises ExpressionError now; when evaluated, Failure (States.Runtime) with AWS's wording."""
    call = parse_intrinsic(text)
    run = _compiled(call)

    def evaluate(data: Json, scope: Scope) -> Json:
        try:
            return run(data, scope)
        except NotAnArray as error:
            reason = error.detail
        except NoMatch as missing:
            # Recorded: a path into the Context object is printed with one `$`, and the state's input beside it.
            shown = missing.text[1:] if missing.text.startswith("$$") else missing.text
            reason = f"The JsonPath argument for the field '{shown}' could not be found in the input '{json_text(data)}'"
        except InvalidArguments as error:
            raise runtime_failure(f"There was an error while evaluating the intrinsic function: {text}. Invalid arguments in {error.function}") from None
        except RecursionError:
            raise runtime_failure(f"There was an error while evaluating the intrinsic function: {text}. Invalid arguments in {call.name}") from None
        raise runtime_failure(f"The function '{text}' had the following error: {reason}")

    return evaluate


def _compiled(call: Call) -> Evaluate:
    arguments = [_argument(argument, call.name) for argument in call.arguments]
    if call.name == "States.MathAdd":
        return _addition(*arguments)
    if call.name == "States.Format" and isinstance(call.arguments[0], Text):
        return _format(call.arguments[0].raw, arguments[1:])
    function = FUNCTIONS[call.name.removeprefix("States.")]
    kinds = function.kinds_of(len(arguments))
    run = function.run
    name = call.name
    if all(kind == "any" for kind in kinds):
        return lambda data, scope: run(scope, *[argument(data, scope) for argument in arguments])

    def evaluate(data: Json, scope: Scope) -> Json:
        values = [argument(data, scope) for argument in arguments]
        for kind, value in zip(kinds, values, strict=True):
            if kind not in ("any", kind_of(value)):
                raise InvalidArguments(name)
        try:
            return run(scope, *values)
        except (ValueError, OverflowError):
            raise InvalidArguments(name) from None

    return evaluate


def _argument(argument: Argument, function: str) -> Evaluate:
    match argument:
        case Call():
            return _compiled(argument)
        case Path():
            return argument.find
        case Literal(value):
            return lambda data, scope: value
        case Text(raw):
            if any(escaped not in ("'", "{", "}", "\\") for escaped in _ESCAPE.findall(raw)):
                return _open_escape(function)
            text = _ESCAPE.sub(r"\1", raw)
            return lambda data, scope: text


def _open_escape(function: str) -> Evaluate:
    def evaluate(data: Json, scope: Scope) -> Json:
        raise InvalidArguments(function)

    return evaluate


def _addition(left: Evaluate, right: Evaluate) -> Evaluate:
    """States.MathAdd: what counters are made of, hence the short way for integers."""

    def evaluate(data: Json, scope: Scope) -> Json:
        first: Any = left(data, scope)
        second: Any = right(data, scope)
        if first.__class__ is int and second.__class__ is int:
            return first + second
        if kind_of(first) != "number" or kind_of(second) != "number":
            raise InvalidArguments("States.MathAdd")
        try:
            return java_round(first) + java_round(second)
        except (ValueError, OverflowError):
            raise InvalidArguments("States.MathAdd") from None

    return evaluate


def _format(template: str, arguments: list[Evaluate]) -> Evaluate:
    """States.Format with a literal template, which is taken apart once."""
    pieces = placeholders(template)
    if pieces is None or len(pieces) != len(arguments) + 1:
        return lambda data, scope: formatted(pieces, [argument(data, scope) for argument in arguments])
    start = pieces[0]
    parts = list(zip(arguments, pieces[1:], strict=True))

    def evaluate(data: Json, scope: Scope) -> Json:
        text = start
        for argument, piece in parts:
            value = argument(data, scope)
            text += (value if value.__class__ is str else java_text(value)) + piece
        return text

    return evaluate


def compile_field(text: str, field: str) -> Evaluate:
    """A path or a call in a field named `field` ("ErrorPath", "value.$"). Raises ExpressionError with AWS's message.

    Evaluation raises Failure (States.Runtime). An index beyond its array gives null, as recorded for payload templates.
    """
    try:
        if is_intrinsic(text):
            return compile_intrinsic(text)
        path = parse_path(text)
    except ExpressionError as error:
        raise refused_field(field, error) from error
    find = path.find

    def evaluate(data: Json, scope: Scope) -> Json:
        try:
            return find(data, scope)
        except IndexOutOfRange:
            return None
        except NoMatch:
            raise could_not_be_found(text, field, data, scope) from None

    return evaluate


def refused_field(field: str, error: ExpressionError) -> ExpressionError:
    """AWS's refusal of what stands behind a `.$` key; what is wrong with it is a note."""
    refusal = ExpressionError(
        f"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call", offset=error.offset if error else None
    )
    for reason in (getattr(error, "__notes__", None) or [error.message]) if error else ():
        refusal.add_note(reason)
    return refusal


def could_not_be_found(text: str, field: str, data: Json, scope: Scope) -> Failure:
    """The failure of a path in a template. What is printed as the input is what the path was looked up in."""
    searched: Json = data
    if text.startswith("$$"):
        searched = scope.context
    elif text[1:2] not in ("", ".", "["):
        searched = dict(scope.variables)
    return runtime_failure(f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input '{json_text(searched)}'")
