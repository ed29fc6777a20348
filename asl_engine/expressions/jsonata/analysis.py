"""What an expression refers to, read off its tree before anything runs. Source: AWS, "Transforming data with JSONata".

AWS gives an expression no context: `$`, `$$` and bare names are refused where they would read it. A name in a later step of
a path, in a predicate, an order-by term or a grouping reads the item there instead, and is fine. A lambda's body keeps the
context of the expression around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from asl_engine.expressions.jsonata.functions import FUNCTIONS
from asl_engine.expressions.jsonata.repairs import PARSE_RECURSION, Node, SyntaxFault, parse, recursion
from asl_engine.expressions.jsonata.texts import wrong_expression


@dataclass(frozen=True, slots=True)
class Facts:
    """The references of one expression."""

    top_level_references: tuple[str, ...]
    """Bare names, `$` and `$$` read from the context an expression has not, in order, once each: ("phone", "$")."""
    states_members: frozenset[str]
    """The members of `$states` that are read: {"input", "result"}."""
    whole_states: bool
    """Whether `$states` is used other than by naming a member."""
    variables: frozenset[str]
    """The state variables that are read, without `$`: no parameter, no name bound with `:=`, no built-in function."""
    functions: frozenset[str]
    """The built-in functions that are named, without `$`."""


@lru_cache(maxsize=4096)
def facts_of(expression: str) -> Facts:
    """The facts of an expression without delimiters. Raises `ExpressionError`."""
    try:
        tree = parse(expression)
        with recursion(PARSE_RECURSION):
            return facts_of_tree(tree)
    except SyntaxFault as fault:
        raise wrong_expression(fault) from fault
    except RecursionError:
        raise wrong_expression(SyntaxFault("nesting", 0)) from None


def facts_of_tree(tree: Node) -> Facts:
    reader = _Reader()
    scope = _Scope(frozenset())
    reader.read(tree, scope, top=True)
    scope.finish()
    return Facts(tuple(dict.fromkeys(reader.references)), frozenset(reader.members), reader.whole, frozenset(reader.variables), frozenset(reader.functions))


class _Scope:
    """The names bound around a place. Lambdas are read last: when they run, everything beside them has been bound."""

    def __init__(self, outer: frozenset[str] | _Scope) -> None:
        self._outer = outer
        self.names: set[str] = set()
        self._later: list[Callable[[], None]] = []

    def __contains__(self, name: str) -> bool:
        return name in self.names or name in self._outer

    def later(self, read: Callable[[], None]) -> None:
        self._later.append(read)

    def finish(self) -> None:
        while self._later:
            self._later.pop(0)()


class _Reader:
    def __init__(self) -> None:
        self.references: list[str] = []
        self.members: set[str] = set()
        self.whole = False
        self.variables: set[str] = set()
        self.functions: set[str] = set()

    def read(self, node: Node, scope: _Scope, *, top: bool) -> None:
        reading = getattr(self, f"_{node.type}", None)
        if reading is not None:
            reading(node, scope, top)
        for stage in node.predicate or ():
            self.read(stage.expr, scope, top=False)
        if node.type != "path" and node.group is not None:
            self._pairs(node.group.lhs_object, scope, top=False)

    def _all(self, nodes: Iterable[Node], scope: _Scope, top: bool) -> None:
        for node in nodes:
            self.read(node, scope, top=top)

    def _pairs(self, pairs: Iterable[Iterable[Node]], scope: _Scope, *, top: bool) -> None:
        for pair in pairs:
            self._all(pair, scope, top)

    def _variable(self, node: Node, scope: _Scope, top: bool) -> None:
        name = node.value
        if name == "$":
            self.references.append("$$")
        elif name == "":
            if top:
                self.references.append("$")
        elif name == "states":
            self.whole = True
        elif name not in scope:
            (self.functions if name in FUNCTIONS else self.variables).add(name)

    def _name(self, node: Node, scope: _Scope, top: bool) -> None:
        if top:
            self.references.append(node.value)

    def _path(self, node: Node, scope: _Scope, top: bool) -> None:
        inner = _Scope(scope)
        first = node.steps[0]
        follower = node.steps[1] if len(node.steps) > 1 else None
        if (
            first.type == "variable"
            and first.value == "states"
            and follower is not None
            and follower.type == "name"
            and not first.stages
            and not first.predicate
        ):
            self.members.add(follower.value)
        else:
            self.read(first, inner, top=top)
        for step in node.steps:
            if step is not first:
                if step.type == "sort":
                    self._all((term.expression for term in step.terms), inner, top=False)
                else:
                    self.read(step, inner, top=False)
            inner.names.update(name for name in (step.focus, step.index) if name)
            for stage in step.stages or ():
                if stage.type == "filter":
                    self.read(stage.expr, inner, top=False)
                else:
                    inner.names.add(stage.value)
        if node.group is not None:
            self._pairs(node.group.lhs_object, inner, top=False)
        inner.finish()

    def _binary(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((node.lhs, node.rhs), scope, top)

    def _apply(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((node.lhs, node.rhs), scope, top)

    def _unary(self, node: Node, scope: _Scope, top: bool) -> None:
        if node.value == "-":
            self.read(node.expression, scope, top=top)
        elif node.value == "[":
            self._all(node.expressions, scope, top)
        else:
            self._pairs(node.lhs_object, scope, top=top)

    def _condition(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((part for part in (node.condition, node.then, node._else) if part is not None), scope, top)

    def _block(self, node: Node, scope: _Scope, top: bool) -> None:
        inner = _Scope(scope)
        self._all(node.expressions, inner, top)
        inner.finish()

    def _bind(self, node: Node, scope: _Scope, top: bool) -> None:
        self.read(node.rhs, scope, top=top)
        scope.names.add(node.lhs.value)

    def _function(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((node.procedure, *node.arguments), scope, top)

    def _partial(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((node.procedure, *(argument for argument in node.arguments if argument.type != "operator")), scope, top)

    def _lambda(self, node: Node, scope: _Scope, top: bool) -> None:
        if node.thunk:
            self.read(node.body, scope, top=top)
            return

        def read() -> None:
            inner = _Scope(scope)
            inner.names.update(parameter.value for parameter in node.arguments)
            self.read(node.body, inner, top=top)
            inner.finish()

        scope.later(read)

    def _transform(self, node: Node, scope: _Scope, top: bool) -> None:
        self._all((part for part in (node.pattern, node.update, node.delete) if part is not None), scope, top=False)
