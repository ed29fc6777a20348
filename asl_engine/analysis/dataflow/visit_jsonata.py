"""One JSONata state, looked at once. Source: AWS, "Transforming data with JSONata": Arguments or Items, work, Output and Assign.

Unlike JSONPath's, its failures (States.QueryEvaluationError) are caught by Catchers of Task, Parallel and Map, so what a Catcher
knows is what was known on entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from asl_engine.analysis.dataflow.context import ERROR_OUTPUT
from asl_engine.analysis.dataflow.facts import Fault, Flow, Problem, Situation
from asl_engine.analysis.dataflow.jsonata import Fields, parsed
from asl_engine.analysis.dataflow.reading import Ground
from asl_engine.analysis.dataflow.services import map_result, task_result
from asl_engine.analysis.dataflow.shapes import ANYTHING, IMPOSSIBLE, Shape, array_of, object_of, tuple_of
from asl_engine.analysis.dataflow.visit import WITH_RESULT, item_of, with_item
from asl_engine.analysis.dataflow.walk import Walk
from asl_engine.analysis.graph import ArcKind
from asl_engine.analysis.provenance_states import Members, items, members, text
from asl_engine.values import Json, Pointer

_TYPED = {
    "Seconds": ("number",),
    "Timestamp": ("string",),
    "TimeoutSeconds": ("number",),
    "HeartbeatSeconds": ("number",),
    "MaxConcurrency": ("number",),
    "ToleratedFailureCount": ("number",),
    "ToleratedFailurePercentage": ("number",),
}

_COUNTS = {("ItemReader", "ReaderConfig"): ("MaxItems",), ("ItemBatcher",): ("MaxItemsPerBatch", "MaxInputBytesPerBatch")}
"""Numbers inside the fields of a Distributed Map, by the way to their owner."""
_MADE = ("replaces the whole input with its result", "hands on its Output")
_CAUGHT = ("replaces the whole input with the Error Output", "hands on its Output")
"""Without Output, and with it."""


def jsonata_flows(walk: Walk, name: str, state: Members, ground: Ground, container: Pointer) -> Iterator[Flow]:
    """The ways out of a JSONata state."""
    fields, here, kind = Fields(ground), ground.state, text(state, "Type")
    entry = Situation(ground.raw, dict(ground.variables))
    for field, kinds in _TYPED.items():
        if isinstance(state.get(field), str):
            fields.wanted(state[field], here / field, *kinds)
    if kind == "Fail":
        for field in ("Error", "Cause"):
            if field in state:
                fields.wanted(state[field], here / field, "string")
        return
    if kind == "Choice":
        yield from _choice(state, fields, here)
        return
    result = _result(walk, name, state, fields, container)
    after = Fields(ground, {"result": result} if kind in WITH_RESULT else {})
    assigned = _assigned(state, after, here)
    output = result if kind in WITH_RESULT else ground.raw
    if "Output" in state:
        output = after.value(state["Output"], here / "Output")
    situation = Situation(IMPOSSIBLE if ground.dead else output, {**ground.variables, **assigned})
    keeps = "Output" not in state and kind not in WITH_RESULT
    target = None if kind == "Succeed" or state.get("End") is True else text(state, "Next")
    if target is None or target:
        yield Flow(ArcKind.NEXT, None, target, situation, (), keeps, _MADE["Output" in state], frozenset(assigned))
    yield from _caught(state, ground, entry, here)


def _assigned(owner: Members, fields: Fields, pointer: Pointer) -> dict[str, Shape]:
    return {name: fields.value(written, pointer / "Assign" / name) for name, written in members(owner.get("Assign")).items()}


def _result(walk: Walk, name: str, state: Members, fields: Fields, container: Pointer) -> Shape:
    ground, here = fields.ground, fields.ground.state
    match text(state, "Type"):
        case "Task":
            if "Arguments" in state:
                fields.value(state["Arguments"], here / "Arguments")
            else:
                ground.visit.uses_all = True
            if "Credentials" in state:
                fields.value(state["Credentials"], here / "Credentials")
            return task_result(walk, name, state)
        case "Parallel":
            payload = fields.value(state["Arguments"], here / "Arguments") if "Arguments" in state else ground.raw
            item, given, variables = walk.items.get(container), walk.given[container], dict(ground.variables)
            return tuple_of(
                _inner(walk, ground, payload, item, given, members(branch), here / "Branches" / index, variables)
                for index, branch in enumerate(items(state.get("Branches")))
            )
        case "Map":
            return _map(walk, state, fields, container)
    return ground.raw


def _inner(
    walk: Walk, ground: Ground, data: Shape, item: Shape | None, given: Shape, owner: Members, pointer: Pointer, variables: Mapping[str, Shape]
) -> Shape:
    if data.is_impossible or ground.dead:
        return IMPOSSIBLE
    return walk.container(owner, pointer, Situation(data, variables), item, given)


def _map(walk: Walk, state: Members, fields: Fields, container: Pointer) -> Shape:
    ground, here = fields.ground, fields.ground.state
    name = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    processor = members(state.get(name))
    distributed = members(processor.get("ProcessorConfig")).get("Mode") == "DISTRIBUTED"
    item = _item(state, fields, distributed)
    for field in ("ItemReader", "ResultWriter"):
        owner = members(state.get(field))
        if "Arguments" in owner:
            fields.value(owner["Arguments"], here / field / "Arguments")
    if distributed:
        for way, names in _COUNTS.items():
            counting, pointer = state, here
            for step in way:
                counting, pointer = members(counting.get(step)), pointer / step
            for field in names:
                if isinstance(counting.get(field), str):
                    fields.wanted(counting[field], pointer / field, "number")
    given = item
    if "ItemSelector" in state:
        outer, ground.context = ground.context, with_item(ground.context, item)
        given = fields.value(state["ItemSelector"], here / "ItemSelector")
        ground.context = outer
        if item.is_impossible:
            given = IMPOSSIBLE
    batcher = members(state.get("ItemBatcher"))
    if batcher:
        batch = {"Items": array_of(given)}
        if "BatchInput" in batcher:
            batch["BatchInput"] = fields.value(batcher["BatchInput"], here / "ItemBatcher" / "BatchInput")
        given = object_of(batch)
    if distributed:
        ended = _inner(walk, ground, given, None, given, processor, here / name, {})
    else:
        ended = _inner(walk, ground, given, item, walk.given[container], processor, here / name, dict(ground.variables))
    return map_result(state, ended)


def _item(state: Members, fields: Fields, distributed: bool) -> Shape:
    ground, here = fields.ground, fields.ground.state
    if "ItemReader" in state:
        return ANYTHING
    kinds = ("array", "object") if distributed else ("array",)
    if "Items" in state:
        found = fields.wanted(state["Items"], here / "Items", *kinds)
    else:
        found = ground.want(here, ground.raw, *kinds, detail="the input of a Map without Items")
    return item_of(found, distributed)


def _choice(state: Members, fields: Fields, here: Pointer) -> Iterator[Flow]:
    ground = fields.ground
    entry = Situation(ground.raw, dict(ground.variables))
    known: Situation | None = entry
    for index, rule in enumerate(map(members, items(state.get("Choices")))):
        pointer = here / "Choices" / index
        holds, left = (None, None) if known is None else _condition(rule.get("Condition"), known, fields, pointer / "Condition")
        if holds is None:
            alone, _ = _condition(rule.get("Condition"), entry, fields, pointer / "Condition")
            fault = Fault.SHADOWED if alone is not None else Fault.NEVER
            if rule.get("Condition") is not False:
                ground.visit.problems.append(Problem(fault, pointer, here, True, detail="always" if known is None else ""))
        else:
            yield _chosen(ArcKind.CHOICE, index, rule, text(rule, "Next"), holds, fields, pointer)
        known = left
    if known is not None and isinstance(state.get("Default"), str):
        yield _chosen(ArcKind.DEFAULT, None, state, text(state, "Default"), known, fields, here)


def _condition(written: Json, known: Situation, fields: Fields, pointer: Pointer) -> tuple[Situation | None, Situation | None]:
    if isinstance(written, bool):
        return (known, None) if written else (None, known)
    tree = parsed(written) if isinstance(written, str) and written.startswith("{%") and written.endswith("%}") else None
    if tree is None:
        return known, known
    ground = fields.ground
    ground.raw, ground.variables = known.data, dict(known.variables)
    fields.text(str(written), pointer)
    if ground.dead:
        ground.dead = False
        return None, None
    return fields.truth(tree, known)


def _chosen(kind: ArcKind, index: int | None, owner: Members, target: str, holds: Situation, fields: Fields, pointer: Pointer) -> Flow:
    ground = fields.ground
    ground.raw, ground.variables, ground.dead = holds.data, dict(holds.variables), False
    assigned = _assigned(owner, fields, pointer)
    output = fields.value(owner["Output"], pointer / "Output") if "Output" in owner else ground.raw
    data = IMPOSSIBLE if ground.dead else output
    return Flow(
        kind, index, target, Situation(data, {**ground.variables, **assigned}), (), "Output" not in owner, _MADE["Output" in owner], frozenset(assigned)
    )


def _caught(state: Members, ground: Ground, entry: Situation, here: Pointer) -> Iterator[Flow]:
    for index, catcher in enumerate(map(members, items(state.get("Catch")))):
        pointer = here / "Catch" / index
        ground.raw, ground.variables, ground.dead = entry.data, dict(entry.variables), False
        fields = Fields(ground, {"errorOutput": ERROR_OUTPUT})
        assigned = _assigned(catcher, fields, pointer)
        output = fields.value(catcher["Output"], pointer / "Output") if "Output" in catcher else ERROR_OUTPUT
        data = IMPOSSIBLE if ground.dead else output
        yield Flow(
            ArcKind.CATCH,
            index,
            text(catcher, "Next"),
            Situation(data, {**entry.variables, **assigned}),
            (),
            False,
            _CAUGHT["Output" in catcher],
            frozenset(assigned),
        )
