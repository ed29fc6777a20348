"""How two executions ended differently: status, error and cause, output, the time it took; or that one came to no end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asl_engine.program import Fail
from asl_engine.values import MISSING, Json, Missing
from asl_engine.views.behaviour import Kind, Told
from asl_engine.views.behaviour.places import CAUSE, ERROR, place, state_at
from asl_engine.views.behaviour.sides import AT_THE_END, INSIDE, Found, Sides, found
from asl_engine.views.behaviour.visits import call_json, made
from asl_engine.views.behaviour.words import cause_text, changes_text, end_text, history_is_full, plural, resource_text, span
from asl_engine.views.visits import Visit

NO_END = frozenset({"LimitExceeded", "ExecutionStalled"})


def of_endings(sides: Sides) -> Iterator[Found]:
    old, new = sides.old, sides.new
    if old.trouble is not None or new.trouble is not None:
        yield from _troubles(sides)
        return
    at = min(old.elapsed, new.elapsed)
    places = place(old.program, sides.last[0]), place(new.program, sides.last[1])
    if history_is_full(old) is not history_is_full(new):
        yield found(at, AT_THE_END, Kind.LIMIT, _endless(old, new), sides.last[1], places=places, old=_end(old), new=_end(new))
    elif old.status != new.status:
        yield found(at, AT_THE_END, Kind.STATUS, f"{end_text(new)} instead of {end_text(old)}", sides.last[1], places=places, old=_end(old), new=_end(new))
    elif old.status == "SUCCEEDED":
        yield from _output(sides)
    elif old.error != new.error or not sides.same.same_text(old.cause, new.cause):
        yield from _error(sides)
    if old.elapsed != new.elapsed:
        sentence = f"takes {span(new.elapsed)} instead of {span(old.elapsed)}"
        yield found(at, (*AT_THE_END, INSIDE), Kind.DURATION, sentence, old=old.elapsed.total_seconds(), new=new.elapsed.total_seconds())


def _end(told: Told) -> Json:
    return {"status": told.status, "error": told.error, "cause": told.cause}


def _endless(old: Told, new: Told) -> str:
    if history_is_full(new):
        return f"goes on until its history is full ({plural(len(new.history), 'event')}, {span(new.elapsed)}) instead of ending {end_text(old)}"
    return f"ends {end_text(new)} instead of going on until its history is full ({plural(len(old.history), 'event')}, {span(old.elapsed)})"


def _output(sides: Sides) -> Iterator[Found]:
    divergences = sides.same.divergences(sides.old.output, sides.new.output)
    if not divergences:
        return
    places = place(sides.old.program, sides.last[0]), place(sides.new.program, sides.last[1])
    sentence = f"the output is another one: {changes_text(divergences)}"
    key = (*AT_THE_END, 0)
    yield found(sides.new.elapsed, key, Kind.OUTPUT, sentence, old=sides.old.output, new=sides.new.output, pointer=divergences[0].pointer, places=places)


def _error(sides: Sides) -> Iterator[Found]:
    old, new = sides.old, sides.new
    sentence = f"{end_text(new)} instead of {end_text(old)}"
    left, right = sides.last
    if old.error != new.error:
        fields = ERROR
    else:
        fields = CAUSE
        sentence = f"the cause of {new.error or 'the failure'} is {_quoted(new.cause)} instead of {_quoted(old.cause)}"
    places = place(old.program, left, fields if _fails(old, left) else ()), place(new.program, right, fields if _fails(new, right) else ())
    yield found(min(old.elapsed, new.elapsed), AT_THE_END, Kind.ERROR, sentence, right, old=_end(old), new=_end(new), places=places)


def _quoted(cause: str | None) -> str:
    text = cause_text(cause)
    return f'"{text}"' if text else "nothing"


def _fails(told: Told, visit: Visit | None) -> bool:
    state = None if visit is None else state_at(told.program, visit)
    return state is not None and isinstance(state.body, Fail)


# --------------------------------------------------------------------------------------------------------- troubles


def _troubles(sides: Sides) -> Iterator[Found]:
    """Sides that could not go on. Where both stopped for the same reason at the same place, neither is behind it."""
    old, new = sides.old, sides.new
    left, right = _stopped(old, sides.old_visits), _stopped(new, sides.new_visits)
    both = old.trouble_code == new.trouble_code
    if both and (old.trouble_code == "LimitExceeded" or left is right is None or (left, right) in [*sides.aligned.pairs, *sides.aligned.moved]):
        return
    told, visit = (new, right) if new.trouble is not None else (old, left)
    kind = Kind.LIMIT if told.trouble_code in NO_END else Kind.UNANSWERED
    calls = [] if visit is None else made(visit)[-1:]
    data: Json | Missing = call_json(calls[0]) if calls else MISSING
    here = place(told.program, visit)
    key = sides.key(visit, INSIDE) if visit is not None else AT_THE_END
    if told is new:
        yield found(told.elapsed, key, kind, _sentence(told, visit, ""), visit, new=data, places=(None, here))
    else:
        yield found(told.elapsed, key, kind, _sentence(told, visit, "no longer "), visit, old=data, places=(here, None))


def _stopped(told: Told, visits: Sequence[Visit]) -> Visit | None:
    """The visit in which a side could not go on: the one its trouble names, else the last one that is under way."""
    if told.trouble is None:
        return None
    under_way = [visit for visit in visits if visit.left is None]
    return next((visit for visit in under_way if f'"{visit.path}"' in told.trouble), under_way[-1] if under_way else None)


def _fault(refusal: str) -> str:
    """What is wrong, without who sent it where: that is told."""
    return refusal.partition(" (attempt ")[2].partition("): at ")[2] or refusal


def _sentence(told: Told, visit: Visit | None, negated: str) -> str:
    calls = [] if visit is None else made(visit)[-1:]
    if visit is not None and calls:
        resource = resource_text(calls[0])
        match told.trouble_code:
            case "UnmockedTask":
                return f"{visit.name} {negated}calls {resource}, which nothing answers"
            case "MockExhausted":
                return f"{visit.name} {negated}calls {resource} more often than it is answered"
            case "ServiceArgumentsError":
                return f"{visit.name} {negated}sends {resource} what its API does not take: {_fault(told.trouble or '')}"
            case "MockError":
                return f"{visit.name} {negated}calls {resource}, and what answers it fails: {told.trouble}"
            case "ExecutionStalled":
                return f"{visit.name} {negated}waits for {resource} for ever"
    return f"no longer stopped: {told.trouble}" if negated else f"cannot go on: {told.trouble}"
