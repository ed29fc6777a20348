"""Exploration: what two revisions do differently where no scenario looks, found by telling both the same stories.

Theory: a breadth-first search over stories by the number of troubles in them. A story is told by both revisions in
lockstep; the calls either made are the only places where its children may go wrong, so nothing is tried that nobody
asks for. Where both revisions stand as they stood in an earlier story, what may go wrong was tried there: a situation is
left in every way once, by the story with the fewest troubles that leads to it.
The space is bounded by data (`ExploreBounds`), there is no clock and no chance: same bounds, same bytes. What was found
becomes witnesses in `witnesses`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import count

from asl_engine.errors import LimitExceeded
from asl_engine.harness.executors import Execute, serially
from asl_engine.harness.lockstep import Heard, Pair
from asl_engine.harness.stories import CallTrouble, Reach, Story, Trouble
from asl_engine.harness.troubles import World
from asl_engine.harness.witnesses import witnesses_of
from asl_engine.harness.worlds import world_of
from asl_engine.program import Map, Parallel, Program
from asl_engine.views.revisions import Witness

AT_ONCE = 16
"""Stories handed to the executor together; how many does not depend on how many processes there are."""
ROUNDS = 8
"""Answers that are changed to find a plain story that ends well."""
MOST_PLAIN = 200
"""Stories that are told to find it."""


@dataclass(frozen=True, slots=True)
class ExploreBounds:
    """The limits of a search. Each is at least 1."""

    max_runs: int = 1000
    """Stories that are told."""
    max_troubles: int = 3
    """Things that go wrong in one story."""
    max_visits: int = 3
    """Visits of one state, or iterations, that may go wrong each in its own way."""
    max_events: int = 1500
    """Events of one execution, at which it counts as endless while searching. What is reported has AWS's own 25,000."""
    max_witnesses: int = 40

    def __post_init__(self) -> None:
        for each in fields(self):
            if (limit := getattr(self, each.name)) < 1:
                raise LimitExceeded(f"ExploreBounds({each.name}={limit}): a limit is at least 1")

    def by_flag(self) -> dict[str, int]:
        """{"max-runs": 1000, …}"""
        return {each.name.replace("_", "-"): getattr(self, each.name) for each in fields(self)}


DEFAULT = ExploreBounds()
Progress = Callable[[int, int], None]
"""(stories told, stories known to be told yet), now and then."""


@dataclass(frozen=True, slots=True)
class Exploration:
    witnesses: tuple[Witness, ...] = ()
    """One for every difference, those with the fewest troubles first."""
    runs: int = 0
    """Stories told, each by both revisions."""
    bounds: Mapping[str, int] = field(default_factory=dict)
    reached: tuple[str, ...] = ()
    """Bounds that ended something early, in words; empty when the bounded space was explored whole."""
    unentered: tuple[str, ...] = ()
    """States that no story led to: made-up data does not open every way."""


def explored(
    old: Program,
    new: Program,
    *,
    renamed: Mapping[str, str] | None = None,
    bounds: ExploreBounds = DEFAULT,
    execute: Execute = serially,  # type: ignore[type-arg]
    progress: Progress | None = None,
) -> Exploration:
    """Tells both revisions the stories within the bounds, and gives each difference once with its smallest witness.

    `renamed` gives the new names of the old side's states. `progress` is called after every few stories.
    """
    world = world_of(old, new, renamed or {})
    pair = Pair(old, new, dict(world.renamed), bounds.max_events, world.rewritten)
    search = Search(*_plain_world(world, pair), pair, bounds)
    while batch := search.next_batch():
        for story, heard in zip(batch, pair.hear(batch, execute), strict=True):
            search.take(story, heard)
        if progress is not None:
            progress(search.runs, len(search.waiting))
    witnesses, left_out = witnesses_of(search.found, pair, bounds.max_witnesses)
    return Exploration(witnesses, search.runs, bounds.by_flag(), (*search.reached(), *left_out), search.unentered(old, new))


@dataclass(order=True, slots=True)
class _Candidate:
    troubles: int
    tier: int
    sequence: int
    story: Story = field(compare=False)


