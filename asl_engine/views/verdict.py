"""Whether what was observed is what was expected: `judge(execution, expectation)` gives every mismatch.

Each mismatch knows the event it shows at, so that the first difference can be told from what follows of it. Nothing
is asked but the history; nothing is decided about how a mismatch looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from asl_engine.bounds import Bound
from asl_engine.history.execution import Execution, Status
from asl_engine.scenario import CallExpectation, ExecutionExpectation, Expectation, Text
from asl_engine.spell import nearest
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text
from asl_engine.views.comparing import ROOT, Divergence, departure, exceeding, lacking, unequal
from asl_engine.views.facts import Facts, span_text
from asl_engine.views.snapshot import snapshot_of
from asl_engine.views.states import state_mismatches
from asl_engine.views.transitions import ARROW, means


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that does not hold."""

    keys: tuple[str | int, ...]
    """Where it is written, below `expect`: ("states", "Charge", "attempts")."""
    what: str
    """What is compared: "Charge, attempts of visit 1"."""
    expected: str
    actual: str
    at: int
    """Id of the event it shows at; the last one's for what only the end tells."""
    pointer: Pointer = ROOT
    """Inside the value that is compared."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One scenario's result: what happened, and what of it was not expected."""

    id: str
    name: str
    location: str
    reproduce: str
    """The command that plays it again."""
    execution: Execution | None
    """As far as it came; None if it could not begin."""
    mismatches: tuple[Mismatch, ...] = ()
    places: tuple[str, ...] = ()
    """file:line:column of each mismatch's expectation."""
    fault: str | None = None
    """Why it could not be played to its end: a mistake in definition, mocks or scenario, with its code."""
    warnings: tuple[str, ...] = field(default=())
    """Mocks that were never used."""

    @property
    def passed(self) -> bool:
        return self.fault is None and not self.mismatches


def judge(execution: Execution, expectation: ExecutionExpectation) -> tuple[Mismatch, ...]:
    """Every mismatch, the earliest in the execution first; none if all is as expected. What `machines` says is judged by who ran them."""
    facts = Facts(execution)
    found = [
        *_ending(facts, expectation),
        *_output(facts, expectation),
        *_way(facts, expectation),
        *_states(facts, expectation),
        *_numbers(facts, expectation),
        *_calls(facts, expectation),
        *_variables(facts, expectation),
        *_snapshot(facts, expectation),
    ]
    return tuple(sorted(found, key=lambda mismatch: mismatch.at))


# ---------------------------------------------------------------- the end


