"""The longest an execution can take by what its definition says: waits, timeouts, retries.

Theory: the states of one container form a graph; if it has no cycle, the longest way is a sum. A task takes at most its
TimeoutSeconds, a Lambda function at most 15 minutes; each attempt may take as long again, with the Retrier's waits between. What
is not written as a number makes the whole unknown, and the state that does is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from asl_engine.linter.handlers import BACKOFF, INTERVAL, MAX_ATTEMPTS, retriers
from asl_engine.linter.quantities import LONGEST_FUNCTION, number, retry_waits, wait_of
from asl_engine.linter.rule import ContainerAt, Facts, StateAt
from asl_engine.linter.ways import Leads, leads
from asl_engine.tasks.resource import parse_resource
from asl_engine.values import Json, Pointer

A_REQUEST = 60
"""Seconds a plain request of a service is taken to last at most."""
DEEPEST = 60
"""Levels of Parallel and Map that are looked into."""


@dataclass(frozen=True, slots=True)
class Longest:
    seconds: float
    attempts: int
    """Of tasks, on the way that has most."""


class _Unknown(Exception):
    """Carries the sentence."""


def longest(facts: Facts) -> Longest | str:
    """The bound, or why there is none: "`Wait` waits for as long as its input says"."""
    try:
        return _of_container(facts, facts.containers[0], 0)
    except _Unknown as unknown:
        return str(unknown)


def _of_container(facts: Facts, container: ContainerAt, depth: int) -> Longest:
    if depth > DEEPEST:
        raise _Unknown(f"states are nested more than {DEEPEST} levels deep")
    ways = leads(facts)
    order = _order(facts, container.pointer / "States" / str(container.value.get("StartAt")), ways)
    best: dict[Pointer, Longest] = {}
    for pointer in order:
        own = _of_state(facts, facts.by_pointer[pointer], depth) if pointer in facts.by_pointer else Longest(0, 0)
        after = [best[target] for target in ways.get(pointer, ()) if target in best]
        seconds, attempts = max((each.seconds for each in after), default=0.0), max((each.attempts for each in after), default=0)
        best[pointer] = Longest(own.seconds + seconds, own.attempts + attempts)
    return best[order[-1]]


def _order(facts: Facts, start: Pointer, ways: Leads) -> list[Pointer]:
    """States reached, each behind all it leads to, the start last. Raises `_Unknown` for a cycle."""
    done: dict[Pointer, None] = {}
    open_: set[Pointer] = set()
    stack: list[tuple[Pointer, int]] = [(start, 0)]
    open_.add(start)
    while stack:
        pointer, at = stack.pop()
        targets = ways.get(pointer, ())
        if at < len(targets):
            stack.append((pointer, at + 1))
            target = targets[at]
            if target in open_:
                raise _Unknown(f"`{facts.by_pointer[target].name}` is in a loop")
            if target not in done:
                open_.add(target)
                stack.append((target, 0))
        else:
            open_.discard(pointer)
            done[pointer] = None
    return list(done)


def _of_state(facts: Facts, state: StateAt, depth: int) -> Longest:
    match state.type:
        case "Wait":
            seconds = wait_of(state)
            if seconds is None:
                raise _Unknown(f"`{state.name}` waits for as long as its data says")
            return Longest(seconds, 0)
        case "Task":
            return _retried(state, Longest(_attempt(state), 1))
        case "Parallel" | "Map":
            inner = [_of_container(facts, container, depth + 1) for container in facts.containers if container.holder == state.pointer]
            if state.type == "Map":
                raise _Unknown(f"`{state.name}` takes as long as it has items")
            return _retried(state, Longest(max((each.seconds for each in inner), default=0.0), sum(each.attempts for each in inner)))
    return Longest(0, 0)


def _attempt(state: StateAt) -> float:
    resource = parse_resource(str(state.value.get("Resource")))
    timeout = number(state.value.get("TimeoutSeconds"))
    if timeout is not None:
        return timeout
    if resource.waits or resource.kind == "activity" or "TimeoutSecondsPath" in state.value or "TimeoutSeconds" in state.value:
        raise _Unknown(f"`{state.name}` may take for ever")
    function = resource.kind in ("lambda", "unknown") or resource.service == "lambda"
    return LONGEST_FUNCTION if function else A_REQUEST


def _retried(state: StateAt, once: Longest) -> Longest:
    """All attempts and the waits between; Retriers count for themselves, so all may be used up."""
    seconds, attempts = once.seconds, 1
    for handler in retriers(state):
        interval, rate = _number(handler.value.get("IntervalSeconds", INTERVAL)), _number(handler.value.get("BackoffRate", BACKOFF))
        more, cap = number(handler.value.get("MaxAttempts", MAX_ATTEMPTS)), _number(handler.value.get("MaxDelaySeconds"))
        if interval is None or rate is None or more is None:
            raise _Unknown(f"`{state.name}` retries as its placeholders say")
        seconds += more * once.seconds + retry_waits(interval, rate, more, cap)
        attempts += more
    return Longest(seconds, attempts * once.attempts)


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