class Search:
    """The frontier, and what was heard so far."""

    def __init__(self, world: World, runs: int, pair: Pair, bounds: ExploreBounds) -> None:
        self.world = world
        self.bounds = bounds
        self.runs = runs
        self.found: list[tuple[Story, Heard]] = []
        """Stories that the two tell differently, in the order told."""
        self.waiting: list[_Candidate] = []
        self._pair = pair
        self._sequence = count()
        self._known: set[str] = set()
        self._reached: set[tuple[int, str]] = set()
        self._left: set[tuple[str, str]] = set()
        self._endless: list[Story] = []
        self._push(Story(world.plain), 0)

    def next_batch(self) -> list[Story]:
        batch: list[Story] = []
        while self.waiting and len(batch) < AT_ONCE and self.runs + len(batch) < self.bounds.max_runs:
            batch.append(heapq.heappop(self.waiting).story)
        self.runs += len(batch)
        return batch

    def take(self, story: Story, heard: Heard) -> None:
        if heard.divergences:
            self.found.append((story, heard))
        elif heard.endless:
            self._endless.append(story)
        last = story.troubles[-1] if story.troubles else None
        if isinstance(last, CallTrouble) and last.reach is Reach.FROM and (last.state, last.visit + 1) in heard.sites:
            self._push(Story(story.plain, (*story.troubles[:-1], _only(last))), 1)
            if heard.endless:
                return  # what may go wrong in an endless loop may go wrong in its first round
        fresh = heard.reached - self._reached
        self._reached |= heard.reached
        if len(story.troubles) < self.bounds.max_troubles:
            for trouble in self._after(last, heard):
                self._push(Story(story.plain, (*story.troubles, trouble)), int(not fresh))
            for trouble in self.world.besides(story.troubles) if story.troubles else ():
                self._push(Story(story.plain, (*story.troubles, trouble)), 1)

    def _after(self, last: Trouble | None, heard: Heard) -> Iterator[Trouble]:
        """What may go wrong besides: a change of the input first, then calls in the order made, behind the last trouble."""
        if last is None:
            yield from self.world.inputs()
        start = heard.sites.index((last.state, last.visit)) + 1 if isinstance(last, CallTrouble) and (last.state, last.visit) in heard.sites else 0
        for (state, visit), situation in list(zip(heard.sites, heard.situations, strict=True))[start:]:
            if (state, visit) in heard.alone and self.world.on_both_sides(state):
                continue  # the two have parted: what one meets where the other never came is part of that difference
            if visit < self.bounds.max_visits and (state, situation) not in self._left:
                self._left.add((state, situation))
                yield from self.world.at_call(state, visit, Reach.FROM)

    def _push(self, story: Story, tier: int) -> None:
        if story.key not in self._known:
            self._known.add(story.key)
            heapq.heappush(self.waiting, _Candidate(len(story.troubles), tier, next(self._sequence), story))

    def reached(self) -> list[str]:
        found = []
        if self.waiting:
            found.append(f"--max-runs {self.bounds.max_runs}: {len(self.waiting)} more stories were known and not told")
        if self._endless:
            first, further = self._endless[0], len(self._endless) - 1
            said = "; ".join(trouble.words for trouble in first.troubles) or "nothing goes wrong"
            also = f", and in {further} more {'story' if further == 1 else 'stories'}" if further else ""
            found.append(f"--max-events {self.bounds.max_events}: neither revision was at its end by then when {said}{also}")
        return found

    def unentered(self, old: Program, new: Program) -> tuple[str, ...]:
        """Names of states that no story entered, as the new revision has them, on the side that has them."""
        found: dict[str, None] = {}
        for side, program in enumerate((old, new)):
            arcs = [arc for index, arc in self._reached if index == side]
            for name in _names(program):
                if not any(arc.endswith(f"> {name}") for arc in arcs):
                    found[self.world.renamed.get(name, name) if program is old else name] = None
        return tuple(found)


def _names(program: Program) -> Iterator[str]:
    """Those inside a Distributed Map are left out: what its children enter is in histories of their own."""
    for state in program.states.values():
        yield state.name
        match state.body:
            case Parallel(branches=branches):
                for branch in branches:
                    yield from _names(branch)
            case Map(processor=processor, distributed=None):
                yield from _names(processor)


def _only(trouble: CallTrouble) -> CallTrouble:
    return replace(trouble, reach=Reach.ONLY)


# ------------------------------------------------------------------------------------------------------ the plain story


def _plain_world(world: World, pair: Pair) -> tuple[World, int]:
    """The world with plain answers that let both revisions succeed and get far, as such are found; and how many stories that took.

    One answer is changed at a time, where something was called: a poll that says "can_retry" for ever has no plain end,
    and one that finds no work shows little.
    """
    best, heard = world, pair.heard(Story(world.plain))
    runs = 1
    for _ in range(ROUNDS):
        better = best, heard
        for other in _neighbours(best, heard):
            if runs >= MOST_PLAIN:
                break
            listened = pair.heard(Story(other.plain))
            runs += 1
            if listened.merit > better[1].merit:
                better = other, listened
        if better[0] is best:
            break
        best, heard = better
    return best, runs


def _neighbours(world: World, heard: Heard) -> Iterator[World]:
    for whole in (world.input.plain(), world.input.whole()):
        if whole != world.base:
            yield world.with_plain(whole, world.answers)
    for name in dict.fromkeys(name for name, _ in reversed(heard.sites)):
        for answer in world.others_than_plain(name):
            yield world.with_plain(world.base, {**world.answers, name: answer})
    for trouble in world.inputs():
        yield world.with_plain(Story(world.plain, (trouble,)).input, world.answers)
