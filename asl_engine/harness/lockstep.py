"""Two revisions that tell the same story: what an explorer hears of it.

A story is told once by each. What was heard is small and can be sent between processes: where they parted, which calls
were made, which states were reached, and digests of the situations they were made in, by which the same situation is recognised in another story.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from asl_engine.harness.executors import Execute, serially
from asl_engine.harness.stories import Story, Telling
from asl_engine.harness.telling import told
from asl_engine.interpreter.limits import Limits
from asl_engine.program import Program
from asl_engine.program.load import load
from asl_engine.values import Json, Missing, json_text
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told, compare
from asl_engine.views.behaviour.words import HISTORY_FULL, history_is_full

Site: TypeAlias = "tuple[str, int]"
"""A state's name in the new revision, and the visit: from 0."""
AWS_EVENTS = 25_000
"""Developer guide, "Quotas": events of a Standard execution. An Express one has no such quota; nobody waits longer for it here."""
WORDED_BY_AWS = ("States.Runtime", "States.QueryEvaluationError", "States.ParameterPathFailure", "States.ResultPathMatchFailure", "States.IntrinsicFailure")
"""Errors whose cause says what could not be evaluated."""
AT_THE_CUT = (Kind.STATUS, Kind.ERROR, Kind.OUTPUT, Kind.LIMIT, Kind.DURATION, Kind.CALL_ADDED, Kind.CALL_REMOVED)
CHILDREN = 20
"""How many times the bound of events all child executions together may have."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What both made of one story."""

    divergences: tuple[Divergence, ...]
    sites: tuple[Site, ...]
    """Calls in the order first made, the old side's first."""
    situations: tuple[str, ...]
    """For each of them a digest of what both states that call were given: what may happen next depends on nothing else they know."""
    alone: frozenset[Site]
    """Calls that one side only made."""
    reached: frozenset[tuple[int, str]]
    """(0 for the old side or 1, "from -> to") of every transition."""
    endless: bool
    """Whether a side came to the bound of events."""
    merit: tuple[int, int, int]
    """As a plain story: how many sides succeeded, how many ended, how many states they reached."""


@dataclass(frozen=True)
class Pair:
    """Two revisions, and where to stop listening."""

    old: Program
    new: Program
    renamed: dict[str, str] = field(default_factory=dict)
    max_events: int = 1500
    rewritten: frozenset[str] = frozenset()
    """States that are in another query language in the new revision."""

    def tell(self, story: Story, events: int) -> tuple[Told, Told, tuple[Telling, Telling]]:
        tellings = Telling(story), Telling(story)
        # An Express execution has no quota of events; child executions of Distributed Maps count together.
        limits = Limits(events=events, records=events if self.old.type == "EXPRESS" or self.new.type == "EXPRESS" else events * CHILDREN)
        sides = [told(program, input=story.input, tasks=telling, limits=limits) for program, telling in zip((self.old, self.new), tellings, strict=True)]
        return sides[0], sides[1], tellings

    def compared(self, old: Told, new: Told) -> Comparison:
        if _alike(old, new):
            return Comparison()
        endless = history_is_full(old) and history_is_full(new)
        told = compare(old, new, renamed=self.renamed).all
        listed = [one for one in told if not _is_same_failure(one) and not (endless and _is_where_it_was_cut(one))]
        return Comparison(listed[0], tuple(listed[1:])) if listed else Comparison()

    def heard(self, story: Story) -> Heard:
        old, new, tellings = self.tell(story, self.max_events)
        sides = (old, new)
        comparison = self.compared(old, new)
        sites = tuple(dict.fromkeys(site for telling in tellings for site in telling.calls))
        reached = frozenset((index, arc) for index, side in enumerate(sides) for arc in _arcs(side))
        endless = any(len(side.history) >= self.max_events for side in sides)
        merit = (
            sum(side.status == "SUCCEEDED" for side in sides),
            sum(len(side.history) < self.max_events and side.trouble is None for side in sides),
            len(reached),
        )
        given = [_given(side, {} if index else self.renamed) for index, side in enumerate(sides)]
        situations = tuple(f"{given[0].get(site, '')} {given[1].get(site, '')}" for site in sites)
        alone = frozenset(tellings[0].calls) ^ frozenset(tellings[1].calls)
        return Heard(comparison.all, sites, situations, alone, reached, endless, merit)

    def hear(self, stories: Sequence[Story], execute: Execute) -> Iterable[Heard]:  # type: ignore[type-arg]
        """What each story is heard to be, in their order. Elsewhere than here the revisions are compiled again: programs do not travel."""
        if execute is serially:
            return map(self.heard, stories)
        spec = self._spec()
        return execute(heard_elsewhere, [(spec, story) for story in stories])

    def _spec(self) -> str:
        sides: list[Json] = [[program.source.value, program.type] for program in (self.old, self.new)]
        return json_text([sides, {**self.renamed}, self.max_events, [*sorted(self.rewritten)]])


