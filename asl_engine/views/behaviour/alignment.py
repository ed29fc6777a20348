"""Two executions beside each other: which visit of the old one is which of the new one.

Containers (the machine, branches, iterations) are paired first: by the path of their state, renames seen through, and by
number; branches of a Parallel that were put into another order by the state they begin with. Within a container the
visits are a sequence of names, and the longest common subsequence of both is what they share; what lies between are
the gaps. What was left over on both sides under one name is paired last: it happened all the same, elsewhere.

Which visits are paired is decided by names alone. What they did is compared by others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from asl_engine.views.visits import Visit

Pair: TypeAlias = tuple[Visit, Visit]
MOST_CELLS = 1_000_000
"""Of the table in which a common subsequence is looked for. Longer stretches (loops of thousands of turns on both
sides, already different) are taken as one gap: where they began to differ is known, and that is what counts."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a container in which the sides went different ways, after `before` and up to `then`."""

    container: str
    old: Sequence[Visit]
    new: Sequence[Visit]
    before: Pair | None
    """The last visit both made there; None at the container's beginning."""
    then: Pair | None
    """Where both come together again; None if they do not."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A branch or an iteration that only one side began."""

    container: str
    visits: Sequence[Visit]
    """On the old side if `old`, else the new one's."""
    owner: Pair | None
    """The visit of the Parallel or Map it belongs to, if both sides made it."""
    old: bool


@dataclass(frozen=True, slots=True)
class Aligned:
    started: tuple[datetime, datetime]
    pairs: Sequence[Pair] = ()
    """In the order of the containers, and within each in order."""
    moved: Sequence[Pair] = ()
    """Visits of one state that stand at different places."""
    gaps: Sequence[Gap] = ()
    alone: Sequence[Alone] = ()
    containers: Mapping[str, tuple[Sequence[Visit], Sequence[Visit]]] = field(default_factory=dict)
    """By the container's path in the new execution."""


def aligned(old: Sequence[Visit], new: Sequence[Visit], renamed: Mapping[str, str], started: tuple[datetime, datetime]) -> Aligned:
    """Every visit of both, as `every_visit` gives them; `renamed` maps old names to new ones."""
    ours = _by_container(new)
    theirs = _translated(old, ours, renamed)
    pairs: list[Pair] = []
    gaps: list[Gap] = []
    alone: list[Alone] = []
    shared = {container: (listed, ours[container]) for container, listed in theirs.items() if container in ours}
    for container, (listed, others) in shared.items():
        _align(container, listed, others, renamed, pairs, gaps)
    owners = {right.path: (left, right) for left, right in pairs}
    for container in dict.fromkeys([*theirs, *ours]):
        if container not in shared:
            visits = theirs.get(container) or ours[container]
            alone.append(Alone(container, visits, owners.get(owner_of(container)[0]), container in theirs))
    moved = _moved(gaps, alone, renamed)
    return Aligned(started, pairs, moved, gaps, alone, shared)


def _by_container(visits: Sequence[Visit]) -> dict[str, list[Visit]]:
    found: dict[str, list[Visit]] = {"": []}
    for visit in visits:
        found.setdefault(visit.container, []).append(visit)
    return found


def _translated(old: Sequence[Visit], new: Mapping[str, Sequence[Visit]], renamed: Mapping[str, str]) -> dict[str, list[Visit]]:
    """The old visits by the paths their containers have in the new execution."""
    containers = _by_container(old)
    owners = {visit.path: visit for visit in old}
    begun, newly = _firsts(containers), _firsts(new)
    paths: dict[str, str] = {"": ""}
    branches: dict[str, dict[int, int]] = {}
    for container in containers:
        if not container:
            continue
        owner, index = owner_of(container)
        around = paths.get(owners[owner].container, "")
        name = renamed.get(owners[owner].name, owners[owner].name)
        path = f"{around}/{name}" if around else name
        if owners[owner].type == "Parallel":
            if owner not in branches:
                firsts = {number: renamed.get(first, first) for number, first in begun[owner].items()}
                branches[owner] = _branches(firsts, newly.get(path, {}))
            index = branches[owner][index]
        paths[container] = f"{path}[{index}]"
    return {paths[container]: listed for container, listed in containers.items()}


