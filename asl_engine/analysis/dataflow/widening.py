"""Knowing less, so that a loop settles: what keeps changing may be anything, what is deep is not told apart.

Each gives a shape that has all values of the one before. When it is time for which, the walk decides.
"""

from __future__ import annotations

from dataclasses import replace

from asl_engine.analysis.dataflow.shapes import DEEPEST, Array, Object, Shape


def loosened(before: Shape, after: Shape) -> Shape:
    """`after`, of whose members those that changed may be anything; whether they may be missing stays. For loops that do not settle."""
    if before.object is None or after.object is None or after.object is before.object:
        return after
    known, rest = before.object.members, after.object.rest
    members: dict[str, Shape] = {}
    for name, member in after.object.members.items():
        loose = member if member is known.get(name) else Shape(absent=member.absent, any=True)
        if loose != rest:
            members[name] = loose
    return replace(after, object=Object(members, rest))


def clipped(shape: Shape, levels: int = DEEPEST) -> Shape:
    """The same down to so many levels; below, anything. Returns `shape` itself when it is no deeper."""
    object, array = shape.object, shape.array
    if object is None and array is None:
        return shape
    if levels <= 0:
        return replace(shape, any=True, object=None, array=None)
    if object is not None:
        members = {name: clipped(member, levels - 1) for name, member in object.members.items()}
        rest = clipped(object.rest, levels - 1)
        if rest is not object.rest or any(members[name] is not object.members[name] for name in members):
            object = Object(members, rest)
    if array is not None:
        items, rest = tuple(clipped(item, levels - 1) for item in array.items), clipped(array.rest, levels - 1)
        if rest is not array.rest or any(new is not old for new, old in zip(items, array.items, strict=True)):
            array = Array(items, rest)
    return shape if object is shape.object and array is shape.array else replace(shape, object=object, array=array)
