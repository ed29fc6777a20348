"""Payload templates and paths compared: what a member gets, not how it is spelled.

A member of a template is a constant or computed (its name ends in `.$`, or its text is `{% … %}`). Paths are the same
if they take the same steps, intrinsic functions and JSONata if they have the same parts; blanks, quotes and comments
mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.wording import contrast, expression, is_jsonata, members_of, path, shortened, whole, written
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.intrinsics import Call, is_intrinsic, parse_intrinsic
from asl_engine.expressions.jsonpath import Path, parse_path
from asl_engine.values import MISSING, Json, Missing, Pointer, canonical_text, same_json

DEEPEST = 48
"""Levels of a template that are compared member by member; what is below is one value."""
Maybe: TypeAlias = "Json | Missing"


@dataclass(frozen=True, slots=True)
class Sides:
    """One thing in both definitions: an object, and where it stands."""

    old: dict[str, Json]
    new: dict[str, Json]
    old_at: Pointer
    new_at: Pointer

    def of(self, name: str) -> tuple[Maybe, Maybe]:
        return self.old.get(name, MISSING), self.new.get(name, MISSING)

    def change(self, kind: ChangeKind, sentence: str, *fields: str, neutral: bool = False) -> Change:
        """A change of these fields; the first that is there is its place, and its value is shown."""
        mine = next((name for name in fields if name in self.old), None)
        theirs = next((name for name in fields if name in self.new), None)
        before: Maybe = MISSING if mine is None else self.old[mine]
        after: Maybe = MISSING if theirs is None else self.new[theirs]
        old_at = self.old_at / mine if mine is not None else None if theirs is not None else self.old_at
        new_at = self.new_at / theirs if theirs is not None else None if mine is not None else self.new_at
        return Change(kind, None, sentence, old_at, new_at, before, after, neutral)

    def inner(self, name: str) -> Sides:
        """A member that is an object in both; another value counts as an empty one."""
        return Sides(members_of(self.old.get(name)), members_of(self.new.get(name)), self.old_at / name, self.new_at / name)

    def element(self, name: str, old: int, new: int, one: Json, other: Json) -> Sides:
        return Sides(members_of(one), members_of(other), self.old_at / name / old, self.new_at / name / new)


# ------------------------------------------------------------------------------------------------------------ spelling


def same_written(old: Maybe, new: Maybe) -> bool:
    """Whether two values say the same: as JSON, or as expressions of one language."""
    if isinstance(old, Missing) or isinstance(new, Missing):
        return old is new
    if isinstance(old, str) and isinstance(new, str) and old != new:
        if is_jsonata(old) and is_jsonata(new):
            return jsonata_parts(expression(old)) == jsonata_parts(expression(new))
        return False
    return _same(old, new)


def _same(old: Json, new: Json) -> bool:
    try:
        return same_json(old, new)
    except RecursionError:
        return canonical_text(old) == canonical_text(new)


def same_path(old: Maybe, new: Maybe) -> bool:
    """Whether two texts are the same path or the same intrinsic function."""
    if not isinstance(old, str) or not isinstance(new, str):
        return same_written(old, new)
    return old == new or reading(old) == reading(new)


@lru_cache(maxsize=8192)
def reading(text: str) -> object:
    """A path or intrinsic function without its spelling; the text itself where it cannot be read."""
    try:
        if is_intrinsic(text):
            return _call(parse_intrinsic(text))
        found = parse_path(text)
        return ("path", found.root, found.variable, found.steps) if found.is_reference else text
    except (ExpressionError, RecursionError):
        return text


def _call(call: Call) -> object:
    return (call.name, *(_call(part) if isinstance(part, Call) else reading(part.text) if isinstance(part, Path) else part for part in call.arguments))


_JSONATA = re.compile(r"""/\*.*?\*/|"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|`[^`]*`|[\w$]+|\s+|.""", re.DOTALL)


@lru_cache(maxsize=8192)
def jsonata_parts(text: str) -> tuple[str, ...]:
    """The parts of an expression without blanks, comments and kinds of quotes. One that may hold a regular expression is left whole."""
    if "/" in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL):
        return (text.strip(),)
    parts = []
    for found in _JSONATA.finditer(text):
        quoted = found["double"] if found["double"] is not None else found["single"]
        if quoted is not None:
            parts.append(f'"{quoted}' if not {'"', "'", "\\"} & set(quoted) else found[0])
        elif not found[0].isspace() and not found[0].startswith("/*"):
            parts.append(found[0])
    return tuple(parts)


# ----------------------------------------------------------------------------------------------------------- templates


@dataclass(frozen=True, slots=True)
class Member:
    """What stands at a place of a template."""

    value: Json
    computed: bool
    key: str | int

    def __str__(self) -> str:
        return self.value if self.computed and isinstance(self.value, str) else whole(self.value)

    def same(self, other: Member) -> bool:
        if self.computed != other.computed:
            return False
        return same_path(self.value, other.value) if self.computed else same_written(self.value, other.value)


