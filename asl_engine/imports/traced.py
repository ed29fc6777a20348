"""Values that know where they were written: what every importer reads, computes with, and hands on.

A deployment file is not a definition but an expression that becomes one. The importers evaluate it with these nodes, so
that any part of the result leads back to a file and an offset. A string is a row of pieces, since it may be joined
from several files; a piece finds the place of its n-th character when somebody asks. What cannot be known before
deployment is an `Unknown` with a telling name; in the definition it is the text `${name}`, which no check refuses.
This module knows places; it knows neither file formats nor states.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

from asl_engine.imports.alignment import aligned
from asl_engine.imports.refusing import refused
from asl_engine.json_positions import Lines
from asl_engine.values import Json, Pointer

MAX_NODES = 200_000
"""Values of one evaluated definition, and pieces of one string."""
MAX_TEXT = 4 * 1_048_576
"""Characters of one string. AWS takes definitions up to 1 MiB."""


_INNER = re.compile(r"\$\{([^{}]*)\}")


class File:
    """A text that was read. `name` is what places call it, `path` where what it names is looked for."""

    __slots__ = ("_lines", "name", "path", "text")

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name = name
        self.path = path
        self.text = text
        self._lines: Lines | None = None

    def place(self, offset: int) -> str:
        """ "file:line:column", from 1."""
        if self._lines is None:
            self._lines = Lines(self.text)
        line, column = self._lines.position(min(offset, len(self.text)))
        return f"{self.name}:{line}:{column}"


class EmbeddedFile(File):
    """A string that is read as a file: its places are those of the string's characters."""

    __slots__ = ("_inner", "_starts")

    def __init__(self, text: Text) -> None:
        super().__init__(text.spot.file.name, text.spot.file.path, text.value)
        self._inner = text
        self._starts = list(accumulate((piece.end - piece.start for piece in text.pieces), initial=0))

    def place(self, offset: int) -> str:
        if not self._inner.pieces:
            return str(self._inner.spot)
        index = min(max(bisect_right(self._starts, offset) - 1, 0), len(self._inner.pieces) - 1)
        return str(self._inner.pieces[index].spot_of(offset - self._starts[index]))


def embedded(text: Text) -> File:
    """A string as a file to be read; a string that is a whole file is that file."""
    if len(text.pieces) == 1:
        literal = text.pieces[0].literal
        if literal.spot.offset == 0 and literal.text == literal.spot.file.text and text.pieces[0].end - text.pieces[0].start == len(literal.text):
            return literal.spot.file
    return EmbeddedFile(text)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: characters from its start."""

    file: File
    offset: int

    def __str__(self) -> str:
        return self.file.place(self.offset)


class Writing(Enum):
    """How the characters of a literal stand in the file."""

    PLAIN = "plain"
    """One by one, but for indentation and folded lines."""
    ESCAPED = "escaped"
    """As PLAIN, with backslash escapes."""
    MADE = "made"
    """Not at all: they were computed, and their place is that of the expression."""


class Literal:
    """The characters of one string literal, and the way from each to its place."""

    __slots__ = ("_offsets", "spot", "text", "writing")

    def __init__(self, text: str, spot: Spot, writing: Writing) -> None:
        self.text = text
        self.spot = spot
        self.writing = writing
        self._offsets: list[int] | None = None

    def spot_of(self, index: int) -> Spot:
        if self.writing is Writing.MADE or not self.text:
            return self.spot
        start, written = self.spot.offset, self.spot.file.text
        if self._offsets is None and not written.startswith(self.text, start):
            self._offsets = aligned(self.text, written, start, escapes=self.writing is Writing.ESCAPED)
        index = min(index, len(self.text) - 1)
        return Spot(self.spot.file, start + index if self._offsets is None else self._offsets[index])


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a literal. `unknown` is set for what stands for a value that is not known, `${name}`: to its kind."""

    literal: Literal
    start: int
    end: int
    unknown: str | None = None

    @property
    def text(self) -> str:
        return self.literal.text[self.start : self.end]

    def spot_of(self, index: int) -> Spot:
        return self.literal.spot_of(self.start + index)


