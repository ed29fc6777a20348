"""An inline Map whose items can fill the history

What
    An inline Map of a Standard machine over items whose number the definition does not say.

Why
    Every iteration writes into the history of the one execution. 25,000 events are reached at a number of items that is often
    within sight, and the execution then fails with States.Runtime, which no Catcher sees.
    Source: Step Functions developer guide, "Map state processing modes", "Service quotas".

Example
    {"Type": "Map", "ItemsPath": "$.orders", "ItemProcessor": {"StartAt": "Ship", "States": {"Ship": {"Type": "Task", …}}}}

Instead
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, …}: each child has a history of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.diagnostics import Severity
from asl_engine.linter.quantities import HISTORY_EVENTS, events_of
from asl_engine.linter.rule import STRICT, Advice, Facts
from asl_engine.linter.ways import leads, least

CODE = "ASL430"
NAME = "map-fills-history"
SEVERITY = Severity.ADVICE
PROFILE = STRICT


def findings(facts: Facts) -> Iterator[Advice]:
    events = {state.pointer: events_of(state) for state in facts.states}
    for container in facts.containers:
        state = facts.by_pointer.get(container.holder) if container.holder is not None else None
        if state is None or state.type != "Map" or container.distributed or container.type != "STANDARD":
            continue
        items = state.value.get("Items", state.value.get("ItemsPath"))
        if isinstance(items, list):
            continue
        start = container.pointer / "States" / str(container.value.get("StartAt"))
        sums = least([start], leads(facts), lambda step: events.get(step, 0))
        ends = [sum_ for step, sum_ in sums.items() if step in facts.graph.states and facts.graph.states[step].terminal]
        if ends:
            each = int(min(ends)) + 2  # MapIterationStarted, MapIterationSucceeded
            message = f"Each item of {state.name} writes at least {each} events: about {HISTORY_EVENTS // each:,} items fill the history of 25,000 events"
            yield Advice(state.pointer, message, '"ProcessorConfig": {"Mode": "DISTRIBUTED", …} gives each item a history of its own', at_key=True)
