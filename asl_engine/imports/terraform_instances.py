"""What `count` and `for_each` make of a block: instances, each with its key and the names it binds.

Source: Terraform Language, "The count Meta-Argument" and "The for_each Meta-Argument".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from asl_engine.imports.hcl_tree import Block, Expression
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_operations import number_of
from asl_engine.imports.terraform_values import Evaluator, pairs, spot_of
from asl_engine.imports.traced import Array, Node, Object, Scalar, Unknown, text_of

MAX_INSTANCES = 100
"""Of one block."""


def instances_of(block: Block, evaluator: Evaluator) -> Iterator[tuple[str, Mapping[str, Node]]]:
    """`[0]`, `["eu"]`, or nothing for a block without either, with `count` or `each`. Raises `DefinitionError`."""
    count, each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
    if count is not None:
        number = number_of(evaluator.value(count), count.span)
        if number is None:
            evaluator.assume(f"the count of {block.labels[-1]} is not known; it is taken as 1", count.span)
        many = 1 if number is None else int(number)
        if many > MAX_INSTANCES:
            raise refused(f"The block makes more than {MAX_INSTANCES} instances", spot_of(count.span))
        for index in range(many):
            yield f"[{index}]", {"count": Object({"index": Scalar(index, spot_of(count.span))}, spot_of(count.span))}
    elif each is not None:
        yield from _each(evaluator.value(each), each, evaluator)
    else:
        yield "", {}


def _each(collection: Node, each: Expression, evaluator: Evaluator) -> Iterator[tuple[str, Mapping[str, Node]]]:
    spot = spot_of(each.span)
    if isinstance(collection, Unknown):
        evaluator.assume(f"{collection.name} is not known; for_each is taken as one element", each.span)
        yield "", {"each": Object({"key": Unknown("each.key", spot, "string"), "value": Unknown("each.value", spot)}, spot)}
        return
    found = pairs(collection, each.span)
    if len(found) > MAX_INSTANCES:
        raise refused(f"The block makes more than {MAX_INSTANCES} instances", spot)
    for key, value in found:
        key = text_of(value) if isinstance(collection, Array) else key
        yield f'["{text_of(key).value}"]', {"each": Object({"key": key, "value": value}, spot)}
