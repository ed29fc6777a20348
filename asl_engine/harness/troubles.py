"""What can happen in the world of two revisions: the plain story, and every trouble that either of them provides for.

Theory: the definitions say what matters. A result is made of what later states read of it; what can go wrong is what a
Retrier or Catcher names, an error nobody names, silence where a timeout waits, and answers another Choice rule would
take. Two errors that the same handlers of both revisions take are one trouble. This module looks at programs and makes
stories; it runs nothing and knows no search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from asl_engine.analysis.needs import Need
from asl_engine.analysis.provenance import INPUT, Source, error_of
from asl_engine.failures import ALL, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT
from asl_engine.harness.made_up import Alternative, Joined, Place, asked
from asl_engine.harness.stories import Answer, CallTrouble, InputTrouble, Plain, Reach, Trouble, Turn
from asl_engine.program import Catcher, Map, Retrier, State, Task
from asl_engine.values import MISSING, Json, Missing, Pointer, json_text

UNNAMED = "Error.NobodyNames"
"""An error no Retry or Catch names."""
MOST_ERRORS = 12
"""Of one state."""
MOST_EXTRA = 10
"""Items beyond the plain case, to see a MaxConcurrency at work."""
MOST_HEARTBEATS = 200
SECONDS_INSIDE_A_MAP = 1
"""Calls of iterations take time: otherwise nobody could see how many run at once."""
Within: TypeAlias = "tuple[State, ...]"
"""A state that calls, and the Parallels and Maps around it, inner ones first."""


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A state that calls something, as either revision or both have it."""

    name: str
    sides: tuple[Within, ...]
    can_time_out: bool


