"""Data made up for a story that two revisions tell: an input, and what tasks answer, made of what both ask for.

Theory: a `Need` says what one revision reads of a value and what it compares it with. Two needs are joined, and a
value is made that has everything either reads, so that neither stumbles over what was made up. A leaf nobody compares
with anything says where it belongs by the shortest end of its path that is its own: `account_id` is what stands at
`$.account_id` and at `$.build_body.account_id`, and a member that has moved is no difference in every call that sends
it. Alternatives are one change each: another constant, a member less, other numbers of elements. This module knows
neither states nor runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from asl_engine.analysis.needs import DEEPEST, OTHER, Inside, Need, around
from asl_engine.values import MISSING, Json, Missing, canonical_text, fresh, json_text

Place: TypeAlias = "tuple[str | int | Inside, ...]"
"""The way to a value: members, indices, and `Inside.TEXT` for what a text says in JSON."""
Path: TypeAlias = "tuple[str, ...]"

ELEMENTS = 2
"""In an array of which nothing else is known: one alone could not tell in what order they were taken."""
PARTS = 4
"""Of a text that is split."""
MOST_ALTERNATIVES = 40
"""Of one value."""
_ITEM = "[]"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One change of a made-up value."""

    place: Place
    value: Json | Missing
    """MISSING: it is not there at all."""
    said: str = ""
    """What `words` are, where place and value do not tell."""

    def of(self, whole: Json) -> Json:
        if isinstance(self.value, list) and isinstance(there := value_at(whole, self.place), list):
            # Elements as they are there: the first is the one that was chosen to be told about.
            return changed(whole, self.place, [there[index] if index < len(there) else there[0] if there else made for index, made in enumerate(self.value)])
        return changed(whole, self.place, self.value)

    @property
    def words(self) -> str:
        """ "status "FAILED"", "without body.error", "2 items"; to stand behind "answers" or "input with"."""
        if self.said:
            return self.said
        named = path_text(self.place)
        match self.value:
            case Missing():
                return f"without {named}"
            case list():
                count = len(self.value)
                said = "no elements" if not count else "1 element" if count == 1 else f"{count} elements"
                return f"{named} of {said}" if named else f"an array of {said}"
            case _:
                told = short(self.value)
                last = next((step for step in reversed(self.place) if isinstance(step, str)), "")
                return f"{last} {told}" if last else told


def short(value: Json) -> str:
    """A value within a sentence: words as they are, all else as JSON."""
    text = value if isinstance(value, str) and re.fullmatch(r"[\w.:/@-]+", value) else json_text(value)
    return text if len(text) <= 40 else text[:39] + "…"


def path_text(place: Place) -> str:
    """ "body.items[0].price" """
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, str):
            text += f".{step}" if text else step
    return text


def value_at(value: Any, place: Place) -> Json | Missing:
    """What stands there; nothing behind `Inside.TEXT`."""
    for step in place:
        inside = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not inside:
            return MISSING
        value = value[step]
    return value  # type: ignore[no-any-return]


