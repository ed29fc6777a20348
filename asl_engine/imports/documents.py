"""JSON and YAML files as traced values, with CloudFormation's short tags written out.

`!Sub x` becomes `{"Fn::Sub": x}`, so that nobody after this knows which notation was used. The rules of plain scalars
are those of `asl_engine.yaml_positions`: YAML 1.2's JSON schema, no dates, no `yes`, no octal numbers. Shared
anchors are shared nodes; what they would expand to is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, File, Node, Object, Scalar, Spot, Writing, written
from asl_engine.json_positions import MAX_DEPTH, JsonSyntaxError, Place, read_document
from asl_engine.values import Json, Missing
from asl_engine.yaml_positions import MAX_NODES, YamlError, events_of, plain_value

_CORE = "tag:yaml.org,2002:"
_AS_THEY_ARE = ("Ref", "Condition")


def read_nodes(file: File) -> Node:
    """The one document of a file: JSON if it begins like JSON, else YAML. Raises `DefinitionError` with the place."""
    if file.text.lstrip().startswith(("{", "[")):
        try:
            return _of_json(file)
        except JsonSyntaxError as error:
            if file.path.suffix == ".json":
                raise refused(error.message, Spot(file, error.offset), error.hint, "ASL002") from None
    try:
        found = _YamlReader(file).document()
    except YamlError as error:
        raise refused(error.message, Spot(file, min(error.offset, len(file.text))), code="ASL003") from None
    return found if found is not None else Scalar(None, Spot(file, 0))


def _of_json(file: File) -> Node:
    document = read_document(file.text)
    root = _node(document.value, document.places, file)
    for pointer in document.duplicates:
        owner: Node = root
        for token in pointer.parent.tokens:
            owner = owner.members[token] if isinstance(owner, Object) else owner.elements[int(token)] if isinstance(owner, Array) else owner
        if isinstance(owner, Object):
            owner.repeated.append(pointer.tokens[-1])
    return root


def _node(value: Json, place: Place, file: File) -> Node:
    spot = Spot(file, place.at)
    if isinstance(value, dict) and isinstance(place.members, dict):
        places = place.members
        keys = {key: Spot(file, places[key].key or places[key].at) for key in value}
        return Object({key: _node(member, places[key], file) for key, member in value.items()}, spot, keys)
    if isinstance(value, list) and isinstance(place.members, list):
        return Array([_node(element, where, file) for element, where in zip(value, place.members, strict=True)], spot)
    if isinstance(value, str):
        return written(value, Spot(file, place.at + 1), Writing.ESCAPED, spot)
    return Scalar(value, spot) if not isinstance(value, (dict, list)) else Scalar(None, spot)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being read."""

    node: Object | Array
    tag: str | None
    anchor: str | None
    size: int = 1
    key: str | None = None
    key_at: int = 0
    merges: list[Node] = field(default_factory=list)