def heard_elsewhere(job: tuple[str, Story]) -> Heard:
    spec, story = job
    return _pair(spec).heard(story)


@lru_cache(maxsize=4)
def _pair(spec: str) -> Pair:
    sides, renamed, max_events, rewritten = json.loads(spec)
    old, new = (load(value, type=type, validate=False) for value, type in sides)
    return Pair(old, new, renamed, max_events, frozenset(rewritten))


def _is_same_failure(divergence: Divergence) -> bool:
    """Whether both failed in one state with one error of AWS's own, in other words: it tells the first thing wrong, in the order written."""
    old, new = divergence.old, divergence.new
    if divergence.kind is not Kind.ERROR or not isinstance(old, dict) or not isinstance(new, dict):
        return False
    return old.get("error") == new.get("error") and old.get("error") in WORDED_BY_AWS and old.get("status") == new.get("status")


def _is_where_it_was_cut(divergence: Divergence) -> bool:
    """Of two that never end: where the history was full is no difference, but what they did before is."""
    return divergence.kind in AT_THE_CUT or HISTORY_FULL in json_text([divergence.sentence, *_sides(divergence)])


def _sides(divergence: Divergence) -> list[Json]:
    return [None if isinstance(side, Missing) else side for side in (divergence.old, divergence.new)]


def _alike(old: Told, new: Told) -> bool:
    """Whether both histories are the same, event by event, so that nothing needs to be aligned."""
    left, right = old.history.records, new.history.records
    if len(left) != len(right) or (old.status, old.trouble_code) != (new.status, new.trouble_code) or old.children or new.children:
        return False
    return all(one[0] == other[0] and one[2:6] == other[2:6] for one, other in zip(left, right, strict=True))


def _given(side: Told, renamed: Mapping[str, str]) -> dict[Site, str]:
    """What each visit of a state that calls was given: its input, and the variables assigned so far."""
    found: dict[Site, str] = {}
    visits: dict[str, int] = {}
    entered: dict[str, tuple[str, Json]] = {}
    variables = hashlib.blake2b(digest_size=8)
    for record in side.history.records:
        kind: str = record[0]
        if kind.endswith("StateEntered"):
            entered[record[3]] = renamed.get(record[4], record[4]), record[5]
        elif kind.endswith("StateExited"):
            if record[6]:
                variables.update(json_text(record[6]).encode(errors="replace"))
        elif kind.endswith("Scheduled") and record[3] in entered:
            name, given = entered.pop(record[3])
            visit = visits[name] = visits.get(name, -1) + 1
            told = hashlib.blake2b(json_text(given).encode(errors="replace"), key=variables.digest(), digest_size=8)
            found[name, visit] = told.hexdigest()
    return found


def _arcs(side: Told) -> Iterable[str]:
    last: dict[str, str] = {}
    for record in side.history.records:
        if record[0].endswith("StateEntered"):
            yield f"{last.get(record[3], '')} -> {record[4]}"
            last[record[3]] = record[4]
