"""A callback whose token nobody gets

What
    A Task with .waitForTaskToken whose Parameters or Arguments do not hold the task token.

Why
    Whoever does the work needs the token to call SendTaskSuccess or SendTaskFailure. Without it the state can only time out,
    and without a timeout it hangs. Source: Step Functions developer guide, "Wait for a callback with the task token".

Example
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "approve", "Payload": {"order.$": "$.order"}}

Instead
    "Parameters": {"FunctionName": "approve", "Payload": {"order.$": "$.order", "token.$": "$$.Task.Token"}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import DEFAULT, Advice, Facts, StateAt
from asl_engine.syntax.shapes import is_opaque
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json

CODE = "ASL412"
NAME = "task-token-not-passed"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT

_CONTEXT_PATH = re.compile(r"\$\$(?!\.(?:Execution|State|StateMachine|Map)\b)")
_CONTEXT = re.compile(r"\{%.*\bcontext\b(?!\s*\.\s*(?:Execution|State|StateMachine|Map)\b)", re.DOTALL)
"""The Context object, or something of it that may be the token."""


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        if resource.pattern == ".waitForTaskToken" and not _passes_token(state):
            token = '"{% $states.context.Task.Token %}"' if state.language == "JSONata" else '"$$.Task.Token", under a name that ends in ".$"'
            yield Advice(state.pointer / "Resource", f"{state.name} waits for its task token to come back, but hands it to nobody", f"pass {token}")


def _passes_token(state: StateAt) -> bool:
    """Whether some expression could hold the token; a whole context object holds it too."""
    if state.language == "JSONata":
        return any(is_opaque(text) or _CONTEXT.search(text) for text in _texts(state.value.get("Arguments")))
    return any(is_opaque(text) or _CONTEXT_PATH.search(text) for text in _texts(state.value.get("Parameters")))


def _texts(value: Json) -> Iterator[str]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif is_opaque(found):
            yield "${}"
        elif isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
