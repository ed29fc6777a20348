"""A behavioural diff for a pull request: Markdown for a comment, and GitHub's annotations on the new definition's lines.

What a reviewer decides on stands first and open: whether it can be deployed, what behaves differently. The data of each
difference is folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asl_engine.analysis.structure import Change
from asl_engine.diagnostics import Severity
from asl_engine.render.diff_values import clipped
from asl_engine.render.diff_words import (
    MOST_SENTENCE,
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
from asl_engine.render.findings import escaped
from asl_engine.views.revisions import BehaviourDiff, Revision, ScenarioDifference, Witness

MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 characters in a comment."""
MOST_REFUSALS = 5
MOST_DIFFERENCES = 25
MOST_CHANGES = 200
MOST_ALIKE = 10
_SIDE_MOST = 400


def markdown(diff: BehaviourDiff) -> str:
    """For a comment on a pull request, without a final line break."""
    return _within("\n".join(_comment(diff)))


def markdown_chain(diffs: Sequence[BehaviourDiff]) -> str:
    """A table of all comparisons, then each."""
    rows = [
        f"| {_code(diff.old.label)} | {_code(diff.new.label)} | {_plain('; '.join(f'{name}: {count}' for name, count in layers(diff)))} |" for diff in diffs
    ]
    table = "\n".join(["| from | to | differences |", "|---|---|---|", *rows])
    return _within("\n\n".join([table, *("\n".join(_comment(diff)) for diff in diffs)]))


