"""CloudFormation's `Fn::ForEach`, written out: a template with loops as the one without.

    Fn::ForEach::Flows:
      - Region
      - [eu, us]
      - "Flow${Region}": {Type: AWS::StepFunctions::StateMachine, Properties: {…}}

becomes the members Floweu and Flowus, `${Region}` and `Ref: Region` in them replaced. That is a step before all other
functions, as in CloudFormation, which knows of values then only those of parameters.
Source: CloudFormation Template Reference, "Fn::ForEach" (transform AWS::LanguageExtensions).
"""

from __future__ import annotations

from collections.abc import Mapping

from asl_engine.imports.intrinsics import Intrinsics
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import MAX_NODES, Array, Node, Object, Spot, Text, Unknown, Writing, made, text_of, written

LOOP = "Fn::ForEach::"
MAX_DEPTH = 150
"""Values inside each other, loops included."""


def has_loops(node: Node | None) -> bool:
    """Whether a section of a template begins with loops."""
    return isinstance(node, Object) and any(key.startswith(LOOP) for key in node.members)


class Unrolling:
    """Writes out the loops of one template. `template` knows the parameters that loops may run over."""

    def __init__(self, template: Intrinsics) -> None:
        self.template = template
        self._nodes = 0

    def unrolled(self, node: Node, names: Mapping[str, Node] | None = None, depth: int = 0) -> Node:
        """The value without loops. `names` are those of the loops around it. Raises `DefinitionError`."""
        names = names or {}
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise refused(f"The template's loops make more than {MAX_NODES:,} values", node.spot)
        if depth > MAX_DEPTH:
            raise refused(f"Values are nested more than {MAX_DEPTH} levels deep", node.spot)
        match node:
            case Text():
                return self._filled(node, names) if names and "{" in node.value else node
            case Array():
                return Array([self.unrolled(element, names, depth + 1) for element in node.elements], node.spot)
            case Object():
                referred = node.members.get("Ref")
                if len(node.members) == 1 and isinstance(referred, Text) and referred.value in names:
                    return names[referred.value]
                found = Object({}, node.spot, {}, list(node.repeated))
                self._members(node, names, depth, found)
                return found
            case _:
                return node

    def _members(self, node: Object, names: Mapping[str, Node], depth: int, into: Object) -> None:
        for key, member in node.members.items():
            spot = node.keys.get(key, member.spot)
            if key.startswith(LOOP):
                self._loop(key, member, names, depth, into)
                continue
            filled = self._filled(written(key, spot, Writing.MADE), names).value if names and "{" in key else key
            if filled in into.members:
                into.repeated.append(filled)
            into.members[filled], into.keys[filled] = self.unrolled(member, names, depth + 1), spot

    def _loop(self, key: str, loop: Node, names: Mapping[str, Node], depth: int, into: Object) -> None:
        match loop:
            case Array(elements=[Text() as name, collection, Object() as body]):
                pass
            case _:
                raise refused(f"{key} takes a list: a name, a list of values, and what to repeat", loop.spot)
        values = self._values(self.unrolled(collection, names, depth + 1), loop.spot)
        if values is None:
            self.template.notes.assume(f"{key} runs over what is not known; it is taken as empty", loop.spot)
            return
        for value in values:
            self._members(body, {**names, name.value: value}, depth + 1, into)

    def _values(self, collection: Node, spot: Spot) -> list[Node] | None:
        """The elements, each a string; None if they are not known."""
        found = self.template.value(collection)
        elements = found.elements if isinstance(found, Array) else [found]
        flat = [inner for element in elements for inner in (element.elements if isinstance(element, Array) else [element])]
        if any(isinstance(element, Unknown) for element in flat):
            return None
        if any(isinstance(element, Object) for element in flat):
            raise refused("A loop runs over strings", spot)
        return [text_of(element) for element in flat]

    def _filled(self, text: Text, names: Mapping[str, Node]) -> Text:
        """`${Name}`, and `&{Name}` without what is neither a letter nor a digit, replaced by the names of loops."""
        filled = self.template.substituted(text, names, only=True)
        for name, value in names.items():
            marker = f"&{{{name}}}"
            if marker in filled.value:
                plain = "".join(character for character in text_of(value).value if character.isalnum())
                filled = made(filled.value.replace(marker, plain), filled.spot)
        return filled
