"""What a path does between its root and its value: the segments that select nodes, and how they chain.

A segment maps nodes to the nodes below them that it selects. Behind the first segment that may select many, what does
not fit is left out instead of failing (Jayway). This module knows neither the text of a path nor what a filter asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from asl_engine.expressions import Evaluate, Scope
from asl_engine.expressions.reference_paths import NoMatch, NotAnArray, Steps, follow
from asl_engine.values import Json

Select: TypeAlias = "Callable[[list[Json], Json], list[Json]]"
"""(nodes, the root) -> the nodes selected below each of them, in order."""
Test: TypeAlias = Callable[[Json, Json], bool]
"""(one node, the root) -> whether a filter keeps it."""


class Segment(NamedTuple):
    """What stands between two dots."""

    spelled: str
    """Normalised: `['a']`, `[0]`, `[1:5]`."""
    select: Select
    step: str | int | None = None
    """The one name or index, which keeps a path definite."""
    names: tuple[str, ...] = ()
    """Several names; last in a path they make one object."""
    indexes: bool = False
    """Whether it applies to arrays alone."""
    scan: Select | None = None
    """What it selects after `..`, where that differs from `select`."""


def projected(text: str, parent: Evaluate, segment: Segment) -> Evaluate:
    def find(data: Json, scope: Scope) -> Json:
        node = parent(data, scope)
        if not isinstance(node, dict):
            raise NoMatch(text)
        return {name: node[name] for name in segment.names if name in node}

    return find


def listing(text: str, start: Evaluate, steps: Steps, segments: list[Segment]) -> Evaluate:
    first = segments[0]
    selects = [segment.select for segment in segments]
    for number, segment in enumerate(segments[1:], start=1):
        if segments[number - 1] is DESCEND and segment.scan:
            selects[number] = segment.scan
        elif segment.names and number == len(segments) - 1:
            selects[number] = _projections(segment.names)

    def find(data: Json, scope: Scope) -> Json:
        root = start(data, scope)
        try:
            node = follow(text, steps, root)
        except NotAnArray:
            raise
        except NoMatch:
            return []
        if first.indexes and not isinstance(node, list):
            raise NotAnArray(text, first.spelled, node)
        nodes = [node]
        for select in selects:
            nodes = select(nodes, root)
        return nodes

    return find


def named(names: tuple[str, ...]) -> Segment:
    spelled = "[" + ",".join("'" + re.sub(r"(['\\])", r"\\\1", name) + "'" for name in names) + "]"
    if len(names) == 1:
        (name,) = names
        return Segment(spelled, lambda nodes, root: [node[name] for node in nodes if isinstance(node, dict) and name in node], step=name)
    return Segment(
        spelled,
        lambda nodes, root: [node[name] for node in nodes if isinstance(node, dict) for name in names if name in node],
        names=names,
        scan=_projections(names),
    )


def _projections(names: tuple[str, ...]) -> Select:
    def select(nodes: list[Json], root: Json) -> list[Json]:
        objects = [{name: node[name] for name in names if name in node} for node in nodes if isinstance(node, dict)]
        return [members for members in objects if members]

    return select


def indexed(indexes: tuple[int, ...]) -> Segment:
    return Segment(
        f"[{','.join(map(str, indexes))}]",
        lambda nodes, root: [node[index] for node in nodes if isinstance(node, list) for index in indexes if -len(node) <= index < len(node)],
        step=indexes[0] if len(indexes) == 1 else None,
        indexes=True,
    )


def sliced(part: slice, spelled: str) -> Segment:
    return Segment(spelled, lambda nodes, root: [item for node in nodes if isinstance(node, list) for item in node[part]], indexes=True)


def kept(test: Test) -> Segment:
    """A filter: tests the elements of an array, and an object itself."""

    def select(nodes: list[Json], root: Json) -> list[Json]:
        candidates: list[Json] = []
        for node in nodes:
            candidates.extend(node if isinstance(node, list) else [node])
        return [node for node in candidates if isinstance(node, dict | list) and test(node, root)]

    def scan(nodes: list[Json], root: Json) -> list[Json]:
        return [node for node in nodes if isinstance(node, dict) and test(node, root)]

    return Segment("[?]", select, scan=scan)


def _children(nodes: list[Json], root: Json) -> list[Json]:
    found: list[Json] = []
    for node in nodes:
        if isinstance(node, list):
            found.extend(node)
        elif isinstance(node, dict):
            found.extend(node.values())
    return found


def _descendants(nodes: list[Json], root: Json) -> list[Json]:
    """The nodes and all below them, parents before children. Not recursive: data may be deeper than Python's stack."""
    found: list[Json] = []
    ahead = nodes[::-1]
    while ahead:
        node = ahead.pop()
        found.append(node)
        if isinstance(node, list):
            ahead.extend(reversed(node))
        elif isinstance(node, dict):
            ahead.extend(reversed(node.values()))
    return found


WILDCARD = Segment("[*]", _children)
DESCEND = Segment("..", _descendants)