def changed(value: Any, place: Place, other: Json | Missing) -> Json:
    """A copy with another value in one place; MISSING takes it away. A place that does not exist changes nothing."""
    if not place:
        return None if isinstance(other, Missing) else fresh(other)
    step, rest = place[0], place[1:]
    if step is Inside.TEXT:
        import json

        return json_text(changed(json.loads(value), rest, other)) if isinstance(value, str) else value
    if isinstance(value, dict) and isinstance(step, str):
        if not rest and isinstance(other, Missing):
            return {name: member for name, member in value.items() if name != step}
        if rest and step not in value:
            return value
        return {**value, step: changed(value.get(step), rest, other)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [changed(element, rest, other) if index == step else element for index, element in enumerate(value)]
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Known:
    """What two definitions say of data, wherever it comes from. Names are the last on the way to a value."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By a member's plain name: texts the definitions say under it. One that nothing is compared with stands for all others."""
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name: what texts are split at."""
    compared: tuple[str, ...] = ()
    """Texts that something is compared with: what is split may have them as a part."""
    counts: tuple[int, ...] = ()
    """Numbers of elements that matter besides none, one and some."""


NOTHING_KNOWN = Known()


@dataclass
class Joined:
    """What two revisions ask of one value, and how its leaves are called."""

    need: Need
    labels: dict[Path, str] = field(default_factory=dict)
    """Of leaves: the shortest end of the path that no other leaf has."""
    alike: dict[Path, list[Path]] = field(default_factory=dict)
    """Leaves of this value that a leaf is compared with."""
    prefix: str = ""
    """Stands before every made-up text: whose answer it is part of."""
    known: Known = NOTHING_KNOWN
    only: tuple[frozenset[Path], frozenset[Path]] = (frozenset(), frozenset())
    """Leaves that only the first, only the second revision reads."""
    _numbers: dict[str, int] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------------ values

    def plain(self) -> Json:
        return self._plain(self.need, (), 0) if asked(self.need) else {}

    def whole(self) -> Json:
        """The plain value with everything that may be there."""
        return replace(self, need=_required(self.need)).plain()

    def _plain(self, need: Need, path: Path, item: int) -> Json:
        if len(path) > DEEPEST:
            return self._text(path, item)
        if need.text is not None and not need.members:
            return json_text(self._plain(need.text, path, item))
        if is_array(need):
            element = of_elements(need)
            return [self._plain(element, (*path, _ITEM), index + 1) for index in range(ELEMENTS)]
        if need.members:
            return {name: self._plain(member, (*path, name), item) for name, member in need.members.items() if not member.optional}
        if need.values:
            return self._constants(need, path)[0]
        # Elements of which nothing is read are objects: a result can be put into those.
        return self._made(need.kinds[0] if need.kinds else "object" if path[-1:] == (_ITEM,) else "string", path, item)

    def _made(self, kind: str, path: Path, item: int) -> Json:
        match kind:
            case "number" | "seconds":
                return self._number(path) + max(0, item - 1)
            case "numeral":
                return str(self._number(path) + max(0, item - 1))
            case "boolean":
                return False
            case "timestamp":
                return f"2026-01-01T{self._number(path) % 24:02}:00:00Z"
            case "base64":
                return "YQ=="
            case "object":
                return {"of": self._text(path, item)}
        return self._text(path, item)

    def _text(self, path: Path, item: int) -> str:
        label = self.labels.get(path) or next((name for name in reversed(path) if name != _ITEM), "")
        told = f"{self.prefix}.{label}" if self.prefix and label else self.prefix or label or "text"
        told = f"{told} {item}" if item else told
        for delimiter in self.known.split.get(next((name for name in reversed(path) if name != _ITEM), ""), ()):
            told = delimiter.join([told, *map(str, range(2, PARTS + 1))])
        return told

    def _number(self, path: Path) -> int:
        """Small, and another for every label."""
        return self._numbers.setdefault(self.labels.get(path, ""), len(self._numbers) + 1)

    def _constants(self, need: Need, path: Path) -> list[Json]:
        """What it is compared with, and one text that stands for all others, as telling as there is one."""
        other = next((text for text in self._told(path[-1]) if text not in need.values), OTHER) if path else OTHER
        found = [other if value == OTHER else value for value in need.values]
        return found or [self._text(path, 0)]

    def _told(self, member: str) -> Iterator[str]:
        """What the definitions say under this name, or under the longest name it ends with: "build_status" is a "status"."""
        name = plain_name(member)
        known = sorted((other for other in self.known.texts if name == other or (len(other) > 3 and name.endswith(other))), key=len, reverse=True)
        for other in known:
            yield from self.known.texts[other]

    # ------------------------------------------------------------------------------------------------ alternatives

    def alternatives(self) -> list[Alternative]:
        """Single changes of such a value, its own constants among them, in the order of the definitions.

        Constants first, then numbers of elements, then what is absent.
        """
        found = {(alternative.place, canonical_text([_said(alternative.value)])): alternative for alternative in self._alternatives(self.need, (), ())}
        listed = sorted(found.values(), key=lambda alternative: (isinstance(alternative.value, Missing), isinstance(alternative.value, list)))
        return listed[:MOST_ALTERNATIVES]

    def _alternatives(self, need: Need, path: Path, place: Place) -> Iterator[Alternative]:
        if len(path) > DEEPEST:
            return
        if need.text is not None and not need.members:
            yield from self._alternatives(need.text, path, (*place, Inside.TEXT))
        elif is_array(need):
            element = of_elements(need)
            yield from self._alternatives(element, (*path, _ITEM), (*place, 0))
            for count in dict.fromkeys((ELEMENTS, 0, 1, ELEMENTS + 1, *self.known.counts)):
                yield Alternative(place, [self._plain(element, (*path, _ITEM), index + 1) for index in range(count)])
        elif need.members:
            for name, member in need.members.items():
                here = (*place, name)
                if member.optional:
                    there = self._plain(member, (*path, name), 0)
                    yield Alternative(here, there, f"with {path_text(here)}" if isinstance(there, (dict, list)) else "")
                    for inner in self._alternatives(member, (*path, name), ()):
                        other = inner.of(there)
                        yield Alternative(here, other, Alternative((*here, *inner.place), inner.value, inner.said).words)
                else:
                    yield from self._alternatives(member, (*path, name), here)
                    yield Alternative(here, MISSING)
        else:
            yield from (Alternative(place, value) for value in self._other_values(need, path))

    def _other_values(self, need: Need, path: Path) -> Iterator[Json]:
        if need.values:
            yield from self._constants(need, path)
            if all(isinstance(value, (bool, int, float)) for value in need.values):
                yield None  # neither: a comparison of numbers or booleans is false for what is none
        elif need.kinds and need.kinds[0] == "boolean":
            yield from (False, True)
        for delimiter in self.known.split.get(path[-1] if path else "", ()):
            yield from (delimiter.join([constant] * PARTS) for constant in self.known.compared)
        for other in self.alike.get(path, ()):
            made = self._made(need.kinds[0] if need.kinds else "string", other, 0)
            yield from around(made) if isinstance(made, (int, float)) else (made,)


def _said(value: Json | Missing) -> Json:
    return "absent" if isinstance(value, Missing) else [value]


def _required(need: Need, depth: int = 0) -> Need:
    """The same need, of which nothing is optional."""
    if depth > DEEPEST:
        return need
    members = {name: _required(member, depth + 1) for name, member in need.members.items()}
    element, text = (None if inner is None else _required(inner, depth + 1) for inner in (need.element, need.text))
    return Need(members, element, text, need.kinds, need.values, False, need.alike)


def asked(need: Need) -> bool:
    """Whether anybody reads anything of it."""
    return bool(need.members or need.element or need.text or need.kinds or need.values)


def is_array(need: Need) -> bool:
    return need.element is not None or need.kinds[:1] == ["array"] or ("array" in need.kinds and bool(need.members))


def of_elements(need: Need) -> Need:
    """A member behind an array is a member of its elements: JSONata maps over them."""
    element = need.element or Need()
    return Need({**need.members, **element.members}, element.element, element.text, element.kinds, element.values)


def plain_name(name: str) -> str:
    """ ":new_status" and "#status" and "newStatus" all end with "status"; letters and digits only, lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


# ---------------------------------------------------------------------------------------------------------- joining


def joined(old: Need, new: Need, *, prefix: str = "", known: Known = NOTHING_KNOWN) -> Joined:
    """What both ask, of one value. Needs are not changed."""
    places: dict[int, Path] = {}
    need = _both((old, new), (), places)
    leaves = [dict(_leaves(one)) for one in (old, new)]
    labels = [_labels(list(found)) for found in leaves]
    longest = {path: max((told.get(path, "") for told in labels), key=len) for path in {**leaves[0], **leaves[1]}}
    alike = {
        path: list(dict.fromkeys(places[id(other)] for side in leaves if path in side for other in side[path].alike if id(other) in places)) for path in longest
    }
    only = frozenset(leaves[0]) - frozenset(leaves[1]), frozenset(leaves[1]) - frozenset(leaves[0])
    return Joined(need, longest, {path: found for path, found in alike.items() if found}, prefix, known, only)


def _both(given: Iterable[Need | None], path: Path, places: dict[int, Path]) -> Need:
    sides = [side for side in given if side is not None]
    for side in sides:
        places[id(side)] = path
    found = Need(optional=all(side.optional for side in sides))
    if len(path) > DEEPEST:
        return found
    for side in sides:
        found.of_kind(*side.kinds)
        found.one_of(side.values)
    for name in dict.fromkeys(name for side in sides for name in side.members):
        found.members[name] = _both([side.members.get(name) for side in sides], (*path, name), places)
    if any(side.element is not None for side in sides):
        found.element = _both([side.element for side in sides], (*path, _ITEM), places)
    if any(side.text is not None for side in sides):
        found.text = _both([side.text for side in sides], path, places)
    return found


def _leaves(need: Need, path: Path = ()) -> Iterator[tuple[Path, Need]]:
    if len(path) > DEEPEST:
        return
    inner = [*((name, member) for name, member in need.members.items()), *([(_ITEM, need.element)] if need.element is not None else [])]
    for name, member in inner:
        yield from _leaves(member, (*path, name))
    if need.text is not None:
        yield from _leaves(need.text, path)
    elif not inner:
        yield path, need


def _labels(paths: list[Path]) -> dict[Path, str]:
    """The shortest end of each path that is no other's."""
    ends: dict[Path, int] = {}
    named = [tuple(name for name in path if name != _ITEM) for path in paths]
    for path in set(named):
        for start in range(len(path)):
            ends[path[start:]] = ends.get(path[start:], 0) + 1
    found = {}
    for path, names in zip(paths, named, strict=True):
        end = next((names[start:] for start in reversed(range(len(names))) if ends[names[start:]] == 1), names)
        found[path] = ".".join(end)
    return found
