"""A definition from above: its states in the order they are written, where each stands, and which of them can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asl_engine.analysis.graph import containers, graph_of, inner_containers
from asl_engine.analysis.structure.wording import members_of, text_of
from asl_engine.syntax.reading import pointer_of
from asl_engine.values import Json, Pointer


@dataclass(eq=False, slots=True)
class Outline:
    machine: dict[str, Json]
    states: dict[Pointer, dict[str, Json]] = field(default_factory=dict)
    """In the order of the document, inner states behind their container."""
    owners: dict[Pointer, dict[str, Json]] = field(default_factory=dict)
    """The machine (""), branches and item processors."""
    holders: dict[Pointer, Pointer] = field(default_factory=dict)
    """Branch or item processor -> the state that runs it."""
    entered: dict[Pointer, list[Pointer]] = field(default_factory=dict)
    """State -> the states beside it that lead to it."""
    reached: frozenset[Pointer] = frozenset()
    """States that some transition leads to, from StartAt on."""

    def container(self, state: Pointer) -> Pointer:
        return state.parent.parent

    def holder(self, state: Pointer) -> Pointer | None:
        """The Parallel or Map around a state."""
        return self.holders.get(self.container(state))

    def path(self, state: Pointer) -> str:
        """ "Fan[0]/Pay", "Each/Pay" below a Map."""
        names = [state.tokens[-1]]
        while (holder := self.holder(state)) is not None:
            tokens = self.container(state).tokens
            names.append(f"{holder.tokens[-1]}[{tokens[-1]}]" if tokens[-2] == "Branches" else holder.tokens[-1])
            state = holder
        return "/".join(reversed(names))

    def named(self, container: Pointer, name: str) -> Pointer | None:
        """The state of that name in a container, if there is one."""
        pointer = container / "States" / name
        return pointer if pointer in self.states else None

    def inside(self, state: Pointer) -> list[str]:
        """Names of the states a state holds, at any depth."""
        return [pointer.tokens[-1] for pointer in self.states if pointer.startswith(f"{state}/")]


@dataclass(frozen=True, slots=True)
class Targets:
    """What names of states mean in a pair of containers."""

    old: Outline
    new: Outline
    states: Mapping[Pointer, Pointer]
    mine: Pointer
    theirs: Pointer

    def renamed(self, name: str) -> str | None:
        """The name an old state has now, in the same container; a name of no state stays itself while none has it."""
        here = self.old.named(self.mine, name)
        if here is None:
            return name if self.new.named(self.theirs, name) is None else None
        there = self.states.get(here)
        return there.tokens[-1] if there is not None and self.new.container(there) == self.theirs else None

    def same(self, old: str | None, new: str | None) -> bool:
        """Whether both lead to the same state, or both to none."""
        return old is new is None if old is None or new is None else self.renamed(old) == new

    def told(self, old: str, new: str) -> str:
        """ "A → B"; if the name is the same and means something else now, what it means."""
        if old != new:
            return f"{old} → {new}"
        if self.new.named(self.theirs, new) is None:
            return f"{new} leads nowhere: there is no such state any more"
        if self.old.named(self.mine, old) is None:
            return f"{new} leads somewhere now: there was no such state"
        was = self.states.get(self.mine / "States" / old)
        return f"{new} is another state now: the one it named is {'gone' if was is None else self.new.path(was)}"


def outline_of(machine: Json) -> Outline:
    found = Outline(members_of(machine))
    waiting = []
    for owner, where in containers(machine):
        here = pointer_of(where)
        found.owners[here] = owner
        for name, state in members_of(owner.get("States")).items():
            if isinstance(state, dict):
                for _, _, _, inside in inner_containers(state, ((where, "States"), name)):
                    found.holders[pointer_of(inside)] = here / "States" / name
        waiting.append(here)
    _in_order(found, Pointer(""))
    found.reached = _reached(machine, found)
    return found


def _in_order(outline: Outline, start: Pointer) -> None:
    inner: dict[Pointer, list[Pointer]] = {}
    for container, holder in outline.holders.items():
        inner.setdefault(holder, []).append(container)
    waiting: list[tuple[Pointer, dict[str, Json] | None]] = [(start, None)]
    while waiting:
        here, state = waiting.pop()
        if state is not None:
            outline.states[here] = state
            waiting += [(container, None) for container in reversed(inner.get(here, []))]
            continue
        states = members_of(outline.owners.get(here, {}).get("States"))
        waiting += [(here / "States" / name, inside) for name, inside in reversed(states.items()) if isinstance(inside, dict)]


def _reached(machine: Json, outline: Outline) -> frozenset[Pointer]:
    graph = graph_of(machine)
    leads: dict[Pointer, list[Pointer]] = {}
    for arc in graph.arcs:
        leads.setdefault(arc.source, []).append(arc.target)
        if arc.source.parent == arc.target.parent and arc.source not in (before := outline.entered.setdefault(arc.target, [])):
            before.append(arc.source)
    start = text_of(outline.machine.get("StartAt"))
    waiting = [Pointer("") / "States" / start] if start is not None else []
    found: set[Pointer] = set()
    while waiting:
        state = waiting.pop()
        if state in outline.states and state not in found:
            found.add(state)
            waiting += leads.get(state, [])
    return frozenset(found)
