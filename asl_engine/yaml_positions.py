"""YAML as a notation for JSON: the values of YAML 1.2's JSON schema, and where each of them stands.

It reads the parser's events, not PyYAML's objects: no dates, no `yes` and `on`, no octal account numbers, and no
recursion. Anchors are shared, never copied; what they would expand to is counted, so that a "billion laughs" text
is refused before anything grows. CloudFormation's `!Ref`, `!Sub` and `!GetAtt` stay what they are to us:
unresolved `${…}` placeholders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from asl_engine.json_positions import MAX_DEPTH, Document, Place
from asl_engine.values import MISSING, Json, Missing, Pointer

MAX_NODES = 200_000
"""Values of one document, aliases counted as often as they are used."""

Fill = Callable[[str], str]
"""Puts the values of placeholders into a text."""
FillPlain = Callable[[str], "tuple[Json] | None"]
"""The value of an unquoted scalar that is nothing but one given placeholder, in a tuple; None for any other."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:\.[0-9]{1,999})?(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CORE = "tag:yaml.org,2002:"


class YamlError(ValueError):
    """The text is no YAML, or no JSON value. `offset` counts characters from the start of the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(slots=True)
class _Node:
    value: Json
    place: Place
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being read."""

    value: dict[str, Json] | list[Json]
    place: Place
    pointer: Pointer
    anchor: str | None
    size: int = 1
    depth: int = 1
    key: str | None = None
    key_at: int = 0
    merges: list[_Node] | None = None


def read_yaml(text: str, fill: Fill, fill_plain: FillPlain) -> Document | None:
    """Reads the one document of a YAML text; None if there is none. Raises `YamlError`."""
    return _Reader(fill, fill_plain).document(events_of(text))


def events_of(text: str) -> Iterator[Any]:
    """The parser's events. Raises `YamlError`."""
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise YamlError(f"The text is no YAML: {said}", mark.index if mark else 0) from None
    except yaml.YAMLError as error:
        offset = getattr(error, "position", 0)
        raise YamlError(f"The text is no YAML: {getattr(error, 'reason', error)}", offset if isinstance(offset, int) else 0) from None


