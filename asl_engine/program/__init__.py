"""What will be run: a definition compiled once, frozen and free of its query language.

After `compile_machine` nothing asks which language a state was written in, which spelling or which default: every
field is a constant or a function. `Evaluate` takes what `$` stands for and the scope; `Output` takes the state's
raw input, its result and the scope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from asl_engine.expressions import Condition, Evaluate, Scope
from asl_engine.source import Source
from asl_engine.tasks.resource import Resource
from asl_engine.values import Json, Pointer

Output: TypeAlias = Callable[[Json, Json, Scope], Json]
"""(raw input, result, scope) -> what the state hands on, or the variables it assigns."""

Number: TypeAlias = "int | Evaluate | None"
"""A count or a number of seconds: a literal, an expression, or absent."""


class Stage(NamedTuple):
    """One named step of a state's data flow, for those who want to see each. Running uses the steps composed."""

    name: str
    """A member of TestState's inspectionData, such as "afterInputPath"; the last stage's is "output"."""
    step: Output | None
    """(raw input, value so far, scope) -> the next value; None hands it on."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrier:
    """Spec, "Retrying after error"."""

    pointer: Pointer
    errors: frozenset[str]
    interval: int
    max_attempts: int
    backoff_rate: float
    max_delay: int | None
    jitter: bool


@dataclass(frozen=True, slots=True, eq=False)
class Catcher:
    """Spec, "Fallback states". `output` takes (raw input, Error Output, scope); None hands on the Error Output."""

    pointer: Pointer
    errors: frozenset[str]
    next: str
    output: Output | None
    assign: Output | None


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceRule:
    pointer: Pointer
    condition: Condition
    next: str
    output: Output | None
    assign: Output | None


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Succeed:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Fail:
    error: Evaluate | None
    cause: Evaluate | None


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    until: Callable[[Json, Scope, int], int]
    """(effective input, scope, now) -> the instant to go on at; instants are microseconds since 1970."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    rules: tuple[ChoiceRule, ...]
    default: str | None
    default_pointer: Pointer


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    resource: Resource
    timeout: Number
    heartbeat: Number
    credentials: Evaluate | None


@dataclass(frozen=True, slots=True, eq=False)
class Parallel:
    branches: tuple[Program, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """ItemReader of a Distributed Map."""

    api: str
    arguments: Evaluate
    config: Mapping[str, Json]
    max_items: Number
    max_items_path: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Batcher:
    max_items: Number
    max_bytes: Number
    batch_input: Evaluate | None


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """ResultWriter of a Distributed Map; `arguments` is None when it only formats the result in place."""

    arguments: Evaluate | None
    config: Mapping[str, Json]


@dataclass(frozen=True, slots=True, eq=False)
class Distributed:
    """What a Map of Mode DISTRIBUTED has beyond an inline one."""

    execution_type: str
    label: str | None
    reader: Reader | None
    batcher: Batcher | None
    writer: Writer | None


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    items: Evaluate
    """Effective input -> the items; raises `Failure` when they are no array."""
    selector: Evaluate | None
    max_concurrency: Number
    tolerated_count: Number
    tolerated_percentage: float | Evaluate | None
    processor: Program
    distributed: Distributed | None


Body: TypeAlias = Pass | Task | Choice | Wait | Succeed | Fail | Parallel | Map


@dataclass(frozen=True, slots=True, eq=False)
class State:
    name: str
    pointer: Pointer
    type: str
    body: Body
    arguments: Evaluate | None
    """Raw input -> what the body gets; None hands it on as it is."""
    output: Output | None
    """None hands on the result."""
    before: tuple[Stage, ...]
    """`arguments`, step by step."""
    after: tuple[Stage, ...]
    """`output`, step by step."""
    assign: Output | None
    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]
    next: str | None
    """None ends the machine, branch or iteration."""
    entered: str
    """Type of the event AWS records on entry."""
    exited: str
    growth: int | None
    """When the output is the raw input with the (selected) result put in, and nothing else: the bytes that takes beyond both. None otherwise."""
    select: Output | None
    """ResultSelector alone, where `growth` is known and there is one; `place` is the rest of `output` then."""
    place: Output | None


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A machine, a branch or an item processor."""

    start_at: str
    states: Mapping[str, State]
    pointer: Pointer
    """"" for the top, "/States/Fan/Branches/0" for a branch."""
    timeout: int | None
    """TimeoutSeconds of the machine."""
    type: str
    """STANDARD or EXPRESS."""
    source: Source
