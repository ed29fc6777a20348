"""State machines in CloudFormation templates: written by hand, for SAM, or by the CDK.

A template declares a machine as a resource. Its definition is inline (`Definition`, `DefinitionString`) or in a file
(`DefinitionUri`, `DefinitionS3Location`); the CDK writes a `Fn::Join` of JSON text and references, or an asset beside
the template. `DefinitionSubstitutions` are put into the text as Step Functions does it, character by character.
Source: CloudFormation, "AWS::StepFunctions::StateMachine"; SAM, "AWS::Serverless::StateMachine".
"""

from __future__ import annotations

from asl_engine.imports.assembling import source_of
from asl_engine.imports.intrinsics import Intrinsics
from asl_engine.imports.loops import LOOP, Unrolling, has_loops
from asl_engine.imports.machines import CDK, CLOUDFORMATION, SAM, Declared, Given, type_of
from asl_engine.imports.notes import UNDECLARED, Notes
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, Encoded, File, Node, Object, Spot, Text, Writing, json_of, node_of, text_of, written
from asl_engine.source import Source

RAW = "AWS::StepFunctions::StateMachine"
SERVERLESS_RESOURCE = "AWS::Serverless::StateMachine"
_NOT_FETCHED = "name a local file, or check the definition itself"
_KNOWN_TRANSFORMS = {"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"}
"""Transforms that declare nothing a definition would name; SAM's own resources are known by their names."""
_DEFINITIONS = ("DefinitionString", "Definition", "DefinitionUri", "DefinitionS3Location")


def is_template(root: Node) -> bool:
    """Whether a document is a template that declares a state machine, or may do so in a loop."""
    return has_loops(_member(root, "Resources")) or any(
        _type_of(resource) in (RAW, SERVERLESS_RESOURCE) for resource in _members(_member(root, "Resources")).values()
    )


def machines_in(root: Node, file: File, files: Files, given: Given) -> list[Declared]:
    """The machines of a template, in its order."""
    root, unrolled = _without_loops(root, file, given)
    resources = _member(root, "Resources")
    found = []
    for name, resource in _members(resources).items():
        if _type_of(resource) in (RAW, SERVERLESS_RESOURCE) and isinstance(resource, Object):
            spot = resources.keys.get(name, resource.spot) if isinstance(resources, Object) else resource.spot
            found.append(_declared(name, resource, spot, root, file, files, given, unrolled))
    return found


def _without_loops(root: Node, file: File, given: Given) -> tuple[Node, Notes]:
    """The template with its loops written out, and what had to be assumed for that."""
    notes = Notes()
    if LOOP not in file.text:
        return root, notes
    return Unrolling(_functions(root, given, notes)).unrolled(root), notes


def _functions(root: Node, given: Given, notes: Notes) -> Intrinsics:
    parameters, mappings, conditions, resources = (_members(_member(root, section)) for section in ("Parameters", "Mappings", "Conditions", "Resources"))
    transforms = json_of(_member(root, "Transform") or node_of(None, root.spot))
    # A macro may declare what nobody sees here.
    macros = {str(name) for name in (transforms if isinstance(transforms, list) else [transforms]) if name is not None} - _KNOWN_TRANSFORMS
    return Intrinsics(parameters, mappings, conditions, resources, given, notes, undeclared=None if macros else UNDECLARED)


def _declared(name: str, resource: Object, spot: Spot, root: Node, file: File, files: Files, given: Given, unrolled: Notes) -> Declared:
    notes = Notes()
    notes.add(unrolled)
    template = _functions(root, given, notes)
    properties = _member(resource, "Properties")
    serverless = _type_of(resource) == SERVERLESS_RESOURCE
    path = json_of(_member(_member(resource, "Metadata"), "aws:cdk:path") or node_of(None, spot))
    construct = path.removesuffix("/Resource") if isinstance(path, str) else ""
    kind = SAM if serverless else CDK if isinstance(path, str) or file.path.name.endswith(".template.json") else CLOUDFORMATION
    written_type = _member(properties, "Type" if serverless else "StateMachineType")
    type_ = type_of(_text(template, written_type), is_written=written_type is not None)

    def read(origin: str) -> Source:
        return source_of(_definition(name, resource, template, file, files), template.notes, origin=origin, given=given, type=type_)

    names = (construct, construct.partition("/")[2], _text(template, _member(properties, "Name" if serverless else "StateMachineName")))
    return Declared(name, kind, spot, read, type_, tuple(filter(None, names)), template.notes)


