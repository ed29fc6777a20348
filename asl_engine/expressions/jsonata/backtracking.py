"""A matcher for patterns that `re` might never come back from: it asks before every hundred steps whether it may go on.

`re` backtracks in C and cannot be stopped. `worst_case` says for which patterns and texts that matters; for those the parsed
pattern becomes a small program, run with a stack of its own. It matches what `re` matches, several hundred times slower
at worst, and ends. `re._parser` is the parser that `re` itself uses; only its tree is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final, TypeAlias

Test: TypeAlias = Callable[[str], bool]
Instruction: TypeAlias = tuple[Any, ...]
Slots: TypeAlias = tuple[int, ...]

PATIENCE: Final = 1_000_000
"""What `re` may need at worst before we do not let it: some milliseconds."""

MAX_PROGRAM: Final = 20_000

CHAR, SPLIT, JUMP, SAVE, MOVED, RUN, AT, LOOK, SAME, MATCH = range(10)


class TooLarge(ValueError):
    """A pattern whose counted repeats make too long a program."""


def worst_case(pattern: re.Pattern[str]) -> Callable[[int], float]:
    """How many steps `re` may need at worst for one match in so many characters. A repeat in a repeat doubles with each."""
    unbounded, nested = _repeats(_parser.parse(pattern.pattern, pattern.flags))
    if nested:
        return lambda size: 2.0 ** min(size, 1000)
    return lambda size: float(size + 1) ** (unbounded + 1)


def _repeats(tree: Any) -> tuple[int, bool]:
    """How many repeats of a tree can take up the text, and whether one stands in another."""
    count, nested = 0, False
    for kind, value in tree:
        inner, inner_nested = 0, False
        for part in _parts(kind, value):
            part_count, part_nested = _repeats(part)
            inner, inner_nested = inner + part_count, inner_nested or part_nested
        nested = nested or inner_nested
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] > 8:
            nested = nested or inner > 0 or any(name in (op.BRANCH, op.GROUPREF_EXISTS) for name, _ in _flat(value[2]))
            inner += 1
        count += inner
    return count, nested


def _parts(kind: Any, value: Any) -> list[Any]:
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.BRANCH:
        return list(value[1])
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _flat(tree: Any) -> list[tuple[Any, Any]]:
    found = []
    for kind, value in tree:
        found.append((kind, value))
        for part in _parts(kind, value):
            found.extend(_flat(part))
    return found


class Program:
    """A pattern that can be run step by step. Slots hold the ends of groups, then the places where loops began."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._ignore_case = bool(pattern.flags & re.IGNORECASE)
        self._multiline = bool(pattern.flags & re.MULTILINE)
        self.groups = pattern.groups
        self._slots = 2 * (pattern.groups + 1)
        self._code: list[Instruction] = []
        self._sequence(_parser.parse(pattern.pattern, pattern.flags))
        self._emit(MATCH)

    def search(self, text: str, start: int, spend: Callable[[], None]) -> Slots | None:
        """The first match at or behind `start`: the slots, groups as pairs of positions, -1 where one took no part.

        `spend` is called once for a hundred steps and may raise.
        """
        budget = [100]
        for position in range(start, len(text) + 1):
            slots = self._run(0, text, position, (-1,) * self._slots, spend, budget)
            if slots is not None:
                return (position, *slots[1:])
        return None

    def _emit(self, *instruction: Any) -> int:
        if len(self._code) >= MAX_PROGRAM:
            raise TooLarge
        self._code.append(instruction)
        return len(self._code) - 1

    def _sequence(self, tree: Any) -> None:
        for kind, value in tree:
            self._node(kind, value)

    def _node(self, kind: Any, value: Any) -> None:
        test = self._test(kind, value)
        if test is not None:
            self._emit(CHAR, test)
        elif kind is op.BRANCH:
            self._branch(value[1])
        elif kind is op.SUBPATTERN:
            self._group(value[0], value[3])
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            self._repeat(kind, *value)
        elif kind is op.AT:
            self._emit(AT, value)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            self._look(kind, *value)
        elif kind is op.GROUPREF_EXISTS:  # how `regex` writes a reference
            self._emit(SAME, value[0])
        else:
            raise TooLarge

    def _group(self, number: int | None, tree: Any) -> None:
        if number is not None:
            self._emit(SAVE, 2 * number)
        self._sequence(tree)
        if number is not None:
            self._emit(SAVE, 2 * number + 1)

    def _branch(self, parts: list[Any]) -> None:
        ends = []
        for part in parts[:-1]:
            split = self._emit(SPLIT)
            self._sequence(part)
            ends.append(self._emit(JUMP))
            self._code[split] = (SPLIT, split + 1, len(self._code))
        self._sequence(parts[-1])
        for end in ends:
            self._code[end] = (JUMP, len(self._code))

    def _repeat(self, kind: Any, least: int, most: int, tree: Any) -> None:
        greedy = kind is op.MAX_REPEAT
        [first, *more] = tree
        test = None if more else self._test(*first)
        if test is not None:
            self._emit(RUN, test, least, most, greedy)
            return
        for _ in range(least):
            self._sequence(tree)
        if most == op.MAXREPEAT:
            slot, self._slots = self._slots, self._slots + 1
            split = self._emit(SPLIT)
            self._emit(SAVE, slot)
            self._sequence(tree)
            self._emit(MOVED, slot)
            self._emit(JUMP, split)
            self._code[split] = self._preferring(greedy, split + 1, len(self._code))
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._emit(SPLIT))
            self._sequence(tree)
        for split in splits:
            self._code[split] = self._preferring(greedy, split + 1, len(self._code))

    def _preferring(self, greedy: bool, inside: int, behind: int) -> Instruction:
        return (SPLIT, inside, behind) if greedy else (SPLIT, behind, inside)

    def _look(self, kind: Any, direction: int, tree: Any) -> None:
        look = self._emit(LOOK)
        self._sequence(tree)
        self._emit(MATCH)
        back = tree.getwidth()[0] if direction < 0 else 0
        self._code[look] = (LOOK, kind is op.ASSERT, back, len(self._code))

    def _test(self, kind: Any, value: Any) -> Test | None:
        """What a node that takes one character asks of it; None for the others."""
        if kind is op.LITERAL:
            members: list[tuple[Any, Any]] = [(kind, value)]
        elif kind is op.NOT_LITERAL:
            members = [(op.NEGATE, None), (op.LITERAL, value)]
        elif kind is op.IN:
            members = value
        elif kind is op.ANY:
            return lambda char: char != "\n"
        else:
            return None
        return _remembering(members, (lambda char: {char, char.lower(), char.upper()}) if self._ignore_case else (lambda char: {char}))

    def _run(self, pc: int, text: str, position: int, slots: Slots, spend: Callable[[], None], budget: list[int]) -> Slots | None:
        """Runs from an instruction to a MATCH. The stack holds where to go on after a failure: (instruction, position, slots,
        end): with an end, a run of characters gives back one at a time, from `end` towards `position`."""
        code, size = self._code, len(text)
        stack: list[tuple[int, int, Slots, int]] = []
        while True:
            budget[0] -= 1
            if budget[0] < 0:
                budget[0] = 100
                spend()
            instruction = code[pc]
            kind = instruction[0]
            if kind == CHAR:
                if position < size and instruction[1](text[position]):
                    pc, position = pc + 1, position + 1
                    continue
            elif kind == SPLIT:
                stack.append((instruction[2], position, slots, -1))
                pc = instruction[1]
                continue
            elif kind == JUMP:
                pc = instruction[1]
                continue
            elif kind == SAVE:
                slots = (*slots[: instruction[1]], position, *slots[instruction[1] + 1 :])
                pc += 1
                continue
            elif kind == RUN:
                end = self._taken(instruction, text, position, budget)
                least = position + instruction[2]
                if end >= least:
                    if end > least:
                        stack.append((pc + 1, least, slots, end - 1) if instruction[4] else (pc + 1, least + 1, slots, ~end))
                    pc, position = pc + 1, end if instruction[4] else least
                    continue
            elif kind == MATCH:
                return (slots[0], position, *slots[2:])
            elif kind == LOOK:
                start = position - instruction[2]
                found = self._run(pc + 1, text, start, slots, spend, budget) if start >= 0 else None
                if found is not None and instruction[2] and found[1] != position:
                    found = None
                if (found is not None) is instruction[1]:
                    slots = slots if found is None else (*slots[:2], *found[2:])
                    pc = instruction[3]
                    continue
            elif self._holds(instruction, text, position, slots):
                position += self._width(instruction, slots)
                pc += 1
                continue
            if not stack:
                return None
            pc, position, slots, end = stack.pop()
            if end >= 0:
                if end > position:
                    stack.append((pc, position, slots, end - 1))
                position = end
            elif end < -1 and position < ~end:
                stack.append((pc, position + 1, slots, end))

    @staticmethod
    def _taken(instruction: Instruction, text: str, position: int, budget: list[int]) -> int:
        test, most = instruction[1], instruction[3]
        limit = len(text) if most == op.MAXREPEAT else min(len(text), position + most)
        end = position
        while end < limit and test(text[end]):
            end += 1
        budget[0] -= end - position
        return end

    def _holds(self, instruction: Instruction, text: str, position: int, slots: Slots) -> bool:
        """The instructions that look but take nothing, and references to groups."""
        kind = instruction[0]
        if kind == MOVED:
            return slots[instruction[1]] != position
        if kind == SAME:
            start, end = slots[2 * instruction[1]], slots[2 * instruction[1] + 1]
            if start < 0 or end < 0:
                return True
            wanted, there = text[start:end], text[position : position + end - start]
            return wanted == there or (self._ignore_case and wanted.lower() == there.lower())
        place = instruction[1]
        if place is op.AT_BEGINNING and self._multiline:
            return position == 0 or text[position - 1] == "\n"
        if place in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return position == 0
        return position == len(text) or (place is op.AT_END and self._multiline and text[position] == "\n")

    @staticmethod
    def _width(instruction: Instruction, slots: Slots) -> int:
        return max(slots[2 * instruction[1] + 1] - slots[2 * instruction[1]], 0) if instruction[0] == SAME and slots[2 * instruction[1] + 1] >= 0 else 0


_CATEGORIES: Final[dict[Any, Test]] = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    op.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    op.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    op.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


def _remembering(members: list[tuple[Any, Any]], forms: Callable[[str], set[str]]) -> Test:
    """Whether a character, in any of its forms, is in a class; each is asked about once."""
    known: dict[str, bool] = {}
    negated = any(kind is op.NEGATE for kind, _ in members)

    def test(char: str) -> bool:
        answer = known.get(char)
        if answer is None:
            answer = known[char] = any(_is_member(form, members) for form in forms(char) if len(form) == 1) is not negated
        return answer

    return test


def _is_member(char: str, members: list[tuple[Any, Any]]) -> bool:
    code = ord(char)
    return any(
        (kind is op.LITERAL and value == code) or (kind is op.RANGE and value[0] <= code <= value[1]) or (kind is op.CATEGORY and _CATEGORIES[value](char))
        for kind, value in members
    )
