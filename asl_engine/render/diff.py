"""A behavioural diff for a terminal, as `terraform plan` prints a plan: what changed, what behaves differently, what was compared.

The text is for people and never parsed; programs read `BehaviourDiff.to_json`. What both sides share is left out, what
follows from something else is counted, and the last paragraph says how much was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from asl_engine.analysis.structure import Change, ChangeKind
from asl_engine.render.diff_values import briefly, clipped
from asl_engine.render.diff_words import (
    MOST_SENTENCE,
    ROLES,
    alike,
    both_sides,
    compared,
    everywhere,
    expectations,
    headline,
    layers,
    mark,
    outcomes,
    place,
    shown_by_scenarios,
    throughout,
    what_follows,
)
from asl_engine.render.text import Paint, plain
from asl_engine.views.behaviour import Divergence, Told
from asl_engine.views.revisions import BehaviourDiff, Revision, ScenarioDifference, Witness

MOST_REFUSALS = 3
MOST_NAMES = 3
LONGEST_NAME = 70
WIDEST = 100
"""Values that are longer than this do not move the other side's place to the right."""
_MACHINE = "the machine"


class Parts(Enum):
    """What of one difference is shown."""

    ALL = "sentences, both sides' data and places, expectations, what is alike"
    SENTENCES = "what differs and what follows"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each layer is shown; the JSON always has everything."""

    changes: int
    """Lines of changes."""
    data: int
    """Changes of one state's data: Parameters, Arguments, paths, ..."""
    groups: int
    """Of differences with the same beginning."""
    parts: Parts


WHOLE = Extent(changes=400, data=400, groups=25, parts=Parts.ALL)
SCREEN = Extent(changes=16, data=1, groups=6, parts=Parts.SENTENCES)
"""Of several comparisons each."""