@dataclass(eq=False)
class World:
    """Of two revisions. Make it with `worlds.world_of`."""

    renamed: Mapping[str, str]
    input: Joined
    results: Mapping[str, Joined]
    causes: Mapping[str, Joined]
    callers: Mapping[str, Caller]
    needs: tuple[Mapping[Source, Need], Mapping[Source, Need]]
    put: frozenset[str]
    """Members of the state's data the machines write themselves: asked of the input only where nothing wrote them before."""
    base: Json
    """The plain input."""
    answers: Mapping[str, Json]
    """What each resource answers in the plain story, before it is wrapped as the service would."""
    rewritten: frozenset[str] = frozenset()
    """States that are in another query language in the new revision."""
    _said: dict[str, list[CallTrouble]] = field(default_factory=dict)

    # -------------------------------------------------------------------------------------------------- the plain story

    @property
    def plain(self) -> Plain:
        return Plain(self.base, {name: (self._turn(name, answer),) for name, answer in self.answers.items()}, self.renamed)

    def with_plain(self, base: Json, answers: Mapping[str, Json]) -> World:
        """The same world, where something else is the plain case."""
        return replace(self, base=base, answers=answers, _said={})

    def others_than_plain(self, name: str) -> Iterator[Json]:
        """Answers of a state's resource that would do as plain ones."""
        if name not in self.results:
            return
        if asked(self.results[name].need) and (whole := self.results[name].whole()) != self.answers[name]:
            yield whole
        for alternative in self.results[name].alternatives():
            if not isinstance(alternative.value, Missing) and (other := alternative.of(self.answers[name])) != self.answers[name]:
                yield other

    def _turn(self, name: str, value: Json) -> Turn:
        answer: Answer = {"return": self._wrapped(name, value)}
        if any(isinstance(outer.body, Map) for within in self.callers[name].sides for outer in within[1:]):
            answer["after"] = SECONDS_INSIDE_A_MAP
        return (answer,)

    def _wrapped(self, name: str, value: Json) -> Json:
        for within in self.callers[name].sides:
            body = within[0].body
            if isinstance(body, Map) and body.distributed is not None:
                return as_dataset(body.distributed.reader.config, value) if body.distributed.reader is not None else {}
        return value

    def on_both_sides(self, name: str) -> bool:
        """Whether both revisions have this state that calls."""
        return name in self.callers and len(self.callers[name].sides) == len(self.needs)

    # ------------------------------------------------------------------------------------------------------- troubles

    def at_call(self, name: str, visit: int, reach: Reach) -> list[CallTrouble]:
        """What may go wrong in a visit of a state that calls: other answers, then errors, then silence."""
        if name not in self.callers:
            return []
        if name not in self._said:
            self._said[name] = [*self._other_answers(name), *self._failures(name)]
        return [replace(trouble, visit=visit, reach=reach) for trouble in self._said[name]]

    def _other_answers(self, name: str) -> Iterator[CallTrouble]:
        plain = self.answers[name]
        for alternative in self.results[name].alternatives():
            other = alternative.of(plain)
            if json_text(other) != json_text(plain):
                lacks = isinstance(alternative.value, Missing) or alternative.value is None
                change = alternative if self._wrapped(name, other) is other else None
                yield CallTrouble(name, 0, self._turn(name, other), Reach.FROM, f"answers {alternative.words}", lacks, change)

    def besides(self, told: Sequence[Trouble]) -> Iterator[Trouble]:
        """What else may be otherwise in the input or the answer that the last of these troubles changes: a rule may look at several members.

        Other values elsewhere, of those that come later, so that no two changes are made in both orders.
        """
        last = told[-1]
        if isinstance(last, InputTrouble):
            made = [change for trouble in told if isinstance(trouble, InputTrouble) for change in trouble.changes]
            others: Sequence[InputTrouble | CallTrouble] = self.inputs()
        elif last.reach is Reach.FROM and last.change is not None:
            made = [trouble.change for trouble in told if isinstance(trouble, CallTrouble) and trouble.is_besides(last) and trouble.change is not None]
            others = self.at_call(last.state, last.visit, Reach.FROM)
        else:
            return
        if not all(map(_is_value, made)):
            return
        behind = False
        for other in others:
            changes = other.changes if isinstance(other, InputTrouble) else (other.change,) if other.change is not None else ()
            if len(changes) != 1 or not _is_value(changes[0]):
                continue
            if behind and not any(_overlap(changes[0].place, change.place) for change in made):
                yield other
            behind = behind or _said(changes[0]) == _said(made[-1])

    def _failures(self, name: str) -> Iterator[CallTrouble]:
        caller = self.callers[name]
        retried = any(state.retriers for within in caller.sides for state in within[:1])
        plain = self._turn(name, self.answers[name])
        for error in self._errors(caller):
            said = "an error nobody names" if error == UNNAMED else error
            thrown: Answer = {"throw": {"error": error, "cause": self._cause(name)}}
            yield CallTrouble(name, 0, (thrown,), Reach.FROM, f"fails with {said}")
            if retried:
                yield CallTrouble(name, 0, (thrown, *plain), Reach.FROM, f"fails once with {said}")
        if caller.can_time_out:
            yield CallTrouble(name, 0, ({"never": True},), Reach.FROM, "never answers")
            if beats := _heartbeats(caller):
                yield CallTrouble(name, 0, ({"never": True, "heartbeats": [*beats]},), Reach.FROM, "is alive and never answers")

    def _errors(self, caller: Caller) -> list[str]:
        """One of every class of errors that the same handlers take, on both sides; the unnamed one stands for all the rest."""
        listed = [error for within in caller.sides for state in within for errors in _errors_named(state) for error in errors]
        told = [value for need in self._error_names(caller.name) for value in need.values if isinstance(value, str)]
        silent = [TIMEOUT, HEARTBEAT_TIMEOUT] if caller.can_time_out else []
        found: dict[Json, str] = {}
        for error in [*told, UNNAMED, *dict.fromkeys(listed)]:
            if error in (ALL, TASK_FAILED, *silent):
                continue
            key = json_text([handled(error, within) for within in caller.sides] + ([error] if error in told else []))
            found.setdefault(key, error)
        return sorted(found.values(), key=lambda error: error == UNNAMED)[:MOST_ERRORS]

    def _error_names(self, name: str) -> Iterator[Need]:
        for needs in self.needs:
            if (need := needs.get(error_of(name))) is not None and "Error" in need.members:
                yield need.members["Error"]

    def _cause(self, name: str) -> str:
        cause = self.causes.get(name)
        made = cause.plain() if cause is not None else None
        return made if isinstance(made, str) else f"{name} did not work"

    # ---------------------------------------------------------------------------------------------------------- input

    def inputs(self) -> list[InputTrouble]:
        """What each revision alone asks for first; then one change each."""
        found: list[InputTrouble] = []
        whole = self.base
        for side, words in ((0, "input as the old revision asks for it"), (1, "input as the new revision asks for it")):
            lacking = tuple(Alternative(path, MISSING) for path in self._only(1 - side))
            if lacking:
                found.append(InputTrouble(words, lacking))
        one_sided = [path for side in (0, 1) for path in self._only(side)]
        written = [(name,) for name in self.put if not isinstance(whole, dict) or name not in whole]
        for alternative in self.input.alternatives():
            if (
                alternative.place[:1] in written
                or any(alternative.place[: len(path)] == path for path in one_sided)
                or json_text(alternative.of(whole)) == json_text(whole)
            ):
                continue
            words = alternative.words
            words = f"input {words}" if words.startswith(("with ", "without ")) else f"input with {words}"
            found.append(InputTrouble(words, (alternative,)))
        return found

    def _only(self, side: int) -> list[tuple[str, ...]]:
        """The outermost members of the input that one revision reads and the other does not."""
        own, other = (self.needs[index].get(INPUT, Need()) for index in (side, 1 - side))
        return [path for path in _missing(own, other, ()) if path[0] not in self.put]


