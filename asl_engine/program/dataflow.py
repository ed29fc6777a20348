"""The two query languages' ways from a state's fields to functions: decided at compile time, never asked again.

JSONPath (spec, "Input and Output Processing"): InputPath, Parameters, work, ResultSelector, ResultPath into the raw
input, OutputPath. JSONata: Arguments, work, Output. Assign sees what the state's work gave, before it was shaped.
Each way comes twice: as one closure, for running, and as the named stages it was composed of, for showing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from asl_engine.expressions import Condition, Evaluate, ExpressionError, Scope
from asl_engine.expressions.comparisons import compile_rule
from asl_engine.expressions.intrinsics import compile_field
from asl_engine.expressions.jsonpath import path_field, result_path
from asl_engine.expressions.templates import compile_template
from asl_engine.failures import Failure
from asl_engine.program import Output, Stage
from asl_engine.program.fields import Fields
from asl_engine.values import MISSING, Json

Compiled = TypeVar("Compiled")

WITH_RESULT = frozenset({"Task", "Parallel", "Map"})
WITH_PARAMETERS = frozenset({"Pass", "Task", "Parallel"})
"""A Map's Parameters are the old spelling of its ItemSelector."""


class QueryLanguage(Protocol):
    """What a state's fields mean. One value of these per language; chosen per state, at compile time."""

    def arguments(self, state: Fields, kind: str) -> tuple[Evaluate | None, tuple[Stage, ...]]:
        """The way from the raw input to what the body gets: composed, and stage by stage."""
        ...

    def output(self, state: Fields, kind: str) -> tuple[Output | None, tuple[Stage, ...]]:
        """The way from the result to the output: composed, and stage by stage."""
        ...

    def growth(self, state: Fields, kind: str) -> int | None:
        """See `State.growth`."""
        ...

    def assign(self, state: Fields, kind: str) -> Output | None: ...

    def condition(self, rule: Fields) -> Condition: ...

    def rule_output(self, rule: Fields, state_output: Output | None) -> Output | None: ...

    def rule_assign(self, rule: Fields) -> Output | None: ...

    def caught_output(self, catcher: Fields) -> Output | None: ...

    def caught_assign(self, catcher: Fields) -> Output | None: ...

    def template(self, owner: Fields, name: str, within: str = "") -> Evaluate | None:
        """A field that holds a payload template, or a JSON value with expressions in it; None when absent.

        `within` says where in its state the owner stands, "ItemReader/", for the location of an evaluation's failure.
        """
        ...

    def text(self, owner: Fields, name: str) -> Evaluate | None:
        """A string field that may be computed: Error, Cause and their Path twins."""
        ...


def chain(first: Evaluate | None, second: Evaluate | None) -> Evaluate | None:
    """`second` after `first`; None is the identity."""
    if first is None:
        return second
    if second is None:
        return first

    def chained(data: Json, scope: Scope) -> Json:
        return second(first(data, scope), scope)

    return chained


def constant(value: Json) -> Evaluate:
    return lambda data, scope: value


