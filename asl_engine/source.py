"""Where a definition comes from: a file, a text or a value; JSON or YAML; with or without `${placeholders}`.

A `Source` is the parsed value and, for those who must point at a mistake, the way back to line and column of the
text as its author wrote it: placeholders are filled before parsing, and places are counted before they were filled.
Reading fast comes first: positions are scanned for when somebody asks. What cannot be read at all is a
`DefinitionError` with every place. This module knows JSON and text; it does not know what a state is.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias

from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.errors import DefinitionError, InputError
from asl_engine.json_positions import MAX_DEPTH, Document, JsonSyntaxError, Lines, Place, position, read_document, strings_in
from asl_engine.values import Json, Pointer

if TYPE_CHECKING:
    from pathlib import Path

MAX_CHARACTERS = 1_048_576
"""AWS quota, "State machine definition size": 1 MiB."""
UNNAMED = "<definition>"
"""What a location calls a text without a name."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_HALF_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_NOT_AN_OBJECT = "Definition must be a valid JSON object"


class Places(Protocol):
    """Where the values of a definition stand: "file:line:column", from 1, of a value or of its key."""

    def locate(self, pointer: Pointer, *, key: bool = False) -> str: ...


Locate: TypeAlias = Callable[[int], str]
"""From an offset in a text to "file:line:column" of what its author wrote."""


class PlacesInText:
    """The places of a text, found when first asked for."""

    __slots__ = ("_locate", "_places", "_read")

    def __init__(self, read: Callable[[], Place], locate: Locate) -> None:
        self._read = read
        self._locate = locate
        self._places: Place | None = None

    def locate(self, pointer: Pointer, *, key: bool = False) -> str:
        if self._places is None:
            self._places = self._read()
        place = self._places.find(pointer)
        return self._locate(place.key if key and place.key is not None else place.at)


@dataclass(frozen=True, slots=True)
class Source:
    """A definition as it was read."""

    text: str | None
    """As written, before placeholders were filled; None for a definition that was given as a value."""
    origin: str | None
    """The name to show: the path of a file."""
    value: Json
    duplicates: tuple[Pointer, ...] = ()
    """Keys that occur twice in one object; the last one counts."""
    places: Places | None = field(default=None, repr=False, compare=False)
    type: str | None = None
    """STANDARD or EXPRESS, where the file says what kind of machine it declares."""
    files: tuple[Path, ...] = ()
    """Every file it was made of, if it is not the text of one."""
    assumed: tuple[Diagnostic, ...] = ()
    """What a deployment file leaves open, and how it was read."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Names of `${…}` for what only deployment knows, with their kinds: string, number, bool, list, object or any."""

    def locate(self, pointer: Pointer, *, key: bool = False) -> str | None:
        """ "file:line:column", from 1, of a value (or of its key); of its nearest ancestor if it does not exist."""
        return None if self.places is None else self.places.locate(pointer, key=key)


