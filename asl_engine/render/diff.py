"""A behavioural diff for a terminal, as `terraform plan` prints a plan: what changed, what behaves differently, what was compared.

The text is for people and never parsed; programs read `BehaviourDiff.to_json`. What both sides share is left out, what
follows from something else is counted, and the last paragraph says how much was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from asl_engine.analysis.structure import Change
from asl_engine.render.diff_values import clipped, sides
from asl_engine.render.diff_words import MOST_SENTENCE, ROLES, alike, compared, headline, layers, mark, outcomes, place, what_follows
from asl_engine.render.text import Paint, plain
from asl_engine.values import Missing
from asl_engine.views.behaviour import Comparison, Divergence, Told
from asl_engine.views.revisions import BehaviourDiff, Revision, ScenarioDifference, Witness

MOST_REFUSALS = 3
MOST_NAMES = 4
MOST_DIFFERENCES = 25
"""Groups of differences of one layer; the JSON has all."""
_MACHINE = "the machine"


def text(diff: BehaviourDiff, paint: Paint = plain) -> str:
    """One comparison, without a final line break."""
    blocks = [[_title(diff, paint)], *(list(_refusals(revision, paint)) for revision in (diff.old, diff.new))]
    counts = dict(layers(diff))
    blocks += [
        _layer("structure", counts, _changes(diff.structure.changes, paint), paint),
        _layer("input", counts, _changes(diff.contract, paint), paint),
        _layer("scenarios", counts, _runs(alike(diff.scenarios), paint), paint),
        _layer("exploration", counts, iter([*_runs(alike(diff.witnesses), paint), *_emit(paint)]), paint),
        [paint("detail", line) for line in compared(diff)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def chain(diffs: Sequence[BehaviourDiff], paint: Paint = plain) -> str:
    """Each revision with the next: a table of all, then one after the other."""
    return "\n\n\n".join(["\n".join(_table(diffs)), *(text(diff, paint) for diff in diffs)])


def _table(diffs: Sequence[BehaviourDiff]) -> Iterator[str]:
    names = [f"{diff.old.label} → {diff.new.label}" for diff in diffs]
    widest = max(map(len, names))
    for name, diff in zip(names, diffs, strict=True):
        told = "; ".join(f"{layer}: {count}" for layer, count in layers(diff)) or "nothing differs in what was compared"
        yield f"{name.ljust(widest)}  {told}"


def _title(diff: BehaviourDiff, paint: Paint) -> str:
    return f"{paint('bad', '-')} {diff.old.label}\n{paint('good', '+')} {diff.new.label}"


def _refusals(revision: Revision, paint: Paint) -> Iterator[str]:
    if not revision.refusals:
        return
    yield paint("bad", f"{revision.label} cannot be deployed") + ": AWS would refuse it. It was run all the same."
    for refusal in revision.refusals[:MOST_REFUSALS]:
        yield f"  {refusal.location or refusal.pointer}: {refusal.code} {clipped(refusal.message, MOST_SENTENCE)}"
    if len(revision.refusals) > MOST_REFUSALS:
        yield paint("detail", f"  and {len(revision.refusals) - MOST_REFUSALS} more: asl check {revision.label}")


def _layer(name: str, counts: dict[str, str], lines: Iterator[str], paint: Paint) -> list[str]:
    return [f"{paint('label', name)}: {counts[name]}", *lines] if name in counts else []


# ---------------------------------------------------------------- structure


def _changes(changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    """One line a change; several of one state below its name."""
    for state, group in groupby(changes, key=lambda change: change.state):
        found = list(group)
        name = state or _MACHINE
        if len(found) == 1:
            yield _marked(found[0], f"{name}: {found[0].sentence}", 1, paint)
            continue
        yield f"  {paint(ROLES['~'], '~')} {name}"
        for change in found:
            yield _marked(change, change.sentence, 3, paint)


def _marked(change: Change, sentence: str, depth: int, paint: Paint) -> str:
    sign = mark(change)
    said = clipped(sentence, 2 * MOST_SENTENCE)
    return "  " * depth + (paint("detail", f"{sign} {said}") if change.neutral else f"{paint(ROLES[sign], sign)} {said}")


# ---------------------------------------------------------------- runs


def _runs(groups: Sequence[Sequence[ScenarioDifference | Witness]], paint: Paint) -> Iterator[str]:
    for first, *others in groups[:MOST_DIFFERENCES]:
        location = first.location if isinstance(first, ScenarioDifference) else None
        yield f"  {paint(ROLES['!'], '!')} {first.name}: {outcomes(first.old, first.new)}  {paint('detail', location or '')}".rstrip()
        yield from _told(first.comparison, first.old, first.new, paint)
        if isinstance(first, ScenarioDifference) and first.old_passes is not None and first.old_passes != first.new_passes:
            yield "      its expectations " + ("held, and no longer do" if first.old_passes else "did not hold, and now do")
        if others:
            yield paint("detail", f"      and {_more([other.name for other in others])}")
    if len(groups) > MOST_DIFFERENCES:
        yield paint("detail", f"  … and {len(groups) - MOST_DIFFERENCES} other differences; --format json has them all")


def _emit(paint: Paint) -> Iterator[str]:
    yield paint("detail", "  --emit DIR saves each as a scenario that plays on both")


def _more(names: Sequence[str]) -> str:
    return f"{len(names)} more like it: {', '.join(names[:MOST_NAMES])}" + (", …" if len(names) > MOST_NAMES else "")


def _told(comparison: Comparison, old: Told, new: Told, paint: Paint) -> Iterator[str]:
    if comparison.first is None:
        return
    yield f"      {headline(comparison.first)}"
    yield from _both(comparison.first, old, new, paint)
    if follows := what_follows(comparison):
        yield paint("detail", f"      and what follows: {follows}")


def _both(first: Divergence, old: Told, new: Told, paint: Paint) -> Iterator[str]:
    """Each side's value and the place in its definition."""
    before, after = sides(first.old, first.new, first.pointer)
    if isinstance(first.old, Missing) and isinstance(first.new, Missing):
        before = after = ""
    inside = f"{first.pointer} " if first.pointer and (before or after) else ""
    shown = [("-", "bad", f"{inside}{before}".strip(), place(old, first.old_at)), ("+", "good", f"{inside}{after}".strip(), place(new, first.new_at))]
    widest = max(len(value) for _, _, value, _ in shown)
    for sign, role, value, at in shown:
        if value or at:
            yield f"        {paint(role, sign)} {value.ljust(widest) if at else value}{'  ' if value and at else ''}{paint('detail', at)}"