def template_changes(sides: Sides, name: str, kind: ChangeKind = ChangeKind.DATA, *, absent: str = "") -> Iterator[Change]:
    """A field that holds a template, member by member. `absent` says what happens without the field, after a colon."""
    old, new = sides.of(name)
    if isinstance(old, Missing) or isinstance(new, Missing):
        if old is not new:
            word = f"{name} is new" if isinstance(old, Missing) else f"{name} is gone"
            shown = written(new if isinstance(old, Missing) else old)
            yield sides.change(kind, f"{word}: {shown}{f'; {absent}' if absent else ''}", name)
        return
    yield from _compared(Member(old, False, name), Member(new, False, name), name, sides.old_at, sides.new_at, kind, 0)


def _compared(old: Member, new: Member, label: str, old_at: Pointer, new_at: Pointer, kind: ChangeKind, depth: int) -> Iterator[Change]:
    if old.same(new):
        return
    mine, theirs = old_at / old.key, new_at / new.key
    if depth < DEEPEST and isinstance(old.value, dict) and isinstance(new.value, dict):
        yield from _objects(old.value, new.value, label, mine, theirs, kind, depth)
    elif depth < DEEPEST and isinstance(old.value, list) and isinstance(new.value, list):
        yield from _arrays(old.value, new.value, label, mine, theirs, kind, depth)
    else:
        yield Change(kind, None, f"{label}: {contrast(str(old), str(new))}", mine, theirs, old.value, new.value)


def _objects(old: dict[str, Json], new: dict[str, Json], label: str, mine: Pointer, theirs: Pointer, kind: ChangeKind, depth: int) -> Iterator[Change]:
    left, right = template_members(old), template_members(new)
    for name in [*right, *(name for name in left if name not in right)]:
        one, other, here = left.get(name), right.get(name), f"{label}.{name}"
        if one is None and other is not None:
            yield Change(kind, None, f"{here} is new: {shortened(str(other))}", None, theirs / other.key, MISSING, other.value)
        elif one is not None and other is None:
            yield Change(kind, None, f"{here} is gone: it was {shortened(str(one))}", mine / one.key, None, one.value)
        elif one is not None and other is not None:
            yield from _compared(one, other, here, mine, theirs, kind, depth + 1)


def template_members(template: dict[str, Json]) -> dict[str, Member]:
    """By name without `.$`. A name that is there both ways keeps its marks apart."""
    found: dict[str, Member] = {}
    for key, value in template.items():
        computed = key.endswith(".$")
        name = key.removesuffix(".$") if computed and key.removesuffix(".$") not in template else key
        found[name] = Member(value, computed, key)
    return found


def _arrays(old: list[Json], new: list[Json], label: str, mine: Pointer, theirs: Pointer, kind: ChangeKind, depth: int) -> Iterator[Change]:
    """Equal elements at both ends stay; what is between them is compared in order."""
    start = 0
    while start < min(len(old), len(new)) and same_written(old[start], new[start]):
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and same_written(old[-1 - end], new[-1 - end]):
        end += 1
    shared = min(len(old), len(new)) - start - end
    for index in range(start, start + shared):
        yield from _compared(Member(old[index], False, index), Member(new[index], False, index), f"{label}[{index}]", mine, theirs, kind, depth + 1)
    for index in range(start + shared, len(new) - end):
        yield Change(kind, None, f"{label}[{index}] is new: {written(new[index])}", None, theirs / index, MISSING, new[index])
    for index in range(start + shared, len(old) - end):
        yield Change(kind, None, f"{label}[{index}] is gone: it was {written(old[index])}", mine / index, None, old[index])


# --------------------------------------------------------------------------------------------------------------- paths


def path_changes(sides: Sides) -> Iterator[Change]:
    """InputPath, OutputPath and ResultPath; absent, each is `$`."""
    for name, tells in (("InputPath", _input_path), ("OutputPath", _output_path)):
        old, new = sides.old.get(name, "$"), sides.new.get(name, "$")
        if not same_path(old, new):
            yield sides.change(ChangeKind.DATA, f"{tells(new)}: {name} {path(old)} → {path(new)}", name)
    yield from result_path_change(sides, "result")


def result_path_change(sides: Sides, what: str) -> Iterator[Change]:
    """`what` is kept: "result", or a Catcher's "error"."""
    old, new = sides.old.get("ResultPath", "$"), sides.new.get("ResultPath", "$")
    if same_path(old, new):
        return
    if new is None:
        tells = f"the {what} is no longer kept"
    elif new == "$":
        tells = f"the {what} replaces the whole input"
    else:
        tells = f"the {what} is {'now ' if old is None else ''}kept at {path(new)}"
        tells += " and no longer replaces the input" if old == "$" else ""
    yield sides.change(ChangeKind.DATA, f"{tells}: ResultPath {path(old)} → {path(new)}", "ResultPath")


def _input_path(new: Json) -> str:
    if new is None or new == "$":
        return "sees its whole input" if new else "sees {} instead of its input"
    of_input = isinstance(new, str) and new.startswith(("$.", "$["))
    return f"sees only {path(new)} of its input" if of_input else f"sees {path(new)} instead of its input"


def _output_path(new: Json) -> str:
    return "passes on {} only" if new is None else "passes on everything" if new == "$" else f"passes on only {path(new)}"


def relabelled(changes: Iterator[Change], label: str) -> Iterator[Change]:
    """The same changes, each sentence behind a label: "Catch States.ALL: …"."""
    for change in changes:
        yield replace(change, sentence=f"{label}: {change.sentence}") if label else change
