"""Stories: one execution input, and what every call is answered, told alike by two revisions.

Theory: a story is the plain case (everybody answers what later states read) and the troubles that make it another one.
A trouble is a change of the input, or what one state's calls get from one visit on or in one visit. So a story is
small data, and the smallest one that shows a difference is found by leaving troubles out. States are named as the new
revision names them; the old one's get the answers of their counterparts. What a story says can be written as the
`mocks` of a scenario, and means the same there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from asl_engine.harness.made_up import Alternative, path_text
from asl_engine.tasks.conditions import Visits
from asl_engine.tasks.runtime import Failed, Outcome, Succeeded, TaskCall, Unanswered
from asl_engine.values import Json, Missing, fresh, json_text

Answer: TypeAlias = "dict[str, Json]"
"""As a scenario file has it: {"return": …}, {"throw": {"error": …, "cause": …}} or {"never": true}; "after" and "heartbeats" in seconds."""
Turn: TypeAlias = "tuple[Answer, ...]"
"""What one visit gets, attempt by attempt; the last answer is given to all further attempts."""
Turns: TypeAlias = "tuple[Turn, ...]"
"""Visit by visit; the last turn is every further visit's."""


class Reach(StrEnum):
    """How long a trouble lasts."""

    FROM = "from this visit on"
    ONLY = "in this visit"


@dataclass(frozen=True, slots=True, eq=False)
class InputTrouble:
    """The input is another one."""

    words: str
    changes: tuple[Alternative, ...]

    @property
    def lacks(self) -> bool:
        """Whether something that is asked for is not there, or null."""
        return any(isinstance(change.value, Missing) or change.value is None for change in self.changes)


@dataclass(frozen=True, slots=True, eq=False)
class CallTrouble:
    """One state's calls get something else."""

    state: str
    visit: int
    turn: Turn
    reach: Reach
    said: str
    """What the state does, without when: "answers status FAILED", "fails with an error nobody names"."""
    lacks: bool = False
    """Whether it answers without something that is asked for."""
    change: Alternative | None = None
    """What an answer has otherwise than the plain one; in one visit several changes make one answer."""

    def is_besides(self, other: Trouble) -> bool:
        """Whether both change one answer."""
        if not isinstance(other, CallTrouble) or self.change is None or other.change is None:
            return False
        return (other.state, other.visit) == (self.state, self.visit)

    @property
    def words(self) -> str:
        when = {
            (Reach.FROM, True): "",
            (Reach.FROM, False): f" from visit {self.visit + 1} on",
            (Reach.ONLY, True): " in the first visit",
            (Reach.ONLY, False): f" in visit {self.visit + 1}",
        }[self.reach, self.visit == 0]
        return f"{self.state} {self.said}{when}"


Trouble: TypeAlias = "InputTrouble | CallTrouble"


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """The story in which nothing goes wrong."""

    input: Json
    turns: Mapping[str, Turns]
    """By the state's name in the new revision."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old names and the new ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    plain: Plain
    troubles: tuple[Trouble, ...] = ()

    @property
    def input(self) -> Json:
        value = self.plain.input
        for trouble in self.troubles:
            if isinstance(trouble, InputTrouble):
                for change in trouble.changes:
                    value = change.of(value)
        return value

    @property
    def key(self) -> str:
        """Tells stories of one plain case apart."""
        told: list[Json] = []
        for trouble in self.troubles:
            match trouble:
                case InputTrouble(changes=changes):
                    told.append([[path_text(change.place), "absent" if isinstance(change.value, Missing) else [change.value]] for change in changes])
                case CallTrouble():
                    told.append([trouble.state, trouble.visit, trouble.reach.value, *trouble.turn])
        return json_text(told)

    def turns(self, state: str) -> Turns:
        """What the state's calls get. A state nobody thought of answers an empty object."""
        turns = self.plain.turns.get(state, (({"return": {}},),))
        for index, trouble in enumerate(self.troubles):
            if isinstance(trouble, CallTrouble) and trouble.state == state:
                among_others = any(trouble.is_besides(other) for other in self.troubles[:index])
                turns = _troubled(turns, replace(trouble, turn=_changed(turns, trouble)) if among_others else trouble)
        return turns

    def mocks(self, names: Iterator[str] | list[str]) -> dict[str, Json]:
        """What stands under `mocks` in a scenario file for states of these names, old or new."""
        return {name: _written(self.turns(self.plain.renamed.get(name, name))) for name in names}


def _changed(turns: Turns, trouble: CallTrouble) -> Turn:
    """The answer that is given there already, with one more change."""
    assert trouble.change is not None
    answer = turns[min(trouble.visit, len(turns) - 1)][0]
    return ({**answer, "return": trouble.change.of(answer["return"])},)


def _troubled(turns: Turns, trouble: CallTrouble) -> Turns:
    before = tuple(turns[min(visit, len(turns) - 1)] for visit in range(trouble.visit))
    if trouble.reach is Reach.FROM:
        return (*before, trouble.turn)
    return (*before, trouble.turn, *(turns[trouble.visit + 1 :] or turns[-1:]))


def _written(turns: Turns) -> Json:
    """Answers with `visit` and `attempt` where they are for some only; the last one is given always."""
    listed: list[Json] = []
    for visit, turn in enumerate(turns):
        for attempt, answer in enumerate(turn):
            said: Answer = dict(answer)
            if visit < len(turns) - 1:
                said["visit"] = visit
            if attempt < len(turn) - 1:
                said["attempt"] = attempt
            if said.keys() == answer.keys():
                said["always"] = True
            listed.append(fresh(said))
    return listed[0] if len(listed) == 1 else listed


class Telling:
    """A story's answers to one side's calls: a task runtime for one execution, since it counts visits."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._turns: dict[str, list[list[Outcome]]] = {}
        self._visits: dict[str, Visits] = {}
        self.calls: dict[tuple[str, int], str] = {}
        """(the state's name in the new revision, visit) of every call, in the order first made; and the state's path."""
        self.asked: dict[str, None] = {}
        """Names of the states that called, as this side names them."""

    def perform(self, call: TaskCall) -> Outcome:
        named = call.state_name
        name = self._story.plain.renamed.get(named, named)
        if named not in self._turns:
            self.asked[named] = None
            self._turns[named] = [[outcome_of(answer) for answer in turn] for turn in self._story.turns(name)]
            self._visits[named] = Visits()
        visit = self._visits[named].of(call)
        self.calls.setdefault((name, visit), str(call.state_path))
        turn = self._turns[named][min(visit, len(self._turns[named]) - 1)]
        return turn[min(call.attempt, len(turn) - 1)]


def outcome_of(answer: Answer) -> Outcome:
    seconds = answer.get("after", 0)
    after = timedelta(seconds=seconds if isinstance(seconds, (int, float)) else 0)
    thrown = answer.get("throw")
    if isinstance(thrown, dict):
        error, cause = thrown.get("error"), thrown.get("cause")
        return Failed(error if isinstance(error, str) else None, cause if isinstance(cause, str) else None, after)
    if "never" in answer:
        beats = answer.get("heartbeats")
        return Unanswered(tuple(timedelta(seconds=beat) for beat in beats if isinstance(beat, int)) if isinstance(beats, list) else ())
    return Succeeded(answer["return"], after)
