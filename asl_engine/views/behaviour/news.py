"""Of many runs that differ: what each shows that simpler ones do not.

Where every run begins with the same difference (an argument that is sent otherwise now), it would hide all others as if
they followed from it. A run that differs in less shows what does not follow: the rest is news of its own. Once two sides
have gone different ways for a reason that is known, nothing after that is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from asl_engine.values import Missing
from asl_engine.views.behaviour import Comparison, Divergence, Kind

Key: TypeAlias = tuple[object, ...]
MOST = 2000
"""Comparisons that are held against each other; of more than these each is told as it is."""
_PARTING = (Kind.PATH, Kind.UNANSWERED, Kind.LIMIT, Kind.STATUS, Kind.ERROR)


def news(comparisons: Sequence[Comparison]) -> list[tuple[Comparison, tuple[Divergence, ...]]]:
    """For each, in order: what it tells, beginning with its first news, and what came before that and is known."""
    if len(comparisons) > MOST:
        return [(comparison, ()) for comparison in comparisons]
    shown = [frozenset(_key(each) for each in comparison.all if not _sums_up(each)) for comparison in comparisons]
    distinct = set(shown)
    return [_of(comparison, frozenset().union(*(keys for keys in distinct if keys < own))) for comparison, own in zip(comparisons, shown, strict=True)]


def _of(comparison: Comparison, known: frozenset[Key]) -> tuple[Comparison, tuple[Divergence, ...]]:
    for index, divergence in enumerate(comparison.all):
        if not _sums_up(divergence) and _key(divergence) not in known:
            return Comparison(divergence, comparison.all[index + 1 :]), comparison.all[:index]
        if divergence.kind in _PARTING or _failed(divergence):
            break
    return comparison, ()


def _sums_up(divergence: Divergence) -> bool:
    """The time the whole execution takes has its reasons elsewhere."""
    return divergence.kind is Kind.DURATION and divergence.state is None


def _key(divergence: Divergence) -> Key:
    """What makes it the same difference in another run: where and how, not with which data."""
    return divergence.kind, divergence.state, divergence.pointer, divergence.old_at, divergence.new_at


def _failed(divergence: Divergence) -> bool:
    """Whether one side failed where the other called."""
    return divergence.kind in (Kind.CALL_ADDED, Kind.CALL_REMOVED) and not isinstance(divergence.old, Missing) and not isinstance(divergence.new, Missing)