class JSONPathFields:
    """A state written in JSONPath."""

    def arguments(self, state: Fields, kind: str) -> tuple[Evaluate | None, tuple[Stage, ...]]:
        if kind == "Pass" and state.get("Result") is not None:
            result = constant(state.get("Result"))
            return result, (Stage("result", _step(result)),)
        effective = _field(state, "InputPath", path_field) if kind != "Fail" else None
        first = Stage("afterInputPath", _step(effective))
        if kind not in WITH_PARAMETERS:
            return effective, (first,)
        parameters = self.template(state, "Parameters")
        return chain(effective, parameters), (first, Stage("afterParameters", _step(parameters)))

    def output(self, state: Fields, kind: str) -> tuple[Output | None, tuple[Stage, ...]]:
        select = self.template(state, "ResultSelector") if kind in WITH_RESULT else None
        place = _field(state, "ResultPath", result_path) if kind in WITH_RESULT or kind == "Pass" else None
        hand_on = _field(state, "OutputPath", path_field) if kind != "Fail" else None
        last = Stage("output", _step(hand_on))
        if kind not in WITH_RESULT and kind != "Pass":
            return shaped(select, place, hand_on), (last,)
        return shaped(select, place, hand_on), (Stage("afterResultSelector", _step(select)), Stage("afterResultPath", shaped(None, place, None)), last)

    def growth(self, state: Fields, kind: str) -> int | None:
        place = state.get("ResultPath", "$")
        only_placed = isinstance(place, str) and place != "$" and state.get("OutputPath", "$") == "$"
        return 6 * len(str(place)) + 16 if only_placed and kind in ("Pass", "Task") else None

    def assign(self, state: Fields, kind: str) -> Output | None:
        template = self.template(_assigning(state), "Assign")
        if template is None:
            return None
        return lambda raw, result, scope: template(result, scope)

    def condition(self, rule: Fields) -> Condition:
        try:
            return compile_rule(rule.values)
        except ExpressionError as error:
            raise rule.refusal(error.message) from None

    def rule_output(self, rule: Fields, state_output: Output | None) -> Output | None:
        return state_output

    def rule_assign(self, rule: Fields) -> Output | None:
        return self.assign(rule, "Choice")

    def caught_output(self, catcher: Fields) -> Output | None:
        return shaped(None, _field(catcher, "ResultPath", result_path), None)

    def caught_assign(self, catcher: Fields) -> Output | None:
        return self.assign(catcher, "Catch")

    def template(self, owner: Fields, name: str, within: str = "") -> Evaluate | None:
        if name not in owner:
            return None
        try:
            return compile_template(owner.get(name))
        except ExpressionError as error:
            raise owner.wrong_expression(name, error) from None

    def text(self, owner: Fields, name: str) -> Evaluate | None:
        path = name + "Path"
        if owner.get(path) is not None:
            try:
                return _string(compile_field(owner.text(path), path), path)
            except ExpressionError as error:
                raise owner.wrong_expression(path, error) from None
        value = owner.text_or_none(name)
        return None if value is None else constant(value)


class JSONataFields:
    """A state written in JSONata. The library behind it is imported when the first such state is compiled."""

    def arguments(self, state: Fields, kind: str) -> tuple[Evaluate | None, tuple[Stage, ...]]:
        if kind not in ("Task", "Parallel"):
            return None, ()
        arguments = self.template(state, "Arguments")
        return arguments, (Stage("afterArguments", _step(arguments)),)

    def output(self, state: Fields, kind: str) -> tuple[Output | None, tuple[Stage, ...]]:
        output = _of_result(self.template(state, "Output"), kind)
        return output, (Stage("output", output),)

    def growth(self, state: Fields, kind: str) -> int | None:
        return None

    def assign(self, state: Fields, kind: str) -> Output | None:
        return _of_result(self.template(_assigning(state), "Assign"), kind)

    def condition(self, rule: Fields) -> Condition:
        from asl_engine.expressions.jsonata import compile_typed, is_expression

        value = rule.get("Condition")
        if isinstance(value, bool):
            return lambda data, scope: value
        text = rule.text("Condition")
        if not is_expression(text):
            raise rule.refusal("The field 'Condition' must be a JSONata expression or a boolean", "Condition")
        try:
            evaluate = compile_typed(text, f"Choices[{rule.pointer.tokens[-1]}]/Condition", "boolean")
        except ExpressionError as error:
            raise rule.wrong_expression("Condition", error) from None
        return lambda data, scope: evaluate(data, scope) is True

    def rule_output(self, rule: Fields, state_output: Output | None) -> Output | None:
        return _of_result(self._located(rule, "Output", f"Choices[{rule.pointer.tokens[-1]}]/"), "Choice")

    def rule_assign(self, rule: Fields) -> Output | None:
        return _of_result(self._located(_assigning(rule), "Assign", f"Choices[{rule.pointer.tokens[-1]}]/"), "Choice")

    def caught_output(self, catcher: Fields) -> Output | None:
        return _of_error(self._located(catcher, "Output", f"Catch[{catcher.pointer.tokens[-1]}]/"))

    def caught_assign(self, catcher: Fields) -> Output | None:
        return _of_error(self._located(_assigning(catcher), "Assign", f"Catch[{catcher.pointer.tokens[-1]}]/"))

    def template(self, owner: Fields, name: str, within: str = "") -> Evaluate | None:
        return self._located(owner, name, within)

    def text(self, owner: Fields, name: str) -> Evaluate | None:
        from asl_engine.expressions.jsonata import compile_typed, is_expression

        value = owner.text_or_none(name)
        if value is None or not is_expression(value):
            return None if value is None else constant(value)
        try:
            return compile_typed(value, name, "string")
        except ExpressionError as error:
            raise owner.wrong_expression(name, error) from None

    def _located(self, owner: Fields, name: str, prefix: str) -> Evaluate | None:
        if name not in owner:
            return None
        from asl_engine.expressions.jsonata.values import compile_value

        try:
            return compile_value(owner.get(name), prefix + name)
        except ExpressionError as error:
            raise owner.wrong_expression(name, error) from None


