"""What two visits of one state did differently, as the world sees it: calls, retries, time.

What a visit was given and what it handed on is not looked at: data that never leaves the machine is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.program import Program
from asl_engine.values import MISSING, Json, Missing
from asl_engine.views.behaviour import Kind
from asl_engine.views.behaviour.places import ARGUMENTS, ITEMS, RESOURCE, RETRY, WAIT, failing_place, place, state_at
from asl_engine.views.behaviour.sides import CALLS, INSIDE, LEAVING, Found, Sides, found
from asl_engine.views.behaviour.words import changes_text, delays_text, fails_with, named, plural, resource_text, span, times
from asl_engine.views.visits import Attempt, Visit


def of_visits(sides: Sides, old: Visit, new: Visit) -> Iterator[Found]:
    """The differences of a pair, but for the time it took."""
    yield from _calls(sides, old, new)
    yield from _items(sides, old, new)
    yield from _retries(sides, old, new)


def made(visit: Visit) -> list[Attempt]:
    """The attempts that called something."""
    return [attempt for attempt in visit.attempts if attempt.resource]


def call_json(attempt: Attempt) -> Json:
    return {"resource": attempt.resource, "arguments": None if isinstance(attempt.arguments, Missing) else attempt.arguments}


# ------------------------------------------------------------------------------------------------------------ calls


def _calls(sides: Sides, old: Visit, new: Visit) -> Iterator[Found]:
    theirs, ours = made(old), made(new)
    if theirs and ours:
        yield from next(filter(None, (_of_attempts(sides, old, new, left, right) for left, right in zip(theirs, ours, strict=False))), [])
    elif theirs and not sides.unfinished(new, of=sides.new):
        called, failure = resource_text(theirs[0]), sides.failure(new)
        sentence = f"no longer calls {called}" if failure is None else f"fails with {fails_with(*failure)} instead of calling {called}"
        yield _called_once(sides, old, new, Kind.CALL_REMOVED, sentence, (call_json(theirs[0]), _failure_json(failure)))
    elif ours and not sides.unfinished(old, of=sides.old):
        called, failure = resource_text(ours[0]), sides.failure(old)
        sentence = f"calls {called}" if failure is None else f"calls {called} instead of failing with {fails_with(*failure)}"
        yield _called_once(sides, old, new, Kind.CALL_ADDED, sentence, (_failure_json(failure), call_json(ours[0])))


def _called_once(sides: Sides, old: Visit, new: Visit, kind: Kind, sentence: str, data: tuple[Json | Missing, Json | Missing]) -> Found:
    """A visit that made a call on one side only, most often because it failed before."""
    places = failing_place(sides.old.program, old, sides.failure(old)), failing_place(sides.new.program, new, sides.failure(new))
    told = f"{named(new, sides.turn(new))} {sentence}"
    return found(min(old.entered, new.entered), sides.key(new, CALLS), kind, told, new, old=data[0], new=data[1], places=places)


def _of_attempts(sides: Sides, old: Visit, new: Visit, left: Attempt, right: Attempt) -> list[Found]:
    at, key, name = min(left.at, right.at), sides.key(new, CALLS), named(new, sides.turn(new))
    before, after = resource_text(left), resource_text(right)
    if before != after or left.resource != right.resource:
        if before == after:
            before, after = left.resource, right.resource
        places = place(sides.old.program, old, RESOURCE), place(sides.new.program, new, RESOURCE)
        sentence = f"{name} calls {after} instead of {before}"
        return [found(at, key, Kind.CALL_RESOURCE, sentence, new, old=call_json(left), new=call_json(right), places=places)]
    divergences = sides.same.divergences(left.arguments, right.arguments)
    if not divergences:
        return []
    pointer = divergences[0].pointer
    places = place(sides.old.program, old, ARGUMENTS, pointer), place(sides.new.program, new, ARGUMENTS, pointer)
    sentence = f"{name} calls {after} with other arguments: {changes_text(divergences)}"
    return [found(at, key, Kind.CALL_ARGUMENTS, sentence, new, old=left.arguments, new=right.arguments, pointer=pointer, places=places)]


def _failure_json(failure: tuple[str | None, str | None] | None) -> Json | Missing:
    return MISSING if failure is None else {"error": failure[0], "cause": failure[1]}


def _items(sides: Sides, old: Visit, new: Visit) -> Iterator[Found]:
    if old.length is None or new.length is None or old.length == new.length:
        return
    places = place(sides.old.program, old, ITEMS), place(sides.new.program, new, ITEMS)
    sentence = f"{named(new, sides.turn(new))} runs over {plural(new.length, 'item')} instead of {old.length:,}"
    yield found(min(old.entered, new.entered), sides.key(new, CALLS), Kind.PATH, sentence, new, old=old.length, new=new.length, places=places)


# ---------------------------------------------------------------------------------------------------------- retries


def _retries(sides: Sides, old: Visit, new: Visit) -> Iterator[Found]:
    theirs, ours = ([attempt.delay for attempt in visit.attempts[1:]] for visit in (old, new))
    if not old.attempts or not new.attempts or sides.unfinished(old, of=sides.old) or sides.unfinished(new, of=sides.new):
        return
    name, shared = named(new, sides.turn(new)), min(len(theirs), len(ours))
    places = place(sides.old.program, old, RETRY), place(sides.new.program, new, RETRY)
    if len(theirs) != len(ours):
        at = min(old.attempts[shared].at, new.attempts[shared].at)
        error = new.attempts[shared].error or old.attempts[shared].error
        sentence = f"{name} {_counts(len(theirs), len(ours))}" + (f" ({error})" if error else "")
        yield found(at, sides.key(new, INSIDE), Kind.RETRIES, sentence, new, old=[*theirs], new=[*ours], places=places)
    elif theirs != ours and not (_drawn(sides.old.program, old) and _drawn(sides.new.program, new)):
        at = next(min(left.at, right.at) for left, right in zip(old.attempts[1:], new.attempts[1:], strict=True) if left.delay != right.delay)
        sentence = f"{name} is retried after {delays_text(ours)} instead of {delays_text(theirs)}"
        yield found(at, sides.key(new, INSIDE), Kind.RETRIES, sentence, new, old=[*theirs], new=[*ours], places=places)


def _counts(before: int, now: int) -> str:
    if not before:
        return f"is retried {times(now)}, before it was not retried"
    return f"is no longer retried, before it was {times(before)}" if not now else f"is retried {times(now)} instead of {times(before)}"


def _drawn(program: Program, visit: Visit) -> bool:
    """Whether the delays are jitter: what is drawn differs with every draw before it."""
    state = state_at(program, visit)
    return state is not None and any(retrier.jitter for retrier in state.retriers)


# ------------------------------------------------------------------------------------------------------------- time


def of_time(sides: Sides, old: Visit, new: Visit) -> Iterator[Found]:
    """How long a visit took, for those whose time nothing else explains."""
    left, ended = sides.until(old), sides.until(new)
    if left is None or ended is None or left - old.entered == ended - new.entered:
        return
    took, takes = left - old.entered, ended - new.entered
    places = place(sides.old.program, old, WAIT), place(sides.new.program, new, WAIT)
    sentence = f"{named(new, sides.turn(new))} takes {span(takes)} instead of {span(took)}"
    yield found(min(left, ended), sides.key(new, LEAVING), Kind.DURATION, sentence, new, old=took.total_seconds(), new=takes.total_seconds(), places=places)