def text(diff: BehaviourDiff, paint: Paint = plain, extent: Extent = WHOLE, *, accepted: int = 0) -> str:
    """One comparison, without a final line break. `accepted` differences were taken out of it."""
    blocks = [[_title(diff, paint)], *(list(_refusals(revision, paint)) for revision in (diff.old, diff.new))]
    counts = dict(layers(diff))
    blocks += [
        _layer("structure", counts, _changes(diff.structure.changes, extent, paint), paint),
        _layer("input", counts, _changes(diff.contract, extent, paint), paint),
        _layer("scenarios", counts, _runs(alike(diff.scenarios), extent, paint), paint),
        _layer("exploration", counts, _witnesses(diff, extent, paint), paint),
        [paint("detail", line) for line in compared(diff, accepted)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def chain(diffs: Sequence[BehaviourDiff], paint: Paint = plain) -> str:
    """Each revision with the next: a table of all, then one after the other, a screen each."""
    return "\n\n\n".join(["\n".join(_table(diffs, paint)), *(text(diff, paint, SCREEN) for diff in diffs)])


def _table(diffs: Sequence[BehaviourDiff], paint: Paint) -> Iterator[str]:
    names = [f"{diff.old.label} → {diff.new.label}" for diff in diffs]
    widest = max(map(len, names))
    for name, diff in zip(names, diffs, strict=True):
        told = "; ".join(f"{layer}: {count}" for layer, count in layers(diff)) or "nothing differs in what was compared"
        refused = paint("bad", "cannot be deployed") + "; " if diff.new.refusals else ""
        yield f"{name.ljust(widest)}  {refused}{told}"


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


def _changes(changes: Sequence[Change], extent: Extent, paint: Paint) -> Iterator[str]:
    """One line a change; several of one state below its name, those made in many states once."""
    lines = list(_change_lines(changes, extent, paint))
    yield from lines[: extent.changes]
    if len(lines) > extent.changes:
        yield paint("detail", f"  … and {len(lines) - extent.changes} more lines")


def _change_lines(changes: Sequence[Change], extent: Extent, paint: Paint) -> Iterator[str]:
    alone, many = throughout(changes)
    for change, states in many:
        yield _marked(change, everywhere(change, states), 1, paint)
    for state, group in groupby(alone, key=lambda change: change.state):
        found = list(group)
        data = [change for change in found if change.kind is ChangeKind.DATA]
        left_out = data[extent.data :]
        shown = [change for change in found if change not in left_out]
        name = state or _MACHINE
        more = paint("detail", f", and {len(left_out)} more of its data") if left_out else ""
        if len(shown) == 1:
            yield _marked(shown[0], f"{name}: {shown[0].sentence}", 1, paint) + more
            continue
        yield f"  {paint(ROLES['~'], '~')} {name}{more}"
        for change in shown:
            yield _marked(change, change.sentence, 3, paint)


def _marked(change: Change, sentence: str, depth: int, paint: Paint) -> str:
    sign = mark(change)
    said = clipped(sentence, 2 * MOST_SENTENCE)
    return "  " * depth + (paint("detail", f"{sign} {said}") if change.neutral else f"{paint(ROLES[sign], sign)} {said}")


# ---------------------------------------------------------------- runs


def _witnesses(diff: BehaviourDiff, extent: Extent, paint: Paint) -> Iterator[str]:
    """What scenarios show already is only named."""
    new, again = shown_by_scenarios(diff)
    yield from _runs(new, extent, paint)
    if again:
        sign = paint(ROLES["!"], "!")
        yield f"  {sign} {'' if len(again) == 1 else f'{len(again)} '}{'what' if len(again) == 1 else 'that'} scenarios above show too: {_names(again)}"
    yield paint("detail", "  --emit DIR saves each as a scenario that plays on both")


def _runs(groups: Sequence[Sequence[ScenarioDifference | Witness]], extent: Extent, paint: Paint) -> Iterator[str]:
    for group in groups[: extent.groups]:
        yield from _difference(group, extent, paint)
    if len(groups) > extent.groups:
        yield paint("detail", f"  … and {len(groups) - extent.groups} other differences")


def _difference(group: Sequence[ScenarioDifference | Witness], extent: Extent, paint: Paint) -> Iterator[str]:
    found, *others = group
    location = found.location if isinstance(found, ScenarioDifference) else None
    more = paint("detail", f", and {len(others)} more") if others else ""
    yield f"  {paint(ROLES['!'], '!')} {found.name}{more}: {outcomes(found.old, found.new)}  {paint('detail', location or '')}".rstrip()
    if found.comparison.first is not None:
        yield f"      {headline(found.comparison.first)}"
        if extent.parts is Parts.ALL:
            yield from _both(found.comparison.first, found.old, found.new, paint)
    if follows := what_follows(found.comparison, found.old, found.new):
        yield paint("detail", f"      and what follows: {follows}")
    if extent.parts is not Parts.ALL:
        return
    yield from (f"      {said}" for said in expectations(group))
    if others:
        yield paint("detail", f"      alike: {_names([other.name for other in others])}")


def _names(names: Sequence[str]) -> str:
    return "; ".join(briefly(name, LONGEST_NAME) for name in names[:MOST_NAMES]) + (f"; and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")


def _both(first: Divergence, old: Told, new: Told, paint: Paint) -> Iterator[str]:
    """Each side's value and the place in its definition."""
    before, after = both_sides(first)
    inside = ".".join(first.pointer.tokens)
    label = f"{inside} " if inside and inside not in first.sentence and (before or after) else ""
    shown = [("-", "bad", before and label + before, place(old, first.old_at)), ("+", "good", after and label + after, place(new, first.new_at))]
    widest = max((len(value) for _, _, value, _ in shown if len(value) <= WIDEST), default=0)
    for sign, role, value, at in shown:
        if value or at:
            yield f"        {paint(role, sign)} {value.ljust(widest) if at else value}{'  ' if value and at else ''}{paint('detail', at)}"