def _assigning(owner: Fields) -> Fields:
    """The owner, whose Assign names variables."""
    if "Assign" in owner:
        owner.child("Assign")
    return owner


def _step(evaluate: Evaluate | None) -> Output | None:
    """What sees the value so far and nothing of the raw input."""
    return None if evaluate is None else lambda raw, value, scope: evaluate(value, scope)


def shaped(select: Evaluate | None, place: Callable[[Json, Json], Json] | None, hand_on: Evaluate | None) -> Output | None:
    """ResultSelector, ResultPath and OutputPath composed; None when nothing shapes the result."""
    if select is None and hand_on is None:
        return None if place is None else lambda raw, result, scope: place(raw, result)
    if select is None and place is None:
        return lambda raw, result, scope: hand_on(result, scope)  # type: ignore[misc]

    def shape(raw: Json, result: Json, scope: Scope) -> Json:
        value = result if select is None else select(result, scope)
        if place is not None:
            value = place(raw, value)
        return value if hand_on is None else hand_on(value, scope)

    return shape


def _of_result(evaluate: Evaluate | None, kind: str) -> Output | None:
    """A JSONata field that may see `$states.result`."""
    if evaluate is None:
        return None
    if kind not in WITH_RESULT:
        return lambda raw, result, scope: evaluate(raw, scope)

    def computed(raw: Json, result: Json, scope: Scope) -> Json:
        scope.result = result
        try:
            return evaluate(raw, scope)
        finally:
            scope.result = MISSING

    return computed


def _of_error(evaluate: Evaluate | None) -> Output | None:
    """A JSONata field of a catcher: `$states.errorOutput` exists there alone."""
    if evaluate is None:
        return None

    def computed(raw: Json, error_output: Json, scope: Scope) -> Json:
        scope.error = error_output
        try:
            return evaluate(raw, scope)
        finally:
            scope.error = MISSING

    return computed


def _string(evaluate: Evaluate, field: str) -> Evaluate:
    def string(data: Json, scope: Scope) -> Json:
        value = evaluate(data, scope)
        if not isinstance(value, str):
            raise Failure("States.Runtime", f"The {field} field must reference a string value")
        return value

    return string


def _field(owner: Fields, name: str, compile_path: Callable[[str | None], Compiled]) -> Compiled:
    """A path field: absent means "$", null is a value of its own."""
    path = owner.text(name) if owner.get(name, "$") is not None and name in owner else (None if name in owner else "$")
    try:
        return compile_path(path)
    except ExpressionError as error:
        raise owner.wrong_expression(name, error) from None
