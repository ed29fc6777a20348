"""One state, looked at once: what its fields read, what it hands on and where.

Order and defaults are the specification's, "Input and Output Processing"; the same steps as `program.dataflow` compiles, on shapes
instead of values. A field that certainly fails ends the state: nothing leaves it but what a Catcher may catch, and the
failures of JSONPath (States.Runtime) are caught by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asl_engine.analysis.dataflow.choices import muted, refine
from asl_engine.analysis.dataflow.context import ERROR_OUTPUT, context_of
from asl_engine.analysis.dataflow.facts import Fault, Flow, Place, Problem, Read, Root, Situation, Visit
from asl_engine.analysis.dataflow.places import put, with_mapped_presence
from asl_engine.analysis.dataflow.reading import Ground, Reader, written_value
from asl_engine.analysis.dataflow.services import map_result, task_result
from asl_engine.analysis.dataflow.shapes import (
    ANYTHING,
    EMPTY_OBJECT,
    IMPOSSIBLE,
    NUMBER,
    PERHAPS_NOTHING,
    TEXT,
    Shape,
    Step,
    array_of,
    join,
    object_of,
    of_kinds,
    tuple_of,
)
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.analysis.graph import ArcKind
from asl_engine.analysis.provenance_states import Members, items, members, text
from asl_engine.expressions import ExpressionError
from asl_engine.expressions.jsonpath import is_opaque, parse_path
from asl_engine.values import Json, Pointer

WITH_RESULT = ("Task", "Parallel", "Map")
INPUT = Place(Root.INPUT, "", ())
_OF_RAW_INPUT = ("TimeoutSecondsPath", "HeartbeatSecondsPath")
"""These see the state's input, whatever InputPath selects."""
_NUMBERS = {
    "SecondsPath": ("number", "string"),
    "TimestampPath": ("string",),
    "TimeoutSecondsPath": ("number", "string"),
    "HeartbeatSecondsPath": ("number", "string"),
    "MaxConcurrencyPath": ("number", "string"),
    "ToleratedFailureCountPath": ("number", "string"),
    "ToleratedFailurePercentagePath": ("number", "string"),
}
"""Fields that hold a path to a number or an instant, and what may stand there: texts of numbers are read as numbers, as recorded."""


def visited(walk: Walk, name: str, state: Members, here: Pointer, container: Pointer) -> Visit:
    """Visits a state in the situation that its entry is."""
    entry = walk.entries[here]
    context = context_of(state, walk.given[container], walk.items.get(container), walk.type)
    ground = Ground(here, entry.data, dict(entry.variables), context, Visit())
    if text(state, "QueryLanguage", walk.language) == "JSONata":
        from asl_engine.analysis.dataflow.visit_jsonata import jsonata_flows

        ground.learn = with_mapped_presence

        ground.visit.flows = tuple(flow for flow in jsonata_flows(walk, name, state, ground, container) if not flow.situation.data.is_impossible)
    else:
        flows = JSONPathState(walk, name, state, ground, container).flows()
        ground.visit.flows = tuple(flow for flow in flows if not flow.situation.data.is_impossible)
    return ground.visit