def read_source(path: str | Path, *, placeholders: Mapping[str, Json] | None = None) -> Source:
    """Reads a file: YAML if its name ends in .yaml or .yml, else JSON. Raises `DefinitionError`."""
    origin = str(path)
    try:
        with open(path, "rb") as file:
            data = file.read(4 * MAX_CHARACTERS + 1)
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse("ASL001", f"The file is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}", f"{origin}:1:1", hint="save it as UTF-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse("ASL001", f"The file cannot be read: {reason}", f"{origin}:1:1")
    if origin.lower().endswith((".yaml", ".yml")):
        return _yaml_source(text, origin, placeholders or {}, _locator(text, origin))
    return _json_source(text, origin, placeholders or {}, _locator(text, origin))


def source_from_text(text: str, *, origin: str | None = None, placeholders: Mapping[str, Json] | None = None, locate: Locate | None = None) -> Source:
    """Reads a text: JSON, or YAML when it looks like a YAML mapping. `locate` leads to the files it was made of. Raises `DefinitionError`."""
    locate = locate or _locator(text, origin)
    if re.match(r"\s*(?:#[^\n]*\n\s*)*(?:---\s|['\"]?[\w-]+['\"]?\s*:(?:\s|$))", text) and not text.lstrip().startswith(("{", "[")):
        return _yaml_source(text, origin, placeholders or {}, locate)
    return _json_source(text, origin, placeholders or {}, locate)


def source_from_value(
    value: Json,
    *,
    origin: str | None = None,
    placeholders: Mapping[str, Json] | None = None,
    places: Places | None = None,
    duplicates: tuple[Pointer, ...] = (),
) -> Source:
    """A definition somebody built. It has no text; only who built it from one knows `places`. Raises `DefinitionError` for what is no JSON."""
    _examine(value)
    return Source(None, origin, _filled_value(value, _Filling(placeholders)) if placeholders else value, duplicates, places)


def parse_json(text: str, origin: str | None = None) -> Json:
    """Any JSON text, such as an execution input. Raises `InputError` that says where it is wrong."""
    try:
        return _parsed(text).value
    except JsonSyntaxError as error:
        line, column = position(text, error.offset)
        hint = f" ({error.hint})" if error.hint else ""
        raise InputError(f"{origin or '<input>'}:{line}:{column}: {error.message}{hint}") from None


def _json_source(text: str, origin: str | None, placeholders: Mapping[str, Json], locate: Locate) -> Source:
    original, edits = text, _Edits()
    if text.startswith("\ufeff"):
        _refuse("ASL002", "The text begins with a byte order mark", locate(0), "INVALID_JSON_DESCRIPTION", "save it as UTF-8 without BOM")
    if placeholders:
        text, edits = _filled_text(text, _Filling(placeholders))
    _refuse_size(text, locate)
    try:
        document = _parsed(text)
    except JsonSyntaxError as error:
        _refuse_unfilled(text, error.offset, edits, locate)
        _refuse("ASL002", error.message, locate(edits.original(error.offset)), "INVALID_JSON_DESCRIPTION", error.hint)
    places = PlacesInText(lambda: read_document(text).places, lambda offset: locate(edits.original(offset)))
    return Source(original, origin, document.value, tuple(document.duplicates), places)


def _yaml_source(text: str, origin: str | None, placeholders: Mapping[str, Json], locate: Locate) -> Source:
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        # JSON is YAML, but no YAML reader knows JSON's tabs and surrogate pairs.
        try:
            return _json_source(text, origin, placeholders, locate)
        except DefinitionError:
            pass
    # Imported here: most definitions are JSON, and PyYAML takes longer to import than they take to read.
    from asl_engine.yaml_positions import YamlError, read_yaml

    _refuse_size(text, locate)
    filling = _Filling(placeholders)
    try:
        document = read_yaml(text, filling.inside, filling.alone)
    except YamlError as error:
        _refuse("ASL003", error.message, locate(min(error.offset, len(text))), "INVALID_JSON_DESCRIPTION")
    if document is None:
        _refuse("ASL002", _NOT_AN_OBJECT, locate(0), "SCHEMA_VALIDATION_FAILED", "the document is empty")
    places = document.places
    return Source(text, origin, document.value, tuple(document.duplicates), PlacesInText(lambda: places, locate))


def _parsed(text: str) -> Document:
    """The fast way with `json.loads`; only what it refuses, or cannot judge, is read again with positions."""
    repeated = False

    def members(pairs: list[tuple[str, Json]]) -> Json:
        nonlocal repeated
        found = dict(pairs)
        if len(found) != len(pairs):
            repeated = True
        return found

    try:
        value: Json = json.loads(text, object_pairs_hook=members, parse_constant=_not_json, parse_float=_finite)
    except (ValueError, RecursionError):
        return read_document(text)
    if repeated or _HALF_SURROGATE.search(text) or _too_deep(value):
        return read_document(text)
    return Document(value, Place(0))


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return value


def _too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [member for owner in level if type(owner) in (dict, list) for member in (owner.values() if isinstance(owner, dict) else owner)]  # type: ignore[union-attr]
        if not level:
            return False
    return any(type(member) in (dict, list) for member in level)


def _examine(value: object) -> None:
    """Refuses what Python can hold and JSON cannot; also what contains itself."""
    waiting: list[tuple[object, Pointer, int]] = [(value, Pointer(""), 0)]
    seen = 0
    while waiting:
        found, pointer, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_CHARACTERS:
            _refuse("ASL006", f"The definition is nested more than {MAX_DEPTH} levels deep, or has too many values", None)
        if type(found) is dict:
            for key, member in found.items():
                if type(key) is not str:
                    raise DefinitionError([Diagnostic("ASL002", Severity.ERROR, pointer, f"The key {key!r} is no string, so the definition is no JSON")])
                if type(member) is not str:
                    waiting.append((member, pointer / key, depth + 1))
        elif type(found) is list:
            waiting.extend((element, pointer / index, depth + 1) for index, element in enumerate(found))
        elif found is not None and type(found) not in (str, bool, int, float):
            raise DefinitionError([Diagnostic("ASL002", Severity.ERROR, pointer, f"A Python {type(found).__name__} is no JSON value")])
        elif type(found) is float and not -inf < found < inf:
            raise DefinitionError([Diagnostic("ASL002", Severity.ERROR, pointer, f"The number {found} is no JSON value")])


class _Filling:
    """The values given for placeholders, as the texts that take their places."""

    def __init__(self, placeholders: Mapping[str, Json] | None) -> None:
        self.values: Mapping[str, Json] = placeholders or {}
        for name, value in self.values.items():
            try:
                json.dumps(value)
            except (TypeError, ValueError, RecursionError):
                _refuse("ASL004", f"The value given for the placeholder ${{{name}}} is no JSON value", None)

    def inside(self, text: str) -> str:
        """In a string: a string's characters, the JSON text of anything else."""
        return _PLACEHOLDER.sub(self._characters, text) if self.values and "${" in text else text

    def alone(self, text: str) -> tuple[Json] | None:
        found = _PLACEHOLDER.fullmatch(text)
        return (self.values[found[1]],) if found and found[1] in self.values else None

    def escaped(self, found: re.Match[str]) -> str:
        """In a JSON string literal."""
        return json.dumps(self._characters(found), ensure_ascii=False)[1:-1] if found[1] in self.values else found[0]

    def bare(self, found: re.Match[str]) -> str:
        """Outside a JSON string literal."""
        return json.dumps(self.values[found[1]], ensure_ascii=False) if found[1] in self.values else found[0]

    def _characters(self, found: re.Match[str]) -> str:
        if found[1] not in self.values:
            return found[0]
        value = self.values[found[1]]
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(slots=True)
class _Edits:
    """Which stretches of a text were replaced, so that a place in the new text leads back to the old one."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    original_starts: list[int] = field(default_factory=list)
    original_ends: list[int] = field(default_factory=list)

    def original(self, offset: int) -> int:
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return offset
        if offset < self.ends[index]:
            return self.original_starts[index]
        return offset - self.ends[index] + self.original_ends[index]


def _filled_text(text: str, filling: _Filling) -> tuple[str, _Edits]:
    edits, parts, done, length = _Edits(), [], 0, 0
    quoted = [*strings_in(text), (len(text), len(text))]
    next_quoted = 0
    for found in _PLACEHOLDER.finditer(text):
        while quoted[next_quoted][1] <= found.start() and next_quoted < len(quoted) - 1:
            next_quoted += 1
        inside = quoted[next_quoted][0] < found.start()
        filled = filling.escaped(found) if inside else filling.bare(found)
        length += found.start() - done
        parts += [text[done : found.start()], filled]
        edits.starts.append(length)
        length += len(filled)
        edits.ends.append(length)
        edits.original_starts.append(found.start())
        edits.original_ends.append(found.end())
        done = found.end()
    return "".join([*parts, text[done:]]), edits


def _filled_value(value: Json, filling: _Filling) -> Json:
    if isinstance(value, str):
        return filling.inside(value)
    if isinstance(value, list):
        return [_filled_value(element, filling) for element in value]
    if isinstance(value, dict):
        return {filling.inside(key): _filled_value(member, filling) for key, member in value.items()}
    return value


def _refuse_unfilled(text: str, offset: int, edits: _Edits, locate: Locate) -> None:
    """If the first thing that is no JSON is an unquoted `${…}`, it is named, and so are all others."""
    if not _PLACEHOLDER.match(text, offset):
        return
    spans = [*strings_in(text)]
    starts = [start for start, _ in spans]
    found = []
    for placeholder in _PLACEHOLDER.finditer(text):
        index = bisect_right(starts, placeholder.start()) - 1
        if index < 0 or placeholder.end() > spans[index][1]:
            found.append(
                Diagnostic(
                    "ASL004",
                    Severity.ERROR,
                    Pointer(""),
                    f"The placeholder {placeholder[0]} stands outside a string and has no value",
                    f'give it one: placeholders={{"{placeholder[1]}": …}}',
                    "INVALID_JSON_DESCRIPTION",
                    locate(edits.original(placeholder.start())),
                )
            )
    raise DefinitionError(found)


def _refuse_size(text: str, locate: Locate) -> None:
    if not text.strip():
        _refuse("ASL002", _NOT_AN_OBJECT, locate(0), "SCHEMA_VALIDATION_FAILED", "the text is empty")
    if len(text) > MAX_CHARACTERS:
        message = f"The definition has more than {MAX_CHARACTERS:,} characters, AWS's limit of 1 MiB"
        _refuse("ASL005", message, locate(0), None, "move constant data into the execution input or into S3")


def _refuse(code: str, message: str, location: str | None, aws_code: str | None = None, hint: str | None = None) -> NoReturn:
    raise DefinitionError([Diagnostic(code, Severity.ERROR, Pointer(""), message, hint, aws_code, location)])


def _locator(text: str, origin: str | None) -> Locate:
    """Places in a text that is one file; a byte order mark is not seen in an editor and counts for nothing."""
    text = text.removeprefix("\ufeff")
    lines: Lines | None = None

    def locate(offset: int) -> str:
        nonlocal lines
        if lines is None:
            lines = Lines(text)
        line, column = lines.position(offset)
        return f"{origin or UNNAMED}:{line}:{column}"

    return locate
