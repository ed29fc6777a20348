"""Reading typed values out of a definition's JSON, for compilation.

Validation has usually said everything already; what is found here is what nobody can compile, also with
`validate=False`. It raises `DefinitionError` with the place.
"""

from __future__ import annotations

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError
from asl_engine.expressions import ExpressionError
from asl_engine.source import Source
from asl_engine.values import Json, Pointer, json_text, kind_of


class Fields:
    """One JSON object of a definition, and where it stands."""

    __slots__ = ("pointer", "source", "values")

    def __init__(self, values: Json, pointer: Pointer, source: Source) -> None:
        self.source = source
        self.pointer = pointer
        if not isinstance(values, dict):
            raise self.refusal(f"This must be an object, not {kind_of(values)}")
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def refusal(self, message: str, name: str | None = None) -> DefinitionError:
        pointer = self.pointer if name is None else self.pointer / name
        return DefinitionError([Diagnostic("ASL900", Severity.ERROR, pointer, message, None, "SCHEMA_VALIDATION_FAILED", self.source.locate(pointer))])

    def wrong_expression(self, name: str, error: ExpressionError) -> DefinitionError:
        pointer = self.pointer / name
        return DefinitionError([Diagnostic("ASL901", Severity.ERROR, pointer, error.message, None, error.aws_code, self.source.locate(pointer))])

    def get(self, name: str, default: Json = None) -> Json:
        return self.values.get(name, default)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str):
            raise self.refusal(f"The field '{name}' must be a string, not {kind_of(value)}", name)
        return value

    def opaque_text(self, name: str) -> str:
        """A string, or the text of what a template engine was to put there: `{"Fn::GetAtt": […]}`."""
        value = self.values.get(name)
        return json_text(value) if isinstance(value, dict) else self.text(name)

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if self.values.get(name) is not None else None

    def integer(self, name: str, default: int) -> int:
        value = self._filled(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refusal(f"The field '{name}' must be an integer, not {kind_of(value)}", name)
        return value

    def _filled(self, name: str, default: float) -> Json:
        """The field's value; its default where a placeholder that nobody filled stands for it."""
        value = self.values.get(name, default)
        return default if isinstance(value, str) and "${" in value else value

    def number(self, name: str, default: float) -> float:
        value = self._filled(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.refusal(f"The field '{name}' must be a number, not {kind_of(value)}", name)
        return value

    def child(self, name: str) -> Fields:
        return Fields(self.values.get(name), self.pointer / name, self.source)

    def children(self, name: str) -> list[Fields]:
        value = self.values.get(name, [])
        if not isinstance(value, list):
            raise self.refusal(f"The field '{name}' must be an array, not {kind_of(value)}", name)
        return [Fields(element, self.pointer / name / index, self.source) for index, element in enumerate(value)]

    def names(self, name: str) -> frozenset[str]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
            raise self.refusal(f"The field '{name}' must be an array of strings", name)
        return frozenset(str(element) for element in value)
