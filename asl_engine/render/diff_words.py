"""What a behavioural diff says, before it is laid out: marks, groups of alike differences, how a story ended, what was compared.

Every renderer of diffs uses these words, so that a terminal, a pull request and a baseline say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from asl_engine.analysis.structure import Change, ChangeKind
from asl_engine.render.diff_values import MOST, clipped, is_call, paths, sides
from asl_engine.values import Json, Missing, Pointer, json_text
from asl_engine.views.behaviour import Comparison, Divergence, Kind, Told
from asl_engine.views.behaviour.words import history_is_full
from asl_engine.views.revisions import BehaviourDiff, Compared, ScenarioDifference, Witness

Difference = TypeVar("Difference", ScenarioDifference, Witness)
MOST_SENTENCE = 160
FEWEST_ALIKE = 3
"""States in which the same change is told once."""
MOST_UNENTERED = 5
"""States no run led to, by name."""
MOST_CALLS = 4
"""Calls that came or went as a consequence, by name; more are counted."""
_CALLS = (Kind.CALL_ADDED, Kind.CALL_REMOVED)
_ENDINGS = (Kind.STATUS, Kind.ERROR, Kind.LIMIT, Kind.UNANSWERED, Kind.DURATION)
"""Consequences that are told in their own words; all others are counted."""
_STUCK = {
    "ExecutionStalled": "waits for ever",
    "UnmockedTask": "calls what nothing answers",
    "MockExhausted": "calls more than is answered",
    "ServiceArgumentsError": "calls with what the API does not take",
}
"""Sides that could not go on, by the tool's error."""
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
    """Those whose first divergence is the same, together; in the order they came. The first of each ends otherwise, if one does."""
    groups: dict[tuple[object, ...], list[Difference]] = {}
    for difference in found:
        groups.setdefault(likeness(difference.comparison), []).append(difference)
    return [sorted(group, key=lambda each: _outcome(each.old) == _outcome(each.new)) for group in groups.values()]


def likeness(comparison: Comparison) -> tuple[object, ...]:
    """What makes it the same difference in another run: how and where both part, not with which data."""
    first = comparison.first
    return () if first is None else (first.kind, first.state, first.pointer, first.old_at, first.new_at)


def outcomes(old: Told, new: Told) -> str:
    """ "SUCCEEDED → FAILED (States.Runtime)", or "FAILED (See logs) on both sides" """
    before, after = _outcome(old), _outcome(new)
    return f"{before} on both sides" if before == after else f"{before} → {after}"


def _outcome(told: Told) -> str:
    if told.status == "RUNNING":
        return _STUCK.get(told.trouble_code or "", f"cannot go on ({told.trouble_code})" if told.trouble_code else "cannot go on")
    if history_is_full(told):
        return f"FAILED (history full: {len(told.history):,} events)"
    why = told.error or (f"no Error: {told.cause}" if told.cause else None)
    return f"{told.status} ({clipped(why, 60)})" if why and told.status == "FAILED" else told.status


def what_follows(comparison: Comparison, old: Told, new: Told) -> str:
    """ "takes 3 s instead of 9 s, no longer calls sqs:sendMessage in Notify, the output"; "" if nothing does. How it ends is left to `outcomes`
    where that tells it."""
    told_already = (Kind.STATUS, Kind.ERROR, Kind.LIMIT) if _outcome(old) != _outcome(new) else ()
    found = [each for each in comparison.consequences if each.kind not in told_already and not _told_twice(each, comparison.all)]
    told = [clipped(_sentence(each), 2 * MOST_SENTENCE) for each in found if each.kind in _ENDINGS]
    named = [each for each in found if each.kind in _CALLS]
    if len(named) <= MOST_CALLS:
        told += _named_calls(named)
        found = [each for each in found if each.kind not in _CALLS]
    counts = Counter(each.kind for each in found if each.kind not in _ENDINGS)
    told += [one if counts[kind] == 1 else many.format(counts[kind]) for kind, (one, many) in _COUNTED.items() if counts[kind]]
    alone = comparison.first is not None and comparison.first.kind is Kind.PATH and not comparison.consequences
    return "nothing" if alone and _outcome(old) == _outcome(new) and old.trouble is new.trouble is None else ", ".join(told)


def _told_twice(found: Divergence, all_of_them: Sequence[Divergence]) -> bool:
    """Whether the execution took longer or shorter just as one of its states did."""
    of_states = [(each.old, each.new) for each in all_of_them if each.kind is Kind.DURATION and each.state is not None]
    return found.kind is Kind.DURATION and found.state is None and (found.old, found.new) in of_states


def _named_calls(found: Sequence[Divergence]) -> list[str]:
    """ "calls sqs:sendMessage in Refuse and Tell": what is said alike of several states is said once."""
    where: dict[str, list[str]] = {}
    for each in found:
        name = (each.state or "").rpartition("/")[2]
        what = each.sentence.removesuffix(f" in {name}")
        where.setdefault(what if what != each.sentence else each.sentence, []).append(name if what != each.sentence else "")
    return [clipped(f"{what} in {listed(names)}" if any(names) else what, MOST_SENTENCE) for what, names in where.items()]


def listed(names: Sequence[str]) -> str:
    """ "A, B and C" """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(found: Divergence) -> str:
    return f"{found.state} {found.sentence}" if found.state and found.kind is Kind.UNANSWERED and found.state not in found.sentence else found.sentence


