"""What a rule is, what it may ask, and what it says.

A rule is a module of `rules`: it knows one mistake and nothing else. Its docstring is its page (`asl check --explain`,
docs/lint): a first line that names the mistake, then the sections What, Why, Example, Instead. What AWS refuses is taken out
of a definition before rules see it (`sound`), so fields that are there have the types the grammar gives them; a required one
may be missing, a transition may lead nowhere. A text with "${…}", which a deployment tool has yet to fill, may stand anywhere
(`is_opaque`), and nothing is said about it.
A rule must not know files, lines, settings or suppressions, nor what other rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from asl_engine.analysis.graph import Graph, containers, graph_of
from asl_engine.diagnostics import Diagnostic, Severity
from asl_engine.linter.sound import sound
from asl_engine.source import Source
from asl_engine.syntax.reading import Where, pointer_of
from asl_engine.values import Json, Pointer

if TYPE_CHECKING:
    from asl_engine.linter.edits import Fix

DEFAULT, STRICT = "default", "strict"


@dataclass(frozen=True, slots=True)
class Advice:
    """One finding of a rule, which does not know its code or file."""

    pointer: Pointer
    message: str
    """One sentence in the language's terms, no trailing period: what is so, and what follows from it."""
    hint: str | None = None
    """What to do instead."""
    severity: Severity | None = None
    """None: the rule's SEVERITY."""
    fix: Fix | None = None
    """Only where it is certain that nobody could have meant anything else."""
    at_key: bool = False
    """Whether the name of the field is the place to show rather than its value."""


class Rule(Protocol):
    """What a module of `rules` holds."""

    __doc__: str | None
    CODE: str
    """Stable and never used again for anything else: "ASL310"."""
    NAME: str
    """A slug: "unbounded-loop"."""
    SEVERITY: Severity
    """ERROR: whoever gets there fails; a warning in the default profile, whose errors are what AWS refuses. WARNING: it will hurt. ADVICE: a better way."""
    PROFILE: str
    """DEFAULT: practically always right and worth knowing; STRICT: asked for with `--profile strict`."""

    @staticmethod
    def findings(facts: Facts) -> Iterator[Advice]: ...


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of data from outside of the definition; all of it may be missing."""

    input_schema: Json | None = None
    """JSON Schema of the execution's input."""
    result_schemas: Mapping[str, Json] = field(default_factory=dict)
    """Name of a state, or a Resource as written -> JSON Schema of what the task answers."""
    answers: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    """Name of a Task state -> what it answered in examples, such as scenarios."""
    service_shapes: Callable[[Any], Any] | None = None
    """A parsed `Resource` -> the shape of what its API answers, None if unknown."""


@dataclass(frozen=True, slots=True)
class ContainerAt:
    """The machine, a branch or an item processor: what owns a States object."""

    pointer: Pointer
    value: dict[str, Json]
    type: str
    """STANDARD or EXPRESS: how its states run. A Distributed Map says it for its children."""
    holder: Pointer | None
    """The Parallel or Map that runs it; None for the machine."""
    distributed: bool
    """Whether its states run as executions of their own."""


@dataclass(frozen=True, slots=True)
class StateAt:
    pointer: Pointer
    name: str
    type: str
    """As its Type field says: "Task"."""
    value: dict[str, Json]
    language: str
    """JSONPath or JSONata."""
    container: ContainerAt

    def target(self, name: str) -> Pointer:
        """The state of the same container with that name."""
        return self.pointer.parent / name


class Facts:
    """One definition and what many rules ask of it, computed when first asked."""

    def __init__(self, source: Source, *, type: str = "STANDARD", knowledge: Knowledge | None = None, refused: Sequence[Diagnostic] = ()) -> None:
        self.source = source
        self.value = sound(source.value, refused)
        """The definition, without what AWS refuses."""
        self.type = type
        """STANDARD or EXPRESS, of the machine."""
        self.knowledge = knowledge or Knowledge()

    @cached_property
    def graph(self) -> Graph:
        return graph_of(self.value)

    @cached_property
    def containers(self) -> tuple[ContainerAt, ...]:
        """Outer ones before those inside them."""
        found: dict[Pointer, ContainerAt] = {}
        for owner, where in containers(self.value):
            pointer = pointer_of(where)
            holder = _holder(where)
            outer = next((found[ancestor] for ancestor in _ancestors(pointer) if ancestor in found), None)
            config = owner.get("ProcessorConfig")
            distributed = isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"
            kind = outer.type if outer is not None else self.type
            if distributed and isinstance(config, dict) and config.get("ExecutionType") in ("STANDARD", "EXPRESS"):
                kind = str(config["ExecutionType"])
            found[pointer] = ContainerAt(pointer, owner, kind, holder, distributed)
        return tuple(found.values())

    @cached_property
    def states(self) -> tuple[StateAt, ...]:
        """Every state that is an object, nested ones behind their container."""
        machine_language = self.value.get("QueryLanguage")
        return tuple(
            StateAt(
                container.pointer / "States" / name,
                name,
                str(state.get("Type")),
                state,
                str(state.get("QueryLanguage", machine_language or "JSONPath")),
                container,
            )
            for container in self.containers
            for name, state in _members(container.value.get("States"))
            if isinstance(state, dict)
        )

    @cached_property
    def by_pointer(self) -> Mapping[Pointer, StateAt]:
        return {state.pointer: state for state in self.states}

    def of_type(self, *types: str) -> Iterator[StateAt]:
        return (state for state in self.states if state.type in types)

    @cached_property
    def dataflow(self) -> Any:
        """The `Dataflow` of the definition. Imported here: most rules do without."""
        return self._dataflow({})

    @cached_property
    def dataflow_of_answers(self) -> Any:
        """The same if tasks answered nothing but what they did in examples."""
        return self._dataflow(import_module("asl_engine.analysis.dataflow.samples").shapes_of_answers(self.knowledge.answers))

    def _dataflow(self, result_shapes: Mapping[str, Any]) -> Any:
        known = self.knowledge
        return import_module("asl_engine.analysis.dataflow").dataflow_of(
            self.value,
            type=self.type,
            input_schema=known.input_schema,
            result_schemas=known.result_schemas,
            result_shapes=result_shapes,
            service_shapes=known.service_shapes,
        )


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    return iter(value.items()) if isinstance(value, dict) else iter(())


def _holder(where: Where) -> Pointer | None:
    """Of "…/Branches/0", "…/ItemProcessor": the state in front."""
    if where is None:
        return None
    outer, step = where
    return pointer_of(outer[0] if isinstance(step, int) and outer is not None else outer)


def _ancestors(pointer: Pointer) -> Iterator[Pointer]:
    while pointer:
        pointer = pointer.parent
        yield pointer
