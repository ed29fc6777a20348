"""The Serverless Framework's variables: `${self:custom.x}`, `${opt:stage, 'dev'}`, `${file(machines.yml):orders}`.

A variable names sources, the first that has a value wins. Sources in the files are read; those outside them (`env`, `ssm`, `cf`,
`s3`, `git`, code) are what nobody knows here, unless a value is given by the source's own text. What is no variable
of the framework (`${AWS::Region}`, `${Name}`) is CloudFormation's and left alone.
Source: Serverless Framework, "Variables".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from asl_engine.imports.documents import read_nodes
from asl_engine.imports.machines import Given
from asl_engine.imports.notes import Notes
from asl_engine.imports.reading import Files
from asl_engine.imports.refusing import refused
from asl_engine.imports.traced import Array, File, Node, Object, Scalar, Spot, Text, Unknown, Writing, joined, made, measured, node_of, text_of, written
from asl_engine.values import Missing
from asl_engine.yaml_positions import plain_value

MAX_DEPTH = 60
"""Variables inside the values of variables."""
MAX_STEPS = 100_000
"""Values visited for one file."""

MAX_VARIABLE = 4_000
"""Characters of one; what is longer is none."""

_BRACES = re.compile(r"\$\{|\}")
_SOURCE = re.compile(r"(self|opt|env|sls|param|aws|cf|ssm|s3|git|file|strToBool|terraform|output|vault|doppler)(\([^()]*\))?(?:\.[\w-]+)?(?::(.*))?", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_DATA = (".yml", ".yaml", ".json")
_CODE = (".js", ".cjs", ".mjs", ".ts", ".py")
_AWS: Mapping[str, str] = {"accountId": "123456789012", "region": "us-east-1", "partition": "aws"}


@dataclass(slots=True)
class Variables:
    """Resolves the variables of one service."""

    root: Node
    file: File
    files: Files
    given: Given
    notes: Notes = field(default_factory=Notes)
    _depth: int = 0
    _steps: int = 0
    _open: list[str] = field(default_factory=list)

    def resolve(self, node: Node) -> Node:
        """A value with all variables in it resolved. Raises `DefinitionError`."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise refused(f"The file takes more than {MAX_STEPS:,} values to resolve", node.spot)
        match node:
            case Text() if "${" in node.value:
                return self._text(node)
            case Array():
                return measured(Array([self.resolve(element) for element in node.elements], node.spot))
            case Object():
                return measured(Object({key: self.resolve(member) for key, member in node.members.items()}, node.spot, node.keys, node.repeated))
            case _:
                return node

    def _text(self, text: Text) -> Node:
        value = text.value
        parts: list[Text] = []
        done = at = 0
        ends = _ends(value)
        while (start := value.find("${", at)) >= 0:
            end = ends.get(start)
            if end is None or end - start > MAX_VARIABLE:
                at = start + 2
                continue
            spot = Text(text.cut(start, end), text.spot).pieces[0].spot_of(0)
            found = self._variable(value[start + 2 : end - 1], spot)
            at = end
            if found is None:
                at = start + 2  # CloudFormation's, but there may be a variable inside
                continue
            if (start, end) == (0, len(value)):
                return found
            parts += [Text(text.cut(done, start), text.spot), text_of(found)]
            done = end
        return joined([*parts, Text(text.cut(done, len(value)), text.spot)], text.spot)

    def _variable(self, content: str, spot: Spot) -> Node | None:
        """The value of what stands between the braces; None if it is no variable of the framework."""
        sources = _sources(content)
        if not sources or not (_SOURCE.fullmatch(sources[0]) or _QUOTED.fullmatch(sources[0])) or "::" in sources[0].partition(":")[0] + sources[0][:5]:
            return None
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refused(f"Variables lead to variables more than {MAX_DEPTH} times", spot)
        try:
            first: Node | None = None
            for source in sources:
                found = self._source(source, spot)
                if found is not None and not isinstance(found, Unknown):
                    return found
                first = first or found
            return first or Unknown(sources[0], spot)
        finally:
            self._depth -= 1

    def _source(self, source: str, spot: Spot) -> Node | None:
        """The value of one source; None if it has none."""
        if "${" in source:
            source = text_of(self._text(made(source, spot))).value
        if source in self.given:
            return node_of(self.given[source], spot)
        if quoted := _QUOTED.fullmatch(source):
            return made(quoted[1] if quoted[1] is not None else quoted[2], spot)
        plain = plain_value(source, 0)
        if not isinstance(plain, (Missing, str, list, dict)):
            return Scalar(plain, spot)
        named = _SOURCE.fullmatch(source)
        if named is None:
            return Unknown(source, spot)
        if source in self._open:
            raise refused(f"${{{source}}} depends on itself", spot)
        self._open.append(source)
        try:
            return self._named(named[1], (named[2] or "()")[1:-1], named[3], source, spot)
        finally:
            self._open.pop()

    def _named(self, kind: str, argument: str, address: str | None, source: str, spot: Spot) -> Node | None:
        match kind:
            case "self":
                return self._at(self.root, address or "", spot)
            case "file":
                return self._file(argument.strip(), address, source, spot)
            case "aws" if address is not None and address in _AWS:
                return made(_AWS[address], spot)
            case "sls" if address == "stage":
                return self._source("opt:stage", spot) if "opt:stage" in self.given else self._at(self.root, "provider.stage", spot) or made("dev", spot)
            case "param":
                return self._at(self.root, f"params.default.{address}", spot) or Unknown(source, spot)
            case "strToBool":
                text = text_of(self.resolve(made(argument, spot))).value.strip("'\"").lower()
                return Scalar(text in ("true", "1"), spot) if text in ("true", "false", "1", "0") else Unknown(source, spot, "bool")
            case _:
                return Unknown(source, spot)

    def _at(self, node: Node, address: str, spot: Spot) -> Node | None:
        """A member by its dotted address, resolved on the way; None if there is none."""
        found: Node = node
        for name in address.split(".") if address else []:
            if isinstance(found, Text):
                found = self._text(found)
            if isinstance(found, Unknown):
                return Unknown(f"{found.name}.{name}", spot)
            if isinstance(found, Object) and name in found.members:
                found = found.members[name]
            elif isinstance(found, Array) and name.isdecimal() and int(name) < len(found.elements):
                found = found.elements[int(name)]
            else:
                return None
        return self.resolve(found)

    def _file(self, named: str, address: str | None, source: str, spot: Spot) -> Node | None:
        if named.endswith(_CODE):
            self.notes.assume(f"{named} is code, which is not run", spot)
            return Unknown(source, spot)
        path = self.file.path.parent / named.removeprefix("./")
        if not self.files.tree.is_file(path):
            return None if len(self._open) > 1 else self._missing(named, spot)
        file = self.files.read(path, spot)
        if not named.endswith(_DATA):
            return written(file.text, Spot(file, 0), Writing.PLAIN)
        return self._at(read_nodes(file), address or "", spot)

    def _missing(self, named: str, spot: Spot) -> Node:
        raise refused(f"There is no file {named}", spot, f"looked in {self.file.path.parent}")


def _ends(text: str) -> dict[int, int]:
    """For each `${` the place after the brace that closes it."""
    open_: list[int] = []
    found: dict[int, int] = {}
    for brace in _BRACES.finditer(text):
        if brace[0] == "${":
            open_.append(brace.start())
        elif open_:
            found[open_.pop()] = brace.end()
    return found


def _sources(content: str) -> list[str]:
    """The sources between the commas that stand neither in quotes, parentheses nor braces."""
    found, depth, quote, part = [], 0, "", ""
    for character in content:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            found.append(part.strip())
            part = ""
            continue
        part += character
    return [*found, part.strip()]
