"""The two query languages, JSONPath and JSONata, as AWS runs them. This package knows JSON, not states.

Everything is compiled once, at load, into an `Evaluate`: a function of the data that `$` stands for and the `Scope`
around it. Evaluation either returns a value or raises `Failure`; it never writes to what it was given, and what
it returns may share parts of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from asl_engine.chance import Chance
from asl_engine.values import MISSING, Json, Missing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Scope:
    """What an expression may see besides its data.

    `variables` are the visible ones, outer scopes included, by name without `$`. `result` and `error` are
    `$states.result` and `$states.errorOutput` where they exist. `context` is the Context object ($$); it is built
    when first asked for. `now` is the execution's clock, never the wall's.
    """

    __slots__ = ("chance", "error", "result", "variables")

    def __init__(
        self, *, variables: Mapping[str, Json] | None = None, chance: Chance | None = None, result: Json | Missing = MISSING, error: Json | Missing = MISSING
    ) -> None:
        self.variables: Mapping[str, Json] = variables if variables is not None else {}
        self.chance = chance if chance is not None else Chance()
        self.result = result
        self.error = error

    @property
    def context(self) -> dict[str, Json]:
        return {}

    @property
    def now(self) -> datetime:
        return EPOCH


Evaluate: TypeAlias = Callable[[Json, Scope], Json]
"""(what `$` is, the scope) -> value. For JSONata the first argument is `$states.input`."""

Condition: TypeAlias = Callable[[Json, Scope], bool]


class ExpressionError(ValueError):
    """An expression that is wrong as it is written: found when a definition is loaded, before anything runs.

    `message` is AWS's wording where known; `aws_code` is the code AWS reports it under; `offset` counts characters
    from the start of the expression, or is None.
    """

    def __init__(self, message: str, *, aws_code: str = "SCHEMA_VALIDATION_FAILED", offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.aws_code = aws_code
        self.offset = offset
