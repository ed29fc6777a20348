"""The And, Or, Not and data tests of a Choice rule, each looked at on its own.

A history tells which rule was taken, not why. A rule is a pure function of the state's input and what is visible
around it, so its leaves are looked at again here, in the interpreter's order: And and Or stop as soon as they are
decided, and a leaf behind that is not looked at. This module does not know histories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from asl_engine.expressions import Condition, ExpressionError, Scope
from asl_engine.expressions.comparisons import OPERATORS, compile_rule
from asl_engine.values import Json, Pointer, canonical_text, json_text

LONGEST_TEXT = 80
_MOMENTARY = re.compile(r"\$(random|uuid|now|millis|eval)\b")
_CONSTANTS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One data test."""

    pointer: Pointer
    text: str
    condition: Condition


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """And, Or or Not of others."""

    operator: str
    parts: tuple[Tree, ...]


Tree: TypeAlias = "Leaf | Joined"


def tree_of(rule: Json, pointer: Pointer) -> Tree | None:
    """A JSONPath rule taken apart; None for a JSONata Condition, and for a rule that has one test only: that is the rule itself."""
    try:
        tree = _tree(rule, pointer)
    except ExpressionError:
        return None
    return tree if tree is not None and len(list(leaves(tree))) > 1 else None


def leaves(tree: Tree) -> Iterator[Leaf]:
    """In the order they are looked at."""
    if isinstance(tree, Leaf):
        yield tree
        return
    for part in tree.parts:
        yield from leaves(part)


def look(tree: Tree, data: Json, scope: Scope, seen: list[tuple[Pointer, bool]]) -> bool:
    """Whether the rule is true; each leaf that was looked at is put into `seen`. Raises what an expression raises."""
    if isinstance(tree, Leaf):
        truth = tree.condition(data, scope)
        seen.append((tree.pointer, truth))
        return truth
    if tree.operator == "Not":
        return not look(tree.parts[0], data, scope, seen)
    decisive = tree.operator == "Or"
    return decisive if any(look(part, data, scope, seen) is decisive for part in tree.parts) else not decisive


def constant_of(rule: Json) -> bool | None:
    """Whether a rule says the same whatever the data: `{% true %}`."""
    condition = rule.get("Condition") if isinstance(rule, dict) else None
    if isinstance(condition, bool):
        return condition
    if not isinstance(condition, str):
        return None
    return _CONSTANTS.get(condition.removeprefix("{%").removesuffix("%}").strip())


def identity_of(rule: Json) -> str | None:
    """Equal for rules that are true of the same data; None where that cannot be told."""
    if not isinstance(rule, dict):
        return None
    tested = {name: value for name, value in rule.items() if name in ("And", "Or", "Not", "Variable", "Condition") or name in OPERATORS}
    text = canonical_text(tested)
    return None if _MOMENTARY.search(text) else text


def text_of(rule: Json) -> str:
    """A rule in a line: "$.total NumericGreaterThan 100 and not $.vip IsPresent true"."""
    text = _text(rule, 0)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _text(rule: Json, depth: int) -> str:
    if not isinstance(rule, dict):
        return json_text(rule)
    if "Condition" in rule:
        return " ".join(str(rule["Condition"]).removeprefix("{%").removesuffix("%}").split())
    for operator, word in (("And", " and "), ("Or", " or ")):
        if isinstance(parts := rule.get(operator), list):
            text = word.join(_text(part, depth + 1) for part in parts)
            return f"({text})" if depth and len(parts) > 1 else text
    if "Not" in rule:
        return f"not {_text(rule['Not'], depth + 1)}"
    operand = next(((name, value) for name, value in rule.items() if name in OPERATORS), None)
    variable = str(rule.get("Variable"))
    return variable if operand is None else f"{variable} {operand[0]} {operand[1] if operand[0].endswith('Path') else json_text(operand[1])}"


def _tree(rule: Json, pointer: Pointer) -> Tree | None:
    if not isinstance(rule, dict) or "Condition" in rule:
        return None
    for operator in ("And", "Or"):
        if isinstance(parts := rule.get(operator), list):
            return _joined(operator, [_tree(part, pointer / operator / index) for index, part in enumerate(parts)])
    if "Not" in rule:
        return _joined("Not", [_tree(rule["Not"], pointer / "Not")])
    return Leaf(pointer, text_of(rule), compile_rule(rule))


def _joined(operator: str, parts: list[Tree | None]) -> Tree | None:
    known = tuple(part for part in parts if part is not None)
    return Joined(operator, known) if len(known) == len(parts) else None
