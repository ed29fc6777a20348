"""The finished analysis, and how one is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from asl_engine.analysis.dataflow.facts import Problem, Read, Situation, Visit
from asl_engine.analysis.dataflow.misses import Miss, misses_of
from asl_engine.analysis.dataflow.schemas import shape_of_schema
from asl_engine.analysis.dataflow.shapes import ANYTHING, Shape, joined
from asl_engine.analysis.dataflow.walk import ServiceShapes, Walk
from asl_engine.analysis.provenance_states import members
from asl_engine.values import Json, Pointer


class Dataflow:
    """What is known of the data of one machine."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def shape_at(self, state: Pointer) -> Shape | None:
        """The input of a state, joined over all ways to it; None if no execution reaches it."""
        entry = self.walk.entries.get(state)
        return None if entry is None else entry.data

    def situation_at(self, state: Pointer) -> Situation | None:
        """The same with the variables it sees."""
        return self.walk.entries.get(state)

    def after(self, state: Pointer) -> Shape | None:
        """What a state hands on, Catchers included; impossible if it always fails, None if no execution reaches it."""
        visit = self.walk.visits.get(state)
        return None if visit is None else joined(flow.situation.data for flow in visit.flows)

    @property
    def output(self) -> Shape:
        """What the machine may end with."""
        return self.walk.output

    @property
    def visits(self) -> Mapping[Pointer, Visit]:
        """What was noticed at each state that is reached."""
        return self.walk.visits

    @property
    def reads(self) -> tuple[tuple[Pointer, Read], ...]:
        """Every read of a path, with its state; one per field and text."""
        found: dict[tuple[Pointer, str, bool], tuple[Pointer, Read]] = {}
        for state, visit in self.walk.visits.items():
            for read in visit.reads:
                known = found.get((read.pointer, read.text, read.needed))
                if known is None or (read.found.absent and not known[1].found.absent):
                    found[read.pointer, read.text, read.needed] = (state, read)
        return tuple(found.values())

    @cached_property
    def misses(self) -> tuple[Miss, ...]:
        """What fields read and may not find, one per state and place."""
        return tuple(misses_of(self.walk))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong beside what is missing: types, arguments, comparisons."""
        found: dict[tuple[str, str, str], Problem] = {}
        for visit in self.walk.visits.values():
            for problem in visit.problems:
                found.setdefault((problem.fault, problem.pointer, problem.detail), problem)
        return tuple(found.values())


def dataflow_of(
    definition: Json,
    *,
    type: str = "STANDARD",
    input_schema: Json | None = None,
    result_schemas: Mapping[str, Json] | None = None,
    result_shapes: Mapping[str, Shape] | None = None,
    service_shapes: ServiceShapes | None = None,
) -> Dataflow:
    """Analyses a definition (its JSON value) of type STANDARD or EXPRESS. Never raises; what cannot be followed is unknown.

    `input_schema` is a JSON Schema of the execution's input. `result_schemas` and `result_shapes` say what tasks answer, by the name
    of the state or its Resource as written; shapes win. `service_shapes` tells the shape of a service API's answer.
    """
    results = {name: shape_of_schema(schema) for name, schema in (result_schemas or {}).items()}
    given = ANYTHING if input_schema is None else shape_of_schema(input_schema)
    results |= result_shapes or {}
    return Dataflow(Walk(members(definition), type, ANYTHING if given.is_impossible else given, results, service_shapes))
