"""A polling loop that nothing ends but the service it asks

What
    A loop with a Wait in which no Choice looks at a count or at the time. It goes round for as long as a task keeps answering the
    same, and neither the loop nor the machine (TimeoutSeconds) sets an end.

Why
    An execution may write 25,000 events; then it fails with States.Runtime, which no Catcher sees, so nothing cleans up. Until then
    it looks healthy. The job that hangs is the case the loop was not written for. Worse when the way round is the Default:
    then every answer nobody thought of, "FAILED" included, keeps asking. Source: Step Functions developer guide, "Service quotas".

Example
    "CheckStatus": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.status", "StringEquals": "COMPLETED", "Next": "Done"}],
      "Default": "WaitAMinute"
    }

Instead
    Count the turns (States.MathAdd in a Pass, a variable in Assign) and leave with a Choice Rule after the last one you accept; name the
    answers that go round and let the Default fail; or give the machine TimeoutSeconds. Where the service has a `.sync` integration, use that.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.graph import ArcKind
from asl_engine.diagnostics import Severity
from asl_engine.linter.loops import Loop, ends_in_time, unbounded
from asl_engine.linter.quantities import LONGEST_EXECUTION, arrows, duration, listed
from asl_engine.linter.rule import DEFAULT, Advice, Facts
from asl_engine.values import Pointer, json_text

CODE = "ASL310"
NAME = "unbounded-poll"
SEVERITY = Severity.WARNING
PROFILE = DEFAULT


def findings(facts: Facts) -> Iterator[Advice]:
    said: set[Pointer] = set()
    for loop in unbounded(facts):
        wait = next((state for state in loop.states if state.type == "Wait"), None)
        if wait is None or wait.pointer in said or ends_in_time(facts, loop):
            continue
        said.add(wait.pointer)
        message = f"Nothing{_but(loop)} ends the loop {arrows(loop.names)}: {_arithmetic(loop)}"
        round_ = _default(facts, loop) or _by_rule(facts, loop)
        hint = "count the turns and leave after the last one you accept, or give the machine TimeoutSeconds"
        yield Advice(wait.pointer, f"{message}. {round_}" if round_ else message, hint, at_key=True)


def _but(loop: Loop) -> str:
    asked = [state.name for state in loop.states if state.type in ("Task", "Map", "Parallel")]
    if asked and loop.decisions:
        return f" but what {listed(asked, 'or')} answers"
    return " but a failure" if loop.caught else ""


def _arithmetic(loop: Loop) -> str:
    if loop.seconds is None:
        return f"each turn writes {loop.events} events, so after {loop.turns:,} turns the history of 25,000 events is full and the execution fails"
    turn = f"each turn writes {loop.events} events and waits {duration(loop.seconds)}"
    whole = loop.turns * loop.seconds
    if whole > LONGEST_EXECUTION:
        return f"{turn}, until after a year the execution is ended"
    return f"{turn}, so after {loop.turns:,} turns ({duration(whole)}) the history of 25,000 events is full and the execution fails"


def _default(facts: Facts, loop: Loop) -> str | None:
    """What goes round by Default: every answer that no rule names."""
    arc = next((arc for arc in loop.decisions if arc.kind is ArcKind.DEFAULT), None)
    state = facts.by_pointer.get(arc.source) if arc is not None else None
    rules = state.value.get("Choices") if state is not None else None
    if state is None or not isinstance(rules, list):
        return None
    inside = {step.name for step in loop.states}
    out = [rule for rule in rules if isinstance(rule, dict) and rule.get("Next") not in inside]
    values = [rule.get("StringEquals") for rule in out]
    if not values or None in values or len({json_text(rule.get("Variable")) for rule in out}) > 1:
        return f"{state.name} goes round by Default"
    return f"{state.name} goes round for every answer but {' and '.join(map(json_text, values))}"


def _by_rule(facts: Facts, loop: Loop) -> str | None:
    """What goes round by the one rule that leads there: the answer it names."""
    arc = loop.decisions[0] if len(loop.decisions) == 1 and loop.decisions[0].kind is ArcKind.CHOICE else None
    state = facts.by_pointer.get(arc.source) if arc is not None else None
    rules = state.value.get("Choices") if state is not None else None
    if arc is None or arc.index is None or state is None or not isinstance(rules, list) or arc.index >= len(rules):
        return None
    rule = rules[arc.index]
    if not isinstance(rule, dict) or not isinstance(rule.get("Variable"), str):
        return None
    # A rule in front that tests something else may lead out before this one is asked.
    if any(not isinstance(other, dict) or other.get("Variable") != rule["Variable"] or "StringEquals" not in other for other in rules[: arc.index]):
        return None
    value = rule.get("StringEquals", rule.get("BooleanEquals"))
    return f"{state.name} goes round as long as `{rule['Variable']}` is {json_text(value)}" if value is not None else None
