"""The names of one Terraform module, and the functions that need its files.

`var.x` is the value given, or that of a tfvars file, or the default; `local.x` is evaluated where it is named, once;
an argument a resource is configured with is known, everything else of a resource is not; `module.x.y` is an output of
a module in the same repository. The account, region and partition are the engine's, so that ARNs look the same wherever
a definition came from.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from asl_engine.errors import DefinitionError
from asl_engine.imports.documents import read_nodes
from asl_engine.imports.hcl_templates import template_file
from asl_engine.imports.hcl_tree import Block, Body, Expression, Span, Variable
from asl_engine.imports.knowing import is_known
from asl_engine.imports.machines import Given
from asl_engine.imports.notes import Notes
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_functions import FUNCTIONS
from asl_engine.imports.terraform_instances import instances_of
from asl_engine.imports.terraform_operations import as_text
from asl_engine.imports.terraform_reading import bodies_of, values_of
from asl_engine.imports.terraform_values import Evaluator, spot_of
from asl_engine.imports.traced import Array, Encoded, Node, Object, Scalar, Spot, Text, Unknown, Writing, embedded, made, node_of, written
from asl_engine.spell import nearest
from asl_engine.values import Json

FOLDERS_UPWARDS = 5
"""How far above a module a relative path is looked for: Terraform takes it from the folder it is started in."""

_WELL_KNOWN: Mapping[tuple[str, str], Json] = {
    ("aws_caller_identity", "account_id"): "123456789012",
    ("aws_partition", "dns_suffix"): "amazonaws.com",
    ("aws_partition", "partition"): "aws",
    ("aws_region", "id"): "us-east-1",
    ("aws_region", "name"): "us-east-1",
    ("aws_region", "region"): "us-east-1",
}
"""Data sources every module has, as the engine's context object has their values."""
_COMPUTED = ("arn", "id", "invoke_arn", "qualified_arn", "unique_id", "url")
"""Attributes a provider computes, whatever a block says."""
_REFERENCES = "a reference begins with var, local, data or a resource's type"
_HERE = ("./", "../")
"""How the source of a module in the same repository begins."""
MAX_MODULES = 200
"""Called by one module and those it calls."""
MAX_MODULE_DEPTH = 10
"""Modules that call each other."""
_KINDS = {"string": "string", "number": "number", "bool": "bool"}
_CONVERTERS = {"string": "tostring", "number": "tonumber", "bool": "tobool"}


@dataclass(frozen=True, slots=True)
class _Call:
    """Where a module stands among those that call each other."""

    root: Path
    """The folder of the module that is applied: what relative paths begin with."""
    address: str = ""
    """`module.billing.` before all names of a module that is called."""
    depth: int = 0
    count: list[int] = field(default_factory=lambda: [0])
    """Modules so far, shared by all."""
    steps: list[int] = field(default_factory=lambda: [0, 0])
    notes: list[Notes] = field(default_factory=lambda: [Notes()])
    """What is being written down, shared by all."""
    bodies: dict[Path, list[Body]] = field(default_factory=dict)
    """What was read of each folder, shared by all."""
    arguments: Mapping[str, Callable[[], Node]] = field(default_factory=dict)


def root_module(folder: Path, files: Files, given: Given) -> Module:
    """The module that is applied, with the values its folder has for variables. Raises `DefinitionError`."""
    return Module(folder, files, given, values_of(folder, files), _Call(folder))


