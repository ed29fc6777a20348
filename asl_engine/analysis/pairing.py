"""Which state of one definition is which state of another.

Theory: names first, for names are what people keep; then shape and position, for what they rename. Pairs are sought
container by container from the outside in: a pair of Parallels or Maps brings pairs of branches, matched by what is in
them and not by their index. What is left over is sought in other containers: that is a move. A pair is one to one, and
the pairs of (new, old) are those of (old, new) turned round.

Nothing is known here of what fields mean; a shape is the set of a state's members and their values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from asl_engine.analysis.graph import containers, inner_containers, transitions
from asl_engine.analysis.structure.shapes import Shape, shape_of, similarity
from asl_engine.syntax.reading import pointer_of
from asl_engine.values import Json, Pointer

RENAMED = 0.6
"""How alike two states of different names must be, of 1, to be one renamed."""
SWAPPED = 0.8
"""How alike, if one of them has a namesake that it resembles less: names that were exchanged."""
NAMESAKE = 0.4
"""States of one name and type that are less alike than this may be told apart, if better partners are found."""
MOVED = 0.75
"""How alike two states of different names in different containers must be."""
BRANCH = 0.3
"""How alike two branches must be to be one."""
MOST_COMPARED = 20_000
"""Pairs of states that are compared in one container; beyond it only states of equal shapes are, and those beside a pair."""
MOST_ALIKE = 8
"""Of those with equal shapes."""
SHAPE_WEIGHT, POSITION_WEIGHT, NAME_WEIGHT = 8.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Pairing:
    states: Mapping[Pointer, Pointer]
    """Old state -> its counterpart, in the order of the old definition."""
    containers: Mapping[Pointer, Pointer]
    """The same for what owns a States object: the machine (""), branches, item processors."""


@dataclass(eq=False, slots=True)
class Site:
    """One state where it stands."""

    pointer: Pointer
    name: str
    state: dict[str, Json]
    container: Pointer
    order: int
    shape: Shape
    beside: list[tuple[str, Pointer]] = field(default_factory=list)
    """Its neighbours and how it is joined to them: ("to Next", "/States/Pay"), ("from Catch", ...)."""


@dataclass(eq=False, slots=True)
class Map:
    """A definition taken apart."""

    sites: dict[Pointer, Site] = field(default_factory=dict)
    inside: dict[Pointer, list[Site]] = field(default_factory=dict)
    """Container -> its states."""
    inner: dict[Pointer, list[tuple[str, Pointer]]] = field(default_factory=dict)
    """State -> its branches ("Branches") or its item processor ("ItemProcessor")."""


_Candidate: TypeAlias = "tuple[float, int, int, Pointer, Pointer]"
"""(less its likeness, the sum and the difference of their places, the two states): the next to be paired is the least."""


def pair_states(old: Json, new: Json) -> Pairing:
    """The counterparts of every state that has one. Works on any JSON; what is no state is passed over."""
    return _Pairs(map_of(old), map_of(new)).found()


def map_of(machine: Json) -> Map:
    found = Map()
    for owner, where in containers(machine):
        container = pointer_of(where)
        states = owner.get("States")
        here = found.inside[container] = []
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(state, dict):
                pointer = container / "States" / name
                site = Site(pointer, name, state, container, len(found.sites), shape_of(state))
                found.sites[pointer] = site
                here.append(site)
                place = (((where, "States"), name)) if where is not None else ((None, "States"), name)
                found.inner[pointer] = [
                    ("Branches" if index is not None else "ItemProcessor", pointer_of(inside)) for _, index, _, inside in inner_containers(state, place)
                ]
        for site in here:
            for kind, _, _, target in transitions(site.state, None):
                beside = container / "States" / target
                site.beside.append((f"to {kind}", beside))
                if beside in found.sites:
                    found.sites[beside].beside.append((f"from {kind}", site.pointer))
        start = owner.get("StartAt")
        if isinstance(start, str) and (first := container / "States" / start) in found.sites:
            found.sites[first].beside.append(("starts", container))
    return found


class _Pairs:
    def __init__(self, old: Map, new: Map) -> None:
        self.old, self.new = old, new
        self.forth: dict[Pointer, Pointer] = {}
        self.back: dict[Pointer, Pointer] = {}
        self.containers: dict[Pointer, Pointer] = {}
        self.taken: set[Pointer] = set()
        """New containers that have a counterpart."""
        self.waiting: deque[tuple[Pointer, Pointer]] = deque()
        self.names = {site.name for site in old.sites.values()}, {site.name for site in new.sites.values()}

    def found(self) -> Pairing:
        self.pair_containers(Pointer(""), Pointer(""))
        self.settle()
        while self.moves():
            self.settle()
        states = {pointer: self.forth[pointer] for pointer in self.old.sites if pointer in self.forth}
        return Pairing(states, self.containers)

    def pair_containers(self, old: Pointer, new: Pointer) -> None:
        if old not in self.containers and new not in self.taken:
            self.containers[old] = new
            self.taken.add(new)
            self.waiting.append((old, new))

    def settle(self) -> None:
        while self.waiting:
            old, new = self.waiting.popleft()
            self.within(self.old.inside.get(old, []), self.new.inside.get(new, []))

    def pair(self, old: Site, new: Site) -> None:
        self.forth[old.pointer] = new.pointer
        self.back[new.pointer] = old.pointer
        self.branches(old, new)

    # ---------------------------------------------------------------- one container

    def within(self, old: list[Site], new: list[Site]) -> None:
        """The states of a pair of containers: namesakes that are alike, then renames, then namesakes that are not."""
        named = {site.name: site for site in new}
        doubtful: set[Pointer] = set()
        for site in self.free(old, self.forth):
            other = named.get(site.name)
            if other is None or other.pointer in self.back:
                continue
            if self.type(site) == self.type(other) and similarity(site.shape, other.shape) >= NAMESAKE:
                self.pair(site, other)
            else:
                doubtful |= {site.pointer, other.pointer}
        # A name that lives on somewhere else is a move, unless its own kind is doubtful.
        olds = [site for site in self.free(old, self.forth) if site.pointer in doubtful or site.name not in self.names[1]]
        news = [site for site in self.free(new, self.back) if site.pointer in doubtful or site.name not in self.names[0]]
        self.by_likeness(olds, news, RENAMED, doubtful)
        for site in self.free(old, self.forth):
            other = named.get(site.name)
            if other is not None and other.pointer not in self.back:
                self.pair(site, other)

    def by_likeness(self, old: list[Site], new: list[Site], least: float, doubtful: set[Pointer]) -> None:
        """The most alike first. A pair says more of its neighbours' positions, so they are looked at again."""
        olds, news = {site.pointer: site for site in old}, {site.pointer: site for site in new}
        shapes: dict[tuple[int, int], float] = {}
        waiting: list[_Candidate] = []

        def score(one: Site, other: Site) -> float:
            key = one.order, other.order
            if key not in shapes:
                shapes[key] = similarity(one.shape, other.shape)
            found = self.likeness(one, other, shapes[key])
            return found if found >= (SWAPPED if doubtful & {one.pointer, other.pointer} else least) else 0.0

        def offer(one: Site, other: Site) -> None:
            if (found := score(one, other)) > 0:
                # Rivals for one state differ in the sum of their places, so a tie is broken the same way from either side.
                heappush(waiting, (-found, one.order + other.order, abs(one.order - other.order), one.pointer, other.pointer))

        for one, other in self.candidates(old, new):
            offer(one, other)
        while waiting:
            before, _, _, old_pointer, new_pointer = heappop(waiting)
            one, other = olds[old_pointer], news[new_pointer]
            if one.pointer in self.forth or other.pointer in self.back:
                continue
            if (now := score(one, other)) < -before:
                if now > 0:
                    offer(one, other)
                continue
            self.pair(one, other)
            for way, beside in one.beside:
                for other_way, other_beside in other.beside:
                    if way == other_way and beside in olds and other_beside in news and self.are_free(olds[beside], news[other_beside]):
                        offer(olds[beside], news[other_beside])

    def are_free(self, old: Site, new: Site) -> bool:
        return old.pointer not in self.forth and new.pointer not in self.back and self.type(old) == self.type(new)

    def candidates(self, old: list[Site], new: list[Site]) -> Iterator[tuple[Site, Site]]:
        if len(old) * len(new) <= MOST_COMPARED:
            yield from ((one, other) for one in old for other in new if self.type(one) == self.type(other))
            return
        alike: dict[tuple[str, Shape], list[Site]] = {}
        for site in new:
            alike.setdefault((self.type(site), site.shape), []).append(site)
        for site in old:
            yield from ((site, other) for other in alike.get((self.type(site), site.shape), [])[:MOST_ALIKE])

    def likeness(self, old: Site, new: Site, shape: float) -> float:
        """How alike two states are, of 1: a large state by its shape, a small one by its position."""
        weight = min(SHAPE_WEIGHT, max(old.shape.size, new.shape.size))
        name = name_similarity(old.name, new.name)
        total = weight * shape + POSITION_WEIGHT * self.position(old, new) + NAME_WEIGHT * name
        return total / (weight + POSITION_WEIGHT + NAME_WEIGHT * name)

    def position(self, old: Site, new: Site) -> float:
        """How many of their neighbours are counterparts, of 1."""
        around = {(way, self.forth.get(pointer) or self.containers.get(pointer)) for way, pointer in old.beside}
        known = {(way, pointer) for way, pointer in new.beside if pointer in self.back or pointer in self.taken}
        theirs = {(way, None) for way, pointer in new.beside if (way, pointer) not in known} | known
        sides = len(around) + len(theirs)
        if not sides:
            return 1.0
        met = {place for place in around & theirs if place[1] is not None}
        unknown = {place for place in around & theirs if place[1] is None}
        return (2 * len(met) + len(unknown)) / sides

    # ---------------------------------------------------------------- across containers

    def moves(self) -> bool:
        """States that are in another container now: namesakes of one type first, then the most alike."""
        before = len(self.forth)
        named: dict[str, list[Site]] = {}
        for site in self.free(self.new.sites.values(), self.back):
            named.setdefault(site.name, []).append(site)
        for site in self.free(self.old.sites.values(), self.forth):
            others = [other for other in named.get(site.name, []) if self.type(other) == self.type(site) and other.pointer not in self.back]
            if len(others) == 1:
                self.pair(site, others[0])
        if len(self.forth) == before:
            old = [site for site in self.free(self.old.sites.values(), self.forth) if site.shape.size > 1]
            new = [site for site in self.free(self.new.sites.values(), self.back) if site.shape.size > 1]
            self.by_likeness(old, new, MOVED, set())
        return len(self.forth) > before

    # ---------------------------------------------------------------- branches

    def branches(self, old: Site, new: Site) -> None:
        """Pairs what two states run inside: by what is in it, the same place deciding between equals."""
        olds, news = self.old.inner[old.pointer], self.new.inner[new.pointer]
        scored = []
        for i, (kind, one) in enumerate(olds):
            for j, (other_kind, other) in enumerate(news):
                if kind == other_kind == "Branches":
                    score = self.overlap(one, other) + (0.01 if i == j else 0)
                    scored.append((-score, i + j, abs(i - j), one, other))
                elif kind == other_kind:
                    self.pair_containers(one, other)
        for score, _, _, one, other in sorted(scored, key=lambda found: found[:3]):
            if -score >= BRANCH or (len(olds) == len(news) == 1):
                self.pair_containers(one, other)

    def overlap(self, old: Pointer, new: Pointer) -> float:
        """How alike two branches are, of 1: names they share, and shapes."""
        olds, news = self.old.inside[old], self.new.inside[new]
        if not olds or not news:
            return 1.0 if not olds and not news else 0.0
        names = {site.name for site in olds} & {site.name for site in news}
        shapes = {site.shape for site in olds} & {site.shape for site in news}
        total = len(olds) + len(news)
        kinds = sum(min([self.type(site) for site in olds].count(kind), [self.type(site) for site in news].count(kind)) for kind in {*map(self.type, olds)})
        return (0.5 * 2 * len(names) + 0.35 * 2 * len(shapes) + 0.15 * 2 * kinds) / total

    @staticmethod
    def free(sites: Iterable[Site], pairs: Mapping[Pointer, Pointer]) -> list[Site]:
        return [site for site in sites if site.pointer not in pairs]

    @staticmethod
    def type(site: Site) -> str:
        return str(site.state.get("Type"))


def name_similarity(left: str, right: str) -> float:
    """Words two names share, of 1: CheckStatus and CheckBuildStatus share two of three."""
    mine, theirs = _words(left), _words(right)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else 0.0


def _words(name: str) -> set[str]:
    words, current = set(), ""
    for before, character in zip(f" {name}", name, strict=False):
        if not character.isalnum() or (character.isupper() and not before.isupper()):
            words.add(current)
            current = ""
        if character.isalnum():
            current += character.lower()
    return (words | {current}) - {""}
