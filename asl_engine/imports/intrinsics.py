"""CloudFormation's intrinsic functions, evaluated as far as a template alone allows.

Parameters have their defaults, mappings and conditions what the template says, pseudo parameters the engine's account
and region. What a resource will be called or return is known after deployment only, and becomes a placeholder:
`${Logical}` for `Ref`, `${Logical.Attribute}` for `Fn::GetAtt`. Given values win over all of these, by the same names.
Source: CloudFormation User Guide, "Intrinsic function reference" and "Pseudo parameters reference".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from asl_engine.imports.knowing import is_known
from asl_engine.imports.machines import Given
from asl_engine.imports.notes import UNDECLARED, Notes
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, Encoded, Node, Object, Scalar, Spot, Text, Unknown, joined, json_of, made, node_of, text_of
from asl_engine.spell import nearest
from asl_engine.values import Json, same_json
from asl_engine.yaml_positions import plain_value

MAX_DEPTH = 150
"""Functions and values inside each other, references followed."""
MAX_STEPS = 400_000
"""Values evaluated for one machine."""
MAX_SUBSTITUTIONS = 10_000
"""Names in one string."""

PSEUDO_PARAMETERS: Mapping[str, Json] = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}
_OTHER_PSEUDO_PARAMETERS = ("AWS::NotificationARNs", "AWS::StackId", "AWS::StackName")
NO_VALUE = "AWS::NoValue"
_SUBSTITUTED = re.compile(r"\$\{([^}]*)\}")
_KINDS = {"Number": "number", "String": "string", "CommaDelimitedList": "list"}


@dataclass(slots=True)
class Intrinsics:
    """Evaluates the values of one template."""

    parameters: Mapping[str, Node]
    mappings: Mapping[str, Node]
    conditions: Mapping[str, Node]
    resources: Mapping[str, Node]
    given: Given
    notes: Notes = field(default_factory=Notes)
    undeclared: str | None = UNDECLARED
    """The code of a name that the template does not declare; None where others may declare it."""
    _depth: int = 0
    _steps: int = 0
    _deciding: list[str] = field(default_factory=list)
    _decided: dict[str, bool | None] = field(default_factory=dict)

    def resolve(self, node: Node) -> Node | None:
        """The value of a node; None for `AWS::NoValue`, which removes the property it stands for."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise refused(f"The template takes more than {MAX_STEPS:,} steps to evaluate", node.spot)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refused(f"Values are nested more than {MAX_DEPTH} levels deep", node.spot)
        try:
            return self._resolved(node)
        finally:
            self._depth -= 1

    def value(self, node: Node) -> Node:
        """As `resolve`, where there must be a value."""
        found = self.resolve(node)
        return found if found is not None else made("", node.spot)

    def _resolved(self, node: Node) -> Node | None:
        match node:
            case Object():
                if len(node.members) == 1:
                    name, argument = next(iter(node.members.items()))
                    function = _FUNCTIONS.get(name)
                    if function is not None:
                        return function(self, argument, node.spot)
                    if name.startswith("Fn::") and name.partition("::")[2].partition("::")[0] != "ForEach":
                        return self.unknown(name, node.spot)
                found = {key: member for key, value in node.members.items() if (member := self.resolve(value)) is not None}
                return Object(found, node.spot, node.keys, node.repeated)
            case Array():
                return Array([element for each in node.elements if (element := self.resolve(each)) is not None], node.spot)
            case _:
                return node

    # ------------------------------------------------------------------------------------------------------- names

    def unknown(self, name: str, spot: Spot, kind: str = "any") -> Node:
        return node_of(self.given[name], spot) if name in self.given else Unknown(name, spot, kind)

    def named(self, name: str, spot: Spot) -> Node | None:
        """The value `Ref` gives: of a parameter, a pseudo parameter or a resource."""
        if name in self.given:
            return node_of(self.given[name], spot)
        if name == NO_VALUE:
            return None
        if name in PSEUDO_PARAMETERS:
            return node_of(PSEUDO_PARAMETERS[name], spot)
        if name in self.parameters:
            return self._parameter(name, spot)
        if name not in self.resources and name not in _OTHER_PSEUDO_PARAMETERS and not self._is_generated(name):
            near = nearest(name, [*self.parameters, *self.resources, *PSEUDO_PARAMETERS])
            self._note(f"the template declares no {name}", spot, near)
        return Unknown(name, spot, "string")

    def _note(self, text: str, spot: Spot, near: str | None) -> None:
        if self.undeclared is not None:
            self.notes.undeclared(text, spot, near, self.undeclared)

    def _is_generated(self, name: str) -> bool:
        """SAM makes resources of its own, named after those it is given: `MyFunctionRole`; and some for all: `ServerlessRestApi`."""
        return name.startswith("Serverless") or any(name.startswith(resource) for resource in self.resources)

    def _parameter(self, name: str, spot: Spot) -> Node:
        declared = self.parameters[name]
        members = declared.members if isinstance(declared, Object) else {}
        type_ = json_of(members["Type"]) if "Type" in members else "String"
        kind = _KINDS.get(str(type_), "list" if str(type_).startswith("List<") else "string")
        default = members.get("Default")
        if default is None or str(type_).startswith("AWS::SSM::"):
            return Unknown(name, spot, kind)
        text = text_of(default)
        if kind == "number" and isinstance(number := _number(text.value), (int, float)):
            return Scalar(number, default.spot)
        if kind == "list":
            return Array([made(part.strip(), default.spot) for part in text.value.split(",")] if text.value else [], default.spot)
        return text

    # -------------------------------------------------------------------------------------------------- conditions

    def condition(self, node: Node) -> bool | None:
        """Whether a condition holds; None if that is known after deployment only."""
        match node:
            case Object(members=members) if len(members) == 1:
                name, argument = next(iter(members.items()))
            case Text():
                return self.named_condition(node.value, node.spot)
            case _:
                raise refused("A condition must be one of Fn::And, Fn::Equals, Fn::Not, Fn::Or and Condition", node.spot)
        operands = argument.elements if isinstance(argument, Array) else [argument]
        match name:
            case "Condition":
                return self.named_condition(str(json_of(argument)), argument.spot)
            case "Fn::Equals" if len(operands) == 2:
                return _equal(self.value(operands[0]), self.value(operands[1]))
            case "Fn::Not" if len(operands) == 1:
                held = self.condition(operands[0])
                return None if held is None else not held
            case "Fn::And" | "Fn::Or":
                decisive = name == "Fn::Or"
                held_by = [self.condition(operand) for operand in operands]
                return decisive if decisive in held_by else None if None in held_by else not decisive
        raise refused(f"{name} is no condition, or has the wrong number of operands", node.spot)

    def named_condition(self, name: str, spot: Spot) -> bool | None:
        if isinstance(self.given.get(name), bool):
            return bool(self.given[name])
        if name not in self.conditions:
            near = nearest(name, self.conditions)
            raise refused(f"The template declares no condition {name}", spot, f"did you mean {near}?" if near else None)
        if name in self._deciding:
            raise refused(f"The condition {name} depends on itself", spot)
        if name not in self._decided:
            self._deciding.append(name)
            try:
                self._decided[name] = self.condition(self.conditions[name])
            finally:
                self._deciding.pop()
        return self._decided[name]

    # --------------------------------------------------------------------------------------------------- Fn::Sub

    def substituted(self, text: Text, names: Mapping[str, Node], *, only: bool = False) -> Text:
        """`${Name}` and `${Name.Attribute}` replaced, `${!Name}` unescaped. `only`: nothing but `names`, as DefinitionSubstitutions."""
        written, parts, done = text.value, [], 0
        for count, found in enumerate(_SUBSTITUTED.finditer(written)):
            if count >= MAX_SUBSTITUTIONS:
                raise refused(f"The string has more than {MAX_SUBSTITUTIONS:,} names to substitute", text.spot)
            name = found[1].strip()
            if name in names:
                replaced: Node | None = names[name]
            elif only:
                continue
            elif name.startswith("!"):
                parts += [Text(text.cut(done, found.start() + 2), text.spot), Text(text.cut(found.start() + 3, found.end()), text.spot)]
                done = found.end()
                continue
            else:
                spot = Text(text.cut(found.start(), found.end()), text.spot).pieces[0].spot_of(0)
                replaced = self._attribute(name, spot) if "." in name else self.named(name, spot)
            parts.append(Text(text.cut(done, found.start()), text.spot))
            if replaced is not None:
                parts.append(text_of(replaced))
            done = found.end()
        return joined([*parts, Text(text.cut(done, len(written)), text.spot)], text.spot)

    def _attribute(self, name: str, spot: Spot) -> Node:
        logical = name.partition(".")[0]
        if logical not in self.resources and not self._is_generated(logical) and name not in self.given:
            near = nearest(logical, self.resources)
            self._note(f"the template declares no resource {logical}", spot, near)
        return self.unknown(name, spot, "string")


