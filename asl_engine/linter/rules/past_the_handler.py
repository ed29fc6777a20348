"""A failure that goes past the handler

What
    A JSONPath state that reads a member of a function's or job's answer, of which nobody says that it is there, in a part of the machine whose
    failures are caught by a handler that does something: marks a record, sends a message, undoes a step.

Why
    If the answer lacks the member, the state fails with States.Runtime, and no Catcher sees that, States.ALL included. The execution
    ends on the spot: the record stays IN_PROGRESS and nobody is told. Answers lack members when a service refuses or is new.
    Source: Step Functions developer guide, "Handling errors": "States.Runtime … will always cause the execution to fail".

Example
    "Trigger": {…, "ResultPath": "$.job", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "MarkFailed"}], "Next": "Ask"},
    "Ask": {…, "Parameters": {"id.$": "$.job.body.id"}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "MarkFailed"}]}

Instead
    Ask with IsPresent in a Choice whose Default goes to the handler; or let the function fail instead of answering less; or
    say in a schema (`schemas` in the settings) that the answer always has it. `--select ASL505` lists all such reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl_engine.analysis.dataflow.misses import Certainty
from asl_engine.analysis.dataflow.reasons import spelled
from asl_engine.analysis.dataflow.routes import Origin
from asl_engine.analysis.graph import ArcKind
from asl_engine.diagnostics import Severity
from asl_engine.linter.catching import watched
from asl_engine.linter.rule import DEFAULT, Advice, Facts, StateAt
from asl_engine.linter.ways import WITHOUT_CATCH, leads, reached
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Pointer

CODE = "ASL329"
NAME = "past-the-handler"
SEVERITY = Severity.ADVICE
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    ways = leads(facts, WITHOUT_CATCH)
    around = {
        state: handler
        for state, handler in watched(facts).items()
        if any(facts.by_pointer[step].type == "Task" for step in reached([handler.pointer], ways) if step in facts.by_pointer)
    }
    # One for each handler: it is the handler that has the gap.
    told: dict[Pointer, list[tuple[Any, StateAt]]] = {}
    for miss in facts.dataflow.misses if around else ():
        handler, answers = around.get(miss.state), _answers(facts, miss)
        if handler is not None and answers is not None and facts.by_pointer[miss.state].language == "JSONPath":
            told.setdefault(handler.pointer, []).append((miss, answers))
    for handler_at, misses in told.items():
        handler, (miss, answers) = facts.by_pointer[handler_at], misses[0]
        what = spelled(miss.missing, miss.read.text)
        more = len({each.missing for each, _ in misses}) - 1
        also = f"; so it is with {more} more path{'s' if more > 1 else ''}" if more else ""
        message = f"If {answers.name} answers without `{what}`, the execution ends here with States.Runtime, which no Catcher sees: {handler.name} does not run"
        yield Advice(miss.read.pointer, f"{message}{also}", "ask with IsPresent first, or say in a schema that it is always there")


def _answers(facts: Facts, miss: Any) -> StateAt | None:
    """The Task whose answer may lack what is read, if nothing but somebody's code or data says what is in it."""
    route = miss.routes[0] if miss.certainty is Certainty.UNSAID and miss.routes else None
    if route is None or route.origin is not Origin.STATE or route.legs[0].flow.kind is ArcKind.CATCH:
        return None
    state = facts.by_pointer.get(route.legs[0].state)
    if state is None or state.type != "Task":
        return None
    resource = parse_resource(str(state.value.get("Resource")))
    # Members that the model of a service lists are there as a rule, though it need not promise them.
    of_code = resource.kind != "service" or resource.pattern == ".waitForTaskToken" or (resource.service, resource.api) in _ANYTHING
    return state if of_code else None


_ANYTHING = (("lambda", "invoke"), ("dynamodb", "getItem"))