def _text(template: Intrinsics, node: Node | None) -> str | None:
    """A property that is a string and known."""
    found = template.resolve(node) if node is not None else None
    return found.value if isinstance(found, Text) and found.is_known else None


def _definition(name: str, resource: Object, template: Intrinsics, file: File, files: Files) -> Node:
    properties = _member(resource, "Properties")
    present = [(field, value) for field in _DEFINITIONS if (value := _member(properties, field)) is not None]
    if not present:
        raise refused(f"The state machine {name} has none of {', '.join(_DEFINITIONS)}", resource.spot)
    field, value = present[0]
    if len(present) > 1:
        raise refused(f"The state machine {name} has both {field} and {present[1][0]}", present[1][1].spot, "keep one of them")
    found = template.value(value)
    if field in ("DefinitionUri", "DefinitionS3Location"):
        found = _from_file(found, value, file, files)
    elif field == "DefinitionString" and isinstance(found, (Object, Array)):
        raise refused("DefinitionString must be a string", found.spot, "an object is given as Definition")
    substitutions = template.resolve(substituted) if (substituted := _member(properties, "DefinitionSubstitutions")) is not None else None
    if substitutions is not None and isinstance(substitutions, Object):
        given = template.given
        names = {key: node_of(given[key], node.spot) if key in given else node for key, node in substitutions.members.items()}
        found = _substituted(found, names, template)
    return found


def _substituted(node: Node, names: dict[str, Node], template: Intrinsics) -> Node:
    match node:
        case Text():
            return template.substituted(node, names, only=True)
        case Array():
            return Array([_substituted(element, names, template) for element in node.elements], node.spot)
        case Object():
            members, keys = {}, {}
            for key, member in node.members.items():
                spot = node.keys.get(key, member.spot)
                filled = template.substituted(written(key, spot, Writing.MADE), names, only=True).value if "${" in key else key
                members[filled], keys[filled] = _substituted(member, names, template), spot
            return Object(members, node.spot, keys, node.repeated)
        case Encoded():
            return _substituted(node.node, names, template)
        case _:
            return node


def _from_file(found: Node, asked: Node, file: File, files: Files) -> Node:
    """The text of the file that DefinitionUri or DefinitionS3Location names."""
    if isinstance(found, Object):
        key = found.members.get("Key")
        asset = file.path.parent / f"asset.{text_of(key).value.rpartition('/')[2]}" if key is not None else None
        if asset is None or not files.tree.is_file(asset):
            raise refused(
                f"The definition is in S3 ({_address(found)}), and nothing is fetched", asked.spot, "name a local file, or check the definition itself"
            )
        return whole(files.read(asset, asked.spot))
    if not isinstance(found, Text) or not found.is_known:
        raise refused(
            f"The file of the definition is {text_of(found).value}, which is not known before deployment", asked.spot, "give its parts as --placeholders"
        )
    if found.value.startswith(("s3://", "https://", "http://")):
        raise refused(f"The definition is at {found.value}, and nothing is fetched", asked.spot, _NOT_FETCHED)
    return whole(files.beside(file, found.value, asked.spot))


def _address(location: Object) -> str:
    bucket, key = (text_of(location.members[name]).value if name in location.members else "?" for name in ("Bucket", "Key"))
    return f"s3://{bucket}/{key}"


def whole(file: File) -> Text:
    """A file as the string it is."""
    return written(file.text, Spot(file, 0), Writing.PLAIN)


def _member(node: Node | None, name: str) -> Node | None:
    return node.members.get(name) if isinstance(node, Object) else None


def _members(node: Node | None) -> dict[str, Node]:
    return node.members if isinstance(node, Object) else {}


def _type_of(resource: Node) -> str | None:
    found = _member(resource, "Type")
    return found.value if isinstance(found, Text) else None
