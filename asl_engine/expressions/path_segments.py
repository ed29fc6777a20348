"""What a path does between its root and its value: the segments that select nodes, and how they chain.

A segment maps one node to the nodes below it that it selects. Behind the first segment that may select many, what does
not fit is left out instead of failing (Jayway). This module knows neither the text of a path nor what a filter asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from asl_engine.expressions import Evaluate, Scope
from asl_engine.expressions.reference_paths import NoMatch, NotAnArray, Steps, follow
from asl_engine.values import Json

Select: TypeAlias = Callable[[Json, Json], "list[Json]"]
"""(one node, the root) -> the nodes selected below it."""
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
            nodes = [found for node in nodes for found in select(node, root)]
        return nodes

    return find


def named(names: tuple[str, ...]) -> Segment:
    spelled = ",".join("'" + re.sub(r"(['\\])", r"\\\1", name) + "'" for name in names)
    if len(names) == 1:
        (name,) = names
        return Segment(f"[{spelled}]", lambda node, root: [node[name]] if isinstance(node, dict) and name in node else [], step=name)
    return Segment(
        f"[{spelled}]",
        lambda node, root: [node[name] for name in names if name in node] if isinstance(node, dict) else [],
        names=names,
        scan=_projections(names),
    )


def _projections(names: tuple[str, ...]) -> Select:
    def select(node: Json, root: Json) -> list[Json]:
        members = {name: node[name] for name in names if name in node} if isinstance(node, dict) else {}
        return [members] if members else []

    return select


def indexed(indexes: tuple[int, ...]) -> Segment:
    def select(node: Json, root: Json) -> list[Json]:
        return [node[index] for index in indexes if -len(node) <= index < len(node)] if isinstance(node, list) else []

    return Segment(f"[{','.join(map(str, indexes))}]", select, step=indexes[0] if len(indexes) == 1 else None, indexes=True)


def sliced(part: slice, spelled: str) -> Segment:
    return Segment(spelled, lambda node, root: node[part] if isinstance(node, list) else [], indexes=True)


def kept(test: Test) -> Segment:
    def select(node: Json, root: Json) -> list[Json]:
        if isinstance(node, list):
            return [item for item in node if isinstance(item, dict | list) and test(item, root)]
        return scan(node, root)

    def scan(node: Json, root: Json) -> list[Json]:
        return [node] if isinstance(node, dict) and test(node, root) else []

    return Segment("[?]", select, scan=scan)


def _children(node: Json, root: Json) -> list[Json]:
    if isinstance(node, list):
        return node
    return list(node.values()) if isinstance(node, dict) else []


def _descendants(node: Json, root: Json) -> list[Json]:
    """The node and all below it, parents before children. Not recursive: data may be deeper than Python's stack."""
    found: list[Json] = []
    ahead = [node]
    while ahead:
        node = ahead.pop()
        found.append(node)
        ahead.extend(reversed(_children(node, root)))
    return found


WILDCARD = Segment("[*]", _children)
DESCEND = Segment("..", _descendants)
