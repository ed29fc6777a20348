"""What the analysis finds and remembers: situations, what was read in them, what can go wrong there.

These are the values that its phases hand each other: `visit` makes them for one state, `walk` for the whole machine, `routes`
explains them, rules word them. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from asl_engine.analysis.dataflow.shapes import IMPOSSIBLE, NOTHING, Absence, Shape, Step, join
from asl_engine.analysis.graph import ArcKind
from asl_engine.values import Pointer


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at one point between two states."""

    data: Shape
    """The state's input, or what a state hands on."""
    variables: Mapping[str, Shape] = field(default_factory=dict)
    """Visible variables; one that is not listed was never assigned."""

    def variable(self, name: str) -> Shape:
        return self.variables.get(name, NOTHING)


def join_situations(left: Situation, right: Situation) -> Situation:
    """Returns `left` itself when `right` adds nothing."""
    data = join(left.data, right.data)
    mine, others = left.variables, right.variables
    changed = {name: join(value, others.get(name, NOTHING)) for name, value in mine.items() if value is not others.get(name)}
    changed = {name: value for name, value in changed.items() if value is not mine[name]}
    changed |= {name: join(NOTHING, value) for name, value in others.items() if name not in mine}
    if not changed:
        return left if data is left.data else Situation(data, mine)
    return Situation(data, {**mine, **changed})


@dataclass(frozen=True, slots=True)
class Flow:
    """One way out of a state, with what goes along."""

    kind: ArcKind
    index: int | None
    target: str | None
    """A state of the same container; None ends it."""
    situation: Situation
    wrote: tuple[tuple[Step, ...], ...] = ()
    """Places of the input that this state put something at, and kept the rest."""
    keeps: bool = False
    """Whether everything else of the state's input goes along unchanged."""
    made: str = ""
    """What the state does instead of keeping its input, as a clause behind its name: "replaces the whole input with its result"."""
    assigned: frozenset[str] = frozenset()


class Root(StrEnum):
    """What a path starts from."""

    INPUT = "input"
    """The state's raw input, or what InputPath made of it while that is the whole of it."""
    VARIABLE = "variable"
    OTHER = "other"
    """The Context object, the state's own result, what InputPath, ResultSelector or an expression made."""


EXPRESSION = "the expression"
"""The name of a place that is no path: what a JSONata expression gives."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a read looks at: steps below the raw input, below a variable, or below something else."""

    root: Root
    name: str
    """The variable's name; what else it is, in the language's terms: "the result"."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A field needed the value of a path."""

    pointer: Pointer
    """The field."""
    text: str
    """The path or expression as written."""
    place: Place
    found: Shape
    """What is there, before anything was learned from reading it."""
    owner: Shape
    """What the place's steps start from."""
    needed: bool = True
    """Whether the state fails when nothing is there; IsPresent and `$exists` only ask."""

    @property
    def certainly_missing(self) -> bool:
        """Whether whoever evaluates it finds nothing; a Choice rule is evaluated only when those before it do not hold."""
        return not self.found.has_value and Absence.OPEN not in self.found.absent


class Fault(StrEnum):
    KIND = "kind"
    """A value of a type that the field or function does not take; it fails the state."""
    NEVER = "never"
    """A comparison that cannot hold."""
    SHADOWED = "shadowed"
    """A Choice rule that an earlier one always forestalls."""
    ARGUMENTS = "arguments"
    """Arguments that an intrinsic function cannot take, whatever the data."""
    OPERAND = "operand"
    """What an operator or a function of JSONata cannot take: whenever it is evaluated, it fails."""


@dataclass(frozen=True, slots=True)
class Problem:
    fault: Fault
    pointer: Pointer
    state: Pointer
    certain: bool
    """Whether whoever gets here fails (KIND, ARGUMENTS); whether it is so for all data (NEVER, SHADOWED)."""
    read: Read | None = None
    found: Shape = IMPOSSIBLE
    """KIND: what stands there."""
    wanted: frozenset[str] = frozenset()
    """KIND: the JSON types the field takes."""
    detail: str = ""
    """SHADOWED, ARGUMENTS, NEVER: what a sentence needs beside."""


@dataclass(slots=True)
class Visit:
    """What one visit of a state noticed; the last one, with the most general input, counts."""

    reads: list[Read] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    flows: tuple[Flow, ...] = ()
    uses_all: bool = False
    """Whether the whole of its input goes to somebody outside: a task without Parameters."""


NOWHERE = Situation(IMPOSSIBLE)