def _number(text: str) -> int | float | None:
    found = plain_value(text, 0)
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def _equal(left: Node, right: Node) -> bool | None:
    return same_json(text_of(left).value, text_of(right).value) if is_known(left) and is_known(right) else None


Function = Callable[[Intrinsics, Node, Spot], "Node | None"]


def _arguments(argument: Node, name: str, *counts: int) -> list[Node]:
    if not isinstance(argument, Array) or len(argument.elements) not in counts:
        raise refused(f"{name} takes a list of {' or '.join(map(str, counts))} values", argument.spot)
    return argument.elements


def _ref(at: Intrinsics, argument: Node, spot: Spot) -> Node | None:
    name = json_of(argument)
    if not isinstance(name, str):
        raise refused("Ref takes the name of a parameter or a resource", argument.spot)
    return at.named(name, spot)


def _get_att(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    parts = [json_of(at.value(part)) for part in argument.elements] if isinstance(argument, Array) else [json_of(argument)]
    return at._attribute(".".join(map(str, parts)), spot)


def _sub(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    if isinstance(argument, Array):
        template, names = _arguments(argument, "Fn::Sub", 2)
        found = at.resolve(names)
        values = found.members if isinstance(found, Object) else {}
    else:
        template, values = argument, {}
    if not isinstance(template, Text):
        raise refused("Fn::Sub takes a string", template.spot)
    return at.substituted(template, values)


def _join(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    delimiter, values = map(at.value, _arguments(argument, "Fn::Join", 2))
    if not isinstance(values, Array):
        return Unknown(f"Fn::Join {text_of(values).value[2:-1]}", spot, "string") if isinstance(values, Unknown) else text_of(values)
    parts = []
    for index, element in enumerate(values.elements):
        if index and isinstance(delimiter, Text) and delimiter.pieces:
            parts.append(made(delimiter.value, element.spot))
        parts.append(text_of(element))
    return joined(parts, spot)


def _split(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    delimiter, text = map(at.value, _arguments(argument, "Fn::Split", 2))
    if not is_known(text):
        return Unknown(f"Fn::Split {text_of(text).value}", spot, "list")
    if not isinstance(text, Text) or not text_of(delimiter).value:
        raise refused("Fn::Split takes a delimiter and a string", spot)
    return Array([made(part, text.spot) for part in text.value.split(text_of(delimiter).value)], spot)


def _select(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    index, values = map(at.value, _arguments(argument, "Fn::Select", 2))
    number = text_of(index).value
    if isinstance(values, Array) and number.isdecimal():
        if int(number) >= len(values.elements):
            raise refused(f"Fn::Select {number} is beyond a list of {len(values.elements)}", spot)
        return values.elements[int(number)]
    name = values.name if isinstance(values, Unknown) else text_of(values).value
    return at.unknown(f"{name}[{number}]", spot, "string")


def _if(at: Intrinsics, argument: Node, spot: Spot) -> Node | None:
    condition, then, otherwise = _arguments(argument, "Fn::If", 3)
    name = str(json_of(condition))
    held = at.named_condition(name, condition.spot)
    if held is None:
        first = at.resolve(then)
        if not isinstance(first, (Object, Array)):
            return at.unknown(f"Fn::If {name}", spot)
        at.notes.assume(f"the condition {name} depends on values that are not known; it is taken as true", spot)
        return first
    return at.resolve(then if held else otherwise)


def _find_in_map(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    keys = [at.value(key) for key in _arguments(argument, "Fn::FindInMap", 3, 4)[:3]]
    names = [text_of(key).value for key in keys]
    found: Node | None = Object(dict(at.mappings), spot)
    for name in names:
        found = found.members.get(name) if isinstance(found, Object) else None
    if found is not None:
        return at.value(found)
    if not all(map(is_known, keys)):
        return at.unknown("Fn::FindInMap " + ".".join(names), spot, "string")
    fallback = argument.elements[3] if isinstance(argument, Array) and len(argument.elements) == 4 else None
    if isinstance(fallback, Object) and "DefaultValue" in fallback.members:
        return at.value(fallback.members["DefaultValue"])
    raise refused(f"The mappings have no {'.'.join(names)}", spot)


def _import_value(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    return at.unknown(f"Fn::ImportValue {text_of(at.value(argument)).value}", spot, "string")


def _base64(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    text = at.value(argument)
    if not is_known(text):
        return at.unknown("Fn::Base64", spot, "string")
    return made(base64.b64encode(text_of(text).value.encode()).decode("ascii"), spot)


def _length(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    values = at.value(argument)
    return Scalar(len(values.elements), spot) if isinstance(values, Array) else at.unknown("Fn::Length", spot, "number")


def _to_json_string(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    return Encoded(at.value(argument), spot)


def _zones(at: Intrinsics, argument: Node, spot: Spot) -> Node:
    region = text_of(at.value(argument)).value or str(at.given.get("AWS::Region", PSEUDO_PARAMETERS["AWS::Region"]))
    return at.unknown(f"Fn::GetAZs {region}", spot, "list")


_FUNCTIONS: Mapping[str, Function] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _zones,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json_string,
}
