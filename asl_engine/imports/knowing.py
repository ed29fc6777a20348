"""What of a value only deployment knows, for whoever must not guess."""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.imports.traced import Array, Encoded, Node, Object, Scalar, Text, Unknown, placeholder


def is_known(node: Node) -> bool:
    """Whether no part of a value is unknown."""
    return next(unknowns(node), None) is None


def unknowns(node: Node) -> Iterator[tuple[str, str]]:
    """Names and kinds of what is not known in a value, in the order they are met."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        match found:
            case Unknown():
                yield placeholder(found.name)[2:-1], found.kind
            case Text():
                yield from ((piece.text[2:-1], piece.unknown) for piece in found.pieces if piece.unknown)
            case Array():
                waiting.extend(reversed(found.elements))
            case Object():
                waiting.extend(reversed(found.members.values()))
            case Encoded():
                waiting.append(found.node)
            case Scalar():
                pass