def _ending(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    execution = facts.execution
    status = str(execution.status)
    if wanted.status is not None:
        if status != wanted.status:
            yield Mismatch(("status",), "status", wanted.status, _status_text(execution), facts.end)
    elif wanted.error is None and wanted.cause is None:
        # Silence is no licence to fail.
        snapshot = wanted.snapshot if isinstance(wanted, Expectation) else None
        recorded = snapshot is not None and (not snapshot or "status" in snapshot)
        if execution.status is not Status.SUCCEEDED and not recorded:
            yield Mismatch((), "status", "SUCCEEDED (nothing else is said)", _status_text(execution), facts.end)
    elif execution.status is Status.SUCCEEDED:
        yield Mismatch(("error",) if wanted.error else ("cause",), "status", "a failure", status, facts.end)
        return
    if wanted.says("error") and not (execution.error is None if wanted.error is None else wanted.error.equals(execution.error)):
        yield Mismatch(("error",), "error", _wanted(wanted.error), _quoted(execution.error), facts.end)
    if wanted.says("cause") and not (execution.cause is None if wanted.cause is None else wanted.cause.within(execution.cause)):
        yield Mismatch(("cause",), "cause", _wanted(wanted.cause, "text with "), _quoted(execution.cause), facts.end)


def _status_text(execution: Execution) -> str:
    told = ": ".join(part for part in (execution.error, execution.cause) if part)
    return f"{execution.status} ({_clipped(told)})" if told else str(execution.status)


def _wanted(text: Text | None, before: str = "") -> str:
    if text is None:
        return "none"
    return f"text like {text.text}" if text.pattern else f"{before}{_quoted(text.text)}"


def _quoted(text: str | None) -> str:
    return "none" if text is None else _clipped(json_text(text))


def _output(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    for key, compare in (("output", lacking), ("output_exact", exceeding)):
        if wanted.says(key):
            value = getattr(wanted, key)
            if facts.execution.status is not Status.SUCCEEDED:
                yield Mismatch((key,), "output", value_text(value), f"none: the execution {str(facts.execution.status).replace('_', ' ')}", facts.end)
            elif found := compare(facts.execution.output, value):
                yield differing((key,), "output", found, facts.end)


def differing(keys: tuple[str | int, ...], what: str, found: Divergence, at: int) -> Mismatch:
    """A mismatch of two values, at the place where they differ first."""
    return Mismatch(keys, what, value_text(found.expected), value_text(found.actual), at, found.pointer)


# ---------------------------------------------------------------- the way


def _way(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    if wanted.path is not None:
        yield from _path(facts, wanted.path, ("path",))
    for index, named in enumerate(wanted.visited or ()):
        if not _occurrences(facts, named):
            yield Mismatch(("visited", index), f"visited {named}", "at least once", f"never{_meant(facts, named)}", facts.end)
    for index, named in enumerate(wanted.never or ()):
        if found := _occurrences(facts, named):
            times = "once" if len(found) == 1 else f"{len(found)} times"
            yield Mismatch(("never", index), f"never {named}", "not at all", times, found[0])
    if wanted.order is not None:
        yield from _order(facts, wanted.order)
    if isinstance(wanted.transitions, list):
        for index, named in enumerate(wanted.transitions):
            if not _occurrences(facts, named):
                yield Mismatch(("transitions", index), f"transition {named}", "at least once", "never", facts.end)


def _path(facts: Facts, wanted: Sequence[str], keys: tuple[str | int, ...]) -> Iterator[Mismatch]:
    actual = [visit.name for visit in facts.top]
    left = departure(actual, wanted)
    if left is None:
        return
    at = facts.top[left.actual].entered_id if left.actual < len(actual) else facts.end
    inside = (*keys, left.wanted) if left.wanted < len(wanted) else keys
    yield Mismatch(inside, f"path, state {left.actual + 1}", _around(wanted, left.wanted), _around(actual, left.actual), at)


def _around(names: Sequence[str], index: int) -> str:
    """The path near one place, which is marked: "… → Charge → [Done]"."""
    low, high = max(0, index - 3), index + 4
    shown = [f"[{name}]" if position == index else name for position, name in enumerate(names[low:high], low)]
    if index >= len(names):
        shown.append("[the end]")
    return " → ".join([*(["…"] if low else []), *shown, *(["…"] if high < len(names) else [])])


def _occurrences(facts: Facts, named: str) -> list[int]:
    """Ids of the events at which a state, or a transition "A -> B", occurs."""
    if ARROW in named:
        return [transition.id for transition in facts.transitions if means(named, transition)]
    return [visit.entered_id for visit in facts.visits_of(named)]


def _meant(facts: Facts, named: str) -> str:
    near = nearest(named, {visit.name for visit in facts.visits})
    return f' (but "{near}" was)' if near and ARROW not in named else ""


def _order(facts: Facts, wanted: Sequence[str]) -> Iterator[Mismatch]:
    after = 0
    for index, named in enumerate(wanted):
        found = next((id for id in _occurrences(facts, named) if id > after), None)
        if found is None:
            earlier = _occurrences(facts, named)
            told = f"{named} only before {wanted[index - 1]}" if earlier and index else f"{named} never"
            yield Mismatch(("order", index), "order", " … ".join(wanted[: index + 1]), told, facts.end)
            return
        after = found


def _states(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    for named, expected in (wanted.states or {}).items():
        for keys, what, expects, actual, at, pointer in state_mismatches(facts, named, expected):
            yield Mismatch(("states", named, *keys), what, expects, actual, at, pointer)


# ---------------------------------------------------------------- numbers and calls


def _numbers(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    if wanted.duration is not None and not wanted.duration.holds(facts.execution.elapsed):
        yield Mismatch(("duration",), "duration", wanted.duration.text, span_text(facts.execution.elapsed), facts.end)
    if wanted.events is not None and not wanted.events.holds(facts.end):
        yield Mismatch(("events",), "events", wanted.events.text, str(facts.end), facts.end)
    if isinstance(wanted.transitions, Bound) and not wanted.transitions.holds(len(facts.transitions)):
        yield Mismatch(("transitions",), "transitions", wanted.transitions.text, str(len(facts.transitions)), facts.end)
    for named, bound in (wanted.retries or {}).items():
        visits = facts.visits_of(named) if named else facts.visits
        attempts = [attempt for visit in visits for attempt in visit.attempts if attempt.retry]
        if not bound.holds(len(attempts)):
            keys = ("retries", named) if named else ("retries",)
            at = attempts[-1].id if attempts else (visits[-1].entered_id if named and visits else facts.end)
            unvisited = f" ({named} was never entered)" if named and not visits else ""
            yield Mismatch(keys, f"retries of {named}" if named else "retries", bound.text, f"{len(attempts)}{unvisited}", at)


def _calls(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    for resource, expectations in (wanted.calls or {}).items():
        for index, expected in enumerate(expectations):
            yield from _calls_of(facts, resource, expected, ("calls", resource, index))


def _calls_of(facts: Facts, resource: str, wanted: CallExpectation, keys: tuple[str | int, ...]) -> Iterator[Mismatch]:
    made = [call for call in facts.calls_of(resource) if wanted.state is None or wanted.state in (call.state, call.path)]
    with_arguments = wanted.says("arguments")
    fitting = [call for call in made if not with_arguments or lacking(call.arguments, wanted.arguments) is None]
    if wanted.count.holds(len(fitting)):
        return
    at = facts.end if wanted.count.wants_more_than(len(fitting)) else fitting[-1].id
    if with_arguments and not fitting and (nearby := [found for call in made if (found := lacking(call.arguments, wanted.arguments))]):
        # Deepest first: the call that agrees longest is the one that was meant.
        yield differing((*keys, "arguments"), f"calls of {resource}, arguments", max(nearby, key=lambda found: len(found.pointer.tokens)), at)
        return
    what = f"calls of {resource}" + (" with these arguments" if with_arguments else "")
    others = "" if made else _other_resources(facts, resource)
    yield Mismatch((*keys, "count"), what, wanted.count.text, f"{len(fitting)}{others}", at)


def _other_resources(facts: Facts, resource: str) -> str:
    called = dict.fromkeys(call.resource for call in facts.calls)
    near = nearest(resource.rpartition(":")[2], [name.rpartition(":")[2] for name in called])
    return f' (but "{near}" was called)' if near else ""


def _variables(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    for name, value in (wanted.variables or {}).items():
        assigning = [visit for visit in facts.top if name in visit.assigned]
        at = (assigning[-1].left_id or facts.end) if assigning else facts.end
        if not assigning and lacking(MISSING, value) is not None:
            yield Mismatch(("variables", name), f"variable ${name}", value_text(value), "never assigned", at)
        elif assigning and (found := lacking(facts.variables[name], value)):
            yield differing(("variables", name), f"variable ${name}", found, at)


def _snapshot(facts: Facts, wanted: ExecutionExpectation) -> Iterator[Mismatch]:
    if not isinstance(wanted, Expectation) or not wanted.says("snapshot"):
        return
    if not wanted.snapshot:
        yield Mismatch(("snapshot",), "snapshot", "a record", "nothing is recorded yet; asl test --update writes it", facts.end)
        return
    observed = snapshot_of(facts)
    for key, recorded in wanted.snapshot.items():
        if key == "path" and isinstance(recorded, list):
            yield from _path(facts, [str(name) for name in recorded], ("snapshot", "path"))
        elif found := unequal(observed[key], recorded):
            yield differing(("snapshot", key), f"snapshot, {key}", found, facts.end)


# ---------------------------------------------------------------- words


def value_text(value: Json | Missing) -> str:
    return "nothing" if isinstance(value, Missing) else _clipped(json_text(value))


def _clipped(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"
