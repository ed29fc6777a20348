"""Retriers and Catchers compared: which errors they are for, how long they wait, where they lead, what they keep.

They are paired by their errors, not by their index. Their order means something only where two of them match the same
error. Source: States Language, "Errors"; Step Functions developer guide, "Handling errors in Step Functions workflows"
(defaults: IntervalSeconds 1, MaxAttempts 3, BackoffRate 2.0, JitterStrategy NONE; States.ALL does not match
States.DataLimitExceeded and States.Runtime).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.data import Sides, relabelled, result_path_change, same_written, template_changes
from asl_engine.analysis.structure.outline import Targets
from asl_engine.analysis.structure.wording import duration, elements_of, is_number, listed, members_of, number, plural, shortened, written
from asl_engine.values import MISSING, Json, Missing

DEFAULTS: dict[str, Json] = {"IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2.0, "JitterStrategy": "NONE"}
LONGEST_WAIT = 366 * 86_400
"""Seconds; an execution lives no longer than a year, so longer waits are all "more than a year"."""
_OVER_SEVERAL = {"States.ALL", "States.TaskFailed"}
_NOT_TASK_FAILED = {"States.Timeout"}
_NOT_ALL = {"States.DataLimitExceeded", "States.Runtime"}

Pairs: TypeAlias = "list[tuple[int, int]]"


# ------------------------------------------------------------------------------------------------------------- retriers


def retrier_changes(sides: Sides) -> Iterator[Change]:
    old, new = elements_of(sides.old.get("Retry")), elements_of(sides.new.get("Retry"))
    pairs = paired_by_errors(old, new)
    alone = len(old) <= 1 and len(new) <= 1
    for i, j in pairs:
        inner = sides.element("Retry", i, j, old[i], new[j])
        yield from _retrier(inner, "" if alone and errors_of(old[i]) == errors_of(new[j]) else f"Retrier {label(new[j])}")
    here = {j for _, j in pairs}
    for j, retrier in enumerate(new):
        if j not in here:
            place = sides.element("Retry", j, j, {}, retrier)
            neutral = j == len(new) - 1 and not attempts_of(retrier)
            yield Change(ChangeKind.RETRIER, None, _told(retrier), None, place.new_at, MISSING, retrier, neutral)
    gone = {i for i, _ in pairs}
    for i, retrier in enumerate(old):
        if i not in gone:
            place = sides.element("Retry", i, i, retrier, {})
            kept = next((f"; Retrier {label(other)} takes it now" for other in new if covers(other, retrier)), "")
            sentence = (
                f"no longer retries {label(retrier)}: it did {_how(retrier)}{kept}"
                if attempts_of(retrier) != 0
                else f"{label(retrier)} is no longer exempt from retries{kept if kept else ''}"
            )
            neutral = i == len(old) - 1 and attempts_of(retrier) == 0
            yield Change(ChangeKind.RETRIER, None, sentence, place.old_at, None, retrier, MISSING, neutral)
    yield from order_changes(sides, "Retry", "Retrier", ChangeKind.RETRIER, old, new, pairs)


def _told(retrier: Json) -> str:
    return f"retries {label(retrier)} {_how(retrier)}" if attempts_of(retrier) != 0 else f"never retries {label(retrier)}"


def _how(retrier: Json) -> str:
    attempts = attempts_of(retrier)
    times = plural(attempts, "time") if isinstance(attempts, int) else f"{written(attempts)} times"
    return f"up to {times}, {worst_wait_in_words(retrier)}"


def _retrier(sides: Sides, named: str) -> Iterator[Change]:
    told = []
    for name in ("MaxAttempts", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"):
        old, new = sides.old.get(name, DEFAULTS.get(name, MISSING)), sides.new.get(name, DEFAULTS.get(name, MISSING))
        if not same_written(old, new):
            told.append((name, f"{name} {_short(old)}→{_short(new)}"))
    errors = _errors_changed(sides.old, sides.new)
    start = f"{named}: " if named else ""
    if errors:
        yield sides.change(ChangeKind.RETRIER, f"Retrier: {errors}", "ErrorEquals")
    if not told:
        return
    before, after = attempts_of(sides.old), attempts_of(sides.new)
    neutral = before == after == 0
    if neutral:
        effect = "it never retries, before and after"
    elif after == 0:
        effect = f"no longer retries; it did {_how(sides.old)}"
    elif before == 0:
        effect = f"now retries, {worst_wait_in_words(sides.new)}"
    else:
        one, other = worst_wait_in_words(sides.old), worst_wait_in_words(sides.new)
        neutral = one == other and attempts_of(sides.old) == attempts_of(sides.new) and same_waits(sides.old, sides.new)
        effect = "each wait stays what it was" if neutral else other if one == other else f"{one} → {other.removeprefix('worst wait ')}"
    yield sides.change(ChangeKind.RETRIER, f"{start}{', '.join(text for _, text in told)}: {effect}", *(name for name, _ in told), neutral=neutral)


def _short(value: Json | Missing) -> str:
    if isinstance(value, float):
        return number(value)
    return "none" if isinstance(value, Missing) else value if isinstance(value, str) else written(value)


def _errors_changed(old: Json, new: Json) -> str:
    one, other = errors_of(old), errors_of(new)
    gone, come = [name for name in one if name not in other], [name for name in other if name not in one]
    if not come or not gone:
        return f"also for {listed(come)} now" if come else f"no longer for {listed(gone)}" if gone else ""
    if covers({"ErrorEquals": list[Json](gone)}, {"ErrorEquals": list[Json](come)}):
        return f"only for {listed(other)} now, no longer for {listed(gone)}"
    return f"for {listed(come)} instead of {listed(gone)}"


def attempts_of(retrier: Json) -> Json:
    attempts = members_of(retrier).get("MaxAttempts", DEFAULTS["MaxAttempts"])
    return int(attempts) if isinstance(attempts, (int, float)) and is_number(attempts) else attempts


def worst_wait(retrier: Json) -> float | None:
    """Seconds all waits of a Retrier last together, without jitter; None where a number is missing, infinity beyond a year.

    States Language, "Retrying after error": IntervalSeconds before the first retry, multiplied by BackoffRate after each,
    never more than MaxDelaySeconds, MaxAttempts times.
    """
    numbers = [members_of(retrier).get(name, DEFAULTS.get(name)) for name in ("MaxAttempts", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds")]
    attempts, interval, rate, most = [float(value) if isinstance(value, (int, float)) and is_number(value) else None for value in numbers]
    if attempts is None or interval is None or rate is None or min(attempts, interval, rate) < 0 or (numbers[3] is not None and most is None):
        return None
    total, left, delay = 0.0, attempts, interval
    while left >= 1:
        capped = delay if most is None else min(delay, most)
        if rate == 1 or capped == most or capped <= 0:
            return total + capped * left if total + capped * left <= LONGEST_WAIT else float("inf")
        total, left, delay = total + capped, left - 1, delay * rate
        if total > LONGEST_WAIT:
            return float("inf")
    return total


def same_waits(old: Json, new: Json) -> bool:
    """Whether two Retriers of as many attempts wait alike each time."""
    one, other = members_of(old), members_of(new)
    if one.get("JitterStrategy", "NONE") != other.get("JitterStrategy", "NONE"):
        return False
    attempts = attempts_of(old)
    return (
        isinstance(attempts, int)
        and None not in (worst_wait(old), worst_wait(new))
        and all(worst_wait({**one, "MaxAttempts": count}) == worst_wait({**other, "MaxAttempts": count}) for count in range(1, min(attempts, 40) + 1))
    )


def worst_wait_in_words(retrier: Json) -> str:
    wait = worst_wait(retrier)
    jitter = " less jitter" if members_of(retrier).get("JitterStrategy") == "FULL" else ""
    if wait is None:
        return "worst wait unknown"
    return f"worst wait {'more than a year' if wait == float('inf') else duration(wait)}{jitter}"


# ------------------------------------------------------------------------------------------------------------- catchers


def catcher_changes(sides: Sides, targets: Targets) -> Iterator[Change]:
    old, new = elements_of(sides.old.get("Catch")), elements_of(sides.new.get("Catch"))
    pairs = paired_by_errors(old, new)
    for i, j in pairs:
        yield from _catcher(sides.element("Catch", i, j, old[i], new[j]), label(new[j]), targets)
    here = {j for _, j in pairs}
    for j, catcher in enumerate(new):
        if j not in here:
            sentence = f"catches {label(catcher)}, leads to {target_of(catcher)}{_kept(catcher)}"
            yield Change(ChangeKind.CATCHER, None, sentence, None, sides.new_at / "Catch" / j, MISSING, catcher)
    gone = {i for i, _ in pairs}
    for i, catcher in enumerate(old):
        if i not in gone:
            kept = next((f"; Catcher {label(other)} takes it now" for other in new if covers(other, catcher)), "")
            sentence = f"no longer catches {label(catcher)} (led to {target_of(catcher)}){kept}"
            yield Change(ChangeKind.CATCHER, None, sentence, sides.old_at / "Catch" / i, None, catcher, MISSING)
    yield from order_changes(sides, "Catch", "Catcher", ChangeKind.CATCHER, old, new, pairs)


def _kept(catcher: Json) -> str:
    place = members_of(catcher).get("ResultPath", "$")
    return "" if place == "$" else " without the error" if place is None else f" with the error at {place}"


def _catcher(sides: Sides, named: str, targets: Targets) -> Iterator[Change]:
    if errors := _errors_changed(sides.old, sides.new):
        yield sides.change(ChangeKind.CATCHER, f"Catcher to {target_of(sides.new)}: {errors}", "ErrorEquals")
    old, new = target_of(sides.old), target_of(sides.new)
    if not targets.same(old, new):
        sentence = f"Catch {named} leads to {new} instead of {old}" if old != new else f"Catch {named}: {targets.told(old, new)}"
        yield sides.change(ChangeKind.CATCHER, sentence, "Next")
    changes = [*result_path_change(sides, "error"), *template_changes(sides, "Output"), *template_changes(sides, "Assign")]
    yield from relabelled((change for change in changes), f"Catch {named}")


# ------------------------------------------------------------------------------------------------------------ both


def errors_of(handler: Json) -> list[str]:
    """The distinct error names of a handler, in their order."""
    return list(dict.fromkeys(name for name in elements_of(members_of(handler).get("ErrorEquals")) if isinstance(name, str)))


def label(handler: Json) -> str:
    return listed(map(shortened, errors_of(handler)), 3)


def target_of(handler: Json) -> str:
    target = members_of(handler).get("Next")
    return target if isinstance(target, str) else written(target)


def paired_by_errors(old: Sequence[Json], new: Sequence[Json]) -> Pairs:
    """Handlers for the same errors first, then those that share the most; equals in the order they stand in."""
    scored = []
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            left, right = set(errors_of(one)), set(errors_of(other))
            shared = len(left & right) / len(left | right) if left | right else 1.0
            if shared > 0:
                scored.append((-shared, i + j, abs(i - j), i, j))
    pairs: Pairs = []
    for _, _, _, i, j in sorted(scored):
        if i not in {pair[0] for pair in pairs} and j not in {pair[1] for pair in pairs}:
            pairs.append((i, j))
    left_old, left_new = ([index for index in range(len(side)) if index not in {pair[at] for pair in pairs}] for at, side in enumerate((old, new)))
    # Alone on both sides, and but for its errors alike: it is for other errors now.
    if len(left_old) == len(left_new) == 1 and same_but_for_errors(old[left_old[0]], new[left_new[0]]):
        pairs.append((left_old[0], left_new[0]))
    return sorted(pairs, key=lambda pair: pair[1])


def same_but_for_errors(old: Json, new: Json) -> bool:
    ours, theirs = ({name: value for name, value in members_of(side).items() if name != "ErrorEquals"} for side in (old, new))
    return same_written(ours, theirs)


def order_changes(sides: Sides, field: str, noun: str, kind: ChangeKind, old: list[Json], new: list[Json], pairs: Pairs) -> Iterator[Change]:
    """Handlers that changed places: of consequence only where both may match one error."""
    moved = [(a, b) for a in pairs for b in pairs if a[1] < b[1] and a[0] > b[0]]
    if not moved:
        return
    for (i, j), (k, m) in moved:
        if both_match(old[i], old[k]) or both_match(new[j], new[m]):
            sentence = f"{noun} {label(new[j])} is asked before {noun} {label(new[m])} now"
            yield Change(kind, None, sentence, sides.old_at / field / i, sides.new_at / field / j, old[i], new[j])
            return
    sentence = f"the {noun}s stand in another order; no error matches two of those that changed places"
    yield Change(kind, None, sentence, sides.old_at / field, sides.new_at / field, sides.old[field], sides.new[field], neutral=True)


def both_match(left: Json, right: Json) -> bool:
    one, other = set(errors_of(left)), set(errors_of(right))
    return bool(one & other) or covers(left, right) or covers(right, left) or bool(one & _OVER_SEVERAL and other & _OVER_SEVERAL)


def covers(wide: Json, narrow: Json) -> bool:
    """Whether a handler matches some error the other names."""
    names = set(errors_of(wide))
    return any(
        name in names or ("States.ALL" in names and name not in _NOT_ALL) or ("States.TaskFailed" in names and name not in _NOT_TASK_FAILED | _NOT_ALL)
        for name in errors_of(narrow)
    )
