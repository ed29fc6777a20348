"""HCL's JSON syntax: *.tf.json and *.tfvars.json as the same blocks and expressions.

A string is a template; an object below `resource` has the labels as its keys. Source: HCL JSON Syntax Specification.
"""

from __future__ import annotations

from asl_engine.imports.documents import read_nodes
from asl_engine.imports.hcl_templates import template_file
from asl_engine.imports.hcl_tree import Block, Body, Constant, Expression, ObjectConstructor, Span, Template, TupleConstructor
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, Encoded, File, Literal, Node, Object, Scalar, Spot, Text, Unknown, Writing, embedded

_LABELS = {"resource": 2, "data": 2, "variable": 1, "module": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0}


def body_of_json(file: File) -> Body:
    """A whole file. Raises `DefinitionError` with the place."""
    root = read_nodes(file)
    if not isinstance(root, Object):
        raise refused("A Terraform file in JSON is one object", root.spot)
    found = Body()
    for name, member in root.members.items():
        if name not in _LABELS:
            found.attributes[name] = _expression(member)  # a tfvars file
            continue
        found.blocks += _blocks(name, (), _LABELS[name], member, root.keys.get(name, member.spot))
    return found


def _blocks(type_: str, labels: tuple[str, ...], wanted: int, node: Node, spot: Spot) -> list[Block]:
    if isinstance(node, Array):
        return [block for element in node.elements for block in _blocks(type_, labels, wanted, element, spot)]
    if not isinstance(node, Object):
        return []
    if len(labels) < wanted:
        return [block for name, member in node.members.items() for block in _blocks(type_, (*labels, name), wanted, member, node.keys.get(name, member.spot))]
    body = Body({name: _expression(member) for name, member in node.members.items() if name != "//"})
    return [Block(type_, labels, body, _span(spot))]


def _span(spot: Spot) -> Span:
    return Span(spot.file, spot.offset, spot.offset)


def _expression(node: Node) -> Expression:
    span = _span(node.spot)
    match node:
        case Text():
            file = embedded(node)
            return Template(template_file(file), Span(file, 0, len(file.text)))
        case Array():
            return TupleConstructor(tuple(map(_expression, node.elements)), span)
        case Object():
            return ObjectConstructor(tuple((_key(key, node.keys.get(key, member.spot)), _expression(member)) for key, member in node.members.items()), span)
        case Scalar():
            return Constant(node.value, span)
        case Unknown() | Encoded():
            raise refused("A value is expected here", node.spot)


def _key(key: str, spot: Spot) -> Expression:
    return Template((Literal(key, spot, Writing.MADE),) if key else (), _span(spot))
