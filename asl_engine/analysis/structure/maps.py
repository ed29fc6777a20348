"""What only Map and Parallel states have: items, batches, concurrency, tolerance, readers and writers, the number of branches.

The states inside are compared as states. `Iterator` is the old name of ItemProcessor and a Map's `Parameters` that of
ItemSelector. Source: developer guide, "Map workflow state" and "Parallel workflow state".
"""

from __future__ import annotations

from collections.abc import Iterator

from asl_engine.analysis.structure.changes import Change, ChangeKind
from asl_engine.analysis.structure.data import Sides, same_path, same_written, template_changes
from asl_engine.analysis.structure.wording import elements_of, members_of, path, plural, written
from asl_engine.values import MISSING, Json

_COUNTED = (("MaxConcurrency", 0), ("ToleratedFailurePercentage", 0), ("ToleratedFailureCount", 0))
_ALL_ITEMS = "without it each iteration gets the whole item"


def container_changes(sides: Sides) -> Iterator[Change]:
    yield from _branches(sides)
    old, new = sides.old.get("ItemsPath", "$"), sides.new.get("ItemsPath", "$")
    if not same_path(old, new):
        yield sides.change(ChangeKind.CONTAINER, f"ItemsPath {path(old)} → {path(new)}", "ItemsPath")
    yield from template_changes(sides, "Items", ChangeKind.CONTAINER, absent="without it the input is the array of items")
    yield from _selector(sides)
    yield from _processor(sides)
    for name, default in _COUNTED:
        yield from _counted(sides, name, default)
    for name in ("ItemReader", "ResultWriter", "ItemBatcher"):
        yield from template_changes(sides, name, ChangeKind.CONTAINER)
    before, after = sides.of("Label")
    if not same_written(before, after):
        yield sides.change(ChangeKind.CONTAINER, f"Label {written(before)} → {written(after)}: the name of its Map Runs", "Label", neutral=True)


def _branches(sides: Sides) -> Iterator[Change]:
    """Only their number; which ones came and went is told of their states."""
    old, new = elements_of(sides.old.get("Branches")), elements_of(sides.new.get("Branches"))
    if len(old) != len(new) and old and new:
        sentence = f"{plural(len(old), 'branch').replace('branchs', 'branches')} → {len(new)}: the result is an array of {len(new)}"
        yield sides.change(ChangeKind.CONTAINER, sentence, "Branches")


def _selector(sides: Sides) -> Iterator[Change]:
    if str(sides.new.get("Type")) != "Map":
        yield from template_changes(sides, "ItemSelector", ChangeKind.DATA, absent=_ALL_ITEMS)
        return
    one, other = ("ItemSelector" if "ItemSelector" in side or "Parameters" not in side else "Parameters" for side in (sides.old, sides.new))
    if one == other:
        yield from template_changes(sides, one, ChangeKind.DATA, absent=_ALL_ITEMS)
        return
    mine, theirs = ({"ItemSelector": side[name]} if name in side else {} for side, name in ((sides.old, one), (sides.new, other)))
    as_one = Sides(mine, theirs, sides.old_at, sides.new_at)
    yield from template_changes(as_one, "ItemSelector", ChangeKind.DATA, absent=_ALL_ITEMS)


def _processor(sides: Sides) -> Iterator[Change]:
    old, new = (members_of(side.get("ItemProcessor", side.get("Iterator"))) for side in (sides.old, sides.new))
    one, other = members_of(old.get("ProcessorConfig")), members_of(new.get("ProcessorConfig"))
    before, after = one.get("Mode", "INLINE"), other.get("Mode", "INLINE")
    fields = ("ItemProcessor", "Iterator")
    if before != after:
        yield sides.change(ChangeKind.CONTAINER, f"Mode {written(before)} → {written(after)}: {_mode(after)}", *fields)
    if one.get("ExecutionType") != other.get("ExecutionType") and before == after:
        told = f"ExecutionType {written(one.get('ExecutionType', MISSING))} → {written(other.get('ExecutionType', MISSING))}"
        yield sides.change(ChangeKind.CONTAINER, told, *fields)


def _mode(mode: Json) -> str:
    return "each item is an execution of its own" if mode == "DISTRIBUTED" else "the items are run inside this execution"


def _counted(sides: Sides, name: str, default: int) -> Iterator[Change]:
    old, new = (_count(side, name, default) for side in (sides.old, sides.new))
    if same_path(old, new):
        return
    sentence = f"{name} {_shown(old, name)} → {_shown(new, name)}"
    yield sides.change(ChangeKind.CONTAINER, sentence, name, f"{name}Path")


def _count(state: dict[str, Json], name: str, default: int) -> Json:
    return state.get(name, state.get(f"{name}Path", default))


def _shown(value: Json, name: str) -> str:
    if value == 0 and name == "MaxConcurrency":
        return "no limit"
    return path(value)
