"""Expectations of one state's visits: written as a mapping for every visit, as a list for each in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from asl_engine.scenario import StateExpectation
from asl_engine.spell import nearest
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text
from asl_engine.views.comparing import exceeding, lacking
from asl_engine.views.facts import Facts, names_resource, span_text
from asl_engine.views.visits import Attempt, Visit

Found: TypeAlias = "tuple[tuple[str | int, ...], str, str, str, int, Pointer]"
"""(keys below the state, what is compared, expected, actual, event id, pointer inside the value)"""
HERE = Pointer("")


def state_mismatches(facts: Facts, named: str, expected: StateExpectation | list[StateExpectation]) -> Iterator[Found]:
    visits = facts.visits_of(named)
    if isinstance(expected, list):
        if len(visits) != len(expected):
            at = visits[len(expected)].entered_id if len(visits) > len(expected) else facts.end
            yield (), f"{named}, visits", str(len(expected)), f"{len(visits)}{_meant(facts, named, visits)}", at, HERE
        for index, (one, visit) in enumerate(zip(expected, visits, strict=False)):
            for keys, *rest in _of_visit(facts, named, one, visit, index, len(visits)):
                yield ((index, *keys), *rest)  # type: ignore[misc]
        return
    if expected.visits is not None and not expected.visits.holds(len(visits)):
        at = visits[-1].entered_id if visits else facts.end
        yield ("visits",), f"{named}, visits", expected.visits.text, f"{len(visits)}{_meant(facts, named, visits)}", at, HERE
    elif not visits and expected.visits is None:
        yield (), f"{named}, visits", "at least 1", f"0{_meant(facts, named, visits)}", facts.end, HERE
    for index, visit in enumerate(visits):
        found = list(_of_visit(facts, named, expected, visit, index, len(visits)))
        yield from found
        if found:
            return  # the later visits would say the same again


def _meant(facts: Facts, named: str, visits: list[Visit]) -> str:
    if visits:
        return ""
    near = nearest(named, {visit.path if "/" in named else visit.name for visit in facts.visits})
    return f' (but "{near}" was visited)' if near else ""


def _of_visit(facts: Facts, named: str, wanted: StateExpectation, visit: Visit, index: int, visits: int) -> Iterator[Found]:
    name = named if visits == 1 else f"{named}, visit {index + 1} of {visits}"
    last = visit.attempts[-1] if visit.attempts else None
    left = visit.left_id or facts.end
    yield from _value(wanted, "input", name, visit.input, visit.entered_id)
    called = [attempt.resource for attempt in visit.attempts if attempt.resource]
    if wanted.resource is not None and (not called or not all(names_resource(wanted.resource, resource) for resource in called)):
        yield ("resource",), f"{name}, resource", wanted.resource, called[0] if called else "nothing: it called nothing", visit.entered_id, HERE
    for attempt in visit.attempts:
        found = list(_value(wanted, "arguments", name, attempt.arguments, attempt.id))
        yield from found
        if found:
            break
    for key in ("arguments", "arguments_exact"):
        if wanted.says(key) and not visit.attempts:
            yield (key,), f"{name}, arguments", json_text(getattr(wanted, key)), "nothing: it called nothing", visit.entered_id, HERE
    if wanted.attempts is not None and not wanted.attempts.holds(len(visit.attempts)):
        yield ("attempts",), f"{name}, attempts", wanted.attempts.text, _attempts_text(visit), last.id if last else visit.entered_id, HERE
    yield from _value(wanted, "result", name, last.result if last else MISSING, left)
    yield from _value(wanted, "output", name, visit.output, left)
    yield from _handled(facts, wanted, name, visit, last, left)
    for variable, value in (wanted.assigned or {}).items():
        if variable not in visit.assigned and lacking(MISSING, value) is None:
            continue
        if variable not in visit.assigned:
            yield ("assigned", variable), f"{name}, ${variable}", json_text(value), "not assigned", left, HERE
        elif divergence := lacking(visit.assigned[variable], value):
            yield ("assigned", variable), f"{name}, ${variable}", _text(divergence.expected), _text(divergence.actual), left, divergence.pointer


def _handled(facts: Facts, wanted: StateExpectation, name: str, visit: Visit, last: Attempt | None, left: int) -> Iterator[Found]:
    """Error, catcher, rule, next and duration: how the visit ended."""
    if wanted.says("error"):
        failed = last.error if last is not None and last.failed else None
        if failed is None and visit.failure is not None:
            # AWS tells a failed Parallel's or Map's error to its catcher only, not with the attempt.
            failed = visit.failure[0]
        if not (failed is None if wanted.error is None else wanted.error.equals(failed)):
            yield (
                ("error",),
                f"{name}, error",
                "none" if wanted.error is None else wanted.error.text,
                "none" if failed is None else json_text(failed),
                left,
                HERE,
            )
    if wanted.caught is not None:
        catcher = None if visit.catcher is None else int(visit.catcher.rpartition("/")[2])
        holds = (catcher is not None) is wanted.caught if isinstance(wanted.caught, bool) else catcher == wanted.caught
        if not holds:
            told = "not caught" if catcher is None else f"caught by Catch {catcher}"
            asked = "not caught" if wanted.caught is False else "caught" if wanted.caught is True else f"caught by Catch {wanted.caught}"
            yield ("caught",), name, asked, told, left, HERE
    if wanted.rule is not None:
        taken = None if visit.rule is None else visit.rule.rpartition("/")[2]
        if taken != (wanted.rule.capitalize() if isinstance(wanted.rule, str) else str(wanted.rule)):
            yield ("rule",), f"{name}, rule", str(wanted.rule), "none" if taken is None else taken.lower(), left, HERE
    if wanted.next is not None:
        led = next((after.name for after in facts.visits if after.container == visit.container and after.previous == visit.left_id), None)
        if led != wanted.next:
            yield ("next",), f"{name}, next", wanted.next, led or "nothing: it ends here", left, HERE
    if wanted.duration is not None and (visit.left is None or not wanted.duration.holds(visit.left - visit.entered)):
        took = "it never left" if visit.left is None else span_text(visit.left - visit.entered)
        yield ("duration",), f"{name}, duration", wanted.duration.text, took, left, HERE


def _attempts_text(visit: Visit) -> str:
    errors = [attempt.error or "no error given" for attempt in visit.attempts if attempt.failed]
    return f"{len(visit.attempts)}" + (f" (failed: {', '.join(errors)})" if errors else "")


def _value(wanted: StateExpectation, key: str, name: str, actual: Json | Missing, at: int) -> Iterator[Found]:
    for said, compare in ((key, lacking), (f"{key}_exact", exceeding)):
        if wanted.says(said) and (divergence := compare(actual, getattr(wanted, said))):
            yield (said,), f"{name}, {key}", _text(divergence.expected), _text(divergence.actual), at, divergence.pointer


def _text(value: Json | Missing) -> str:
    if isinstance(value, Missing):
        return "nothing"
    text = json_text(value)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text):,} characters)"
