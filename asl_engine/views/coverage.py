"""Coverage: what a set of runs did of everything a definition can do. Missing = possible − taken.

A pure function of definition and histories, in three steps that do not know each other: `coverage_goals` says what
is possible, `coverage_taken` reads what happened, and here the one is taken from the other. Nothing is switched on
while something runs, so yesterday's saved histories count as well as today's.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asl_engine.errors import AslError
from asl_engine.history.execution import Execution
from asl_engine.history.history import History
from asl_engine.program import Program
from asl_engine.values import Pointer, canonical_text
from asl_engine.views.coverage_goals import Goal, Kind, goals_of
from asl_engine.views.coverage_taken import taken

FORMAT_VERSION = 1
UNNAMED = "<definition>"


class CoverageError(AslError):
    """Saved coverage cannot be read."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A goal no run reached."""

    goal: Goal
    file: str
    sentence: str
    consequences: tuple[Goal, ...] = ()
    """Goals that cannot be reached before this one."""

    @property
    def location(self) -> str:
        """ "order.asl.json:12:7"; the file alone where the definition has no text."""
        return self.file if self.goal.line is None else f"{self.file}:{self.goal.line}:{self.goal.column}"

    def __str__(self) -> str:
        return f"{self.location}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One definition: its goals, and how often each was reached."""

    file: str
    digest: str
    """Of the definition's text: a file that was changed in between is another definition."""
    goals: tuple[Goal, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    """By key, of goals reached at least once."""

    @property
    def reached(self) -> int:
        return sum(goal.key in self.counts for goal in self.goals)

    def gaps(self) -> list[Gap]:
        """What no run did, in document order; what merely follows from another gap is with that one."""
        missing = {goal.key: goal for goal in self.goals if goal.key not in self.counts}
        roots: dict[str, list[Goal]] = {}
        for goal in missing.values():
            roots.setdefault(_root(goal, missing).key, []).append(goal)
        found = [Gap(missing[key], self.file, missing[key].sentence, tuple(goal for goal in goals if goal.key != key)) for key, goals in roots.items()]
        return _joined(sorted(found, key=lambda gap: (gap.goal.line or 0, gap.goal.column or 0)))

    def merge(self, other: Measured) -> Measured:
        """The same definition, both sets of runs."""
        goals = self.goals
        if other.goals is not goals and other.goals != goals:
            known = {goal.key for goal in goals}
            goals = (*goals, *(goal for goal in other.goals if goal.key not in known))
        return Measured(self.file, self.digest, goals, dict(Counter(self.counts) + Counter(other.counts)))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Any number of definitions. `Coverage()` is that of nothing, and merging it changes nothing."""

    definitions: tuple[Measured, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Coverage]) -> Coverage:
        """All of them merged, from left to right."""
        found = cls()
        for part in parts:
            found = found.merge(part)
        return found

    @property
    def possible(self) -> int:
        return sum(len(measured.goals) for measured in self.definitions)

    @property
    def reached(self) -> int:
        return sum(measured.reached for measured in self.definitions)

    @property
    def percent(self) -> float:
        """Of all goals of all definitions, 0 to 100; of nothing possible, everything was done."""
        return 100 * self.reached / self.possible if self.possible else 100.0

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What no run did: an English sentence each, with its line."""
        return tuple(gap for measured in self.definitions for gap in measured.gaps())

    def of_kind(self, kind: Kind) -> tuple[int, int]:
        """(reached, possible)"""
        found = [goal.key in measured.counts for measured in self.definitions for goal in measured.goals if goal.kind is kind]
        return sum(found), len(found)

    def merge(self, other: Coverage) -> Coverage:
        """Both sets of runs: counts of the same definition are added. Associative; never less than either side."""
        found = {(measured.file, measured.digest): measured for measured in self.definitions}
        for measured in other.definitions:
            key = measured.file, measured.digest
            found[key] = found[key].merge(measured) if key in found else measured
        return Coverage(tuple(found.values()))

    def to_json(self) -> str:
        """{"format_version", "percent", "kinds", "definitions": [{"file", "digest", "gaps", "goals"}]}

        A gap is {"location", "sentence", "key", "follow"}, a goal {"kind", "key", "pointer", "state", "line", "column", "count", "sentence", "after"}.
        """
        return json.dumps(
            {
                "format_version": FORMAT_VERSION,
                "percent": round(self.percent, 2),
                "kinds": {kind.value: dict(zip(("reached", "possible"), self.of_kind(kind), strict=True)) for kind in Kind},
                "definitions": [_document(measured) for measured in self.definitions],
            },
            ensure_ascii=False,
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> Coverage:
        """Reads what `to_json` wrote. Raises `CoverageError` for anything else."""
        try:
            document = json.loads(text)
            if document["format_version"] != FORMAT_VERSION:
                raise CoverageError(f"this coverage has format version {document['format_version']}; {FORMAT_VERSION} is understood")
            return cls(tuple(map(_measured, document["definitions"])))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CoverageError(f"this is no coverage that asl_engine saved: {type(error).__name__}: {error}") from None


def coverage(program: Program, executions: Iterable[Execution | History] | Execution | History) -> Coverage:
    """What these runs of the program did of what it can do.

    A history alone has no child executions: of a Distributed Map, give the `Execution`.
    """
    runs = [executions] if isinstance(executions, Execution | History) else executions
    goals = goals_of(program)
    known = {goal.key for goal in goals}
    counts = {key: count for key, count in taken(program, runs).items() if key in known}
    source = program.source
    text = source.text if source.text is not None else canonical_text(source.value)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Coverage((Measured(source.origin or UNNAMED, digest, goals, counts),))


def _root(goal: Goal, missing: Mapping[str, Goal]) -> Goal:
    """Up the consequences to a gap that has no gap before it."""
    seen = {goal.key}
    while goal.after and all(key in missing for key in goal.after):
        before = next((missing[key] for key in goal.after if key not in seen), None)
        if before is None:
            break
        seen.add(before.key)
        goal = before
    return goal


def _joined(gaps: list[Gap]) -> list[Gap]:
    """A test that was neither true nor false was not looked at: one sentence."""
    found: dict[tuple[Pointer, Kind], Gap] = {}
    for gap in gaps:
        key = (gap.goal.pointer, gap.goal.kind) if gap.goal.kind is Kind.CONDITION else (Pointer(gap.goal.key), gap.goal.kind)
        if key in found:
            first = found[key]
            test, _, rule = gap.goal.sentence.partition(" was never ")
            sentence = f"{test} was never looked at{rule.removeprefix('true').removeprefix('false')}: the tests before it always decide"
            found[key] = Gap(first.goal, first.file, sentence, (*first.consequences, gap.goal, *gap.consequences))
        else:
            found[key] = gap
    return list(found.values())


def _document(measured: Measured) -> dict[str, Any]:
    gaps = [
        {"location": gap.location, "sentence": gap.sentence, "key": gap.goal.key, "follow": [goal.key for goal in gap.consequences]} for gap in measured.gaps()
    ]
    goals = [
        {
            "kind": goal.kind.value,
            "key": goal.key,
            "pointer": str(goal.pointer),
            "state": goal.state,
            "line": goal.line,
            "column": goal.column,
            "count": measured.counts.get(goal.key, 0),
            "sentence": goal.sentence,
            "after": list(goal.after),
        }
        for goal in measured.goals
    ]
    return {"file": measured.file, "digest": measured.digest, "gaps": gaps, "goals": goals}


def _measured(document: dict[str, Any]) -> Measured:
    goals = tuple(
        Goal(
            Kind(goal["kind"]),
            _checked(goal["key"]),
            Pointer(_checked(goal["pointer"])),
            _checked(goal["state"]),
            goal["line"],
            goal["column"],
            _checked(goal["sentence"]),
            tuple(map(_checked, goal["after"])),
        )
        for goal in document["goals"]
    )
    counts = {goal["key"]: int(goal["count"]) for goal in document["goals"] if int(goal["count"]) > 0}
    return Measured(_checked(document["file"]), _checked(document["digest"]), goals, counts)


def _checked(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} stands where a text is expected")
    return value
