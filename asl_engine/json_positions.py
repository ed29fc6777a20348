"""A JSON reader that knows where everything stands.

It is slow beside `json.loads` and runs only when somebody must be told a place: a text that is no JSON, a key that
occurs twice, a diagnostic to be located. It keeps no recursion, so a text nested a million deep is an error like any
other. Messages are those of Jackson, the parser AWS reads definitions with, where they are known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from asl_engine.values import Json, Pointer

MAX_DEPTH = 200
"""Objects and arrays inside each other. Far above any real definition, far below what would exhaust Python's stack."""
MAX_DIGITS = 1000
"""Digits of one number: Jackson's own limit (StreamReadConstraints)."""

_BLANK = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_TOKEN = re.compile(r"[\w$]+")
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS: dict[str, Json] = {"true": True, "false": False, "null": None}
_EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


class JsonSyntaxError(ValueError):
    """The text is no JSON. `offset` counts characters from the start of the text."""

    def __init__(self, message: str, offset: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(slots=True)
class Place:
    """Where a value stands in the text: offsets of the value and of its key, and the places of its members."""

    at: int
    key: int | None = None
    members: dict[str, Place] | list[Place] | None = None

    def find(self, pointer: Pointer) -> Place:
        """The place of `pointer`, or of its nearest ancestor that exists: a missing field is shown at its object."""
        place = self
        for token in pointer.tokens:
            found: Place | None = None
            if isinstance(place.members, dict):
                found = place.members.get(token)
            elif isinstance(place.members, list) and token.isdecimal() and int(token) < len(place.members):
                found = place.members[int(token)]
            if found is None:
                break
            place = found
        return place


@dataclass(slots=True)
class Document:
    """A JSON text that was read: its value, where everything stands, and the keys that occur twice."""

    value: Json
    places: Place
    duplicates: list[Pointer] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A container that is being read."""

    value: dict[str, Json] | list[Json]
    place: Place
    pointer: Pointer
    key: str = ""


def read_document(text: str) -> Document:
    """Reads a whole JSON text. Raises `JsonSyntaxError`."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.open: list[_Open] = []
        self.duplicates: list[Pointer] = []

    def document(self) -> Document:
        root = Place(0)
        value: Json = None
        key_at: int | None = None
        while True:
            self.skip_blanks()
            place = root if not self.open else Place(self.offset, key_at)
            place.at = self.offset
            value, opened = self.start(place)
            self.put(value, place)
            if opened is not None:
                self.open.append(opened)
            key_at = self.advance()
            if not self.open:
                break
        self.skip_blanks()
        if self.offset < len(self.text):
            raise JsonSyntaxError("Unexpected text after the end of the JSON value", self.offset)
        return Document(self.result, root, self.duplicates)

    def put(self, value: Json, place: Place) -> None:
        if not self.open:
            self.result = value
            return
        owner = self.open[-1]
        if isinstance(owner.value, dict) and isinstance(owner.place.members, dict):
            if owner.key in owner.value:
                self.duplicates.append(owner.pointer / owner.key)
            owner.value[owner.key] = value
            owner.place.members[owner.key] = place
        elif isinstance(owner.value, list) and isinstance(owner.place.members, list):
            owner.value.append(value)
            owner.place.members.append(place)

    def start(self, place: Place) -> tuple[Json, _Open | None]:
        """Reads a scalar, or the opening bracket of a container."""
        character = self.text[self.offset : self.offset + 1]
        if character in ("{", "["):
            if len(self.open) >= MAX_DEPTH:
                raise JsonSyntaxError(f"The document is nested more than {MAX_DEPTH} levels deep", self.offset)
            pointer = Pointer("")
            if self.open:
                owner = self.open[-1]
                pointer = owner.pointer / (owner.key if isinstance(owner.value, dict) else len(owner.value))
            self.offset += 1
            value: dict[str, Json] | list[Json] = {} if character == "{" else []
            place.members = {} if character == "{" else []
            return value, _Open(value, place, pointer)
        if character == '"':
            return self.string(), None
        if character and character in "-0123456789":
            return self.number(), None
        return self.literal(), None

    def advance(self) -> int | None:
        """Moves to the next value, closing what ends; the offset of its key, or None."""
        while self.open:
            owner = self.open[-1]
            closer, kind = ("}", "Object") if isinstance(owner.value, dict) else ("]", "Array")
            self.skip_blanks()
            character = self.text[self.offset : self.offset + 1]
            if not character:
                line, column = position(self.text, owner.place.at)
                raise JsonSyntaxError(
                    f"Unexpected end-of-input: expected close marker for {kind} (start marker at line: {line}, column: {column})", self.offset
                )
            if character == closer:
                self.offset += 1
                self.open.pop()
                continue
            if owner.place.members:
                if character != ",":
                    raise self.unexpected(f"was expecting comma to separate {kind} entries")
                self.offset += 1
                self.skip_blanks()
                if self.text[self.offset : self.offset + 1] == closer:
                    wanted = "was expecting double-quote to start field name" if kind == "Object" else f"expected a valid value {_EXPECTED}"
                    raise self.unexpected(wanted, hint="remove the comma before it")
            return self.key(owner) if kind == "Object" else None
        return None

    def key(self, owner: _Open) -> int:
        at = self.offset
        if self.text[at : at + 1] != '"':
            raise self.unexpected("was expecting double-quote to start field name")
        owner.key = self.string()
        self.skip_blanks()
        if self.text[self.offset : self.offset + 1] != ":":
            raise self.unexpected("was expecting a colon to separate field name and value")
        self.offset += 1
        return at

    def string(self) -> str:
        start = self.offset
        self.offset += 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.offset)
            assert plain is not None  # it matches the empty text
            parts.append(plain[0])
            self.offset = plain.end()
            character = self.text[self.offset : self.offset + 1]
            if character == '"':
                self.offset += 1
                return self.without_lone_surrogates("".join(parts), start)
            if not character:
                raise JsonSyntaxError("Unexpected end-of-input: was expecting closing quote for a string value", start)
            if character != "\\":
                raise JsonSyntaxError(
                    f"Illegal unquoted character (({_shown(character)})): has to be escaped using backslash to be included in string value", self.offset
                )
            parts.append(self.escape())

    def escape(self) -> str:
        character = self.text[self.offset + 1 : self.offset + 2]
        if character in _ESCAPES:
            self.offset += 2
            return _ESCAPES[character]
        if character == "u" and _HEX.match(self.text, self.offset + 2):
            self.offset += 6
            return chr(int(self.text[self.offset - 4 : self.offset], 16))
        if character == "u":
            raise JsonSyntaxError("Unexpected character: expected a hex-digit for character escape sequence", self.offset)
        raise JsonSyntaxError(f"Unrecognized character escape {_shown(character)}", self.offset, 'write a backslash itself as "\\\\"')

    def without_lone_surrogates(self, value: str, start: int) -> str:
        if value.isascii():
            return value
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise JsonSyntaxError("A string holds half of a surrogate pair, which is no Unicode text", start) from None

    def number(self) -> Json:
        found = _NUMBER.match(self.text, self.offset)
        start = self.offset
        if found is None:
            self.offset += 1
            raise self.unexpected("Expected digit (0-9) to follow minus sign, for valid numeric value")
        self.offset = found.end()
        following = self.text[self.offset : self.offset + 1]
        if following and (following.isalnum() or following in "._"):
            if found[0] in ("0", "-0") and following.isdecimal():
                raise JsonSyntaxError("Invalid numeric value: Leading zeroes not allowed", start)
            raise self.unexpected("Expected space separating root-level values" if not self.open else "was expecting the end of a number")
        if len(found[0]) > MAX_DIGITS:
            raise JsonSyntaxError(f"Number value length ({len(found[0])}) exceeds the maximum allowed ({MAX_DIGITS})", start)
        if found[1] is None and found[2] is None:
            return int(found[0])
        value = float(found[0])
        if value in (float("inf"), float("-inf")):
            raise JsonSyntaxError(f"Numeric value ({found[0]}) out of range of double", start)
        return value

    def literal(self) -> Json:
        token = _TOKEN.match(self.text, self.offset)
        if token is None:
            if self.offset >= len(self.text):
                raise JsonSyntaxError("Unexpected end-of-input: a value is missing", self.offset)
            raise self.unexpected(f"expected a valid value {_EXPECTED}")
        if token[0] not in _LITERALS:
            raise JsonSyntaxError(f"Unrecognized token '{token[0]}': was expecting {_EXPECTED}", self.offset)
        self.offset = token.end()
        return _LITERALS[token[0]]

    def skip_blanks(self) -> None:
        found = _BLANK.match(self.text, self.offset)
        assert found is not None  # it matches the empty text
        self.offset = found.end()

    def unexpected(self, wanted: str, hint: str | None = None) -> JsonSyntaxError:
        character = self.text[self.offset : self.offset + 1]
        if not character:
            return JsonSyntaxError(f"Unexpected end-of-input: {wanted}", self.offset)
        return JsonSyntaxError(f"Unexpected character ({_shown(character)}): {wanted}", self.offset, hint)


def _shown(character: str) -> str:
    if not character:
        return "at the end of the text"
    return f"'{character}' (code {ord(character)})" if character.isprintable() else f"CTRL-CHAR, code {ord(character)}"


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1; a line ends with a line feed."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


class Lines:
    """`position` for many offsets of one text."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def strings_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each JSON string literal of a text that need not be JSON."""
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL):
        yield found.span()
