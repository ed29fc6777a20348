"""What a behavioural diff says, before it is laid out: marks, groups of alike differences, how a story ended, what was compared.

Every renderer of diffs uses these words, so that a terminal, a pull request and a baseline say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from asl_engine.analysis.structure import Change, ChangeKind
from asl_engine.render.diff_values import clipped
from asl_engine.values import Pointer
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.revisions import BehaviourDiff, Compared, ScenarioDifference, Witness

Difference = TypeVar("Difference", ScenarioDifference, Witness)
MOST_SENTENCE = 160
_ENDINGS = (Kind.STATUS, Kind.ERROR, Kind.LIMIT, Kind.UNANSWERED, Kind.DURATION)
"""Consequences that are told in their own words; all others are counted."""
_COUNTED = {
    Kind.CALL_ADDED: ("a call more", "{} calls more"),
    Kind.CALL_REMOVED: ("a call less", "{} calls less"),
    Kind.CALL_ARGUMENTS: ("the arguments of a call", "the arguments of {} calls"),
    Kind.CALL_ORDER: ("the order of calls", "the order of calls"),
    Kind.RETRIES: ("retries", "retries in {} states"),
    Kind.PATH: ("the path", "the path in {} places"),
    Kind.OUTPUT: ("the output", "the output"),
}


def mark(change: Change) -> str:
    """ "+" new, "-" gone, ">" under another name or in another place, "~" changed"""
    match change.kind:
        case ChangeKind.STATE_RENAMED | ChangeKind.STATE_MOVED:
            return ">"
        case _ if change.old is None and change.new is not None:
            return "+"
        case _ if change.new is None and change.old is not None:
            return "-"
        case _:
            return "~"


ROLES = {"+": "good", "-": "bad", ">": "label", "~": "warn", "!": "bad"}
"""In what role (see `render.text.Paint`) a mark is painted."""


def alike(found: Iterable[Difference]) -> list[list[Difference]]:
    """Those whose first divergence is the same, together; in the order they came."""
    groups: dict[tuple[object, ...], list[Difference]] = {}
    for difference in found:
        groups.setdefault(likeness(difference.comparison.first, difference.old, difference.new), []).append(difference)
    return list(groups.values())


def likeness(first: Divergence | None, old: Told, new: Told) -> tuple[object, ...]:
    if first is None:
        return ()
    return (first.kind, first.state, first.pointer, first.old_at, first.new_at, old.status, new.status)


def outcomes(old: Told, new: Told) -> str:
    """ "SUCCEEDED → FAILED (States.Runtime)", or "FAILED (See logs) on both sides" """
    before, after = _outcome(old), _outcome(new)
    return f"{before} on both sides" if before == after else f"{before} → {after}"


def _outcome(told: Told) -> str:
    if told.status == "RUNNING":
        return f"cannot go on ({told.trouble_code})" if told.trouble_code else "cannot go on"
    return f"{told.status} ({clipped(told.error, 60)})" if told.error else told.status


def what_follows(comparison: Comparison) -> str:
    """ "FAILED instead of SUCCEEDED, 2 calls more, the output"; "" if nothing does."""
    told = [clipped(_sentence(found), MOST_SENTENCE) for found in comparison.consequences if found.kind in _ENDINGS]
    counts = Counter(found.kind for found in comparison.consequences if found.kind not in _ENDINGS)
    told += [one if counts[kind] == 1 else many.format(counts[kind]) for kind, (one, many) in _COUNTED.items() if counts[kind]]
    return ", ".join(told)


def _sentence(found: Divergence) -> str:
    return f"{found.state} {found.sentence}" if found.state and found.kind is Kind.UNANSWERED and found.state not in found.sentence else found.sentence


def headline(first: Divergence) -> str:
    """The first divergence in one sentence, with its state."""
    sentence = clipped(first.sentence, 2 * MOST_SENTENCE)
    return sentence if first.state is None or first.state.rpartition("/")[2] in sentence else f"{first.state}: {sentence}"


def place(told: Told, pointer: Pointer | None) -> str:
    """file:line:column of what is behind it, or ""."""
    return "" if pointer is None else told.program.source.locate(pointer) or ""


def layers(diff: BehaviourDiff) -> list[tuple[str, str]]:
    """The layers' names and how much each found: ("structure", "3 changes"), ..."""
    changes = diff.structure.changes
    neutral = sum(change.neutral for change in changes)
    told = [("structure", f"{_many(len(changes) - neutral, 'change', 'changes')}" + (f", and {neutral} without effect" if neutral else ""))] if changes else []
    if diff.contract:
        told.append(("input", _many(len(diff.contract), "change", "changes")))
    if diff.scenarios:
        verb = "differs" if len(diff.scenarios) == 1 else "differ"
        told.append(("scenarios", f"{len(diff.scenarios)} of {diff.compared.scenarios} {verb}"))
    if diff.witnesses:
        told.append(("exploration", f"{_many(len(diff.witnesses), 'difference', 'differences')} in {_many(diff.compared.runs, 'run', 'runs')}"))
    return told


def compared(diff: BehaviourDiff) -> list[str]:
    """Exactly what was compared, in sentences, for the last paragraph."""
    found = diff.compared
    told = ["the definitions", _played(found), _explored(found)]
    said = [f"compared: {_listed([part for part in told if part])}"]
    if found.runs or found.bounds:
        said[0] += f"; at most {_bounds(found)}" if found.bounds else ""
        said += [f"ended early: {reached}" for reached in found.reached] or ["within these bounds everything was explored"] * bool(found.runs)
    said += [f"not played: {name}: {why}" for name, why in found.skipped]
    if not diff.differs:
        said.append("within this, nothing differs" + (" but what has no effect by itself" if diff.structure.changes else ""))
    elif not diff.scenarios and not diff.witnesses and (found.scenarios or found.runs):
        said.append("within this, no run differs")
    return said


def _played(found: Compared) -> str:
    return _many(found.scenarios, "scenario", "scenarios")


def _explored(found: Compared) -> str:
    return _many(found.runs, "explored run", "explored runs")


def _bounds(found: Compared) -> str:
    return ", ".join(f"{number:,} {name.removeprefix('max-').replace('-', ' ')}" for name, number in found.bounds.items())


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1])] * (len(parts) > 1) + list(parts[-1:]))