class JSONPathState:
    """A state written in JSONPath, on its way through its fields."""

    def __init__(self, walk: Walk, name: str, state: Members, ground: Ground, container: Pointer) -> None:
        self.walk = walk
        self.name = name
        self.state = state
        self.ground = ground
        self.container = container
        self.here = ground.state
        self.kind = text(state, "Type")
        self.raw = Reader(ground, INPUT)

    def flows(self) -> list[Flow]:
        if self.kind == "Fail":
            self._failure()
            return []
        effective = self._effective()
        for field, kinds in _NUMBERS.items():
            for spelling in (field, f"{field.removesuffix('Path')}.$"):
                if spelling in self.state:
                    self._typed(self.raw if field in _OF_RAW_INPUT else effective, spelling, *kinds)
        if self.kind == "Choice":
            return list(self._choice(effective))
        result = self._result(effective)
        before = Situation(self.ground.raw, dict(self.ground.variables))
        out = [*self._onwards(effective, result), *self._caught(before)]
        return out if not self.ground.dead else [flow for flow in out if flow.kind is ArcKind.CATCH and not self._died_before_work]

    # ---------------------------------------------------------------- before the work

    def _effective(self) -> Reader:
        """What the state's other fields see as `$`; nobody looks at the InputPath of a Pass that has a Result."""
        if self.kind == "Pass" and self.state.get("Result") is not None:
            return self.raw
        return self._through("InputPath", self.raw)

    def _through(self, field: str, reader: Reader) -> Reader:
        """InputPath or OutputPath: a reader of what it selects."""
        if field not in self.state or self.state[field] == "$":
            return reader
        written = self.state[field]
        if written is None:
            return reader.of_value(EMPTY_OBJECT, f"`{field}: null`")
        found = reader.path(written, self.here / field)
        if reader.base.root is Root.INPUT and isinstance(written, str) and (steps := reference(written)) is not None:
            return Reader(self.ground, replace(reader.base, steps=(*reader.base.steps, *steps)))
        return reader.of_value(found, f"what {field} selects")

    def _typed(self, reader: Reader, field: str, *kinds: str, owner: Members | None = None, pointer: Pointer | None = None) -> None:
        at = (self.here if pointer is None else pointer) / field
        read = reader.look((self.state if owner is None else owner)[field], at)
        if read is not None:
            self.ground.want(at, self.ground.note(read), *kinds, read=read)

    def _counts(self, reader: Reader) -> None:
        """Paths to numbers inside the fields of a Distributed Map."""
        for way, fields in (
            (("ItemReader", "ReaderConfig"), ("MaxItemsPath",)),
            (("ItemBatcher",), ("MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath")),
        ):
            owner, pointer = self.state, self.here
            for name in way:
                owner, pointer = members(owner.get(name)), pointer / name
            for field in fields:
                if field in owner:
                    self._typed(reader, field, "number", "string", owner=owner, pointer=pointer)

    def _payload(self, effective: Reader) -> Shape:
        if "Parameters" in self.state:
            return effective.template(self.state["Parameters"], self.here / "Parameters")
        self.ground.visit.uses_all = self.kind == "Task"
        return effective.data

    def _failure(self) -> None:
        """ErrorPath and CausePath; the spelling with `.$`, which AWS refuses, was meant as the same."""
        for name in ("Error", "Cause"):
            for field in (f"{name}Path", f"{name}.$"):
                written = self.state.get(field)
                if isinstance(written, str):
                    found = self.raw.value(written, self.here / field)
                    read = self.ground.visit.reads[-1] if self.ground.visit.reads and not written.startswith("States.") else None
                    self.ground.want(self.here / field, found, "string", read=read)

    # ---------------------------------------------------------------- the work

    def _result(self, effective: Reader) -> Reader:
        """A reader of what the state's work gives."""
        match self.kind:
            case "Pass":
                if self.state.get("Result") is not None:
                    return effective.of_value(written_value(self.state["Result"]), "the Result")
                if "Parameters" in self.state:
                    return effective.of_value(self._payload(effective), "the Parameters")
                return effective
            case "Task":
                self._payload(effective)
                if "Credentials" in self.state:
                    self.raw.template(self.state["Credentials"], self.here / "Credentials")
                found = task_result(self.walk, self.name, self.state)
            case "Parallel":
                found = self._parallel(self._payload(effective))
            case "Map":
                found = self._map(effective)
            case _:
                return effective
        self._died_before_work = self.ground.dead
        return effective.of_value(found, "the result")

    _died_before_work = False

    def _inner(self, data: Shape, item: Shape | None, given: Shape, owner: Members, pointer: Pointer, variables: dict[str, Shape]) -> Shape:
        if data.is_impossible or self.ground.dead:
            return IMPOSSIBLE
        return self.walk.container(owner, pointer, Situation(data, variables), item, given)

    def _parallel(self, payload: Shape) -> Shape:
        item, given = self.walk.items.get(self.container), self.walk.given[self.container]
        variables = dict(self.ground.variables)
        return tuple_of(
            self._inner(payload, item, given, members(branch), self.here / "Branches" / index, variables)
            for index, branch in enumerate(items(self.state.get("Branches")))
        )

    def _map(self, effective: Reader) -> Shape:
        name = "ItemProcessor" if "ItemProcessor" in self.state else "Iterator"
        processor = members(self.state.get(name))
        distributed = members(processor.get("ProcessorConfig")).get("Mode") == "DISTRIBUTED"
        item = self._item(effective, distributed)
        if distributed:
            self._counts(effective)
        for field in ("ItemReader", "ResultWriter"):
            owner = members(self.state.get(field))
            if "Parameters" in owner:
                effective.template(owner["Parameters"], self.here / field / "Parameters")
        given = self._selected(effective, item)
        batcher = members(self.state.get("ItemBatcher"))
        if batcher:
            batch = {"Items": array_of(given)}
            if "BatchInput" in batcher:
                batch["BatchInput"] = effective.template(batcher["BatchInput"], self.here / "ItemBatcher" / "BatchInput")
            given = object_of(batch)
        if distributed:
            ended = self._inner(given, None, given, processor, self.here / name, {})
        else:
            ended = self._inner(given, item, self.walk.given[self.container], processor, self.here / name, dict(self.ground.variables))
        return map_result(self.state, ended)

    def _item(self, effective: Reader, distributed: bool) -> Shape:
        """One item; impossible when the items are an array that is always empty."""
        if "ItemReader" in self.state:
            return ANYTHING
        field = self.here / "ItemsPath"
        if self.state.get("ItemsPath") is not None:
            read = effective.look(self.state["ItemsPath"], field)
            found = ANYTHING if read is None else self.ground.note(read)
        else:
            read, found = None, effective.data
            field = self.here
        self.ground.want(field, found, "array", *(["object"] if distributed else []), read=read, detail="" if read else "the input of a Map without ItemsPath")
        return item_of(found, distributed)

    def _selected(self, effective: Reader, item: Shape) -> Shape:
        field = "ItemSelector" if "ItemSelector" in self.state else "Parameters"
        if field not in self.state:
            return item
        outer = self.ground.context
        self.ground.context = with_item(outer, item)
        dead = self.ground.dead
        selected = effective.template(self.state[field], self.here / field)
        if item.is_impossible:
            selected, self.ground.dead = IMPOSSIBLE, dead
        self.ground.context = outer
        return selected

    # ---------------------------------------------------------------- behind the work

    def _onwards(self, effective: Reader, result: Reader) -> Iterator[Flow]:
        assigned = self._assigned(self.state, result, self.here)
        selected = result.data
        if self.kind in WITH_RESULT and "ResultSelector" in self.state:
            selected = result.template(self.state["ResultSelector"], self.here / "ResultSelector")
        wrote: tuple[tuple[Step, ...], ...] = ()
        keeps = result.base == INPUT
        reader = result
        if self.kind in WITH_RESULT or self.kind == "Pass":
            place = self.state.get("ResultPath", "$")
            placed, wrote, keeps = self._placed(place, selected, keeps)
            reader = self.raw if place is None else Reader(self.ground, Place(Root.OTHER, "the output", ()), placed)
        output = self._through("OutputPath", reader)
        keeps = keeps and (output is reader)
        situation = Situation(output.data, {**self.ground.variables, **assigned})
        target = self.state.get("Next")
        if self.kind != "Succeed" and self.state.get("End") is not True:
            if not isinstance(target, str):
                return
        else:
            target = None
        yield Flow(ArcKind.NEXT, None, target, situation, wrote, keeps, self._made(), frozenset(assigned))

    def _made(self) -> str:
        """What comes of the input where it is not kept, as a clause behind the state's name."""
        for field in ("OutputPath", "InputPath"):
            if self.state.get(field, "$") != "$" and (field == "OutputPath" or self.kind not in WITH_RESULT):
                return f"hands on only {self.state[field]} ({field})" if self.state[field] is not None else f"hands on {{}} ({field} is null)"
        if self.kind == "Pass":
            return f"replaces the whole input with its {'Result' if self.state.get('Result') is not None else 'Parameters'}"
        return "replaces the whole input with its result"

    def _placed(self, place: Json, value: Shape, is_input: bool) -> tuple[Shape, tuple[tuple[Step, ...], ...], bool]:
        """ResultPath: what comes of it, what it wrote, whether the rest of the input stays."""
        if place is None:
            return self.ground.raw, (), True
        if place == "$" or not isinstance(place, str):
            return value, (), is_input
        steps = reference(place)
        if steps is None:
            return ANYTHING, (), False
        return put(self.ground.raw, steps, value), (steps,), True

    def _assigned(self, owner: Members, reader: Reader, pointer: Pointer) -> dict[str, Shape]:
        if "Assign" not in owner:
            return {}
        made = reader.template(owner["Assign"], pointer / "Assign")
        return dict(made.object.members) if made.object is not None else {}

    def _caught(self, before: Situation) -> Iterator[Flow]:
        """Error Output goes through the Catcher's ResultPath straight to the next state; the state's own fields are passed over."""
        for index, catcher in enumerate(map(members, items(self.state.get("Catch")))):
            pointer = self.here / "Catch" / index
            self.ground.raw, self.ground.variables = before.data, dict(before.variables)
            error = self.raw.of_value(ERROR_OUTPUT, "the Error Output")
            assigned = self._assigned(catcher, error, pointer)
            placed, wrote, keeps = self._placed(catcher.get("ResultPath", "$"), ERROR_OUTPUT, False)
            situation = Situation(placed, {**before.variables, **assigned})
            yield Flow(
                ArcKind.CATCH, index, text(catcher, "Next"), situation, wrote, keeps, "replaces the whole input with the Error Output", frozenset(assigned)
            )

    # ---------------------------------------------------------------- Choice

    def _choice(self, effective: Reader) -> Iterator[Flow]:
        ground = self.ground
        entry = Situation(ground.raw, dict(ground.variables))
        known: Situation | None = entry
        for index, rule in enumerate(items(self.state.get("Choices"))):
            pointer = self.here / "Choices" / index
            holds, left = (None, None) if known is None else refine(rule, known, effective, pointer)
            if holds is None:
                self._never(rule, index, known, entry, effective)
            else:
                yield self._chosen(ArcKind.CHOICE, index, members(rule), text(members(rule), "Next"), holds, effective, pointer)
            known = left
        if known is not None and isinstance(self.state.get("Default"), str):
            yield self._chosen(ArcKind.DEFAULT, None, self.state, text(self.state, "Default"), known, effective, self.here)

    def _never(self, rule: Json, index: int, known: Situation | None, entry: Situation, effective: Reader) -> None:
        """Says why a rule cannot hold: because of the data, or because of the rules before it."""
        silent = muted(self.ground)
        alone, _ = refine(rule, entry, Reader(silent, effective.base, effective._data), self.here)
        certain = known is None
        if alone is not None:
            detail = "always" if certain else ""
            self.ground.visit.problems.append(Problem(Fault.SHADOWED, self.here / "Choices" / index, self.here, True, detail=detail))
        elif known is not None and not any(read.needed and read.certainly_missing for read in silent.visit.reads):
            self.ground.visit.problems.append(Problem(Fault.NEVER, self.here / "Choices" / index, self.here, True, _tested(silent.visit)))

    def _chosen(self, kind: ArcKind, index: int | None, owner: Members, target: str, holds: Situation, effective: Reader, pointer: Pointer) -> Flow:
        ground = self.ground
        ground.raw, ground.variables, ground.dead = holds.data, dict(holds.variables), False
        assigned = self._assigned(owner, effective, pointer)
        output = self._through("OutputPath", effective)
        keeps = output.base == INPUT
        data = IMPOSSIBLE if ground.dead else output.data
        return Flow(kind, index, target, Situation(data, {**ground.variables, **assigned}), (), keeps, self._made(), frozenset(assigned))


