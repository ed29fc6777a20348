"""What changed between two definitions, in the language's terms: states, transitions, handlers, rules, data, time.

Theory: first the states of both are paired (`pairing`: by name, then by shape and position), then each pair is compared
field by field as the field's meaning asks. Formatting, key order and comments are no change. Nothing is executed here
and no text is compared; what a change does to executions is told by playing them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asl_engine.analysis.pairing import pair_states
from asl_engine.analysis.structure_changes import Change, ChangeKind, Structure
from asl_engine.analysis.structure_data import Sides
from asl_engine.analysis.structure_handlers import target_of
from asl_engine.analysis.structure_outline import Outline, Targets, outline_of
from asl_engine.analysis.structure_states import state_changes, timeout_changes, what_it_does
from asl_engine.analysis.structure_wording import elements_of, listed, text_of
from asl_engine.values import MISSING, Json, Pointer

__all__ = ["Change", "ChangeKind", "Structure", "structure_of"]

UNREACHED = "; no execution gets here"


def structure_of(old: Json, new: Json) -> Structure:
    """Every change from one definition to the other, broken ones included; what is no object has no states.

    Changes stand in the order of the new definition, the machine's own first and what can be reached last; a state
    that is gone stands behind the state it stood behind.
    """
    return _Difference(old, new).structure()


class _Difference:
    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = outline_of(old), outline_of(new)
        pairing = pair_states(old, new)
        self.states, self.containers = pairing.states, pairing.containers
        self.back = {there: here for here, there in pairing.states.items()}
        self.containers_back = {there: here for here, there in pairing.containers.items()}

    def structure(self) -> Structure:
        gone: dict[Pointer | None, list[Change]] = {}
        behind: Pointer | None = None
        for pointer in self.old.states:
            if pointer in self.states:
                behind = self.states[pointer]
            elif self.old.holder(pointer) is None or self.old.holder(pointer) in self.states:
                gone.setdefault(behind, []).append(self.removed(pointer))
        changes = [*self.machine(), *gone.get(None, [])]
        for pointer in self.new.states:
            if pointer in self.back:
                changes += self.pair(self.back[pointer], pointer)
            elif self.new.holder(pointer) is None or self.new.holder(pointer) in self.back:
                changes.append(self.added(pointer))
            changes += gone.get(pointer, [])
        changes += self.reached()
        return Structure(tuple(changes), dict(self.states))

    # ---------------------------------------------------------------- the machine and its branches

    def machine(self) -> Iterator[Change]:
        """What the machine says itself: its start and its timeout."""
        sides = Sides(self.old.machine, self.new.machine, Pointer(""), Pointer(""))
        yield from self.start(Pointer(""), Pointer(""))
        yield from timeout_changes(sides)

    def reached(self) -> Iterator[Change]:
        """States of both that came into reach, or out of it: what follows from the transitions that changed."""
        lost = [there for here, there in self.states.items() if here in self.old.reached and there not in self.new.reached]
        found = [there for here, there in self.states.items() if here not in self.old.reached and there in self.new.reached]
        for pointers, told in ((lost, "can no longer be reached"), (found, "can be reached now")):
            if pointers:
                sentence = f"{listed(map(self.new.path, pointers))} {told}"
                yield Change(ChangeKind.TRANSITION, None, sentence, self.back[pointers[0]], pointers[0])

    def start(self, old: Pointer, new: Pointer) -> Iterator[Change]:
        one, other = self.old.owners.get(old, {}), self.new.owners.get(new, {})
        before, after = text_of(one.get("StartAt")), text_of(other.get("StartAt"))
        targets = self.targets(old, new)
        if not targets.same(before, after):
            yield Sides(one, other, old, new).change(ChangeKind.START, f"StartAt {targets.told(before or 'nothing', after or 'nothing')}", "StartAt")

    def targets(self, old: Pointer, new: Pointer) -> Targets:
        return Targets(self.old, self.new, self.states, old, new)

    # ---------------------------------------------------------------- states

    def pair(self, old: Pointer, new: Pointer) -> Iterator[Change]:
        reached = old in self.old.reached or new in self.new.reached
        for change in self.pair_changes(old, new):
            neutral = change.neutral or not reached
            sentence = change.sentence if reached or change.neutral else f"{change.sentence}{UNREACHED}"
            yield replace(change, state=self.new.path(new), neutral=neutral, sentence=sentence)

    def pair_changes(self, old: Pointer, new: Pointer) -> Iterator[Change]:
        mine, theirs = self.old.container(old), self.new.container(new)
        if old.tokens[-1] != new.tokens[-1]:
            yield Change(ChangeKind.STATE_RENAMED, None, f"was {old.tokens[-1]}", old, new, old.tokens[-1], new.tokens[-1], neutral=True)
        if self.containers.get(mine) != theirs:
            sentence = f"moved from {self.place(self.old, mine)} to {self.place(self.new, theirs)}"
            yield Change(ChangeKind.STATE_MOVED, None, sentence, old, new)
        sides = Sides(self.old.states[old], self.new.states[new], old, new)
        yield from state_changes(sides, self.targets(mine, theirs))
        for inner, holder in self.new.holders.items():
            if holder == new and inner in self.containers_back:
                before = self.containers_back[inner]
                yield from self.start(before, inner)
                if self.old.holders.get(before) == old and before.tokens[-2:] != inner.tokens[-2:] and inner.tokens[-2] == "Branches":
                    sentence = f"branch {before.tokens[-1]} is branch {inner.tokens[-1]} now: so is its place in the result"
                    yield Change(ChangeKind.CONTAINER, None, sentence, before, inner)

    def place(self, outline: Outline, container: Pointer) -> str:
        holder = outline.holders.get(container)
        if holder is None:
            return "the machine"
        return f"{outline.path(holder)}[{container.tokens[-1]}]" if container.tokens[-2] == "Branches" else outline.path(holder)

    def added(self, pointer: Pointer) -> Change:
        reached = pointer in self.new.reached
        sentence = f"new {self.described(self.new, pointer)}{'' if reached else UNREACHED}"
        return Change(ChangeKind.STATE_ADDED, self.new.path(pointer), sentence, None, pointer, MISSING, self.new.states[pointer], not reached)

    def removed(self, pointer: Pointer) -> Change:
        reached = pointer in self.old.reached
        sentence = f"gone: {self.described(self.old, pointer)}{'' if reached else UNREACHED.replace('gets', 'got')}"
        return Change(ChangeKind.STATE_REMOVED, self.old.path(pointer), sentence, pointer, None, self.old.states[pointer], MISSING, not reached)

    def described(self, outline: Outline, pointer: Pointer) -> str:
        """What a state does, how it is entered and where it leads."""
        state, container = outline.states[pointer], outline.container(pointer)
        words = [what_it_does(state)]
        if inside := outline.inside(pointer):
            words.append(f"with {listed(inside)} inside")
        entered = [other for other, leading in outline.states.items() if outline.container(other) == container and pointer.tokens[-1] in targets_of(leading)]
        starts = outline.owners[container].get("StartAt") == pointer.tokens[-1]
        if starts:
            words.append("at the start")
        if entered:
            words.append(f"after {listed((other.tokens[-1] for other in entered), 3)}")
        elif not starts:
            words.append("which nothing leads to")
        leads = text_of(state.get("Next"))
        if leads is not None:
            words.append(f"then {leads}")
        return ", ".join(words)


def targets_of(state: dict[str, Json]) -> set[str]:
    rules = [*elements_of(state.get("Choices")), *elements_of(state.get("Catch"))]
    return {name for name in (text_of(state.get("Next")), text_of(state.get("Default")), *map(target_of, rules)) if name is not None}
