"""What a new revision asks of its input, and of its tasks' results, that the old one did not; and what it no longer asks.

Both definitions are read for what their fields read (`contract_readings`). A part that one field read and another part
that the same field reads instead are one change: "reads $.account_id where it read $.build_body.account_id". Nothing is
executed here; whether a caller gives what is asked is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from asl_engine.analysis.contract_readings import How, Part, Wanted, Wish, Wishes, state_of, wishes_of
from asl_engine.analysis.needs import Inside, Step
from asl_engine.analysis.pairing import pair_states
from asl_engine.analysis.provenance import INPUT, Source
from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.languages import language_of
from asl_engine.analysis.structure.wording import listed, written
from asl_engine.values import MISSING, Json, Missing, Pointer

MOST_NAMED = 6
"""Parts that one sentence names; the change carries all of them."""
_VERBS = {How.REQUIRED: "requires", How.READ: "may read", How.OPTIONAL: "reads, if it is there,"}


def contract_changes(old: Json, new: Json) -> tuple[Change, ...]:
    """What the machine asks of its input and of its tasks' answers differently, as changes of kind INPUT, the input first.

    `before` and `after` are the paths: "$.build_body.account_id", a list of them where several changed alike; of a
    result, "body.error" below `state`, which is the task. Works on any JSON.
    """
    return tuple(_Contract(old, new).changes())


@dataclass(slots=True)
class Moved:
    """Parts that are read under another one now, in the same fields."""

    old: Part
    new: Part
    below: list[Part] = field(default_factory=list)
    """What of it: the same members under both."""
    how: How = How.OPTIONAL
    places: list[tuple[Pointer, Pointer]] = field(default_factory=list)
    """The fields, on both sides."""


class _Contract:
    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = wishes_of(old), wishes_of(new)
        self.pairs = pair_states(old, new).states
        self.names = {here.tokens[-1]: there.tokens[-1] for here, there in self.pairs.items()}
        self.old_names = {name: here for here, name in self.names.items()}
        self.old_parts = {self.renamed(wanted): wish for wanted, wish in self.old.parts.items()}
        """By the names of the new definition."""
        self.gone = {wanted for wanted in self.old_parts if wanted not in self.new.parts}
        self.come = {wanted for wanted in self.new.parts if wanted not in self.old_parts}

    def renamed(self, wanted: Wanted) -> Wanted:
        (kind, state), part = wanted
        return (kind, self.names.get(state, state)), part

    def changes(self) -> Iterator[Change]:
        sources = [INPUT, *dict.fromkeys(source for source, _ in [*self.new.parts, *self.old_parts] if source != INPUT)]
        for source in sources:
            kind, state = source
            if kind != "input" and (state not in self.old_names):
                continue  # a new task, or one that is gone: told of the state
            yield from self.of_source(source)

    def of_source(self, source: Source) -> Iterator[Change]:
        come = {part for where, part in self.come if where == source}
        gone = {part for where, part in self.gone if where == source}
        moves = self.moves(source, come, gone)
        settled_new = {(*moved.new, *below) for moved in moves for below in moved.below}
        settled_old = {(*moved.old, *below) for moved in moves for below in moved.below}
        for moved in moves:
            yield self.moved(source, moved)
        yield from self.wanted(source, [part for where, part in self.new.parts if where == source and part in come - settled_new])
        yield from self.unwanted(source, [part for where, part in self.old_parts if where == source and part in gone - settled_old])
        kept = [part for where, part in self.new.parts if where == source and (where, part) in self.old_parts]
        if source == INPUT:  # what a task answers is its own matter, whoever reads it
            yield from self.more_or_less_surely(source, kept)
        for part in kept:
            yield from self.differently(source, part, self.old_parts[source, part], self.new.parts[source, part])

    # ---------------------------------------------------------------- another part in the same field

    def moves(self, source: Source, come: set[Part], gone: set[Part]) -> list[Moved]:
        """Fields that read one part that is gone and now one that has come, by what changed of the way to it."""
        slots: dict[Pointer, tuple[list[Part], list[Pointer]]] = {}
        for part in sorted(gone, key=repr):
            for pointer in self.old_parts[source, part].fields:
                slot = self.counterpart(pointer)
                if slot is not None:
                    parts, places = slots.setdefault(slot, ([], []))
                    parts.append(part)
                    places.append(pointer)
        found: dict[tuple[Part, Part], Moved] = {}
        for wanted, wish in self.new.parts.items():
            for pointer in wish.fields if wanted[0] == source and wanted[1] in come else []:
                parts, places = slots.get(bare(pointer), ([], []))
                others = [part for where, part in self.new.parts if where == source and part in come and pointer in self.new.parts[where, part].fields]
                if len(parts) == len(others) == 1:
                    self.move(found, parts[0], wanted[1], wish, (places[0], pointer))
        return list(found.values())

    @staticmethod
    def move(found: dict[tuple[Part, Part], Moved], old: Part, new: Part, wish: Wish, places: tuple[Pointer, Pointer]) -> None:
        shared = 0
        while shared < min(len(old), len(new)) and old[-1 - shared] == new[-1 - shared]:
            shared += 1
        before, after, below = old[: len(old) - shared], new[: len(new) - shared], new[len(new) - shared :]
        moved = found.setdefault((before, after), Moved(before, after))
        if below not in moved.below:
            moved.below.append(below)
        moved.how = max(moved.how, wish.how)
        moved.places.append(places)

    def counterpart(self, pointer: Pointer) -> Pointer | None:
        """The same field in the new definition, bare of `.$`."""
        state = state_of(pointer, self.old.outline)
        there = self.pairs.get(state) if state is not None else None
        return bare(Pointer(there + pointer[len(state) :])) if there is not None and state is not None else None

    def moved(self, source: Source, moved: Moved) -> Change:
        whole = () in moved.below
        below = [part for part in moved.below if part]
        if not moved.old or not moved.new or (len(below) == 1 and not whole):
            return self.moved_each(source, moved)
        left_out = self.left_out(source, [(*moved.new, *part) for part in moved.below])
        of_it = f" ({'all of it, and ' if whole else ''}{listed((path_in_words(part) for part in below), MOST_NAMED)})" if below else ""
        sentence = f"{_VERBS[moved.how]} {self.named(source, moved.new)}{of_it} where it read {self.shown(source, moved.old)}{left_out}"
        before, after = ([self.shown(source, (*start, *part)) for part in moved.below] for start in (moved.old, moved.new))
        return self.change(source, sentence, moved.places[0][0], moved.places[0][1], listed_or_one(before), listed_or_one(after))

    def moved_each(self, source: Source, moved: Moved) -> Change:
        olds = [(*moved.old, *part) for part in moved.below]
        news = [(*moved.new, *part) for part in moved.below]
        read_before = listed((self.shown(source, part) for part in olds), MOST_NAMED)
        sentence = f"{_VERBS[moved.how]} {self.all_named(source, news)} where it read {read_before}{self.left_out(source, news)}"
        before, after = [self.shown(source, part) for part in olds], [self.shown(source, part) for part in news]
        return self.change(source, sentence, moved.places[0][0], moved.places[0][1], listed_or_one(before), listed_or_one(after))

    # ---------------------------------------------------------------- new and gone

    def wanted(self, source: Source, parts: list[Part]) -> Iterator[Change]:
        groups: dict[tuple[How, tuple[str, ...], tuple[str, ...]], list[Part]] = {}
        for part in parts:
            wish = self.new.parts[source, part]
            readers = self.readers(self.new, wish) if wish.how != How.REQUIRED else ()
            left_out = tuple(self.new.left_out.get((source, part), ()))
            groups.setdefault((wish.how, readers, left_out), []).append(part)
        for (how, readers, _), group in groups.items():
            shown = listed_or_one([self.shown(source, part) for part in group])
            where = f" in {listed(readers)}" if readers else ""
            sentence = f"now {_VERBS[how]} {self.all_named(source, group, self.compared)}{where}{self.left_out(source, group)}"
            yield self.change(source, sentence, None, self.new.parts[source, group[0]].fields[0], MISSING, shown)

    def compared(self, source: Source, part: Part) -> str:
        constants = self.new.parts[source, part].constants
        return f" (compared with {listed(map(written, constants))})" if constants else ""

    def left_out(self, source: Source, parts: list[Part]) -> str:
        """Where what a state should have put into the data is asked of the input instead."""
        states = dict.fromkeys(state for part in parts for state in self.new.left_out.get((source, part), ()))
        return f": on the way from {listed(states)} no state has put it there" if states else ""

    def unwanted(self, source: Source, parts: list[Part]) -> Iterator[Change]:
        if parts:
            shown = listed_or_one([self.shown(source, part) for part in parts])
            first = self.old_parts[source, parts[0]].fields[0]
            yield self.change(source, f"no longer reads {self.all_named(source, parts)}", first, None, shown, MISSING)

    def more_or_less_surely(self, source: Source, kept: list[Part]) -> Iterator[Change]:
        groups: dict[tuple[How, How], list[Part]] = {}
        for part in kept:
            before, after = self.old_parts[source, part].how, self.new.parts[source, part].how
            if before != after:
                groups.setdefault((before, after), []).append(part)
        for (before, after), parts in groups.items():
            one, other = self.old_parts[source, parts[0]], self.new.parts[source, parts[0]]
            shown = listed_or_one([self.shown(source, part) for part in parts])
            now = _IS[after] if len(parts) == 1 else _IS[after].replace("is ", "are ").replace("it are", "they are")
            was = _IS[before].replace("is ", "was ") if len(parts) == 1 else _IS[before].replace("is ", "were ").replace("it were", "they were")
            sentence = f"{self.all_named(source, parts)}: {was}, {now} now"
            yield self.change(source, sentence, one.fields[0], other.fields[0], shown, shown)

    def differently(self, source: Source, part: Part, old: Wish, new: Wish) -> Iterator[Change]:
        """The same part, compared with other constants. Of states in another query language now, `structure` compares the conditions."""
        if self.languages(self.old, old) != self.languages(self.new, new):
            return
        place, shown = (old.fields[0], new.fields[0]), self.shown(source, part)
        come, gone = ([constant for constant in ours.constants if constant not in theirs.constants] for ours, theirs in ((new, old), (old, new)))
        if come and gone:
            told = f"is compared with {listed(map(written, come))} instead of {listed(map(written, gone))} now"
        elif come:
            told = f"is compared with {listed(map(written, come))} too now"
        elif gone:
            told = f"is no longer compared with {listed(map(written, gone))}"
        else:
            return
        yield self.change(source, f"{self.named(source, part)} {told}", *place, shown, shown)

    @staticmethod
    def languages(wishes: Wishes, wish: Wish) -> set[str]:
        outline = wishes.outline
        return {language_of(outline.machine, outline.states[state]) for pointer in wish.fields if (state := state_of(pointer, outline)) is not None}

    # ---------------------------------------------------------------- words

    def change(self, source: Source, sentence: str, old: Pointer | None, new: Pointer | None, before: Json | Missing, after: Json | Missing) -> Change:
        return Change(ChangeKind.INPUT, self.state(source), sentence, old, new, before, after)

    def state(self, source: Source) -> str | None:
        if source == INPUT:
            return None
        return next((self.new.outline.path(pointer) for pointer in self.new.outline.states if pointer.tokens[-1] == source[1]), source[1])

    @staticmethod
    def readers(wishes: Wishes, wish: Wish) -> tuple[str, ...]:
        states = (state_of(pointer, wishes.outline) for pointer in wish.fields)
        return tuple(dict.fromkeys(wishes.outline.path(state) for state in states if state is not None))

    @staticmethod
    def shown(source: Source, part: Part) -> str:
        return ("$." if source == INPUT and part[:1] != (Inside.ELEMENT,) else "$" if source == INPUT else "") + path_in_words(part)

    def named(self, source: Source, part: Part) -> str:
        """ "$.account_id", "body.error of GetStatus's result", "Cause of Charge's error"."""
        return self.all_named(source, [part])

    def all_named(self, source: Source, parts: list[Part], more: Callable[[Source, Part], str] | None = None) -> str:
        """Several parts of one source, each with what more there is to say of it."""
        shown = (f"{self.shown(source, part)}{more(source, part) if more is not None else ''}" for part in parts)
        return listed(shown, MOST_NAMED) + ("" if source == INPUT else f" of {source[1]}'s {source[0]}")


_IS = {How.REQUIRED: "is required", How.READ: "is read on some ways only", How.OPTIONAL: "is read only if it is there"}


_ONE_NAME = {"Arguments": "Parameters", "Items": "ItemsPath"}


def bare(pointer: Pointer) -> Pointer:
    """A field whatever its query language calls it: without `.$`, Arguments as Parameters."""
    steps = [step.removesuffix(".$") for step in pointer.split("/")]
    return Pointer("/".join(_ONE_NAME.get(step, step) for step in steps))


def path_in_words(part: Iterable[Step]) -> str:
    """ "body.items[*].id"; what stands in a text that is parsed as JSON: "Payload (as JSON).id"."""
    text = ""
    for step in part:
        text += "[*]" if step is Inside.ELEMENT else " (as JSON)" if step is Inside.TEXT else f"{'.' if text else ''}{step}"
    return text


def listed_or_one(paths: list[str]) -> Json:
    return paths[0] if len(paths) == 1 else [*paths]
