"""The codes of findings: ours, AWS's and how grave it is.

AWS's codes: API reference, ValidateStateMachineDefinitionDiagnostic, "List of error codes" and "List of warning
codes"; DUPLICATE_VARIABLE_NAME, POSSIBLY_UNDEFINED_VARIABLE and the JSONata ones are recorded answers of the service.
Ours are stable: a number is never used for anything else again. ASL0xx belong to `source`.
"""

from __future__ import annotations

from typing import NamedTuple

from asl_engine.diagnostics import Severity

_SCHEMA = "SCHEMA_VALIDATION_FAILED"


class Code(NamedTuple):
    number: str
    aws: str | None = _SCHEMA
    severity: Severity = Severity.ERROR


DUPLICATE_KEY = Code("ASL007", None, Severity.WARNING)

MISSING_FIELD = Code("ASL101")
UNSUPPORTED_FIELD = Code("ASL102")
WRONG_TYPE = Code("ASL103")
NOT_ALLOWED_VALUE = Code("ASL104")
FIELD_GROUP = Code("ASL105")
EMPTY = Code("ASL106")
OTHER_LANGUAGE = Code("ASL107")
LANGUAGE_CONFLICT = Code("ASL108")
STATE_NAME = Code("ASL109", "INVALID_STATE_NAME")
PATH = Code("ASL110")
TEMPLATE = Code("ASL111")
TIMESTAMP = Code("ASL112")
CHOICE_RULE = Code("ASL113")
ERROR_NAMES = Code("ASL114")
VARIABLE_NAME = Code("ASL115")
LABEL = Code("ASL116", "INVALID_LABEL_NAME")
RESOURCE = Code("ASL120")
FOREIGN_RESOURCE = Code("ASL121", _SCHEMA, Severity.WARNING)
UNRESOLVED_FUNCTION = Code("ASL122", None, Severity.WARNING)
EXPRESS = Code("ASL123")
JSONATA_SYNTAX = Code("ASL130", "INVALID_JSONATA_EXPRESSION")
JSONATA_REFERENCE = Code("ASL131", "UNSUPPORTED_JSONATA_EXPRESSION")
TOO_DEEP = Code("ASL140", "TOO_DEEPLY_NESTED")

MISSING_TARGET = Code("ASL201", "MISSING_TRANSITION_TARGET")
UNREACHABLE = Code("ASL202", "MISSING_TRANSITION_TARGET")
NO_END = Code("ASL203", "MISSING_END_STATE")
DUPLICATE_STATE = Code("ASL204", "DUPLICATE_STATE_NAME")
DUPLICATE_VARIABLE = Code("ASL205", "DUPLICATE_VARIABLE_NAME")
UNDEFINED_VARIABLE = Code("ASL206", "POSSIBLY_UNDEFINED_VARIABLE", Severity.WARNING)
DUPLICATE_LABEL = Code("ASL207", "DUPLICATE_LABEL_NAME")

NO_DOLLAR = Code("ASL301", "NO_DOLLAR", Severity.WARNING)
DISTRIBUTED_ONLY = Code("ASL303", None, Severity.WARNING)
STATIC_RESULT = Code("ASL302", "PASS_RESULT_IS_STATIC", Severity.WARNING)
