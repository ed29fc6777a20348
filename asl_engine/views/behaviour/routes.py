"""Where two executions went different ways, and which calls that brought or cost.

A gap is told once, at the state that was left: what was entered instead, how the state was left, or how it ended there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from asl_engine.program import Parallel, Program
from asl_engine.values import MISSING, Json, Missing
from asl_engine.views.behaviour import Kind, Told
from asl_engine.views.behaviour.alignment import Alone, Gap, Pair
from asl_engine.views.behaviour.places import BRANCHES, place, state_at, way_out
from asl_engine.views.behaviour.sides import BEFORE, CALLS, LEAVING, Found, Sides, found
from asl_engine.views.behaviour.visits import call_json, made
from asl_engine.views.behaviour.words import end_text, fails_with, named, resource_text, times
from asl_engine.views.visits import Visit


def of_gap(sides: Sides, gap: Gap) -> Iterator[Found]:
    if _unknown(sides, gap) or aborted(sides, gap):
        return
    left, right = gap.before if gap.before is not None else (None, None)
    at = _moment(sides, gap)
    shown = right if right is not None else gap.new[0] if gap.new else gap.old[0]
    key = sides.key(right, LEAVING) if right is not None else sides.key((*gap.old, *gap.new)[0], BEFORE)
    places = way_out(sides.old.program, left), way_out(sides.new.program, right)
    old, new = ([visit.name for visit in (*way, *_together(gap, side))] for side, way in enumerate((gap.old, gap.new)))
    yield found(at, key, Kind.PATH, _sentence(sides, gap), shown, old=[*old], new=[*new], places=places)


def _together(gap: Gap, side: int) -> list[Visit]:
    """Where both come together again, if one of them gets there at once: it has not come to its end."""
    return [gap.then[side]] if gap.then is not None and not (gap.old and gap.new) else []


def _unknown(sides: Sides, gap: Gap) -> bool:
    """Whether one side could not go on there: that it did nothing more is no difference."""
    if gap.then is not None:
        return False
    return (not gap.new and sides.new.status == "RUNNING") or (not gap.old and sides.old.status == "RUNNING")


def aborted(sides: Sides, gap: Gap) -> bool:
    """Whether one side went no further because a sibling ended it: that merely follows from what the sibling did."""
    if not gap.container or gap.before is None or gap.then is not None:
        return False
    return any(visit.left is None and not rest and sides.failure(visit) is None for visit, rest in zip(gap.before, (gap.old, gap.new), strict=True))


def _moment(sides: Sides, gap: Gap) -> timedelta:
    """When the first side left, began, or ended there."""
    if gap.before is None:
        return min(visits[0].entered for visits in (gap.old, gap.new) if visits)
    return min(told.elapsed if visit.left is None else visit.left for visit, told in zip(gap.before, (sides.old, sides.new), strict=True))


def _sentence(sides: Sides, gap: Gap) -> str:
    old, new = _next(gap.old, gap.then, 0), _next(gap.new, gap.then, 1)
    if gap.before is None:
        return _beginning(gap, old, new)
    left, right = gap.before
    theirs, ours = sides.failure(left), sides.failure(right)
    name = named(right, sides.turn(right))
    leaves, left_it = _goes(sides, gap, new, sides.new, 1), _goes(sides, gap, old, sides.old, 0)
    if theirs is not None and ours is not None:
        errors = f" with {ours[0]}" if theirs[0] == ours[0] and ours[0] else ""
        return f"after {name} fails{errors}: {leaves[0]} instead of {_shorter(leaves, left_it)}"
    if ours is not None:
        caught = f" and {leaves[0]}" if right.left is not None else ""
        return f"{name} fails with {ours[0] if caught else fails_with(*ours)}{caught} instead of {left_it[1]}"
    if theirs is not None:
        caught = f" and {left_it[1]}" if left.left is not None else ""
        return f"{name} {leaves[0]} instead of failing with {theirs[0] if caught else fails_with(*theirs)}{caught}"
    if right.left is None and sides.new.status == "TIMED_OUT":
        return f"the execution times out in {name} instead of {left_it[1]}"
    if left.left is None and sides.old.status == "TIMED_OUT":
        return f"the execution no longer times out in {name}: it {leaves[0]}"
    if gap.then is not None and not gap.old and not _is_turn(sides, gap, 1):
        return f"after {name}: enters {_names(gap.new)}, and only then {gap.then[1].name}"
    if gap.then is not None and not gap.new and not _is_turn(sides, gap, 0):
        return f"after {name}: goes straight to {gap.then[1].name} instead of through {_names(gap.old)}"
    return f"after {name}: {leaves[0]} instead of {_shorter(leaves, left_it)}"


def _is_turn(sides: Sides, gap: Gap, side: int) -> bool:
    """Whether what only one side did is another turn of a loop."""
    first = (gap.old, gap.new)[side][0]
    return sides.turn(first) > 1


def _beginning(gap: Gap, old: Visit | None, new: Visit | None) -> str:
    where = f"{gap.container} " if gap.container else ""
    if gap.then is not None and not gap.old:
        return f"{where}begins with {_names(gap.new)}, and only then {gap.then[1].name}"
    if new is None:
        return f"{where}no longer begins with {old.name if old else 'anything'}"
    return f"{where}begins with {new.name}" + (f" instead of {old.name}" if old is not None else "")


def _next(visits: Sequence[Visit], then: Pair | None, side: int) -> Visit | None:
    return visits[0] if visits else then[side] if then is not None else None


def _goes(sides: Sides, gap: Gap, entered: Visit | None, told: Told, side: int) -> tuple[str, str]:
    """What happens next on one side, as "enters X" and "entering X"."""
    if entered is not None:
        return f"enters {entered.name}", f"entering {entered.name}"
    if gap.container:
        assert gap.before is not None
        return ("ends there", "ending there") if gap.before[side].left is not None else ("goes no further", "going no further")
    return f"ends {end_text(told)}", f"ending {end_text(told)}"


def _shorter(ours: tuple[str, str], theirs: tuple[str, str]) -> str:
    """ "enters A instead of B", but "enters A instead of ending SUCCEEDED"."""
    return theirs[0].removeprefix("enters ") if ours[0].startswith("enters ") and theirs[0].startswith("enters ") else theirs[1]


def _names(visits: Sequence[Visit], most: int = 3) -> str:
    names = list(dict.fromkeys(visit.name for visit in visits))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


# ------------------------------------------------------------------------------------------------------- containers


def of_alone(sides: Sides, only: Alone) -> Iterator[Found]:
    """A branch that one side has not. Iterations are told by the number of items."""
    if only.owner is None or only.owner[1].type != "Parallel":
        return
    left, right = only.owner
    first = only.visits[0]
    before, now = _branches(sides.old.program, left), _branches(sides.new.program, right)
    if before == now:  # it is there, and was not begun: something else failed first, or the side could not go on
        return
    sentence = f"{right.name} {'no longer runs' if only.old else 'also runs'} the branch that begins with {first.name}"
    places = place(sides.old.program, left, BRANCHES), place(sides.new.program, right, BRANCHES)
    yield found(first.entered, sides.key(first, CALLS), Kind.PATH, sentence, right, places=places)


def _branches(program: Program, visit: Visit) -> int:
    state = state_at(program, visit)
    return len(state.body.branches) if state is not None and isinstance(state.body, Parallel) else 0


# ------------------------------------------------------------------------------------------------------------ calls


def of_calls(sides: Sides) -> Iterator[Found]:
    """Calls of visits that have no counterpart, one for each state."""
    paired = {id(visit) for pair in (*sides.aligned.pairs, *sides.aligned.moved) for visit in pair}
    totals = _totals(sides)
    for gap in sides.aligned.gaps:
        follows = aborted(sides, gap)
        if not (gap.then is None and sides.new.status == "RUNNING"):
            yield from _each(sides, gap.old, paired, totals, Kind.CALL_REMOVED, follows)
        if not (gap.then is None and sides.old.status == "RUNNING"):
            yield from _each(sides, gap.new, paired, totals, Kind.CALL_ADDED, follows)
    for only in sides.aligned.alone:
        if (sides.new if only.old else sides.old).status != "RUNNING":
            yield from _each(sides, only.visits, paired, totals, Kind.CALL_REMOVED if only.old else Kind.CALL_ADDED, True)


def _each(sides: Sides, visits: Sequence[Visit], paired: set[int], totals: tuple[Counter[str], Counter[str]], kind: Kind, follows: bool) -> Iterator[Found]:
    old = kind is Kind.CALL_REMOVED
    program = sides.old.program if old else sides.new.program
    for visit in visits:
        calls = made(visit)
        if not calls or id(visit) in paired:
            continue
        name = sides.renamed.get(visit.name, visit.name) if old else visit.name
        before, now = (counts[name] for counts in totals)
        if before and now:
            sentence = f"{name} calls {resource_text(calls[0])} {times(now)} instead of {times(before)}"
        else:
            sentence = f"{'no longer calls' if old else 'calls'} {resource_text(calls[0])} in {visit.name}"
        key = (*sides.key(visit)[:-3], LEAVING) if follows else sides.key(visit, CALLS)
        data: tuple[Json | Missing, Json | Missing] = (call_json(calls[0]), MISSING) if old else (MISSING, call_json(calls[0]))
        here = place(program, visit)
        yield found(visit.entered, key, kind, sentence, visit, old=data[0], new=data[1], places=(here, None) if old else (None, here))


def _totals(sides: Sides) -> tuple[Counter[str], Counter[str]]:
    """On both sides: how many visits of each state made a call, by its new name."""
    before, now = (Counter(visit.name for visit in visits if made(visit)) for visits in (sides.old_visits, sides.new_visits))
    return Counter({sides.renamed.get(name, name): count for name, count in before.items()}), now