@dataclass(slots=True, eq=False)
class Text:
    """A string, joined from pieces."""

    pieces: tuple[Piece, ...]
    spot: Spot
    _starts: list[int] | None = None
    """Where each piece begins in `value`."""

    @property
    def value(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_known(self) -> bool:
        return not any(piece.unknown for piece in self.pieces)

    def cut(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces between two indexes of `value`."""
        if self._starts is None:
            self._starts = list(accumulate((piece.end - piece.start for piece in self.pieces), initial=0))[:-1]
        found = []
        for index in range(max(bisect_right(self._starts, start) - 1, 0), bisect_left(self._starts, end)):
            piece, at = self.pieces[index], self._starts[index]
            first, last = max(start - at, 0), min(end - at, piece.end - piece.start)
            if first < last:
                found.append(Piece(piece.literal, piece.start + first, piece.start + last, piece.unknown))
        return tuple(found)


@dataclass(slots=True, eq=False)
class Scalar:
    """A number, a boolean or null."""

    value: bool | int | float | None
    spot: Spot


@dataclass(slots=True, eq=False)
class Array:
    """A list, a tuple or a set."""

    elements: list[Node]
    spot: Spot
    weight: int = 0
    """See `measured`."""


@dataclass(slots=True, eq=False)
class Object:
    """A mapping whose keys are strings. `keys` has the places of those that were written."""

    members: dict[str, Node]
    spot: Spot
    keys: dict[str, Spot] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    """Keys that occur more than once; the last one counts."""
    weight: int = 0
    """See `measured`."""


@dataclass(slots=True, eq=False)
class Unknown:
    """A value that is known after deployment only. `name` is what a placeholders file calls it."""

    name: str
    spot: Spot
    kind: str = "any"
    """string, number, bool, list, object, or any."""


@dataclass(slots=True, eq=False)
class Encoded:
    """The JSON text of a value, kept as the value: its places are better than those of a text."""

    node: Node
    spot: Spot


Node: TypeAlias = Text | Scalar | Array | Object | Unknown | Encoded


def made(text: str, spot: Spot) -> Text:
    """A string that stands nowhere: it was computed by what stands at `spot`."""
    return Text((Piece(Literal(text, spot, Writing.MADE), 0, len(text)),) if text else (), spot)


def written(text: str, spot: Spot, writing: Writing, quote: Spot | None = None) -> Text:
    """A string literal whose first character stands at `spot`, and which begins with a quote before it."""
    return Text((Piece(Literal(text, spot, writing), 0, len(text)),) if text else (), quote or spot)


def joined(texts: Iterable[Text], spot: Spot) -> Text:
    """Raises `DefinitionError` for a string no definition needs."""
    pieces: list[Piece] = []
    length = 0
    for text in texts:
        pieces += text.pieces
        length += sum(piece.end - piece.start for piece in text.pieces)
        if length > MAX_TEXT or len(pieces) > MAX_NODES:
            raise refused(f"The string grows to more than {MAX_TEXT:,} characters, or {MAX_NODES:,} pieces", spot)
    return Text(tuple(pieces), spot)


def measured(node: Node) -> Node:
    """The node, if it is of a size that can be walked. Shared members count as often as they are used. Raises `DefinitionError`."""
    if _weight(node) > MAX_NODES:
        raise refused(f"The value grows to more than {MAX_NODES:,} values", node.spot)
    return node


def _weight(node: Node) -> int:
    """How many values a node is when nothing is shared; each container is counted once."""
    match node:
        case Array():
            if not node.weight:
                node.weight = 1 + sum(map(_weight, node.elements))
            return node.weight
        case Object():
            if not node.weight:
                node.weight = 1 + sum(map(_weight, node.members.values()))
            return node.weight
        case Encoded():
            return 1 + _weight(node.node)
        case _:
            return 1


def node_of(value: Json, spot: Spot) -> Node:
    """A value without places of its own, such as one from a placeholders file."""
    match value:
        case str():
            return made(value, spot)
        case list():
            return Array([node_of(element, spot) for element in value], spot)
        case dict():
            return Object({key: node_of(member, spot) for key, member in value.items()}, spot)
        case _:
            return Scalar(value, spot)


def placeholder(name: str) -> str:
    """The text of what is not known. A `}` would end it early, so names inside the name stand bare."""
    return "${" + _INNER.sub(r"\1", name).replace("}", ")").replace("{", "(") + "}"


def json_of(node: Node) -> Json:
    """The value; `${name}` for what is not known."""
    match node:
        case Text():
            return node.value
        case Scalar():
            return node.value if not (isinstance(node.value, float) and not math.isfinite(node.value)) else None
        case Array():
            return [json_of(element) for element in node.elements]
        case Object():
            return {key: json_of(member) for key, member in node.members.items()}
        case Unknown():
            return placeholder(node.name)
        case Encoded():
            return text_of(node).value


def text_of(node: Node) -> Text:
    """A node as the string a template makes of it: a string as it is, JSON text of anything else."""
    match node:
        case Text():
            return node
        case Unknown():
            return _unknown(node)
        case Encoded():
            return joined(_encoded(node.node), node.spot)
        case Scalar(value=None):
            return made("", node.spot)
        case _:
            return joined(_encoded(node), node.spot)


def _unknown(node: Unknown) -> Text:
    text = placeholder(node.name)
    return Text((Piece(Literal(text, node.spot, Writing.MADE), 0, len(text), node.kind),), node.spot)


def _encoded(node: Node) -> Iterator[Text]:
    """JSON text whose every token leads to the place of its value."""
    match node:
        case Unknown():
            yield _unknown(node)
        case Array():
            yield made("[", node.spot)
            for index, element in enumerate(node.elements):
                if index:
                    yield made(",", element.spot)
                yield from _encoded(element)
            yield made("]", node.spot)
        case Object():
            yield made("{", node.spot)
            for index, (key, member) in enumerate(node.members.items()):
                yield made(f"{',' if index else ''}{json.dumps(key, ensure_ascii=False)}:", node.keys.get(key, member.spot))
                yield from _encoded(member)
            yield made("}", node.spot)
        case _:
            yield made(json.dumps(json_of(node), ensure_ascii=False), node.spot)


def repeated_keys(node: Node, pointer: Pointer = Pointer("")) -> Iterator[Pointer]:  # noqa: B008  (a Pointer is a str)
    match node:
        case Array():
            for index, element in enumerate(node.elements):
                yield from repeated_keys(element, pointer / index)
        case Object():
            yield from (pointer / key for key in node.repeated)
            for key, member in node.members.items():
                yield from repeated_keys(member, pointer / key)
        case _:
            return


class PlacesInNode:
    """The places of a value that was computed: see `asl_engine.source.Places`."""

    __slots__ = ("_root",)

    def __init__(self, root: Node) -> None:
        self._root = root

    def locate(self, pointer: Pointer, *, key: bool = False) -> str:
        node, spot = self._root, self._root.spot
        for token in pointer.tokens:
            if isinstance(node, Object) and token in node.members:
                owner, node = node, node.members[token]
                spot = owner.keys.get(token, node.spot) if key else node.spot
            elif isinstance(node, Array) and token.isdecimal() and int(token) < len(node.elements):
                node = node.elements[int(token)]
                spot = node.spot
            else:
                return str(spot if node is self._root else node.spot)
        return str(spot)