def _firsts(containers: Mapping[str, Sequence[Visit]]) -> dict[str, dict[int, str]]:
    """The first state of each branch or iteration that was begun, by the path of the state they belong to."""
    found: dict[str, dict[int, str]] = {}
    for container, visits in containers.items():
        if container:
            owner, index = owner_of(container)
            found.setdefault(owner, {})[index] = visits[0].name
    return found


def owner_of(container: str) -> tuple[str, int]:
    """The state's path and the number: "Fan[0]/Each[12]" is ("Fan[0]/Each", 12). Names may hold any character; a container ends in its number."""
    at = container.rindex("[")
    return container[:at], int(container[at + 1 : -1])


def _branches(old: Mapping[int, str], new: Mapping[int, str]) -> dict[int, int]:
    """Which new branch is which old one: by the state it begins with, at the same number where several begin alike, else by number."""
    found = {number: number for number, first in old.items() if new.get(number) == first}
    for number, first in old.items():
        if number not in found:
            same = next((other for other, begins in new.items() if begins == first and other not in found.values()), None)
            if same is not None:
                found[number] = same
    taken = set(found.values())
    for number in old:
        if number not in found:
            free = next(other for other in [number, *range(len(old) + len(new) + 1)] if other not in taken)
            found[number] = free
            taken.add(free)
    return found


# ---------------------------------------------------------------------------------------------------- one container


def _align(container: str, old: Sequence[Visit], new: Sequence[Visit], renamed: Mapping[str, str], pairs: list[Pair], gaps: list[Gap]) -> None:
    left, right = [renamed.get(visit.name, visit.name) for visit in old], [visit.name for visit in new]
    before: Pair | None = None
    i = j = 0
    for at, other in [*_common(left, right), (len(old), len(new))]:
        then = (old[at], new[other]) if at < len(old) and other < len(new) else None
        if at > i or other > j:
            gaps.append(Gap(container, old[i:at], new[j:other], before, then))
        if then is not None:
            pairs.append(then)
        before, i, j = then, at + 1, other + 1


def _common(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of a longest common subsequence, which begins with the common beginning and ends with the common end."""
    shortest = min(len(left), len(right))
    start = next((index for index in range(shortest) if left[index] != right[index]), shortest)
    end = next((index for index in range(shortest - start) if left[-1 - index] != right[-1 - index]), shortest - start)
    inner = _longest(left[start : len(left) - end], right[start : len(right) - end])
    found = [(index, index) for index in range(start)]
    found += [(start + i, start + j) for i, j in inner]
    return found + [(len(left) - index, len(right) - index) for index in range(end, 0, -1)]


def _longest(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    if not left or not right or len(left) * len(right) > MOST_CELLS or not set(left) & set(right):
        return []
    lengths = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if left[i] == right[j] else max(lengths[i + 1][j], lengths[i][j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _moved(gaps: Sequence[Gap], alone: Sequence[Alone], renamed: Mapping[str, str]) -> list[Pair]:
    """What is left over on both sides under one name, in order."""
    theirs = [visit for gap in gaps for visit in gap.old] + [visit for only in alone if only.old for visit in only.visits]
    ours = [visit for gap in gaps for visit in gap.new] + [visit for only in alone if not only.old for visit in only.visits]
    waiting: dict[str, list[Visit]] = {}
    for visit in reversed(ours):
        waiting.setdefault(visit.name, []).append(visit)
    return [(visit, listed.pop()) for visit in theirs if (listed := waiting.get(renamed.get(visit.name, visit.name)))]
