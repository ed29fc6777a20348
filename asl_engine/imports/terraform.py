"""State machines in Terraform modules: `resource "aws_sfn_state_machine"`.

The variables of a module have their defaults and what terraform.tfvars and *.auto.tfvars say. Modules that it calls from
its own repository belong to it, with the arguments they are given; those of elsewhere are not fetched, and what such a
one is given as its `definition` is taken for one. Providers are not asked, and nothing is planned: what only they
would know is a placeholder named by its address.
Source: Terraform Language; AWS provider, "aws_sfn_state_machine".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from asl_engine.errors import DefinitionError
from asl_engine.imports.assembling import source_of
from asl_engine.imports.hcl_tree import Block
from asl_engine.imports.machines import TERRAFORM, Declared, Given, type_of
from asl_engine.imports.notes import Notes
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_instances import instances_of
from asl_engine.imports.terraform_module import Module, root_module
from asl_engine.imports.terraform_values import Evaluator, spot_of
from asl_engine.imports.traced import File, Text
from asl_engine.source import Source

RESOURCE = "aws_sfn_state_machine"


def machines_in(path: Path, files: Files, given: Given) -> list[Declared]:
    """The machines of a module's folder, or those of it that one file declares. Raises `DefinitionError`."""
    is_folder = files.tree.is_folder(path)
    module = root_module(path if is_folder else path.parent, files, given)
    return list(_machines(module, None if is_folder else files.read(path)))


def _machines(module: Module, own: File | None) -> Iterator[Declared]:
    """`own` is the file that is asked about; None for all."""
    for block in module.blocks("resource"):
        if block.labels[:1] == (RESOURCE,) and len(block.labels) == 2 and own in (None, block.span.file):
            yield from _instances(block, module)
    for block in module.blocks("module"):
        if block.labels and own in (None, block.span.file):
            yield from _of_call(block, module)


def _of_call(block: Block, module: Module) -> Iterator[Declared]:
    """The machines of a module that this one calls."""
    try:
        called = module.called(block.labels[0])
    except DefinitionError:
        return  # told to whoever needs something of it, and by its own folder
    if called is None:
        if "definition" in block.body.attributes:
            yield from _instances(block, module)
        return
    for child in called.values():
        yield from (replace(machine, called_in=block.span.file.path) for machine in _machines(child, None))


def _instances(block: Block, module: Module) -> list[Declared]:
    """One machine, or those that count or for_each make of the block."""
    label = block.labels[-1]
    notes = Notes()
    with module.noting(notes):
        repeated = list(instances_of(block, Evaluator(module, {}, module.steps)))
    found = []
    for key, names in repeated:
        evaluator = Evaluator(module, names, module.steps)
        found.append(_declared(block, key, evaluator, module, notes))
    if len(found) == 1 and repeated[0][0]:
        only, address = found[0], _address(block, "", module)
        found = [replace(only, aliases=(label, address, *only.aliases))]
    return found


def _address(block: Block, key: str, module: Module) -> str:
    """As Terraform shows it: `module.billing.aws_sfn_state_machine.orders["eu"]`."""
    return f"{module.address}{'module.' if block.type == 'module' else ''}{'.'.join(block.labels)}{key}"


def _declared(block: Block, key: str, evaluator: Evaluator, module: Module, shared: Notes) -> Declared:
    notes = Notes()
    notes.add(shared)
    address = _address(block, key, module)
    short = f"{block.labels[-1]}{key}"
    name = address if module.address or block.type == "module" else short

    def text(attribute: str) -> str | None:
        expression = block.body.attributes.get(attribute)
        try:
            with module.noting(Notes()):
                found = evaluator.value(expression) if expression is not None else None
        except DefinitionError:
            return None  # told when the definition is read
        return found.value if isinstance(found, Text) and found.is_known else None

    type_ = type_of(text("type"), is_written="type" in block.body.attributes)

    def read(origin: str) -> Source:
        expression = block.body.attributes.get("definition")
        if expression is None:
            raise refused(f"The state machine {name} has no definition", spot_of(block.span))
        with module.noting(notes):
            module.begin()
            found = evaluator.value(expression)
        return source_of(found, notes, origin=origin, given=module.given, type=type_)

    aliases = (address, f"{module.address}{short}", short, *filter(None, [text("name")]))
    return Declared(name, TERRAFORM, spot_of(block.span), read, type_, tuple(alias for alias in dict.fromkeys(aliases) if alias != name), notes)
