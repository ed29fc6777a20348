"""Who on the normal way is caught, and who is not.

The normal way is what is reached without a Catcher: a handler's own states are not expected to be handled again. A state
counts as caught if a Catcher takes States.ALL or States.TaskFailed and leads elsewhere than to the state that would come next anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asl_engine.linter.handlers import catch_all, catchers
from asl_engine.linter.rule import Facts, StateAt
from asl_engine.linter.ways import WITHOUT_CATCH, Leads, leads, reached
from asl_engine.values import Pointer

MOST = 500
"""Caught states of one container that are looked at; who has more repeats himself."""


@dataclass(frozen=True, slots=True)
class Uncaught:
    state: StateAt
    before: StateAt
    """A caught state on every way to it."""
    after: StateAt | None
    """A caught state on some way from it."""
    handler: str
    """Where the Catcher of the one before leads."""


def uncaught(facts: Facts) -> Iterator[Uncaught]:
    """Fallible states of the normal way behind a caught one, in document order, container by container."""
    ways = leads(facts, WITHOUT_CATCH)
    for container in facts.containers:
        start = container.pointer / "States" / str(container.value.get("StartAt"))
        normal = reached([start], ways)
        fallible = [state for state in facts.of_type("Task", "Parallel", "Map") if state.container is container and state.pointer in normal]
        caught = [state for state in fallible if _is_handled(state)]
        without = {each.pointer: _without(each.pointer, start, ways) for each in caught[:MOST]}
        for state in fallible:
            if not caught or catchers(state):
                continue
            before = next((each for each in reversed(caught[:MOST]) if state.pointer not in without[each.pointer]), None)
            handler = _handler(before) if before is not None else None
            if before is None or handler is None:
                continue
            handled = reached([before.target(handler)], ways)
            later = reached([state.pointer], ways)
            # Over a loop the one before may also come after.
            afterwards = [each for each in caught if each.pointer in later and each is not before]
            after = next((each for each in afterwards if each.pointer not in handled), None)
            # A Catcher from which the work goes on is no handling of a failure but a decision: what is not found is created.
            if state.pointer not in handled and (after is not None or not afterwards):
                yield Uncaught(state, before, after, handler)


def watched(facts: Facts) -> dict[Pointer, StateAt]:
    """State of the normal way -> the first state of the handler for failures around it: its own, or that of a caught state on every way to it."""
    ways = leads(facts, WITHOUT_CATCH)
    found: dict[Pointer, StateAt] = {}
    for container in facts.containers:
        start = container.pointer / "States" / str(container.value.get("StartAt"))
        normal = reached([start], ways)
        inside = [state for state in facts.states if state.container is container and state.pointer in normal]
        for guard in [state for state in inside if _is_handled(state)][:MOST]:
            handler = facts.by_pointer.get(guard.target(_handler(guard) or ""))
            if handler is None:
                continue
            without, handled = _without(guard.pointer, start, ways), reached([handler.pointer], ways)
            found |= {state.pointer: handler for state in inside if state.pointer not in without and state.pointer not in handled}
    return found


def _is_handled(state: StateAt) -> bool:
    return (handler := _handler(state)) is not None and handler != state.value.get("Next")


def _handler(state: StateAt) -> str | None:
    found = catch_all(state)
    target = found.value.get("Next") if found is not None else None
    return target if isinstance(target, str) else None


def _without(avoided: Pointer, start: Pointer, ways: Leads) -> set[Pointer]:
    """What can be reached without passing a state."""
    if start == avoided:
        return set()
    found, waiting = {start}, [start]
    while waiting:
        for target in ways.get(waiting.pop(), ()):
            if target != avoided and target not in found:
                found.add(target)
                waiting.append(target)
    return found
