"""Hypothesis strategies: inputs and task outcomes made from what a definition itself says.

    from hypothesis import given
    from asl_engine.strategies import inputs, outcomes

    @given(inputs(program), outcomes(program))
    def test_an_order_is_paid_or_refused(input, outcomes):
        execution = asl.run(program, input, tasks=outcomes)
        assert execution.error in (None, "Order.Refused")

Theory: a draw is a well-formed world (every member that is read is there, of the type it is used as, with a constant it is
compared with or one beside it) and then a few things that go wrong in it. So runs get far before they meet trouble, and
an example shrinks to the one trouble that matters. What is read, where it comes from and what it is compared with is
told by `analysis.provenance`; which errors can happen, by Retry, Catch and the timeouts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from hypothesis import strategies as st

from asl_engine.analysis.needs import DEEPEST, Need, variants
from asl_engine.analysis.provenance import INPUT, error_of, result_of
from asl_engine.analysis.provenance_states import needs_of
from asl_engine.failures import ALL, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT
from asl_engine.harness.outcomes import Answer, Outcomes
from asl_engine.program import Catcher, Choice, Map, Parallel, Program, Retrier, State, Task
from asl_engine.values import MISSING, Json, Missing, Pointer, fresh, json_text

Steps: TypeAlias = "tuple[str | int, ...]"

UNNAMED = "Error.NobodyNames"
"""An error no Retry or Catch names."""
NOBODY_WAITS_SO_LONG = 10
"""Attempts up to which a Retrier is exhausted; one with more is an endless loop in a test."""
_SIMPLE: list[Json] = ["a", "b", ""]
_OF_KIND: dict[str, st.SearchStrategy[Json]] = {
    "string": st.sampled_from(_SIMPLE),
    "number": st.integers(0, 10) | st.sampled_from([0.5, -1, 1000]),
    "seconds": st.integers(0, 90),
    "boolean": st.booleans(),
    "timestamp": st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", "2025-12-31T23:59:59Z", "2026-01-02T00:00:00+01:00"]),
    "base64": st.sampled_from(["YQ==", "e30="]),
    "object": st.just({}),
    "array": st.lists(st.sampled_from(_SIMPLE), max_size=3),
}
_WRONG: tuple[Json | Missing, ...] = (MISSING, None, "text", 0, True, [], {})


# ---------------------------------------------------------------------------------------------------------- inputs


def inputs(program: Program, *, flaws: int = 2) -> st.SearchStrategy[Json]:
    """Execution inputs: objects with every member the machine reads of its input.

    Values are the constants of Choice rules and Conditions, their neighbours (±1, one character or one second more or
    less, texts that fit a StringMatches and one that does not), or of the type they are used as. At most `flaws` members
    are then absent, null or of another type; 0 gives well-formed inputs only. An input of which nothing is read is `{}`.
    """
    need = needs_of(_program(program).source.value).get(INPUT, Need())
    return _flawed(_sound(need) if _is_asked(need) else st.just({}), flaws)


def _is_asked(need: Need) -> bool:
    return bool(need.members or need.element or need.text or need.kinds or need.values)


def _sound(need: Need, depth: int = 0) -> st.SearchStrategy[Json]:
    """Values that have what is asked of them."""
    if depth > DEEPEST:
        return st.sampled_from(_SIMPLE)
    if need.text is not None and not need.members:
        return _sound(need.text, depth + 1).map(json_text)
    if need.element is not None or ("array" in need.kinds and need.members):
        return st.lists(_sound(_of_elements(need), depth + 1), max_size=3)
    if need.members:
        sound = {name: _sound(member, depth + 1) for name, member in need.members.items()}
        optional = {name: value for name, value in sound.items() if need.members[name].optional}
        required = {name: value for name, value in sound.items() if name not in optional}
        return st.fixed_dictionaries(required, optional=optional)
    return _scalar(need)


def _of_elements(need: Need) -> Need:
    """A member behind an array is a member of its elements: JSONata maps over them."""
    element = need.element or Need()
    if not need.members:
        return element
    return Need({**need.members, **element.members}, element.element, element.text, element.kinds, element.values)


def _scalar(need: Need) -> st.SearchStrategy[Json]:
    constants = [*need.values, *(value for other in need.alike for value in other.values)]
    if constants:
        return st.sampled_from(constants)
    if need.alike and "timestamp" not in need.kinds:
        # Two values that are compared with each other meet more often when there are few.
        return st.sampled_from([0, 1, 2] if "number" in need.kinds else _SIMPLE)
    return st.one_of([_OF_KIND[kind] for kind in need.kinds]) if need.kinds else st.sampled_from(_SIMPLE)


def _flawed(sound: st.SearchStrategy[Json], flaws: int) -> st.SearchStrategy[Json]:
    if not flaws:
        return sound

    @st.composite
    def with_flaws(draw: st.DrawFn) -> Json:
        value = draw(sound)
        for _ in range(draw(st.sampled_from([0, 0, 0, *range(1, flaws + 1)]))):
            places = list(_places(value))
            if places:
                value = _with(value, draw(st.sampled_from(places)), draw(st.sampled_from(_WRONG)))
        return value

    return with_flaws()


def _places(value: Json, here: Steps = ()) -> Iterator[Steps]:
    """The way to every member and element, outer ones first."""
    inside: list[tuple[str | int, Json]] = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    yield from ((*here, step) for step, _ in inside)
    yield from chain.from_iterable(_places(member, (*here, step)) for step, member in inside)


def _with(value: Json, place: Steps, other: Json | Missing) -> Json:
    whole: Any = fresh(value)
    holder = whole
    for step in place[:-1]:
        holder = holder[step]
    if isinstance(other, Missing):
        del holder[place[-1]]
    else:
        holder[place[-1]] = fresh(other)
    return whole  # type: ignore[no-any-return]


# -------------------------------------------------------------------------------------------------------- outcomes


def outcomes(program: Program, *, troubles: int = 3) -> st.SearchStrategy[Outcomes]:
    """What the tasks answer: each succeeds with what later states read of its result, and at most `troubles` things go wrong.

    A trouble is, at one task: an error its Retry or Catch names, once or so often that the Retrier is exhausted; an error
    nobody names; no answer, where a timeout exists; a late answer; another answer, well-formed or not. 0 gives none.
    """
    needs = needs_of(_program(program).source.value)
    callers = list(_callers(program, program.timeout is not None or program.type == "EXPRESS"))
    usual = {caller.name: caller.results(needs.get(result_of(caller.name), Need())) for caller in callers}
    later = {caller.name: [caller.wrapped(value) for value in variants(needs.get(result_of(caller.name), Need()))] for caller in callers}
    causes = {caller.name: _sound(cause) for caller in callers if (cause := needs.get(error_of(caller.name), Need()).members.get("Cause"))}
    possible = [(caller.name, trouble) for caller in callers for trouble in caller.troubles(usual[caller.name], causes.get(caller.name))]

    @st.composite
    def drawn(draw: st.DrawFn) -> Outcomes:
        before: dict[str, list[Answer]] = {caller.name: [] for caller in callers}
        if possible and troubles:
            for name, trouble in draw(st.lists(st.sampled_from(possible), max_size=troubles)):
                before[name].append(draw(trouble))
        return Outcomes({caller.name: [*before[caller.name], *caller.answers(draw(usual[caller.name]), later[caller.name])] for caller in callers})

    return drawn()


@dataclass(frozen=True, eq=False)
class _Caller:
    """A state that calls something."""

    state: State
    can_time_out: bool
    """Whether something ends the waiting when no answer comes."""
    can_miss_heartbeat: bool
    loops: bool
    """Whether it can be entered again from itself."""
    wrapped: Callable[[Json], Json]
    """Makes the service's answer of what the state is to get."""

    @property
    def name(self) -> str:
        return self.state.name

    def results(self, need: Need) -> st.SearchStrategy[Json]:
        return (_sound(need) if _is_asked(need) else st.just({})).map(self.wrapped)

    def answers(self, drawn: Json, later: list[Json]) -> list[Answer]:
        """The drawn answer for ever; in a loop once, and then others: a poller that hears the same for ever never ends."""
        if not self.loops:
            return [{"return": drawn, "always": True}]
        return [{"return": drawn}, *({"return": value} for value in later[:-1]), {"return": later[-1], "always": True}]

    def troubles(self, usual: st.SearchStrategy[Json], cause: st.SearchStrategy[Json] | None) -> list[st.SearchStrategy[Answer]]:
        """The ways it goes wrong, those the definition names first. `cause`, if somebody reads that of a failure."""
        handlers: tuple[Retrier | Catcher, ...] = (*self.state.retriers, *self.state.catchers)
        named = list(dict.fromkeys(error for handler in handlers for error in sorted(handler.errors) if error not in (ALL, TASK_FAILED)))
        beats = self.can_miss_heartbeat and HEARTBEAT_TIMEOUT in named
        silent = [error for error, possible in ((TIMEOUT, self.can_time_out and not beats), (HEARTBEAT_TIMEOUT, beats)) if possible]
        found = [self._failing(error, st.just({"never": True}) if error in silent else _thrown(error, cause)) for error in [*named, UNNAMED]]
        if silent == [TIMEOUT] and TIMEOUT not in named:
            found.append(self._failing(TIMEOUT, st.just({"never": True})))
        if isinstance(self.state.body, Task):
            late = st.sampled_from(["1s", "1m", "1h"])
            found.append(st.builds(lambda value, after: {"return": value, "after": after}, usual, late))
            found.append(st.builds(lambda value: {"return": value}, _flawed(usual, 1)))
        return found

    def _failing(self, error: str, answers: st.SearchStrategy[Answer]) -> st.SearchStrategy[Answer]:
        """Once, or so often that the Retrier gives up."""
        retrier = next((retrier for retrier in self.state.retriers if _names(retrier, error)), None)
        if retrier is None or not 0 < retrier.max_attempts <= NOBODY_WAITS_SO_LONG:
            return answers
        repeated = st.sampled_from([1, retrier.max_attempts + 1])
        return st.builds(lambda answer, times: answer if times == 1 else {**answer, "times": times}, answers, repeated)


