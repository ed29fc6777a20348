"""An error name that is a sentence

What
    A Fail whose Error is made of several words.

Why
    Error is a name: what calls this machine compares it letter by letter in ErrorEquals, and alarms and dashboards count by it.
    The words for people belong to Cause. Source: States Language, "Fail State", "Errors".

Example
    {"Type": "Fail", "Error": "See logs", "Cause": "Error deploying IAM role"}

Instead
    {"Type": "Fail", "Error": "Role.NotDeployed", "CausePath": "$.error_info.Cause"}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.syntax.shapes import is_opaque
from asl_engine.values import json_text

CODE = "ASL326"
NAME = "sentence-as-error"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Fail"):
        error = state.value.get("Error")
        if isinstance(error, str) and len(error.split()) > 1 and not is_opaque(error) and not error.strip().startswith("{%"):
            message = f"{json_text(error)} is a sentence: whoever is to catch the error, or to count it, has to write all of it"
            yield Advice(state.pointer / "Error", message, "Error is a name; Cause is for words")