class _YamlReader:
    def __init__(self, file: File) -> None:
        self.file = file
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}
        """Node, size, depth; None while the anchored value is still being read."""
        self.depths: list[int] = []
        self.root: Node | None = None

    def document(self) -> Node | None:
        documents = 0
        for event in events_of(self.file.text):
            at = event.start_mark.index
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise YamlError("The text holds more than one YAML document", at)
                case yaml.MappingStartEvent():
                    self.begin(Object({}, Spot(self.file, at)), event, at)
                case yaml.SequenceStartEvent():
                    self.begin(Array([], Spot(self.file, at)), event, at)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.end(at)
                case yaml.ScalarEvent():
                    self.scalar(event, at)
                case yaml.AliasEvent():
                    self.alias(event.anchor or "", at)
        return self.root

    def begin(self, node: Object | Array, event: Any, at: int) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise YamlError(f"The document is nested more than {MAX_DEPTH} levels deep", at)
        if self.open and isinstance(self.open[-1].node, Object) and self.open[-1].key is None:
            raise YamlError("The key of a mapping must be a string", at)
        self.open.append(_Open(node, event.tag, event.anchor))
        self.depths.append(1)
        if event.anchor:
            self.anchors[event.anchor] = None

    def end(self, at: int) -> None:
        done, depth = self.open.pop(), self.depths.pop()
        if isinstance(done.node, Object):
            for merged in done.merges:
                self.merge(done.node, merged, at)
        self.put(_tagged(done.node, done.tag, at), done.size, depth, done.anchor, at)

    def scalar(self, event: Any, at: int) -> None:
        owner = self.open[-1] if self.open else None
        if owner is not None and isinstance(owner.node, Object) and owner.key is None:
            owner.key, owner.key_at = event.value, at
            return
        self.put(_tagged(self.valued(event, at), event.tag, at), 1, 1, event.anchor, at)

    def valued(self, event: Any, at: int) -> Node:
        text: str = event.value
        is_plain = event.implicit[0] if event.tag in (None, "!") else event.tag.startswith(_CORE) and event.tag != f"{_CORE}str"
        if is_plain:
            value = plain_value(text, at)
            if not isinstance(value, Missing) and not isinstance(value, (str, list, dict)):
                return Scalar(value, Spot(self.file, at))
        written_text = self.file.text
        start = quote = at
        if event.tag or event.anchor:
            start = quote = _skip_properties(written_text, at)
        if event.style in ("'", '"'):
            start += 1
        elif event.style in ("|", ">"):
            start = written_text.find("\n", start) + 1 or start
        return written(text, Spot(self.file, start), Writing.ESCAPED if event.style == '"' else Writing.PLAIN, Spot(self.file, quote))

    def alias(self, anchor: str, at: int) -> None:
        found = self.anchors.get(anchor)
        if found is None:
            known = anchor in self.anchors
            raise YamlError(f"The anchor &{anchor} contains itself" if known else f"The alias *{anchor} names no anchor before it", at)
        if self.open and isinstance(self.open[-1].node, Object) and self.open[-1].key is None:
            raise YamlError("The key of a mapping must be a string", at)
        node, size, depth = found
        self.put(node, size, depth, None, at)

    def put(self, node: Node, size: int, depth: int, anchor: str | None, at: int) -> None:
        if anchor:
            self.anchors[anchor] = (node, size, depth)
        if not self.open:
            self.root = node
            return
        owner = self.open[-1]
        owner.size += size
        self.depths[-1] = max(self.depths[-1], depth + 1)
        if owner.size > MAX_NODES:
            raise YamlError(f"The document has more than {MAX_NODES} values when its aliases are expanded", at)
        if self.depths[-1] + len(self.open) - 1 > MAX_DEPTH:
            raise YamlError(f"The document is nested more than {MAX_DEPTH} levels deep", at)
        if isinstance(owner.node, Array):
            owner.node.elements.append(node)
            return
        key, owner.key = owner.key or "", None
        if key == "<<":
            owner.merges.append(node)
            return
        if key in owner.node.members:
            owner.node.repeated.append(key)
        owner.node.members[key] = node
        owner.node.keys[key] = Spot(self.file, owner.key_at)

    def merge(self, owner: Object, node: Node, at: int) -> None:
        """`<<`: members of another mapping, or of several, that the owner has not itself."""
        for merged in node.elements if isinstance(node, Array) else [node]:
            if not isinstance(merged, Object):
                raise YamlError("The merge key << needs a mapping", at)
            for key, member in merged.members.items():
                if key not in owner.members:
                    owner.members[key] = member
                    owner.keys[key] = merged.keys.get(key, member.spot)


def _skip_properties(text: str, at: int) -> int:
    """Past a node's tag and anchor, to its first character."""
    while at < len(text) and text[at] in "!&":
        while at < len(text) and text[at] not in " \t\r\n":
            at += 1
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
    return at


def _tagged(node: Node, tag: str | None, at: int) -> Node:
    """`!GetAtt x` as `{"Fn::GetAtt": x}`."""
    if tag is None or tag == "!" or tag.startswith(_CORE):
        return node
    if not tag.startswith("!"):
        raise YamlError(f"The tag {tag} is not understood here", at)
    name = tag.removeprefix("!")
    function = name if name in _AS_THEY_ARE else f"Fn::{name}"
    return Object({function: node}, node.spot, {function: node.spot})
