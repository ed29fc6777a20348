"""Places in shapes: what is known once a path was read, tested or written to.

Reading a path with success, finding that nothing is there, putting something there: each gives the shape of those values for
which that can have happened, impossible when there are none. A path is a tuple of member names and indexes.
"""

from __future__ import annotations

from dataclasses import replace

from asl_engine.analysis.dataflow.shapes import ANYTHING_OR_NOTHING, IMPOSSIBLE, MOST_SLOTS, NOTHING, Absence, Array, Object, Shape, Step, join, object_of


def as_object(shape: Shape) -> Object | None:
    """The object it is, if it is one; None if it cannot be."""
    return join(Shape(object=shape.object), Shape(object=Object({}, ANYTHING_OR_NOTHING) if shape.any else None)).object


def _as_array(shape: Shape) -> Array | None:
    return join(Shape(array=shape.array), Shape(array=Array((), ANYTHING_OR_NOTHING) if shape.any else None)).array


def with_place(shape: Shape, steps: tuple[Step, ...], value: Shape) -> Shape:
    """The shape of those values that have `value` at the end of `steps`; the way there is there, too. Impossible if it cannot be."""
    if not steps:
        return value
    step, *others = steps
    inside = with_place(shape.step(step).present, tuple(others), value)
    if inside.is_impossible:
        return IMPOSSIBLE
    if isinstance(step, str):
        object = as_object(shape)
        return IMPOSSIBLE if object is None else Shape(object=Object({**object.members, step: inside}, object.rest))
    array = _as_array(shape)
    if array is None:
        return IMPOSSIBLE
    if not 0 <= step < MOST_SLOTS:
        return Shape(array=array)
    filled = [*array.items, *[array.rest] * (step + 1 - len(array.items))]
    before = [item.present if at < step else item for at, item in enumerate(filled)]
    if any(item.is_impossible for item in before[:step]):
        return IMPOSSIBLE
    return Shape(array=Array((*before[:step], inside, *filled[step + 1 :]), array.rest))


def with_presence(shape: Shape, steps: tuple[Step, ...]) -> Shape:
    """What is known once a path was read with success."""
    found = shape.follow(steps)
    if not found.absent:
        return shape
    return with_place(shape, steps, found.present)


def with_mapped_place(shape: Shape, steps: tuple[Step, ...], value: Shape) -> Shape:
    """`with_place` as JSONata walks: a step into an array maps over its elements, so an array on the way stays what it was.

    What may be anything may be an array, too: of that nothing is learned.
    """
    if not steps:
        return value
    step, *others = steps
    object = shape.object
    arrays = Shape(any=shape.any, array=shape.array)
    single = Shape(object=object) if object is not None else IMPOSSIBLE
    inside = with_mapped_place(single.step(step).present, tuple(others), value)
    if object is None or inside.is_impossible or not isinstance(step, str):
        return arrays
    return join(Shape(object=Object({**object.members, step: inside}, object.rest)), arrays)


def with_mapped_presence(shape: Shape, steps: tuple[Step, ...]) -> Shape:
    """What is known once a JSONata path was found to lead somewhere."""
    found = shape.follow(steps)
    return shape if not found.absent else with_mapped_place(shape, steps, found.present)


def without_place(shape: Shape, steps: tuple[Step, ...]) -> Shape:
    """What is known once it was found that nothing stands at the end of `steps`. Impossible if something must."""
    found = shape.follow(steps)
    if not found.absent:
        return IMPOSSIBLE
    *way, last = steps
    owner = shape.follow(way)
    if not isinstance(last, str) or owner.absent or owner.kinds != {"object"} or owner.object is None:
        return shape
    bare = Shape(object=Object({**owner.object.members, last: NOTHING}, owner.object.rest))
    return with_place(shape, tuple(way), bare)


def put(raw: Shape, steps: tuple[Step, ...], value: Shape) -> Shape:
    """ResultPath: `value` at the end of `steps`, the objects on the way made. Impossible where there is no place for it."""
    if not steps:
        return value
    if value.is_impossible or raw.is_impossible:
        return IMPOSSIBLE
    step, *others = steps
    if isinstance(step, int):
        found = raw.step(step).present
        return with_place(raw, (step,), put(found, tuple(others), value)) if found.has_value else IMPOSSIBLE
    object = as_object(raw)
    if object is None:
        return IMPOSSIBLE
    if others:
        there = object.members.get(step, object.rest)
        # A member that is made has nothing else in it; how sure that is, depends on how sure it was missing.
        made = Shape(object=Object({}, Shape(there.absent))) if there.absent else IMPOSSIBLE
        value = put(join(there.present, made), tuple(others), value)
        if value.is_impossible:
            return IMPOSSIBLE
    return Shape(object=Object({**object.members, step: value}, object.rest))


def merged(below: Shape, above: Shape) -> Shape:
    """Two objects made one; the members of the second win. For States.JsonMerge and `$merge`."""
    first, second = as_object(below), as_object(above)
    if first is None or second is None:
        return first_known(first, second)
    members: dict[str, Shape] = {}
    for name in (*first.members, *(name for name in second.members if name not in first.members)):
        members[name] = _over(first.members.get(name, first.rest), second.members.get(name, second.rest))
    return object_of(members, _over(first.rest, second.rest))


def first_known(first: Object | None, second: Object | None) -> Shape:
    found = first if first is not None else second
    return IMPOSSIBLE if found is None else Shape(object=found)


def _over(below: Shape, above: Shape) -> Shape:
    if not above.absent:
        return above
    if not above.has_value:
        return below
    if not below.absent:
        return join(above.present, below)
    both = above.absent | below.absent  # it is missing only where both miss it: so sure is the less sure of them
    return replace(join(above.present, below.present), absent=Absence.OPEN if Absence.OPEN in both else both)