class Module:
    """The world of a module's expressions: see `terraform_values.World`."""

    def __init__(self, folder: Path, files: Files, given: Given, values: Mapping[str, Expression], call: _Call) -> None:
        self.folder = folder
        self.files = files
        self.given = given
        self.steps = call.steps
        self.address = call.address
        self._call = call
        if folder not in call.bodies:
            call.bodies[folder] = bodies_of(folder, files)
        self._bodies = call.bodies[folder]
        self._values = values
        self._variables = {block.labels[0]: block for block in self.blocks("variable") if block.labels}
        self._outputs = {block.labels[0]: block for block in self.blocks("output") if block.labels}
        self._modules = {block.labels[0]: block for block in self.blocks("module") if block.labels}
        self._locals = {name: expression for block in self.blocks("locals") for name, expression in block.body.attributes.items()}
        self._resources = {block.labels[:2]: block for block in self.blocks("resource")}
        self._data = {block.labels[:2]: block for block in self.blocks("data")}
        self._known: dict[str, tuple[Node, Notes]] = {}
        """What was evaluated once, with what had to be assumed for it."""
        self._called: dict[str, dict[str, Module] | None] = {}
        self._open: list[str] = []

    def blocks(self, type_: str) -> Iterator[Block]:
        return (block for body in self._bodies for block in body.blocks if block.type == type_)

    @property
    def notes(self) -> Notes:
        return self._call.notes[0]

    @contextmanager
    def noting(self, notes: Notes) -> Iterator[Notes]:
        """What is assumed meanwhile is written down there, in whichever module it is."""
        before, self._call.notes[0] = self._call.notes[0], notes
        try:
            yield notes
        finally:
            self._call.notes[0] = before

    def begin(self) -> None:
        """Counts steps anew: those of one definition are limited, not those of all that a module declares."""
        self.steps[0] = 0

    # ----------------------------------------------------------------------------------------------- modules it calls

    def called(self, label: str) -> dict[str, Module] | None:
        """The instances of a module by key ("" for the only one); None if it is not of this repository. Raises `DefinitionError`."""
        if label not in self._called:
            block = self._modules[label]
            source = block.body.attributes.get("source")
            named = Evaluator(self, {}, self.steps).value(source) if source is not None else None
            if not isinstance(named, Text) or not named.is_known or not named.value.startswith(_HERE):
                self._called[label] = None
            else:
                self._called[label] = self._instances(label, block, Path(os.path.normpath(self.folder / named.value)), named.spot)
        return self._called[label]

    def _instances(self, label: str, block: Block, folder: Path, spot: Spot) -> dict[str, Module]:
        call = self._call
        if not self.files.tree.is_folder(folder):
            raise refused(f"There is no folder {folder}", spot)
        if call.depth >= MAX_MODULE_DEPTH:
            raise refused(f"Modules call modules more than {MAX_MODULE_DEPTH} times", spot)
        found = {}
        for key, names in instances_of(block, Evaluator(self, {}, self.steps)):
            call.count[0] += 1
            if call.count[0] > MAX_MODULES:
                raise refused(f"More than {MAX_MODULES} modules belong to this import", spot)
            evaluator = Evaluator(self, names, self.steps)
            arguments = {name: partial(evaluator.value, expression) for name, expression in block.body.attributes.items()}
            inner = replace(call, address=f"{call.address}module.{label}{key}.", depth=call.depth + 1, arguments=arguments)
            found[key] = Module(folder, self.files, self.given, {}, inner)
        return found

    def _output(self, address: tuple[str, ...], spot: Spot) -> tuple[Node, int]:
        """`module.x.y`: of `x["eu"]` too, if `eu` is known."""
        unknown = Unknown(self.address + ".".join(address), spot)
        label, bracket, key = address[1].partition("[")
        if len(address) < 3:
            return unknown, len(address)
        if label not in self._modules:
            self._undeclared("module call", label, list(self._modules), spot)
            return unknown, len(address)
        try:
            called = self.called(label)
        except DefinitionError as error:
            self.notes.assume(f"module {label} cannot be read: {error.diagnostics[0].message}", spot)
            return unknown, len(address)
        child = called.get(bracket + key) if called is not None else None
        if child is None:
            return unknown, len(address)
        found = child.output(address[2], spot)
        if found is None:
            self._undeclared(f"output of module {label}:", address[2], list(child._outputs), spot)
            return unknown, len(address)
        return (Unknown(self.address + ".".join(address[:3]), spot, found.kind) if isinstance(found, Unknown) else found), 3

    def output(self, name: str, spot: Spot) -> Node | None:
        """The value of an output; None if none is declared."""
        block = self._outputs.get(name)
        value = block.body.attributes.get("value") if block is not None else None
        return self._once(f"output.{name}", spot, lambda: Evaluator(self, {}, self.steps).value(value)) if value is not None else None

    # --------------------------------------------------------------------------------------------------------- names

    def resolve(self, address: tuple[str, ...], spot: Spot) -> tuple[Node, int]:
        """The value a reference leads to, and how many of its names that took: the longest one given wins."""
        for length in range(len(address), 1, -1):
            name = self.address + ".".join(address[:length])
            if name in self.given:
                found = node_of(self.given[name], spot)
                return (self._converted(address[1], found, spot) if address[0] == "var" and length == 2 else found), length
        if len(address) < 2:
            near = nearest(address[0], ["var", "local", "data", "module", "path", "each", "count"])
            raise refused(f'"{address[0]}" is no value', spot, f"did you mean {near}?" if near else _REFERENCES)
        match address[0]:
            case "var":
                return self._once(f"var.{address[1]}", spot, lambda: self._variable(address[1], spot)), 2
            case "local":
                return self._once(f"local.{address[1]}", spot, lambda: self._local(address[1], spot)), 2
            case "path":
                # As Terraform has it: relative to the folder of the module that is applied.
                return made(os.path.relpath(self.folder, self._call.root) if address[1] == "module" else ".", spot), 2
            case "terraform":
                return made("default", spot), 2
            case "data":
                return self._attribute(address, 1, self._data, spot)
            case "module":
                return self._output(address, spot)
            case "each" | "count" | "self":
                return Unknown(self.address + ".".join(address), spot), len(address)
            case _:
                return self._attribute(address, 0, self._resources, spot)

    def _once(self, name: str, spot: Spot, evaluate: Callable[[], Node]) -> Node:
        if name in self._open:
            raise refused(f"{name} depends on itself: {' → '.join([*self._open[self._open.index(name) :], name])}", spot)
        if name not in self._known:
            self._open.append(name)
            try:
                with self.noting(Notes()) as assumed:
                    self._known[name] = evaluate(), assumed
            finally:
                self._open.pop()
        found, assumed = self._known[name]
        self.notes.add(assumed)
        return found

    def _variable(self, name: str, spot: Spot) -> Node:
        block = self._variables.get(name)
        if block is None:
            self._undeclared("variable", name, list(self._variables), spot)
            return Unknown(f"{self.address}var.{name}", spot)
        if name in self._call.arguments:
            return self._converted(name, self._call.arguments[name](), spot)
        expression = self._values.get(name, block.body.attributes.get("default"))
        if expression is None:
            return Unknown(f"{self.address}var.{name}", spot, _kind_of(block.body.attributes.get("type")))
        return self._converted(name, Evaluator(self, {}, self.steps).value(expression), spot)

    def _converted(self, name: str, value: Node, spot: Spot) -> Node:
        """A value as the variable's type wants it: "30" is a number for a variable that is one."""
        block = self._variables.get(name)
        kind = _kind_of(block.body.attributes.get("type")) if block is not None else "any"
        converter = FUNCTIONS.get(_CONVERTERS.get(kind, ""))
        return (converter([value], Span(spot.file, spot.offset, spot.offset)) if converter is not None else None) or value

    def _local(self, name: str, spot: Spot) -> Node:
        if name not in self._locals:
            self._undeclared("local value", name, list(self._locals), spot)
            return Unknown(f"{self.address}local.{name}", spot)
        return Evaluator(self, {}, self.steps).value(self._locals[name])

    def _undeclared(self, what: str, name: str, known: list[str], spot: Spot) -> None:
        self.notes.undeclared(f"the module declares no {what} {name}", spot, nearest(name, known))

    def _attribute(self, address: tuple[str, ...], start: int, declared: Mapping[tuple[str, ...], Block], spot: Spot) -> tuple[Node, int]:
        """`type.name.attribute`, of a resource or, after "data", of a data source."""
        whole = Unknown(self.address + ".".join(address), spot, "string"), len(address)
        if len(address) < start + 3:
            return Unknown(self.address + ".".join(address), spot, "object"), len(address)
        type_, label, attribute = address[start : start + 3]
        block = declared.get((type_, label.partition("[")[0]))
        if start and (type_, attribute) in _WELL_KNOWN:
            return node_of(_WELL_KNOWN[type_, attribute], spot), start + 3
        if block is None:
            self._undeclared("data source" if start else "resource", f"{type_}.{label.partition('[')[0]}", [".".join(labels) for labels in declared], spot)
            return whole
        if type_ == "template_file" and attribute == "rendered":
            return self._once(".".join(address), spot, lambda: self._rendered(block, spot)), start + 3
        expression = block.body.attributes.get("filename" if type_ == "local_file" and attribute == "content" and start else attribute)
        if expression is None or attribute in _COMPUTED or "[" in label or "count" in block.body.attributes or "for_each" in block.body.attributes:
            return whole
        found = self._once(".".join(address[: start + 3]), spot, lambda: Evaluator(self, {}, self.steps).value(expression))
        if start and type_ == "local_file" and attribute == "content":
            return self._content(found, expression.span), start + 3
        return (found, start + 3) if is_known(found) else whole

    def _rendered(self, block: Block, spot: Spot) -> Node:
        """The old way to fill a template: data "template_file"."""
        evaluator = Evaluator(self, {}, self.steps)
        template = block.body.attributes.get("template")
        if template is None:
            raise refused("The template_file has no template", spot_of(block.span))
        values = evaluator.value(block.body.attributes["vars"]) if "vars" in block.body.attributes else Object({}, spot)
        return self._filled(evaluator.value(template), values, template.span, evaluator)

    # ----------------------------------------------------------------------------------------------------- functions

    def attempt(self, name: str, arguments: tuple[Expression, ...], span: Span, evaluator: Evaluator) -> Node | None:
        """`try` and `can`, whose arguments may fail."""
        if name not in ("try", "can"):
            return None
        failure: DefinitionError | None = None
        for argument in arguments:
            depth = self.steps[1]
            try:
                found = evaluator.value(argument)
                return Scalar(True, spot_of(span)) if name == "can" else found
            except DefinitionError as error:
                self.steps[1] = depth
                failure = error
        if name == "can":
            return Scalar(False, spot_of(span))
        raise failure or refused("try takes at least one argument", spot_of(span))

    def call(self, name: str, arguments: list[Node], span: Span, evaluator: Evaluator) -> Node:
        """A function's value; what is not known is named by the call."""
        function = FUNCTIONS.get(name.removeprefix("core::"))
        try:
            match name.removeprefix("core::"):
                case "file":
                    return self._content(arguments[0], span)
                case "templatefile":
                    return self._filled(self._content(arguments[0], span), arguments[1], span, evaluator)
                case "templatestring":
                    return self._filled(arguments[0], arguments[1], span, evaluator)
                case "fileexists":
                    return Scalar(self._path(arguments[0], span) is not None, spot_of(span))
                case "jsondecode" | "yamldecode":
                    return self._decoded(arguments[0], span, evaluator)
                case "abspath" | "basename" | "dirname":
                    return self._path_function(name, arguments[0], span, evaluator)
                case "merge" | "concat" if len({isinstance(argument, Unknown) for argument in arguments}) == 2:
                    left_out = [argument.name for argument in arguments if isinstance(argument, Unknown)]
                    evaluator.assume(f"{', '.join(left_out)} is not known and left out of {name}", span)
                    arguments = [argument for argument in arguments if not isinstance(argument, Unknown)]
            if function is None:
                evaluator.assume(f"the function {name} is not evaluated", span)
                return evaluator.unknown(span)
            if arguments and isinstance(arguments[0], Unknown) and name not in ("format", "join", "coalesce", "jsonencode", "yamlencode"):
                return function(arguments, span) or evaluator.unknown(span) if name.startswith("to") else evaluator.unknown(span)
            found = function(arguments, span)
        except (IndexError, ValueError):
            raise refused(f"The function {name} takes another number of arguments", spot_of(span)) from None
        if isinstance(found, Object | Array):
            evaluator.count(len(found.members if isinstance(found, Object) else found.elements), span)
        return found if found is not None else evaluator.unknown(span)

    def _path(self, argument: Node, span: Span) -> Path | None:
        """The file a relative path means: below the module, or below a folder above it."""
        named = as_text(argument, span)
        if not named.is_known:
            raise refused(f"The file {named.value} is not known before deployment", spot_of(span), "give what is not known in --placeholders")
        if "\0" in named.value:
            raise refused("The path has a null character", spot_of(span))
        path = Path(named.value)
        root = self._call.root
        folders = [root, self.folder, *list(root.absolute().parents)[:FOLDERS_UPWARDS]] if not path.is_absolute() else [Path()]
        found = next((folder / path for folder in folders if self.files.tree.is_file(folder / path)), None)
        return Path(os.path.relpath(found)) if found is not None and not path.is_absolute() and not root.is_absolute() else found

    def _content(self, argument: Node, span: Span) -> Node:
        path = self._path(argument, span)
        if path is None:
            raise refused(f"There is no file {as_text(argument, span).value}", spot_of(span), f"looked in {self.folder} and above it")
        file = self.files.read(path, spot_of(span))
        return written(file.text, Spot(file, 0), Writing.PLAIN)

    def _filled(self, template: Node, values: Node, span: Span, evaluator: Evaluator) -> Node:
        if not isinstance(template, Text) or not template.is_known or isinstance(values, Unknown):
            return evaluator.unknown(span)
        if not isinstance(values, Object):
            raise refused("The values of a template are an object", spot_of(span))
        parts = template_file(embedded(template))
        return evaluator.binding(values.members, alone=True).text(parts, template.spot, span)

    def _decoded(self, argument: Node, span: Span, evaluator: Evaluator) -> Node:
        if isinstance(argument, Encoded):
            return argument.node
        if not isinstance(argument, Text) or not argument.is_known:
            return evaluator.unknown(span)
        return read_nodes(embedded(argument))

    def _path_function(self, name: str, argument: Node, span: Span, evaluator: Evaluator) -> Node:
        text = as_text(argument, span)
        if not text.is_known:
            return evaluator.unknown(span)
        # An absolute path would differ from one machine to the next; it names the same file as it is.
        found = {"abspath": text.value, "basename": os.path.basename(text.value), "dirname": os.path.dirname(text.value)}[name]
        return made(found, text.spot)


def _kind_of(type_: Expression | None) -> str:
    if isinstance(type_, Variable):
        return _KINDS.get(type_.name, "any")
    text = type_.span.text if type_ is not None else ""
    return "list" if text.startswith(("list", "set", "tuple")) else "object" if text.startswith(("map", "object")) else "any"