def _tested(visit: Visit) -> Read | None:
    """What the rule looked at last."""
    return visit.reads[-1] if visit.reads else None


def item_of(found: Shape, distributed: bool) -> Shape:
    """One item of what a Map is given; a Distributed Map takes an object's members as pairs."""
    item = of_kinds(found, frozenset({"array"})).elements if not found.any else join(found.elements, ANYTHING)
    if distributed and found.object is not None:
        values = found.object.rest.present
        for member in found.object.members.values():
            values = join(values, member.present)
        item = join(item, object_of({"Key": TEXT, "Value": values if values.has_value else ANYTHING}))
    return item


def with_item(context: Shape, item: Shape) -> Shape:
    """The Context object as a Map's own ItemSelector sees it."""
    found = item if item.has_value else ANYTHING
    pair = object_of({"Index": NUMBER, "Value": found, "Key": join(TEXT, PERHAPS_NOTHING), "Source": join(TEXT, PERHAPS_NOTHING)})
    return put(context, ("Map",), object_of({"Item": pair}))


def reference(text: str) -> tuple[Step, ...] | None:
    """The steps of a Reference Path below `$`; None for any other text."""
    if is_opaque(text):
        return None
    try:
        path = parse_path(text)
    except ExpressionError:
        return None
    return path.steps if path.root == "input" and path.is_reference else None
