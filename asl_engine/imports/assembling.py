"""From an evaluated node to a `Source`: the definition as the engine reads it, every place in it leading back.

A definition arrives as a structure (`jsonencode({…})`, `Definition:`) or as JSON or YAML text joined from pieces (a
heredoc, `Fn::Join`, a template file). In a text, what is not known may stand where no string is: `"TimeoutSeconds":
${var.timeout}`. It is put in quotes there, so that the text stays JSON and the placeholder opaque to every check.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from asl_engine.imports.knowing import unknowns
from asl_engine.imports.notes import Notes
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Encoded, Node, PlacesInNode, Spot, Text, Unknown, json_of, measured, repeated_keys
from asl_engine.source import Source, source_from_text, source_from_value
from asl_engine.values import Json


def source_of(node: Node, notes: Notes, *, origin: str, given: Mapping[str, Json], type: str | None = None) -> Source:
    """The definition a node is, with what was noted on the way to it. `given` fills `${name}` that are left in it. Raises `DefinitionError`."""
    measured(node)
    while isinstance(node, Encoded):
        node = node.node
    if isinstance(node, Text) and len(node.pieces) == 1 and node.pieces[0].unknown:
        node = Unknown(node.pieces[0].text[2:-1], node.spot)
    if isinstance(node, Unknown):
        raise refused(
            f"The definition is ${{{node.name}}}, which is not known before deployment", node.spot, f'give it a value: {{"{node.name}": …}} in --placeholders'
        )
    if isinstance(node, Text):
        source = _of_text(node, origin, given)
    else:
        source = source_from_value(json_of(node), origin=origin, placeholders=given, places=PlacesInNode(node), duplicates=tuple(repeated_keys(node)))
    assumed = tuple(note.diagnostic for note in notes)
    return replace(source, text=None, type=type, assumed=assumed, unknown=dict(unknowns(node)))


def _of_text(text: Text, origin: str, given: Mapping[str, Json]) -> Source:
    composed, starts = _composed(text)

    def locate(offset: int) -> str:
        return str(_spot(text, starts, offset))

    return source_from_text(composed, origin=origin, placeholders=given, locate=locate)


def _spot(text: Text, starts: list[int], offset: int) -> Spot:
    if not starts:
        return text.spot
    index = max(bisect_right(starts, offset) - 1, 0)
    return text.pieces[index].spot_of(offset - starts[index])


def _composed(text: Text) -> tuple[str, list[int]]:
    """The text with its unknown pieces quoted where they stand outside strings, and where each piece begins."""
    is_json = text.value.lstrip().startswith(("{", "["))
    parts: list[str] = []
    starts: list[int] = []
    length, inside, escaped = 0, False, False
    for piece in text.pieces:
        found = piece.text
        if piece.unknown:
            if is_json:
                found = json.dumps(found, ensure_ascii=False)[1:-1] if inside else json.dumps(found, ensure_ascii=False)
        elif is_json:
            inside, escaped = _after(found, inside, escaped)
        starts.append(length)
        parts.append(found)
        length += len(found)
    return "".join(parts), starts


def _after(text: str, inside: bool, escaped: bool) -> tuple[bool, bool]:
    """Whether a JSON string is open after this text, and whether a backslash is."""
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = inside
        elif character == '"':
            inside = not inside
    return inside, escaped
