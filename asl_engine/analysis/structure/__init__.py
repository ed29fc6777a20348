"""What changed between two definitions, in the language's terms: states, transitions, handlers, rules, data, time.

Theory: first the states of both are paired (`pairing`: by name, then by shape and position), then each pair is compared
field by field as the field's meaning asks. Formatting, key order and comments are no change. Nothing is executed here
and no text is compared; what a change does to executions is told by playing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from asl_engine.analysis.pairing import pair_states
from asl_engine.analysis.structure.changes import Change, ChangeKind, Structure
from asl_engine.analysis.structure.data import Sides
from asl_engine.analysis.structure.languages import Rewritten, language_of, rewritten, without_data
from asl_engine.analysis.structure.outline import Outline, Targets, outline_of
from asl_engine.analysis.structure.states import state_changes, timeout_changes, what_it_does
from asl_engine.analysis.structure.wording import listed, text_of
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

        self.rewritten = dict(self.in_other_languages())
        self.same_data = all(found.data for found in self.rewritten.values())

    def structure(self) -> Structure:
        gone: dict[Pointer | None, list[Change]] = {}
        behind: Pointer | None = None
        for pointer in self.old.states:
            if pointer in self.states:
                behind = self.states[pointer]
            elif self.is_told(self.old, pointer, self.states, self.containers):
                gone.setdefault(behind, []).append(self.removed(pointer))
        changes = [*self.machine(), *gone.get(None, [])]
        for pointer in self.new.states:
            if pointer in self.back:
                changes += self.pair(self.back[pointer], pointer)
            elif self.is_told(self.new, pointer, self.back, self.containers_back):
                changes.append(self.added(pointer))
            changes += gone.get(pointer, [])
        changes += self.reached()
        return Structure(tuple(self.languages_as_one(changes)), dict(self.states))

    @staticmethod
    def is_told(outline: Outline, pointer: Pointer, states: Mapping[Pointer, Pointer], containers: Mapping[Pointer, Pointer]) -> bool:
        """Whether an unpaired state is told of by itself: not inside of one that is, nor in a branch that came or went whole."""
        holder, container = outline.holder(pointer), outline.container(pointer)
        return holder is None or (holder in states and container in containers)

    # ---------------------------------------------------------------- query languages

    def in_other_languages(self) -> Iterator[tuple[Pointer, Rewritten]]:
        """New states whose counterparts of the same type are in the other query language."""
        for old, new in self.states.items():
            sides = Sides(self.old.states[old], self.new.states[new], old, new)
            before, after = language_of(self.old.machine, sides.old), language_of(self.new.machine, sides.new)
            if before != after and sides.old.get("Type") == sides.new.get("Type"):
                yield new, rewritten(sides, self.targets(self.old.container(old), self.new.container(new)), after)

    def language(self, new: Pointer, sides: Sides) -> Change:
        before, after = language_of(self.old.machine, sides.old), language_of(self.new.machine, sides.new)
        found = self.rewritten[new]
        unproved = [*found.unproved, *(() if self.same_data else (change.sentence.partition(":")[0] for change in found.paths))]
        told = (
            f"; only runs can tell of {listed(unproved)}"
            if unproved
            else ""
            if found.differences or found.paths
            else ", saying the same of the data it expects"
        )
        return Change(ChangeKind.LANGUAGE, None, f"rewritten from {before} to {after}{told}", sides.old_at, sides.new_at, before, after, neutral=True)

    def languages_as_one(self, changes: list[Change]) -> list[Change]:
        """One change for the machine where every state was rewritten the same way."""
        told = [change for change in changes if change.kind == ChangeKind.LANGUAGE]
        ways = {(str(change.before), str(change.after)) for change in told}
        if len(told) < 2 or len(told) != len(self.states) or len(ways) != 1:
            return changes
        before, after = ways.pop()
        unproved = [change.state or "" for change in told if "only runs can tell" in change.sentence]
        ending = f"; of {listed(unproved)} only runs can tell whether they do the same" if unproved else ", saying the same of the data they expect"
        if not unproved and any(found.differences or found.paths for found in self.rewritten.values()):
            ending = ""
        sentence = f"all {len(told)} states are rewritten from {before} to {after}{ending}"
        one = Change(ChangeKind.LANGUAGE, None, sentence, Pointer(""), Pointer(""), before, after, neutral=True)
        return [one, *(change for change in changes if change.kind != ChangeKind.LANGUAGE)]

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
        sides, targets = Sides(self.old.states[old], self.new.states[new], old, new), self.targets(mine, theirs)
        if new in self.rewritten:
            yield self.language(new, sides)
            found = self.rewritten[new]
            yield from [*found.differences, *(found.paths if self.same_data else ())]
            sides = without_data(sides)
        yield from state_changes(sides, targets)
        yield from self.branches(old, new)

    def branches(self, old: Pointer, new: Pointer) -> Iterator[Change]:
        """What a state runs inside: where it starts, which branches came and went or have another place in the result."""
        for inner in (container for container, holder in self.new.holders.items() if holder == new):
            before = self.containers_back.get(inner)
            if before is not None:
                yield from self.start(before, inner)
                if self.old.holders.get(before) == old and before.tokens[-2:] != inner.tokens[-2:] and inner.tokens[-2] == "Branches":
                    sentence = f"branch {before.tokens[-1]} is branch {inner.tokens[-1]} now, and so stands its result"
                    yield Change(ChangeKind.CONTAINER, None, sentence, before, inner)
            else:
                sentence = f"branch {inner.tokens[-1]} is new: {self.held(self.new, inner)}"
                yield Change(ChangeKind.CONTAINER, None, sentence, None, inner)
        for inner in (container for container, holder in self.old.holders.items() if holder == old and container not in self.containers):
            yield Change(ChangeKind.CONTAINER, None, f"branch {inner.tokens[-1]} is gone: {self.held(self.old, inner)}", inner, None)

    @staticmethod
    def held(outline: Outline, container: Pointer) -> str:
        return listed(pointer.tokens[-1] for pointer in outline.states if pointer.startswith(f"{container}/"))

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
        sentence = f"gone; it was a {self.described(self.old, pointer)}{'' if reached else UNREACHED.replace('gets', 'got')}"
        return Change(ChangeKind.STATE_REMOVED, self.old.path(pointer), sentence, pointer, None, self.old.states[pointer], MISSING, not reached)

    def described(self, outline: Outline, pointer: Pointer) -> str:
        """What a state does, how it is entered and where it leads."""
        state, container = outline.states[pointer], outline.container(pointer)
        words = [what_it_does(state)]
        if inside := outline.inside(pointer):
            words.append(f"with {listed(inside)} inside")
        entered = outline.entered.get(pointer, [])
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
