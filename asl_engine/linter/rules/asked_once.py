"""A service that is asked once and not again

What
    A Wait, a Task that asks and a Choice on its answer, of which no way leads back to the Wait, and whose Default, which takes every answer
    that no rule names, can only end in a Fail.

Why
    The Wait says that the work may take a while. If it takes longer, the answer is that it is still going on ("IN_PROGRESS",
    "PENDING"), and the execution fails although nothing has.

Example
    "Wait":  {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
    "Ask":   {"Type": "Task", …, "ResultPath": "$.answer", "Next": "Done?"},
    "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.answer.status", "StringEquals": "COMPLETED", "Next": "Ship"}], "Default": "Stop"}

Instead
    A rule for the answers of work that goes on, which leads back to the Wait, and a count that ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import duration, listed, wait_of
from asl_engine.linter.rule import DEFAULT, Advice, Facts, StateAt
from asl_engine.linter.ways import Leads, in_circles, leads, reached
from asl_engine.tasks.resource import parse_resource

CODE = "ASL330"
NAME = "asked-once"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    ways = leads(facts)
    circles = in_circles(ways)
    for wait in facts.of_type("Wait"):
        ask = _next(facts, wait)
        decide = _next(facts, ask) if ask is not None and ask.type == "Task" and wait.pointer not in circles else None
        if ask is None or decide is None or decide.type != "Choice" or parse_resource(str(ask.value.get("Resource"))).waits:
            continue
        default = facts.by_pointer.get(decide.target(str(decide.value.get("Default"))))
        good = _good(facts, decide, ask, ways)
        if default is None or not good or not _only_fails(facts, default, ways):
            continue
        seconds = wait_of(wait)
        once = f"after one wait of {duration(seconds)}" if seconds is not None else "after one wait"
        message = f"{ask.name} is asked once, {once}: {decide.name} takes every answer but {listed(good)} for a failure, that of work still going on included"
        yield Advice(decide.pointer / "Default", message, f"a rule for the answers of work that goes on, back to {wait.name}", at_key=True)


def _next(facts: Facts, state: StateAt) -> StateAt | None:
    return facts.by_pointer.get(state.target(str(state.value.get("Next"))))


def _good(facts: Facts, decide: StateAt, ask: StateAt, ways: Leads) -> list[str]:
    """The answers that may end well, if all rules compare one text of the answer with constants."""
    rules = decide.value.get("Choices")
    result = ask.value.get("ResultPath", "$")
    found: dict[str, None] = {}
    variables: set[str] = set()
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict):
            return []
        variable, value = rule.get("Variable"), rule.get("StringEquals")
        if not isinstance(variable, str) or not isinstance(value, str) or not isinstance(result, str) or not variable.startswith(result):
            return []
        variables.add(variable)
        target = facts.by_pointer.get(decide.target(str(rule.get("Next"))))
        if target is not None and not _only_fails(facts, target, ways):
            found[value] = None
    return list(found) if len(variables) == 1 else []


def _only_fails(facts: Facts, state: StateAt, ways: Leads) -> bool:
    steps = [facts.by_pointer[step] for step in reached([state.pointer], ways) if step in facts.by_pointer]
    return any(step.type == "Fail" for step in steps) and not any(step.type == "Succeed" or step.value.get("End") is True for step in steps)