def _is_value(change: Alternative) -> bool:
    """Whether it is another value, not another number of elements or nothing at all."""
    return change.value is not None and not isinstance(change.value, (Missing, list))


def _said(change: Alternative) -> tuple[Place, str]:
    return change.place, "" if isinstance(change.value, Missing) else json_text(change.value)


def _overlap(one: Place, other: Place) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _missing(own: Need, other: Need, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, member in own.members.items():
        if name not in other.members:
            if not other.kinds and not (other.element or other.text):
                yield (*path, name)
        elif len(path) < 12:
            yield from _missing(member, other.members[name], (*path, name))


def _heartbeats(caller: Caller) -> list[int]:
    """Seconds at which a worker reports that keeps every HeartbeatSeconds and comes to every TimeoutSeconds; none where that takes too many."""
    bodies = [within[0].body for within in caller.sides]
    beats = [body.heartbeat for body in bodies if isinstance(body, Task) and isinstance(body.heartbeat, int)]
    ends = [body.timeout for body in bodies if isinstance(body, Task) and isinstance(body.timeout, int)]
    if not beats or not ends or min(beats) < 2 or max(ends) // (min(beats) - 1) > MOST_HEARTBEATS:
        return []
    return list(range(min(beats) - 1, max(ends) + 1, min(beats) - 1))


def counts_beyond(within: Within) -> Iterator[int]:
    """One item more than may run at once or fail, for every Map around."""
    for state in within:
        if isinstance(state.body, Map):
            for limit in (state.body.max_concurrency, state.body.tolerated_count):
                if isinstance(limit, int) and 2 <= limit <= MOST_EXTRA:
                    yield limit + 1


def _errors_named(state: State) -> Iterator[list[str]]:
    yield from (sorted(retrier.errors) for retrier in state.retriers)
    yield from (sorted(catcher.errors) for catcher in state.catchers)


def handled(error: str, within: Within) -> Json:
    """Which Retrier and Catcher take an error, at the state and at each Parallel and Map around it."""
    found: list[Json] = []
    for state in within:
        retrier = next((index for index, retrier in enumerate(state.retriers) if takes(retrier, error)), None)
        catcher = next((index for index, catcher in enumerate(state.catchers) if takes(catcher, error)), None)
        found.append([retrier, catcher])
        if catcher is not None:
            break
    return found


def takes(handler: Retrier | Catcher, error: str) -> bool:
    return error in handler.errors or ALL in handler.errors or (TASK_FAILED in handler.errors and error != TIMEOUT)


def as_dataset(config: Mapping[str, Json], items: Json) -> Json:
    """What S3 answers an ItemReader: the items as the object's body, and a listing with one key."""
    pointer = config.get("ItemsPointer")
    body: Json = items if isinstance(items, list) else []
    for step in reversed(Pointer(pointer).tokens if isinstance(pointer, str) else ()):
        body = {step: body}
    if config.get("InputType") == "MANIFEST":
        body = {"files": [], "fileSchema": "Bucket, Key", "fileFormat": "CSV"} if config.get("ManifestType") != "ATHENA_DATA" else []
    return {"Body": body, "Contents": [{"Key": "a", "Size": 1}]}