def _thrown(error: str, cause: st.SearchStrategy[Json] | None) -> st.SearchStrategy[Answer]:
    def answer(told: Json) -> Answer:
        return {"throw": {"error": error} if told is None else {"error": error, "cause": str(told)}}

    return (st.none() if cause is None else cause).map(answer)


def _names(retrier: Retrier, error: str) -> bool:
    return error in retrier.errors or ALL in retrier.errors or (TASK_FAILED in retrier.errors and error != TIMEOUT)


def _callers(program: Program, bounded: bool) -> Iterator[_Caller]:
    """Every state that calls something, at any depth. `bounded`: a timeout of the whole execution ends all waiting."""
    for state in program.states.values():
        loops = _loops(state, program)
        match state.body:
            case Task(timeout=timeout, heartbeat=heartbeat):
                yield _Caller(state, bounded or timeout is not None or heartbeat is not None, heartbeat is not None, loops, lambda value: value)
            case Parallel(branches=branches):
                for branch in branches:
                    yield from _callers(branch, bounded)
            case Map(processor=processor, distributed=distributed):
                if distributed is not None and distributed.reader is not None:
                    yield _Caller(state, False, False, loops, _as_dataset(distributed.reader.config))
                elif distributed is not None and distributed.writer is not None:
                    yield _Caller(state, False, False, loops, lambda value: {})
                yield from _callers(processor, bounded and distributed is None)


