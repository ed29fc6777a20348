"""Kinds of values that are expressions: paths, payload templates, JSONata, and the variables they name.

The expressions themselves are judged by the `expressions` package; this module knows where in a definition each may
stand. JSONata's compiler is imported only when a definition holds a JSONata expression.
"""

from __future__ import annotations

import re

from asl_engine.expressions import ExpressionError
from asl_engine.expressions.jsonpath import NOT_A_REFERENCE_PATH, parse_path
from asl_engine.expressions.templates import check_template
from asl_engine.syntax.codes import JSONATA_REFERENCE, JSONATA_SYNTAX, NO_DOLLAR, PATH, STATIC_RESULT, TEMPLATE, Code
from asl_engine.syntax.reading import Kind, Reading, Where
from asl_engine.syntax.scalars import check_variable_name
from asl_engine.syntax.shapes import is_opaque, wrong_type
from asl_engine.values import Json

_VARIABLE = re.compile(r"(?<![\w$.\\\]])\$([^\W\d_]\w*)")
_PLACEHOLDER = re.compile(r"\$\{[^{}:\"]*\}")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'")
_LOOKS_LIKE_A_PATH = re.compile(r"\$\$?(?:\.\w|\[)|States\.[A-Z]\w+\(")
_TEXT_FUNCTION = re.compile(r"States\.(?:ArrayGetItem|Base64Encode|Base64Decode|Format|JsonToString|Hash|UUID)\s*\(")
NOT_A_TEMPLATE_VALUE = "must be a valid JSONPath or a valid intrinsic function call"


def path(value: Json, where: Where, reading: Reading) -> None:
    """A path into the state's data ($), the Context object ($$) or a variable ($name)."""
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
        return
    try:
        variable = parse_path(value).variable
    except ExpressionError as error:
        _refuse_path(value, error, where, reading)
        return
    if variable is not None:
        reading.referred.append((where, variable))


def nullable_path(value: Json, where: Where, reading: Reading) -> None:
    if value is not None:
        path(value, where, reading)


def number_path(value: Json, where: Where, reading: Reading) -> None:
    """SecondsPath and its like: a Reference Path, not into the Context object."""
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
        return
    try:
        parsed = parse_path(value)
    except ExpressionError:
        parsed = None
    if parsed is None or not parsed.is_reference or parsed.root == "context":
        if not is_opaque(value):
            hint = "it may not point into the Context object ($$)" if value.startswith("$$") else "only .name, ['name'] and [n] may follow the $"
            reading.report(PATH, where, NOT_A_REFERENCE_PATH, hint)
    elif parsed.variable is not None:
        reading.referred.append((where, parsed.variable))


