"""Choice rules: trees of And, Or and Not over comparisons in JSONPath; one Condition in JSONata.

Spec, "Choice State". `Next` stands on the outermost rule alone.
"""

from __future__ import annotations

from asl_engine.expressions.comparisons import OPERATORS
from asl_engine.syntax.codes import CHOICE_RULE, TOO_DEEP
from asl_engine.syntax.expressions import assign, jsonata_value, or_expression, path
from asl_engine.syntax.reading import Kind, Reading, Where
from asl_engine.syntax.scalars import boolean, comment, number, text, timestamp
from asl_engine.syntax.shapes import JSONATA, JSONPATH, Field, Members, Shape, is_opaque, list_of, wrong_type
from asl_engine.values import Json

MAX_RULE_NESTING = 60
_NO_LIMIT = float("-inf")
_COMBINATIONS = ("And", "Or", "Not", "Variable", "Condition")
_OPERANDS: dict[str, Kind] = {"string": text, "number": number(_NO_LIMIT), "boolean": boolean, "timestamp": timestamp, "path": path}


def condition(value: Json, where: Where, reading: Reading) -> None:
    """A literal boolean, or an expression that gives one."""
    if not isinstance(value, (bool, str)) or (isinstance(value, str) and not (value.startswith("{%") and value.endswith("%}")) and not is_opaque(value)):
        wrong_type("Boolean", value, where, reading)


def inner_rule(value: Json, where: Where, reading: Reading) -> None:
    if reading.depth >= MAX_RULE_NESTING:
        reading.report(TOO_DEEP, where, f"Choice rules are nested more than {MAX_RULE_NESTING} levels deep")
        return
    reading.depth += 1
    INNER_RULE(value, where, reading)
    reading.depth -= 1


def one_test(rule: Members, where: Where, reading: Reading) -> None:
    """Spec, "Choice State": a Boolean expression, or exactly one data test: a Variable and one operator."""
    present = [name for name in _COMBINATIONS if name in rule]
    operators = [name for name in rule if name in OPERATORS]
    if reading.language == "JSONata":
        if "Condition" not in rule and len(present) == 0:
            reading.report(CHOICE_RULE, where, f"The object must have only one of the following fields, [{', '.join(_COMBINATIONS)}]", 'add "Condition"')
    elif len(present) != 1:
        hint = f"remove all but one of {', '.join(present)}" if present else 'add "Variable" and an operator such as "StringEquals"'
        reading.report(CHOICE_RULE, where, f"The object must have only one of the following fields, [{', '.join(_COMBINATIONS)}]", hint)
    elif present == ["Variable"] and len(operators) != 1:
        hint = f"remove all but one of {', '.join(operators)}" if operators else 'add an operator such as "StringEquals"'
        reading.report(CHOICE_RULE, where, "A data test must have exactly one comparison operator", hint)
    elif present != ["Variable"] and operators:
        reading.report(CHOICE_RULE, where, f"Field '{operators[0]}' is not supported", f'an operator stands beside "Variable", inside "{present[0]}"')


_TESTS = (
    Field("And", list_of(inner_rule, at_least=1), JSONPATH),
    Field("Or", list_of(inner_rule, at_least=1), JSONPATH),
    Field("Not", inner_rule, JSONPATH),
    Field("Variable", path, JSONPATH),
    *(Field(operator, _OPERANDS[operand], JSONPATH) for operator, operand in OPERATORS.items()),
    Field("Condition", or_expression(condition), JSONATA),
)

INNER_RULE = Shape("a nested Choice Rule", (*_TESTS, Field("Comment", comment)), rules=(one_test,))

RULE = Shape(
    "a Choice Rule",
    (
        *_TESTS,
        Field("Next", text),
        Field("Assign", assign()),
        Field("Output", jsonata_value, JSONATA),
        Field("Comment", comment),
    ),
    required=("Next",),
    rules=(one_test,),
)
