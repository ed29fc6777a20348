"""State machines in Terraform modules: `resource "aws_sfn_state_machine"`.

A module is a folder: all its *.tf and *.tf.json files are one program, whose variables have their defaults and what
terraform.tfvars and *.auto.tfvars say. Other modules are not followed, providers are not asked, and nothing is
planned: what only they would know is a placeholder named by its address.
Source: Terraform Language; AWS provider, "aws_sfn_state_machine".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from asl_engine.errors import DefinitionError
from asl_engine.imports.assembling import source_of
from asl_engine.imports.hcl_json import body_of_json
from asl_engine.imports.hcl_parser import parse_body
from asl_engine.imports.hcl_tree import Block, Body, Expression
from asl_engine.imports.machines import TERRAFORM, Declared, Given, type_of
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_module import Module
from asl_engine.imports.terraform_operations import number_of
from asl_engine.imports.terraform_values import Evaluator, pairs, spot_of
from asl_engine.imports.traced import Array, File, Node, Object, Scalar, Text, Unknown, text_of
from asl_engine.source import Source

RESOURCE = "aws_sfn_state_machine"
MAX_INSTANCES = 100
"""Machines one resource makes with count or for_each."""


def machines_in(path: Path, files: Files, given: Given) -> list[Declared]:
    """The machines of a module's folder, or those of it that one file declares. Raises `DefinitionError`."""
    is_folder = files.tree.is_folder(path)
    module = read_module(path if is_folder else path.parent, files, given)
    own = None if is_folder else files.read(path)
    return [
        machine
        for block in module.blocks("resource")
        if block.labels[:1] == (RESOURCE,) and len(block.labels) == 2 and own in (None, block.span.file)
        for machine in _instances(block, module, given)
    ]


def read_module(folder: Path, files: Files, given: Given) -> Module:
    """All files of a module. Raises `DefinitionError`."""
    names = files.tree.names(folder)
    bodies: list[Body] = []
    overrides: list[Body] = []
    for name in names:
        if name.endswith((".tf", ".tf.json")):
            body = _body(files.read(folder / name))
            (overrides if name.partition(".")[0].endswith("override") else bodies).append(body)
    values: dict[str, Expression] = {}
    always = [name for name in names if name in ("terraform.tfvars", "terraform.tfvars.json")]
    for name in (*always, *(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))):
        values |= _body(files.read(folder / name)).attributes
    return Module(folder, files, given, [*bodies, *overrides], values)


def _body(file: File) -> Body:
    return body_of_json(file) if file.path.name.endswith(".json") else parse_body(file)


def _instances(block: Block, module: Module, given: Given) -> list[Declared]:
    """One machine, or those that count or for_each make of the block."""
    label = block.labels[1]
    found = []
    for key, names in _repetitions(block, module):
        evaluator = Evaluator(module, names, module.steps)
        found.append(_declared(f"{label}{key}", block, evaluator, module, given))
    if len(found) == 1 and found[0].name != label:
        only = found[0]
        found = [Declared(only.name, only.kind, only.spot, only.read, only.type, (label, f"{RESOURCE}.{label}", *only.aliases), only.notes)]
    return found


def _repetitions(block: Block, module: Module) -> Iterator[tuple[str, Mapping[str, Node]]]:
    evaluator = Evaluator(module, {}, module.steps)
    count, each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
    if count is not None:
        number = number_of(evaluator.value(count), count.span)
        if number is None:
            evaluator.assume(f"the count of {block.labels[1]} is not known; it is taken as 1", count.span)
        many = 1 if number is None else int(number)
        if many > MAX_INSTANCES:
            raise refused(f"The resource makes more than {MAX_INSTANCES} state machines", spot_of(count.span))
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
        raise refused(f"The resource makes more than {MAX_INSTANCES} state machines", spot)
    for key, value in found:
        key = text_of(value) if isinstance(collection, Array) else key
        yield f'["{text_of(key).value}"]', {"each": Object({"key": key, "value": value}, spot)}


def _declared(name: str, block: Block, evaluator: Evaluator, module: Module, given: Given) -> Declared:
    def text(attribute: str) -> str | None:
        expression = block.body.attributes.get(attribute)
        try:
            found = evaluator.value(expression) if expression is not None else None
        except DefinitionError:
            return None  # told when the definition is read
        return found.value if isinstance(found, Text) and found.is_known else None

    type_ = type_of(text("type"), is_written="type" in block.body.attributes)

    def read(origin: str) -> Source:
        expression = block.body.attributes.get("definition")
        if expression is None:
            raise refused(f"The state machine {name} has no definition", spot_of(block.span))
        return source_of(evaluator.value(expression), origin=origin, given=given, type=type_)

    aliases = (f"{RESOURCE}.{name}", *filter(None, [text("name")]))
    return Declared(name, TERRAFORM, spot_of(block.span), read, type_, aliases, module.notes)