def result_path(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "ResultPath": null or a Reference Path into the state's raw input."""
    if value is None:
        return
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
        return
    try:
        parsed = parse_path(value)
    except ExpressionError as error:
        _refuse_path(value, error, where, reading)
        return
    if (not parsed.is_reference or parsed.root != "input") and not is_opaque(value):
        hint = "a variable is set with Assign" if parsed.variable is not None else "only .name, ['name'] and [n] may follow the $"
        reading.report(PATH, where, NOT_A_REFERENCE_PATH, hint)


def text_path(value: Json, where: Where, reading: Reading) -> None:
    """ErrorPath and CausePath: a path, or an intrinsic function that returns a string."""
    if not (isinstance(value, str) and value.startswith("States.")):
        path(value, where, reading)
        return
    if not _TEXT_FUNCTION.match(value):
        reading.report(PATH, where, "Value is not a valid JSONPath or an intrinsic function that returns a string")
        return
    for _, error in check_template({"value.$": value}):
        reading.report(TEMPLATE, where, error.message, aws_code=error.aws_code)
    _refer(value, where, reading)


def _refuse_path(value: str, error: ExpressionError, where: Where, reading: Reading) -> None:
    hint = "; ".join(getattr(error, "__notes__", ())) or None
    if value.startswith("States."):
        hint = "intrinsic functions are for payload templates"
    reading.report(PATH, where, error.message, hint, error.aws_code)


def template(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "Payload Template": an object whose `.$` members are paths or intrinsic functions, at any depth."""
    for pointer, error in check_template(value):
        there = where
        for step in pointer.tokens:
            there = (there, step)
        reading.report(TEMPLATE, there, error.message, "; ".join(getattr(error, "__notes__", ())) or None, error.aws_code)
    _template_members(value, where, reading)


def _template_members(value: Json, where: Where, reading: Reading) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str):
                if name.endswith(".$"):
                    _refer(member, (where, name), reading)
                elif _LOOKS_LIKE_A_PATH.match(member):
                    message = f"The value of '{name}' looks like a path or an intrinsic function, but is taken as text"
                    reading.report(NO_DOLLAR, (where, name), message, f'if it should be evaluated, name it "{name}.$"')
            elif member.__class__ is dict or member.__class__ is list:
                _template_members(member, (where, name), reading)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            _template_members(element, (where, index), reading)


def _refer(expression: str, where: Where, reading: Reading) -> None:
    if _VARIABLE.search(expression):
        for name in _VARIABLE.findall(_QUOTED.sub("''", expression)):
            reading.referred.append((where, name))


def pass_result(value: Json, where: Where, reading: Reading) -> None:
    """Spec, "Pass State": Result is literal, never a template."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name.endswith(".$") and isinstance(member, str) and _LOOKS_LIKE_A_PATH.match(member):
                reading.report(STATIC_RESULT, (where, name), "The Result of a Pass state is static: this stays text", 'use "Parameters"')


def jsonata_value(value: Json, where: Where, reading: Reading) -> None:
    """Any JSON whose strings may be `{% … %}`, at any depth."""
    if isinstance(value, str):
        if "{%" in value or "%}" in value:
            expression(value, where, reading)
    elif isinstance(value, dict):
        for name, member in value.items():
            jsonata_value(member, (where, name), reading)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            jsonata_value(element, (where, index), reading)


def expression(value: str, where: Where, reading: Reading) -> None:
    """One string of a JSONata state: an expression, or a text that is none."""
    from asl_engine.expressions import jsonata

    wrong = jsonata.delimiter_error(value)
    if wrong is not None:
        reading.report(JSONATA_SYNTAX, where, wrong, 'an expression begins with "{%" and ends with "%}"')
        return
    if not jsonata.is_expression(value):
        return
    try:
        facts = jsonata.analyse(value)
    except ExpressionError as error:
        if not _PLACEHOLDER.search(value):
            reading.report(_jsonata_code(error), where, error.message, aws_code=error.aws_code)
        return
    for reference in facts.top_level_references:
        hint = f"did you mean $states.input.{reference}?" if reference.isidentifier() else "use $states.input"
        reading.report(JSONATA_REFERENCE, where, f"Reference to '{reference}' at the top level is not supported.", hint)
    for member in facts.states_members:
        if member not in ("input", "context") and member not in reading.members:
            reading.report(JSONATA_REFERENCE, where, f"Field '$states.{member}' does not exist.", _MEMBER_HINTS.get(member))
    reading.referred.extend((where, name) for name in sorted(facts.variables) if name != "states")


_MEMBER_HINTS = {
    "result": "it exists in Output and Assign of Task, Parallel and Map",
    "errorOutput": "it exists in Output and Assign of a Catcher",
}


def _jsonata_code(error: ExpressionError) -> Code:
    return JSONATA_REFERENCE if error.aws_code == JSONATA_REFERENCE.aws else JSONATA_SYNTAX


def or_expression(kind: Kind) -> Kind:
    """A literal of some kind, or in a JSONata state an expression that gives one."""

    def read(value: Json, where: Where, reading: Reading) -> None:
        if reading.language == "JSONata" and isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
            expression(value, where, reading)
        else:
            kind(value, where, reading)

    return read


def text_value(value: Json, where: Where, reading: Reading) -> None:
    """Error and Cause: a text, in a JSONata state perhaps an expression."""
    if not isinstance(value, str):
        wrong_type("String", value, where, reading)
    elif reading.language == "JSONata":
        jsonata_value(value, where, reading)


def payload(value: Json, where: Where, reading: Reading) -> None:
    """ItemSelector, BatchInput: a payload template or a JSONata value, as the state's query language has it."""
    (jsonata_value if reading.language == "JSONata" else template)(value, where, reading)


def with_members(*members: str) -> Kind:
    """A JSONata value in which `$states` has more members than input and context."""
    extended = frozenset(members)

    def read(value: Json, where: Where, reading: Reading) -> None:
        before, reading.members = reading.members, extended
        jsonata_value(value, where, reading)
        reading.members = before

    return read


def assign(*members: str) -> Kind:
    """Spec, "Assign": variable names to values. `members` are what `$states` holds besides input and context."""
    jsonata_members = with_members(*members)

    def read(value: Json, where: Where, reading: Reading) -> None:
        if not isinstance(value, dict):
            wrong_type("Object", value, where, reading)
            return
        jsonata = reading.language == "JSONata"
        for name in value:
            variable = name if jsonata else name.removesuffix(".$")
            if check_variable_name(variable, (where, name), reading):
                reading.assigned.append(((where, name), variable))
        (jsonata_members if jsonata else template)(value, where, reading)

    return read