def _loops(state: State, program: Program) -> bool:
    reached: set[str] = set()
    waiting = list(_targets(state))
    while waiting:
        name = waiting.pop()
        if name not in reached and name in program.states:
            reached.add(name)
            waiting += _targets(program.states[name])
    return state.name in reached


def _targets(state: State) -> Iterator[str]:
    if state.next is not None:
        yield state.next
    yield from (catcher.next for catcher in state.catchers)
    if isinstance(state.body, Choice):
        yield from (rule.next for rule in state.body.rules)
        if state.body.default is not None:
            yield state.body.default


def _as_dataset(config: Mapping[str, Json]) -> Callable[[Json], Json]:
    """What S3 answers an ItemReader: the items as the object's body, and a listing with one key."""
    pointer = config.get("ItemsPointer")
    steps = Pointer(pointer).tokens if isinstance(pointer, str) else ()

    def wrapped(items: Json) -> Json:
        body: Json = items if isinstance(items, list) else []
        for step in reversed(steps):
            body = {step: body}
        if config.get("InputType") == "MANIFEST":
            body = {"files": [], "fileSchema": "Bucket, Key", "fileFormat": "CSV"} if config.get("ManifestType") != "ATHENA_DATA" else []
        return {"Body": body, "Contents": [{"Key": "a", "Size": 1}]}

    return wrapped


def _program(program: Program) -> Program:
    if not isinstance(program, Program):
        raise TypeError(f"strategies are made of a program, asl_engine.load(…), not of {type(program).__name__}")
    return program
