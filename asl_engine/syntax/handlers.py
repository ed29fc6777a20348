"""Retriers and Catchers. Spec, "Errors": "Retrying after error", "Fallback states"."""

from __future__ import annotations

from asl_engine.syntax.expressions import assign, result_path, with_members
from asl_engine.syntax.scalars import comment, error_name, integer, number, one_of, smaller, text
from asl_engine.syntax.shapes import JSONATA, JSONPATH, Field, Shape, list_of

MAX_RETRY_DELAY = 31_622_400
"""A year and a day."""

RETRIER = Shape(
    "a Retrier",
    (
        Field("ErrorEquals", list_of(error_name, at_least=1)),
        Field("IntervalSeconds", integer(1)),
        Field("MaxAttempts", integer(0)),
        Field("BackoffRate", number(1.0)),
        Field("MaxDelaySeconds", integer(1, MAX_RETRY_DELAY)),
        Field("JitterStrategy", one_of("NONE", "FULL")),
        Field("Comment", comment),
    ),
    required=("ErrorEquals",),
    rules=(smaller("IntervalSeconds", "MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds"),),
)

CATCHER = Shape(
    "a Catcher",
    (
        Field("ErrorEquals", list_of(error_name, at_least=1)),
        Field("Next", text),
        Field("ResultPath", result_path, JSONPATH),
        Field("Output", with_members("errorOutput"), JSONATA),
        Field("Assign", assign("errorOutput")),
        Field("Comment", comment),
    ),
    required=("ErrorEquals", "Next"),
)

RETRY = Field("Retry", list_of(RETRIER))
CATCH = Field("Catch", list_of(CATCHER))
