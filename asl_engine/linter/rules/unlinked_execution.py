"""A nested execution that does not say who started it

What
    states:startExecution whose Input has no AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.

Why
    With it the console and DescribeExecution lead from the parent to the child and back. Without, a failed child is an
    execution among thousands. Source: Step Functions developer guide, "Start workflow executions from a task state".

Example
    "Parameters": {"StateMachineArn": "…", "Input": {"order.$": "$.order"}}

Instead
    "Parameters": {"StateMachineArn": "…", "Input": {"order.$": "$.order", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}}
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.tasks.resource import parse_resource

CODE = "ASL323"
NAME = "unlinked-execution"
SEVERITY = Severity.ADVICE
PROFILE = STRICT

LINK = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"


def findings(facts: Facts) -> Iterator[Advice]:
    for state in facts.of_type("Task"):
        resource = parse_resource(str(state.value.get("Resource")))
        field = "Arguments" if state.language == "JSONata" else "Parameters"
        arguments = state.value.get(field)
        given = arguments.get("Input") if isinstance(arguments, dict) else None
        if (resource.service, resource.api) != ("states", "startExecution") or not isinstance(given, dict):
            continue
        if LINK not in given and f"{LINK}.$" not in given:
            name, id_ = (LINK, '"{% $states.context.Execution.Id %}"') if state.language == "JSONata" else (f"{LINK}.$", '"$$.Execution.Id"')
            yield Advice(state.pointer / field / "Input", f"The execution {state.name} starts does not say who started it", f'add "{name}": {id_}', at_key=True)
