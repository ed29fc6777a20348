"""Ways through one States object: where a state leads, what is reached, the shortest round trip.

Only transitions count (Next, Choices, Default, Catch); what a Parallel or Map holds has ways of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from heapq import heappop, heappush

from asl_engine.analysis.graph import ArcKind
from asl_engine.linter.rule import Facts
from asl_engine.values import Pointer

TRANSITIONS = frozenset((ArcKind.NEXT, ArcKind.CHOICE, ArcKind.DEFAULT, ArcKind.CATCH))
WITHOUT_CATCH = TRANSITIONS - {ArcKind.CATCH}

Leads = Mapping[Pointer, tuple[Pointer, ...]]


def leads(facts: Facts, kinds: frozenset[ArcKind] = TRANSITIONS) -> Leads:
    """State -> the states it may lead to, without repetition, in document order."""
    found: dict[Pointer, dict[Pointer, None]] = {}
    for arc in facts.graph.arcs:
        if arc.kind in kinds:
            found.setdefault(arc.source, {})[arc.target] = None
    return {source: tuple(targets) for source, targets in found.items()}


def reached(start: Iterable[Pointer], leads: Leads) -> set[Pointer]:
    """Every state on some way from `start`, which belongs to it."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for target in leads.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def in_circles(leads: Leads) -> dict[Pointer, int]:
    """State -> the number of its circle, for states from which some way leads back: those of one number all reach each other.

    Kosaraju: forwards for the order in which states are left, backwards in the reverse of it.
    """
    left: dict[Pointer, None] = {}
    entered: set[Pointer] = set()
    for start in leads:
        waiting: list[tuple[Pointer, bool]] = [(start, False)]
        while waiting:
            here, done = waiting.pop()
            if done:
                left[here] = None
            elif here not in entered:
                entered.add(here)
                waiting.append((here, True))
                waiting.extend((target, False) for target in leads.get(here, ()) if target not in entered)
    back: dict[Pointer, list[Pointer]] = {}
    for source, targets in leads.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    number: dict[Pointer, int] = {}
    sizes: dict[int, int] = {}
    for circle, start in enumerate(reversed(left)):
        members = [start] if start not in number else []
        while members:
            here = members.pop()
            if here not in number:
                number[here] = circle
                sizes[circle] = sizes.get(circle, 0) + 1
                members.extend(source for source in back.get(here, ()) if source not in number)
    return {state: circle for state, circle in number.items() if sizes[circle] > 1 or state in leads.get(state, ())}


def round_trip(state: Pointer, leads: Leads, *, around: Collection[Pointer] = ()) -> tuple[Pointer, ...] | None:
    """The shortest way from a state back to it that avoids others: the states on it, itself first; None if there is none."""
    came_from: dict[Pointer, Pointer] = {}
    waiting = deque([state])
    while waiting:
        here = waiting.popleft()
        for target in leads.get(here, ()):
            if target == state:
                way = [here]
                while way[-1] != state:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if target not in came_from and target not in around:
                came_from[target] = here
                waiting.append(target)
    return None


def least(starts: Iterable[Pointer], leads: Leads, weight: Callable[[Pointer], float]) -> dict[Pointer, float]:
    """State -> the least sum of weights on a way from a start to it, its own included."""
    found: dict[Pointer, float] = {}
    waiting = [(weight(start), start) for start in starts]
    while waiting:
        sum_, here = heappop(waiting)
        if here in found:
            continue
        found[here] = sum_
        for target in leads.get(here, ()):
            if target not in found:
                heappush(waiting, (sum_ + weight(target), target))
    return found
