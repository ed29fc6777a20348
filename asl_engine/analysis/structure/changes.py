"""What a difference of two definitions is made of: changes, each with its place on both sides, and the pairs of states.

Data only. `structure` and `contract` make them; views and renderers read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from asl_engine.values import MISSING, Json, Missing, Pointer


class ChangeKind(StrEnum):
    STATE_ADDED = "state added"
    STATE_REMOVED = "state removed"
    STATE_RENAMED = "state renamed"
    STATE_MOVED = "state moved"
    """Into another container."""
    TYPE = "type"
    LANGUAGE = "query language"
    """JSONPath to JSONata or back."""
    START = "start"
    TRANSITION = "transition"
    """Next, End, Default: another target."""
    RULE = "rule"
    RETRIER = "retrier"
    CATCHER = "catcher"
    TIMEOUT = "timeout"
    """TimeoutSeconds, HeartbeatSeconds, of a state or the machine."""
    WAIT = "wait"
    RESOURCE = "resource"
    DATA = "data"
    """Parameters, Arguments, paths, Result, ResultSelector, Output, Assign, ..."""
    FAILURE = "failure"
    """Error and Cause of a Fail state."""
    CONTAINER = "container"
    """Branches of a Parallel; a Map's concurrency, tolerance, reader, batcher, writer, mode."""
    INPUT = "input"
    """What the machine asks of its input: told by `contract`."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, with its place on both sides."""

    kind: ChangeKind
    state: str | None
    """The state's path in the new definition, in the old one if it is gone ("Fan[0]/Pay", "Each/Pay" below a Map); None is the machine."""
    sentence: str
    """Without the state: "MaxAttempts 3→5: worst wait 7 s → 63 s"; no trailing period."""
    old: Pointer | None
    """Where the old definition says so; None for what is new."""
    new: Pointer | None
    before: Json | Missing = MISSING
    after: Json | Missing = MISSING
    neutral: bool = False
    """By itself nothing anybody could observe but a name: a rename, another query language, what no execution reaches."""


@dataclass(frozen=True, slots=True)
class Structure:
    changes: tuple[Change, ...] = ()
    """In the order of the new definition; what is gone stands where it stood."""
    pairs: Mapping[Pointer, Pointer] = field(default_factory=dict)
    """States of the old definition and their counterparts in the new one."""

    @property
    def renamed(self) -> dict[str, str]:
        """Old names of states and their new ones, where they differ. Names of states are unique in a machine."""
        return {old.tokens[-1]: new.tokens[-1] for old, new in self.pairs.items() if old.tokens[-1] != new.tokens[-1]}
