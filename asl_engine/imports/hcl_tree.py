"""What an HCL file says: blocks, attributes, expressions. Each expression knows where it stands.

Names follow the HCL native syntax specification. Nothing here has behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from asl_engine.imports.traced import File, Literal


@dataclass(frozen=True, slots=True)
class Span:
    """Where an expression stands: offsets into its file."""

    file: File
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.file.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, true, false or null."""

    value: bool | int | float | None
    span: Span


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`${ expression }`, the strip markers already carried out."""

    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class IfDirective:
    """`%{ if c }…%{ else }…%{ endif }`"""

    condition: Expression
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ForDirective:
    """`%{ for k, v in c }…%{ endfor }`"""

    key: str | None
    value: str
    collection: Expression
    body: tuple[Part, ...]
    span: Span


Part: TypeAlias = Literal | Interpolation | IfDirective | ForDirective


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted string, a heredoc, or the text of a template file."""

    parts: tuple[Part, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    """The first name of a reference: `var`, `local`, `aws_lambda_function`, or what a `for` binds."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`target.name`"""

    target: Expression
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`target[key]`"""

    target: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Splat:
    """`target[*].a.b` and `target.*.a.b`: the steps after it are taken on each element."""

    target: Expression
    steps: tuple[str | Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`; `expanded` if the last argument is followed by `...`."""

    name: str
    arguments: tuple[Expression, ...]
    expanded: bool
    span: Span


@dataclass(frozen=True, slots=True)
class TupleConstructor:
    elements: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectConstructor:
    """Keys are expressions; an identifier as a key is a template of its name."""

    items: tuple[tuple[Expression, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`[for k, v in c : e if x]` and, with `key_result`, `{for k, v in c : e => f...}`."""

    key: str | None
    value: str
    collection: Expression
    key_result: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """One operand for `!` and `-`, else two."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span


Expression: TypeAlias = Constant | Template | Variable | Attribute | Index | Splat | Call | TupleConstructor | ObjectConstructor | For | Conditional | Operation


@dataclass(slots=True)
class Body:
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """`resource "aws_sfn_state_machine" "orders" { … }`"""

    type: str
    labels: tuple[str, ...]
    body: Body
    span: Span