def headline(first: Divergence) -> str:
    """The first divergence in one sentence, with its state."""
    sentence = clipped(first.sentence, 2 * MOST_SENTENCE)
    return sentence if first.state is None or first.state.rpartition("/")[2] in sentence else f"{first.state}: {sentence}"


def both_sides(first: Divergence, most: int = MOST) -> tuple[str, str]:
    """Both sides' data where they part; empty where the headline says it already."""
    if isinstance(first.old, Missing) and isinstance(first.new, Missing):
        return "", ""
    match first.kind:
        case Kind.STATUS | Kind.ERROR | Kind.DURATION | Kind.RETRIES | Kind.LIMIT:
            return "", ""
        case Kind.PATH if not (isinstance(first.old, list) and isinstance(first.new, list)):
            return "", ""  # numbers of items
        case _ if is_call(first.old) != is_call(first.new):
            return "", ""  # one calls, the other fails: the sentence has both
        case Kind.PATH:
            return paths(first.old, first.new)
        case _:
            return sides(first.old, first.new, first.pointer, most)


def throughout(changes: Sequence[Change]) -> tuple[list[Change], list[tuple[Change, list[str]]]]:
    """Changes told one by one, and those made alike in several states, such as a field of the input that was renamed: with the states."""
    alike_: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind is ChangeKind.DATA and not isinstance(change.before, Missing) and not isinstance(change.after, Missing):
            alike_.setdefault(json_text([change.before, change.after, change.neutral]), []).append(change)
    many = [found for found in alike_.values() if len({change.state for change in found}) >= FEWEST_ALIKE]
    folded = {id(change) for found in many for change in found}
    return (
        [change for change in changes if id(change) not in folded],
        [(found[0], list(dict.fromkeys(change.state or "the machine" for change in found))) for found in many],
    )


def everywhere(change: Change, states: Sequence[str]) -> str:
    """ "$.account → $.account_id in 3 states: Pay, Notify, Done" """
    before, after = (value if isinstance(value, str) else _plain_text(value) for value in (change.before, change.after))
    return f"{before} → {after} in {len(states)} states: {', '.join(states)}"


def _plain_text(value: Json | Missing) -> str:
    return "nothing" if isinstance(value, Missing) else json_text(value)


def place(told: Told, pointer: Pointer | None) -> str:
    """file:line:column of what is behind it, or ""."""
    return "" if pointer is None else told.program.source.locate(pointer) or ""


def expectations(group: Sequence[ScenarioDifference | Witness]) -> list[str]:
    """Of how many scenarios the expectations changed sides, in sentences."""
    verdicts = [(found.old_passes, found.new_passes) for found in group if isinstance(found, ScenarioDifference) and found.old_passes is not None]
    said = []
    for change, words in (((True, False), "held, and no longer do"), ((False, True), "did not hold, and now do")):
        if count := verdicts.count(change):
            whose = "its expectations" if len(group) == 1 else "the expectations of all" if count == len(group) else f"the expectations of {count}"
            said.append(f"{whose} {words}")
    return said


def shown_by_scenarios(diff: BehaviourDiff) -> tuple[list[list[Witness]], list[str]]:
    """Witnesses of what no scenario shows, alike ones together; and the names of those that show what scenarios show already."""
    known = {likeness(found.comparison) for found in diff.scenarios}
    groups = alike(diff.witnesses)
    again = [each.name for group in groups if likeness(group[0].comparison) in known for each in group]
    return [group for group in groups if likeness(group[0].comparison) not in known], again


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


def compared(diff: BehaviourDiff, accepted: int = 0) -> list[str]:
    """Exactly what was compared, in sentences, for the last paragraph. `accepted` differences are not in the diff any more."""
    found = diff.compared
    said = [f"compared: the definitions, {_played(found)} and {_explored(found)}"]
    if found.runs or found.bounds:
        said[0] += f"; at most {_bounds(found)}" if found.bounds else ""
        said += [f"ended early: {reached}" for reached in found.reached] or ["within these bounds everything was explored"] * bool(found.runs)
        said += [f"no explored run led to {_first_names(found.unentered)}"] if found.unentered else []
    said += _not_played(found)
    but = " but what was accepted" if accepted else ""
    if not diff.differs:
        said.append("within this, nothing differs" + (but or (" but what has no effect by itself" if diff.structure.changes else "")))
    elif not diff.scenarios and not diff.witnesses and (found.scenarios or found.runs):
        said.append(f"within this, no run differs{but and ', or only as was accepted'}")
    return said


def _first_names(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= MOST_UNENTERED else listed([*names[:MOST_UNENTERED], f"{len(names) - MOST_UNENTERED} more states"])


def _not_played(found: Compared) -> list[str]:
    """A line a reason."""
    names: dict[str, list[str]] = {}
    for name, why in found.skipped:
        names.setdefault(why, []).append(name)
    return [f"not played: {those[0] if len(those) == 1 else f'{len(those)} scenarios'}: {clipped(why, MOST_SENTENCE)}" for why, those in names.items()]


def _played(found: Compared) -> str:
    return _many(found.scenarios, "scenario", "scenarios") if found.scenarios else "no scenario"


def _explored(found: Compared) -> str:
    return _many(found.runs, "explored run", "explored runs") if found.runs else "no explored run"


def _bounds(found: Compared) -> str:
    return ", ".join(f"{number:,} {name.removeprefix('max-').replace('-', ' ')}" for name, number in found.bounds.items())


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
