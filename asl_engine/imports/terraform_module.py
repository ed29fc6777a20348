"""The names of one Terraform module, and the functions that need its files.

`var.x` is the value given, or that of a tfvars file, or the default; `local.x` is evaluated where it is named, once;
an argument a resource is configured with is known, everything else of a resource is not. The account, region and
partition are the engine's, so that ARNs look the same wherever a definition came from.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from asl_engine.errors import DefinitionError
from asl_engine.imports.documents import read_nodes
from asl_engine.imports.hcl_templates import template_file
from asl_engine.imports.hcl_tree import Block, Body, Expression, Span, Variable
from asl_engine.imports.machines import Given
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.terraform_functions import FUNCTIONS
from asl_engine.imports.terraform_operations import as_text, is_known
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
_KINDS = {"string": "string", "number": "number", "bool": "bool"}
_CONVERTERS = {"string": "tostring", "number": "tonumber", "bool": "tobool"}


class Module:
    """The world of a module's expressions: see `terraform_values.World`."""

    def __init__(self, folder: Path, files: Files, given: Given, bodies: Sequence[Body], values: Mapping[str, Expression]) -> None:
        self.folder = folder
        self.files = files
        self.given = given
        self.notes: list[str] = []
        self.steps = [0, 0]
        self._bodies = bodies
        self._values = values
        self._variables = {block.labels[0]: block for block in self.blocks("variable") if block.labels}
        self._locals = {name: expression for block in self.blocks("locals") for name, expression in block.body.attributes.items()}
        self._resources = {block.labels[:2]: block for block in self.blocks("resource")}
        self._data = {block.labels[:2]: block for block in self.blocks("data")}
        self._known: dict[str, Node] = {}
        self._open: list[str] = []
        self._missing: set[tuple[str, str]] = set()

    def blocks(self, type_: str) -> Iterator[Block]:
        return (block for body in self._bodies for block in body.blocks if block.type == type_)

    # --------------------------------------------------------------------------------------------------------- names

    def resolve(self, address: tuple[str, ...], spot: Spot) -> tuple[Node, int]:
        """The value a reference leads to, and how many of its names that took: the longest one given wins."""
        for length in range(len(address), 1, -1):
            name = ".".join(address[:length])
            if name in self.given:
                found = node_of(self.given[name], spot)
                return (self._converted(name.removeprefix("var."), found, spot) if address[0] == "var" and length == 2 else found), length
        if len(address) < 2:
            near = nearest(address[0], ["var", "local", "data", "module", "path", "each", "count"])
            raise refused(
                f'"{address[0]}" is no value', spot, f"did you mean {near}?" if near else "a reference begins with var, local, data or a resource's type"
            )
        match address[0]:
            case "var":
                return self._once(f"var.{address[1]}", spot, lambda: self._variable(address[1], spot)), 2
            case "local":
                return self._once(f"local.{address[1]}", spot, lambda: self._local(address[1], spot)), 2
            case "path":
                return made(".", spot), 2
            case "terraform":
                return made("default", spot), 2
            case "data":
                return self._attribute(address, 1, self._data, spot)
            case "module" | "each" | "count" | "self":
                return Unknown(".".join(address), spot), len(address)
            case _:
                return self._attribute(address, 0, self._resources, spot)

    def _once(self, name: str, spot: Spot, evaluate: Callable[[], Node]) -> Node:
        if name in self._open:
            raise refused(f"{name} depends on itself: {' → '.join([*self._open[self._open.index(name) :], name])}", spot)
        if name not in self._known:
            self._open.append(name)
            try:
                self._known[name] = evaluate()
            finally:
                self._open.pop()
        return self._known[name]

    def _variable(self, name: str, spot: Spot) -> Node:
        block = self._variables.get(name)
        if block is None:
            self._undeclared("variable", name, list(self._variables), spot)
            return Unknown(f"var.{name}", spot)
        expression = self._values.get(name, block.body.attributes.get("default"))
        if expression is None:
            return Unknown(f"var.{name}", spot, _kind_of(block.body.attributes.get("type")))
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
            return Unknown(f"local.{name}", spot)
        return Evaluator(self, {}, self.steps).value(self._locals[name])

    def _undeclared(self, what: str, name: str, known: list[str], spot: Spot) -> None:
        if (what, name) in self._missing:
            return
        self._missing.add((what, name))
        near = nearest(name, known)
        self.notes.append(f"{spot}: the module declares no {what} {name}" + (f"; did you mean {near}?" if near else ""))

    def _attribute(self, address: tuple[str, ...], start: int, declared: Mapping[tuple[str, ...], Block], spot: Spot) -> tuple[Node, int]:
        """`type.name.attribute`, of a resource or, after "data", of a data source."""
        whole = Unknown(".".join(address), spot, "string"), len(address)
        if len(address) < start + 3:
            return Unknown(".".join(address), spot, "object"), len(address)
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
        folders = [self.folder, *list(self.folder.absolute().parents)[:FOLDERS_UPWARDS]] if not path.is_absolute() else [Path()]
        found = next((folder / path for folder in folders if self.files.tree.is_file(folder / path)), None)
        return Path(os.path.relpath(found)) if found is not None and not path.is_absolute() and not self.folder.is_absolute() else found

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
