"""Choice rules in words, and what can be told of two of them without data: the same, or never both true.

A rule is the Or of some Ands of data tests. Two tests of one variable exclude each other by their constants, their
types or their ranges. Where that cannot be seen, the rules may both be true, and their order matters.
Source: States Language, "Choice State", "Data-Test Expression".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asl_engine.analysis.structure.data import jsonata_parts, reading
from asl_engine.analysis.structure.wording import contrast, elements_of, expression, is_jsonata, listed, path, shortened, whole, written
from asl_engine.expressions.comparisons import OPERATORS
from asl_engine.values import Json, canonical_text, json_text

DEEPEST = 60
"""Levels of And, Or and Not that are looked at, as AWS allows no more."""
MOST_CASES = 64
"""Alternatives of a rule that are looked at when two are asked whether they exclude each other."""
_SIGNS = (("GreaterThanEquals", "≥"), ("LessThanEquals", "≤"), ("GreaterThan", ">"), ("LessThan", "<"), ("Equals", "="))
_TYPES = {"IsNumeric": "number", "IsString": "string", "IsBoolean": "boolean", "IsNull": "null"}
_IS = {"IsNull": "null", "IsString": "a string", "IsNumeric": "a number", "IsBoolean": "a boolean", "IsTimestamp": "a timestamp"}
LOGIC = ("And", "Or", "Not", "Variable", "Condition")


def condition_of(rule: Json) -> dict[str, Json]:
    """What a rule tests, without what it does then."""
    return {name: value for name, value in rule.items() if name in LOGIC or name in OPERATORS} if isinstance(rule, dict) else {}


def condition_in_words(rule: Json) -> str:
    """`$.a.status = "COMPLETED"`, `$.n > 3 and not ($.b is present)`."""
    return shortened(_words(rule, 0))


def condition_change(old: Json, new: Json) -> str:
    """What changed of a test: only the parts that did, where both are an And or both an Or."""
    one, other = condition_of(old), condition_of(new)
    for name, come, gone in (("And", "asks also", "no longer asks"), ("Or", "is true also of", "is no longer true of")):
        left, right = elements_of(one.get(name)), elements_of(other.get(name))
        if not left or not right:
            continue
        ours, theirs = ({canonical(part): part for part in side} for side in (left, right))
        removed, added = [ours[key] for key in ours if key not in theirs], [theirs[key] for key in theirs if key not in ours]
        if len(removed) == len(added) == 1:
            return condition_change(removed[0], added[0])
        if len(removed) < len(ours) and len(added) < len(theirs):
            words = [f"{come} {listed(condition_in_words(part) for part in added)}"] if added else []
            return "; ".join([*words, *([f"{gone} {listed(condition_in_words(part) for part in removed)}"] if removed else [])])
    before, after = _words(one, 0), _words(other, 0)
    return contrast(before, after) if before != after else f"{contrast(json_text(one), json_text(other))}"


def _words(rule: Json, depth: int) -> str:
    if not isinstance(rule, dict) or depth > DEEPEST:
        return written(rule)
    if "Condition" in rule:
        return whole(rule["Condition"])
    for name, word in (("And", " and "), ("Or", " or ")):
        parts = rule.get(name)
        if isinstance(parts, list) and parts:
            text = word.join(_words(part, depth + 1) for part in parts)
            return f"({text})" if depth and len(parts) > 1 else text
    if "Not" in rule:
        inner = _words(rule["Not"], depth + 1)
        return f"not {inner}" if inner.startswith("(") else f"not ({inner})"
    operator = next((name for name in rule if name in OPERATORS), None)
    return path(rule.get("Variable")) if operator is None else _test(path(rule.get("Variable")), operator, rule[operator])


def _test(variable: str, operator: str, operand: Json) -> str:
    if operator == "IsPresent":
        return f"{variable} is {'present' if operand is True else 'absent' if operand is False else f'present: {written(operand)}'}"
    if operator in _IS:
        return f"{variable} is {'' if operand is True else 'not '}{_IS[operator]}"
    if operator == "StringMatches":
        return f"{variable} matches {written(operand)}"
    by_path = operator.endswith("Path")
    for ending, sign in _SIGNS:
        if (kind := operator.removesuffix("Path")).endswith(ending):
            kind = kind.removesuffix(ending)
            shown = path(operand) if by_path or kind == "Timestamp" else written(operand)
            as_what = f" (as {'number' if kind == 'Numeric' else kind.lower()}s)" if by_path else ""
            return f"{variable} {sign} {shown}{as_what}"
    return f"{variable} {operator} {written(operand)}"


def canonical(rule: Json, depth: int = 0) -> str:
    """Equal for conditions that ask the same: spelling of paths, order within And and Or, and `Not` of `Not` do not count."""
    if not isinstance(rule, dict) or depth > DEEPEST:
        return canonical_text(rule)
    if "Condition" in rule:
        condition = rule["Condition"]
        return f"jsonata {jsonata_parts(expression(condition))}" if isinstance(condition, str) and is_jsonata(condition) else canonical_text(condition)
    for name in ("And", "Or"):
        if isinstance(parts := rule.get(name), list):
            inner = sorted({canonical(part, depth + 1) for part in parts})
            return inner[0] if len(inner) == 1 else f"{name}({', '.join(inner)})"
    if "Not" in rule:
        negated = rule["Not"]
        if isinstance(negated, dict) and "Not" in negated:
            return canonical(negated["Not"], depth + 1)
        if isinstance(negated, dict) and isinstance(negated.get("IsPresent"), bool):
            return canonical({**negated, "IsPresent": not negated["IsPresent"]}, depth + 1)
        return f"Not({canonical(negated, depth + 1)})"
    tests = [f"{name} {_operand(name, value)}" for name, value in sorted(rule.items()) if name in OPERATORS]
    variable = rule.get("Variable")
    return f"{reading(variable) if isinstance(variable, str) else canonical_text(variable)} {tests}"


def _operand(operator: str, value: Json) -> str:
    return str(reading(value)) if operator.endswith("Path") and isinstance(value, str) else canonical_text(value)


# ------------------------------------------------------------------------------------------------ never both at once


@dataclass(frozen=True, slots=True)
class Atom:
    """One data test, as it must come out."""

    variable: object
    operator: str
    operand: Json
    holds: bool


def exclusive(left: Json, right: Json) -> bool:
    """Whether it can be seen that two rules are never true of the same data."""
    ours, theirs = cases(left), cases(right)
    return ours is not None and theirs is not None and all(any(_contradict(a, b) for a in one for b in other) for one in ours for other in theirs)


def interchangeable(left: Json, right: Json) -> bool:
    """Whether the order of two rules means nothing: never both true, and none fails where the other would have been true.

    A test of a path that finds nothing fails the execution, unless IsPresent was asked before it.
    """
    if not exclusive(left, right) or not all(_wholly_read(rule) for rule in (left, right)):
        return False
    ours, theirs = unguarded(left), unguarded(right)
    if not ours and not theirs:
        return True
    # A true And has read all of its variables, so the other rule finds them too. A true Or may have read one.
    return ours == theirs and not any(_asks_presence(rule) for rule in (left, right)) and (len(ours) == 1 or not any(_has_or(rule) for rule in (left, right)))


def unguarded(rule: Json, present: frozenset[object] = frozenset(), depth: int = 0) -> frozenset[object]:
    """The paths a rule in JSONPath reads without having asked whether they are there; a JSONata Condition needs no such care."""
    if not isinstance(rule, dict) or depth > DEEPEST:
        return frozenset()
    for name, guards in (("And", True), ("Or", False)):
        if isinstance(parts := rule.get(name), list):
            found: frozenset[object] = frozenset()
            for part in parts:
                found |= unguarded(part, present, depth + 1)
                asked = part.get("Variable") if isinstance(part, dict) and part.get("IsPresent") is guards else None
                if isinstance(asked, str):
                    present |= {reading(asked)}
            return found
    if "Not" in rule:
        return unguarded(rule["Not"], present, depth + 1)
    read = [text for name, text in rule.items() if isinstance(text, str) and name in OPERATORS and name.endswith("Path")]
    if isinstance(variable := rule.get("Variable"), str) and "IsPresent" not in rule:
        read.append(variable)
    return frozenset(path for path in map(reading, read) if not any(_begins(path, there) for there in present))


def _begins(short: object, long: object) -> bool:
    """Whether a path is there if the other one is: the same, or on the way to it."""
    match short, long:
        case ("path", root, variable, tuple(steps)), ("path", other_root, other_variable, tuple(further)) if (root, variable) == (other_root, other_variable):
            return further[: len(steps)] == steps
    return short == long


def _asks_presence(rule: Json, depth: int = 0) -> bool:
    return isinstance(rule, dict) and depth <= DEEPEST and ("IsPresent" in rule or any(_asks_presence(part, depth + 1) for part in _parts(rule)))


def _has_or(rule: Json, depth: int = 0) -> bool:
    """Whether a rule can be true without all of its tests having been made."""
    if not isinstance(rule, dict) or depth > DEEPEST:
        return False
    return "Or" in rule or (isinstance(inner := rule.get("Not"), dict) and "And" in inner) or any(_has_or(part, depth + 1) for part in _parts(rule))


def _parts(rule: dict[str, Json]) -> list[Json]:
    return [*elements_of(rule.get("And")), *elements_of(rule.get("Or")), *([rule["Not"]] if "Not" in rule else [])]


def _wholly_read(rule: Json) -> bool:
    """Whether a JSONata Condition holds nothing but comparisons that cannot fail."""
    condition = rule.get("Condition") if isinstance(rule, dict) else None
    if not isinstance(condition, str):
        return condition is None
    found = _jsonata_cases(expression(condition), True)
    return found is not None and len(found[0]) == sum(1 for _ in _split(list(jsonata_parts(expression(condition))), "and"))


Case = tuple[Atom, ...]


def cases(rule: Json, holds: bool = True, depth: int = 0) -> list[Case] | None:
    """The rule as alternatives of tests that must all come out as they say; None where there are too many, or it is no rule."""
    if not isinstance(rule, dict) or depth > DEEPEST:
        return None
    for name, joins in (("And", holds), ("Or", not holds)):
        if isinstance(parts := rule.get(name), list):
            found = [cases(part, holds, depth + 1) for part in parts]
            known = [case for case in found if case is not None]
            if joins:
                # A part that is not understood makes an And no less strict than the others.
                return _product(known)
            return None if len(known) < len(found) or sum(map(len, known)) > MOST_CASES else [case for part in known for case in part]
    if "Not" in rule:
        return cases(rule["Not"], not holds, depth + 1)
    if isinstance(condition := rule.get("Condition"), str):
        return _jsonata_cases(expression(condition), holds)
    name = next((name for name in rule if name in OPERATORS), "")
    variable = rule.get("Variable")
    if not name or not isinstance(variable, str):
        return None
    return [(Atom(reading(variable), name, rule[name], holds),)]


def _product(parts: list[list[Case]]) -> list[Case] | None:
    found: list[Case] = [()]
    for part in parts:
        if len(found) * len(part) > MOST_CASES:
            return None
        found = [(*one, *other) for one in found for other in part]
    return found


def _jsonata_cases(text: str, holds: bool) -> list[Case] | None:
    """`path = "constant"` joined by `and`: what people write. Anything else is not understood."""
    if not holds:
        return None
    atoms: list[Atom] = []
    parts = list(jsonata_parts(text))
    if {"or", "(", "?", "["} & set(parts):
        return None
    for test in _split(parts, "and"):
        if test.count("=") == 1 and len(test) - test.index("=") == 2:
            operand = test[-1]
            if operand.startswith('"'):
                atoms.append(Atom(tuple(test[:-2]), "StringEquals", operand[1:], True))
            elif operand.isdigit():
                atoms.append(Atom(tuple(test[:-2]), "NumericEquals", int(operand), True))
            elif operand in ("true", "false"):
                atoms.append(Atom(tuple(test[:-2]), "BooleanEquals", operand == "true", True))
    return [tuple(atoms)] if atoms else None


def _split(parts: list[str], word: str) -> Iterator[list[str]]:
    current: list[str] = []
    for part in parts:
        if part == word:
            yield current
            current = []
        else:
            current.append(part)
    yield current


def _contradict(left: Atom, right: Atom) -> bool:
    """Whether the two tests cannot come out as they say of one value."""
    if left.variable != right.variable:
        return False
    if left.operator == right.operator and canonical_text(left.operand) == canonical_text(right.operand):
        return left.holds != right.holds
    if "Path" in left.operator[-4:] or "Path" in right.operator[-4:]:
        return False
    if left.operator == right.operator and left.operator.startswith("Is"):
        return left.holds == right.holds and left.operand is not right.operand
    one, other = _type(left), _type(right)
    if one is not None and other is not None and one != other:
        return True
    for atom, against in ((left, right), (right, left)):
        if atom.operator == "IsPresent" and (atom.operand is True) != atom.holds and against.holds and against.operator != "IsPresent":
            return True  # absent, and yet of some value
    mine, theirs = _range(left), _range(right)
    return mine is not None and theirs is not None and _apart(mine, theirs)


def _type(atom: Atom) -> str | None:
    """The type of value a test needs to be true; a comparison is false of any other."""
    if atom.operator in _TYPES:
        return _TYPES[atom.operator] if atom.holds == (atom.operand is True) else None
    if not atom.holds or atom.operator.startswith("Is"):
        return None
    # A timestamp is a string too.
    return "string" if atom.operator.startswith(("String", "Timestamp")) else OPERATORS[atom.operator]


Bound = tuple[float | str, bool]
"""(value, whether it is included)"""


def _range(atom: Atom) -> tuple[str, Bound | None, Bound | None] | None:
    """The values of which a comparison is true: (kind, from, to). A comparison that must be false tells nothing of other types."""
    operand = atom.operand
    if not atom.holds or (isinstance(operand, bool) and not atom.operator.startswith("Boolean")):
        return None
    for ending, _ in _SIGNS:
        if atom.operator.endswith(ending):
            kind = atom.operator.removesuffix(ending)
            value: float | str | None = operand if isinstance(operand, str) else float(operand) if isinstance(operand, (int, float)) else None
            if kind not in ("Numeric", "String", "Boolean") or value is None or isinstance(value, str) != (kind == "String"):
                return None
            included = ending.endswith("Equals")
            return kind, None if ending.startswith("Less") else (value, included), None if ending.startswith("Greater") else (value, included)
    return None


def _apart(left: tuple[str, Bound | None, Bound | None], right: tuple[str, Bound | None, Bound | None]) -> bool:
    if left[0] != right[0]:
        return True
    return _before(left[2], right[1]) or _before(right[2], left[1])


def _before(end: Bound | None, start: Bound | None) -> bool:
    if end is None or start is None:
        return False
    one, other = end[0], start[0]
    if isinstance(one, str) or isinstance(other, str):
        smaller = str(one) < str(other)
    else:
        smaller = one < other
    return smaller or (one == other and not (end[1] and start[1]))
