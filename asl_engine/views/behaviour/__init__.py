"""Two executions of one story, by an old and a new definition: what an outsider would see differ, and where it began.

Theory: an execution is observed by what it asks of the world (calls, their arguments and order), how long it takes, how it
ends and which states it went through. Histories are aligned branch by branch; the first place they part is the
divergence, what can be seen later follows from it and is folded. A revision that asks for an answer the story does
not have is a finding too: its history goes as far as it got.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from asl_engine.history.execution import Execution
from asl_engine.history.history import History
from asl_engine.program import Program
from asl_engine.values import MISSING, Json, Missing, Pointer
from asl_engine.views.comparing import ROOT


class Kind(StrEnum):
    STATUS = "status"
    ERROR = "error"
    """Both fail, with another error or cause."""
    PATH = "path"
    CALL_ADDED = "call added"
    CALL_REMOVED = "call removed"
    CALL_RESOURCE = "call resource"
    """The state calls something else."""
    CALL_ARGUMENTS = "call arguments"
    CALL_ORDER = "call order"
    UNANSWERED = "unanswered call"
    """One side asks for what the story does not answer."""
    RETRIES = "retries"
    DURATION = "duration"
    OUTPUT = "output"
    LIMIT = "limit"
    """One side does not come to an end within the bounds."""


@dataclass(frozen=True, slots=True)
class Told:
    """One side: how a revision told the story."""

    program: Program
    history: History
    """Of the whole execution, or up to where it could not go on."""
    status: str
    """"SUCCEEDED", "FAILED", ...; "RUNNING" if it could not go on."""
    output: Json | Missing = MISSING
    error: str | None = None
    cause: str | None = None
    path: tuple[str, ...] = ()
    elapsed: timedelta = timedelta(0)
    trouble: str | None = None
    """Why it could not go on, in one sentence: the unanswered call, the limit, who stalls."""
    trouble_code: str | None = None
    """Class name of the tool's exception: "UnmockedTask", "MockExhausted", "LimitExceeded", "ExecutionStalled"."""
    children: Mapping[str, Sequence[Execution]] = field(default_factory=dict)
    """Child executions of Distributed Maps, by Map Run ARN, in item order."""


@dataclass(frozen=True, slots=True)
class Divergence:
    kind: Kind
    sentence: str
    """"calls sqs:sendMessage in Notify" / "Charge: 2 retries → 4"; without a trailing period."""
    state: str | None = None
    """Path of the state in the new definition ("Fan[2]/Pay"), in the old one for what only it has."""
    old: Json | Missing = MISSING
    """Both sides' data: arguments, output, error, path, ..."""
    new: Json | Missing = MISSING
    pointer: Pointer = ROOT
    """Where inside the data they first differ."""
    old_at: Pointer | None = None
    """What in the old definition is behind it; None when nothing in particular is."""
    new_at: Pointer | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Nothing differs when `first` is None."""

    first: Divergence | None = None
    consequences: tuple[Divergence, ...] = ()
    """What else can be seen, all of it after the first: at most one of a kind and state."""

    def __bool__(self) -> bool:
        return self.first is not None

    @property
    def all(self) -> tuple[Divergence, ...]:
        return () if self.first is None else (self.first, *self.consequences)


def compare(old: Told, new: Told, *, renamed: Mapping[str, str] | None = None) -> Comparison:
    """How the new side differs; `renamed` gives the new names of the old side's states, for which a rename is no difference."""
    # Imported here: what compares is made of these types.
    from asl_engine.views.behaviour.differences import differences

    found = differences(old, new, renamed or {})
    return Comparison(found[0], tuple(found[1:])) if found else Comparison()
