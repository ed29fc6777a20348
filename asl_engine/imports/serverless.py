"""State machines of the Serverless Framework: `stepFunctions.stateMachines`, by the plugin serverless-step-functions.

Variables are resolved first, as the framework does, then CloudFormation's functions, for which the section `resources`
declares what there is. Source: serverless-step-functions, "Setup".
"""

from __future__ import annotations

from asl_engine.imports.assembling import source_of
from asl_engine.imports.intrinsics import Intrinsics
from asl_engine.imports.machines import SERVERLESS, Declared, Given, type_of
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.serverless_variables import Variables
from asl_engine.imports.traced import File, Node, Object, Spot, Text
from asl_engine.source import Source

SECTION = "stepFunctions"
_GENERATED = ("LambdaFunction", "StepFunctionsStateMachine")


def is_service(root: Node) -> bool:
    return isinstance(root, Object) and SECTION in root.members and ("service" in root.members or "provider" in root.members)


def machines_in(root: Node, file: File, files: Files, given: Given) -> list[Declared]:
    """The machines of a service, in its order. Raises `DefinitionError`."""
    variables = Variables(root, file, files, given)
    section = _opened(_member(root, SECTION), variables)
    machines = _opened(_member(section, "stateMachines"), variables)
    if not isinstance(machines, Object):
        return []
    return [_declared(name, machine, machines.keys.get(name, machine.spot), root, variables, given) for name, machine in machines.members.items()]


def _opened(node: Node | None, variables: Variables) -> Node | None:
    """A section; the definitions in it are left for when they are read, unless a file brings the section itself."""
    return variables.resolve(node) if isinstance(node, Text) else node


def _declared(name: str, machine: Node, spot: Spot, root: Node, variables: Variables, given: Given) -> Declared:
    own = Variables(root, variables.file, variables.files, given)
    machine = _opened(machine, own) or machine

    def text(field: str) -> str | None:
        found = _member(machine, field)
        value = own.resolve(found) if found is not None else None
        return value.value if isinstance(value, Text) and value.is_known else None

    type_ = type_of(text("type"), is_written=_member(machine, "type") is not None)

    def read(origin: str) -> Source:
        definition = _member(machine, "definition")
        if definition is None:
            raise refused(f"The state machine {name} has no definition", spot)
        resources = _member(_member(root, "resources"), "Resources")
        functions = _member(root, "functions")
        declared = {**_members(resources), **_members(functions)}
        conditions = _members(_member(_member(root, "resources"), "Conditions"))
        # The framework and its plugins make resources of their own, so that a name nothing declares is no mistake.
        template = Intrinsics({}, {}, conditions, declared, given, own.notes, undeclared=None)
        return source_of(template.value(own.resolve(definition)), own.notes, origin=origin, given=given, type=type_)

    aliases = tuple(filter(None, [text("name"), text("id")]))
    return Declared(name, SERVERLESS, spot, read, type_, aliases, own.notes)


def _member(node: Node | None, name: str) -> Node | None:
    return node.members.get(name) if isinstance(node, Object) else None


def _members(node: Node | None) -> dict[str, Node]:
    return node.members if isinstance(node, Object) else {}