def plain_value(text: str, at: int) -> Json | Missing:
    """What an unquoted scalar is in YAML 1.2's JSON schema; `MISSING` for a string. Raises `YamlError`."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return MISSING
    number: Json = json.loads(text)
    if number in (float("inf"), float("-inf")):
        raise YamlError(f"Numeric value ({text}) out of range of double", at)
    return number


class _Reader:
    def __init__(self, fill: Fill, fill_plain: FillPlain) -> None:
        self.fill = fill
        self.fill_plain = fill_plain
        self.open: list[_Open] = []
        self.anchors: dict[str, _Node | None] = {}
        """None while the anchored value is still being read."""
        self.duplicates: list[Pointer] = []
        self.root: _Node | None = None

    def document(self, events: Iterator[Any]) -> Document | None:
        documents = 0
        for event in events:
            at = event.start_mark.index
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise YamlError("The text holds more than one YAML document", at)
                case yaml.MappingStartEvent():
                    self.begin({}, event, at)
                case yaml.SequenceStartEvent():
                    self.begin([], event, at)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.end(at)
                case yaml.ScalarEvent():
                    self.scalar(event, at)
                case yaml.AliasEvent():
                    self.alias(event.anchor or "", at)
        return Document(self.root.value, self.root.place, self.duplicates) if self.root else None

    def begin(self, value: dict[str, Json] | list[Json], event: Any, at: int) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise YamlError(f"The document is nested more than {MAX_DEPTH} levels deep", at)
        if event.tag not in (None, "!", f"{_CORE}map" if isinstance(value, dict) else f"{_CORE}seq"):
            raise YamlError(f"The tag {event.tag} is not understood here", at)
        if self.open and isinstance(self.open[-1].value, dict) and self.open[-1].key is None:
            raise YamlError("The key of a mapping must be a string", at)
        place = Place(at, self.open[-1].key_at if self.open else None, {} if isinstance(value, dict) else [])
        self.open.append(_Open(value, place, self.pointer(), event.anchor))
        if event.anchor:
            self.anchors[event.anchor] = None

    def end(self, at: int) -> None:
        done = self.open.pop()
        for merged in done.merges or []:
            self.merge(done, merged)
        self.put(_Node(done.value, done.place, done.size, done.depth), done.anchor, at)

    def scalar(self, event: Any, at: int) -> None:
        owner = self.open[-1] if self.open else None
        if owner is not None and isinstance(owner.value, dict) and owner.key is None:
            owner.key, owner.key_at = self.fill(event.value), at
            return
        place = Place(at, owner.key_at if owner else None)
        self.put(_Node(self.resolved(event, at), place), event.anchor, at)

    def resolved(self, event: Any, at: int) -> Json:
        text: str = event.value
        if event.tag in (None, "!"):
            return self.plain(text, at) if event.implicit[0] else self.fill(text)
        match event.tag:
            case "tag:yaml.org,2002:str" | "!Sub":
                return self.fill(text)
            case "!Ref" | "!GetAtt":
                return self.fill(f"${{{text}}}")
            case "tag:yaml.org,2002:int" | "tag:yaml.org,2002:float" | "tag:yaml.org,2002:bool" | "tag:yaml.org,2002:null":
                return self.plain(text, at)
        raise YamlError(f"The tag {event.tag} is not understood here", at)

    def plain(self, text: str, at: int) -> Json:
        value = plain_value(text, at)
        if not isinstance(value, Missing):
            return value
        given = self.fill_plain(text)
        return given[0] if given is not None else self.fill(text)

    def alias(self, anchor: str, at: int) -> None:
        node = self.anchors.get(anchor)
        if node is None:
            known = anchor in self.anchors
            raise YamlError(f"The anchor &{anchor} contains itself" if known else f"The alias *{anchor} names no anchor before it", at)
        owner = self.open[-1] if self.open else None
        if owner is not None and isinstance(owner.value, dict) and owner.key is None:
            raise YamlError("The key of a mapping must be a string", at)
        self.put(_Node(node.value, Place(at, owner.key_at if owner else None, node.place.members), node.size, node.depth), None, at)

    def put(self, node: _Node, anchor: str | None, at: int) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        owner = self.open[-1]
        owner.size += node.size
        owner.depth = max(owner.depth, node.depth + 1)
        if owner.size > MAX_NODES:
            raise YamlError(f"The document has more than {MAX_NODES} values when its aliases are expanded", at)
        if owner.depth + len(self.open) - 1 > MAX_DEPTH:
            raise YamlError(f"The document is nested more than {MAX_DEPTH} levels deep", at)
        if isinstance(owner.value, list) and isinstance(owner.place.members, list):
            owner.value.append(node.value)
            owner.place.members.append(node.place)
            return
        key, owner.key = owner.key or "", None
        if key == "<<":
            owner.merges = [*(owner.merges or []), node]
        elif isinstance(owner.value, dict) and isinstance(owner.place.members, dict):
            if key in owner.value:
                self.duplicates.append(owner.pointer / key)
            owner.value[key] = node.value
            owner.place.members[key] = node.place

    def merge(self, owner: _Open, node: _Node) -> None:
        """`<<`: members of another mapping, or of several, that the owner has not itself."""
        values = node.value if isinstance(node.value, list) else [node.value]
        places = node.place.members if isinstance(node.value, list) and isinstance(node.place.members, list) else [node.place]
        for value, place in zip(values, places, strict=False):
            if not isinstance(value, dict) or not isinstance(place.members, dict):
                raise YamlError("The merge key << needs a mapping", node.place.at)
            for key, member in value.items():
                if isinstance(owner.value, dict) and isinstance(owner.place.members, dict) and key not in owner.value:
                    owner.value[key] = member
                    owner.place.members[key] = place.members[key]

    def pointer(self) -> Pointer:
        if not self.open:
            return Pointer("")
        owner = self.open[-1]
        return owner.pointer / (len(owner.value) if isinstance(owner.value, list) else owner.key or "")