def _within(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    whole = text[:MOST_CHARACTERS].rpartition("\n\n<details>")[0] or text[:MOST_CHARACTERS]
    return f"{whole}\n\n… {len(text) - len(whole):,} characters are left out here, since a comment takes no more; `asl diff --format json` has everything."


def _comment(diff: BehaviourDiff) -> Iterator[str]:
    counts = dict(layers(diff))
    yield f"### {_code(diff.old.label)} → {_code(diff.new.label)}"
    yield ""
    yield _plain("; ".join(f"{name}: {count}" for name, count in counts.items())) or "Nothing differs in what was compared."
    for revision in (diff.old, diff.new):
        yield from _refusals(revision)
    for layer, changes in (("structure", diff.structure.changes), ("input", diff.contract)):
        if changes:
            yield from _folded(_html(f"{layer}: {counts[layer]}"), _changes(changes))
    if diff.scenarios:
        yield from ["", f"**scenarios**: {_plain(counts['scenarios'])}", *_differences(alike(diff.scenarios))]
    if diff.witnesses:
        new, again = shown_by_scenarios(diff)
        yield from ["", f"**exploration**: {_plain(counts['exploration'])}", *_differences(new)]
        if again:
            yield from ["", f"What scenarios above show too: {_plain(_some(again))}"]
    yield ""
    yield "<sub>" + "<br>".join(_plain(line) for line in compared(diff)) + "</sub>"


def _refusals(revision: Revision) -> Iterator[str]:
    if not revision.refusals:
        return
    yield ""
    yield f"> **{_code(revision.label)} cannot be deployed**: AWS would refuse it. It was run all the same."
    for refusal in revision.refusals[:MOST_REFUSALS]:
        yield f"> - {_code(refusal.location or str(refusal.pointer))} {refusal.code} {_plain(clipped(refusal.message, MOST_SENTENCE))}"
    if len(revision.refusals) > MOST_REFUSALS:
        yield f"> - and {len(revision.refusals) - MOST_REFUSALS} more"


def _folded(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ["", f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    alone, many = throughout(changes)
    body = [f"{mark(change)} {change.state or 'the machine'}: {clipped(change.sentence, 2 * MOST_SENTENCE)}" for change in alone[:MOST_CHANGES]]
    if len(alone) > MOST_CHANGES:
        body.append(f"  … and {len(alone) - MOST_CHANGES} more")
    body += [f"{mark(change)} {clipped(everywhere(change, states), 2 * MOST_SENTENCE)}" for change, states in many]
    yield from _fenced("diff", body)


def _differences(groups: Sequence[Sequence[ScenarioDifference | Witness]]) -> Iterator[str]:
    for group in groups[:MOST_DIFFERENCES]:
        first, *others = group
        more = f", and {len(others)} more like it" if others else ""
        title = f"<b>{_html(first.name)}</b>{more}: {_html(outcomes(first.old, first.new))}"
        if first.comparison.first is not None:
            title += f"<br>{_html(headline(first.comparison.first))}"
        if follows := what_follows(first.comparison, first.old, first.new):
            title += f"<br>and what follows: {_html(follows)}"
        yield from _folded(title, _told(group))
    if len(groups) > MOST_DIFFERENCES:
        yield from ["", f"… and {len(groups) - MOST_DIFFERENCES} other differences; `asl diff --format json` has them all."]


def _told(group: Sequence[ScenarioDifference | Witness]) -> Iterator[str]:
    found, *others = group
    first = found.comparison.first
    if first is None:
        return
    before, after = both_sides(first, _SIDE_MOST)
    shown = [("-", before, place(found.old, first.old_at)), ("+", after, place(found.new, first.new_at))]
    if body := [f"{sign} {'  '.join(part for part in (value, at) if part)}" for sign, value, at in shown if value or at]:
        yield from _fenced("diff", body)
    yield from (f"- {_plain(said)}" for said in expectations(group))
    if others:
        yield f"- alike: {_plain(_some([other.name for other in others]))}"


def _some(names: Sequence[str]) -> str:
    return "; ".join(names[:MOST_ALIKE]) + (f"; and {len(names) - MOST_ALIKE} more" if len(names) > MOST_ALIKE else "")


def _fenced(language: str, lines: Sequence[str]) -> list[str]:
    longest = max((len(ticks) for line in lines for ticks in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *lines, fence]


def _code(text: str) -> str:
    ticks = "`" * (1 + max((len(found) for found in re.findall("`+", text)), default=0))
    return f"{ticks}{text}{ticks}"


def _plain(text: str) -> str:
    """A text in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", _html(text))


def _html(text: str) -> str:
    """A text inside an HTML element: Markdown's own marks mean nothing there, nor would a backslash before them. A title ends with its line."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- annotations


def github(diff: BehaviourDiff, file: str) -> str:
    """One workflow command a line: errors for what AWS refuses in the new file, warnings for what behaves differently, notices for other changes.

    `file` is the new definition's path in the repository; what stands in a file that it names is annotated there.

    Source: GitHub Actions documentation, "Workflow commands".
    """
    return "".join(f"{line}\n" for line in _annotations(diff, _Annotated(file, diff.new.label)))


@dataclass(frozen=True, slots=True)
class _Annotated:
    """The new definition's file."""

    path: str
    """In the repository, perhaps with "#" and what the file calls it."""
    label: str
    """As places name it: with the revision git was asked for."""

    def file(self, named: str) -> str:
        """The path of a file that a place names."""
        if named == self.label.partition("#")[0]:
            return self.path.partition("#")[0]
        return named.removeprefix(self.label.removesuffix(self.path)) if self.label.endswith(self.path) else named


def _annotations(diff: BehaviourDiff, file: _Annotated) -> Iterator[str]:
    for refusal in diff.new.refusals:
        level = "error" if refusal.severity is Severity.ERROR else "warning"
        yield _annotation(level, file, refusal.location, refusal.code, refusal.message)
    for found in alike(diff.scenarios):
        yield from _difference(file, "scenario ", found[0], len(found) - 1)
    for group in shown_by_scenarios(diff)[0]:
        yield from _difference(file, "", group[0], len(group) - 1)
    for change in (*diff.contract, *diff.structure.changes):
        if not change.neutral:
            yield _annotation("notice", file, diff.new.locate(change.new), str(change.kind), f"{change.state or 'the machine'}: {change.sentence}")


def _difference(file: _Annotated, what: str, found: ScenarioDifference | Witness, others: int) -> Iterator[str]:
    first = found.comparison.first
    if first is None:
        return
    more = f"\nand {others} more like it" if others else ""
    follows = what_follows(found.comparison, found.old, found.new)
    message = f"{what}{found.name}: {outcomes(found.old, found.new)}\n{headline(first)}" + (f"\nand what follows: {follows}" if follows else "") + more
    yield _annotation("warning", file, place(found.new, first.new_at), str(first.kind), message)


def _annotation(level: str, file: _Annotated, location: str | None, title: str, message: str) -> str:
    properties = {"file": file.path.partition("#")[0]}
    if found := re.fullmatch(r"(.*):(\d+):(\d+)", location or ""):
        properties = {"file": file.file(found[1]), "line": found[2], "col": found[3]}
    properties["title"] = title
    return f"::{level} {','.join(f'{name}={escaped(value, property=True)}' for name, value in properties.items())}::{escaped(message)}"
